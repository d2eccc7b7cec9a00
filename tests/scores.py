"""Small MusicXML scores for the tests, written element by element."""

import io
import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
DIVISIONS = 4  # of a quarter
CONTAINER = (
    '<container><rootfiles><rootfile full-path="score.xml" '
    'media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>'
)


def note(pitch: str, duration: int = DIVISIONS, more: str = "", *, before: str = "", after: str = "") -> str:
    """Write a note: "C#4", or "" for a rest; `before` stands at its beginning, `more` behind the duration."""
    if pitch:
        step, octave = pitch[0], pitch[-1]
        alter = {"#": "<alter>1</alter>", "b": "<alter>-1</alter>"}.get(pitch[1:-1], "")
        what = f"<pitch><step>{step}</step>{alter}<octave>{octave}</octave></pitch>"
    else:
        what = "<rest/>"
    length = f"<duration>{duration}</duration>" if duration else ""
    return f"<note>{before}{what}{length}{more}{after}</note>"


def notations(content: str) -> str:
    return f"<notations>{content}</notations>"


def articulation(name: str) -> str:
    return notations(f"<articulations><{name}/></articulations>")


def direction(content: str, more: str = "") -> str:
    return f"<direction><direction-type>{content}</direction-type>{more}</direction>"


def dynamics(mark: str) -> str:
    return direction(f"<dynamics><{mark}/></dynamics>")


def attributes(time: str = "4/4", more: str = "") -> str:
    beats, kind = time.split("/")
    signature = f"<time><beats>{beats}</beats><beat-type>{kind}</beat-type></time>"
    return f"<attributes><divisions>{DIVISIONS}</divisions>{more}{signature}</attributes>"


def repeat(direction: str, times: int = 0) -> str:
    location = "left" if direction == "forward" else "right"
    often = f' times="{times}"' if times else ""
    return f'<barline location="{location}"><repeat direction="{direction}"{often}/></barline>'


def ending(number: str, kind: str, more: str = "") -> str:
    return f'<barline location="left"><ending number="{number}" type="{kind}"/>{more}</barline>'


def score(*measures: str, part: str = "", doctype: str = DOCTYPE) -> bytes:
    """Write a score of one part; `part` describes its instrument."""
    return several({part: measures}, doctype=doctype)


def several(parts: dict[str, tuple[str, ...]], *, doctype: str = DOCTYPE) -> bytes:
    """Write a score of several parts, each described by its key."""
    listed, written = [], []
    for place, (part, measures) in enumerate(parts.items(), 1):
        listed.append(f'<score-part id="P{place}"><part-name>Part {place}</part-name>{part}</score-part>')
        content = "".join(f'<measure number="{number}">{each}</measure>' for number, each in enumerate(measures, 1))
        written.append(f'<part id="P{place}">{content}</part>')
    body = f"<part-list>{''.join(listed)}</part-list>{''.join(written)}"
    return f'{HEAD}{doctype}<score-partwise version="4.0">{body}</score-partwise>'.encode()


def program(number: int) -> str:
    return f'<midi-instrument id="I"><midi-program>{number}</midi-program></midi-instrument>'


def compressed(data: bytes, container: str = CONTAINER, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("score.xml", data)
    return stream.getvalue()


def waltz(measures: int = 16) -> bytes:
    """Write a piece with two hands, dynamics, a repeat and a fermata."""
    content = []
    for place in range(measures):
        begin = attributes("3/4", "<key><fifths>1</fifths></key>") if place == 0 else ""
        begin += repeat("forward") if place == 0 else ""
        begin += dynamics(("p", "f")[place // 4 % 2]) if place % 4 == 0 else ""
        melody = "GABCDEFG"[place % 8]
        right = (
            note(f"{melody}5", 4, articulation("accent")) + note("D5", 2, articulation("staccato")) * 2 + note("B4", 4)
        )
        left = "<backup><duration>12</duration></backup>" + note("G3", 4)
        left += (note("B3", 4) + note("D4", 4, before="<chord/>")) * 2
        end = repeat("backward") if place == measures - 1 else ""
        content.append(begin + right + left + end)
    return score(*content)


def everything() -> bytes:
    """Write a few bars of two parts with everything that a score is read for."""
    wedge, stop = (direction(f'<wedge type="{kind}"/>', "<offset>-2</offset>") for kind in ("diminuendo", "stop"))
    metronome = "<metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>90</per-minute></metronome>"
    tied = note("A4", 8, '<tie type="start"/>') + note("A4", 4, '<tie type="stop"/>', after=notations("<fermata/>"))
    first = bar(
        attributes("4/4", "<key><fifths>-3</fifths><mode>minor</mode></key>") + direction(metronome) + dynamics("mf"),
        note("D4", 0, before="<grace/>") + note("C4", 4, articulation("staccato")) + tied,
    )
    second = bar(
        direction("<segno/>", '<sound segno="s"/>') + wedge,
        note("Eb4", 8) + note("G4", 8, before="<chord/>") + "<backup><duration>8</duration></backup>" + note("C3", 16),
        stop + ending("1", "start") + ending("1", "stop", '<repeat direction="backward" times="2"/>'),
    )
    third = bar(
        direction('<pedal type="start"/>') + ending("2", "start"),
        note("F#4", 16, articulation("strong-accent")),
        direction('<pedal type="change"/>') + direction("<words>D.S. al Coda</words>", '<sound dalsegno="s"/>'),
    )
    last = bar(direction("<coda/>", '<sound coda="c"/>') + dynamics("sfz"), note("C5", 12) + note("", 4))
    other = '<note><unpitched/><duration>16</duration><instrument id="D"/></note>'
    drums = (
        '<midi-instrument id="D"><midi-channel>10</midi-channel><midi-unpitched>39</midi-unpitched></midi-instrument>'
    )
    beat = (attributes("4/4", "<transpose><chromatic>-2</chromatic></transpose>") + other, other, other, other)
    return several({program(1): (first, second, third, last), drums: beat})


def bar(begin: str, notes: str, end: str = "") -> str:
    return begin + notes + end
