"""Options of a transfer that are seldom needed: loudness, whether the piece is performed, swing, rubato, tracks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
)

from app.panels.track_list import TrackList
from app.session.session import Session
from app.widgets.buttons import push_button
from app.widgets.forms import MARGIN, combo_box, fill, labelled, rows
from app.widgets.sliders import PercentSlider, RubatoSlider, SwingSlider

WIDTH = 440
GAP = 4


class MoreOptions(QFrame):
    """Popup beside the button that opens it; Esc or a click elsewhere closes it."""

    def __init__(self, session: Session, button: QAbstractButton) -> None:
        """Show and steer `session`; `button` opens the popup above itself."""
        super().__init__(button, Qt.WindowType.Popup)
        self._session, self._button = session, button
        self.setObjectName("moreOptions")
        self.setAccessibleName(self.tr("More options"))
        self.setProperty("class", "popup")
        tip = self.tr(
            "How loud the result is as a whole: as loud as the piece was, or as the style usually is.\n"
            "Without your accents it is always as loud as the style."
        )
        self.level = combo_box("levelCombo", self.tr("Loudness"), tip)
        tip = self.tr(
            "Whether the player's dynamics are kept and carried over, or the piece is performed as from a page.\n"
            "With “Auto” it is performed where nobody has played its dynamics."
        )
        self.perform = combo_box("performCombo", self.tr("Dynamics"), tip)
        self.level.activated.connect(lambda _: session.transfers.set_level(self.level.currentData()))
        self.perform.activated.connect(lambda _: session.transfers.set_perform(self.perform.currentData()))
        self.swing = SwingSlider()
        self.swing.chosen.connect(session.transfers.set_swing)
        self.rubato = RubatoSlider()
        self.rubato.chosen.connect(session.transfers.set_rubato)
        tip = self.tr("How much of the strength the left hand gets; acts on the result at once")
        self.left = PercentSlider("leftHandSlider", self.tr("Left hand"), tip)
        tip = self.tr("How much of the strength the right hand gets; acts on the result at once")
        self.right = PercentSlider("rightHandSlider", self.tr("Right hand"), tip)
        for share in (self.left, self.right):
            share.amount_changed.connect(lambda _: self._share())
        self.tracks = TrackList(session)
        tip = self.tr("Play the notes that are played unless you choose: the piano's")
        self.reset = push_button(
            "resetTracksButton", self.tr("Reset"), tip, lambda: session.transfers.set_tracks(None), flat=True
        )
        self._heading = labelled(self.tr("Ticked tracks are played by the model"), self.tracks)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(8)
        sliders: tuple[PercentSlider | SwingSlider, ...] = (self.left, self.right, self.swing, self.rubato)
        grid, _ = rows(self.level, self.perform, *sliders)
        for row, slider in enumerate(sliders):
            grid.addWidget(slider.figure, 2 + row, 2)
        for row, combo in enumerate((self.level, self.perform)):
            grid.addWidget(combo, row, 1, 1, 2)
        column.addLayout(grid)
        column.addLayout(head)
        column.addWidget(self.tracks)
        self.setFixedWidth(WIDTH)
        button.clicked.connect(lambda _=False: self.open())
        session.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the session's options."""
        transfers, choices = self._session.transfers, self._session.transfers.options
        levels = [("keep", self.tr("That of the piece")), ("style", self.tr("Usual in the style"))]
        fill(self.level, levels, choices.level)
        auto = {
            True: self.tr("Auto: perform the piece"),
            False: self.tr("Auto: keep the player's"),
            None: self.tr("Auto"),
        }
        performs = [
            ("auto", auto[transfers.performs if choices.perform == "auto" else None]),
            ("yes", self.tr("Perform the piece")),
            ("no", self.tr("Keep the player's")),
        ]
        fill(self.perform, performs, choices.perform)
        self.perform.setEnabled(choices.model is not None and choices.model.performs)
        self.left.set_amount(choices.hands.left)
        self.right.set_amount(choices.hands.right)
        self.swing.set_swing(choices.swing)
        self.rubato.set_rubato(choices.rubato)
        for slider in (self.swing, self.rubato):
            slider.setEnabled("timing" in choices.parts)
        self.tracks.refresh()
        for part in (self._heading, self.tracks):
            part.setVisible(self.tracks.matters)
        self.reset.setVisible(self.tracks.matters and choices.tracks is not None)
        if self.isVisible():
            self._place()

    def _share(self) -> None:
        """Give each hand its share; one hand is played at least."""
        left, right = self.left.amount, self.right.amount
        if left or right:
            self._session.transfers.set_shares(left, right, moving=True)
        else:
            self.refresh()

    def open(self) -> None:
        """Show the popup, with the focus on its first option."""
        self.refresh()
        self._place()
        self.show()
        self.level.setFocus(Qt.FocusReason.PopupFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep its place beside the button, and on the screen."""
        super().resizeEvent(event)
        self._stand()

    def _place(self) -> None:
        """Take the size that is needed, and its place."""
        self.ensurePolished()  # else the frame would be added to the size once it is shown
        self.adjustSize()
        self._stand()

    def _stand(self) -> None:
        """Stand above the button, right-aligned, or below where there is no room above; wholly on its screen."""
        size, button = self.frameGeometry().size(), self._button
        above = button.mapToGlobal(QPoint(button.width() - size.width(), -size.height() - GAP))
        below = button.mapToGlobal(QPoint(0, button.height() + GAP)).y()
        room = button.screen().availableGeometry().adjusted(GAP, GAP, -GAP, -GAP)
        y = above.y() if above.y() >= room.top() else below
        self.move(
            max(min(above.x(), room.right() + 1 - size.width()), room.left()),
            max(min(y, room.bottom() + 1 - size.height()), room.top()),
        )
