import pytest

from tonenet_core.analysis.key import MUSICAL_KEYS, find_key, key_number, scale

MAJOR = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0)


@pytest.mark.parametrize("tonic", range(12))
def test_scales_are_in_their_keys(tonic):
    assert find_key([60 + tonic + step for step in MAJOR], [1] * len(MAJOR)) == tonic
    assert find_key([60 + tonic + step for step in HARMONIC_MINOR], [1] * len(MAJOR)) == 12 + tonic


def test_long_notes_weigh_more():
    pitches, long_a = [60, 64, 67, 69, 72, 76], [1, 1, 0.1, 6, 1, 4]

    assert MUSICAL_KEYS[find_key(pitches, [4, 2, 3, 0.2, 4, 2])] == "C"
    assert MUSICAL_KEYS[find_key(pitches, long_a)] == "Am"


@pytest.mark.parametrize(("name", "number"), [("C", 0), ("c", 0), ("Bb", 10), ("A#", 10), ("F#m", 18), ("Gbm", 18)])
def test_names(name, number):
    assert key_number(name) == number


@pytest.mark.parametrize("name", ["H", "", "m", "Cx", "C major"])
def test_what_is_no_key(name):
    with pytest.raises(ValueError, match="no key"):
        key_number(name)


def test_the_scale_of_a_key():
    assert scale(key_number("G")) == {7, 9, 11, 0, 2, 4, 6}
    assert scale(key_number("Am")) == {9, 11, 0, 2, 4, 5, 6, 7, 8}
