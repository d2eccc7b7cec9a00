"""The SeqGAN's two networks, and sampling from the first (Yu et al., arXiv 1609.05473)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tonenet_core.encoding.tokens import METRES, Vocabulary, bar_steps

PHRASE_BARS = 8
BARS_LEFT = 8  # the generator counts the bars that are left up to this number
LONGEST_BAR = max(map(bar_steps, METRES))
_TABLE_COLUMNS = len(Vocabulary([]).as_table(1)[0])

State = tuple[Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class Setting:
    """The context of sequences within their pieces; all `(B,)` int64.

    Attributes:
        before: the token before the first; the size of the vocabulary at the beginning.
        place: step of the first token, from the piece's first bar line.
        metre: index in `METRES`.
        key: 0..23 as in `key.MUSICAL_KEYS`.
        bars: of the whole piece.
    """

    before: Tensor
    place: Tensor
    metre: Tensor
    key: Tensor
    bars: Tensor

    @classmethod
    def of(cls, batch: dict[str, Tensor]) -> Setting:
        """Return the setting of a batch that `windows.py` made."""
        return cls(*(batch[name] for name in ("before", "place", "metre", "key", "bars")))

    def repeated(self, times: int) -> Setting:
        """Return the setting of `times` copies of the batch, one after another."""
        return Setting(*(value.repeat(times) for value in (self.before, self.place, self.metre, self.key, self.bars)))


class TokenGenerator(nn.Module):
    """Embedding, LSTM, softmax; with `places`, its input also has the position in bar, phrase and piece."""

    bars: Tensor
    table: Tensor

    def __init__(
        self,
        vocabulary: int,
        embedding: int,
        hidden: int,
        *,
        layers: int = 1,
        dropout: float = 0.0,
        places: bool = True,
    ) -> None:
        super().__init__()
        self.vocabulary, self.dropout = vocabulary, dropout
        self.embedding = nn.Embedding(vocabulary + 1, embedding)
        sizes = (LONGEST_BAR, PHRASE_BARS, BARS_LEFT + 1, len(METRES), 24) if places else ()
        self.places = nn.ModuleList(nn.Embedding(size, embedding) for size in sizes)
        self.lstm = nn.LSTM(embedding, hidden, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0)
        self.output = nn.Linear(hidden, vocabulary)
        self.register_buffer("table", torch.zeros(vocabulary, _TABLE_COLUMNS, dtype=torch.int16))
        self.register_buffer("bars", torch.tensor([bar_steps(metre) for metre in METRES]), persistent=False)

    @property
    def shifts(self) -> Tensor:
        """Steps from each token to the next one, `(V,)`."""
        return self.table[:, 1].long()

    def steps_of(self, tokens: Tensor, setting: Setting) -> Tensor:
        """Return the step of each token of `(B, T)`, and of the one that would follow, `(B, T + 1)`."""
        shifted = torch.cumsum(self.shifts[tokens], dim=1)
        return setting.place[:, None] + functional.pad(shifted, (1, 0))

    def forward(
        self, previous: Tensor, steps: Tensor, setting: Setting, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Return the log-probabilities of the tokens at these steps, and the state after them.

        Args:
            previous: `(B, T)`, the token before each.
            steps: `(B, T)`, of the predicted tokens.
            setting: of the sequences.
            state: of the LSTM; None at the beginning.

        Returns:
            `(B, T, V)`, minus infinity for rows of the vocabulary that hold no token.
        """
        read = self.embedding(previous)
        if len(self.places):
            bar_length = self.bars[setting.metre][:, None]
            bar = torch.div(steps, bar_length, rounding_mode="floor")
            left = (setting.bars[:, None] - 1 - bar).clamp(0, BARS_LEFT)
            each = (steps % bar_length, bar % PHRASE_BARS, left, setting.metre[:, None], setting.key[:, None])
            for embedding, place in zip(self.places, each, strict=True):
                read = read + embedding(place)
        dropped = functional.dropout(read, self.dropout, self.training)
        out, after = self.lstm(dropped, state)
        logits = self.output(functional.dropout(out, self.dropout, self.training))
        return torch.log_softmax(logits.masked_fill(self.table[:, 0] == 0, -torch.inf), dim=-1), after

    def log_probabilities(self, tokens: Tensor, setting: Setting) -> Tensor:
        """Return next-token log-probabilities `(B, T, V)` at each place of `(B, T)`, given the tokens before it."""
        previous = torch.cat([setting.before[:, None], tokens[:, :-1]], dim=1)
        return self(previous, self.steps_of(tokens, setting)[:, :-1], setting)[0]  # type: ignore[no-any-return]

    @torch.no_grad()
    def sample(self, setting: Setting, length: int, temperature: float = 1.0) -> Tensor:
        """Return sequences sampled from the model, `(B, length)`."""
        tokens = torch.zeros(len(setting.before), length, dtype=torch.long, device=setting.before.device)
        previous, step, state = setting.before, setting.place, None
        for place in range(length):
            log_probabilities, state = self(previous[:, None], step[:, None], setting, state)
            previous = sample_tokens(log_probabilities[:, 0], temperature)
            tokens[:, place] = previous
            step = step + self.shifts[previous]
        return tokens


