"""Files and Retimings for hypothesis: every format and dialect, with a band, lyrics, doubled notes and a pedal."""

import numpy as np
from hypothesis import strategies as st

from tests import pieces
from tests.pieces import Note
from tonenet_core.midi.retime import PEDAL_CHANGE_DTYPE, TEMPO_CHANGE_DTYPE, Retiming

LENGTH = 4000  # ticks, more or less


def notes(lowest, highest, fewest=0, most=12):
    one = st.builds(
        Note, st.integers(0, LENGTH), st.integers(lowest, highest), st.integers(1, 127), st.integers(1, 900)
    )
    return st.lists(one, min_size=fewest, max_size=most)


@st.composite
def piano(draw, channel=0, fewest=1):
    """Events of a piano track: few keys, so that they are struck again, doubled, and overlap."""
    events = list(pieces.note_events(draw(notes(60, 64, fewest)), channel, off_as_velocity_0=draw(st.booleans())))
    for tick in draw(st.lists(st.integers(0, LENGTH), max_size=6)):
        events.append((tick, bytes([0xB0 | channel, 64, draw(st.sampled_from((0, 127)))])))
    for tick in draw(st.lists(st.integers(0, LENGTH), max_size=4)):
        what = draw(
            st.sampled_from(
                (
                    bytes([0xB0 | channel, 123, 0]),
                    bytes([0xB0 | channel, 7, 90]),
                    bytes([0xE0 | channel, 0, 70]),
                    bytes([0xD0 | channel, 9]),
                    pieces.program(1, channel),
                    pieces.meta(5, b"la"),
                    b"\xf0\x03\x7e\x09\xf7",
                )
            )
        )
        events.append((tick, what))
    return sorted(events, key=lambda event: event[0])


@st.composite
def files(draw, formats=(0, 1, 2), divisions=(480, 96, 960, 0xE728, 0xE204)):
    """Bytes of a MIDI file with a piano."""
    file_format, division = draw(st.sampled_from(formats)), draw(st.sampled_from(divisions))
    how = {"running_status": draw(st.booleans()), "end_delta": draw(st.integers(0, 300))}
    if not draw(st.integers(0, 4)):
        how["end"] = b""
    events = draw(piano())
    first = [(0, pieces.meta(3, b"Piano"))]
    if not division & 0x8000:
        for tick in [0, *draw(st.lists(st.integers(0, LENGTH), max_size=3))]:
            first.append((tick, pieces.tempo(draw(st.sampled_from((40, 60, 97, 120, 240))))))
    drums = pieces.note_events([Note(place * 240, 36, 100, 60) for place in range(draw(st.integers(0, 12)))], 9)
    bass = [(0, pieces.program(32, 1)), *pieces.note_events(draw(notes(30, 36)), 1)]
    if file_format == 0:
        tracks = [pieces.track([*first, *events, *drums, *bass], **how)]
    else:
        # The other hand plays on a channel of its own, or on the same one.
        left = draw(piano(draw(st.sampled_from((0, 2))), fewest=0))
        tracks = [
            pieces.track(part, **how) for part in draw(st.permutations([first, events, left, drums, bass])) if part
        ]
    data = pieces.midi(*tracks, file_format=file_format, division=division)
    return pieces.rmid(data) if draw(st.booleans()) else data


@st.composite
def retimings(draw, ticks, *, is_smpte, whole=False):
    """A Retiming of notes at `ticks`, `(n,)` of `NOTE_TICKS_DTYPE`: a warp, and lags of their own."""
    scale = 1 if whole else 4
    spans = draw(st.lists(st.tuples(st.integers(1, LENGTH), st.sampled_from((0.25, 0.5, 0.9, 1, 1.5, 3))), max_size=4))
    from_tick = np.cumsum([0.0, *(length for length, _ in spans)])
    to_tick = np.cumsum([0.0, *(length * slope for length, slope in spans)])
    warp = Retiming(from_tick, to_tick)
    number = len(ticks)
    lags = np.array(draw(st.lists(st.integers(-300, 300), min_size=number, max_size=number))) / scale
    lengths = np.array(draw(st.lists(st.integers(1, 3000), min_size=number, max_size=number))) / scale
    onset = np.maximum(np.rint(warp.warp(ticks["onset"])) + lags, 0.0)
    tempo = pedal = None
    if draw(st.booleans()):
        changes = sorted(draw(st.lists(st.tuples(st.integers(0, LENGTH), st.sampled_from((0, 64, 127))), max_size=5)))
        pedal = np.array(changes, PEDAL_CHANGE_DTYPE)
    if draw(st.booleans()) and not is_smpte:
        changes = sorted(draw(st.lists(st.tuples(st.integers(0, LENGTH), st.integers(200_000, 1_000_000)), max_size=5)))
        tempo = np.array(changes, TEMPO_CHANGE_DTYPE)
    return Retiming(from_tick, to_tick, onset, onset + lengths, tempo, pedal)
