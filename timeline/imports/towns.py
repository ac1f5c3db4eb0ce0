"""Which place each subject of a page is, decided once the whole page's history has been seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from timeline.imports.templates import BadCell
from timeline.imports.where import StatedPlace, Whereabouts, positions
from timeline.lookup import kilometres

if TYPE_CHECKING:
    from timeline.imports.profile import PlaceOf

APART_KM: Final = 25.0
"""Two positions further from each other than this are those of two towns."""


@dataclass(slots=True)
class _Town:
    """What was seen of one subject."""

    stated: StatedPlace
    position: tuple[float, float] | None = None
    listed: bool = False
    several: bool = False
    """It stood for towns far from each other, at once or after a time without any."""


class Towns:
    """The places of the subjects of a page.

    A subject is a name. Where its rows lie far apart at once, or where it left the page and came
    back elsewhere, the name alone does not say which town is meant: it gets a local place of its
    own, without a position. Where it moved from one version to the next, the newer position is the
    better one.
    """

    def __init__(
        self,
        where: Whereabouts,
        wanted: PlaceOf,
        before: Mapping[str, dict[str, str]],
    ) -> None:
        """Decide the places of a page's subjects; those of `before` are decided."""
        self._where = where
        self._before = before
        self._wanted = wanted
        self._towns: dict[str, _Town] = {}
        self._places: dict[str, dict[str, str] | BadCell] | None = None

    def see(self, subject: str, rows: Collection[Mapping[str, str]]) -> None:
        """Take in the rows that one version of the page has of a subject."""
        if not rows:
            if subject in self._towns:
                self._towns[subject].listed = False
            return
        found = positions(rows, self._wanted)
        located = (row for row in rows if self._where.stated(row).lat)
        stated = self._where.stated(next(located, next(iter(rows))))
        town = self._towns.setdefault(subject, _Town(stated))
        if found:
            here = found[0]
            if any(kilometres(here, one) > APART_KM for one in found[1:]) or (
                not town.listed
                and town.position is not None
                and kilometres(here, town.position) > APART_KM
            ):
                town.several = True
            town.position = here
            town.stated = stated
        town.listed = True

    def place(self, subject: str) -> dict[str, str]:
        """The place of a subject as a report names it; raises `BadCell` where there is none."""
        if subject in self._before:
            return self._before[subject]
        if self._places is None:
            self._places = self._settled()
        place = self._places[subject]
        if isinstance(place, BadCell):
            raise place
        return place

    def _settled(self) -> dict[str, dict[str, str] | BadCell]:
        places: dict[str, dict[str, str] | BadCell] = {}
        for subject, town in self._towns.items():
            try:
                places[subject] = self._decided(subject, town)
            except BadCell as error:
                places[subject] = error
        if self._wanted.apart:
            self._keep_apart(places)
        return places

    def _decided(self, subject: str, town: _Town) -> dict[str, str]:
        if subject in self._before:
            return self._before[subject]
        return self._where.alone(subject) if town.several else self._where.at(town.stated)

    def _keep_apart(self, places: dict[str, dict[str, str] | BadCell]) -> None:
        """Give a local place to every name that would answer for another name of the page."""
        while shared := self._shared(places):
            for subject in shared:
                places[subject] = self._where.apart(subject, self._towns[subject].stated)

    def _shared(self, places: Mapping[str, dict[str, str] | BadCell]) -> list[str]:
        ids = {one: place["id"] for one, place in places.items() if isinstance(place, dict)}
        return [one for one in self._where.shared(ids) if one not in self._before]
