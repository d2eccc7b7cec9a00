from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.core.timing.written import metered, piece_of
from tonenet_core.arranging.lead_sheet import LeadSheet
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.beat_tokens import END, LENGTHS, UNKNOWN_LENGTH
from tonenet_core.encoding.written import sorted_notes
from tonenet_core.harmony.borders import bar_of_beats, beat_borders
from tonenet_core.harmony.chords import find_chords
from tonenet_core.harmony.chroma import find_bass, find_chroma
from tonenet_core.harmony.hands import playable_share
from tonenet_core.harmony.melody import find_melody
from tonenet_core.models.accompaniment.accompanist import Accompanist
from tonenet_core.models.accompaniment.features import transposed, window_arrays
from tonenet_core.models.accompaniment.network import AccompanistConfig
from tonenet_core.models.accompaniment.sheet import lay_out
from tonenet_core.models.accompaniment.tokens import encode_piece
from tonenet_core.performance import PIANO_KEYS, TrainingPiece

STYLES = ("jazz", "classical")
SMALL = AccompanistConfig(
    styles=STYLES,
    hidden=32,
    inner=24,
    dropout=0.0,
    window_tokens=48,
    transpose=0,
    hide_style=0.0,
    hide_colour=0.0,
    guidance=1.0,
    sharpness=1.0,
    colour=1.0,
)
TUNE = (76, 79, 77, 74, 72, 74, 77, 76)
ROOTS = (48, 43)  # of C and G, a bar each


