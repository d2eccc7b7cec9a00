"""A score -> a MIDI file in which everything is written out, as its page has it.

Notes stand on the grid and last as long as they are written, staccato half as long; dynamics are levels, accents a step
more; fermatas halt the tempo; the pedal is that of the page. Whatever else a player would do is left to the player.
"""

from __future__ import annotations

from tonenet_core.errors import MidiError
from tonenet_core.score.levels import Event, Levels
from tonenet_core.score.midi_file import Message, meta, midi_file
from tonenet_core.score.musicxml import read_score
from tonenet_core.score.notation import Part, Score
from tonenet_core.score.repeats import MOST_PLAYED, unfold

TICKS_PER_BEAT = 480
MOST_NOTES = 1_000_000
MOST_QUARTERS = 200_000.0
USUAL_TEMPO = 120.0
FERMATA = 1.6  # times as slow
_SUSTAIN = 64
_DRUMS = 9
Struck = dict[tuple[int, int], tuple[int, int]]
"""End and accent of keys that are struck, by tick and pitch."""


def write_out(data: bytes, name: str) -> bytes:
    """Return the MIDI file, format 1, that a MusicXML file is written out as; a track for each part.

    Args:
        data: the score, not compressed.
        name: of the file, for messages.

    Raises:
        MidiError: if it is damaged, is no MusicXML, is too large, or has no notes.
    """
    score = read_score(data, name)
    longest = max((len(part.measures) for part in score.parts), default=0)
    order = unfold(longest, score.signs)
    if len(order) == MOST_PLAYED:
        raise MidiError("{name} has repeats without an end.", name=name)
    played = sum(
        len(part.measures[place].notes) for part in score.parts for place in order if place < len(part.measures)
    )
    if not played:
        raise MidiError("{name} contains no notes.", name=name)
    if played > MOST_NOTES:
        text = "{name} contains {count} notes; up to {most} can be opened."
        raise MidiError(text, name=name, count=played, most=MOST_NOTES)
    ticks = _measure_ticks(score, order)
    if ticks[-1] > MOST_QUARTERS * TICKS_PER_BEAT:
        raise MidiError("{name} has a measure that is longer than music can be.", name=name)
    tracks = [
        _part_messages(part, order, ticks, channel) for part, channel in zip(score.parts, _channels(score), strict=True)
    ]
    tracks[0] = _conductor(score, order, ticks) + tracks[0]
    return midi_file(tracks, TICKS_PER_BEAT)


def _channels(score: Score) -> list[int]:
    """Return a channel for each part: one for each instrument, as long as there are any, and that of drums."""
    free = [channel for channel in range(16) if channel != _DRUMS]
    programs = list(dict.fromkeys(part.program for part in score.parts if not part.is_drums))
    channels = {program: free[place % len(free)] for place, program in enumerate(programs)}
    return [_DRUMS if part.is_drums else channels[part.program] for part in score.parts]


def _measure_ticks(score: Score, order: list[int]) -> list[int]:
    """Return the tick at which each measure that is played begins, and the one behind the last.

    A measure is as long as the longest part of it; an empty one as its time signature says.
    """
    lengths: dict[int, float] = {}
    usual = 4.0
    for place in range(max(order) + 1):
        measures = [part.measures[place] for part in score.parts if place < len(part.measures)]
        signature = next((each.time_signature for each in measures if each.time_signature), None)
        usual = signature[0] * 4 / signature[1] if signature else usual
        lengths[place] = max((each.length for each in measures), default=0.0) or usual
    ticks = [0.0]
    for place in order:
        ticks.append(ticks[-1] + lengths[place] * TICKS_PER_BEAT)
    return [round(tick) for tick in ticks]


def _conductor(score: Score, order: list[int], ticks: list[int]) -> list[Message]:
    """Return the messages of all parts: time signatures, keys, and the tempo map."""
    made: list[Message] = []
    signature, key, length = (4, 4), (0, False), 0
    tempos: list[tuple[int, float]] = []
    halts: list[tuple[int, int]] = []
    for place, begin, end in zip(order, ticks[:-1], ticks[1:], strict=True):
        measures = [part.measures[place] for part in score.parts if place < len(part.measures)]
        was, full = signature, length == signature[0] * 4 * TICKS_PER_BEAT // signature[1]
        signature = next((each.time_signature for each in measures if each.time_signature), signature)
        if begin == 0 or signature != was or not full:  # a time signature begins a bar, behind a pickup too
            content = bytes((signature[0], signature[1].bit_length() - 1, 24, 8))
            made.append((begin, 0, meta(0x58, content)))
        new = next((each.key for each in measures if each.key), key)
        if new != key:
            made.append((begin, 0, meta(0x59, bytes((new[0] & 0xFF, new[1])))))
        key, length = new, end - begin
        for each in measures:
            tempos += [(begin + _ticks(mark.onset), mark.value) for mark in each.marks if mark.kind == "tempo"]
            halts += [(begin + _ticks(onset), begin + _ticks(onset + held)) for onset, held in each.fermatas if held]
    made += [(tick, 0, meta(0x51, round(60e6 / tempo).to_bytes(3, "big"))) for tick, tempo in _tempos(tempos, halts)]
    return made


