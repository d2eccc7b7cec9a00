"""Scores: what stands on the page is what the MIDI file has."""

import itertools

import numpy as np
import pytest

from tests.scores import (
    DIVISIONS,
    articulation,
    attributes,
    compressed,
    direction,
    dynamics,
    ending,
    notations,
    note,
    program,
    repeat,
    score,
    several,
    waltz,
)
from tonenet_core.errors import MidiError
from tonenet_core.midi import parse_midi, read_midi, write_midi
from tonenet_core.midi.retime import note_ticks, scan_source, tempo_changes
from tonenet_core.score.written_out import write_out

NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
TICKS = 480


def read(data, name="piece.musicxml"):
    return parse_midi(data, name)


def written(data):
    """Return the notes of a score as (beat, name, beats)."""
    piece = read(data)
    ticks = note_ticks(piece)
    return [
        (tick / TICKS, f"{NAMES[pitch % 12]}{pitch // 12 - 1}", (end - tick) / TICKS)
        for tick, end, pitch in zip(ticks["onset"], ticks["end"], piece.notes["pitch"].astype(int), strict=True)
    ]


def played(data):
    """Return the names of the notes in their order."""
    return " ".join(name for _, name, _ in written(data))


def bar(name, more_before="", more_behind=""):
    return more_before + note(name, 4 * DIVISIONS) + more_behind


def test_notes_chords_rests_and_voices_stand_where_they_are_written():
    first = attributes() + note("C4", 4) + note("E4", 4, before="<chord/>") + note("", 4) + note("Bb4", 8)
    second = "<backup><duration>16</duration></backup><forward><duration>2</duration></forward>" + note("F#2", 6)
    assert written(score(first + second)) == [
        *((0, "C4", 1), (0, "E4", 1), (0.5, "F#2", 1.5), (2, "A#4", 2)),
    ]


def test_the_file_is_a_midi_file_like_any_other(tmp_path):
    piece = read(waltz())
    assert piece.source[:4] == b"MThd"
    assert piece.metered
    write_midi(tmp_path / "out.mid", piece)
    again = read_midi(tmp_path / "out.mid")
    assert np.array_equal(again.notes, piece.notes)
    assert again.source == piece.source == write_out(waltz(), "piece.musicxml")


def test_tied_notes_are_one_and_a_repeated_note_is_two():
    tied = note("C4", 4, '<tie type="start"/>') + note("C4", 4, '<tie type="stop"/><tie type="start"/>')
    over = note("C4", 8, '<tie type="stop"/>') + note("C4", 8)
    assert written(score(attributes() + note("", 8) + tied, over)) == [(2, "C4", 4), (6, "C4", 2)]


def test_a_key_that_two_voices_strike_is_struck_once_and_let_go_before_it_is_struck_again():
    both = note("C4", 16) + "<backup><duration>16</duration></backup>" + note("C4", 4) + note("", 4) + note("C4", 4)
    assert written(score(attributes() + both)) == [(0, "C4", 2), (2, "C4", 1)]


def test_grace_notes_come_before_their_note():
    graces = note("D4", 0, before="<grace/>") + note("E4", 0, before="<grace/>")
    assert written(score(attributes() + note("C4", 8) + graces + note("F4", 8))) == [
        *((0, "C4", 2), (1.75, "D4", 0.125), (1.875, "E4", 0.125), (2, "F4", 2)),
    ]


def test_cues_are_silent_and_transposing_instruments_sound_as_they_do():
    transpose = "<transpose><chromatic>-2</chromatic></transpose>"
    cue = note("C4", 4, before="<cue/>")
    assert written(score(attributes("2/4", transpose) + cue + note("D4", 4))) == [(1, "C4", 1)]


def test_staccato_is_half_as_long():
    assert [
        beats for _, _, beats in written(score(attributes() + note("C4", 4, articulation("staccato")) + note("D4", 4)))
    ] == [
        *(0.5, 1),
    ]


def test_dynamics_are_levels_and_accents_stand_out():
    loud = note("C4", 4, articulation("accent")) + note("D4", 4)
    piece = read(
        score(attributes() + dynamics("p") + note("C4", 4) * 4, dynamics("f") + loud + dynamics("sfz") + note("E4", 4))
    )
    assert piece.velocities.tolist() == [49, 49, 49, 49, 113, 97, 127]


