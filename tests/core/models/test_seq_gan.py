import numpy as np
import pytest
import torch

from tests.tunes import CHORDS, SCALE, piece, tune
from tonenet_core.analysis.key import MUSICAL_KEYS, find_key, key_number
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.tokens import METRES, Token, TokenSequence, encode_tokens
from tonenet_core.models.base import SequenceGenerator
from tonenet_core.models.sequence.sampling import Sampling
from tonenet_core.models.sequence.seq_gan import SeqGan, SeqGanConfig
from tonenet_core.models.training import Lexical
from tonenet_core.performance import LOWEST_PITCH

TOKENS = SeqGanConfig(
    styles=("folk",),
    form="tokens",
    length=12,
    vocabulary=64,
    embedding=24,
    hidden=48,
    filters=4,
    kernels=(1, 2, 3),
    teach_steps=150,
    judge_steps=4,
    rollouts=2,
    rollout_every=4,
    policy_every=2,
)
MELODY = SeqGanConfig(styles=("folk",), length=8, filters=4, kernels=(1, 2), teach_steps=100, judge_steps=4, rollouts=2)


def network(config=TOKENS, seed=0, **changes):
    torch.manual_seed(seed)
    return SeqGan(SeqGanConfig(**{**config.__dict__, **changes}))


def fit(model, pieces, steps, rate=1e-2):
    if isinstance(model, Lexical):
        model.learn_vocabulary(pieces)
    prepared = {"folk": {"folk": [model.prepare_piece(each) for each in pieces]}}
    parts = model.parts()
    optimizer = torch.optim.Adam([{"params": list(part.parameters()), "name": name} for name, part in parts.items()])
    said = []
    for step in range(steps):
        torch.manual_seed(step)
        model.train()
        losses = model({**model.sample_batch(prepared, 8, np.random.default_rng(step)), "step": step})
        optimizer.zero_grad()
        losses["loss"].backward()
        figures = {name: float(value.detach()) for name, value in losses.items()}
        for group in optimizer.param_groups:
            group["lr"] = model.learning_rates(rate, step, figures)[group["name"]]
        optimizer.step()
        said.append(figures)
    return said


def weights(part):
    return torch.cat([value.detach().flatten() for value in part.parameters()])


@pytest.fixture(scope="module")
def learnt():
    model = network()
    return model, fit(model, [tune(4)], TOKENS.teach_steps)


def test_what_it_is():
    assert isinstance(network(), SequenceGenerator)
    assert isinstance(network(), Lexical)


def test_it_overfits_a_tune_and_writes_it(learnt):
    model, losses = learnt
    score = model.compose(16, seed=1, temperature=0.0, key=key_number("C"), metre=(4, 4))

    assert losses[0]["teaching"] > 1.8
    assert losses[-1]["teaching"] < 0.1
    true = {(48 * bar + 6 * at, pitch) for bar in range(4) for at, pitch in enumerate(SCALE)}
    true |= {(48 * bar, pitch) for bar in range(4) for pitch in CHORDS[bar]}
    written = {(int(note["step"]), int(note["key"]) + LOWEST_PITCH) for note in score.notes}
    assert len(true & written) / len(true | written) > 0.9
    assert (score.notes["step"] + score.notes["steps"]).max() == 4 * 48
    assert set(score.notes["velocity"]) == {80}


def test_each_phase_trains_its_own_network():
    model = network(teach_steps=3, judge_steps=2, policy_every=1, teach_every=1)
    fit(model, [tune(4)], 3)
    generator, discriminator = weights(model.generator), weights(model.discriminator)
    assert torch.equal(discriminator, weights(network().discriminator))
    assert not model.adversarial_begun

    prepared = {"folk": {"folk": [model.prepare_piece(tune(4))]}}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    said = []
    for step in range(6):
        losses = model.train()({**model.sample_batch(prepared, 4, np.random.default_rng(step)), "step": 3 + step})
        optimizer.zero_grad()
        losses["loss"].backward()
        optimizer.step()
        said.append(set(losses) - {"loss", "on true", "on drawn"})
        if step == 1:
            assert torch.equal(weights(model.generator), generator)
            assert not torch.equal(weights(model.discriminator), discriminator)
    assert said == [set(), set(), *([{"policy", "reward"}, {"teaching"}] * 2)]
    assert model.adversarial_begun
    assert torch.equal(weights(model.taught), generator)
    assert not torch.equal(weights(model.generator), generator)


