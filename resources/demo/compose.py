"""Corner Table: a minute of swing piano, written for ToneNet, and the script that writes its MIDI file.

A 32-bar AABA tune in F at 140 beats a minute, with a one-bar lead-in and a tag. The right hand is written out bar by
bar, the left strides in the A sections and walks in the bridge. Swing, lay-back, phrasing and accents are laid over the
written notes by fixed rules with a seeded generator, so that every run gives the same bytes:

    python resources/demo/compose.py            writes corner-table.mid beside this script

How a bar is written: `beat:pitches/length`, beats 1..4 with `&` for the (swung) eighth after, pitches joined by `+`,
length in written beats; then `>` for an accent, `-` for a ghost note, `*` for a chord rolled from the bottom.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import mido

TICKS_PER_BEAT = 480
BEATS_PER_BAR = 4
BEATS_PER_MINUTE = 140
TICKS_PER_MS = TICKS_PER_BEAT * BEATS_PER_MINUTE / 60_000

SWING = 0.635  # where the off-beat falls between two beats; .5 is straight, .667 a triplet
MELODY_LAG_MS = 14  # the right hand sits behind the beat that the left hand keeps
ROLL_MS = 34

PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# ---- The written piece ----------------------------------------------------------------------------------------------

# One string a bar. Bar 0 leads in; 1-8 A, 9-16 A, 17-24 bridge, 25-32 A, 33-35 tag.
RIGHT_HAND = [
    "4:C5/.5 4&:D5/.5",
    # A: a rising hook, answered from above
    "1&:G5/.5 2:A5/1> 3:G5/.5 3&:E5/.5 4&:F5/2",
    "2&:D5/.5 3:B4/.5 3&:Ab4/.5 4:B4/.5- 4&:A4/1",
    "1&:Bb4/.5 2:D5/.5 2&:F5/.5 3:A5/1> 4:G5/.5 4&:E5/2",
    "2&:D5/.5 3:C5/.5- 4:D5/.5 4&:E5/.5",
    "1&:A5/.5 2:C6/1> 3:A5/.5 3&:G5/.5 4&:F#5/2",
    "2&:Eb5/.5 3:C5/.5 3&:A4/.5 4:C5/.5- 4&:Bb4/1",
    "1&:D5/.5 2:F5/.5 2&:A5/.5> 3:G5/.5 3&:E5/.5 4:Db5/.5 4&:C5/1.5",
    "2&:G4+A4+D5/.4 3&:G4+A4+D5/.3- 4:C5/.5 4&:D5/.5",
    # A again, freer
    "1&:G5/.5 2:A5/.5> 2&:C6/.5 3:A5/.5 3&:E5/.5- 4&:F5/2",
    "2&:D5/.5 3:B4/.5 3&:Ab4/.5 4:F4/.5- 4&:A4/1",
    "1&:Bb4/.5 2:D5/.5 2&:F5/.5 3:A5/.5> 3&:Bb5/.5 4:A5/.5 4&:G5/1.5>",
    "2:E5/.5 2&:D5/.5 3:C5/.5- 3&:D5/.5 4:E5/.5 4&:G5/.5",
    "1:A5/1> 2:C6/.5 2&:B5/.5 3:A5/.5 3&:G5/.5 4:E5/.5- 4&:F#5/1.5>",
    "2:Eb5/.5 2&:D5/.5 3:C5/.5 3&:A4/.5 4:C5/.5- 4&:Bb4/1",
    "1&:D5/.5 2:F5/.5 2&:A5/.5> 3:Ab5/.5 3&:G5/.5 4:E5/.5- 4&:F5/2",
    "2&:A4+D5/.4- 4&:Bb4+Eb5+G5/2>",
    # Bridge: chords pushed ahead of the bar, then a run, then a riff
    "2&:D5+F5/.5 3:Eb5/.5 3&:D5/.5 4:C5/.5- 4&:Eb4+A4+D5/2>",
    "3:C5/.5 3&:D5/.5 4:Eb5/.5 4&:A4+D5+F5/2>",
    "2&:A4+D5/.5 3:C5/.5 3&:Bb4/.5 4:A4/.5- 4&:Db4+G4+C5/2>",
    "3:F5/.5 3&:A5/.5> 4:G5/.5 4&:E5/1",
    "1&:C5/.5 2:E5/.5 2&:G5/.5 3:B5/.5> 3&:A5/.5 4:G5/.5 4&:Bb5/.5>",
    "1:A5/.5 1&:F#5/.5 2:Eb5/.5 2&:C5/.5 3:Bb4/.5 3&:A4/.5- 4:F#4/.5 4&:F4+A4/1",
    "1&:Bb4+D5/.4 2&:D5+F5/.4> 3&:F5+A5/.4> 4&:E5+A5/1.5>",
    "2&:E5+G5/.4> 3&:Db5+E5/.4 4:C5/.5 4&:D5/.5",
    # A once more, at its fullest
    "1&:G4+G5/.5 2:A4+A5/1> 3:G5/.5 3&:E5/.5 4&:B4+F5/2>",
    "2&:D5/.5 3:B4/.5 3&:Ab4/.5 4:B4/.5- 4&:F4+A4/1",
    "1&:Bb4/.5 2:D5/.5 2&:F5/.5 3:A5/.5> 3&:C6/.5 4:D6/.5> 4&:C6/1>",
    "1&:A5/.5 2:G5/.5 2&:E5/.5 3:D5/.5- 3&:C5/.5 4:E5/.5 4&:G5/.5",
    "1:A5/.5 1&:G5/.5 2:C5+C6/1> 3:A5/.5 3&:G5/.5 4&:C5+F#5/1.5>",
    "2:A4+Eb5/.5 2&:C5+F#5/.5> 3:A4+Eb5/.5 3&:F#4+C5/.5 4:A4/.5- 4&:D4+Bb4/1",
    "1&:D5/.5 2:F5/.5 2&:A5/.5> 3:G5/.5 3&:E5/.5 4:Db5/.5- 4&:C5/1.5",
    "2:E5/.5 2&:G5/.5> 3:F#5/.5 3&:Eb5/.5 4:C5/.5- 4&:Bb4/1",
    # Tag: the same turn once more, lower and softer, and a last climb
    "1&:A4/.5- 2:Bb4/.5 2&:D5/.5 3:Db5/.5 3&:Bb4/.5 4:G4/.5- 4&:A4/2",
    "3:C5/.5 3&:D5/.5 4:G5/.5 4&:A5/.5",
    "1:A4+D5+G5+C6/4*",
]

# Root, fifth (or another bass for beat 3), and the chord that the left hand reaches up to.
CHORDS = {
    "F6": ("F2", "C3", "A3+C4+D4"),
    "Fmaj9": ("F2", "C3", "E3+G3+A3+C4"),
    "Abdim": ("Ab2", "D3", "F3+Ab3+B3+D4"),
    "Gm9": ("G2", "D3", "F3+A3+Bb3+D4"),
    "C13": ("C3", "G2", "E3+A3+Bb3+D4"),
    "Am7": ("A2", "E3", "G3+C4+E4"),
    "D7b9": ("D3", "A2", "F#3+A3+C4+Eb4"),
    "Gm7": ("G2", "D3", "F3+Bb3+D4"),
    "C7b9": ("C3", "G2", "E3+Bb3+Db4"),
}

# One entry a bar: a pattern and its chords (two when the harmony changes on beat 3), or a walking line.
LEFT_HAND = [
    "lead C13",
    *("two Fmaj9", "stride Abdim", "two Gm9", "push C13", "two Am7", "stride D7b9", "change Gm7 C7b9", "rest F6"),
    *("stride Fmaj9", "stride Abdim", "two Gm9", "stride C13", "stride Am7", "two D7b9", "change Gm7 C7b9"),
    *("walk F2 A2 Bb2 B2", "walk C3 D3 Eb3 E3", "walk F3 Eb3 C3 B2", "walk Bb2 D3 F3 E3", "walk Eb3 Bb2 G2 Ab2"),
    *("walk A2 C3 E3 Eb3", "walk D3 C3 A2 F#2", "walk G2 A2 Bb2 B2", "walk C3 Bb2 G2 E2"),
    *("stride Fmaj9", "stride Abdim", "two Gm9", "stride C13", "stride Am7", "stride D7b9", "change Gm7 C7b9"),
    *("change Am7 D7b9", "change Gm7 C7b9", "close F6", "last F6"),
]

# What a pattern plays: `root`, `fifth`, `chord`, `next` (the second chord's) at a beat, for a length, with a mark.
PATTERNS = {
    "lead": "1:root/1.8 2&:chord/.4 3&:chord/.3-",
    "two": "1:root/1.9 2&:chord/.4> 3:fifth/.9 4:chord/.5-",
    "stride": "1:root/.9 2:chord/.5 3:fifth/.9 4:chord/.5",
    "push": "1:root/.9 2:chord/.5- 3:fifth/.9 3&:chord/.4>",
    "change": "1:root/.9 2:chord/.5 3:next-root/.9 4:next-chord/.5",
    "rest": "1:root/1.9 2&:chord/.4- 4:fifth/.9",
    "close": "1:root/1.9 2:chord/2-",
    "last": "1:low-root+fifth/4* 3:low-root/2-",
}

# The melody's loudness (MIDI velocity) at the first beat of a bar; straight lines between.
DYNAMICS = {0: 56, 1: 64, 5: 70, 8: 60, 9: 67, 13: 75, 16: 66, 20: 70, 24: 82, 27: 90, 31: 76, 33: 58, 35: 42}
BASS_BELOW_MELODY = 12
CHORD_BELOW_MELODY = 20

# Bars and beats between which the sustain pedal is down: only where a chord is to ring.
PEDAL = [(17, 3.6, 18, 0.9), (18, 3.6, 19, 0.9), (19, 3.6, 20, 0.9), (34, 1, 34, 3.9), (35, 0, 36, 1.5)]

# Beats a minute from a bar and beat on: the last climb slows down.
TEMPI = [(0, 0, BEATS_PER_MINUTE), (33, 2, 134), (34, 0, 126), (34, 2, 108), (34, 3, 90), (35, 0, 78)]

# ---- From the page to played notes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stroke:
    """One written note: where and how long in written beats, and how it is meant."""

    beat: float
    length: float
    pitch: int
    mark: str
    place: int = 0
    of: int = 1
    role: str = "melody"


@dataclass(frozen=True)
class PlayedNote:
    """One note as it goes into the file, in ticks."""

    start: int
    end: int
    pitch: int
    velocity: int


def pitch_of(name: str) -> int:
    """Return the MIDI number of a name such as `F#4` (C4 is 60)."""
    return PITCH_CLASSES[name[0]] + name.count("#") - name.count("b") + 12 * (int(name[-1]) + 1)


def read_bar(text: str, bar: int) -> Iterator[tuple[float, str, float, str]]:
    """Yield `(beat from the start, what is struck, length, mark)` of each entry of a written bar."""
    for beat, off, what, length, mark in re.findall(r"(\d)(&?):(\S+?)/([\d.]+)([>*-]?)", text):
        yield bar * BEATS_PER_BAR + int(beat) - 1 + (0.5 if off else 0.0), what, float(length), mark


def chord_strokes(beat: float, pitches: list[int], length: float, mark: str, role: str) -> Iterator[Stroke]:
    """Yield one stroke for each pitch of a chord, counted from the bottom."""
    for place, pitch in enumerate(sorted(pitches)):
        yield Stroke(beat, length, pitch, mark, place, len(pitches), role)


def right_hand() -> Iterator[Stroke]:
    """Yield the melody and the chords under it."""
    for bar, text in enumerate(RIGHT_HAND):
        for beat, what, length, mark in read_bar(text, bar):
            yield from chord_strokes(beat, [pitch_of(name) for name in what.split("+")], length, mark, "melody")


def left_hand() -> Iterator[Stroke]:
    """Yield bass and chords as the bar's pattern places them."""
    for bar, entry in enumerate(LEFT_HAND):
        pattern, *names = entry.split()
        if pattern == "walk":
            for step, name in enumerate(names):
                yield Stroke(bar * BEATS_PER_BAR + step, 0.95, pitch_of(name), ">" if step == 1 else "", role="bass")
            continue
        parts = left_hand_parts(CHORDS[names[0]], CHORDS[names[-1]])
        for beat, what, length, mark in read_bar(PATTERNS[pattern], bar):
            pitches = [pitch for part in what.split("+") for pitch in parts[part]]
            yield from chord_strokes(beat, pitches, length, mark, "chord" if "chord" in what else "bass")