def test_a_hairpin_leads_from_level_to_level():
    begin, end = (direction(f'<wedge type="{kind}"/>') for kind in ("crescendo", "stop"))
    piece = read(
        score(attributes() + dynamics("p") + begin + note("C4", 4) * 4, end + dynamics("f") + note("C4", 4) * 4)
    )
    assert piece.velocities.tolist() == [49, 65, 73, 81, 97, 97, 97, 97]
    alone = read(score(attributes() + dynamics("p") + begin + note("C4", 4) * 4, end + note("C4", 4) * 4))
    assert alone.velocities[-1] == 65


def test_tempo_metre_key_and_pedal_are_those_of_the_page():
    tempo = direction("<metronome><beat-unit>half</beat-unit><per-minute>40</per-minute></metronome>")
    pedal = direction('<pedal type="start"/>') + note("C4", 12) + direction('<pedal type="stop"/>')
    piece = read(
        score(attributes("3/4", "<key><fifths>-3</fifths><mode>minor</mode></key>") + tempo + pedal, bar("C4"))
    )
    assert tempo_changes(piece)["microseconds"].tolist() == [750_000]
    assert scan_source(piece).time_signatures.tolist()[0] == (0, 3, 4)
    assert b"\xff\x59\x02\xfd\x01" in piece.source
    assert piece.pedal["value"].tolist() == [127, 0]


@pytest.mark.parametrize(
    ("element", "tempo"),
    [
        ('<sound tempo="72"/>', 72),
        (direction("<words>Allegro con brio</words>"), 132),
        (direction("<words>solo</words>"), 120),
    ],
)
def test_tempos_of_sounds_and_words(element, tempo):
    assert tempo_changes(read(score(attributes() + element + bar("C4"))))["microseconds"][0] == round(60e6 / tempo)


def test_a_fermata_halts_the_tempo_under_it():
    held = note("D4", 4, notations("<fermata/>"))
    changes = tempo_changes(read(score(attributes() + note("C4", 4) + held + note("E4", 8))))
    assert changes["tick"].tolist() == [0, 480, 960]
    assert changes["microseconds"].tolist() == [500_000, 800_000, 500_000]


def test_bars_begin_behind_a_pickup():
    bars = [attributes() + note("G4", 4), *(note("C5", 4) * 4 for _ in range(12))]
    piece = read(score(*bars))
    ticks = np.rint(piece.downbeats_sec * 2).astype(int)  # beats, at 120 a minute
    assert ticks[:4].tolist() == [0, 1, 5, 9]


def test_parts_are_tracks_with_their_instruments():
    piano, violin = (attributes() + note(pitch, 16) for pitch in ("C4", "A5"))
    piece = read(several({program(1): (piano,), program(41): (violin,)}))
    assert piece.file.track_names == (b"Part 1", b"Part 2")
    assert piece.notes["pitch"].tolist() == [60]
    assert piece.instruments_left_out == {"strings": 1}


def test_drums_are_drums():
    drum = '<note><unpitched/><duration>16</duration><instrument id="I"/></note>'
    described = (
        '<midi-instrument id="I"><midi-channel>10</midi-channel><midi-unpitched>36</midi-unpitched></midi-instrument>'
    )
    piece = read(several({program(1): (attributes() + bar("C4"),), described: (attributes() + drum,)}))
    assert len(piece) == 1
    assert bytes([0x99, 35]) in piece.source


# --- the order of measures -----------------------------------------------------------------------------------------


def test_repeats():
    assert played(score(attributes() + bar("C4"), bar("D4", "", repeat("backward")), bar("E4"))) == "C4 D4 C4 D4 E4"
    inner = bar("D4", repeat("forward"), repeat("backward", times=3))
    assert played(score(attributes() + bar("C4"), inner, bar("E4"))) == "C4 D4 D4 D4 E4"


