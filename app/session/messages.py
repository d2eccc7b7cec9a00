"""What the program has to say to the user, one message at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.system.language import told
from tonenet_core.errors import Cancelled, ToneNetError

Kind = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Offer:
    """Something that the user may do about a message.

    Attributes:
        name: of the button, for tests.
        text: on the button.
        call: what it does.
    """

    name: str
    text: str
    call: Callable[[], object]


@dataclass(frozen=True)
class Message:
    """One sentence for the message bar.

    Attributes:
        kind: how it is shown.
        text: full sentences.
        of_result: whether it is over once the result is another.
        offers: what can be done about it.
    """

    kind: Kind
    text: str
    of_result: bool = False
    offers: tuple[Offer, ...] = ()


class MessageBoard(QObject):
    """The message that stands there now.

    Attributes:
        changed: another message, or none.
        now: what the message bar says; None for nothing.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Say nothing."""
        super().__init__(parent)
        self.now: Message | None = None

    def say(self, kind: Kind, text: str, offers: Sequence[Offer] = (), *, of_result: bool = False) -> None:
        """Show a sentence in the message bar, with buttons for what can be done about it."""
        self._show(Message(kind, text, of_result, tuple(offers)))

    def warn_too(self, text: str) -> None:
        """Warn of something that came of what was just said."""
        before = self.now.text + " " if self.now is not None and self.now.kind == "info" else ""
        self.say("warning", before + text)

    def unsay(self, text: str) -> None:
        """Take away a message that ends with this."""
        if self.now is not None and self.now.text.endswith(text):
            self.dismiss()

    def dismiss(self) -> None:
        """Empty the message bar."""
        self._show(None)

    def forget_result(self) -> None:
        """Drop what was said of the result, without a word: more about the next one follows."""
        if self.now is not None and self.now.of_result:
            self.now = None

    def failed(self, error: Exception) -> None:
        """Say why a job failed; one that was cancelled needs no word, and a bug is a bug."""
        if isinstance(error, ToneNetError) and not isinstance(error, Cancelled):
            self.say("error", told(error))
            return
        self.changed.emit()
        if not isinstance(error, Cancelled):
            sys.excepthook(type(error), error, error.__traceback__)

    def _show(self, message: Message | None) -> None:
        self.now = message
        self.changed.emit()
