"""Who says it, through whom, in what source, and how far it was checked."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from events.fields import (
    LANGUAGE,
    SHA256,
    Frozen,
    Listed,
    Name,
    Names,
    Text,
    Url,
    WhenField,
    fault,
    several,
)
from events.vocabulary import Channel, Credibility, owner

CredibilityField = Annotated[
    Credibility, BeforeValidator(lambda value: str(value) if type(value) is int else value)
]
VerificationStatus = Literal[
    "verified", "unverified", "disputed", "refuted", "unverifiable", "confirmed"
]


class Speaker(Frozen):
    """One link of the chain from who said it first to who published it."""

    party: Name = Field(description="id of the party, e.g. ua.general_staff")
    channel: Channel = Field(
        default="public",
        description="said in public, told in private, or by somebody whom the report does not name",
    )


class Source(Frozen):
    """The publication that a report was taken from."""

    publisher: Name = Field(description="id of who published it, e.g. reuters")
    title: Text | None = None
    url: Url | None = None
    archived_url: Url | None = Field(default=None, description="a copy that will not change")
    published: WhenField | None = Field(
        default=None, description="when it was published; the default of `reported`"
    )
    language: Annotated[str, StringConstraints(max_length=35, pattern=LANGUAGE)] | None = Field(
        default=None, description="language code (BCP 47), e.g. en, uk"
    )
    sha256: Annotated[str, StringConstraints(to_lower=True, pattern=SHA256)] | None = Field(
        default=None, description="SHA-256 of the text, 64 hexadecimal digits"
    )
    locator: Text | None = Field(
        default=None, description="where inside the source: paragraph, row, minute"
    )


class Check(Frozen):
    """What the source itself says of how far the claim was checked."""

    status: VerificationStatus = Field(
        description="verified, unverified, disputed, refuted, unverifiable or confirmed"
    )
    by: Name = Field(description="id of who checked, or could not")


class Links(Frozen):
    """Ids of other reports that this one stands in a stated relation to."""

    same_event_as: Names = Field(default=(), description="reports of the same event")
    corroborates: Names = Field(default=(), description="reports that this one supports")
    contradicts: Names = Field(default=(), description="reports that this one speaks against")
    part_of: Names = Field(default=(), description="reports of a larger event that holds this one")


class Party(Frozen):
    """Somebody who can speak or act: an army, a ministry, a newsroom, a mapping project."""

    id: Name = Field(description="e.g. ua.general_staff")
    names: Annotated[Names, Field(min_length=1)] = Field(
        description="the names it goes by, the one to show first"
    )
    side: Name | None = Field(default=None, description="code of the side it stands on, e.g. UA")

    def stored(self) -> dict[str, object]:
        """Plain data for the log, an absent side left out."""
        plain: dict[str, object] = {"id": self.id, "names": list(self.names)}
        return plain if self.side is None else {**plain, "side": self.side}


@lru_cache(maxsize=4096)
def _public(parties: tuple[str, ...]) -> tuple[Speaker, ...]:
    return tuple(Speaker(party=party) for party in parties)


def _speakers(value: object) -> object:
    """Turn texts into public speakers; what cannot be one is left for the model to refuse."""
    links = several(value)
    if not isinstance(links, tuple):
        return links
    if all(type(link) is str for link in links):
        try:
            return _public(links)
        except ValidationError:
            pass
    return tuple({"party": link} if isinstance(link, str) else link for link in links)


def _owned(chain: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    if all(speaker.channel == "private" for speaker in chain):
        raise fault(
            "has private speakers only", "add the party that told of it in public at the end"
        )
    return chain


Chain = Annotated[
    tuple[Speaker, ...],
    Field(min_length=1, max_length=16),
    BeforeValidator(_speakers),
    AfterValidator(_owned),
]
"""From who said it first to who published it, at least one of them not in private."""
Checks = Annotated[tuple[Check, ...], Field(max_length=32), Listed]
"""What the source says of checks; one stands for a list of one."""


def party_of(chain: Sequence[Speaker]) -> str:
    """The party that owns the claim: the first of the chain that did not speak in private."""
    return chain[owner(speaker.channel for speaker in chain)].party
