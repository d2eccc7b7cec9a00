"""MusicXML 1 to 4, partwise or timewise -> a Score (https://www.w3.org/2021/06/musicxml40/)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tonenet_core.errors import MidiError
from tonenet_core.score.marks import jump_of_words, number, whole
from tonenet_core.score.notation import Measure, Part, Score, Signs
from tonenet_core.score.part_reader import PartReader
from tonenet_core.score.xml_stream import read_elements

ROOTS = ("score-partwise", "score-timewise")
MOST_MEASURES = 100_000
MOST_TIMES = 64  # that a repeat is played


def read_score(data: bytes, name: str) -> Score:
    """Read a score.

    Args:
        data: the MusicXML file, not compressed.
        name: of the file, for messages.

    Raises:
        MidiError: if it is damaged, is no MusicXML, or is made to exhaust its reader.
    """
    return _ScoreReader(name).read(data)


class _ScoreReader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._score = Score()
        self._parts: dict[str, PartReader] = {}
        self._part: PartReader | None = None
        self._endings: dict[str, frozenset[int]] = {}  # by part: the one that is open
        self._id = ""
        self._place = -1  # of the measure

    def read(self, data: bytes) -> Score:
        read_elements(data, self._name, enter=self._enter, wanted=_is_wanted, take=self._take)
        return self._score

    def _enter(self, path: list[str], attributes: dict[str, str]) -> None:
        tag, depth = path[-1], len(path)
        if depth == 1 and tag not in ROOTS:
            raise MidiError("{name} is an XML file, but no MusicXML score.", name=self._name)
        if tag == "part" and depth in (2, 3):
            self._id = attributes.get("id", "")
            if self._id not in self._parts:
                self._add_part(self._id, Part())
            self._part = self._parts[self._id]
            self._place = -1 if depth == 2 else self._place
        if tag == "measure" and depth in (2, 3):
            self._place += 1
            if self._place >= MOST_MEASURES:
                raise MidiError(
                    "{name} has more than {count} measures, which is too many to open.",
                    name=self._name,
                    count=MOST_MEASURES,
                )
        if depth == 3 and {tag, path[1]} == {"part", "measure"} and self._part is not None:
            self._begin_measure(self._part)

    def _begin_measure(self, part: PartReader) -> None:
        measures = part.part.measures
        measures += [Measure() for _ in range(self._place - len(measures))]  # in which the part was left out
        if self._place == len(measures):
            part.begin_measure()
        if ending := self._endings.get(self._id):
            self._signs.endings |= ending

    def _take(self, path: list[str], element: Element) -> None:
        if element.tag == "score-part":
            self._add_part(element.get("id", ""), _part_of(element))
            return
        assert self._part is not None
        if element.tag == "barline":
            self._read_barline(element)
        sounds = [element] if element.tag == "sound" else element.findall("sound")
        for sound in sounds:
            self._read_sound(sound)
        if element.tag == "direction":
            self._read_jumps(element, has_sound=bool(sounds))
        self._part.read(element)
        if self._part.is_endless:
            raise MidiError("{name} has a measure that is longer than music can be.", name=self._name)

    def _add_part(self, part_id: str, part: Part) -> None:
        if part_id not in self._parts:
            self._score.parts.append(part)
            self._parts[part_id] = PartReader(part)

    @property
    def _signs(self) -> Signs:
        return self._score.signs.setdefault(self._place, Signs())

    def _read_barline(self, element: Element) -> None:
        signs = self._signs
        repeat, ending = element.find("repeat"), element.find("ending")
        if repeat is not None and repeat.get("direction") == "forward":
            signs.forward = True
        if repeat is not None and repeat.get("direction") == "backward":
            signs.backward = max(signs.backward, whole(repeat.get("times"), 2, MOST_TIMES) or 2)
        if element.find("segno") is not None:
            signs.segno = signs.segno or element.get("segno", "segno")
        if element.find("coda") is not None:
            signs.coda = signs.coda or element.get("coda", "coda")
        if ending is None:
            return
        if ending.get("type") == "start":
            passes = (whole(text, 1, MOST_TIMES) for text in ending.get("number", "").replace(",", " ").split())
            self._endings[self._id] = frozenset(each for each in passes if each is not None)
            signs.endings |= self._endings[self._id]
        else:
            signs.ending_stops = True
            self._endings.pop(self._id, None)

    def _read_sound(self, sound: Element) -> None:
        signs = self._signs
        signs.segno = signs.segno or sound.get("segno")
        signs.coda = signs.coda or sound.get("coda")
        signs.to_coda = signs.to_coda or sound.get("tocoda")
        signs.dal_segno = signs.dal_segno or sound.get("dalsegno")
        signs.da_capo = signs.da_capo or sound.get("dacapo") == "yes"
        signs.fine = signs.fine or sound.get("fine") is not None
        signs.forward = signs.forward or sound.get("forward-repeat") == "yes"

    def _read_jumps(self, direction: Element, *, has_sound: bool) -> None:
        """Read the signs of a direction, and without a `sound` its words too."""
        signs = self._signs
        if direction.find("direction-type/segno") is not None:
            signs.segno = signs.segno or "segno"
        if direction.find("direction-type/coda") is not None and signs.to_coda is None:
            signs.coda = signs.coda or "coda"
        if has_sound:
            return
        for words in direction.findall("direction-type/words"):
            match jump_of_words(words.text or ""):
                case "dacapo":
                    signs.da_capo = True
                case "dalsegno":
                    signs.dal_segno = signs.dal_segno or "segno"
                case "tocoda":
                    signs.to_coda = signs.to_coda or "coda"
                case "fine":
                    signs.fine = True


def _is_wanted(path: list[str]) -> bool:
    """Return whether an element is one of a measure, or describes a part."""
    if len(path) == 3:
        return path[1] == "part-list" and path[2] == "score-part"
    return len(path) == 4 and {path[1], path[2]} == {"part", "measure"}


def _part_of(element: Element) -> Part:
    """Return a part as the list of parts describes it, without measures."""
    instrument = element.find("midi-instrument")
    program = None if instrument is None else whole(instrument.findtext("midi-program"), 1, 128)
    channel = None if instrument is None else whole(instrument.findtext("midi-channel"), 1, 16)
    drums = {}
    for each in element.findall("midi-instrument"):
        if (key := number(each.findtext("midi-unpitched"), 1, 128)) is not None:
            drums[each.get("id", "")] = int(key) - 1
    name = " ".join((element.findtext("part-name") or "").split())[:100]
    return Part(name, (program or 1) - 1, channel == 10, drums)
