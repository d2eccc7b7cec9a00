"""Export of the window's pictures: PNG at twice the screen's resolution, or SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView, QMenu, QWidget

from app.session.session import Session
from app.theme import palette
from app.views.time_ruler import TimeRuler
from tonenet_core.errors import printable
from tonenet_core.files.atomic import replacing

SCALE = 2  # pixels of a PNG a logical pixel
MARGIN = 12
SUFFIXES = (".png", ".svg")
PARTS = QWidget.RenderFlag.DrawChildren | QWidget.RenderFlag.IgnoreMask


def save_picture(widget: QWidget, path: Path) -> None:
    """Write the picture of a widget with a margin around it, whole or not at all.

    Args:
        widget: it need not be seen on the screen, but must have its size.
        path: ends in `.png` or `.svg`, and is replaced if it exists.

    Raises:
        OSError: if the file cannot be written.
        ValueError: for another suffix.
    """
    size = widget.size() + QSize(2 * MARGIN, 2 * MARGIN)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"a picture is a {' or '.join(SUFFIXES)} file, not {path.name}")
    content = QBuffer()  # Qt takes no names that are not UTF-8
    content.open(QIODevice.OpenModeFlag.WriteOnly)
    if suffix == ".svg":
        _write_svg(widget, content, size)
    else:
        image = QImage(size * SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SCALE)
        _paint(widget, QPainter(image), size)
        if not image.save(content, "PNG"):  # type: ignore[call-overload]  # PySide's stub asks for bytes, PySide for str
            raise OSError(f"{printable(path.name)} could not be written.")
    with replacing(path) as unfinished:
        unfinished.write_bytes(content.data().data())


def _write_svg(widget: QWidget, content: QIODevice, size: QSize) -> None:
    drawing = QSvgGenerator()
    drawing.setOutputDevice(content)
    drawing.setResolution(widget.logicalDpiX())  # or letters come out smaller than their places
    drawing.setSize(size)
    drawing.setViewBox(QRect(QPoint(0, 0), size))
    drawing.setTitle(widget.accessibleName())
    painter = QPainter()
    if not painter.begin(drawing):
        raise OSError("The picture could not be drawn.")
    _paint(widget, painter, size)


def _paint(widget: QWidget, painter: QPainter, size: QSize) -> None:
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(palette.current().panel))
    with _uncached(widget.findChildren(QGraphicsView)), _with_times(widget):
        widget.render(painter, QPoint(MARGIN, MARGIN), QRegion(), PARTS)
    painter.end()


@contextmanager
def _uncached(views: Sequence[QGraphicsView]) -> Iterator[None]:
    """Switch off the cached backgrounds, which are made of the screen's pixels."""
    modes = [view.cacheMode() for view in views]
    for view in views:
        view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
    try:
        yield
    finally:
        for view, mode in zip(views, modes, strict=True):
            view.setCacheMode(mode)


@contextmanager
def _with_times(widget: QWidget) -> Iterator[None]:
    """Show the ruler of a view that has none on the screen, where the one under the rolls is for all."""
    hidden = [ruler for ruler in widget.findChildren(TimeRuler) if ruler.isHidden()]
    for shown in (True, False):
        for ruler in hidden:
            ruler.setVisible(shown)
            if (layout := widget.layout()) is not None:
                layout.activate()
        if shown:
            yield


class PictureExport(QObject):
    """Export actions for each picture, in the File menu and in its context menu."""

    def __init__(
        self,
        session: Session,
        pictures: Sequence[tuple[str, QWidget]],
        ask: Callable[[str, str, str], Path | None],
        parent: QObject,
    ) -> None:
        """Offer the pictures.

        Args:
            session: shows a message about the saved file, or the error.
            pictures: the name of each, and the widget that shows it.
            ask: gives the file to write for a title, the end of its name, and the kinds of files.
            parent: as in Qt.
        """
        super().__init__(parent)
        self._session, self.ask = session, ask
        self.menu = QMenu(self.tr("Export &Picture"))
        self.menu.setObjectName("exportPictureMenu")
        self.menu.aboutToShow.connect(self._refresh)
        self._actions: list[tuple[QAction, QWidget]] = []
        for name, widget in pictures:
            action = self.menu.addAction(self.tr("{0}…").format(name), partial(self.export, name, widget))
            action.setObjectName(f"export{widget.objectName()[:1].upper()}{widget.objectName()[1:]}Action")
            self._actions.append((action, widget))
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(partial(self._show_context_menu, name, widget))

    def export(self, name: str, widget: QWidget) -> None:
        """Ask where a picture goes, and write it."""
        kinds = self.tr("PNG images (*.png);;SVG images (*.svg)")
        path = self.ask(self.tr("Export Picture"), f" {name.lower()}.png", kinds)
        if path is None:
            return
        try:
            save_picture(widget, path)
        except ValueError:
            self._session.messages.say(
                "error", self.tr("Pictures can be saved as .png or .svg, not as {0}.").format(printable(path.name))
            )
        except OSError as error:
            text = self.tr("{0} could not be written: {1}. Please choose another place.")
            self._session.messages.say("error", text.format(printable(path.name), error.strerror or error))
        else:
            self._session.settings.export_folder = path.parent
            text = self.tr("Saved {0} in {1}.").format(printable(path.name), printable(path.parent))
            self._session.messages.saved(text, path.parent)

    def _refresh(self) -> None:
        """Enable the pictures that are visible now."""
        for action, widget in self._actions:
            action.setEnabled(self._session.original is not None and widget.isVisible())

    def _show_context_menu(self, name: str, widget: QWidget, place: QPoint) -> None:
        if self._session.original is None:
            return
        menu = QMenu(widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("pictureMenu")
        menu.addAction(self.tr("Export Picture…"), partial(self.export, name, widget))
        menu.popup(widget.mapToGlobal(place))
