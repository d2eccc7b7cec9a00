from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAction, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from app.theme import palette
from app.views.colour_range import colour_range
from app.window.picture_export import MARGIN, SCALE, save_picture
from tests.app.stand_in import settle

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def styled(window, session, piece_file, open_piece, transfer):
    open_piece(session, piece_file)
    transfer(session, "jazz")
    window.findChild(QAction, "velocityMatrixAction").trigger()
    QApplication.processEvents()
    return window


def colours_of(path):
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return image, {f"#{value & 0xFFFFFF:06x}" for value in np.unique(pixels)}


@pytest.mark.parametrize("name", ["originalRoll", "styledRoll", "velocityLane", "velocityMatrix", "histogram"])
def test_a_png_has_twice_the_pixels_and_what_is_seen(styled, name, tmp_path):
    widget = styled.findChild(QWidget, name)
    save_picture(widget, tmp_path / "picture.png")
    image, colours = colours_of(tmp_path / "picture.png")
    assert image.width() == SCALE * (widget.width() + 2 * MARGIN)
    assert image.height() == SCALE * (widget.height() + 2 * MARGIN)
    assert palette.DARK.panel in colours
    assert len(colours) > 8


@pytest.mark.parametrize("name", ["originalRoll", "velocityLane"])
def test_a_picture_has_times_where_the_screen_has_them_elsewhere(styled, session, tmp_path, name):
    view = styled.findChild(QWidget, name)
    places = [view.canvas.geometry(), view.size()]
    assert not view.ruler.isVisible()
    save_picture(view, tmp_path / "picture.svg")
    written = {text.text.strip() for text in ElementTree.parse(tmp_path / "picture.svg").getroot().iter(f"{SVG}text")}
    assert {"0:05", "2:1"} <= written  # a second, a bar
    assert [view.canvas.geometry(), view.size()] == places
    assert not view.ruler.isVisible()


def test_a_png_shows_notes_in_their_colours(styled, session, tmp_path):
    save_picture(styled.findChild(QWidget, "originalRoll"), tmp_path / "picture.png")
    _, colours = colours_of(tmp_path / "picture.png")
    shown = palette.DARK.velocities_between(*colour_range(*session.sides))[session.original.velocities[:10]]
    assert {"#{:02x}{:02x}{:02x}".format(*colour) for colour in shown} <= colours


def test_an_svg_has_a_shape_a_note_and_all_inside(styled, session, tmp_path):
    roll = styled.findChild(QWidget, "originalRoll")
    path = tmp_path / "picture.svg"
    roll.viewport.zoom(0.5, 5.0)
    save_picture(roll, path)
    root = ElementTree.parse(path).getroot()
    assert root.get("viewBox") == f"0 0 {roll.width() + 2 * MARGIN} {roll.height() + 2 * MARGIN}"
    assert root.find(f"{SVG}title").text == roll.accessibleName()
    notes = 0
    steps = {"#{:02x}{:02x}{:02x}".format(*colour) for colour in palette.DARK.velocity_colours}
    right = roll.canvas.mapTo(roll, QPoint(roll.canvas.width(), 0)).x() + MARGIN
    for group in root.iter(f"{SVG}g"):
        if group.get("fill") in steps:
            across, _, _, _, left, _ = map(float, group.get("transform")[len("matrix(") : -1].split(","))
            for shape in group.findall(f"{SVG}rect"):
                notes += 1
                assert left + across * (float(shape.get("x")) + float(shape.get("width"))) <= right + 0.01
    window = roll.viewport
    onset = session.original.notes["onset_sec"]
    assert notes >= np.count_nonzero((onset > window.start_sec) & (onset < window.end_sec)) > 5


def test_a_crowd_is_a_picture_in_an_svg(styled, session, tmp_path, monkeypatch):
    monkeypatch.setattr("app.views.note_item.CROWD", -1)
    save_picture(styled.findChild(QWidget, "originalRoll"), tmp_path / "picture.svg")
    assert list(ElementTree.parse(tmp_path / "picture.svg").getroot().iter(f"{SVG}image"))


def test_the_dots_of_the_velocity_lane_are_circles_in_an_svg(styled, session, tmp_path):
    lane = styled.findChild(QWidget, "velocityLane")
    save_picture(lane, tmp_path / "picture.svg")
    root = ElementTree.parse(tmp_path / "picture.svg").getroot()
    window, onset = lane.viewport, session.original.notes["onset_sec"]
    on_screen = np.count_nonzero((onset > window.start_sec) & (onset < window.end_sec))
    assert len(list(root.iter(f"{SVG}circle"))) >= 2 * on_screen > 10  # before and after
    assert not list(root.iter(f"{SVG}image"))


