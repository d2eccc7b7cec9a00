from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.core.timing.written import metered, piece_of
from tonenet_core.analysis.cover_metrics import mean_polyphony
from tonenet_core.analysis.key import MUSICAL_KEYS
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.beat_tokens import END, LENGTHS, STEPS, UNKNOWN_LENGTH
from tonenet_core.encoding.images import STEP_NOTE_DTYPE
from tonenet_core.generate import Primer, Request, generate
from tonenet_core.harmony.hands import playable_share
from tonenet_core.models.pianist.features import AHEAD, NO_DEGREE, window_arrays
from tonenet_core.models.pianist.network import PianistConfig
from tonenet_core.models.pianist.pianist import Pianist
from tonenet_core.models.pianist.plan import FREE, Plan, encode_piece, transposed
from tonenet_core.models.pianist.texture import Steering, Texture, texture_of_seed, unusual_polyphony
from tonenet_core.performance import PIANO_KEYS, TrainingPiece

STYLES = ("jazz", "classical")
SMALL = PianistConfig(
    styles=STYLES, hidden=32, inner=24, dropout=0.0, window_tokens=48, transpose=0, hide_style=0.0, sharpness=1.0
)
TUNE = (76, 79, 77, 74, 72, 74, 77, 76)
ROOTS = (48, 43)  # of C and G, a bar each


