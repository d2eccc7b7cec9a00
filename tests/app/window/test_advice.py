"""What a message of the window sends somebody to is there: the menus and entries that it names, in each language."""

import html
import re

import pytest

from app.system.language import TRANSLATIONS, install_translators
from app.window.main_window import MainWindow
from tests.conftest import ROOT

PLACES = re.compile(r"\b([A-Z]\w+) > ([A-ZÄÖÜ][\w ]*)|\((?:see|siehe) (\w+), (\w[\w ]*)\)")


def named(text):
    """Return the menu and the beginning of the entry of each place that a text names."""
    return [(menu or other, entry or second) for menu, entry, other, second in PLACES.findall(text)]


def texts(language):
    if language == "en":
        for path in sorted((ROOT / "app").rglob("*.py")):
            yield path.read_text(encoding="utf-8")
        return
    catalogue = (TRANSLATIONS / f"tonenet_{language}.ts").read_text(encoding="utf-8")
    yield from map(html.unescape, re.findall(r"<(?:translation|numerusform)>([^<]*)</", catalogue))


@pytest.mark.parametrize("language", ["en", "de"])
def test_menus_that_are_named_exist(language, german, qapp, session, qtbot):
    install_translators(qapp, language)
    window = MainWindow(session)
    qtbot.addWidget(window)
    menus = {
        action.text().replace("&", ""): [entry.text().replace("&", "") for entry in action.menu().actions()]
        for action in window.menuBar().actions()
    }
    places = [place for text in texts(language) for place in named(text)]
    assert len(places) >= 3
    for menu, words in places:
        entries = menus.get(menu, [])
        assert any(words.startswith(entry.rstrip(" …")) for entry in entries if entry), (menu, words, entries)