def rows_of(style):
    """Two bars. Jazz: the chord after the beat, in triplets. Classical: an Alberti bass in eighths."""
    rows = [(beat, 1, pitch) for beat, pitch in enumerate(TUNE)]
    for beat in range(8):
        root = ROOTS[beat // 4]
        if style == "jazz":
            rows += [(beat + 2 / 3, 1 / 3, root + step) for step in (4, 10, 14)]
        else:
            rows += [(beat + part / 2, 0.5, root + (0, 7, 4, 7)[2 * (beat % 2) + part]) for part in (0, 1)]
    return rows


def training_piece(style, source="rules"):
    plain = metered(rows_of(style))
    downbeats = plain.beats_sec[::4]
    return TrainingPiece(plain.notes, plain.beats_sec, downbeats, plain.pedal, style, source, style)


def sheet_of(piece, kept_beats=()):
    borders = beat_borders(piece)
    chroma, bass = find_chroma(piece.notes, borders), find_bass(piece.notes, borders)
    _, places = bar_of_beats(piece, borders)
    rows = find_melody(piece.notes).rows
    others = np.delete(piece.notes, rows)
    is_kept = np.isin(np.arange(len(chroma)), kept_beats)
    beat = np.searchsorted(borders, others["onset_sec"], "right") - 1
    return LeadSheet(
        beats_sec=borders,
        bar_place=places,
        melody=piece.notes[rows],
        accompaniment=others,
        chords=tuple(find_chords(chroma, bass, places)),
        chroma=chroma,
        bass=bass,
        level=np.full(len(chroma), 60.0),
        density=2.0,
        kept=others[is_kept[beat]],
        is_kept=is_kept,
        floor=np.zeros(len(chroma), np.int64),
    )


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Accompanist(AccompanistConfig(**{**SMALL.__dict__, **changes}))


@pytest.fixture(scope="module")
def learnt():
    """A model of two bars of each style, and its losses."""
    network = small()
    prepared = {style: {"rules": [network.prepare_piece(training_piece(style))]} for style in STYLES}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(100):
        loss = network(network.sample_batch(prepared, 1, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return network, losses


def struck(notes, beat_sec=0.5):
    """Places, in twelfths of a beat, and pitches."""
    places = np.rint(notes["onset_sec"] / beat_sec * 12).astype(int).tolist()
    return sorted(zip(places, notes["pitch"].tolist(), strict=True))


def expected(style):
    return sorted((round(12 * beat), pitch) for beat, _, pitch in rows_of(style) if pitch < 72)


# -- tokens and windows ---------------------------------------------------------------------------------------------


def test_an_accompaniment_is_its_notes_and_the_ends_of_its_beats():
    context, tokens = encode_piece(
        metered([(0, 2, 76), (0, 1, 48), (0.5, 0.5, 55), (0.5, 0.5, 52), (1 + 1 / 3, 2 / 3, 50)])
    )
    assert context.beats == 2
    assert tokens.beat.tolist() == [0, 0, 0, 0, 1, 1]
    assert tokens.place.tolist() == [0, 6, 6, END, 4, END]
    assert tokens.pitch.tolist() == [48, 52, 55, 0, 50, 0]
    assert [LENGTHS[each] for each in tokens.length if each != UNKNOWN_LENGTH] == [12, 6, 6, 8]


def test_the_melody_is_given_exactly_and_nothing_near_it_is_to_be_written():
    piece = metered([(0, 1, 72), (1, 1, 74), (0, 2, 48), (0, 1, 70), (1, 0.5, 71)])
    context, tokens = encode_piece(piece)
    assert np.flatnonzero(context.struck).tolist() == [0, 12]
    assert context.melody.tolist() == [72] * 12 + [74] * 12
    assert tokens.pitch[tokens.pitch > 0].tolist() == [48, 71]


def test_a_free_recording_stands_on_steps_of_125_ms():
    context, tokens = encode_piece(piece_of([(0.0, 1.0, 76, 64), (0.13, 0.2, 48, 64), (0.4, 0.2, 50, 64)]))
    assert not context.metered
    assert tokens.place.tolist()[:3] == [3, 9, END]


def test_lengths_of_a_transcription_are_not_learnt():
    network = small(transcribed=("rules",), sources=("rules",), shares=(1.0,))
    _, tokens = network.prepare_piece(training_piece("jazz")).encoded()
    assert set(tokens.length.tolist()) == {UNKNOWN_LENGTH}
    prepared = {style: {"rules": [network.prepare_piece(training_piece(style))]} for style in STYLES}
    assert network(network.sample_batch(prepared, 1, np.random.default_rng(0)))["length"].item() == 0


def test_a_window_looks_the_same_in_every_key():
    context, tokens = encode_piece(training_piece("jazz"))
    here = window_arrays(context, tokens, 0, 60)
    there = window_arrays(*transposed(context, tokens, 5), 0, 60)
    np.testing.assert_allclose(here["given"][:, :49], there["given"][:, :49], atol=1e-6)  # the harmony
    assert there["pitch"][0] == here["pitch"][0] + 5
    assert there["melody"][0] == here["melody"][0] + 5
    np.testing.assert_allclose(np.roll(here["chroma"], 5, axis=1), there["chroma"])
    np.testing.assert_array_equal(here["places"], there["places"])
    np.testing.assert_array_equal(here["keys"][:, :, :-5], there["keys"][:, :, 5:])


def test_a_window_from_a_later_beat_has_the_same_rows():
    context, tokens = encode_piece(training_piece("classical"))
    whole = window_arrays(context, tokens, 0, 24)
    start = int(np.searchsorted(tokens.beat, 5))
    part = window_arrays(context, tokens, start, 24)
    assert (part["place"] >= 0).sum() == 24 - start
    for name in ("place", "pitch", "root", "given", "chroma", "melody", "keys", "places"):
        np.testing.assert_array_equal(whole[name][start:], part[name][: 24 - start], err_msg=name)


@torch.inference_mode()
def test_nothing_earlier_in_the_beat_and_nothing_near_the_melody_is_likely():
    network = small()
    context, tokens = encode_piece(training_piece("jazz"))
    arrays = window_arrays(context, tokens, 0, 16)
    batch = {name: torch.from_numpy(array)[None] for name, array in arrays.items()} | {"style": torch.tensor([0])}
    states, _ = network.network.states(batch, batch["style"])
    assert states.shape == (1, 16, 32)
    places = torch.softmax(network.network.place_logits(states, batch["places"], batch["before_place"]), -1)[0]
    assert places.shape == (16, 13)
    assert float(places[1, :8].sum()) == 0
    token = {name: batch[name][0] for name in ("place", "before_place", "root", "last_key", "melody", "chroma", "keys")}
    token["place"] = token["place"].clamp(max=11)
    keys = torch.softmax(network.network.pitch_logits(states[0], token), -1)
    assert keys.shape == (16, PIANO_KEYS)
    assert float(keys[0, TUNE[0] - 2 - 21 :].sum()) == 0
    assert float(keys[1, : int(arrays["pitch"][0]) + 1].sum()) == 0


# -- learning and writing -------------------------------------------------------------------------------------------


def test_it_learns_two_bars_of_each_style(learnt):
    network, losses = learnt
    assert losses[-1] < 0.05 * losses[0]
    figures = network.validate([training_piece(style) for style in STYLES])
    assert figures["score"] == pytest.approx(figures["rules"])
    assert figures["score"] < 0.3
    assert figures["rules in other styles"] > 1


@pytest.mark.parametrize("style", STYLES)
def test_it_writes_them_again(learnt, style):
    network, _ = learnt
    written = network.accompany(sheet_of(training_piece(style)), style, temperature=0.0)
    assert struck(written) == expected(style)
    assert set(written["velocity"].tolist()) == {60}


def test_the_other_style_is_another_accompaniment_of_the_same_melody(learnt):
    network, _ = learnt
    sheet = sheet_of(training_piece("classical"))
    places = {place % 12 for place, _ in struck(network.accompany(sheet, "jazz", temperature=0.0))}
    assert places == {8}


def test_guidance_leads_away_from_what_the_other_style_does_too():
    network, sheet = small(1), sheet_of(training_piece("jazz"))
    plain = network.accompany(sheet, "jazz", 1)
    network.config = replace(network.config, guidance=3.0)
    assert network.accompany(sheet, "jazz", 1).tobytes() != plain.tobytes()
    network.network.style.weight.data[1] = network.network.style.weight.data[0]
    network.network.style_of_heads.weight.data[1] = network.network.style_of_heads.weight.data[0]
    assert network.accompany(sheet, "jazz", 1).tobytes() == plain.tobytes()


def test_without_colour_only_the_triads_are_given():
    sheet = sheet_of(metered([(0, 4, 76), *((beat, 1, key) for beat in range(4) for key in (48, 52, 55, 58))]))
    whole, plain = (np.flatnonzero(lay_out(sheet, colour).context.chroma[0]).tolist() for colour in (1.0, 0.0))
    assert (whole, plain) == ([0, 4, 7, 10], [0, 4, 7])


def test_kept_beats_get_nothing_new_and_are_gone_on_from(learnt):
    network, _ = learnt
    kept = (0, 1, 4, 5)
    sheet = sheet_of(training_piece("classical"), kept)
    written = struck(network.accompany(sheet, "classical", temperature=0.0))
    assert written == [(place, pitch) for place, pitch in expected("classical") if place // 12 not in kept]


def test_nothing_is_written_below_the_bass_of_a_beat():
    sheet = sheet_of(training_piece("classical"))
    floor = np.where(np.arange(len(sheet)) % 2, 55, 0)
    written = small(1).accompany(replace(sheet, floor=floor), "jazz", 1)
    under = floor[(written["onset_sec"] / 0.5 + 0.01).astype(int)]
    assert (under > 0).any()
    assert (written["pitch"] >= under).all()
    assert written["pitch"].min() < 55


@pytest.mark.parametrize("seed", range(2))
def test_bass_notes_that_stay_are_played_with_what_is_new(seed):
    piece = training_piece("classical")
    sheet = sheet_of(piece)
    bass = piece.notes[np.isin(piece.notes["pitch"], ROOTS)]
    sheet = replace(sheet, kept=bass)
    network = small(seed)
    written = network.accompany(sheet, "jazz", seed)
    assert len(written) > 8
    together = sorted_notes(np.concatenate([written, bass, sheet.melody]))
    assert playable_share(together) == 1
    for note in bass:
        same = written[written["pitch"] == note["pitch"]]
        assert not (
            (same["onset_sec"] < note["onset_sec"] + 0.45)
            & (same["onset_sec"] + same["duration_sec"] > note["onset_sec"] + 1e-9)
        ).any()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_drawn_can_be_played_and_stays_below_the_melody(seed):
    network = small(seed)  # untrained: it writes anything that it may
    rows = [(beat / 2, 0.5, int(pitch)) for beat, pitch in enumerate(np.random.default_rng(seed).integers(55, 80, 32))]
    piece = metered([*rows, *((beat, 1, 40) for beat in range(16))])
    sheet = sheet_of(piece)
    written = network.accompany(sheet, "jazz", seed)
    assert len(written) > 20
    assert playable_share(sorted_notes(np.concatenate([written, sheet.melody]))) == 1
    ends = sheet.melody["onset_sec"] + sheet.melody["duration_sec"]
    for note in written:
        sounds = (sheet.melody["onset_sec"] < note["onset_sec"] + note["duration_sec"] - 1e-9) & (
            ends > note["onset_sec"] + 1e-9
        )
        assert note["pitch"] + 3 <= sheet.melody["pitch"][sounds].min(initial=127)
    assert written["duration_sec"].min() > 0


def test_the_same_seed_gives_the_same_notes_and_another_seed_others():
    network, sheet = small(), sheet_of(training_piece("jazz"))
    first = network.accompany(sheet, "jazz", 1)
    assert network.accompany(sheet, "jazz", 1).tobytes() == first.tobytes()
    assert network.accompany(sheet, "jazz", 2).tobytes() != first.tobytes()


def test_an_unknown_style():
    with pytest.raises(KeyError):
        small().accompany(sheet_of(training_piece("jazz")), "polka")


def test_nothing_is_written_before_the_file_begins():
    piece = metered([(beat + 0.5, 1, 76) for beat in range(8)], first_sec=-0.25)
    written = small().accompany(sheet_of(piece), "jazz")
    assert len(written) > 5
    assert written["onset_sec"].min() >= 0


def test_a_melody_too_low_for_anything_below_it_stays_alone():
    piece = metered([(beat, 1, 22) for beat in range(4)])
    assert len(small().accompany(sheet_of(piece), "jazz")) == 0


def test_a_saved_model_writes_the_same(learnt, tmp_path):
    network, _ = learnt
    save(tmp_path / "pianist.safetensors", network, "Pianist", {})
    loaded = load(tmp_path / "pianist.safetensors", "cpu")
    assert isinstance(loaded, Accompanist)
    sheet = sheet_of(training_piece("jazz"))
    assert loaded.accompany(sheet, "jazz", 3).tobytes() == network.accompany(sheet, "jazz", 3).tobytes()
