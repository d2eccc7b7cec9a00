from dataclasses import dataclass

import pytest

from tonenet_core.errors import reason
from tonenet_core.files.field_checks import check_fields


@dataclass
class Config:
    styles: tuple[str, ...]
    size: int = 1
    rate: float = 0.5
    deep: bool = False
    score: str = "dot"
    kernels: tuple[int, ...] = (1,)


SOUND = {"styles": ["jazz"], "size": 3, "rate": 1, "deep": True, "score": "x", "kernels": (1, 2), "unknown": None}


def test_what_fits_is_left_alone():
    check_fields(Config, SOUND)
    check_fields(Config, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("size", value) for value in (-1, 1.0, True, "3", None, [3], 2**40)],
        *[("rate", value) for value in (float("nan"), float("inf"), 10**400, 1e300, "0.5", True, None)],
        *[("deep", value) for value in (1, "true", None)],
        *[("score", value) for value in (1, None, ["dot"], {})],
        *[("styles", value) for value in ("jazz", [1], [["jazz"]], None, {"jazz": 1})],
        *[("kernels", value) for value in (1, [1.5], [-1], ["1"])],
    ],
)
def test_what_does_not_fit_is_named(name, value):
    with pytest.raises(ValueError, match=f"^{name} cannot be "):
        check_fields(Config, {**SOUND, name: value})


def test_a_reason_is_one_short_printable_line():
    assert reason(KeyError("x")) == "'x'"
    assert reason("two\nlines\x00 and a full stop.") == "two lines? and a full stop"
    assert len(reason("x" * 5000)) == 160
