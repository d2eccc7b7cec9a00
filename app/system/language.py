"""The language of the window: the system's, or the one that the user chose; and the styles' names in it.

The texts in the code are English; the English catalogue has only the plural forms. Every other language has a catalogue
of all texts, `resources/translations/tonenet_*.ts`; `make translations` updates them and compiles each to a `.qm` file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6 import QtCore
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from tonenet_core.errors import Sentence, ToneNetError, printable
from tonenet_core.files.locations import RESOURCES

TRANSLATIONS = RESOURCES / "translations"
SYSTEM = "system"
LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Each language's name for itself, by the code that the settings keep."""

QT_TRANSLATE_NOOP = cast("Callable[[str, str], str]", QtCore.QT_TRANSLATE_NOOP)
"""Marks a text (context, text) for the catalogues that is translated later; Qt's own, typed."""

_STYLES = (
    QT_TRANSLATE_NOOP("Styles", "jazz"),
    QT_TRANSLATE_NOOP("Styles", "Jazz"),
    QT_TRANSLATE_NOOP("Styles", "classical"),
    QT_TRANSLATE_NOOP("Styles", "Classical"),
    QT_TRANSLATE_NOOP("Styles", "folk"),
    QT_TRANSLATE_NOOP("Styles", "Folk"),
)
_TITLES: dict[str, str] = {}  # of styles that the user has added, by their names in lower case
_NAMES = {"nottingham": "folk", "Nottingham": "Folk"}  # of a style that is called after its data set


def install_translators(app: QCoreApplication, language: str = SYSTEM) -> str:
    """Install the translators of a language, Qt's own included, and return the language; texts made before stay.

    Args:
        app: the application.
        language: one of `LANGUAGES`, or `SYSTEM` for the first of the system's languages that is available.
    """
    for former in app.findChildren(QTranslator):
        app.removeTranslator(former)
        former.deleteLater()
    code = language if language in LANGUAGES else _of_system()
    if language in LANGUAGES:
        QLocale.setDefault(QLocale(code))  # numbers too; otherwise they are as the system writes them
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"qtbase_{code}", qt), (f"tonenet_{code}", str(TRANSLATIONS))):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
    return code


def set_titles(titles: dict[str, str]) -> None:
    """Remember how the user has written the names of added styles, by their names in lower case."""
    _TITLES.update(titles)


def style_name(style: str) -> str:
    """Return the name of a style for people; a style that the user has added keeps its own name."""
    if (title := _TITLES.get(style.lower())) is not None:
        return title
    return QCoreApplication.translate("Styles", _NAMES.get(style, style))


def translate(message: str | ToneNetError) -> str:
    """Return a message of the core in the window's language; any other string is returned as it is."""
    sentence = message.sentence if isinstance(message, ToneNetError) else message
    if not isinstance(sentence, Sentence):
        return printable(sentence)
    number = -1 if sentence.number is None else sentence.number
    text = QCoreApplication.translate("Core", sentence.template, None, number)
    if not sentence.values:
        return text
    return text.format(**{name: _filled_in(value) for name, value in sentence.values.items()})


def _filled_in(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(translate, value))
    return QLocale().toString(value) if isinstance(value, int) else translate(cast("str", value))


def _of_system() -> str:
    spoken = (name.partition("-")[0] for name in QLocale.system().uiLanguages())
    return next((code for code in spoken if code in LANGUAGES), "en")
