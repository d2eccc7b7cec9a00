"""One language besides English is whole, fits the window, and is spoken where the system or the user wants it."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QDialogButtonBox, QLabel, QWidget

from app.dialogs.abx_dialog import AbxDialog
from app.dialogs.preferences import Preferences
from app.system.language import LANGUAGES, TRANSLATIONS, install_translators, style_name, translate
from app.window.main_window import SMALLEST, MainWindow
from tests.app.stand_in import dress
from tests.conftest import ROOT
from tests.pieces import scale
from tonenet_core.errors import MidiError, Sentence, SynthError, counted

TOOLS = Path(sys.executable).parent
WHOLE = TRANSLATIONS / "tonenet_de.ts"
HOLES = re.compile(r"\{\w+\}|%L?n")


def messages(catalogue):
    """Return (context, source): translations, one for each plural form."""
    found = {}
    for context in ElementTree.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation.get("type") is None, f"unfinished: {message.findtext('source')!r}"
            forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
            found[context.findtext("name"), message.findtext("source")] = forms
    return found


def tool(name):
    path = shutil.which(f"pyside6-{name}", path=f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        pytest.skip(f"NO pyside6-{name}: the catalogues are not compared with the source")
    return path


@pytest.fixture
def german_window(german, qapp, qtbot, session, piece_file, open_piece, transfer):
    """The window in German, with a piece, its result and a message."""
    dress(qapp)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    open_piece(session, piece_file)
    transfer(session, "classical")
    return window


def cut(top):
    """Return what does not fit into the label or button that says it."""
    QApplication.processEvents()
    return [
        (type(part).__name__, part.text(), part.width(), part.sizeHint().width())
        for part in [*top.findChildren(QLabel), *top.findChildren(QAbstractButton)]
        if part.isVisible() and part.text() and part.width() < _needed(part)
    ]


def _needed(part):
    if isinstance(part, QLabel):
        return 0 if part.wordWrap() else part.sizeHint().width()
    return part.minimumSizeHint().width()


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_whole_and_keep_what_is_filled_in(language):
    for (context, source), forms in messages(TRANSLATIONS / f"tonenet_{language}.ts").items():
        for form in forms:
            assert form, (context, source)
            assert Counter(HOLES.findall(form)) == Counter(HOLES.findall(source)), (context, source, form)
            assert source.endswith(("…", ":")) is form.endswith(("…", ":")), (context, source, form)


def test_there_is_nothing_in_the_source_that_is_not_translated(tmp_path):
    fresh = tmp_path / WHOLE.name
    shutil.copy(WHOLE, fresh)
    core = tmp_path / "core_sentences.py"
    core.write_bytes(subprocess.check_output([sys.executable, ROOT / ".ci" / "core_sentences.py"]))
    sources = [*sorted(str(path) for path in (ROOT / "app").rglob("*.py")), str(core)]
    subprocess.run([tool("lupdate"), *sources, "-ts", str(fresh), "-no-obsolete"], check=True, capture_output=True)
    assert messages(fresh).keys() == messages(WHOLE).keys(), "make translations, then translate what is new"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_translated(language, tmp_path):
    compiled, fresh = TRANSLATIONS / f"tonenet_{language}.qm", tmp_path / "fresh.qm"
    command = [tool("lrelease"), str(compiled.with_suffix(".ts")), "-qm", str(fresh)]
    subprocess.run(command, check=True, capture_output=True)
    assert fresh.read_bytes() == compiled.read_bytes(), "make translations"


@pytest.mark.parametrize(("variables", "spoken"), [
    ({"LC_ALL": "de_DE.UTF-8"}, "de"), ({"LANG": "de_AT.UTF-8"}, "de"), ({"LANG": "fr_FR.UTF-8"}, "en"),
    ({"LANGUAGE": "fr:de", "LANG": "fr_FR.UTF-8"}, "de"), ({"LC_ALL": "C"}, "en"),
])  # fmt: skip
def test_the_system_says_which_language(variables, spoken):
    code = (
        "from PySide6.QtCore import QCoreApplication as A; from app.system.language import install_translators;"
        " a = A([]); print(install_translators(a))"
    )
    clean = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG", "LANGUAGE"}}
    environment = clean | {"PYTHONPATH": str(ROOT)} | variables
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == spoken


def test_german_is_spoken_everywhere_with_its_plurals(german_window, session, qapp):
    assert [action.text() for action in german_window.menuBar().actions()][:2] == ["&Datei", "&Bearbeiten"]
    assert german_window.findChild(QAbstractButton, "transferToClassicalButton").text() == "Nach Klassik übertragen"
    assert "60 Noten" in {label.text().split("  ·  ")[0] for label in german_window.findChildren(QLabel)}
    assert qapp.translate("Header", "%Ln notes", "", 1) == "1 Note"
    assert style_name("gamelan") == "gamelan"
    german_window.show_log()
    box = german_window.findChild(QDialog, "logDialog").findChild(QDialogButtonBox)
    assert box.button(QDialogButtonBox.StandardButton.Close).text().replace("&", "") == "Schließen"


def test_english_has_its_plurals_too(german, qapp):
    install_translators(qapp, "en")
    assert qapp.translate("Header", "%Ln notes", "", 1) == "1 note"


def test_a_count_of_one_in_what_the_core_says_is_in_the_singular(german, qapp):
    one, many = "{missing} of {declared} tracks is missing", "{missing} of {declared} tracks are missing"
    said = [counted(number, one, many, missing=number, declared=4000) for number in (1, 2)]
    assert list(map(translate, said)) == ["1 von 4.000 Spuren fehlt", "2 von 4.000 Spuren fehlen"]
    install_translators(qapp, "en")
    assert list(map(translate, said)) == ["1 of 4,000 tracks is missing", "2 of 4,000 tracks are missing"]


def test_what_the_core_says_is_told_in_german_too(german_window, session, transfer, tmp_path, qtbot):
    empty = tmp_path / "{leer}.mid"
    empty.touch()
    session.open(empty)
    qtbot.waitUntil(lambda: session.idle, timeout=10_000)
    assert session.message.text == "{leer}.mid ist leer."
    damaged = tmp_path / "kaputt.mid"
    damaged.write_bytes(scale()[:-9])
    session.open(damaged)
    qtbot.waitUntil(lambda: session.idle, timeout=10_000)
    told_of = "kaputt.mid ist beschädigt (Spur 1 hat kein Ende); was lesbar war, wurde übernommen."
    assert told_of in session.message.text
    transfer(session, "classical")
    session.exports.midi(tmp_path / "no such folder" / "x.mid")
    assert session.message.text.startswith(f"{tmp_path / 'no such folder' / 'x.mid'} konnte nicht geschrieben werden: ")


def test_numbers_and_sentences_within_a_sentence_are_told_in_german(german):
    text = "{name} contains {count} notes; up to {most} can be opened."
    error = MidiError(text, name="a.mid", count=1_234_567, most=1_000_000)
    assert str(error) == "a.mid contains 1,234,567 notes; up to 1,000,000 can be opened."
    assert translate(error) == "a.mid enthält 1.234.567 Noten; höchstens 1.000.000 lassen sich öffnen."
    inner = SynthError("{name} is not a SoundFont; choose a file whose name ends in .sf2 or .sf3.", name="x").sentence
    outer = Sentence("{refused} Until then {name} plays.", refused=inner, name="y.sf3")
    assert outer.endswith(".sf3. Until then y.sf3 plays.")
    assert translate(outer).startswith("x ist kein SoundFont")
    assert translate(outer).endswith(" Bis dahin spielt y.sf3.")
    assert translate("Somebody's own words {0}.") == "Somebody's own words {0}."


@pytest.mark.parametrize("size", [SMALLEST, (1440, 900)])
def test_no_german_text_is_cut_off(german_window, session, size):
    german_window.resize(*size)
    assert not cut(german_window)
    german_window.findChild(QWidget, "generateToolButton").click()
    assert not cut(german_window)
    assert (german_window.width(), german_window.height()) == size


def test_no_german_text_is_cut_off_in_a_dialog(german_window, session):
    for name in ("preferences", "shortcuts", "log", "about", "batch", "learn", "abx", "trial"):
        if name in {"abx", "trial"}:
            dialog = AbxDialog(session, german_window)
            dialog.open()
            dialog.setup_page.matched.setChecked(False)
            if name == "trial":
                dialog.begin()
        elif name == "learn":
            german_window.findChild(QAction, "learnStyleAction").trigger()
        else:
            getattr(german_window, f"show_{name}")()
        dialog = next(each for each in german_window.findChildren(QDialog) if each.isVisible())
        assert not cut(dialog), name
        dialog.close()


def test_the_language_is_chosen_in_the_preferences(session, qtbot):
    assert session.settings.language == "system"
    dialog = Preferences(session)
    qtbot.addWidget(dialog)
    dialog.language.setCurrentIndex(dialog.language.findText("Deutsch"))
    dialog.accept()
    assert session.settings.language == "de"
