from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from tests.core.models.test_accompanist import TUNE, sheet_of, training_piece
from tests.core.timing.written import metered, piece_of
from tonenet_core.checkpoint import load, save
from tonenet_core.encoding.images import ONSET, SUSTAIN
from tonenet_core.encoding.written import sorted_notes
from tonenet_core.harmony.hands import playable_share
from tonenet_core.models.cycle import cycle_gan
from tonenet_core.models.cycle.config import CycleGanConfig
from tonenet_core.models.cycle.cycle_gan import CycleGan
from tonenet_core.models.cycle.images import PreparedImage, locked_batch
from tonenet_core.models.cycle.locked import lock_melody, lock_piece
from tonenet_core.models.image.vae_gan import VaeGan, VaeGanConfig
from tonenet_core.models.training import Adversarial, Begun, Drawing, Remembering

STYLES = ("jazz", "classical")
SIZE = {"styles": STYLES, "latent": 8, "hidden": 32, "blocks": 1}
SMALL = {**SIZE, "inner": 16, "translations": 2, "judges": 8, "pool": 4, "settled": 0, "transpose": 0, "augment": 1}
WEIGHTS = ("adversarial", "alone", "cycle", "identity", "chroma", "density", "hands")
LOSSES = {"adversarial": "adversarial whole", "alone": "adversarial alone"}


def small(seed=0, **changes):
    torch.manual_seed(seed)
    return CycleGan(CycleGanConfig(**{**SMALL, **changes}))


def loose(seed=0, **changes):
    """A model that draws anything: its generator is as likely to strike a key as not."""
    model = small(seed, **changes)
    with torch.no_grad():
        for parameter in (*model.generator.parameters(), *model.translator.parameters()):
            parameter.normal_(0, 0.3)
    return model


def pieces():
    return [training_piece(style) for style in STYLES]


def batch(model, seed=0, windows=2):
    prepared = {piece.style: {"rules": [model.prepare_piece(piece)]} for piece in pieces()}
    return model.sample_batch(prepared, windows, np.random.default_rng(seed)) | {"step": seed}


def gradients(model, loss):
    model.zero_grad()
    loss.backward(retain_graph=True)
    return {
        name
        for name, part in model.parts().items()
        if any(each.grad is not None and bool(each.grad.abs().max() > 0) for each in part.parameters())
    }


