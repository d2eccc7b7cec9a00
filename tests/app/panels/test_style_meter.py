import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.panels.style_meter import Scale, StyleMeter
from app.theme import palette
from tests.app.stand_in import dress, piece
from tonenet_core.judge import Verdict

PIECE = piece((0.0, 1.0, 60, 64))


class Judged(QObject):
    """A session as the meter sees it."""

    changed = Signal()
    original_name = "Original"

    def __init__(self):
        super().__init__()
        self.original = self.styled = self.style = None
        self.judgement = self.document = self
        self.styles, self.before, self.after = ("jazz", "classical"), None, None

    @property
    def side_names(self):
        return "Original", (self.style or "Edited").capitalize()

    def show(self, **what):
        for name, value in what.items():
            setattr(self, name, value)
        self.changed.emit()


@pytest.fixture
def session():
    return Judged()


@pytest.fixture
def meter(qtbot, qapp, session):
    dress(qapp)
    meter = StyleMeter(session)
    qtbot.addWidget(meter)
    return meter


def verdict(jazz):
    return Verdict({"jazz": jazz, "classical": 1 - jazz})


def test_it_is_hidden_without_a_piece_and_without_a_judge(meter, session):
    assert meter.isHidden()
    session.show(original=PIECE)
    assert not meter.isHidden()
    session.show(styles=())
    assert meter.isHidden()


def test_it_says_what_is_still_to_come(meter, session):
    session.show(original=PIECE)
    assert (meter.before.text.text(), meter.after.text.text()) == ("analysing…", "no result yet")
    assert meter.before.scale.probability is meter.after.scale.probability is None
    assert meter.before.text.property("class") == "muted"


def test_it_shows_both_sides_from_jazz_at_the_left_to_classical_at_the_right(meter, session):
    session.show(original=PIECE, before=verdict(0.93), styled=PIECE, style="classical", after=verdict(0.12))
    assert (meter.left.text(), meter.right.text()) == ("jazz", "classical")
    assert [row.name.text() for row in (meter.before, meter.after)] == ["Original", "Classical"]
    assert [row.text.text() for row in (meter.before, meter.after)] == ["jazz 93 %", "classical 88 %"]
    assert meter.before.scale.probability == pytest.approx(0.07)
    assert meter.after.scale.probability == pytest.approx(0.88)
    assert meter.before.text.property("class") == "value"
    session.show(styled=None, style=None, after=None)
    assert meter.after.text.text() == "no result yet"
    assert meter.after.scale.probability is None


@pytest.mark.parametrize("jazz", [0.5, 0.79, 0.21])
def test_in_between_it_is_undecided(meter, session, jazz):
    session.show(original=PIECE, before=verdict(jazz))
    assert meter.before.text.text() == "undecided"
    assert meter.before.text.property("class") == "muted"
    assert meter.before.scale.probability == pytest.approx(1 - jazz)


def test_it_is_never_certain(meter, session):
    session.show(original=PIECE, before=verdict(0.9999))
    assert meter.before.text.text() == "jazz 99 %"


def test_screen_readers_are_told_what_a_look_tells(meter, session):
    session.show(original=PIECE, before=verdict(0.93), styled=PIECE, style="classical", after=verdict(0.5))
    assert meter.accessibleName() == "Style meter"
    assert meter.accessibleDescription() == "Original: jazz 93 %; Classical: undecided"
    assert meter.after.scale.accessibleName() == "Classical: undecided"


def test_the_bar_keeps_its_length_whatever_is_said(meter, session):
    meter.resize(296, 90)
    meter.show()
    session.show(original=PIECE, styled=PIECE, style="classical", before=verdict(0.93), after=verdict(0.02))
    meter.layout().activate()
    width = meter.before.scale.width()
    session.show(before=verdict(0.5), after=verdict(0.5))
    meter.layout().activate()
    assert meter.before.scale.width() == width


@pytest.mark.parametrize(("probability", "share"), [(0.0, 0.0), (0.25, 0.25), (1.0, 1.0)])
def test_the_marker_stands_at_the_probability(qtbot, probability, share):
    scale = Scale("accent")
    qtbot.addWidget(scale)
    scale.resize(200, 16)
    scale.show_probability(probability)
    image = scale.grab().toImage()
    accent = QColor(palette.current().accent).rgb()
    top = image.height() // 2 - 4  # above the line: only the marker reaches so far
    marked = [x for x in range(image.width()) if image.pixel(x, top) == accent]
    assert marked
    assert sum(marked) / len(marked) == pytest.approx(5 + share * 190, abs=2)