def test_endings():
    first = bar("D4", ending("1", "start"), ending("1", "stop", '<repeat direction="backward"/>'))
    second = bar("E4", ending("2", "start"), ending("2", "discontinue"))
    again = bar("F4", repeat("forward"), repeat("backward"))
    assert played(score(attributes() + bar("C4"), first, second, again)) == "C4 D4 C4 E4 F4 F4"
    both = bar("D4", ending("1, 2", "start"), ending("1, 2", "stop", '<repeat direction="backward"/>'))
    third = bar("E4", ending("3", "start"), ending("3", "stop"))
    assert played(score(attributes() + bar("C4"), both, third)) == "C4 D4 C4 D4 C4 E4"
    assert played(score(attributes() + bar("C4"), first, bar("G4"))) == "C4 D4 C4 G4"


def test_da_capo_al_fine_takes_no_repeats_again():
    bars = (
        attributes() + bar("C4", "", repeat("backward")),
        bar("D4", "", direction("<words>Fine</words>", '<sound fine="yes"/>')),
        bar("E4", "", direction("<words>D.C. al Fine</words>", '<sound dacapo="yes"/>')),
        bar("F4"),
    )
    assert played(score(*bars)) == "C4 C4 D4 E4 C4 D4"
    words_alone = [each.replace('<sound fine="yes"/>', "").replace('<sound dacapo="yes"/>', "") for each in bars]
    assert played(score(*words_alone)) == "C4 C4 D4 E4 C4 D4"


def test_dal_segno_al_coda():
    bars = (
        attributes() + bar("C4"),
        bar("D4", direction("<segno/>", '<sound segno="s"/>')),
        bar("E4", "", direction("<words>To Coda</words>", '<sound tocoda="c"/>')),
        bar("F4", "", direction("<words>D.S. al Coda</words>", '<sound dalsegno="s"/>')),
        bar("G4", direction("<coda/>", '<sound coda="c"/>')),
    )
    assert played(score(*bars)) == "C4 D4 E4 F4 D4 E4 G4"


def test_repeats_of_one_part_are_those_of_all():
    piano = (attributes() + bar("C4"), bar("D4", "", repeat("backward")))
    other = (attributes() + bar("C2"), bar("D2"))
    assert played(several({"": piano, " ": other})) == "C2 C4 D2 D4 C2 C4 D2 D4"


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_score_by_measures_reads_like_one_by_parts():
    measures = [attributes() + bar("C4"), bar("D4")]
    timewise = "".join(f'<measure number="1"><part id="P1">{each}</part></measure>' for each in measures)
    head = '<part-list><score-part id="P1"><part-name>Part 1</part-name></score-part></part-list>'
    data = f"<score-timewise>{head}{timewise}</score-timewise>".encode()
    assert read(data).source == read(score(*measures)).source


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_compressed_and_in_every_encoding(encoding):
    plain = waltz()
    data = plain.decode().replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert read(data).source == read(plain).source
    assert read(compressed(data), "piece.mxl").source == read(plain).source


def test_a_page_is_one_voice_of_few_values_whatever_is_marked():
    from tonenet_core.analysis.dynamics import classify_dynamics

    marks = itertools.cycle(["p", "f", "mp", "ff", "pp", "mf"])
    begin, end = (direction(f'<wedge type="{kind}"/>') for kind in ("crescendo", "stop"))
    bars = [dynamics(next(marks)) + begin + note("C4", 2) * 8 + end + note("D4", 4) * 2 for _ in range(24)]
    assert classify_dynamics(read(score(attributes() + bars[0], *bars[1:])).velocities) == "written"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (score(), "piece.musicxml contains no notes."),
        (score(attributes() + note("", 16)), "piece.musicxml contains no notes."),
        (waltz()[:-40], "piece.musicxml is damaged: unclosed token: line 3"),
        (waltz().replace(b"</note>", b"</not>", 1), "piece.musicxml is damaged: mismatched tag"),
        (b'<?xml version="1.0"?><opml/>', "piece.musicxml is an XML file, but no MusicXML score."),
        (b"<?xml", "piece.musicxml is damaged: "),
        (compressed(waltz(), "<container/>"), "piece.musicxml names no score that is in it."),
        (compressed(waltz())[:-60], "piece.musicxml could not be unpacked: "),
    ],
)
def test_what_is_no_score_gets_a_sentence(data, sentence):
    with pytest.raises(MidiError) as caught:
        read(data)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")
