"""Generators of sequences: quality and diversity before and after adversarial training, beside real pieces.

Figures are taken on one checkpoint at a time; several checkpoints of one title, trained from different seeds, give the
spread of a row. Each gives two rows: the generator after pre-training ("taught", maximum likelihood), and after
adversarial training.

The paper's table (arXiv 1609.05473, table 4) does not say what its BLEU and MSE compare. Both readings are measured:
teacher-forced, where each token is predicted given the true ones before it and compared with the true one; and
free-running, where a sequence is sampled and compared with all held-out ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.analysis.sequence_metrics import (
    KnownTunes,
    bars_in_key,
    bars_in_metre,
    bleu,
    distinct_bars,
    self_bleu,
)
from tonenet_core.checkpoint import CheckpointInfo, load_generator
from tonenet_core.data.cache import Cache
from tonenet_core.encoding.tokens import TokenSequence
from tonenet_core.errors import DataError
from tonenet_core.evaluation.report import Report, Samples
from tonenet_core.models.base import USUAL_TOP_P
from tonenet_core.models.sequence.networks import Setting, TokenGenerator, sample_tokens
from tonenet_core.models.sequence.sampling import Sampling
from tonenet_core.models.sequence.seq_gan import SeqGan
from tonenet_core.models.sequence.windows import PreparedTune, common_key, in_common_key, spaced_windows
from tonenet_core.performance import TrainingPiece
from tonenet_core.progress import Progress, no_progress, part

SEQUENCES = 150  # drawn, and as many held-out ones that they are compared with
TUNES = 30
TUNE_BEATS = 64
TEMPERATURES = (0.6, 0.8, 0.9, 1.0, 1.2)

FORCED = "Teacher-forced: prediction of the next token, given the true ones before it"
SWEEP = "Free-running: quality against diversity, by temperature"
STAGES = "Maximum likelihood, and {0}"
TUNES_TABLE = "Tunes of {0} quarter notes: bars and copies"
HELD_OUT, TRAINING = "held out", "training set"


def measure_sequences(
    infos: Sequence[CheckpointInfo], cache: Cache, split: str, progress: Progress = no_progress
) -> tuple[Report, Samples]:
    """Measure checkpoints that write token by token, on a split of a cache; of one style, form and length.

    Raises:
        DataError: if the cache holds no long enough pieces of the checkpoints' style in the split or in `train`, or the
            checkpoints are not alike.
        Cancelled: if `progress` asks to stop.
    """
    report, samples = Report([info.name for info in infos], split), Samples()
    for index, info in enumerate(infos):
        model = load_generator(info.path)
        assert isinstance(model, SeqGan)  # the only model that writes token by token
        if (model.config.form, model.config.length, model.styles) != _kind(infos[0]):
            raise DataError("Checkpoints that are measured together have one style, one form and one length.")
        pieces, training = (list(cache.pieces(name, model.styles)) for name in (split, "train"))
        if not pieces or not training:
            raise DataError(f"{cache.folder} holds no pieces of {model.styles[0]} in {split} and train.")
        _Measuring(report, samples, model, info.title, pieces=pieces, training=training).measure(
            index, part(progress, index, len(infos))
        )
    for title in dict.fromkeys(info.title for info in infos):
        _compare_stages(report, samples, title)
    progress(1.0)
    return report, samples


def _kind(info: CheckpointInfo) -> tuple[str, int, tuple[str, ...]]:
    return info.config["form"], info.config["length"], info.styles


def _compare_stages(report: Report, samples: Samples, title: str) -> None:
    """Compare the pre-trained generator with the adversarially trained one, checkpoint by checkpoint."""
    note = (
        "Maximum likelihood: after pre-training, before adversarial training. Teacher-forced and free-running: see "
        "above; the latter at temperature 1. At the same self-BLEU-4: on the line through the temperatures, at the "
        "place where maximum likelihood is at temperature 1."
    )
    before, forced, free = _taught(title), report.tables[FORCED].cells, report.tables[SWEEP].cells
    if len(samples.sweeps.get(title, {}).get(1.0, ())) != len(samples.sweeps[before][1.0]):
        return  # one of them has not been trained adversarially
    pairs = {
        f"teacher-forced, {way}: {column}": (forced[f"{before}: {way}"][column], forced[f"{title}: {way}"][column])
        for way in ("likeliest", "drawn")
        for column in ("BLEU-2", "BLEU-3", "BLEU-4", "BLEU-4 of all", "MSE")
        if column in forced[f"{title}: {way}"]
    }
    pairs["NLL"] = forced[f"{before}: drawn"]["NLL"], forced[f"{title}: drawn"]["NLL"]
    for column, figures in free[f"{title}, 1"].items():
        pairs[f"free-running: {column}"] = free[f"{before}, 1"][column], figures
    alike, quality = np.transpose(samples.sweeps[before][1.0])
    lines = np.array([sorted(line) for line in zip(*samples.sweeps[title].values(), strict=True)])
    there = [float(np.interp(x, *line.T)) for x, line in zip(alike, lines, strict=True)]
    pairs["free-running: BLEU-4 at the same self-BLEU-4"] = list(quality), there
    table = report.table(STAGES.format(title), note, decimals=4, of_seeds=True)
    for row, (taught, trained) in pairs.items():
        for one, other in zip(taught, trained, strict=True):
            table.add(row, "maximum likelihood", float(one))
            table.add(row, title, float(other))
            table.add(row, "difference", float(other - one))


def _taught(title: str) -> str:
    return f"{title}, taught"


class _Measuring:
    """One checkpoint's figures."""

    def __init__(
        self,
        report: Report,
        samples: Samples,
        model: SeqGan,
        title: str,
        *,
        pieces: list[TrainingPiece],
        training: list[TrainingPiece],
    ) -> None:
        self.report, self.samples, self.model, self.title = report, samples, model, title
        self.pieces = pieces
        self.tunes, self.training = (
            [tune for piece in each if (tune := model.prepare_piece(piece)) is not None] for each in (pieces, training)
        )
        self.networks = {_taught(title): model.taught, title: model.generator}
        if not model.adversarial_begun:
            self.networks = {_taught(title): model.generator}

    def measure(self, seed: int, progress: Progress) -> None:
        """Take all figures; real pieces are measured once, beside the first checkpoint."""
        first = seed == 0
        true, held_out = self._windows(self.tunes, seed)
        known, _ = self._windows(self.training, seed)
        references = true["tokens"].numpy()
        if first:
            for piece in self.pieces:
                self.report.pieces[piece.source] = self.report.pieces.get(piece.source, 0) + 1
            self._measure_real(references, known["tokens"].numpy())
            self._measure_real_tunes()
        for index, (name, network) in enumerate(self.networks.items()):
            torch.manual_seed(seed)
            here = part(progress, index, len(self.networks))
            self._measure_forced(name, network, held_out, seed)
            for place, temperature in enumerate(TEMPERATURES):
                here(place / len(TEMPERATURES))
                self._measure_free(name, network, true, temperature)
            if self.model.config.form == "tokens":
                self._measure_tunes(name, network, seed)
        if self.model.config.form == "tokens":
            self._measure_tunes(f"{name}, with repeats", network, seed, repeats=True)

    def _windows(self, tunes: list[PreparedTune], seed: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Return some windows of pieces, sampled without replacement, and all of them."""
        try:
            every = spaced_windows(tunes, self.model.config.length, self.model.config.vocabulary)
        except ValueError as error:
            raise DataError(f"There is nothing to compare with: {error}.") from error
        chosen = torch.from_numpy(np.random.default_rng(seed).permutation(len(every["before"]))[:SEQUENCES])
        return {name: value[chosen] for name, value in every.items()}, every

    # -- sequences ---------------------------------------------------------------------------------------------

    def _measure_forced(self, name: str, network: TokenGenerator, batch: dict[str, Tensor], seed: int) -> None:
        note = (
            "BLEU: the predicted sequence against the true one; of all: against all held-out ones, as many as there "
            f"are, of {SEQUENCES} predicted ones. Likeliest: the likeliest token at each place; drawn: one drawn at "
            "temperature 1. "
            "MSE: of the pitch in semitones (melody form). NLL: nats a token."
        )
        table, true = self.report.table(FORCED, note, decimals=4, of_seeds=True), batch["tokens"]
        with torch.inference_mode():
            log_probabilities = network.log_probabilities(true, Setting.of(batch))
            nll = -log_probabilities.gather(-1, true[..., None]).mean()
            sampled = sample_tokens(log_probabilities.flatten(0, 1)).reshape(true.shape)
            ways = {"likeliest": log_probabilities.argmax(dim=-1), "drawn": sampled}
        for way, tokens in ways.items():
            row = f"{name}: {way}"
            for order, score in bleu(tokens.numpy(), [[each] for each in true.numpy()]).items():
                table.add(row, f"BLEU-{order}", score)
            some = tokens.numpy()[np.random.default_rng(seed).permutation(len(tokens))[:SEQUENCES]]
            for order, score in bleu(some, [true.numpy()] * len(some)).items():
                table.add(row, f"BLEU-{order} of all", score)
            if self.model.config.form == "melody":
                table.add(row, "MSE", float((tokens - true).double().square().mean()))
            table.add(row, "right", float((tokens == true).float().mean()))
            table.add(row, "NLL", float(nll))

    def _measure_free(self, name: str, network: TokenGenerator, batch: dict[str, Tensor], temperature: float) -> None:
        tokens = network.sample(Setting.of(batch), self.model.config.length, temperature).numpy()
        quality = self._compare(f"{name}, {temperature:g}", tokens, batch["tokens"].numpy())
        self.samples.sweeps.setdefault(name, {}).setdefault(temperature, []).append(quality)

    def _compare(self, row: str, tokens: NDArray[np.int64], references: NDArray[np.int64]) -> tuple[float, float]:
        """Add a set of sequences to the table of the sweep; return its self-BLEU-4 and BLEU-4."""
        note = (
            f"{SEQUENCES} sequences against as many held-out ones, all of which are references. Self-BLEU: each "
            "against the others; less is more varied. The number is the temperature."
        )
        table = self.report.table(SWEEP, note, decimals=3, of_seeds=True)
        for order, score in (found := bleu(tokens, [references] * len(tokens))).items():
            table.add(row, f"BLEU-{order}", score)
        alike = self_bleu(tokens)
        table.add(row, "self-BLEU-4", alike)
        return alike, found[4]

    def _measure_real(self, held_out: NDArray[np.int64], known: NDArray[np.int64]) -> None:
        """Measure sequences of the training set as if they were sampled."""
        self.samples.sweeps[TRAINING] = {1.0: [self._compare(TRAINING, known, held_out)]}

    # -- tunes -------------------------------------------------------------------------------------------------

    def _measure_tunes(self, name: str, network: TokenGenerator, seed: int, *, repeats: bool = False) -> None:
        """Measure whole pieces that the model writes with one of its networks."""
        known = KnownTunes(tune.numbers for tune in self.training)
        for number in range(TUNES):
            opening, key = self.model.opening(np.random.default_rng([seed, number]), None, None)
            sampling = Sampling(1000 * seed + number, top_p=USUAL_TOP_P)
            tune = self.model.write(opening, key, TUNE_BEATS, sampling, repeats=repeats, generator=network)
            self._add_tune(name, tune, common_key(key), known)

    def _measure_real_tunes(self) -> None:
        if self.model.config.form != "tokens":
            return
        known = KnownTunes(tune.numbers for tune in self.training)
        for piece in self.pieces:
            found = in_common_key(piece)
            if found is not None:
                tune, key = found
                self._add_tune(HELD_OUT, tune, common_key(key), known)

    def _add_tune(self, row: str, tune: TokenSequence, key: int, known: KnownTunes) -> None:
        note = (
            f"Written at temperature 1, top-p {USUAL_TOP_P:g}; a figure a tune. In metre: share of bars that begin "
            "with a stroke and no melody held over. In key: share of bars all of whose notes are of the scale. "
            "Copied: the longest run of tokens that stands in one training tune (all in C major or A minor). Distinct "
            "bars: different ones over all. With repeats: each part played twice, as is usual."
        )
        table = self.report.table(TUNES_TABLE.format(TUNE_BEATS), note)
        table.add(row, "in metre", float(np.mean(bars_in_metre(tune))))
        table.add(row, "in key", float(np.mean(bars_in_key(tune, key))))
        start, length = known.longest_run(self.model.vocabulary().numbers(tune))
        places = tune.places()
        table.add(row, "copied tokens", float(length))
        table.add(row, "copied bars", float(places[start + length] - places[start]) / tune.bar_steps)
        table.add(row, "distinct bars", distinct_bars(tune))
        table.add(row, "bars", float(tune.bars()))
