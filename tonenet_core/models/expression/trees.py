"""Gradient-boosted trees on note features: the strong simple baseline. Sources: `tree_ensemble.py`.

Each style has two regressions. *Shape* predicts by how much a note is louder than the mean of its piece. *Level*, a
small one, predicts the velocity itself, and its mean over a piece is the usual loudness of such notes: the loudness of
a particular performance cannot be inferred from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from tonenet_core.analysis.tree_ensemble import Boosting, TreeEnsemble, fit
from tonenet_core.encoding.events import FEATURES, LENGTHS, encode_events
from tonenet_core.errors import DataError
from tonenet_core.models.expression.mixture import Mixture
from tonenet_core.models.training import velocity_errors, velocity_statistics
from tonenet_core.performance import Piece, TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

# The arrays of a `TreeEnsemble`, in its order. Thresholds in double precision, as LightGBM's own: a rounded one would
# send notes down the other branch.
_ARRAYS = {"feature": torch.int16, "child": torch.int16, "value": torch.float64}


@dataclass(frozen=True, kw_only=True)
class TreesConfig(Boosting):
    """The size of the model and its fitting.

    Attributes:
        styles: their names.
        level_rounds: number of trees of the level.
        features: the note features that the trees see, by name, so that a checkpoint reads its own columns.
        source_notes: of a source at most, drawn from all its pieces; 0: all.
        sources, shares, transcribed, spread: see `mixture.Mixture`; without shares a style's sources weigh the same.
    """

    styles: tuple[str, ...]
    level_rounds: int = 60
    features: tuple[str, ...] = FEATURES
    source_notes: int = 0
    sources: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    transcribed: tuple[str, ...] = ()
    spread: float = 1.0

    @property
    def mixture(self) -> Mixture:
        """Sources of the training notes."""
        return Mixture(self.sources, self.shares, self.transcribed, self.spread)


class Trees(nn.Module):
    """The trees of all styles, their fitting and their prediction."""

    Config = TreesConfig
    default_accents = 0.0

    def __init__(self, config: TreesConfig) -> None:
        super().__init__()
        unknown = sorted(set(config.features) - set(FEATURES))
        if unknown:
            raise ValueError(f"there is no note feature {unknown[0]!r}")
        self.config = config
        self.styles = tuple(config.styles)
        self._columns = [FEATURES.index(name) for name in config.features]
        self._boosting = {"shape": config, "level": replace(config, rounds=config.level_rounds)}
        for kind, boosting in self._boosting.items():
            for name, dtype in _ARRAYS.items():
                self.register_buffer(f"{kind}_{name}", torch.zeros((len(self.styles), *boosting.shape), dtype=dtype))
        self.register_load_state_dict_post_hook(lambda *_: self._check())  # type: ignore[no-untyped-call]

    def fit(self, pieces: list[TrainingPiece], seed: int, progress: Progress = no_progress) -> None:
        """Fit each style's trees to its pieces.

        Of transcribed pieces no lengths and no loudness are learnt, and their spread is stretched.

        Raises:
            DataError: if a style has no pieces, or LightGBM is not installed.
            Cancelled: if `progress` asks to stop.
        """
        mixture = self.config.mixture
        shares = dict(zip(mixture.sources, mixture.shares, strict=True)) or None
        for index, style in enumerate(self.styles):
            own = [piece for piece in pieces if piece.style == style and (shares is None or shares.get(piece.source))]
            if not own:
                raise DataError(f"There are no training pieces of the style {style!r}.")
            drawn = _drawn([piece.source for piece in own], [len(piece.notes) for piece in own], self.config, seed)
            rows = [self._shown(piece, mixture)[these] for piece, these in zip(own, drawn, strict=True)]
            played = [piece.notes["velocity"].astype(np.float64) for piece in own]
            relative = [
                mixture.stretch(piece.source) * (velocity - velocity.mean())
                for piece, velocity in zip(own, played, strict=True)
            ]
            targets = {
                kind: [values[these] for values, these in zip(each, drawn, strict=True)]
                for kind, each in (("shape", relative), ("level", played))
            }
            loud = [place for place, piece in enumerate(own) if not mixture.is_transcribed(piece.source)]
            taught = {"shape": range(len(own)), "level": loud or range(len(own))}
            for step, (kind, boosting) in enumerate(self._boosting.items()):
                watched = part(part(progress, index, len(self.styles)), step, len(self._boosting))
                trees = fit(
                    [rows[place] for place in taught[kind]],
                    [targets[kind][place] for place in taught[kind]],
                    [own[place].source for place in taught[kind]],
                    boosting,
                    shares=shares,
                    seed=seed,
                    progress=watched,
                )
                for name in _ARRAYS:
                    self.get_buffer(f"{kind}_{name}")[index] = torch.from_numpy(getattr(trees, name))

    def data_statistics(self, pieces: Sequence[TrainingPiece]) -> dict[str, Any]:
        """Return the mean velocity of each style and of its keys."""
        return velocity_statistics(pieces)

    def validate(self, pieces: list[TrainingPiece]) -> dict[str, float]:
        """Return the velocity error for each source; "score" is the mean over the sources."""
        return velocity_errors(self, pieces)

    def predict(self, piece: Piece, style: str, progress: Progress = no_progress) -> NDArray[np.float32]:
        """Return the style's velocity for each note, `(n,)`, 1..127, at the loudness usual for such notes.

        Raises:
            KeyError: if the model has no such style.
            Cancelled: if `progress` asks to stop.
        """
        if style not in self.styles:
            raise KeyError(style)
        if not len(piece.notes):
            return np.zeros(0, np.float32)
        index, rows = self.styles.index(style), self._rows(piece)
        level = self._trees("level", index).predict(rows, part(progress, 0, 2)).mean()
        shape = self._trees("shape", index).predict(rows, part(progress, 1, 2))
        return np.asarray(np.clip(shape - shape.mean() + level, 1, 127), np.float32)

    def _trees(self, kind: str, index: int) -> TreeEnsemble:
        return TreeEnsemble(*(self.get_buffer(f"{kind}_{name}")[index].cpu().numpy() for name in _ARRAYS))

    def _check(self) -> None:
        """Check the trees of a checkpoint.

        Raises:
            ValueError: if they are not trees, or use features that do not exist.
        """
        every = [self._trees(kind, index) for kind in self._boosting for index in range(len(self.styles))]
        if max((trees.columns for trees in every), default=0) > len(self._columns):
            raise ValueError("the trees use features that do not exist")

    def _rows(self, piece: Piece) -> NDArray[np.float32]:
        return encode_events(piece)[:, self._columns]

    def _shown(self, piece: TrainingPiece, mixture: Mixture) -> NDArray[np.float32]:
        """Return a training piece's rows: those of a transcription without lengths, as its key-offs are a guess."""
        rows = self._rows(piece)
        if mixture.is_transcribed(piece.source):
            rows[:, [place for place, name in enumerate(self.config.features) if name in LENGTHS]] = 0
        return rows


def _drawn(sources: list[str], notes: list[int], config: TreesConfig, seed: int) -> list[NDArray[np.bool_]]:
    """Return which notes of each piece are used, so that a large source has about `source_notes` of them."""
    available: Counter[str] = Counter()
    for source, count in zip(sources, notes, strict=True):
        available[source] += count
    rng = np.random.default_rng(seed)
    most = config.source_notes or max(available.values())
    return [rng.random(count) < most / available[source] for source, count in zip(sources, notes, strict=True)]
