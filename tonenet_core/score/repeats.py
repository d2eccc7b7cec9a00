"""Order in which the measures of a score are played: repeats with their endings, da capo, dal segno, coda and fine."""

from __future__ import annotations

from collections.abc import Mapping

from tonenet_core.score.notation import Signs

MOST_PLAYED = 200_000  # measures
MOST_JUMPS = 8  # back; more are a mistake
_NONE = Signs()


def unfold(count: int, signs: Mapping[int, Signs]) -> list[int]:
    """Return the places of measures in the order in which they are played.

    After a jump back, repeats are not taken again, and of endings the last one is played, as is usual.

    Args:
        count: of the measures as written.
        signs: by their places.
    """
    return _Walk(count, signs).run()


class _Walk:
    def __init__(self, count: int, signs: Mapping[int, Signs]) -> None:
        self._count, self._signs = count, signs
        self._begin, self._pass = 0, 1  # of what is repeated
        self._is_back = False  # after a jump back
        self._jumps: set[int] = set()  # places whose jumps were made
        self._last_passes = _last_passes(signs)
        self._segnos = _first_places({place: each.segno for place, each in signs.items()})
        self._codas = _first_places({place: each.coda for place, each in signs.items()})

    def run(self) -> list[int]:
        """Return the order."""
        order: list[int] = []
        place: int | None = 0
        while place is not None and place < self._count and len(order) < MOST_PLAYED:
            signs = self._signs.get(place, _NONE)
            if signs.forward and place != self._begin:
                self._begin, self._pass = place, 1
            if signs.endings and not self._is_played(place, signs):
                place = self._behind_ending(place)
                continue
            order.append(place)
            place = self._following(place, signs)
        return order

    def _is_played(self, place: int, signs: Signs) -> bool:
        if self._is_back:
            return max(signs.endings) >= self._last_passes[place]
        return self._pass in signs.endings

    def _behind_ending(self, place: int) -> int:
        """Return the first measure behind the ending that begins here."""
        endings = self._signs[place].endings
        while self._signs.get(place, _NONE).endings == endings:
            place += 1
            if self._signs[place - 1].ending_stops:
                break
        return place

    def _following(self, place: int, signs: Signs) -> int | None:
        """Return the measure to be played behind one; None at the end."""
        if signs.backward and not self._is_back:
            times = max(signs.backward, self._last_passes.get(place, 0))
            if self._pass < times:
                self._pass += 1
                return self._begin
        is_over = bool(signs.backward or (signs.ending_stops and signs.endings))
        if is_over and not self._signs.get(place + 1, _NONE).endings:
            self._begin, self._pass = place + 1, 1
        if self._is_back and signs.fine:
            return None
        if self._is_back and signs.to_coda is not None:
            coda = self._codas.get(signs.to_coda, self._codas.get(None, -1))
            if coda > place:
                return coda
        if (
            place not in self._jumps
            and len(self._jumps) < MOST_JUMPS
            and (signs.da_capo or signs.dal_segno is not None)
        ):
            back = 0 if signs.da_capo else self._segnos.get(signs.dal_segno, self._segnos.get(None, place + 1))
            if back <= place:
                self._jumps.add(place)
                self._is_back, self._begin, self._pass = True, back, 1
                return back
        return place + 1


def _last_passes(signs: Mapping[int, Signs]) -> dict[int, int]:
    """Return for each measure of an ending the pass of the last of the endings that follow one another there.

    Where there is but a first ending, that is the second pass, which has no bracket.
    """
    last: dict[int, int] = {}
    group: list[int] = []
    for place in sorted(place for place, each in signs.items() if each.endings):
        if group and place != group[-1] + 1:
            group = []
        group.append(place)
        highest = max(last.get(group[0], 2), *signs[place].endings)
        last[group[0]] = last[place] = highest
    first = 0
    for place in sorted(last):
        first = first if place - 1 in last else place
        last[place] = last[first]
    return last


def _first_places(names: Mapping[int, str | None]) -> dict[str | None, int]:
    """Return the first place of each name, and that of any as the place of None."""
    places: dict[str | None, int] = {}
    for place, name in sorted(names.items()):
        if name is not None:
            places.setdefault(name, place)
            places.setdefault(None, place)
    return places
