import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tonenet_core.analysis.doubled_notes import find_leaders
from tonenet_core.performance import NOTE_DTYPE


def notes(*rows):
    """Notes of (onset in seconds, pitch, velocity)."""
    return np.array([(onset, 0.5, pitch, velocity) for onset, pitch, velocity in rows], NOTE_DTYPE)


def test_the_loudest_of_doubled_notes_leads_them():
    piece = notes((0, 60, 70), (0, 60, 90), (0, 64, 80), (0.5, 60, 50), (0.5004, 60, 40))
    assert find_leaders(piece).tolist() == [1, 1, 2, 3, 3]


def test_repeated_and_neighbouring_keys_are_no_doubles():
    piece = notes((0, 60, 70), (0, 61, 70), (0.05, 60, 70))
    assert find_leaders(piece).tolist() == [0, 1, 2]


def test_no_notes():
    assert len(find_leaders(notes())) == 0


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5]), st.integers(60, 62), st.integers(1, 127)), max_size=30))
def test_each_group_has_one_leader_and_it_is_the_loudest(rows):
    piece = notes(*sorted(rows))
    leaders = find_leaders(piece)
    for index, leader in enumerate(leaders):
        assert piece["pitch"][leader] == piece["pitch"][index]
        assert piece["onset_sec"][leader] == piece["onset_sec"][index]
        assert piece["velocity"][leader] >= piece["velocity"][index]
    assert len(set(leaders.tolist())) == len({(row[0], row[1]) for row in rows})
