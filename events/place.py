"""Places: a definition with its parents and names, and a report's reference to one."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from events.fields import (
    ISO_3166_2,
    SAFE,
    Frozen,
    Listed,
    Name,
    Number,
    Several,
    WhenField,
    fault,
)
from events.when import When

Relation = Literal[
    "in",
    "near",
    "toward",
    "north_of",
    "northeast_of",
    "east_of",
    "southeast_of",
    "south_of",
    "southwest_of",
    "west_of",
    "northwest_of",
    "north",
    "northeast",
    "east",
    "southeast",
    "south",
    "southwest",
    "west",
    "northwest",
]
"""`southwest_of` is outside the place, `southwest` is a part of it."""

PLACE_KINDS = (
    "country",
    "region",
    "oblast",
    "raion",
    "hromada",
    "city",
    "town",
    "village",
    "settlement",
    "district",
    "site",
)
"""The kinds in use; any other lower-case word is taken as well. A `site` is a landmark."""


class PlaceRef(Frozen):
    """What a report names: a place, what lies in some relation to it, or a landmark in it."""

    id: Annotated[str, StringConstraints(max_length=200, pattern=SAFE)] = Field(
        description="id of the place; empty until it is looked up"
    )
    name: Name = Field(description="the name as reported")
    relation: Relation | None = None
    landmark: Name | None = Field(default=None, description="e.g. train station")


class DatedParent(Frozen):
    """A parent, by its id or defined in place, and the time for which it holds."""

    id: Name | None = None
    parent: "PlaceDefinition | None" = None
    from_: WhenField | None = Field(default=None, alias="from")
    to: WhenField | None = None

    @model_validator(mode="after")
    def _held(self) -> Self:
        if (self.id is None) == (self.parent is None):
            raise fault("has not one of id and parent", "write id, or parent with its definition")
        begins = self.from_ and self.from_.earliest
        ends = self.to and self.to.latest
        if begins is not None and ends is not None and ends <= begins:
            raise fault("ends before it begins", "write the first day as from, the last as to")
        return self

    @property
    def place_id(self) -> str:
        """Id of the parent."""
        return self.parent.id if self.parent else self.id or ""


def _parent_form(value: object) -> str:
    return "(definition)" if isinstance(value, Mapping | PlaceDefinition) else "(id)"


class PlaceDefinition(Frozen):
    """A place with its names, its parents and where it lies."""

    id: Name = Field(description="e.g. geonames:704422, iso:UA-14, local:alpha")
    name: Name = Field(description="the name to show")
    kind: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, to_lower=True, min_length=1, max_length=50, pattern=SAFE
        ),
    ] = Field(description=", ".join(PLACE_KINDS) + ", or another word")
    parent: (
        Annotated[
            Annotated[Name, Tag("(id)")] | Annotated["PlaceDefinition", Tag("(definition)")],
            Discriminator(_parent_form),
        ]
        | None
    ) = Field(default=None, description="id or name of the place that holds it, or its definition")
    parents: Annotated[tuple[DatedParent, ...], Field(max_length=64), Listed] = Field(
        default=(),
        description="parents that hold for a time: {id, from, to}, its id being an id or a name; "
        "{parent, from, to} where one is defined here",
    )
    members: Annotated[tuple[Name, ...], Field(max_length=20_000), Listed] = Field(
        default=(),
        description="ids or names of what makes it up, e.g. the oblasts of Donbas",
    )
    lat: Annotated[Number, Field(ge=-90, le=90)] | None = Field(
        default=None, description="degrees north (WGS 84)"
    )
    lon: Annotated[Number, Field(ge=-180, le=180)] | None = Field(
        default=None, description="degrees east (WGS 84)"
    )
    aliases: Annotated[tuple[Name, ...], Field(max_length=500), Several] = Field(
        default=(), description="other spellings and scripts"
    )
    admin1: Name | None = Field(default=None, description="name of the first-level unit above it")
    iso_3166_2: Annotated[str, StringConstraints(pattern=ISO_3166_2)] | None = Field(
        default=None, description="code of that unit, e.g. UA-14"
    )

    @model_validator(mode="after")
    def _located(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise fault("has only one of lat and lon", "write both or neither")
        return self

    @property
    def parent_id(self) -> str | None:
        """Id of the undated parent."""
        return self.parent.id if isinstance(self.parent, PlaceDefinition) else self.parent

    def flattened(self) -> tuple["PlaceDefinition", ...]:
        """The parents defined inside it, outermost first, then itself, each with parents by id."""
        nested = [parent.parent for parent in self.parents if parent.parent]
        if isinstance(self.parent, PlaceDefinition):
            nested.insert(0, self.parent)
        if not nested:
            return (self,)
        dated = (
            parent.model_copy(update={"id": parent.place_id, "parent": None})
            for parent in self.parents
        )
        own = self.model_copy(update={"parent": self.parent_id, "parents": tuple(dated)})
        return (*(one for parent in nested for one in parent.flattened()), own)

    def stored(self) -> dict[str, object]:
        """Plain data for the log, absent keys left out; dates as `stored_when` gives them."""
        plain: dict[str, object] = {"id": self.id, "name": self.name, "kind": self.kind}
        optional: dict[str, object] = {
            "parent": self.parent_id,
            "parents": [_stored_parent(parent) for parent in self.parents],
            "members": list(self.members),
            "lat": self.lat,
            "lon": self.lon,
            "aliases": list(self.aliases),
            "admin1": self.admin1,
            "iso_3166_2": self.iso_3166_2,
        }
        plain.update((k, v) for k, v in optional.items() if v is not None and v != [])
        return plain


def _stored_parent(parent: DatedParent) -> dict[str, object]:
    plain: dict[str, object] = {"id": parent.place_id}
    if parent.from_ is not None:
        plain["from"] = stored_when(parent.from_)
    if parent.to is not None:
        plain["to"] = stored_when(parent.to)
    return plain


def stored_when(when: When) -> dict[str, object]:
    """A date as the log keeps it: the text as written and its half-open bounds in µs."""
    return {"text": when.text, "earliest": when.earliest, "latest": when.latest}
