"""Parties as the log names them: who is meant by a name, and who belongs to a side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from events.when import quoted_name
from timeline.errors import BadQuestion
from timeline.places import fold_name


class Party(msgspec.Struct, frozen=True):
    """A party as the log defines it; one that only speaks has no names."""

    id: str
    names: tuple[str, ...] = ()
    side: str | None = None

    @property
    def name(self) -> str:
        """The name that is shown."""
        return self.names[0] if self.names else self.id


decode_party = msgspec.json.Decoder(Party).decode
"""A party of its canonical JSON."""


def is_side(party: Party) -> bool:
    """Whether a side is named by it, and so all who belong to that side."""
    return (party.side or "").casefold() == party.id.casefold()


class PartyBook:
    """Parties by what people call them: id, names, and the last part of an id.

    A side to which some belong is a party, though the log may not name it otherwise.
    """

    def __init__(self, parties: Mapping[str, Party]) -> None:
        sides = {one.side.casefold() for one in parties.values() if one.side}
        self._parties = {side: Party(side, side=side) for side in sides} | dict(parties)
        self._named: dict[str, dict[str, None]] = {}
        for party in sorted(self._parties.values(), key=lambda one: one.id):
            for name in (party.id, *party.names):
                self._named.setdefault(fold_name(name), {})[party.id] = None
        self._tails: dict[str, list[str]] = {}
        for one in sorted(self._parties):
            tail = fold_name(one.rpartition(".")[2].replace("_", " "))
            if tail not in self._named:
                self._tails.setdefault(tail, []).append(one)

    def named(self, name: str, *, tails: bool = True) -> list[Party]:
        """The parties of this name; with `tails`, also by the last part of their ids.

        An id as it is written is that party alone, though others have it for a name.
        """
        if name in self._parties:
            return [self._parties[name]]
        folded = fold_name(name)
        found = list(self._named.get(folded, ()))
        if tails and not found:
            found = self._tails.get(folded, [])
        return [self._parties[party] for party in found]

    def coded(self) -> list[str]:
        """The sides of which the log knows no name: they are asked for by their codes alone."""
        return sorted(one.id for one in self._parties.values() if is_side(one) and not one.names)

    def near(self, name: str, limit: int = 5, *, likeness: float = 0.75) -> list[str]:
        """Names that are spelled nearly so, for a person to choose from."""
        from difflib import get_close_matches  # here: most names are found

        every = [*self._named, *self._tails]
        return get_close_matches(fold_name(name[:200]), every, n=limit, cutoff=likeness)

    def resolve(self, name: str) -> Party:
        """The one party of this name; raises `BadQuestion` with what would be right."""
        found = self.named(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise BadQuestion(f"{quoted_name(name)} names {len(found)} parties; {one_of(found)}")
        near = self.near(name)
        right = f"near spellings: {', '.join(near)}" if near else "write its id or a name of it"
        raise BadQuestion(f"no party is called {quoted_name(name)}; {right}")

    def speakers(self, party: Party) -> frozenset[str]:
        """The ids of a party and, if a side is named by it, of all who belong to that side."""
        own = party.id.casefold()
        members = {one.id for one in self._parties.values() if (one.side or "").casefold() == own}
        return frozenset({party.id} | members)


def one_of(parties: Sequence[Party]) -> str:
    """Which ids may be written for a name of several parties, and which of them is a whole side."""
    told = "".join(f"; {one.id} is all who are of that side" for one in parties if is_side(one))
    return f"write one of {', '.join(party.id for party in parties)}{told}"
