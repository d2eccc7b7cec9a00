"""The strip of takes above the rolls: the original and every result of the open piece, a chip each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from app.documents.history import Take
from app.documents.take_name import take_description, take_name
from app.playback.side import STYLED
from app.session.session import Session
from app.widgets.buttons import push_button
from app.window.drag_handle import ResultFiles
from app.window.take_chip import NameEdit, TakeChip
from app.window.take_menu import TakeMenu

GAP = 4
KEYS = 9  # takes that have a key
LEAST_EDIT = 160  # pixels
NOTCH = 120  # of the wheel; scrolls by as many pixels


class TakeStrip(QWidget):
    """Row of chips that scrolls, and the button for another take; hidden while the piece has no take."""

    def __init__(self, session: Session, files: ResultFiles, menu: TakeMenu) -> None:
        """Show the takes of `session`; `files` writes the one that is dragged out, `menu` has what a chip offers."""
        super().__init__()
        self._session, self._files, self._menu = session, files, menu
        self._numbers: tuple[int, ...] | None = None
        self._chips: list[TakeChip] = []
        self._heard: object = None
        self._edit: NameEdit | None = None
        self.setObjectName("takeStrip")
        self.setAccessibleName(self.tr("Takes"))
        self._content = QWidget()
        self._row = QHBoxLayout(self._content)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._area = _Row(self._content)
        self._another = push_button(
            "anotherTakeButton",
            self.tr("Another Take"),
            self.tr("Make a take with the same options and the next seed (Ctrl+T)"),
            session.takes.another,
        )
        self._another.setProperty("class", "chip")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GAP)
        row.addWidget(self._area)
        row.addWidget(self._another)
        row.addStretch(1)
        menu.name_wanted.connect(self.name)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's takes."""
        takes = self._session.takes.all
        numbers = tuple(take.number for take in takes)
        if numbers != self._numbers:
            self._build(takes)
            self._numbers = numbers
        if takes:
            self._show(takes)
            self._another.setEnabled(self._session.takes.may_draw_another)
        if bool(takes) == self.isHidden():
            self._area.updateGeometry()  # a hidden row has heard of nothing
            self.setVisible(bool(takes))

    def name(self, take: Take) -> None:
        """Let the user name a take, in the place of its chip."""
        numbers = [each.number for each in self._session.takes.all]
        if self._edit is not None or take.number not in numbers:
            return
        chip = self._chips[numbers.index(take.number) + 1]
        self._area.ensureWidgetVisible(chip, GAP, 0)
        self._edit = edit = NameEdit(take.name, take_name(take), self._content)
        edit.setGeometry(chip.x(), chip.y(), max(chip.width(), LEAST_EDIT), chip.height())
        edit.left.connect(partial(self._named, take))
        edit.show()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _named(self, take: Take, kept: bool, by_keyboard: bool) -> None:
        edit, self._edit = self._edit, None
        assert edit is not None
        edit.hide()
        edit.deleteLater()
        now = next((each for each in self._session.takes.all if each.number == take.number), None)
        if kept and now is not None:
            self._session.takes.rename(now, edit.text())
        if by_keyboard:
            self._focus_heard()

    def _build(self, takes: tuple[Take, ...]) -> None:
        """Make a chip for the original and for each take."""
        self._area.forget()
        had_focus = any(chip.hasFocus() for chip in self._chips)
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        session = self._session
        self._chips = [TakeChip(partial(session.takes.hear, 0), None)] if takes else []
        self._chips += [self._chip(place) for place in range(1, len(takes) + 1)]
        for chip in self._chips:
            chip.stepped.connect(self._step)
            self._row.addWidget(chip)
            chip.show()
        self._heard = None
        if had_focus and takes:
            self._show(takes)
            self._focus_heard()

    def _chip(self, place: int) -> TakeChip:
        def take() -> Take:
            return self._session.takes.all[place - 1]

        takes = self._session.takes
        chip = TakeChip(lambda: takes.choose(take()), lambda chip: self._files.drag(chip, takes.result_of(take())))
        chip.setObjectName(f"take{place}Chip")
        chip.name_wanted.connect(lambda: self.name(take()))
        chip.delete_wanted.connect(lambda: takes.delete(take()))
        chip.menu_wanted.connect(lambda at: self._show_menu(take(), at))
        return chip

    def _show_menu(self, take: Take, at: QPoint) -> None:
        menu = self._menu.of(take, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _show(self, takes: tuple[Take, ...]) -> None:
        session = self._session
        styled, current = session.side == STYLED, session.takes.current
        tip = self.tr("The piece as it was opened ({0})")
        original = session.side_names[0] if current is not None else self.tr("Original")
        self._chips[0].setObjectName("originalChip")
        self._chips[0].show_take("0", original, tip.format("0"), heard=not styled, current=False)
        for place, (chip, take) in enumerate(zip(self._chips[1:], takes, strict=True), start=1):
            chosen = current is not None and take.number == current.number
            key = str(place) if place <= KEYS else ""
            tip = take_description(take)
            chip.show_take(key, take_name(take), tip, heard=styled and chosen, current=chosen, starred=take.starred)
        heard = self._heard_chip()
        if heard is not self._heard:
            self._heard = heard
            self._area.show_later(heard)

    def _heard_chip(self) -> TakeChip:
        return next((chip for chip in self._chips if chip.isChecked()), self._chips[0])

    def _step(self, by: int) -> None:
        self._session.takes.step(by)
        self._focus_heard()

    def _focus_heard(self) -> None:
        self._heard_chip().setFocus(Qt.FocusReason.TabFocusReason)


class _Row(QScrollArea):
    """Scrolls its content sideways without a scroll bar: by the wheel, and to what is heard."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self._wanted: QWidget | None = None
        self._later = QTimer(self, singleShot=True, interval=0)  # once everything has its place
        self._later.timeout.connect(self._scroll)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setWidgetResizable(True)
        self.setWidget(content)
        for each in (self.viewport(), content):
            each.setAutoFillBackground(False)
        content.installEventFilter(self)

    def show_later(self, chip: QWidget) -> None:
        """Scroll to a chip once it has its place."""
        self._wanted = chip
        self._later.start()

    def forget(self) -> None:
        """Scroll to no chip any more."""
        self._wanted = None
        self._later.stop()

    def sizeHint(self) -> QSize:
        """Return the size of the content."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the height of the content, and the width of nothing much."""
        return QSize(4 * GAP, self.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the content."""
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        if watched is self._content and event.type() == QEvent.Type.Resize:
            self._later.start()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways, whichever way the wheel turns."""
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round((turned.y() or turned.x()) / NOTCH * NOTCH))
        event.accept()

    def _scroll(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 10 * GAP, 0)
