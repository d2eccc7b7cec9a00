"""Marks of a score as numbers: dynamics as velocities, tempo words and metronome marks as quarters a minute."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

USUAL_LEVEL = 81  # mezzo-forte
STEP = 16  # between neighbouring dynamics, and what an accent adds
LEVELS = {
    "n": 1, "pppppp": 1, "ppppp": 1, "pppp": 1, "ppp": 17, "pp": 33, "p": 49, "mp": 65, "mf": 81, "f": 97, "ff": 113,
    "fff": 127, "ffff": 127, "fffff": 127, "ffffff": 127, "fp": 49, "sfp": 49, "sfpp": 33, "pf": 97,
}  # fmt: skip
STRONG = {"fp", "sf", "sfz", "sffz", "sfzp", "sfp", "sfpp", "fz", "rf", "rfz"}
QUARTERS = {
    "maxima": 32.0, "long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25,
    "32nd": 0.125, "64th": 0.0625,
}  # fmt: skip
SLOWEST, FASTEST = 5.0, 1000.0
# Maelzel's metronome as today's ones are printed; each the middle of its range.
TEMPO_WORDS = {
    "grave": 38, "larghissimo": 24, "largo": 50, "larghetto": 63, "lento": 54, "adagio": 70, "andante": 84,
    "andantino": 90, "moderato": 108, "allegretto": 114, "allegro": 132, "vivace": 160, "presto": 180,
    "prestissimo": 204,
}  # fmt: skip
_DA_CAPO = re.compile(r"^\s*(d\.?\s?c\.?|da capo)(\s|$)", re.IGNORECASE)
_DAL_SEGNO = re.compile(r"^\s*(d\.?\s?s\.?|dal segno)(\s|$)", re.IGNORECASE)
_TO_CODA = re.compile(r"^\s*to coda", re.IGNORECASE)
_FINE = re.compile(r"^\s*fine\s*$", re.IGNORECASE)


def number(text: str | None, least: float = 0.0, most: float = 1e6) -> float | None:
    """Return the number that a text is, if it is one from `least` to `most`."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if least <= value <= most else None


def whole(text: str | None, least: int, most: int) -> int | None:
    """Return the whole number that a text is, if it is one from `least` to `most`."""
    value = number(text, least, most)
    return int(value) if value is not None and value == int(value) else None


def tempo_of(element: Element) -> float | None:
    """Return the quarters a minute that a direction or a `sound` asks for; None where it asks for none."""
    sounds = [element] if element.tag == "sound" else element.findall("sound")
    for sound in sounds:
        if (tempo := number(sound.get("tempo"), SLOWEST, FASTEST)) is not None:
            return tempo
    metronome = element.find("direction-type/metronome")
    if metronome is None:
        return None
    beat, count = QUARTERS.get(metronome.findtext("beat-unit", "")), number(metronome.findtext("per-minute"))
    if beat is None or count is None:
        return None
    dots = len(metronome.findall("beat-unit-dot"))
    return number(str(count * beat * (2 - 0.5 ** min(dots, 4))), SLOWEST, FASTEST)


def tempo_of_words(text: str) -> float | None:
    """Return the quarters a minute that tempo words such as "Allegro assai" stand for; None for other words."""
    return next((tempo for word in re.findall(r"[a-z]+", text.lower()) if (tempo := TEMPO_WORDS.get(word))), None)


def jump_of_words(text: str) -> str | None:
    """Return the attribute of `sound` that words such as "D.C. al Fine" stand for; None for any other words."""
    patterns = {"dacapo": _DA_CAPO, "dalsegno": _DAL_SEGNO, "tocoda": _TO_CODA, "fine": _FINE}
    return next((name for name, pattern in patterns.items() if pattern.match(text)), None)
