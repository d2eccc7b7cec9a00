"""Loss of the accompanist on held-out pieces, in nats a note, beside what knows less.

`python -m benchmarks._accompaniment CACHE [CHECKPOINT]`. Unigram: places, degrees and lengths as often as in the style.
Nearest: as in the 16 beats of the style whose chroma, seen from the bass, is most alike, mixed with the unigram. Then
the model with the other style, without a style and with the right one, and the parts of that: place, pitch, length.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from tonenet_core.checkpoint import load
from tonenet_core.data.cache import Pieces, open_cache
from tonenet_core.encoding.beat_tokens import END, LENGTHS, Tokens
from tonenet_core.models.accompaniment.accompanist import Accompanist
from tonenet_core.models.accompaniment.features import NO_DEGREE, degree, roots, window_arrays
from tonenet_core.models.accompaniment.tokens import Context

TRAIN_PIECES, TEST_PIECES, TOKENS, NEAREST = 60, 12, 512, 16
SIZES = {"place": END + 1, "degree": NO_DEGREE, "length": len(LENGTHS)}


class Beats(NamedTuple):
    """Beats of many pieces: what they sound like, and how often each place, degree and length is written in them."""

    chroma: NDArray[np.float32]
    counts: dict[str, NDArray[np.float64]]


def main(cache_folder: Path, name: str = "accompanist") -> None:
    """Print a row for each source."""
    torch.set_num_threads(1)
    cache, model = open_cache(cache_folder), load(name, "cpu")
    assert isinstance(model, Accompanist)
    columns = ("unigram", "nearest", "other", "none", "right", "place", "pitch", "length")
    print(f"{'source':26}" + "".join(f"{column:>10}" for column in columns))
    for number, style in enumerate(model.styles):
        known = cache.pieces("train", (style,)).by_source()
        known = {source: pieces for source, pieces in known.items() if source in model.mixture.sources}
        beats = _beats(model, known)
        for source, pieces in cache.pieces("test", (style,)).by_source().items():
            if source in known:
                rows = np.array([_losses(model, *each, beats, number) for each in _some(model, pieces, TEST_PIECES)])
                print(f"{source:26}" + "".join(f"{value:10.3f}" for value in rows.mean(axis=0)), flush=True)


def _some(model: Accompanist, pieces: Pieces, count: int) -> list[tuple[Context, Tokens]]:
    chosen = np.unique(np.linspace(0, len(pieces) - 1, count).astype(int))
    return [model.prepare_piece(pieces[int(index)]).encoded() for index in chosen]


def _beats(model: Accompanist, known: dict[str, Pieces]) -> Beats:
    chroma, counts = [], {name: [] for name in SIZES}
    for pieces in known.values():
        for context, tokens in _some(model, pieces, TRAIN_PIECES):
            chroma.append(_seen_from_bass(context))
            for name, table in _tables(context, tokens).items():
                counts[name].append(table)
    return Beats(np.concatenate(chroma), {name: np.concatenate(tables) for name, tables in counts.items()})


def _seen_from_bass(context: Context) -> NDArray[np.float32]:
    rows = np.arange(context.beats)[:, None]
    return context.chroma[rows, (np.arange(12)[None] + roots(context)[:, None]) % 12]


def _values(context: Context, tokens: Tokens) -> dict[str, NDArray[np.int64]]:
    """Place, degree and length of each token; -1 for none."""
    found = degree(tokens.pitch.astype(np.int64), roots(context)[tokens.beat])
    notes = tokens.pitch > 0
    return {
        "place": tokens.place.astype(np.int64),
        "degree": np.where(notes, found, -1),
        "length": tokens.length.astype(np.int64),
    }


def _tables(context: Context, tokens: Tokens) -> dict[str, NDArray[np.float64]]:
    """Counts of each value in each beat."""
    tables = {}
    for name, values in _values(context, tokens).items():
        tables[name] = np.zeros((context.beats, SIZES[name]))
        np.add.at(tables[name], (tokens.beat[values >= 0], values[values >= 0]), 1)
    return tables


@torch.inference_mode()
def _losses(model: Accompanist, context: Context, tokens: Tokens, beats: Beats, style: int) -> list[float]:
    start = int(np.searchsorted(tokens.beat, tokens.beat[max(0, (len(tokens.beat) - TOKENS) // 2)]))
    cut = slice(start, start + TOKENS)
    seen, values = _seen_from_bass(context), {name: v[cut] for name, v in _values(context, tokens).items()}
    near: dict[int, NDArray[np.intp]] = {
        int(beat): np.argpartition(-(beats.chroma @ seen[beat]), NEAREST)[:NEAREST]
        for beat in np.unique(tokens.beat[cut])
    }
    sums = np.zeros(2)
    for name, of_name in values.items():
        table = beats.counts[name]
        usual = (table.sum(axis=0) + 1) / (table.sum() + SIZES[name])
        known = np.flatnonzero(of_name >= 0)
        count = np.count_nonzero(of_name >= 0) if name == "length" else np.count_nonzero(values["degree"] >= 0)
        unigram = usual[of_name[known]]
        like = [table[near[int(beat)]].sum(axis=0) for beat in tokens.beat[cut][known]]
        right = of_name[known]
        local = np.array(
            [(row[each] + 8 * usual[each]) / (row.sum() + 8) for row, each in zip(like, right, strict=True)]
        )
        sums += [-np.log(unigram).sum() / max(count, 1), -np.log(local).sum() / max(count, 1) if len(known) else 0.0]
    arrays = window_arrays(context, tokens, start, min(TOKENS, len(tokens.beat) - start))
    batch = {name: torch.from_numpy(array)[None] for name, array in arrays.items()}
    own, other, without = (model({**batch, "style": torch.tensor([each])}) for each in (style, 1 - style, 2))
    parts = [own[name].item() for name in ("place", "pitch", "length")]
    return [*sums.tolist(), other["loss"].item(), without["loss"].item(), own["loss"].item(), *parts]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
