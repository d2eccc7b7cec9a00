"""Damage that a scan of a MIDI file met, as one notice for the user."""

from __future__ import annotations

from dataclasses import dataclass, field

from tonenet_core.errors import Sentence, counted

_MAX_LISTED = 3  # problems in a notice


@dataclass
class Damage:
    """Problems of the file `name`, each once, in the order in which they were met."""

    name: str
    problems: dict[Sentence, None] = field(default_factory=dict)  # an ordered set

    def problem(self, what: Sentence) -> None:
        """Note a problem of the file, once."""
        self.problems[what] = None

    def notices(self) -> tuple[Sentence, ...]:
        """Return the problems as one sentence, or nothing."""
        if not self.problems:
            return ()
        listed = list(self.problems)[:_MAX_LISTED]
        if len(self.problems) > _MAX_LISTED:
            more = len(self.problems) - _MAX_LISTED
            listed.append(counted(more, "and {more} more problem", "and {more} more problems", more=more))
        text = "{name} is damaged ({problems}); what could be read was kept."
        return (Sentence(text, name=self.name, problems=tuple(listed)),)