def left_hand_parts(chord: tuple[str, str, str], following: tuple[str, str, str]) -> dict[str, list[int]]:
    """Return the pitches that the words in `PATTERNS` stand for."""
    root, fifth, voicing = chord
    return {
        "root": [pitch_of(root)],
        "low-root": [pitch_of(root) - 12],
        "fifth": [pitch_of(fifth)],
        "chord": [pitch_of(name) for name in voicing.split("+")],
        "next-root": [pitch_of(following[0])],
        "next-chord": [pitch_of(name) for name in following[2].split("+")],
    }


def swung(beat: float) -> float:
    """Return where a written beat falls when its off-beats are swung; straight between beat and off-beat."""
    whole, part = divmod(beat, 1.0)
    return whole + (part * 2 * SWING if part <= 0.5 else SWING + (part - 0.5) * 2 * (1 - SWING))


def around_zero(chance: random.Random) -> float:
    """Draw from -1..1, mostly near 0. Sums of `random()` are the same on every version of Python."""
    return (chance.random() + chance.random() + chance.random()) * 2 / 3 - 1


def loudness(beat: float) -> float:
    """Return the melody's velocity at a beat, as `DYNAMICS` has it."""
    bar = beat / BEATS_PER_BAR
    marks = sorted(DYNAMICS)
    before = max(mark for mark in marks if mark <= bar)
    after = min((mark for mark in marks if mark > bar), default=before)
    if after == before:
        return DYNAMICS[before]
    return DYNAMICS[before] + (DYNAMICS[after] - DYNAMICS[before]) * (bar - before) / (after - before)


