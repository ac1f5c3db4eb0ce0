"""An answer with only the claims of one party, kind or side: chosen after the rule has spoken.

What stands, what it disputes and what it replaced are worked out over all claims before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar, get_args

import msgspec

from events.vocabulary import Kind
from events.when import quoted
from timeline.errors import BadQuestion, require_text
from timeline.parties import Party, PartyBook
from timeline.questions.known import require_facet
from timeline.situation import Counts

if TYPE_CHECKING:
    from timeline.claims import Claim
    from timeline.questions.diff import Change, Diff, Pair
    from timeline.questions.history import History
    from timeline.reader import Reader
    from timeline.situation import Situation

D = TypeVar("D", "Change", "Diff")

KINDS: Final = tuple(kind for kind in get_args(Kind) if kind != "verification")
"""The kinds that make claims."""


class ClaimOptions(TypedDict, total=False):
    """What claims may be asked of, as the options have it: a party or side by id or name."""

    party: str | None
    kind: str | None
    side: str | None


class Only(msgspec.Struct, frozen=True):
    """Which claims are wanted: of these speakers, this kind, side and facet; None is every one."""

    speakers: frozenset[str] | None = None
    kind: str | None = None
    side: str | None = None
    facet: str | None = None

    @property
    def every(self) -> bool:
        """Whether nothing is left out."""
        return (self.speakers, self.kind, self.side, self.facet) == (None,) * 4

    def wants(self, claim: Claim) -> bool:
        """Whether a claim is one of them."""
        return (
            (self.speakers is None or claim.party in self.speakers)
            and self.kind in (None, claim.kind)
            and self.facet in (None, claim.facet)
            and self.side in (None, (claim.subject or "").casefold())
        )

    def situation(self, answer: Situation) -> Situation:
        """The situation, its counts over what is left, its roll-up left out as it is of all."""
        if self.every:
            return answer
        pairs = zip(answer.claims, answer.held, strict=True)
        kept = [(claim, held) for claim, held in pairs if self.wants(claim)]
        claims = [claim for claim, _ in kept]
        shown = {claim.claim for claim in claims}
        return msgspec.structs.replace(
            answer,
            claims=claims,
            held=[held for _, held in kept],
            context=[claim for claim in answer.context if self.wants(claim)],
            counts=Counts(
                len({claim.report for claim in claims}),
                len({claim.party for claim in claims}),
                len(_disputed(claims)),
            ),
            rollup=None,
            below={},
            sums=[one for one in answer.sums if shown.issuperset(one.claims)],
            flags=[one for one in answer.flags if one.claim in shown],
        )

    def history(self, answer: History) -> History:
        """The history; days on which nothing wanted changed are left out."""
        if self.every:
            return answer
        steps = [
            msgspec.structs.replace(
                step,
                added=self._claims(step.added),
                replaced=self._pairs(step.replaced),
                changed=self._pairs(step.changed),
                withdrawn=self._claims(step.withdrawn),
            )
            for step in answer.steps
        ]
        kept = [
            step for step in steps if step.added or step.replaced or step.changed or step.withdrawn
        ]
        return msgspec.structs.replace(answer, steps=kept)

    def diff(self, answer: D) -> D:
        """The difference, of an answer or of one step."""
        return msgspec.structs.replace(
            answer,
            added=self._claims(answer.added),
            replaced=self._pairs(answer.replaced),
            changed=self._pairs(answer.changed),
            withdrawn=self._claims(answer.withdrawn),
            lapsed=self._claims(answer.lapsed),
        )

    def _claims(self, claims: Iterable[Claim]) -> list[Claim]:
        return [claim for claim in claims if self.wants(claim)]

    def _pairs(self, pairs: Iterable[Pair]) -> list[Pair]:
        return [pair for pair in pairs if self.wants(pair.new) or self.wants(pair.old)]


def only(
    reader: Reader,
    *,
    party: str | None = None,
    kind: str | None = None,
    side: str | None = None,
    facet: str | None = None,
) -> Only:
    """What the options ask for; a party or side by id or by name.

    A party that is itself a side stands for all who belong to it. Raises `BadQuestion`.
    """
    if kind is not None and kind not in KINDS:
        raise BadQuestion(
            f"{quoted(str(kind))} is not a kind of claim; write one of {', '.join(KINDS)}"
        )
    require_facet(facet)
    for name, one in (("party", party), ("side", side)):
        if one is not None:
            require_text(name, one)
    if party is None and side is None:
        return Only(kind=kind, facet=facet)
    book = PartyBook(reader.parties())
    speakers = None if party is None else book.speakers(book.resolve(party))
    of = None if side is None else _side(reader, book, side).casefold()
    return Only(speakers, kind, of, facet)


def _side(reader: Reader, book: PartyBook, name: str) -> str:
    """The id of a side by a name of it; one that nobody defined is taken as reports write it."""
    named = book.named(name)
    if len(named) == 1:
        return named[0].id
    if name.casefold() in reader.subjects():
        return name
    from timeline.shipped import shipped_parties  # here: it reads YAML, and most sides are found

    shipped = {one.id: Party(one.id, one.names, one.side) for one in shipped_parties().values()}
    return PartyBook(shipped | dict(reader.parties())).resolve(name).id


def _disputed(claims: Iterable[Claim]) -> set[frozenset[str]]:
    return {frozenset({one.claim, other}) for one in claims for other in one.disputes}