@pytest.fixture(scope="module")
def learnt():
    """A model that gives two bars of each style back, and its losses."""
    model = small(hidden=64, adversarial=0.0, alone=0.0, chroma=0.0, density=0.0, hands=0.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    for step in range(60):
        torch.manual_seed(step)
        found = model.train()(batch(model, step, 1))
        optimizer.zero_grad()
        found["loss"].backward()
        optimizer.step()
        losses.append({name: float(each.detach()) for name, each in found.items()})
    return model.eval(), losses


# -- images with a locked melody ------------------------------------------------------------------------------------


def test_the_melody_is_locked_and_what_is_near_it_is_left_out():
    melody = metered([(0, 1, 72), (1, 1, 74)])
    others = metered([(0, 2, 48), (0, 1, 70), (1, 0.5, 71), (0, 2, 69), (1.5, 0.5, 80)])
    cut = lock_melody(melody.notes, others.notes, np.array([0, 0.5, 1.0])).image(0, 8)
    assert np.flatnonzero(cut.melody[:, 72 - 21]).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(cut.melody[:, 74 - 21]).tolist() == [4, 5, 6, 7]
    assert cut.melody.sum() == 8
    assert (cut.ceiling + 21).tolist() == [70] * 4 + [72] * 4
    step, key = np.nonzero(cut.image[..., ONSET])
    assert sorted(zip(step.tolist(), (key + 21).tolist(), strict=True)) == [
        (0, 48), (0, 69), (0, 72), (4, 71), (4, 74)
    ]  # fmt: skip
    assert cut.image[..., SUSTAIN][:, 48 - 21].sum() == 8


def test_a_held_note_ends_where_the_melody_comes_down_to_it():
    melody, others = metered([(0, 1, 76), (1, 1, 66)]), metered([(0, 2, 64), (0, 2, 48)])
    cut = lock_melody(melody.notes, others.notes, np.array([0, 0.5, 1.0])).image(0, 8)
    assert cut.image[..., SUSTAIN][:, 64 - 21].tolist() == [1] * 4 + [0] * 4


def test_a_free_recording_has_steps_of_125_ms_and_silence_follows_a_piece():
    cut = lock_piece(piece_of([(0.0, 0.5, 76, 64), (0.26, 0.2, 48, 50)])).image(0)
    assert cut.image[2, 48 - 21].tolist() == [50, 1]
    assert not cut.image[8:].any()
    assert set(cut.ceiling[8:].tolist()) == {88}


def test_transposed_melody_and_ceiling_go_together():
    cut = lock_piece(training_piece("jazz")).image(0)
    up = cut.transposed(3)
    np.testing.assert_array_equal(up.image[:, 3:], cut.image[:, :-3])
    np.testing.assert_array_equal(up.melody[:, 3:], cut.melody[:, :-3])
    assert up.ceiling[0] == cut.ceiling[0] + 3
    assert up.ceiling[-1] == cut.ceiling[-1] == 88


def test_spoilt_strokes_are_others_under_the_same_melody():
    cut = lock_piece(training_piece("classical")).image(0)
    struck = cut.image[..., ONSET] > 0
    for seed in range(5):
        spoilt = cut.spoilt(np.random.default_rng(seed)) > 0
        np.testing.assert_array_equal(spoilt & (cut.melody > 0), struck & (cut.melody > 0))
        assert (spoilt != struck).any()
        assert not spoilt[np.arange(88) >= np.where(cut.melody.any(1), 88, cut.ceiling)[:, None]].any()


# -- the training step ----------------------------------------------------------------------------------------------


def test_covers_have_the_melody_cell_by_cell_and_nothing_near_it():
    model = loose()
    given = batch(model)
    seen = {}
    model.contest.register_forward_pre_hook(lambda _, args: seen.update(true=args[0], made=args[3]))
    model(given)
    true, made = seen["true"], seen["made"]
    melody = true.melody > 0
    assert made.image.shape == true.image.shape == (4, 88, 88, 2)
    assert torch.equal(made.image[melody], true.image[melody])
    near = (torch.arange(88) >= given["ceiling"][..., None]) & ~melody
    assert not made.image[near].any()
    assert made.image[~near & ~melody].any()


def test_the_discriminators_and_the_way_back_see_strokes_that_are_there_or_not():
    model = loose()
    judged, encoded = [], []
    for each in model.contest.discriminators.values():
        each.register_forward_pre_hook(lambda _, args: judged.append(args[0]))
    model.encoder.register_forward_pre_hook(lambda _, args: encoded.append(args[0]))
    model(batch(model))
    assert len(judged) == 4
    assert len(encoded) == 2
    for strokes in judged:
        assert set(strokes.unique().tolist()) == {0.0, 1.0}
    assert set(encoded[1][..., SUSTAIN].unique().tolist()) == {0.0, 1.0}
    assert (encoded[1][..., ONSET] == 0).float().mean() > 0.1  # the rest are velocities of strokes


def test_training_begins_as_what_the_vae_gan_reconstructs():
    torch.manual_seed(0)
    blocks = VaeGan(VaeGanConfig(**SIZE, prior=4, mixtures=1)).eval()
    model = small(1).eval()
    assert isinstance(model, Begun)
    model.begin_with(blocks)
    cut = lock_piece(training_piece("jazz")).image(0)
    seen = {}
    model.generator.register_forward_hook(lambda _, args, out: seen.update({int(args[1].argmax()): (args, out)}))
    given = locked_batch([cut], [0], 2) | {"step": 0, "spoilt": torch.zeros(1, 88, 88)}
    with torch.no_grad():
        for parameter in model.encoder.leave[1].parameters():  # sure of every latent
            parameter[SIZE["latent"] :] = 0 if parameter.dim() > 1 else -100
        model(given)
        image = torch.from_numpy(cut.image).float()[None] / torch.tensor([127.0, 1.0])
        mean, _ = blocks.encoder(image, torch.eye(2)[:1])
        reconstructed = blocks.generator(mean, torch.eye(2)[:1])
    (latent, _), drawn = seen[0]
    assert torch.allclose(latent, mean, atol=0.1)
    assert torch.allclose(drawn.strike, reconstructed.strike, atol=0.2)


@pytest.mark.parametrize(
    ("changes", "start"),
    [({"latent": 4}, "other sizes"), ({"styles": ("jazz", "pop")}, "no VAE-GAN of jazz and pop")],
)
def test_blocks_of_another_size_or_other_styles_are_refused(changes, start):
    blocks = VaeGan(VaeGanConfig(**SIZE, prior=4, mixtures=1))
    with pytest.raises(ValueError, match=start):
        small(start="blocks", **changes).begin_with(blocks)


@pytest.mark.parametrize(
    ("loss", "reached"),
    [
        ("cycle", {"encoder", "generator", "translator"}),
        ("identity", {"encoder", "generator", "translator"}),
        ("chroma", {"encoder", "generator", "translator"}),
        ("density", {"encoder", "generator", "translator"}),
        ("hands", {"encoder", "generator", "translator"}),
        ("adversarial whole", {"encoder", "generator", "translator"}),
        ("adversarial alone", {"encoder", "generator", "translator"}),
        ("discriminator whole", {"contest"}),
        ("discriminator alone", {"contest"}),
    ],
)
def test_each_loss_reaches_its_networks_alone(loss, reached):
    model = loose()
    assert isinstance(model, Adversarial)
    assert gradients(model, model(batch(model))[loss]) == reached
    assert all(each.requires_grad for each in model.parameters())


@pytest.mark.parametrize("only", WEIGHTS)
def test_each_loss_has_a_switch(only):
    model = loose(**dict.fromkeys(WEIGHTS, 0.0) | {only: 0.7})
    found = model(batch(model))
    own = LOSSES.get(only, only)
    values = {name: float(each.detach()) for name, each in found.items()}
    discriminators = sum(value for name, value in values.items() if name.startswith("discriminator"))
    assert values["loss"] == pytest.approx(0.7 * values[own] + discriminators, rel=1e-5)
    assert [name for name in found if name.startswith("adversarial")] == [own] * (only in LOSSES)


def test_without_the_third_class_no_spoilt_image_is_judged():
    judged = []
    for share in (1.0, 0.0):
        model = loose(neither=share, alone=0.0)
        model.contest.discriminators["whole"].register_forward_pre_hook(lambda _, args: judged.append(len(args[0])))
        model(batch(model))
    assert judged == [12, 4, 8, 4]  # pieces, spoilt ones and covers; then covers alone


def test_the_weight_of_the_cycle_and_the_rates_fall():
    model = loose(cycle=2.0, cycle_end=0.5, horizon=100, settled=10, **dict.fromkeys(set(WEIGHTS) - {"cycle"}, 0.0))
    for step, weight in ((0, 2.0), (50, 1.25), (100, 0.5), (200, 0.5)):
        found = model(batch(model) | {"step": step})
        assert float(found["loss"].detach()) == pytest.approx(weight * float(found["cycle"].detach()), rel=1e-5)
    assert model.learning_rates(1.0, 5, {}) == {"encoder": 0.0, "generator": 0.0, "translator": 1.0}
    assert model.learning_rates(1.0, 75, {})["encoder"] == pytest.approx(0.05)
    assert model.learning_rates(1.0, 100, {})["translator"] == 0


def test_the_pool_gives_older_covers_back_and_is_remembered_apart_from_the_weights(tmp_path):
    model = loose(pool=2).train()
    assert isinstance(model, Remembering)
    for step in range(4):
        model(batch(model, step))
    memory = model.memory()
    assert {bool(value.any()) for value in memory.values()} == {True}
    save(tmp_path / "a.safetensors", model, "A", {})
    assert torch.uint8 not in {value.dtype for value in load_file(tmp_path / "a.safetensors").values()}
    other = small(1, pool=2)
    other.load_state_dict(model.state_dict())
    assert not other.contest.pool.images.any()
    other.remember(memory)
    assert other.contest.pool.count.tolist() == [2, 2]
    assert other.contest.pool.images.any()
    full = torch.full((8, 88, 88), 3, dtype=torch.uint8)
    torch.manual_seed(0)
    given = other.contest.pool.swapped(full, torch.zeros(8, dtype=torch.int64))
    older = [not torch.equal(each, full[0]) for each in given]
    assert 0 < sum(older) <= 2
    assert other.contest.pool.images[0].eq(3).all(dim=(1, 2)).any()


# -- learning -------------------------------------------------------------------------------------------------------


def test_a_checkpoint_that_still_has_its_pool_loads_and_is_saved_without_it(tmp_path):
    model = loose(pool=2).eval()
    save(tmp_path / "new.safetensors", model, "A", {})
    weights = load_file(tmp_path / "new.safetensors")
    pool = {"contest.pool.images": torch.ones(2, 2, 88, 88, dtype=torch.uint8), "contest.pool.count": torch.ones(2)}
    with safe_open(tmp_path / "new.safetensors", "pt") as file:
        save_file({**weights, **pool}, tmp_path / "old.safetensors", file.metadata())
    old = load(tmp_path / "old.safetensors", "cpu")
    save(tmp_path / "again.safetensors", old, "A", {})
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "new.safetensors").read_bytes()
    assert not old.contest.pool.images.any()