def _tempos(tempos: list[tuple[int, float]], halts: list[tuple[int, int]]) -> list[tuple[int, float]]:
    """Return the tempo map, ticks and quarters a minute: tempo marks, slowed down under fermatas."""
    marked = dict([(0, USUAL_TEMPO), *sorted(tempos)])
    edges: dict[int, int] = {}
    for begin, end in halts:
        edges[begin] = edges.get(begin, 0) + 1
        edges[end] = edges.get(end, 0) - 1
    tempo, depth, last, made = USUAL_TEMPO, 0, 0.0, []
    for tick in sorted({*marked, *edges}):
        tempo, depth = marked.get(tick, tempo), depth + edges.get(tick, 0)
        now = tempo / FERMATA if depth else tempo
        if now != last:
            made.append((tick, max(now, 4.0)))
        last = now
    return made


def _part_messages(part: Part, order: list[int], ticks: list[int], channel: int) -> list[Message]:
    """Return the messages of one part: its name, instrument, notes and pedal."""
    made: list[Message] = [
        (0, 0, meta(0x03, part.name.encode())),
        (0, 1, bytes((0xC0 | channel, part.program))),
    ]
    marks: list[Event] = []
    sudden: set[int] = set()
    for place, begin in zip(order, ticks[:-1], strict=True):
        for mark in part.measures[place].marks if place < len(part.measures) else ():
            tick = max(begin + _ticks(mark.onset), 0)
            if mark.kind == "accent":
                sudden.add(tick)
            elif mark.kind == "pedal":
                made.append((tick, 2, bytes((0xB0 | channel, _SUSTAIN, int(mark.value)))))
            elif mark.kind != "tempo":
                marks.append((tick, mark.kind, mark.value))
    levels = Levels(sorted(marks, key=lambda mark: mark[0]))
    for (tick, pitch), (end, accent) in _sounding(part, order, ticks).items():
        velocity = levels.velocity(tick, 2 if tick in sudden else accent)
        made.append((tick, 4, bytes((0x90 | channel, pitch, velocity))))
        made.append((end, 3, bytes((0x80 | channel, pitch, 64))))
    return made


def _sounding(part: Part, order: list[int], ticks: list[int]) -> Struck:
    """Return end and accent of the keys that are struck, by tick and pitch.

    Tied notes are one; where two voices strike one key, it is struck once and held for the longer; where it is struck
    again while it is held, it is let go first.
    """
    struck: Struck = {}
    last: dict[int, int] = {}  # by pitch: the tick at which it was struck last
    open_until: dict[int, int] = {}  # by pitch: the tick at which a note ends that is tied to the next
    for place, begin in zip(order, ticks[:-1], strict=True):
        notes = part.measures[place].notes if place < len(part.measures) else []
        for note in sorted(notes, key=lambda each: (each.onset, not each.tie_stop)):
            tick = max(begin + _ticks(note.onset), 0)
            end = max(tick + _ticks(note.length * note.held), tick + 1)
            pitch, full = note.pitch, tick + _ticks(note.length)
            if note.tie_stop and open_until.get(pitch) == tick:
                key = last[pitch], pitch
                struck[key] = max(end, struck[key][0]), struck[key][1]
            else:
                _strike(struck, last, (tick, pitch), (end, note.accent))
            if note.tie_start:
                open_until[pitch] = full
    return struck


def _strike(struck: Struck, last: dict[int, int], key: tuple[int, int], made: tuple[int, int]) -> None:
    (tick, pitch), (end, accent) = key, made
    before = last.get(pitch)
    if before == tick:
        held, accented = struck[key]
        struck[key] = max(held, end), max(accented, accent)
        return
    if before is not None and before < tick < struck[before, pitch][0]:
        struck[before, pitch] = tick, struck[before, pitch][1]
    struck[key] = made
    last[pitch] = tick


def _ticks(quarters: float) -> int:
    return round(quarters * TICKS_PER_BEAT)
