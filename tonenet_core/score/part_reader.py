"""Elements of a part's measures, one after the other -> notes and marks at their places."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from tonenet_core.score.marks import LEVELS, STRONG, number, tempo_of, tempo_of_words, whole
from tonenet_core.score.notation import Mark, Measure, Part, WrittenNote

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
GRACE_QUARTERS = 0.125  # a 32nd
LONGEST_MEASURE = 2_000.0  # quarters; the longest in print have a few hundred
SNARE = 38  # for unpitched notes whose instrument is not given
HELD = {"staccato": 0.5, "staccatissimo": 1 / 3, "spiccato": 1 / 3, "detached-legato": 0.75}
ACCENTS = {"accent": 1, "strong-accent": 2}


class PartReader:
    """Reads one part.

    Attributes:
        part: gets the measures.
        is_endless: whether a measure is too long for music.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.is_endless = False
        self._measure = Measure()
        self._divisions = 1.0  # of a quarter
        self._transposition = 0
        self._now = self._chord = 0.0  # quarters: where the next note begins, and where the last one did
        self._graces: list[WrittenNote] = []  # that wait for the note which they adorn; their onsets count chords

    def begin_measure(self) -> None:
        """Begin the next measure."""
        self._measure = Measure()
        self.part.measures.append(self._measure)
        self._now = self._chord = 0.0
        self._graces = []

    def read(self, element: Element) -> None:
        """Read the next element of the measure."""
        match element.tag:
            case "note":
                self._read_note(element)
            case "backup":
                self._place_graces()
                self._now = max(self._now - self._quarters(element), 0.0)
            case "forward":
                self._advance(self._quarters(element))
            case "attributes":
                self._read_attributes(element)
            case "direction" | "sound":
                self._read_direction(element)
            case "barline":
                self._place_graces()

    def _quarters(self, element: Element) -> float:
        return (number(element.findtext("duration")) or 0.0) / self._divisions

    def _advance(self, quarters: float) -> None:
        self._now += quarters
        self._measure.length = max(self._measure.length, self._now)
        self.is_endless = self._measure.length > LONGEST_MEASURE

    def _read_note(self, element: Element) -> None:
        is_grace, is_chord = element.find("grace") is not None, element.find("chord") is not None
        length = 0.0 if is_grace else self._quarters(element)
        onset = self._chord if is_chord and not is_grace else self._now
        if element.find("fermata") is not None or element.find("notations/fermata") is not None:
            self._measure.fermatas.append((onset, length))
        if not is_grace and not is_chord:
            self._place_graces()
        if (note := self._note(element, onset, length)) is not None:
            if is_grace:
                chord = len({each.onset for each in self._graces}) - (is_chord and bool(self._graces))
                self._graces.append(note._replace(onset=float(chord)))
            elif length > 0:
                self._measure.notes.append(note)
        if is_grace:
            return
        self._chord = onset
        if not is_chord:
            self._advance(length)

    def _note(self, element: Element, onset: float, length: float) -> WrittenNote | None:
        """Return a note that sounds; None for a rest or a cue."""
        if element.find("cue") is not None:
            return None
        pitch = self._pitch(element)
        if pitch is None:
            return None
        ties = {each.get("type") for each in element.findall("tie")}
        notations = {mark.tag for each in element.findall("notations/articulations") for mark in each}
        held = min((HELD[mark] for mark in notations & HELD.keys()), default=1.0)
        accent = max((ACCENTS[mark] for mark in notations & ACCENTS.keys()), default=0)
        if any(mark.tag in STRONG for each in element.findall("notations/dynamics") for mark in each):
            accent = 2
        return WrittenNote(onset, length, pitch, "start" in ties, "stop" in ties, accent, held)

    def _pitch(self, element: Element) -> int | None:
        pitch = element.find("pitch")
        if pitch is None:
            if element.find("unpitched") is None:
                return None
            instrument = element.find("instrument")
            drum = None if instrument is None else self.part.drums.get(instrument.get("id", ""))
            self.part.is_drums = True
            return SNARE if drum is None else drum
        step, octave = STEPS.get((pitch.findtext("step") or "").strip()), whole(pitch.findtext("octave"), 0, 9)
        if step is None or octave is None:
            return None
        alter = number(pitch.findtext("alter"), -4, 4) or 0.0
        key = 12 * (octave + 1) + step + round(alter) + self._transposition
        return key if 0 <= key <= 127 else None

    def _place_graces(self) -> None:
        """Place the grace notes that wait before the next note; in front of a measure they take of the one before."""
        if not self._graces:
            return
        count = max(each.onset for each in self._graces) + 1
        for note in self._graces:
            onset = self._now - (count - note.onset) * GRACE_QUARTERS
            self._measure.notes.append(note._replace(onset=onset, length=GRACE_QUARTERS))
        self._graces = []

    def _read_attributes(self, element: Element) -> None:
        self._divisions = number(element.findtext("divisions"), 1e-3) or self._divisions
        if (time := element.find("time")) is not None:
            signature = _time_signature(time)
            self._measure.time_signature = signature or self._measure.time_signature
        if (fifths := whole(element.findtext("key/fifths"), -7, 7)) is not None:
            self._measure.key = fifths, element.findtext("key/mode") == "minor"
        if (transpose := element.find("transpose")) is not None:
            octaves = whole(transpose.findtext("octave-change"), -9, 9) or 0
            self._transposition = 12 * octaves + (whole(transpose.findtext("chromatic"), -24, 24) or 0)

    def _read_direction(self, element: Element) -> None:
        onset = self._now + (number(element.findtext("offset"), -1e6) or 0.0) / self._divisions
        add = self._measure.marks.append
        if (tempo := tempo_of(element)) is not None or (tempo := tempo_of_words(_words(element))) is not None:
            add(Mark(max(onset, 0.0), "tempo", tempo))
        for mark in (mark for dynamics in element.findall("direction-type/dynamics") for mark in dynamics):
            if mark.tag in LEVELS:
                add(Mark(onset, "level", LEVELS[mark.tag]))
            if mark.tag in STRONG:
                add(Mark(onset, "accent", 2))
        for wedge in element.findall("direction-type/wedge"):
            direction = {"crescendo": 1, "diminuendo": -1, "stop": 0}.get(wedge.get("type", ""))
            if direction is not None:
                add(Mark(onset, "wedge", direction))
        for pedal in element.findall("direction-type/pedal"):
            if pedal.get("type") in ("stop", "change"):
                add(Mark(onset, "pedal", 0))
            if pedal.get("type") in ("start", "change", "resume"):
                add(Mark(onset, "pedal", 127))


def _words(direction: Element) -> str:
    return " ".join(words.text or "" for words in direction.findall("direction-type/words"))[:200]


def _time_signature(time: Element) -> tuple[int, int] | None:
    """Return numerator and denominator; None where there is none, or none that MIDI has."""
    parts = [whole(text, 1, 64) for text in (time.findtext("beats") or "").split("+")]
    denominator = whole(time.findtext("beat-type"), 1, 64)
    if denominator is None or denominator & (denominator - 1) or None in parts:
        return None
    return sum(each or 0 for each in parts), denominator