def test_it_learns_to_give_two_bars_of_each_style_back(learnt):
    model, losses = learnt
    assert losses[-1]["cycle"] < 0.05 * losses[0]["cycle"]
    assert losses[-1]["identity"] < 0.05 * losses[0]["identity"]
    figures = model.validate(pieces())
    assert figures["cycle F1"] > 0.9
    assert figures["identity F1"] > 0.9
    assert figures["playable"] == 1
    assert figures["score"] == -60


def test_the_contest_alone_makes_a_model_play_that_played_nothing():
    model = small(adversarial=1.0, alone=0.0, cycle=0.0, identity=0.0, chroma=0.0, density=0.0, hands=0.0, neither=0.0)
    assert model.validate(pieces())["density"] > 1e6
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses, densities = [], []
    for step in range(30):
        torch.manual_seed(step)
        found = model.train()(batch(model, step, 1))
        optimizer.zero_grad()
        found["loss"].backward()
        optimizer.step()
        losses.append(float(found["discriminator whole"].detach()))
        densities.append(model.validate(pieces())["density"])
    assert min(losses) < 0.6 * losses[0]
    assert min(densities) < 100


def test_its_sheet_has_pieces_beside_their_covers(learnt):
    model, _ = learnt
    model.validate(pieces())
    assert isinstance(model, Drawing)
    titles, images = zip(*model.sheet(), strict=True)
    assert set(titles) == {"jazz", "in classical", "classical", "in jazz"}
    assert {image.shape for image in images} == {(88, 88, 2)}