def test_the_loudness_plot_is_lines_in_an_svg(styled, tmp_path):
    styled.findChild(QPushButton, "curveButton").click()
    settle()
    save_picture(styled.findChild(QWidget, "dynamicsCurve"), tmp_path / "picture.svg")
    root = ElementTree.parse(tmp_path / "picture.svg").getroot()
    drawn = {group.get("stroke") for group in root.iter(f"{SVG}g") if len(group)}
    assert {palette.DARK.before, palette.DARK.accent} <= drawn
    assert not list(root.iter(f"{SVG}image"))


@pytest.mark.parametrize("name", ["originalRoll", "velocityLane", "velocityMatrix"])
def test_a_png_is_as_fine_as_it_is_large(styled, tmp_path, monkeypatch, name):
    monkeypatch.setattr("app.views.note_item.CROWD", -1)
    monkeypatch.setattr("app.lanes.stem_item.CROWD", -1)
    view = styled.findChild(QWidget, name)
    save_picture(view, tmp_path / "picture.png")
    image = QImage(str(tmp_path / "picture.png")).convertToFormat(QImage.Format.Format_RGB32)
    corner = view.canvas.mapTo(view, QPoint(0, 0)) + QPoint(MARGIN, MARGIN)
    part = image.copy(QRect(corner * SCALE, view.canvas.size() * SCALE))
    pixels = np.frombuffer(part.constBits(), np.uint32).reshape(part.height(), part.width())
    assert (pixels[:, ::SCALE] != pixels[:, 1::SCALE]).any()


def test_another_kind_of_file_is_refused(styled, tmp_path):
    with pytest.raises(ValueError, match=r"picture\.gif"):
        save_picture(styled.findChild(QWidget, "histogram"), tmp_path / "picture.gif")
    assert not list(tmp_path.glob("picture*"))


def test_a_picture_is_written_whole_or_not_at_all(styled, tmp_path, monkeypatch):
    path = tmp_path / "picture.png"
    path.write_bytes(b"before")
    monkeypatch.setattr(QImage, "save", lambda *_: False)
    with pytest.raises(OSError, match="could not be written"):
        save_picture(styled.findChild(QWidget, "histogram"), path)
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.glob("*picture*")] == ["picture.png"]


# --- the menus -------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(styled, tmp_path):
    """What the window asks for, and where the picture shall go."""

    class Asked:
        path, names = tmp_path / "picture.svg", []

        def __call__(self, title, suffix, kinds):
            self.names.append(suffix)
            return self.path

    styled.pictures.ask = asked = Asked()
    return asked


def entries(window):
    menu = window.findChild(QMenu, "exportPictureMenu") or window.pictures.menu
    menu.aboutToShow.emit()
    return {action.objectName(): action for action in menu.actions()}


def test_the_file_menu_offers_every_picture_that_is_seen(styled, session, asked):
    offered = {name for name, action in entries(styled).items() if action.isEnabled()}
    visible = {"originalRoll", "styledRoll", "velocityLane", "tempoLane", "pedalLane", "velocityMatrix", "histogram"}
    visible = {name for name in visible if styled.findChild(QWidget, name).isVisible()}
    assert offered == {f"export{name[0].upper()}{name[1:]}Action" for name in visible}
    assert styled.pictures.menu.menuAction() in styled.actions_.menus[0].actions()
    entries(styled)["exportVelocityMatrixAction"].trigger()
    assert asked.names == [" matrix.png"]
    assert asked.path.read_bytes().startswith(b"<?xml")
    assert "picture.svg" in session.message.text
    assert session.settings.export_folder == asked.path.parent


def test_nothing_is_offered_without_a_piece(window):
    assert not any(action.isEnabled() for action in entries(window).values())


def test_cancel_writes_nothing(styled, session, asked):
    asked.path, before = None, session.message
    entries(styled)["exportOriginalRollAction"].trigger()
    assert session.message is before


@pytest.mark.parametrize("name", ["gone/picture.png", "picture.gif"])
def test_what_cannot_be_written_is_said(styled, session, asked, tmp_path, name):
    asked.path = tmp_path / name
    entries(styled)["exportOriginalRollAction"].trigger()
    assert session.message.kind == "error"
    assert asked.path.name in session.message.text


def test_the_context_menu_exports_what_is_under_the_mouse(styled, asked, qtbot):
    roll = styled.findChild(QWidget, "originalRoll")
    viewport = roll.canvas.viewport()
    place = QPoint(50, 30)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    menu = roll.findChild(QMenu, "pictureMenu")
    assert menu.isVisible()
    menu.actions()[0].trigger()
    menu.close()
    assert asked.path.exists()
    assert asked.names == [" piano roll a.png"]
