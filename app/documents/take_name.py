"""Names of takes, for people."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QLocale

from app.documents.history import Take
from app.documents.scope_name import scope_name
from app.system.language import QT_TRANSLATE_NOOP, style_name
from tonenet_core.interpretation import DEFAULT_PARTS, Part

PARTS: dict[Part, str] = {
    "dynamics": QT_TRANSLATE_NOOP("Takes", "dynamics"),
    "timing": QT_TRANSLATE_NOOP("Takes", "timing"),
    "articulation": QT_TRANSLATE_NOOP("Takes", "articulation"),
    "pedal": QT_TRANSLATE_NOOP("Takes", "pedal"),
}


def take_name(take: Take) -> str:
    """Return the name that the user gave a take, or its style, strength, parts, scope and seed in few words."""
    return take.name or " · ".join(_settings(take))


def take_description(take: Take) -> str:
    """Return everything that a take was made with, a line each."""
    translate, number = QCoreApplication.translate, QLocale().toString
    made = take.interpretation
    if take.is_by_hand:
        return "\n".join([take.name, _by_hand(take)] if take.name else [_by_hand(take)])
    lines = [translate("Takes", "Style: {0}").format(style_name(made.style.capitalize()))]
    if not made.performed:
        lines.append(translate("Takes", "Carried over from: {0}").format(style_name(made.source_style.capitalize())))
    lines += [
        translate("Takes", "Played in the style: {0}").format(_named(take.parts)),
        translate("Takes", "Strength: {0} %").format(round(100 * take.strength)),
        translate("Takes", "Own accents: {0} %").format(round(100 * take.accents)),
    ]
    if take.swing is not None:
        lines.append(translate("Takes", "Swing: {0} to 1").format(number(2**take.swing, "f", 2)))
    if take.rubato:
        lines.append(translate("Takes", "Rubato: {0} %").format(round(100 * take.rubato)))
    if take.performance.tracks is not None:
        lines.append(translate("Takes", "Tracks: {0}").format(", ".join(map(str, take.performance.tracks))))
    if take.edits:
        lines.append(_by_hand(take))
    if scope := scope_name(take.performance, take.passage, take.hands):
        lines.append(translate("Takes", "Played: {0}").format(scope))
    lines.append(translate("Takes", "Seed: {0}").format(take.seed))
    lines.append(translate("Takes", "Model: {0}").format(take.model))
    return "\n".join([take.name, *lines] if take.name else lines)


def _settings(take: Take) -> list[str]:
    translate = QCoreApplication.translate
    if take.is_by_hand:
        return [translate("Takes", "Edited")]
    style, percent = style_name(take.interpretation.style.capitalize()), round(100 * take.strength)
    words = translate("Takes", "{0} {1} %").format(style, percent)
    if not set(DEFAULT_PARTS) <= set(take.parts):
        words = translate("Takes", "{0}, {1} only").format(words, _named(take.parts, " + "))
    elif more := [part for part in take.parts if part not in DEFAULT_PARTS]:
        words = translate("Takes", "{0} + {1}").format(words, _named(more))
    if take.edits:
        words = translate("Takes", "{0}, edited").format(words)
    scope = scope_name(take.performance, take.passage, take.hands)
    return [words, *([scope] if scope else []), *([str(take.seed)] if take.seeded else [])]


def _by_hand(take: Take) -> str:
    text = QCoreApplication.translate("Takes", "Velocities set by hand: {0}")
    return text.format(QLocale().toString(len(take.edits)))


def _named(parts: Iterable[Part], between: str = ", ") -> str:
    return between.join(QCoreApplication.translate("Takes", PARTS[part]) for part in parts)