# -- covers of pieces -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_drawn_can_be_played_and_stays_below_the_melody(seed):
    rows = [(beat / 2, 0.5, int(pitch)) for beat, pitch in enumerate(np.random.default_rng(seed).integers(55, 80, 32))]
    sheet = sheet_of(metered([*rows, *((beat, 1, 40) for beat in range(16))]))
    written = loose(seed).accompany(sheet, "jazz", seed)
    assert len(written) > 20
    assert playable_share(sorted_notes(np.concatenate([written, sheet.melody]))) == 1
    ends = sheet.melody["onset_sec"] + sheet.melody["duration_sec"]
    for note in written:
        sounds = (sheet.melody["onset_sec"] < note["onset_sec"] + note["duration_sec"] - 1e-9) & (
            ends > note["onset_sec"] + 1e-9
        )
        assert note["pitch"] + 3 <= sheet.melody["pitch"][sounds].min(initial=127)
    assert written["duration_sec"].min() > 0
    assert set(written["velocity"].tolist()) == {60}


def test_what_it_has_learnt_to_give_back_it_writes_with_its_lengths(learnt):
    """In the piece's own style, as it is not told which that is: classical to classical by the cover of a cover."""
    model, _ = learnt
    sheet = sheet_of(training_piece("classical"))
    jazz = model.accompany(sheet, "jazz", temperature=0.0)
    back = model.accompany(replace(sheet, accompaniment=jazz), "classical", temperature=0.0)
    own = {(round(note["onset_sec"] * 8), int(note["pitch"])) for note in sheet.accompaniment}
    found = {(round(note["onset_sec"] * 8), int(note["pitch"])) for note in back}
    assert len(own & found) > 0.7 * len(own)
    assert np.median(back["duration_sec"]) == pytest.approx(0.25)