def rows_of(style):
    """Two bars of C major. Jazz: the chord after the beat, in triplets. Classical: a bass in eighths."""
    rows = [(beat, 1, pitch) for beat, pitch in enumerate(TUNE)]
    for beat in range(8):
        root = ROOTS[beat // 4]
        if style == "jazz":
            rows += [(beat + 2 / 3, 1 / 3, root + step) for step in (4, 7, 12)]
        else:
            rows += [(beat + part / 2, 0.5, root + (0, 7)[part]) for part in (0, 1)]
    return rows


def training_piece(style, source="rules"):
    plain = metered(rows_of(style))
    return TrainingPiece(plain.notes, plain.beats_sec, plain.beats_sec[::4], plain.pedal, style, source, style)


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return Pianist(replace(SMALL, **changes))


@pytest.fixture(scope="module")
def learnt():
    """A model of two bars of each style, and its losses."""
    network, pieces = small(), [training_piece(style) for style in STYLES]
    network.learn_vocabulary(pieces)
    prepared = {piece.style: {"rules": [network.prepare_piece(piece)]} for piece in pieces}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(100):
        loss = network(network.sample_batch(prepared, 1, np.random.default_rng(step)))["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return network, losses


def struck(score):
    return sorted(zip(score.notes["step"].tolist(), (score.notes["key"] + 21).tolist(), strict=True))


def expected(style):
    return sorted((round(STEPS * beat), pitch) for beat, _, pitch in rows_of(style))


# -- a piece as plan and tokens -------------------------------------------------------------------------------------


def test_a_piece_is_its_plan_its_notes_and_the_ends_of_its_beats():
    piece = training_piece("classical")
    plan, tokens = encode_piece(piece)
    assert MUSICAL_KEYS[plan.key] == "C"
    assert plan.bar_beats.tolist() == [4] * 8
    assert plan.bar_place.tolist() == [0, 1, 2, 3] * 2
    np.testing.assert_allclose(plan.beat_sec, 0.5)
    assert tokens.place[:4].tolist() == [0, 0, 6, END]
    assert tokens.pitch[:4].tolist() == [48, 76, 55, 0]
    assert [LENGTHS[each] for each in tokens.length[:3]] == [6, 12, 6]


def test_a_free_recording_has_no_bars():
    plan, tokens = encode_piece(piece_of([(0.0, 1.0, 60, 64), (0.13, 0.2, 64, 64), (0.4, 0.2, 67, 64)]))
    assert set(plan.bar_beats.tolist()) == {FREE}
    assert tokens.place.tolist()[:4] == [0, 3, 9, END]


def test_lengths_of_a_transcription_are_not_learnt():
    network = small(transcribed=("rules",), sources=("rules",), shares=(1.0,))
    _, tokens = network.prepare_piece(training_piece("jazz")).encoded()
    assert set(tokens.length.tolist()) == {UNKNOWN_LENGTH}


def test_another_key_looks_the_same_from_its_tonic():
    plan, tokens = encode_piece(training_piece("jazz"))
    here, there = window_arrays(plan, tokens, 0, 60), window_arrays(*transposed(plan, tokens, 5), 0, 60)
    np.testing.assert_array_equal(here["before_degree"], there["before_degree"])
    columns = np.ones(here["given"].shape[1], bool)
    columns[[108, 109, 110, 112, 113, 114]] = False  # how high the last beat and bar are
    np.testing.assert_allclose(here["given"][:, columns], there["given"][:, columns], atol=1e-6)
    np.testing.assert_allclose(np.roll(here["chroma"], 5, axis=1), there["chroma"], atol=1e-6)
    np.testing.assert_array_equal(here["keys"][:, :, :-5], there["keys"][:, :, 5:])
    assert there["pitch"][0] == here["pitch"][0] + 5


def test_a_window_from_a_later_beat_has_the_same_rows():
    plan, tokens = encode_piece(training_piece("classical"))
    whole = window_arrays(plan, tokens, 0, 32)
    start = int(np.searchsorted(tokens.beat, 5))
    part = window_arrays(plan, tokens, start, 32)
    for name in ("place", "pitch", "length", "low", "high", "given", "chroma", "keys", "places"):
        np.testing.assert_array_equal(whole[name][start:], part[name][: 32 - start], err_msg=name)


def test_the_echo_of_a_bar_ago_is_what_was_struck_there():
    plan, tokens = encode_piece(metered([(0, 1, 60), (1, 1, 62), (4, 1, 64), (5, 1, 65)]))
    plan = replace(plan, bar_beats=np.full(plan.beats, 4))
    keys = window_arrays(plan, tokens, 0, 16)["keys"]
    row = int(np.flatnonzero(tokens.pitch == 65)[0])
    echoes = [np.flatnonzero(plane).tolist() for plane in keys[row]]
    assert echoes == [[64 - 21], [], [62 - 21], [], [], [], [64 - 21], [64 - 21, 62 - 21][::-1]]


@torch.inference_mode()
def test_nothing_earlier_in_the_beat_and_nothing_lower_in_the_stroke_is_likely():
    network = small()
    plan, tokens = encode_piece(training_piece("jazz"))
    arrays = window_arrays(plan, tokens, 0, 16)
    batch = {name: torch.from_numpy(array)[None] for name, array in arrays.items()} | {"style": torch.tensor([0])}
    states, _ = network.network.states(batch, batch["style"])
    assert states.shape == (1, 16, 32)
    places = torch.softmax(network.network.place_logits(states, batch["places"], batch["before_place"]), -1)[0]
    assert places.shape == (16, 13)
    second = int(np.flatnonzero(arrays["place"] == 8)[1])  # the middle of the first beat's chord
    assert float(places[second, :8].sum()) == 0
    token = {name: batch[name][0] for name in network.network.pitch_inputs}
    token["place"] = token["place"].clamp(max=11)
    keys = torch.softmax(network.network.pitch_logits(states[0], token), -1)
    assert keys.shape == (16, PIANO_KEYS)
    assert float(keys[second, : int(arrays["pitch"][second - 1]) + 1].sum()) == 0


# -- learning and writing -------------------------------------------------------------------------------------------


def test_it_learns_two_bars_of_each_style(learnt):
    network, losses = learnt
    assert losses[-1] < 0.05 * losses[0]
    figures = network.validate([training_piece(style) for style in STYLES])
    assert figures["score"] == pytest.approx(figures["rules"])
    assert figures["score"] < 0.3


@pytest.mark.parametrize("style", STYLES)
def test_it_writes_them_again(learnt, style):
    network, _ = learnt
    score = network.compose(8, 0, 0.0, style=style, tempo=120)
    assert struck(score) == expected(style)
    assert score.metre == (4, 4)
    assert score.steps_per_beat == STEPS


def test_it_goes_on_from_the_first_bar_of_a_piece(learnt):
    network, _ = learnt
    piece = training_piece("classical")
    score = network.compose(8, 3, 0.0, style="classical", primer=piece, primer_bars=1)
    assert struck(score) == expected("classical")


def test_a_key_that_is_asked_for(learnt):
    network, _ = learnt
    score = network.compose(8, 0, 0.0, style="jazz", key=MUSICAL_KEYS.index("F"))
    found = {pitch % 12 for _, pitch in struck(score)}
    assert len(found) > 4
    assert found <= {(pitch + 5) % 12 for _, pitch in expected("jazz")}


@pytest.mark.parametrize("metre", [(3, 4), (5, 4)])
def test_a_metre_that_is_asked_for_is_kept_in_whole_bars(metre):
    score = small().compose(14, 0, metre=metre)
    assert score.metre == metre
    beats = metre[0] * round(14 / metre[0])
    assert int((score.notes["step"] + score.notes["steps"]).max()) <= STEPS * beats
    assert int(score.notes["step"].max()) >= STEPS * (beats - metre[0])


@pytest.mark.parametrize("length_sec", [1.0, 5.0, 7.0, 31.0])
def test_a_piece_is_as_long_as_it_was_asked_to_be(length_sec):
    piece = generate(small(), Request(length_sec, seed=1, metre="4/4"), statistics={"jazz": {"tempo": 110.0}})
    assert piece.duration_sec == pytest.approx(length_sec, abs=0.01)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_drawn_can_be_played(seed):
    score = small(seed).compose(16, seed)  # untrained: it writes anything that it may
    notes = score.notes
    assert len(notes) > 20
    assert notes["steps"].min() > 0
    rows = [(note["step"] / 24, note["steps"] / 24, note["key"] + 21, 64) for note in notes]
    assert playable_share(piece_of(rows).notes) == 1
    for key in np.unique(notes["key"]):
        same = np.sort(notes[notes["key"] == key], order="step")
        assert (same["step"][:-1] + same["steps"][:-1] <= same["step"][1:]).all()


def test_a_piece_never_falls_silent():
    network = small()
    network.network.place.bias.data[END] = 50.0  # it would end every beat at once
    steps = network.compose(16, 0).notes["step"] // STEPS
    assert np.diff(steps).max() <= 3
    assert steps[0] <= 2
    assert steps[-1] >= 11


def texture_of(score, first=0):
    """Return strokes a beat and mean pitch, from a beat on."""
    notes = score.notes[score.notes["step"] >= STEPS * first]
    beats = int(notes["step"].max()) // STEPS + 1 - first
    strokes = np.count_nonzero(np.diff(np.unique(notes["step"]), prepend=-STEPS) > 1)
    return np.array([strokes / beats, float(notes["key"].mean()) + 21])


@pytest.mark.parametrize(
    ("leaning", "strokes", "register"), [(2.5, 1.5, 50.0), (-2.5, 0.8, 75.0)]
)  # to rest, to strike
def test_a_piece_keeps_a_texture_of_its_style(leaning, strokes, register):
    network, wanted, scale = small(), np.array([strokes, register]), np.array([strokes, 24])
    network.network.place.bias.data[END] = leaning
    alone = (texture_of(network.compose(48, 0)) - wanted) / scale
    network.usual_textures[0] = torch.tensor([strokes * np.sqrt(2), register])  # at 120 beats a minute
    score = network.compose(48, 0)
    kept = (texture_of(score) - wanted) / scale
    assert np.abs(kept).sum() < 0.5 * np.abs(alone).sum()
    assert texture_of(network.compose(48, 0, tempo=60))[0] > texture_of(score)[0]  # slow beats are divided more
    assert network.compose(48, 0, style="classical").notes.tobytes() != score.notes.tobytes()  # it knows none there


def test_a_continued_piece_keeps_its_own_texture():
    network = small()
    network.usual_textures[:] = torch.tensor([4.0, 60.0])
    opening = replace(training_piece("jazz"), notes=metered([(beat, 0.5, 72 + beat % 5) for beat in range(8)]).notes)
    own = texture_of(network.compose(48, 0, primer=opening, primer_bars=2), 8)
    usual = texture_of(network.compose(48, 0), 8)
    assert 0.6 < own[0] < 1.7 < usual[0]
    assert own[1] > usual[1] + 4


def polyphony_of(score):
    return mean_polyphony(score.notes["step"] / STEPS, (score.notes["steps"] - 0.5) / STEPS)


def test_a_piece_that_is_thinner_than_pieces_of_its_style_is_written_anew():
    network = small()
    thin = network.compose(48, 0)
    opening = metered([(beat, 0.5, 72 + beat % 5) for beat in range(8)])
    continued = network.compose(48, 0, primer=opening, primer_bars=2)
    network.usual_polyphony[:] = torch.tensor([polyphony_of(thin) * 0.9, polyphony_of(thin) * 1.1])
    assert network.compose(48, 0).notes.tobytes() == thin.notes.tobytes()

    network.usual_polyphony[:] = torch.tensor([polyphony_of(thin) * 1.02, 20.0])
    fuller = network.compose(48, 0)
    assert polyphony_of(fuller) > polyphony_of(thin)
    assert network.compose(48, 0).notes.tobytes() == fuller.notes.tobytes()
    assert network.compose(48, 0, primer=opening, primer_bars=2).notes.tobytes() == continued.notes.tobytes()


def test_of_pieces_that_are_all_too_thin_the_nearest_is_taken():
    network = small()
    network.usual_polyphony[:] = torch.tensor([20.0, 30.0])
    progress = []
    nearest = polyphony_of(network.compose(48, 0, progress=progress.append))
    network.usual_polyphony.zero_()

    assert nearest >= polyphony_of(network.compose(48, 0))
    assert progress == sorted(progress)
    assert progress[-1] == 1


def test_how_full_pieces_of_a_style_are_is_known_by_their_players_lengths(learnt):
    network, _ = learnt
    for style, usual in zip(STYLES, network.usual_polyphony, strict=True):
        piece = training_piece(style)
        full = mean_polyphony(piece.notes["onset_sec"], piece.notes["duration_sec"])
        assert usual.tolist() == pytest.approx([full, full], rel=0.01)


def test_notes_that_end_with_a_stroke_do_not_sound_at_it():
    notes = np.zeros(4, STEP_NOTE_DTYPE)
    notes["step"], notes["steps"], notes["key"] = [0, 7, 14, 21], 7, [40, 42, 44, 45]

    for beat_sec in (0.5, 0.37, 0.61):
        assert unusual_polyphony(notes, beat_sec, np.array([1.0, 1.0])) == 0
        assert unusual_polyphony(notes, beat_sec, np.array([2.0, 3.0])) == pytest.approx(np.log(2))
    assert unusual_polyphony(notes[:0], 0.5, np.array([2.0, 3.0])) == 0


def test_the_textures_of_the_training_pieces_are_known(learnt):
    network, _ = learnt
    for style, known in zip(STYLES, network.usual_textures, strict=True):
        assert len(known.unique(dim=0)) == 1
        assert known[0, 0] == pytest.approx(np.sqrt(2 * 4), rel=0.05)  # two strokes a beat, four a second
        assert known[0, 1] == pytest.approx(np.mean([pitch for _, _, pitch in rows_of(style)]))


def test_a_texture_is_strokes_and_register():
    onset_sec, pitch = np.array([0.0, 0.01, 0.5, 1.0, 1.02, 1.03, 1.5]), np.array([60, 64, 62, 60, 64, 67, 62])
    texture = Texture.of(onset_sec, pitch, 0.5)
    assert texture == Texture(pytest.approx(np.sqrt(1 * 2)), pytest.approx(pitch.mean()))
    assert Texture.of(onset_sec + 9, pitch, 2.0) == replace(texture, pace=pytest.approx(np.sqrt(4 * 2)))
    assert Texture.of(onset_sec[:2], pitch[:2], 0.5) is None
    assert Texture.of(onset_sec[:0], pitch[:0], 0.5) is None


def test_consecutive_seeds_differ_in_pace_and_register_and_all_textures_have_their_turn():
    chance = np.random.default_rng(0)
    known = np.stack([chance.uniform(1, 5, 64), chance.uniform(50, 70, 64)], axis=1)
    known[0, 1], known[1, 1] = 20, 100  # nobody plays a whole piece there
    drawn = [texture_of_seed(known, seed) for seed in range(7, 71)]
    assert sorted(texture.pace for texture in drawn) == sorted(known[:, 0])
    lowest, highest = np.percentile(known[:, 1], (5, 95))
    assert sorted(texture.register for texture in drawn) == sorted(known[:, 1].clip(lowest, highest))

    octave = known[np.argsort(known[:, 0])].reshape(8, 8, 2)
    for first in range(0, 56, 8):
        paces = [texture.pace for texture in drawn[first : first + 8]]
        assert sorted(np.searchsorted(octave[:, 0, 0], paces, "right")) == list(range(1, 9))
        registers = [texture.register for texture in drawn[first : first + 8]]
        assert np.std(registers) > 0.6 * known[2:, 1].std()
    assert texture_of_seed(known, 5 + 64 * 1000) == texture_of_seed(known, 5)
    assert texture_of_seed(np.zeros((64, 2)), 3) is None


def steered(recent, times=1, beat_sec=0.5):
    steering = Steering(Texture(beat_sec**-0.5, 62.0))  # one stroke a beat
    for _ in range(times):
        steering.look_back(recent, beat_sec)
    return steering.stroke, steering.octave


def test_what_was_too_little_becomes_likelier_and_the_more_so_the_longer():
    recent = np.zeros((8 * STEPS, PIANO_KEYS), bool)
    assert steered(recent[:0], 9) == (0, 0)
    assert 1 < steered(recent)[0] < steered(recent, 3)[0] < steered(recent, 30)[0] == 4
    recent[::STEPS, 62 - 21] = True
    assert steered(recent) == pytest.approx((0, 0))
    recent[1::STEPS, 62 - 21] = True  # a stroke that is rolled, where beats are fast
    assert steered(recent) == pytest.approx((0, 0))
    assert steered(recent, beat_sec=1.0)[0] < -0.5
    recent[::STEPS, [44 - 21, 46 - 21]] = True
    assert steered(recent)[1] > 0.5
    recent[::2, 80 - 21] = True
    assert steered(recent)[0] < -1
    assert steered(recent)[1] < 0


def test_the_same_seed_gives_the_same_notes_and_another_seed_others():
    network = small()
    first = network.compose(8, 1).notes
    assert network.compose(8, 1).notes.tobytes() == first.tobytes()
    assert network.compose(8, 2).notes.tobytes() != first.tobytes()


def test_each_style_is_as_sharp_as_was_chosen_for_it():
    plain, sharp = small(), small(style_sharpness=(1.5, 1.0))
    drawn = {
        style: [network.compose(8, 1, style=style).notes.tobytes() for network in (plain, sharp)] for style in STYLES
    }
    assert drawn["jazz"][0] != drawn["jazz"][1]
    assert drawn["classical"][0] == drawn["classical"][1]
    assert sharp.compose(8, 1, 1.5, style="jazz").notes.tobytes() == drawn["jazz"][0]


def test_a_saved_pianist_writes_the_same(learnt, tmp_path):
    network, _ = learnt
    save(tmp_path / "pianist.safetensors", network, "Pianist", {"data": network.data_statistics([])})
    again = load(tmp_path / "pianist.safetensors")
    assert again.compose(8, 5).notes.tobytes() == network.compose(8, 5).notes.tobytes()


def test_what_cannot_be_written_is_refused():
    network, free = small(), piece_of([(0.0, 1.0, 60, 64)])
    with pytest.raises(KeyError):
        network.compose(8, 0, style="polka")
    with pytest.raises(ValueError, match="6/8"):
        network.compose(8, 0, metre=(6, 8))
    with pytest.raises(ValueError, match="beats"):
        network.compose(8, 0, primer=free)
    with pytest.raises(ValueError, match="fewer than 9 bars"):
        network.compose(48, 0, primer=training_piece("jazz"), primer_bars=9)
    with pytest.raises(ValueError, match="own key"):
        network.compose(8, 0, primer=training_piece("jazz"), primer_bars=1, key=MUSICAL_KEYS.index("F#m"))


def test_a_whole_piece_of_a_length_and_its_continuation(learnt):
    network, _ = learnt
    statistics = network.data_statistics([training_piece(style) for style in STYLES])
    assert statistics["jazz"]["tempo"] == 120.0
    assert statistics["jazz"]["pieces"] == {"rules": 1}
    assert "3/4" in statistics["jazz"]["metres"]
    piece = generate(network, Request(8.0, "classical", seed=1), statistics=statistics)
    assert piece.duration_sec == pytest.approx(8.0, abs=0.01)
    opening = Primer(training_piece("classical"), 1)
    longer = generate(network, Request(4.0, "classical", temperature=0.0), primer=opening, statistics=statistics)
    assert [note["pitch"] for note in longer.notes[:3]] == [48, 76, 55]


def test_a_plan_without_bars_counts_in_fours():
    plan = Plan.steady(0, 6, bar=FREE, tempo=60)
    assert plan.bar_place.tolist() == [0, 1, 2, 3, 0, 1]
    assert plan.beats == 6
    assert AHEAD >= 8 * 4
    assert NO_DEGREE == PIANO_KEYS + 11
