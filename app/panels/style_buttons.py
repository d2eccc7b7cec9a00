"""One button a style; of many, the last ones are in a menu."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.session.session import Session
from app.system.language import style_name
from app.widgets.buttons import push_button

MOST = 4  # buttons one below the other, the menu's included: more would push the choices out of a small window
LONGEST_PX = 240  # of the text on a button


class StyleButtons(QWidget):
    """The buttons that transfer the open piece; the first is the obvious one.

    Attributes:
        menu: the styles that have no button of their own; empty where all have one.
    """

    def __init__(self, session: Session) -> None:
        """Show the styles of `session`."""
        super().__init__()
        self._session = session
        self._shown: tuple[str, ...] | None = None
        self._buttons: dict[str, QPushButton] = {}
        self._actions: dict[str, QAction] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.menu = QMenu(self)
        tip = self.tr("Transfer to another style that you have added")
        self._more = push_button("moreStylesButton", self.tr("More Styles"), tip)
        self._more.setMenu(self.menu)
        self.refresh()

    def refresh(self) -> None:
        """Show the styles of the chosen model, and whether there is a piece to transfer."""
        styles, ready = self._session.transfers.options.styles, self._session.original is not None
        if styles != self._shown:
            self._build(styles)
        for number, (style, button) in enumerate(self._buttons.items(), start=1):
            button.setEnabled(ready)
            button.setToolTip(self._tip(style, number))
        self._more.setEnabled(ready)
        self.refresh_texts()

    def refresh_texts(self) -> None:
        """Show on the buttons what they transfer: the piece, or the passage that is marked."""
        marked, options = self._session.marked, self._session.transfers.options

        def text_of(style: str) -> str:
            return marked.transfer_text(style, only=options.passage_only, hands=options.hands)

        for style, button in self._buttons.items():
            text = text_of(style)
            metrics = QFontMetrics(button.font())
            button.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, LONGEST_PX))
            button.setAccessibleName(text.replace("&&", "&"))
        for style, action in self._actions.items():
            action.setText(text_of(style))

    def _build(self, styles: tuple[str, ...]) -> None:
        self._shown = styles
        own = len(styles) if len(styles) <= MOST else MOST - 1
        former = [*self._buttons.values()]
        self._buttons = {style: self._button(style, place) for place, style in enumerate(styles[:own])}
        self._column.addWidget(self._more)  # after the buttons, which Tab comes to first
        for before, after in pairwise([*former, *self._buttons.values(), self._more]):
            QWidget.setTabOrder(before, after)
        for button in former:
            self._column.removeWidget(button)
            button.setObjectName("")  # else it could still be found until it is deleted
            button.hide()
            button.deleteLater()
        self.menu.clear()
        self._actions = {}
        for style in styles[own:]:
            self._actions[style] = action = self.menu.addAction(style_name(style.title()))
            action.triggered.connect(partial(self._session.transfers.run, style))
        self._more.setVisible(bool(self._actions))

    def _button(self, style: str, place: int) -> QPushButton:
        name = f"transferTo{style.title().replace(' ', '').replace('-', '')}Button"
        text = self._session.marked.transfer_text(style, only=False)
        button = push_button(name, text, call=partial(self._session.transfers.run, style), primary=place == 0)
        button.setAcceptDrops(False)
        if place == 0:
            button.setMinimumHeight(40)
        self._column.insertWidget(place, button)
        button.show()  # at once: Tab passes by what the layout has yet to show
        return button

    def _tip(self, style: str, number: int) -> str:
        tip = self.tr("Play the same notes with the dynamics of {0} (Ctrl+{1})")
        return tip.format(style_name(style), number)