@pytest.mark.parametrize("reward", ["rollout", "episodic"])
def test_a_contest_runs_and_the_same_seed_gives_the_same_weights(reward):
    models = [network(MELODY, reward=reward, teach_steps=5, judge_steps=2) for _ in range(2)]
    first, second = (fit(model, [tune(4, seed=1), tune(4, seed=2)], 12) for model in models)

    assert first == second
    assert all(torch.equal(*pair) for pair in zip(*(model.state_dict().values() for model in models), strict=True))
    assert all(np.isfinite(list(figures.values())).all() for figures in first)


def test_the_rate_of_teaching_falls_and_the_contest_has_its_own():
    model = network(decay=0.1, teach_steps=100, policy_rate=3e-4, discriminator_rate=2e-4)
    rates = [model.learning_rates(1e-2, step, {})["generator"] for step in (0, 50, 99, 100, 5000)]

    assert rates == pytest.approx([1e-2, 5.5e-3, 1e-3, 3e-4, 3e-4], rel=1e-2)
    assert model.learning_rates(1e-2, 0, {})["discriminator"] == 2e-4


def test_what_is_kept_has_been_through_the_contest():
    model = network(teach_steps=2, judge_steps=1)
    fit(model, [tune(4)], 3)
    before = model.validate([tune(4)])
    model.done += 1
    after = model.validate([tune(4)])

    assert before["score"] == pytest.approx(after["score"] + 1)
    assert set(before) == {"teaching", "divergence", "distinct", "told apart", "score"}
    assert 0 <= before["told apart"] <= 1


def test_a_collapse_is_told(learnt, caplog):
    model, _ = learnt
    wandering = [tune(8, seed=seed) for seed in range(12)]
    done = model.done.clone()
    model.done += 1000
    figures = model.validate(wandering)
    model.done.copy_(done)

    assert figures["distinct"] < 0.5
    assert "collapsed" in caplog.text


def test_seeds():
    model = network()
    model.learn_vocabulary([tune(4)])
    first, again, other = (model.compose(16, seed=seed, temperature=1.5) for seed in (1, 1, 2))

    assert np.array_equal(first.notes, again.notes)
    assert not np.array_equal(first.notes, other.notes)


@pytest.mark.parametrize("key", ["G", "Bb", "F#"])
def test_the_key_that_is_asked_for(learnt, key):
    model, _ = learnt
    notes = model.compose(16, seed=1, temperature=0.3, key=key_number(key)).notes

    assert MUSICAL_KEYS[find_key(notes["key"] + LOWEST_PITCH, notes["steps"])] == key


def test_length_is_whole_bars_and_nothing_sounds_longer(learnt):
    model, _ = learnt
    for beats, bars in ((1, 1), (8, 2), (17, 4), (40, 10), (44, 12), (60, 16)):
        notes = model.compose(beats, seed=3).notes
        assert (notes["step"] + notes["steps"]).max() == 48 * bars
        assert notes["step"].min() >= 0


def test_no_token_leads_over_a_bar_line():
    model = network()
    syncopated = piece([(at, 30, 60 + place) for place, at in enumerate(range(0, 24 * 30, 30))], bars=15)
    for known in ([syncopated, tune(4)], [syncopated]):  # of the latter every token must be cut at the bar line
        model.learn_vocabulary(known)
        assert max(token.shift for token in model.vocabulary().tokens) == 30
        for seed in range(5):
            struck = set(model.compose(48, seed=seed, metre=(4, 4)).notes["step"].tolist())
            assert set(range(0, 12 * 48, 48)) <= struck


