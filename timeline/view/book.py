"""The places of a view, read as a book of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timeline.places import Place, decode_place
from timeline.view.damage import BROKEN, Damaged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


class ViewBook:
    """The places of the view (`timeline.places.Book`), definitions up to a position."""

    def __init__(self, db: sqlite3.Connection, bound: int) -> None:
        self._select = db.execute
        self._bound = bound
        self._found: dict[str, Place | None] = {}
        self._groups: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[Place]:
        for (place,) in self._select("SELECT DISTINCT place FROM definition").fetchall():
            if found := self.get(place):
                yield found

    def get(self, place: str) -> Place | None:
        """The place of this id."""
        if place not in self._found:
            row = self._select(
                "SELECT content FROM definition WHERE place = ? AND (NOT anew OR position <= ?)"
                " ORDER BY position DESC LIMIT 1",
                (place, self._bound),
            ).fetchone()
            try:
                self._found[place] = decode_place(row[0]) if row else None
            except BROKEN as error:
                raise Damaged from error
        return self._found[place]

    def named(self, name: str) -> list[str]:
        """The ids of places with this folded name."""
        return self._ids("SELECT place FROM name WHERE name = ?", name)

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        return self._ids("SELECT lower FROM above WHERE upper = ? AND NOT member", place)

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""
        if place not in self._groups:
            rows = self._ids("SELECT upper FROM above WHERE lower = ? AND member", place)
            self._groups[place] = [
                one for one in rows if (group := self.get(one)) and place in group.members
            ]
        return self._groups[place]

    def names(self) -> Iterable[str]:
        """Every folded name."""
        return [name for (name,) in self._select("SELECT DISTINCT name FROM name")]

    def _ids(self, statement: str, value: str) -> list[str]:
        return [row[0] for row in self._select(statement, (value,)).fetchall()]