def touch(stroke: Stroke, chance: random.Random) -> int:
    """Return the velocity of a stroke: the section's level, the line's contour, swing's off-beats, the written mark."""
    level = loudness(stroke.beat)
    off_beat = stroke.beat % 1 != 0
    if stroke.role == "melody":
        level += 0.55 * (stroke.pitch - 76) + (6 if off_beat else -2)
        level += 5 if stroke.length >= 1 else 0
        level -= 11 if stroke.place < stroke.of - 1 else 0  # the top voice sings
    elif stroke.role == "bass":
        level -= BASS_BELOW_MELODY + (3 if stroke.beat % BEATS_PER_BAR else 0)
    else:
        level -= CHORD_BELOW_MELODY - 2 * stroke.place - (5 if off_beat else 0)
    level += {">": 13 if stroke.role == "melody" else 7, "-": -24 if stroke.role == "melody" else -11}.get(
        stroke.mark, 0
    )
    return max(24, min(108, round(level + 3.5 * around_zero(chance))))


def play(stroke: Stroke, chance: random.Random) -> PlayedNote:
    """Return a stroke as a person would play it: swung, a little late or early, and let go in time."""
    lag = {"melody": MELODY_LAG_MS, "bass": 0.0, "chord": 4.0}[stroke.role]
    lag -= 5 if stroke.mark == ">" else 0
    lag += stroke.place * (ROLL_MS if stroke.mark == "*" else 3.0) + 6 * around_zero(chance)
    start = max(0, round(swung(stroke.beat) * TICKS_PER_BEAT + lag * TICKS_PER_MS))
    held = 0.75 if stroke.mark == "-" else 0.97
    end = swung(stroke.beat + stroke.length) * TICKS_PER_BEAT + lag * TICKS_PER_MS
    return PlayedNote(start, round(start + (end - start) * held), stroke.pitch, touch(stroke, chance))


