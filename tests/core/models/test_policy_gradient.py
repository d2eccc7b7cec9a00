import pytest
import torch

from tonenet_core.encoding.tokens import METRES
from tonenet_core.models.sequence.networks import Setting, TokenDiscriminator, TokenGenerator, sample_tokens
from tonenet_core.models.sequence.policy_gradient import episodic_rewards, policy_loss, rollout_rewards
from tonenet_core.models.sequence.windows import MELODY

WANTED = 40


def generator(seed=0):
    torch.manual_seed(seed)
    network = TokenGenerator(88, 16, 16, places=False)
    network.table.copy_(torch.from_numpy(MELODY.as_table(88)))
    return network


def nothing_before(count):
    zeros = torch.zeros(count, dtype=torch.long)
    return Setting(zeros + 88, zeros, zeros, zeros, zeros + 1)


def share_of_the_wanted(tokens):
    return (tokens == WANTED).float().mean(dim=1)


def test_a_roll_out_of_the_whole_sequence_is_the_discriminators_score():
    network = generator()
    judge = TokenDiscriminator(88, 8, (1, 2, 3), 4, dropout=0.0).eval()
    setting = nothing_before(5)
    tokens = network.sample(setting, 6)

    def score(sequences):
        return torch.sigmoid(judge(sequences))

    for every in (1, 4, 10):
        rewards = rollout_rewards(network, score, tokens, setting, rollouts=2, every=every)
        assert torch.equal(rewards[:, -1], score(tokens))
    assert torch.equal(episodic_rewards(score, tokens)[:, 2], score(tokens))


def test_roll_outs_keep_the_beginning_and_are_averages():
    network, setting = generator(), nothing_before(3)
    tokens = network.sample(setting, 5)
    seen = []

    def remember(sequences):
        seen.append(sequences)
        return share_of_the_wanted(sequences)

    rewards = rollout_rewards(network, remember, tokens, setting, rollouts=4, every=1)
    whole, *rolled = seen

    assert torch.equal(whole, tokens)
    assert [len(each) for each in rolled] == [12] * 4
    for place, each in enumerate(rolled):
        kept = each.reshape(4, 3, 5)[..., : place + 1]
        assert (kept == tokens[:, : place + 1]).all()
        assert torch.allclose(rewards[:, place], share_of_the_wanted(each).reshape(4, 3).mean(dim=0))
    assert len(torch.unique(rolled[0], dim=0)) > 3  # they go on in different ways


def test_tokens_between_have_the_worth_of_the_next_beginning_tried():
    network, setting = generator(), nothing_before(4)
    rewards = rollout_rewards(network, share_of_the_wanted, network.sample(setting, 8), setting, rollouts=3, every=3)

    assert torch.equal(rewards[:, 0], rewards[:, 2])
    assert torch.equal(rewards[:, 3], rewards[:, 5])
    assert torch.equal(rewards[:, 6], rewards[:, 7])


@pytest.mark.parametrize("reward", ["rollout", "episodic"])
def test_what_is_rewarded_becomes_likelier(reward):
    network = generator()
    setting = nothing_before(32)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    before = share_of_the_wanted(network.sample(setting, 8)).mean()
    for _ in range(60):
        tokens = network.sample(setting, 8)
        if reward == "episodic":
            rewards = episodic_rewards(share_of_the_wanted, tokens)
        else:
            rewards = rollout_rewards(network, share_of_the_wanted, tokens, setting, rollouts=4, every=2)
        chosen = network.log_probabilities(tokens, setting).gather(-1, tokens[..., None])[..., 0]
        loss = policy_loss(chosen, rewards, baseline=True)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = share_of_the_wanted(network.sample(setting, 8)).mean()

    assert before < 0.1
    assert after > 0.5


