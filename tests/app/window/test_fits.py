"""The whole window at the sizes of small screens: every control is there to be used, and a message moves nothing."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QScreen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from app.background.in_process import InProcess
from app.documents.messages import Offer
from app.playback.player import Player
from app.session.session import Session
from app.theme.theme import apply_saved_theme
from app.window.main_window import SMALLEST, MainWindow
from app.window.message_bar import MessageBar
from app.window.screen_place import FIRST
from tests.app.stand_in import StandInJudge
from tonenet_core.harmony.hands import Hands

# 900 x 500: 1366 x 768 at 150 %, and less than 1920 x 1080 at 200 %.
SIZES = [(900, 500), (960, 540), (1092, 614), (1366, 768), (1440, 900)]
NEEDED = [
    "playButton", "stopButton", "loopButton", "positionSlider", "sideButton", "muteButton", "volumeSlider",
    "transferToolButton", "coverTab", "generateToolButton", "transferToClassicalButton", "transferToJazzButton",
    "dragHandle",
    "originalChip", "anotherTakeButton",
]  # fmt: skip


@pytest.fixture(params=["en", "de"])
def desk(request, qapp, qtbot, tiny_model, piece_file, open_piece, transfer):
    """The window with a result, in either language."""
    if request.param == "de":
        request.getfixturevalue("german")
    apply_saved_theme("dark", "sunset")
    session = Session(runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=StandInJudge)
    session.settings.ask_unsaved = False
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*FIRST.toTuple())
    window.show()
    qtbot.waitExposed(window)
    open_piece(session, piece_file)
    transfer(session, "jazz")
    qtbot.waitUntil(lambda: session.idle)
    session.messages.dismiss()  # that a line without chords or pairs keeps its timing
    yield window
    window.close()


def settle(window, size):
    window.resize(*size)
    for _ in range(4):
        QApplication.processEvents()
    assert (window.width(), window.height()) == size


def place(window, part):
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def part(window, name):
    found = window.findChild(QWidget, name)
    assert found is not None
    return found


def assert_usable(window, each):
    name = each.objectName() or each.accessibleName()
    assert each.isVisible(), name
    assert window.rect().contains(place(window, each)), name
    assert each.visibleRegion().boundingRect() == each.rect(), f"{name} is covered or scrolled away"
    under = window.childAt(place(window, each).center())
    assert under is each or each.isAncestorOf(under), f"{name} lies under {under}"
    assert each.width() >= each.minimumSizeHint().width(), f"{name} is cut"


def text_cut(button):
    """Whether the text on a button has less room than it needs."""
    if isinstance(button, QToolButton) and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return False
    text = QFontMetrics(button.font()).horizontalAdvance(button.text().replace("&", ""))
    return button.width() < max(text, button.sizeHint().width())


@pytest.mark.parametrize("size", SIZES)
def test_every_control_can_be_reached_without_scrolling(desk, size):
    settle(desk, size)
    for name in NEEDED:
        assert_usable(desk, part(desk, name))
    header = [button for button in desk.findChildren(QToolButton) if button.defaultAction() is not None]
    assert len(header) >= 4
    for button in header:
        assert_usable(desk, button)
    buttons = [button for button in desk.findChildren(QAbstractButton) if button.isVisible()]
    assert [button.text() for button in buttons if text_cut(button)] == []
    lane, rolls = part(desk, "velocityLane"), [part(desk, name) for name in ("originalRoll", "styledRoll")]
    for view in (lane, *rolls):
        assert_usable(desk, view)
    assert lane.parentWidget().height() >= desk.views.height() / 5


def texts_cut(window):
    """The texts of labels, combo boxes and buttons that have less room than they need."""
    cut = [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible() and text_cut(button)]
    for combo in window.findChildren(QComboBox):
        room = combo.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, _option_of(combo), QStyle.SubControl.SC_ComboBoxEditField, combo
        )
        if combo.isVisible() and QFontMetrics(combo.font()).horizontalAdvance(combo.currentText()) > room.width():
            cut.append(combo.currentText())
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            widest = max(map(QFontMetrics(label.font()).horizontalAdvance, label.text().split("\n")))
            room = label.contentsRect()
            is_cut = room.height() < label.heightForWidth(room.width()) if label.wordWrap() else room.width() < widest
            cut += [label.text()] if is_cut else []
    return cut


def _option_of(combo):
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    return option


def test_no_text_is_cut_with_one_hand_a_passage_and_edits_in_any_tab(desk):
    session = desk.session
    session.editing.set(np.arange(8), 90)
    session.transfers.set(hands=Hands(1.0, 0.0, 60))
    session.player.set_loop((1.0, 3.0))
    for size in ((900, 500), (1366, 768)):
        settle(desk, size)
        assert texts_cut(desk) == []
        for tab in ("coverTab", "generateToolButton", "transferToolButton"):
            part(desk, tab).click()
            settle(desk, size)
            assert texts_cut(desk) == []


def test_every_other_window_fits_a_small_screen(desk):
    desk.show_batch()
    batch = part(desk, "batchWindow")
    batch.choices.hands.set_hands(Hands(1.0, 0.0, 60))
    learn = desk.findChild(QAction, "learnStyleAction").trigger
    for show in (desk.show_preferences, desk.show_shortcuts, desk.show_about, learn):
        show()
    dialogs = [each for each in desk.findChildren(QDialog) if each.isVisible()]
    assert len(dialogs) == 5
    for dialog in dialogs:
        least = dialog.minimumSizeHint()
        assert least.width() <= 900, dialog.objectName()
        assert least.height() <= 470, dialog.objectName()
        dialog.resize(least.expandedTo(QSize(860, 460)))
        QApplication.processEvents()
        assert texts_cut(dialog) == [], dialog.objectName()
        dialog.close()


@pytest.mark.parametrize("size", SIZES)
def test_cancel_can_be_reached_while_something_runs(desk, size, qtbot, monkeypatch):
    def forever(request, progress):
        while True:
            progress(0.3)

    settle(desk, size)
    monkeypatch.setattr(desk.session.runner, "interpret", forever)
    qtbot.mouseClick(part(desk, "transferToClassicalButton"), Qt.MouseButton.LeftButton)
    cancel = part(desk, "cancelButton")
    qtbot.waitUntil(cancel.isVisible)
    QApplication.processEvents()
    for name in (*NEEDED, "cancelButton", "progressBar"):
        assert_usable(desk, part(desk, name))
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.session.job is None)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", [1, 12, 90])
def test_a_message_moves_nothing_and_covers_no_control(desk, size, words, qtbot):
    settle(desk, size)
    shown = [each for each in desk.findChildren(QWidget) if each.isVisible()]
    before = [place(desk, each) for each in shown]
    offers = [Offer("oneOffer", "Restore", lambda: None), Offer("otherOffer", "Discard", lambda: None)]
    desk.session.messages.say("warning", "word " * words, offers=offers)
    settle(desk, size)
    bar = desk.findChild(MessageBar)
    assert bar.isVisible()
    assert [place(desk, each) for each in shown] == before
    for name in (*NEEDED, "oneOffer", "otherOffer", "dismissButton"):
        assert_usable(desk, part(desk, name))
    assert bar.height() >= bar.layout().totalHeightForWidth(bar.width()), "the text is cut"
    if words == 1:
        rolls = [part(desk, name) for name in ("originalRoll", "styledRoll")]
        assert not any(place(desk, bar).intersects(place(desk, roll)) for roll in rolls)
    qtbot.mouseClick(part(desk, "dismissButton"), Qt.MouseButton.LeftButton)
    settle(desk, size)
    assert not bar.isVisible()
    assert [place(desk, each) for each in shown] == before


def test_panels_that_do_not_fit_scroll(desk):
    settle(desk, (900, 500))
    area, dynamics = part(desk, "sideScroll"), part(desk, "performancePanel")
    assert dynamics.isVisible()
    assert dynamics.height() >= dynamics.minimumSizeHint().height()
    area.ensureWidgetVisible(dynamics)
    assert not dynamics.visibleRegion().isEmpty()
    settle(desk, (1440, 900))
    assert area.verticalScrollBar().maximum() == 0
    for name in ("styleMeter", "performancePanel"):
        assert_usable(desk, part(desk, name))


@pytest.mark.parametrize(("height", "seen"), [(430, "lane"), (500, "lane"), (900, "lane overview")])
def test_a_low_window_leaves_out_the_overview_before_the_lane(desk, height, seen):
    settle(desk, (1440, height))
    shown = {"lane": "velocityLane", "overview": "overviewStrip", "matrix": "velocityMatrix"}
    assert {word for word, name in shown.items() if part(desk, name).isVisible()} == set(seen.split())


@pytest.mark.parametrize("name", ["velocityMatrix", "overviewStrip"])
def test_what_is_switched_on_is_seen_in_a_small_window_too(desk, name):
    settle(desk, (900, 500))
    assert not part(desk, name).isVisible()
    desk.findChild(QAction, f"{name}Action").trigger()
    settle(desk, (900, 500))
    assert part(desk, "velocityLane").isVisible() == (name == "overviewStrip")
    for each in (name, "originalRoll", "styledRoll"):
        assert_usable(desk, part(desk, each))
    desk.findChild(QAction, f"{name}Action").trigger()
    assert not part(desk, name).isVisible()


def test_a_narrow_bar_leaves_out_what_the_menu_has_too(desk):
    settle(desk, (900, 500))
    assert not part(desk, "levelButton").isVisible()
    assert not part(desk, "tempoCombo").isVisible()
    settle(desk, (1440, 900))
    for name in ("levelButton", "tempoCombo"):
        assert_usable(desk, part(desk, name))


@pytest.mark.parametrize("size", [SMALLEST, (900, 500)])
def test_a_sound_problem_has_room(desk, size, monkeypatch):
    monkeypatch.setattr(Player, "problem", property(lambda player: "There is no audio device."))
    desk.session.player.changed.emit()
    settle(desk, size)
    for name in (*NEEDED, "soundProblemButton"):
        assert_usable(desk, part(desk, name))


# --- where it opens ------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(qtbot, tiny_model, monkeypatch):
    """Open the window on a screen of this free size; it is not shown."""
    windows = []

    def on(width, height):
        monkeypatch.setattr(QScreen, "availableGeometry", lambda screen: QRect(0, 28, width, height))
        session = Session(runner=InProcess(), models=[tiny_model], player=Player(audio=False), load_judge=lambda: None)
        window = MainWindow(session)
        qtbot.addWidget(window)
        windows.append(window)
        return window

    yield on
    for window in windows:
        window.close()


def test_it_first_opens_in_the_middle_with_room_for_its_title_bar(opened):
    window = opened(1920, 1052)
    assert not window.isMaximized()
    assert window.size() == FIRST
    free = QRect(0, 28, 1920, 1052)
    assert free.contains(window.geometry().adjusted(-4, -30, 4, 4))
    assert abs(window.geometry().center().x() - free.center().x()) <= 1


@pytest.mark.parametrize("free", [(1440, 872), (1366, 728), (1092, 574), (910, 455)])
def test_on_a_small_screen_it_is_maximised_and_fits_when_it_is_not(opened, free):
    window = opened(*free)
    assert window.isMaximized()
    assert QSize(*SMALLEST).boundedTo(QSize(*free)) == QSize(*SMALLEST)


def test_a_place_on_a_screen_that_is_gone_is_left(opened):
    first = opened(1920, 1080)
    first.setGeometry(3000, 400, 1100, 700)
    first.show()
    assert first.geometry().x() == 3000
    first.close()
    second = opened(1920, 1080)
    assert QRect(0, 0, 1920, 1080).contains(second.geometry())
    assert second.size() == QSize(1100, 700)


def test_a_size_of_a_larger_screen_is_maximised_on_a_smaller_one(opened):
    first = opened(1920, 1080)
    first.setGeometry(20, 60, 1800, 960)
    first.show()
    first.close()
    assert opened(1366, 728).isMaximized()


@pytest.mark.parametrize(("size", "below"), [((900, 500), True), ((1440, 900), False)])
def test_a_long_sentence_keeps_a_wide_column_beside_its_buttons_or_above_them(desk, size, below):
    settle(desk, size)
    names = ("More of It", "Keep This", "To Classical Instead")
    offers = tuple(Offer(f"offer{index}", name, lambda: None) for index, name in enumerate(names))
    sentence = "The piece seems to be played in jazz style already; it was taken further in it."
    desk.session.messages.say("info", sentence, offers=offers)
    settle(desk, size)
    text = desk.findChild(MessageBar).findChild(QLabel, "messageText")
    button = part(desk, "offer0")
    assert text.width() >= min(260, QFontMetrics(text.font()).horizontalAdvance(sentence))
    assert (place(desk, button).top() >= place(desk, text).bottom()) == below
