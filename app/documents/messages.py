"""The message bar's state: one message at a time for the user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.system.folders import show_folder
from app.system.language import translate
from app.system.log import report_bug
from tonenet_core.errors import Cancelled, ToneNetError

Kind = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Offer:
    """A button beside a message.

    Attributes:
        name: the button's object name.
        text: the text on it.
        call: called when it is pressed.
    """

    name: str
    text: str
    call: Callable[[], object]


@dataclass(frozen=True)
class Message:
    """One message for the message bar.

    Attributes:
        kind: its look.
        text: full sentences.
        of_result: whether it ends with the current result.
        offers: buttons beside it.
    """

    kind: Kind
    text: str
    of_result: bool = False
    offers: tuple[Offer, ...] = ()


class MessageBoard(QObject):
    """The message that is shown now.

    Attributes:
        changed: another message is shown, or none.
        now: the message in the message bar; None for none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a message."""
        super().__init__(parent)
        self.now: Message | None = None

    def say(self, kind: Kind, text: str, offers: Sequence[Offer] = (), *, of_result: bool = False) -> None:
        """Show full sentences in the message bar.

        Args:
            kind: the look.
            text: the sentences.
            offers: buttons beside them.
            of_result: whether the message ends with the current result.
        """
        self._show(Message(kind, text, of_result, tuple(offers)))

    def saved(self, text: str, folder: Path) -> None:
        """Show what was written, and a button that shows its folder."""
        self.say("info", text, [Offer("showInFolderOffer", self.tr("Show in Folder"), lambda: show_folder(folder))])

    def append_warning(self, text: str) -> None:
        """Show a warning behind the information that is shown now, or in the place of any other message."""
        before = self.now.text + " " if self.now is not None and self.now.kind == "info" else ""
        self.say("warning", before + text)

    def retract(self, text: str) -> None:
        """Dismiss the message if it ends with `text`."""
        if self.now is not None and self.now.text.endswith(text):
            self.dismiss()

    def dismiss(self) -> None:
        """Empty the message bar."""
        if self.now is not None:
            self._show(None)

    def forget_result(self) -> None:
        """Dismiss the message if it is about the result."""
        if self.now is not None and self.now.of_result:
            self.dismiss()

    def failed(self, error: Exception) -> None:
        """Show why a job failed: nothing if it was cancelled, and a bug goes to `report_bug`."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, ToneNetError):
            self.say("error", translate(error))
        else:
            report_bug(error)

    def _show(self, message: Message | None) -> None:
        self.now = message
        self.changed.emit()