def without_overlaps(notes: list[PlayedNote]) -> list[PlayedNote]:
    """Return the notes with each key let go before it is struck again."""
    result: list[PlayedNote] = []
    sounding: dict[int, int] = {}
    for note in sorted(notes, key=lambda each: (each.start, each.pitch)):
        earlier = sounding.get(note.pitch)
        if earlier is not None and result[earlier].end >= note.start:
            result[earlier] = replace(result[earlier], end=max(result[earlier].start + 1, note.start - 12))
        sounding[note.pitch] = len(result)
        result.append(note)
    return result


# ---- Into the file --------------------------------------------------------------------------------------------------


def ticks(bar: float, beat: float) -> int:
    """Return the tick of a beat (0..4) of a bar."""
    return round((bar * BEATS_PER_BAR + beat) * TICKS_PER_BEAT)


def track(name: str, events: list[tuple[int, mido.Message]]) -> mido.MidiTrack:
    """Return a track of messages at absolute ticks; at one tick, keys are let go before others are struck."""
    result = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for tick, message in sorted(events, key=lambda event: (event[0], event[1].type == "note_on")):
        result.append(message.copy(time=tick - now))
        now = tick
    return result


def conductor() -> mido.MidiTrack:
    """Return the first track: title, copyright, metre, key and tempo."""
    head = [
        (0, mido.MetaMessage("copyright", text="2026 The ToneNet authors, MIT licence")),
        (0, mido.MetaMessage("time_signature", numerator=BEATS_PER_BAR, denominator=4)),
        (0, mido.MetaMessage("key_signature", key="F")),
    ]
    tempi = [(ticks(bar, beat), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))) for bar, beat, bpm in TEMPI]
    return track("Corner Table", head + tempi)


def hand(name: str, strokes: Iterator[Stroke], chance: random.Random) -> mido.MidiTrack:
    """Return the track of one hand; the left hand's also carries the pedal."""
    events = [(0, mido.Message("program_change", program=0))]
    for note in without_overlaps([play(stroke, chance) for stroke in strokes]):
        events.append((note.start, mido.Message("note_on", note=note.pitch, velocity=note.velocity)))
        events.append((note.end, mido.Message("note_off", note=note.pitch, velocity=64)))
    if name == "Left hand":
        for bar, beat, last_bar, last_beat in PEDAL:
            events.append((ticks(bar, beat), mido.Message("control_change", control=64, value=127)))
            events.append((ticks(last_bar, last_beat), mido.Message("control_change", control=64, value=0)))
    return track(name, events)


def compose() -> bytes:
    """Return the MIDI file: format 1, a conductor track and one track a hand."""
    chance = random.Random(1708)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    file.tracks += [conductor(), hand("Right hand", right_hand(), chance), hand("Left hand", left_hand(), chance)]
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("corner-table.mid").write_bytes(compose())