def test_the_last_bar_gives_the_upbeat_back():
    upbeat = piece([(-12, 12, 67), *((12 * at, 12, pitch) for at, pitch in enumerate((72, 76, 79) * 5))], upbeat=1)
    model = network()
    model.learn_vocabulary([upbeat])
    notes = model.compose(12, seed=1).notes

    assert notes["step"].min() == 36  # a bar before the first bar line begins the file
    assert (notes["step"] + notes["steps"]).max() == 48 + 3 * 48 - 12


@pytest.mark.parametrize(("beats", "form"), [(64, "AABB"), (48, "AAB"), (80, "AABBC"), (128, "AABB"), (40, "AAb")])
def test_parts_are_played_twice(beats, form):
    model = network()
    model.learn_vocabulary([tune(4)])
    part = beats // 4 // len(form) if form != "AAb" else 4  # bars
    opening = TokenSequence((), -12)
    sampling = Sampling(1, temperature=1.2)
    written = model.write(opening, 0, beats, sampling, repeats=True)
    places = written.places()[:-1] - opening.start
    parts = [
        [
            (place % (48 * part), token)
            for place, token in zip(places, written.tokens, strict=True)
            if place // (48 * part) == number
        ]
        for number in range(len(form))
    ]

    assert written.places()[-1] - opening.start == 12 * beats
    for number, name in enumerate(form):
        assert [name == form[other] for other in range(len(form))] == [parts[number] == other for other in parts]
    assert written == model.write(opening, 0, beats, sampling, repeats=True)
    assert written.tokens[: len(parts[0])] == model.write(opening, 0, 4 * part, sampling).tokens


def test_progress_counts_what_is_written_not_what_is_repeated():
    model = network()
    model.learn_vocabulary([tune(4)])
    reports: list[float] = []
    model.write(TokenSequence((), 0), 0, 32 * 4, Sampling(1), repeats=True, progress=reports.append)  # A A B B, 32 bars
    rises = np.diff(reports)

    assert min(rises) >= 0
    assert (reports[0], reports[-1]) == (0, 1)
    # Each of the two parts is half of the work; that the first is repeated is no step.
    assert max(rises) < 0.15


def test_a_part_has_room_for_the_primer():
    model = network()
    model.learn_vocabulary([tune(4)])
    begun = encode_tokens(tune(4)).first_bars(4)
    written = model.write(begun, 0, 64, Sampling(1), repeats=True)

    assert written.tokens[: len(begun.tokens)] == begun.tokens
    half = len(written.tokens) // 2
    assert written.tokens[:half] == written.tokens[half:]  # eight bars, twice


def test_a_primer_is_kept_and_gone_on_with(learnt):
    model, _ = learnt
    primer = piece([(0, 48, 50), *((6 * at, 6, pitch) for at, pitch in enumerate((74, 76, 78, 79, 81, 79, 78, 73)))])
    score = model.compose(16, seed=1, primer=primer, primer_bars=1)
    opening = score.notes[score.notes["step"] < 48]

    assert (opening["key"] + LOWEST_PITCH).tolist() == [50, 74, 76, 78, 79, 81, 79, 78, 73]
    assert opening["steps"].tolist() == [48, *[6] * 8]
    assert score.notes["step"].max() >= 3 * 48


def test_what_it_cannot_write_is_said(learnt):
    model, _ = learnt
    with pytest.raises(ValueError, match=r"no metre 9/8; it has learnt 4/4"):
        model.compose(16, seed=1, metre=(9, 8))
    with pytest.raises(ValueError, match="own key"):
        model.compose(16, seed=1, primer=tune(2), key=key_number("F#m"))
    free = tune(2)
    object.__setattr__(free, "beats_sec", np.zeros(0))
    with pytest.raises(ValueError, match="no beats"):
        model.compose(16, seed=1, primer=free)
    with pytest.raises(ValueError, match="neither keys nor metres"):
        network(MELODY).compose(16, seed=1, key=0)