def test_the_baseline_is_what_the_others_are_worth():
    chosen = torch.full((3, 2), -1.0, requires_grad=True)
    rewards = torch.tensor([[1.0, 1.0], [0.0, 1.0], [0.5, 1.0]])
    policy_loss(chosen, rewards, baseline=True).backward()

    expected = -torch.tensor([[0.75, 0.0], [-0.75, 0.0], [0.0, 0.0]]) / 6
    assert torch.allclose(chosen.grad, expected)
    chosen.grad = None
    policy_loss(chosen, rewards, baseline=False).backward()
    assert torch.allclose(chosen.grad, -rewards / 6)


def test_drawing():
    said = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(4000, 1)
    torch.manual_seed(0)
    counts = torch.bincount(sample_tokens(said), minlength=4) / 4000
    assert torch.allclose(counts, said[0].exp(), atol=0.03)
    assert set(sample_tokens(said, top_p=0.7).tolist()) == {0, 1}
    assert set(sample_tokens(said, temperature=0.0).tolist()) == {0}
    cool = torch.bincount(sample_tokens(said, temperature=0.5), minlength=4) / 4000
    assert cool[0] == pytest.approx(0.25 / (0.25 + 0.09 + 0.0225 + 0.0025), abs=0.03)


def test_a_token_without_probability_is_never_drawn():
    torch.manual_seed(0)
    said = torch.log(torch.tensor([0.0, 0.3, 0.0, 0.7, 0.0])).repeat(20_000, 1)
    counts = torch.bincount(sample_tokens(said), minlength=5)

    assert counts[[0, 2, 4]].tolist() == [0, 0, 0]
    assert counts[1] / 20_000 == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("number", [0.0, 1 - 2**-24])  # what the generator of random numbers can give at most
def test_not_even_at_the_ends_of_the_random_numbers(monkeypatch, number):
    monkeypatch.setattr(torch, "rand", lambda rows, columns, device: torch.full((rows, columns), number))

    assert sample_tokens(torch.log(torch.tensor([[0.0, 0.3, 0.7, 0.0]]))).item() == (2 if number == 0 else 1)


def test_the_discriminator_convolves_embedded_tokens():
    torch.manual_seed(0)
    network = TokenDiscriminator(9, 5, (1, 3, 6), 4, 0.0)
    tokens = torch.randint(9, (7, 6))
    read = network.embedding(tokens).transpose(1, 2)
    found = [torch.relu(convolution(read)).amax(dim=-1) for convolution in network.convolutions]
    logits = network.output(network.highway(torch.cat(found, dim=-1)))[:, 0]

    assert torch.allclose(network(tokens), logits, atol=1e-6)
    network(tokens).sum().backward()
    assert all(bool(parameter.grad.any()) for parameter in network.parameters())


def test_what_is_sampled_has_the_probability_that_is_said_of_it():
    """The networks step by step and all at once are one."""
    network, setting = generator(), nothing_before(2)
    tokens = network.sample(setting, 6, temperature=0.0)

    assert torch.equal(network.log_probabilities(tokens, setting).argmax(dim=-1), tokens)


def test_places_are_told_to_a_generator_that_knows_them():
    torch.manual_seed(0)
    network = TokenGenerator(88, 16, 16, places=True)
    network.table.copy_(torch.from_numpy(MELODY.as_table(88)))
    zeros = torch.zeros(4, dtype=torch.long)
    changed = torch.arange(4)
    tokens = torch.zeros(4, 3, dtype=torch.long)
    for step, metre, key, bars in (
        (changed, zeros, zeros, zeros + 8),
        (zeros, changed, zeros, zeros + 8),
        (zeros, zeros, changed, zeros + 8),
        (zeros, zeros, zeros, 1 + changed),
        (48 * changed, zeros, zeros, zeros + 40),
    ):
        said = network.log_probabilities(tokens, Setting(zeros + 88, step, metre, key, bars))
        assert len(torch.unique(said[:, 0], dim=0)) == 4
    assert int(changed.max()) < len(METRES)
