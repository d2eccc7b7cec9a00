"""Writing of a piece, note by note, of which every stroke can be played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS, UNKNOWN_LENGTH, Tokens
from tonenet_core.encoding.images import STEP_NOTE_DTYPE
from tonenet_core.harmony.hands import playable_additions
from tonenet_core.models.drawing import Taste, draw
from tonenet_core.models.pianist.features import (
    AHEAD,
    MIDDLE,
    START,
    degrees,
    key_planes,
    lags,
    outer_keys,
    surroundings,
)
from tonenet_core.models.pianist.network import PianistNetwork
from tonenet_core.models.pianist.plan import Plan
from tonenet_core.models.pianist.texture import KEPT_BEATS, Steering, Texture, steps_of_stroke
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS
from tonenet_core.progress import Progress

MOST_IN_A_BEAT = 40  # notes; a model that goes round in circles must come to the next beat
MOST_REST = 2  # silent beats after which something is struck: recordings begin and end with longer ones
FLAT = 64  # the velocity of notes before a performer plays them
_OCTAVES = torch.arange(PIANO_KEYS) / 12


class Writer:
    """A piece that is being written; the network runs with its style and with each of the others at once."""

    def __init__(
        self,
        network: PianistNetwork,
        plan: Plan,
        styles: tuple[int, ...],
        taste: Taste,
        rng: np.random.Generator,
        *,
        texture: Texture | None = None,
    ) -> None:
        self._network, self._plan, self._taste, self._rng = network, plan, taste, rng
        self._taste_of_lengths = replace(taste, top_p=1.0)  # long notes are rare; without them all is too dry
        self._style = torch.tensor(styles if taste.guidance != 1 else styles[:1])
        self._grid = np.zeros((STEPS * (AHEAD + plan.beats), PIANO_KEYS), bool)
        self._state: Tensor | None = None
        self._before = (START, 0, UNKNOWN_LENGTH)  # place, pitch and length of the last token
        self._last_key = MIDDLE
        self._steering = None if texture is None else Steering(texture)
        self.written: list[tuple[int, int, int]] = []  # step, pitch, length in steps

    def write(self, begun: Tokens | None, progress: Progress) -> NDArray[np.void]:
        """Return the notes, `(n,)` of `STEP_NOTE_DTYPE`, which go on from those that are given."""
        first = 0
        if begun is not None:
            first = int(begun.beat[-1]) + 1
            self._play(begun)
        for beat in range(first, self._plan.beats):
            if beat % 4 == 0:
                progress(beat / self._plan.beats)
            self._write_beat(beat)
        progress(1.0)
        return self._notes()

    # -- a beat --------------------------------------------------------------------------------------------------

    def _open(self, beat: int) -> None:
        base = STEPS * beat
        self._near = self._grid[base : base + STEPS * (AHEAD + 1)]
        seen = surroundings(self._plan, beat, self._near[: STEPS * AHEAD])
        self._ago = lags(self._plan, beat)
        beats, beat_sec = min(beat, KEPT_BEATS), float(self._plan.beat_sec[beat])
        if self._steering is not None:
            self._steering.look_back(self._near[STEPS * (AHEAD - beats) : STEPS * AHEAD], beat_sec)
        self._stroke = steps_of_stroke(beat_sec)
        self._given, self._chroma, self._places = (
            torch.from_numpy(each) for each in (seen.given, seen.chroma, seen.places)
        )

    def _advance(self) -> Tensor:
        """Take the last token in, and return the states from which the next one is drawn, `(k, hidden)`."""
        place, pitch, length = self._before
        rows = len(self._style)
        token = {
            "given": self._given.expand(rows, 1, -1),
            "before_place": torch.full((rows, 1), place),
            "before_degree": torch.full((rows, 1), int(degrees(np.array([pitch]), self._plan.tonic)[0])),
            "before_length": torch.full((rows, 1), length + 1),
        }
        states, self._state = self._network.states(token, self._style, self._state)
        return states[:, 0]

    def _play(self, begun: Tokens) -> None:
        """Take in the beginning of a piece."""
        for beat, place, pitch, length in zip(
            *(each.tolist() for each in (begun.beat, begun.place, begun.pitch, begun.length)), strict=True
        ):
            if self._before[0] in (START, END):
                self._open(beat)
            self._advance()
            if place == END:
                self._before = (END, 0, UNKNOWN_LENGTH)
            else:
                self._strike(beat, place, pitch, length)

    def _write_beat(self, beat: int) -> None:
        self._open(beat)
        rest = self._grid[STEPS * (AHEAD + max(beat - MOST_REST, 0)) : STEPS * (AHEAD + beat)]
        is_due = not rest.any() and beat < self._plan.beats - MOST_REST
        for _ in range(MOST_IN_A_BEAT):
            found = self._draw_note(self._advance(), may_end=not is_due)
            is_due = False
            if found is None:
                break
            self._strike(beat, *found)
        else:
            self._advance()
        self._before = (END, 0, UNKNOWN_LENGTH)

    def _strike(self, beat: int, place: int, pitch: int, length: int) -> None:
        self._grid[STEPS * (AHEAD + beat) + place, pitch - LOWEST_PITCH] = True
        self._before, self._last_key = (place, pitch, length), pitch - LOWEST_PITCH
        self.written.append((beat * STEPS + place, pitch, int(LENGTHS[length]) if length != UNKNOWN_LENGTH else 1))

    # -- a note --------------------------------------------------------------------------------------------------

    def _draw_note(self, states: Tensor, *, may_end: bool) -> tuple[int, int, int] | None:
        """Return place, pitch and index of the length of the next note of a beat; None at its end."""
        rows = len(states)
        before = torch.full((rows,), self._before[0])
        places = self._network.place_logits(states, self._places.expand(rows, -1, -1), before)
        if self._steering is not None:
            last = self._before[0] if self._before[0] < END else -1
            places[:, last + 1 : END] += self._steering.stroke
        weights = self._taste.probabilities(places, np.arange(END + 1) < END + may_end)
        while True:
            place = draw(weights, self._rng)
            if place == END:
                return None
            allowed = self._allowed(place)
            if allowed.any():
                break
            weights[place] = 0
            if weights.sum() <= 0:
                return None
        step = np.array([STEPS * AHEAD + place])
        low, high = outer_keys(self._near, step)
        token = {
            "place": torch.full((rows,), place),
            "before_place": before,
            "root": torch.full((rows,), self._plan.tonic),
            "last_key": torch.full((rows,), self._last_key),
            "low": torch.full((rows,), int(low[0])),
            "high": torch.full((rows,), int(high[0])),
            "chroma": self._chroma.expand(rows, -1, -1),
            "keys": torch.from_numpy(key_planes(self._near, self._ago[None], step)).expand(rows, -1, -1),
        }
        keys = self._network.pitch_logits(states, token)
        if self._steering is not None:
            keys = keys + self._steering.octave * _OCTAVES
        key = draw(self._taste.probabilities(keys, allowed), self._rng)
        lengths = self._network.length_logits(states, token["place"], torch.full((rows,), key), token["root"])
        return place, key + LOWEST_PITCH, draw(self._taste_of_lengths.probabilities(lengths), self._rng)

    def _allowed(self, place: int) -> NDArray[np.bool_]:
        """Return which keys can be struck at a place, `(88,)`: in reach of the hands, above those struck there.

        What is struck at the steps just before it is one stroke with it where the beats are short.
        """
        step = STEPS * AHEAD + place
        keys = np.flatnonzero(self._near[step - self._stroke : step + 1].any(axis=0))
        together: list[int] = (keys + LOWEST_PITCH).tolist()
        allowed = playable_additions(together)[LOWEST_PITCH : LOWEST_PITCH + PIANO_KEYS]
        allowed &= ~self._near[step]
        if self._before[0] == place:
            allowed[: self._last_key + 1] = False
        return allowed

    # -- the whole -----------------------------------------------------------------------------------------------

    def _notes(self) -> NDArray[np.void]:
        """Return the written notes: each ends when its key is struck again, and all with the last bar."""
        end, notes = STEPS * self._plan.beats, np.zeros(len(self.written), STEP_NOTE_DTYPE)
        struck = dict.fromkeys(range(LOWEST_PITCH, LOWEST_PITCH + PIANO_KEYS), end)
        for index in range(len(self.written) - 1, -1, -1):
            step, pitch, length = self.written[index]
            notes[index] = (step, max(min(length, struck[pitch] - step), 1), pitch - LOWEST_PITCH, FLAT)
            struck[pitch] = step
        return notes
