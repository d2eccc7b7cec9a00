"""Writing of an accompaniment, note by note, of which every stroke can be played."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS
from tonenet_core.models.accompaniment.features import (
    ECHOES,
    NO_DEGREE,
    START,
    add_echoes,
    degree,
    echo_features,
    key_planes,
    place_planes,
    surroundings,
)
from tonenet_core.models.accompaniment.keyboard import Keyboard, notes_of_steps
from tonenet_core.models.accompaniment.network import AccompanistNetwork
from tonenet_core.models.accompaniment.sheet import Desk
from tonenet_core.models.drawing import Taste, draw
from tonenet_core.performance import LOWEST_PITCH, PIANO_KEYS
from tonenet_core.progress import Progress

MOST_IN_A_BEAT = 40  # notes; a model that goes round in circles must come to the next beat
_AHEAD = max(ECHOES) * STEPS  # silent steps before the first, which the echoes of the first beats look at


class Writer:
    """An accompaniment that is being written.

    The network runs with the style and with each of the others at once (see `Taste`).
    """

    def __init__(
        self, network: AccompanistNetwork, desk: Desk, styles: tuple[int, ...], taste: Taste, rng: np.random.Generator
    ) -> None:
        self._network, self._desk, self._taste, self._rng = network, desk, taste, rng
        self._style = torch.tensor(styles if taste.guidance != 1 else styles[:1])
        self._about = surroundings(desk.context, 0, desk.context.beats)
        self._grid = np.zeros((_AHEAD + STEPS * desk.context.beats, PIANO_KEYS), bool)
        self._state: Tensor | None = None
        self._before = (START, 0)  # place and pitch of the last token
        self._last_key = 0
        self._keyboard = Keyboard(desk)
        self.written: list[tuple[int, int, int]] = []  # step, pitch, length

    def write(self, progress: Progress) -> NDArray[np.void]:
        """Return the notes, `(n,)` of `NOTE_DTYPE`, beat by beat."""
        beats = self._desk.context.beats
        for beat in range(beats):
            if beat % 8 == 0:
                progress(beat / beats)
            self._open(beat)
            if self._desk.sheet.is_kept[beat]:
                self._play_kept(beat)
            else:
                self._write_beat(beat)
            self._before = (END, 0)
        progress(1.0)
        return notes_of_steps(self._desk, self.written)

    # -- a beat --------------------------------------------------------------------------------------------------

    def _open(self, beat: int) -> None:
        about, base = self._about, _AHEAD + beat * STEPS
        add_echoes(about.given[beat], echo_features(self._grid[base - _AHEAD : base], int(about.root[beat])))
        self._given = torch.from_numpy(about.given[beat])
        near = self._grid[base - _AHEAD : base + STEPS]
        self._places = torch.from_numpy(place_planes(near, about, np.array([_AHEAD]), np.array([beat])))
        self._chroma = torch.from_numpy(about.chroma[beat])
        self._root = int(about.root[beat])

    def _advance(self, beat: int) -> Tensor:
        """Take the last token in, and return the states from which the next one is drawn, `(k, hidden)`."""
        place, pitch = self._before
        known = degree(np.array([pitch]), np.array([self._root]))[0] if pitch else NO_DEGREE
        rows = len(self._style)
        token = {
            "given": self._given.expand(rows, 1, -1),
            "before_place": torch.full((rows, 1), place),
            "before_degree": torch.full((rows, 1), int(known)),
        }
        states, self._state = self._network.states(token, self._style, self._state)
        return states[:, 0]

    def _play_kept(self, beat: int) -> None:
        """Take in the notes of a beat that stays as it is."""
        for step, pitch in self._own_notes(beat):
            self._advance(beat)
            self._strike(step, pitch)
        self._advance(beat)

    def _write_beat(self, beat: int) -> None:
        """Draw the notes of a beat, among which some of the piece's own may stay."""
        own = self._own_notes(beat)
        for _ in range(MOST_IN_A_BEAT):
            found = self._draw_note(beat, self._advance(beat))
            if own and (found is None or own[0] <= found[:2]):
                self._strike(*own.pop(0))
            elif found is None:
                return
            else:
                step, pitch, length = found
                self.written.append((step, pitch, int(LENGTHS[length])))
                self._strike(step, pitch)
        self._advance(beat)

    def _own_notes(self, beat: int) -> list[tuple[int, int]]:
        """Return steps and pitches of the piece's own notes that stay in a beat."""
        steps = range(beat * STEPS, (beat + 1) * STEPS)
        return sorted((step, pitch) for step in steps for pitch in self._desk.kept[step])

    def _strike(self, step: int, pitch: int) -> None:
        self._grid[_AHEAD + step, pitch - LOWEST_PITCH] = True
        self._keyboard.strike(step, pitch)
        self._before, self._last_key = (step % STEPS, pitch), pitch - LOWEST_PITCH

    # -- a note --------------------------------------------------------------------------------------------------

    def _draw_note(self, beat: int, states: Tensor) -> tuple[int, int, int] | None:
        """Return step, pitch and index of the length of the next note of a beat; None at its end."""
        rows = len(states)
        before = torch.full((rows,), self._before[0])
        places = self._network.place_logits(states, self._places.expand(rows, -1, -1), before)
        weights = self._taste.probabilities(places)
        while True:
            place = draw(weights, self._rng)
            if place == END:
                return None
            step = beat * STEPS + place
            allowed = self._keyboard.allowed(step)
            if self._before[0] == place:
                allowed[: self._last_key + 1] = False
            if allowed.any():
                break
            weights[place] = 0
            if weights.sum() <= 0:
                return None
        melody = int(self._about.melody[beat, place])
        keys = key_planes(self._grid[step : step + _AHEAD + 1], np.array([_AHEAD]))
        token = {
            "place": torch.full((rows,), place),
            "before_place": before,
            "root": torch.full((rows,), self._root),
            "last_key": torch.full((rows,), self._last_key),
            "melody": torch.full((rows,), melody),
            "chroma": self._chroma.expand(rows, -1, -1),
            "keys": torch.from_numpy(keys).expand(rows, -1, -1),
        }
        key = draw(self._taste.probabilities(self._network.pitch_logits(states, token), allowed), self._rng)
        lengths = self._network.length_logits(states, token["place"], torch.full((rows,), key), token["root"])
        return step, key + LOWEST_PITCH, draw(self._taste.probabilities(lengths), self._rng)
