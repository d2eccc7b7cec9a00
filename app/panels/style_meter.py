"""Style meter: an independent classifier's estimate of original and result, a bar each from one style to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.session.session import Session
from app.system.language import style_name
from app.theme import palette, theme

if TYPE_CHECKING:
    from tonenet_core.judge import Verdict

RADIUS = 5.0  # of a marker, in pixels


class StyleMeter(QFrame):
    """Panel of the style meter; it only reads the session. Hidden without a piece and without a classifier."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show the verdicts of `session`."""
        super().__init__(parent)
        self.setObjectName("styleMeter")
        self.setProperty("class", "panel")
        self.setAccessibleName(self.tr("Style meter"))
        self.setToolTip(
            self.tr(
                "An independent classifier estimates the style from the dynamics.\n"
                "It is undecided below 80 %, with too few notes, and when nobody plays so in either style."
            )
        )
        self._session = session
        heading = QLabel(self.tr("Style"))
        heading.setProperty("class", "heading")
        self.left, self.right = QLabel(), QLabel()
        poles = QHBoxLayout()
        for label in (self.left, self.right):
            label.setProperty("class", "muted")
        poles.addWidget(self.left)
        poles.addStretch(1)
        poles.addWidget(self.right)
        self.before, self.after = Row("before"), Row("accent")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(heading, 0, 0)
        self._grid.addLayout(poles, 0, 1)
        for place, row in enumerate((self.before, self.after), start=1):
            for column, widget in enumerate((row.name, row.scale, row.text)):
                self._grid.addWidget(widget, place, column)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 12, 12)
        outer.addLayout(self._grid)
        session.changed.connect(self.refresh)
        session.judgement.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Re-read the session."""
        session, judgement = self._session, self._session.judgement
        if judgement.styles and session.original is not None:
            left, right = judgement.styles[0], judgement.styles[-1]
            self.left.setText(style_name(left))
            self.right.setText(style_name(right))
            self._reserve_room(judgement.styles)
            verdict = self._verdict_text(judgement.before, asked=True)
            self.before.show(session.document.original_name, judgement.before, right, verdict)
            styled = session.styled is not None
            name = session.side_names[1] if styled else self.tr("Styled")
            self.after.show(name, judgement.after, right, self._verdict_text(judgement.after, asked=styled))
            rows = (self.before, self.after)
            self.setAccessibleDescription("; ".join(f"{row.name.text()}: {row.text.text()}" for row in rows))
        self.setVisible(bool(judgement.styles) and session.original is not None)

    def _verdict_text(self, verdict: Verdict | None, *, asked: bool) -> str:
        if not asked:
            return self.tr("no result yet")
        if verdict is None:
            return self.tr("analysing…")
        if verdict.named is None:
            return self.tr("undecided")
        return _percent(style_name(verdict.named), verdict.probability[verdict.named])

    def _reserve_room(self, styles: tuple[str, ...]) -> None:
        """Reserve the width of the longest text, so that the bars keep their length."""
        named = [_percent(style_name(style), 1.0) for style in styles]
        texts = [self.tr("no result yet"), self.tr("undecided"), *named]
        metrics = self.before.text.fontMetrics()
        self._grid.setColumnMinimumWidth(2, max(metrics.horizontalAdvance(text) for text in texts))


class Row:
    """Row of one side: its name, its bar, and the verdict as text."""

    def __init__(self, colour: str) -> None:
        """Make the parts; `colour` is the marker's, a colour of the theme."""
        self.name, self.text = QLabel(), QLabel()
        self.scale = Scale(colour)
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name.setProperty("class", "muted")

    def show(self, name: str, verdict: Verdict | None, right: str, text: str) -> None:
        """Show a verdict; `right` is the style at the right end."""
        self.name.setText(name)
        self.text.setText(text)
        self.scale.show_probability(verdict.probability[right] if verdict else None)
        self.scale.setAccessibleName(f"{name}: {text}")
        look = "value" if verdict is not None and verdict.named else "muted"
        if self.text.property("class") != look:
            theme.repolish(self.text, **{"class": look})


class Scale(QWidget):
    """Line from one style to the other with a marker for a side."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self.probability: float | None = None
        self._colour = colour
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_probability(self, probability: float | None) -> None:
        """Put the marker at 0 (left) to 1 (right), or take it away."""
        if probability != self.probability:
            self.probability = probability
            self.update()

    def sizeHint(self) -> QSize:
        """Return a line with room for the marker."""
        return QSize(90, round(2 * RADIUS) + 6)

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which positions can be look apart."""
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, its middle, and the marker."""
        colours = palette.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(self.rect()).adjusted(RADIUS, 0, -RADIUS, 0)
        middle = line.center()
        painter.setPen(_broad(QColor(colours.groove)))
        painter.drawLine(QPointF(line.left(), middle.y()), QPointF(line.right(), middle.y()))
        painter.setPen(QPen(QColor(colours.control_line), 1))
        painter.drawLine(QPointF(middle.x(), middle.y() - RADIUS), QPointF(middle.x(), middle.y() + RADIUS))
        if self.probability is not None:
            colour = QColor(getattr(colours, self._colour))
            place = QPointF(line.left() + line.width() * self.probability, middle.y())
            painter.setPen(_broad(colour))
            painter.drawLine(middle, place)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(place, RADIUS, RADIUS)


def _broad(colour: QColor) -> QPen:
    return QPen(colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _percent(style: str, probability: float) -> str:
    return f"{style} {min(round(probability * 100), 99)} %"  # no judge is certain