def test_what_shares_a_step_with_the_melody_is_struck_with_it():
    swung = [(beat + place, 0.3, 84) for beat in range(8) for place in (0, 2 / 3)]
    sheet = sheet_of(metered([*swung, *((beat, 1, 40) for beat in range(8))]))
    written = loose().accompany(sheet, "jazz")
    places = np.unique(np.rint(written["onset_sec"] / 0.5 * 12).astype(int) % 12)
    assert set(places.tolist()) == {0, 3, 6, 8}


def test_kept_beats_get_nothing_new():
    sheet = sheet_of(training_piece("classical"), (0, 1, 4, 5))
    written = loose().accompany(sheet, "jazz")
    assert set(np.unique((written["onset_sec"] / 0.5).astype(int)).tolist()) == {2, 3, 6, 7}


def test_the_same_seed_gives_the_same_notes_and_another_seed_others():
    model, sheet = loose(), sheet_of(training_piece("jazz"))
    first = model.accompany(sheet, "classical", 1)
    assert model.accompany(sheet, "classical", 1).tobytes() == first.tobytes()
    assert model.accompany(sheet, "classical", 2).tobytes() != first.tobytes()
    plain = model.accompany(sheet, "classical", 1, temperature=0.0)
    assert model.accompany(sheet, "classical", 2, temperature=0.0).tobytes() == plain.tobytes()


def test_a_long_piece_has_no_seams(monkeypatch):
    rows = [(beat, 1, TUNE[beat % 8]) for beat in range(40)]
    sheet = sheet_of(metered([*rows, *((beat, 1, 45 + beat % 7) for beat in range(40))]))
    model = loose()
    whole = model.accompany(sheet, "jazz")
    monkeypatch.setattr(cycle_gan, "STRETCH", 8)
    parts = model.accompany(sheet, "jazz")
    assert len(whole) > 40
    np.testing.assert_array_equal(whole[["pitch", "onset_sec"]], parts[["pitch", "onset_sec"]])


def test_an_unknown_style():
    with pytest.raises(KeyError):
        small().accompany(sheet_of(training_piece("jazz")), "polka")


def test_a_saved_model_writes_the_same(learnt, tmp_path):
    model, _ = learnt
    save(tmp_path / "cycle.safetensors", model, "CycleGAN", {})
    loaded, again = (load(tmp_path / "cycle.safetensors", "cpu") for _ in range(2))
    assert isinstance(loaded, CycleGan)
    assert loaded.config == model.config
    sheet = sheet_of(training_piece("jazz"))
    written = loaded.accompany(sheet, "classical", 3)
    assert written.tobytes() == again.accompany(sheet, "classical", 3).tobytes()
    own = model.accompany(sheet, "classical", 3)  # the file has half of its precision
    same = np.intersect1d(written[["onset_sec", "pitch"]], own[["onset_sec", "pitch"]])
    assert len(same) > 0.9 * len(own)


def test_the_middle_of_a_long_free_recording_is_learnt_from():
    rows = [(0.1 * place, 0.1, 60 + place % 12, 64) for place in range(1700)]
    free = piece_of(rows)
    piece = replace(training_piece("jazz"), notes=free.notes, beats_sec=free.beats_sec)
    assert 148 * 8 < len(PreparedImage(piece).locked()) < 152 * 8
