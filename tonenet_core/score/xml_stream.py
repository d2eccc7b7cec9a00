"""XML of strangers as a stream of small elements.

Nothing outside the file is ever read, and entities are not expanded: a file that declares any is refused. Memory and
time are bounded by the number of elements, by how deeply they are nested, and by how much one of them holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tonenet_core.errors import MidiError, reason

MOST_ELEMENTS = 3_000_000
MOST_WITHIN = 2_000  # elements in one that is handed over
DEEPEST = 40
LONGEST_TAG = 1_000_000  # bytes
_CHUNK = 1 << 16

Wanted = Callable[[list[str]], bool]
Take = Callable[[list[str], Element], None]
Enter = Callable[[list[str], dict[str, str]], None]


def read_elements(data: bytes, name: str, *, enter: Enter, wanted: Wanted, take: Take) -> None:
    """Read XML, and hand over the elements that are wanted, each with all that is in it.

    Args:
        data: the whole file.
        name: of the file, for messages.
        enter: called with the path of tags to each element that is not within a wanted one, and its attributes.
        wanted: says whether the element at a path is handed over.
        take: called with the path and each element that was wanted.

    Raises:
        MidiError: if the file is no sound XML, or is made to exhaust its reader.
    """
    _Stream(name, enter, wanted, take).read(data)


class _Stream:
    def __init__(self, name: str, enter: Enter, wanted: Wanted, take: Take) -> None:
        self._name = name
        self._enter, self._wanted, self._take = enter, wanted, take
        self._path: list[str] = []
        self._builder: TreeBuilder | None = None
        self._top = 0  # depth of the element that is being built
        self._within = self._elements = self._fed = self._seen = 0

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse_entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            for begin in range(0, len(data), _CHUNK):
                self._fed = begin
                parser.Parse(data[begin : begin + _CHUNK], False)
                if begin - self._seen > LONGEST_TAG:
                    self._refuse_size()
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:  # encodings that Python does not know
            raise MidiError("{name} is damaged: {why}.", name=self._name, why=reason(error)) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._seen = self._fed
        self._elements += 1
        self._path.append(tag)
        if self._elements > MOST_ELEMENTS or len(self._path) > DEEPEST:
            self._refuse_size()
        if self._builder is None:
            self._enter(self._path, attributes)
            if not self._wanted(self._path):
                return
            self._builder, self._top, self._within = TreeBuilder(), len(self._path), 0
        self._within += 1
        if self._within > MOST_WITHIN:
            self._refuse_size()
        self._builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._seen = self._fed
        if self._builder is not None:
            self._builder.end(tag)
            if len(self._path) == self._top:
                built, self._builder = self._builder.close(), None
                self._take(self._path, built)
        self._path.pop()

    def _text(self, text: str) -> None:
        self._seen = self._fed
        if self._builder is not None:
            self._builder.data(text)

    def _refuse_entity(self, *_: object) -> NoReturn:
        raise MidiError("{name} declares XML entities, which no score needs; it was not opened.", name=self._name)

    def _refuse_size(self) -> NoReturn:
        raise MidiError("{name} is no score of a sensible size; it was not opened.", name=self._name)
