import numpy as np
import pytest

from tests import pieces
from tonenet_core.arranging.arranger import Arranger
from tonenet_core.arranging.lead_sheet import CLEARANCE, Ceiling
from tonenet_core.arranging.reading import PULSE, read_lead_sheet
from tonenet_core.errors import ToneNetError
from tonenet_core.harmony.hands import playable_share
from tonenet_core.midi import parse_midi

BARS = (("C", 48, (52, 55)), ("F", 41, (53, 57)), ("G", 43, (53, 59)), ("C", 48, (52, 55)))
TUNE = (72, 76, 79, 76, 77, 81, 79, 77, 74, 79, 77, 74, 76, 72, 74, 72)


def song(repeats=4, beat=pieces.TICKS, metre=(4, 4)):
    """A tune in C over C, F, G, C, a bar of block chords each."""
    notes = []
    for place in range(repeats * len(TUNE)):
        notes.append(pieces.Note(place * beat, TUNE[place % len(TUNE)], 80, beat - 20))
    for bar in range(repeats * 4):
        _, bass, chord = BARS[bar % 4]
        notes += [pieces.Note(4 * bar * beat, pitch, 60, 4 * beat - 20) for pitch in (bass, *chord)]
    return pieces.piece(notes, (0, pieces.tempo(110)), (0, pieces.time_signature(*metre)))


@pytest.fixture(scope="module")
def sheet():
    found, notices = read_lead_sheet(parse_midi(song(), "song"), 0.0, 0)
    assert notices == ()
    return found


def together(sheet, made):
    notes = np.concatenate([sheet.melody, made])
    return notes[np.lexsort((notes["pitch"], notes["onset_sec"]))]


def test_a_lead_sheet_has_the_tune_its_chords_and_bars(sheet):
    assert sheet.melody["pitch"].tolist() == list(TUNE) * 4
    assert [chord.root for chord in sheet.chords[:16:4]] == [0, 5, 7, 0]
    assert sheet.bars()[:3] == [(0, 4), (4, 4), (8, 4)]
    assert sheet.density == pytest.approx(3 / 4)


@pytest.mark.parametrize("style", Arranger.styles)
@pytest.mark.parametrize("seed", range(6))
def test_an_accompaniment_is_playable_stays_under_the_melody_and_in_the_harmony(sheet, style, seed):
    made = Arranger().accompany(sheet, style, seed)
    ceiling = Ceiling(sheet.melody)

    assert len(made) > len(sheet) / 2
    for note in made:
        end = note["onset_sec"] + note["duration_sec"]
        assert note["pitch"] <= ceiling.melody(note["onset_sec"], end).min() - CLEARANCE
    assert playable_share(together(sheet, made)) == 1.0
    scale = {0, 2, 4, 5, 7, 9, 11}
    assert np.mean([pitch % 12 in scale for pitch in made["pitch"]]) > 0.8
    assert made["velocity"].min() > 50
    assert made["velocity"].max() < 90


@pytest.mark.parametrize("style", Arranger.styles)
def test_a_seed_gives_the_same_accompaniment_and_another_one_another(sheet, style):
    first, again, other = (Arranger().accompany(sheet, style, seed) for seed in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_jazz_has_sevenths_and_colours_and_classical_music_the_chords_of_the_piece(sheet):
    jazz, classical = (Arranger().accompany(sheet, style, 1) for style in ("jazz", "classical"))
    scale = {0, 2, 4, 5, 7, 9, 11}

    def share(made, classes):
        return np.mean([note["pitch"] % 12 in classes for note in made])

    assert share(classical, scale) == 1.0
    bars = [np.searchsorted(sheet.beats_sec[::4], made["onset_sec"] + 0.05, "right") for made in (jazz, classical)]
    tones = [
        np.mean([len(set((made["pitch"][bar == number] % 12).tolist())) for number in range(1, 17)])
        for made, bar in zip((jazz, classical), bars, strict=True)
    ]
    assert tones[0] > tones[1] + 0.5


def test_kept_beats_have_their_own_accompaniment_and_more_of_them_the_same_ones():
    performance = parse_midi(song(), "song")
    sheets = [read_lead_sheet(performance, keep, 5)[0] for keep in (0.25, 0.5, 1.0)]
    assert [int(sheet.is_kept.sum()) for sheet in sheets] == [round(share * len(sheets[0])) for share in (0.25, 0.5, 1)]
    assert (sheets[1].is_kept >= sheets[0].is_kept).all()
    assert len(sheets[2].kept) + len(sheets[2].melody) == len(performance)

    made = Arranger().accompany(sheets[1], "jazz", 5)
    beat = np.searchsorted(sheets[1].beats_sec, made["onset_sec"] + 0.05, "right") - 1
    assert not sheets[1].is_kept[beat].any()
    assert len(Arranger().accompany(sheets[2], "jazz", 5)) == 0


def test_a_free_recording_gets_a_pulse_and_a_sentence():
    performance = parse_midi(pieces.melody(300, seed=2, metered=False), "free")
    assert not performance.metered
    sheet, notices = read_lead_sheet(performance, 0.0, 0)
    assert notices == (PULSE,)
    assert len(sheet) > 20
    assert playable_share(together(sheet, Arranger().accompany(sheet, "classical", 0))) == 1.0


@pytest.mark.parametrize("metre", [(3, 4), (5, 4), (7, 8), (2, 4), (12, 8)])
def test_any_metre_is_accompanied(metre):
    sheet, _ = read_lead_sheet(parse_midi(song(metre=metre), "song"), 0.0, 0)
    for style in Arranger.styles:
        made = Arranger().accompany(sheet, style, 0)
        assert playable_share(together(sheet, made)) == 1.0
        assert len(made) > 20


@pytest.mark.parametrize(
    "notes",
    [
        [pieces.Note(0, 60)],
        [pieces.Note(place * 480, 72) for place in range(3)],
        [pieces.Note(place * 480, 30 + place % 5) for place in range(40)],
    ],
    ids=["one note", "three notes", "a bass line"],
)
def test_a_piece_without_a_melody_is_refused_in_one_sentence(notes):
    with pytest.raises(ToneNetError, match=r"^song has no melody that an accompaniment could be put under\.$"):
        read_lead_sheet(parse_midi(pieces.piece(notes), "song"), 0.0, 0)