def sample_tokens(log_probabilities: Tensor, temperature: float = 1.0, top_p: float = 1.0) -> Tensor:
    """Sample a token for each row of `(B, V)`; temperature 0 takes the likeliest.

    `top_p`, 0..1, samples from the fewest tokens that have this share of the probability (Holtzman et al., arXiv
    1904.09751).
    """
    if temperature == 0:
        return log_probabilities.argmax(dim=-1)
    probability = torch.softmax(log_probabilities / temperature, dim=-1)
    if top_p < 1:
        ordered, order = probability.sort(dim=-1, descending=True, stable=True)
        before = ordered.cumsum(dim=-1) - ordered
        probability = torch.zeros_like(probability).scatter(-1, order, ordered * (before < max(top_p, 1e-9)))
    # One random number a row, not one a token, which took most of a roll-out's time. It is above zero and at most the
    # whole, so that a token of probability 0 is never chosen.
    reached = probability.cumsum(dim=-1)
    target = reached[:, -1:] * (1 - torch.rand(len(reached), 1, device=reached.device))
    return torch.searchsorted(reached, target)[:, 0]


class Highway(nn.Module):
    """A gated layer that can pass its input on unchanged (Srivastava et al., arXiv 1505.00387)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.change, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        nn.init.constant_(self.gate.bias, -2.0)

    def forward(self, read: Tensor) -> Tensor:
        """Return `(B, size)` of `(B, size)`."""
        gate = torch.sigmoid(self.gate(read))
        return gate * torch.relu(self.change(read)) + (1 - gate) * read


class TokenDiscriminator(nn.Module):
    """Convolutions of many widths over embedded tokens, the maximum of each over time, a highway, one logit.

    Source: Zhang & LeCun's text network with a highway, arXiv 1609.05473, section 3.2 and appendix.
    """

    def __init__(self, vocabulary: int, embedding: int, kernels: tuple[int, ...], filters: int, dropout: float) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.convolutions = nn.ModuleList(nn.Conv1d(embedding, filters, kernel) for kernel in kernels)
        self.highway = Highway(filters * len(kernels))
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(filters * len(kernels), 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logit of each sequence of `(B, T)` being real, `(B,)`; T is at least the widest kernel."""
        found = [self._convolved(tokens, *each.parameters()).amax(dim=1) for each in self.convolutions]
        judged = self.dropout(self.highway(torch.relu(torch.cat(found, dim=-1))))
        logit: Tensor = self.output(judged)
        return logit[:, 0]

    def _convolved(self, tokens: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the convolution of the embedded tokens, `(B, T - width + 1, filters)`.

        There are far fewer tokens than places: the contribution of each token at each place under the filters is
        computed once, then looked up and summed along the sequence. That is eleven times as fast as embedding and
        multiplying.
        """
        vocabulary, (filters, _, width) = self.embedding.num_embeddings, weight.shape
        added = torch.einsum("ve,few->wvf", self.embedding.weight, weight).reshape(width * vocabulary, filters)
        rows = tokens.unfold(1, width, 1) + torch.arange(width, device=tokens.device) * vocabulary
        summed = functional.embedding_bag(rows.reshape(-1, width), added, mode="sum")
        return summed.reshape(len(tokens), -1, filters) + bias

    def penalty(self) -> Tensor:
        """Return half the squared length of the output layer's weights: the L2 term of the paper's code."""
        return 0.5 * (self.output.weight.square().sum() + self.output.bias.square().sum())