def test_the_melody_form_writes_and_goes_on():
    model = network(MELODY)
    losses = fit(model, [tune(4)], 100)
    score = model.compose(20, seed=1, primer=tune(4), primer_bars=2)

    assert losses[-1]["teaching"] < losses[0]["teaching"] - 2
    assert (score.notes["step"] + score.notes["steps"]).max() == 20
    # Eight samples of a primer, each 0.4 s: eighths of a quarter second.
    heard = np.repeat(score.notes["key"], score.notes["steps"])[:8] + LOWEST_PITCH
    assert heard.tolist() == [72, 74, 77, 79, 76, 72, 74, 77]


def test_all_tunes_are_in_c_unless_they_are_shifted():
    model = network(transpose=0)
    model.learn_vocabulary([tune(4, semitones=3)])
    plain = model.prepare_piece(tune(4, semitones=3))
    assert model.vocabulary().read(plain.numbers) == encode_tokens(tune(4)).tokens
    assert plain.key == key_number("C")

    model = network(transpose=2, vocabulary=256)
    model.learn_vocabulary([tune(4)])
    shifted = model.prepare_piece(tune(4)).shifted
    assert [MUSICAL_KEYS[each.key] for each in shifted] == ["C", "B", "Db", "Bb", "D"]
    assert Token((74,), 6, 6) in model.vocabulary().read(shifted[-1].numbers)


def test_windows_know_where_they_stand():
    model = network()
    model.learn_vocabulary([tune(8, seed=1)])
    prepared = model.prepare_piece(tune(8, seed=1))
    batch = model.sample_batch({"folk": {"folk": [prepared, None]}}, 64, np.random.default_rng(0))

    assert batch["tokens"].shape == (64, 12)
    begins = batch["before"] == 64
    ends = (batch["tokens"] == torch.from_numpy(prepared.numbers[-12:])).all(dim=1)
    assert 0.05 < begins.float().mean() < 0.4
    assert 0.05 < ends.float().mean() < 0.4
    assert (batch["place"][begins] == 0).all()
    for row in range(64):
        start = [
            at
            for at in range(len(prepared.numbers) - 11)
            if np.array_equal(prepared.numbers[at : at + 12], batch["tokens"][row])
        ]
        assert int(batch["place"][row]) in prepared.steps[start]
    assert set(batch["bars"].tolist()) == {8}
    assert METRES[int(batch["metre"][0])] == (4, 4)


def test_a_checkpoint_writes_the_same_tune(learnt, tmp_path):
    model, _ = learnt
    half = model.compose(16, seed=5)
    save(tmp_path / "folk.safetensors", model, "Folk", {})
    again = load(tmp_path / "folk.safetensors", "cpu")

    assert again.vocabulary().tokens == model.vocabulary().tokens
    assert int(again.done) == TOKENS.teach_steps
    assert np.array_equal(again.compose(16, seed=5).notes, half.notes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"styles": ("a", "b")}, "one style"),
        ({"form": "opera"}, "opera"),
        ({"form": "melody", "vocabulary": 90}, "88 tokens"),
        ({"reward": "praise"}, "praise"),
        ({"kernels": (1, 20)}, "12 tokens wide"),
    ],
)
def test_a_wrong_config_gets_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        network(**changes)


def test_tunes_too_short_for_a_window_get_a_sentence():
    model = network()
    model.learn_vocabulary([tune(1)])
    with pytest.raises(ValueError, match="12 tokens"):
        model.sample_batch({"folk": {"folk": [model.prepare_piece(tune(1))]}}, 2, np.random.default_rng(0))
