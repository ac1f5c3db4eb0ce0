"""Reports as `add` takes them: the form of a document, made again from the stored one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.canonical import canonical
from events.when import WhenError, iso, parse_when, quoted, zone_of
from timeline.days import day_of
from timeline.errors import StoreError
from timeline.formats.columns import chain_of, verification_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.formats.columns import Cell
    from timeline.places import Book, Day, Place

REPORT_COLUMNS: Final = (
    "report_id",
    "kind",
    "place",
    "place_id",
    "relation",
    "landmark",
    "chain",
    "happened",
    "happened_reading",
    "reported_at",
    "timezone",
    "stance",
    "reliability",
    "credibility",
    "verification",
    "source",
    "source_title",
    "source_url",
    "source_locator",
    "summary",
    "quote",
    "links",
    "tags",
    "value_json",
    "known_as_of",
    "basis",
)
"""The columns of reports, one row each."""

_plain = msgspec.json.Decoder(dict[str, Any]).decode

# The order of keys in a line; the own fields of the kind come after `stance`.
_BEFORE: Final = ("happened", "reported", "timezone", "chain", "source", "stance")
_AFTER: Final = (
    "reliability",
    "credibility",
    "verification",
    "summary",
    "quote",
    "links",
    "tags",
)


def document_form(key: str, content: bytes, book: Book) -> dict[str, Any]:
    """A stored report in the keys of a document, its place defined with all that holds it."""
    stored = _plain(content)
    zone = _zone(key, stored["timezone"])
    stored["happened"] = {stored["happened"]["reading"]: stored["happened"]["text"]}
    stored["reported"] = stored["reported"]["text"]
    if "published" in stored.get("source", {}):
        stored["source"]["published"] = stored["source"]["published"]["text"]
    place = stored["place"]
    own = {
        name: value["text"] if name == "deadline" else value
        for name, value in stored["value"].items()
    }
    return {
        "id": key,
        "kind": stored["kind"],
        "place": _place(place, book, zone),
        **{name: place[name] for name in ("relation", "landmark") if name in place},
        **{name: stored[name] for name in _BEFORE if name in stored},
        **own,
        **{name: stored[name] for name in _AFTER if name in stored},
    }


def _zone(key: str, name: str) -> tzinfo:
    try:
        return zone_of(name)
    except WhenError as error:
        raise StoreError(
            f"{key}: this machine knows no time zone {quoted(name)}; see what `verify` says of that"
        ) from error


def report_row(key: str, content: bytes, known: str, basis: str) -> list[Cell]:
    """A stored report as a row, cells in the order of `REPORT_COLUMNS`."""
    stored = _plain(content)
    place, source = stored["place"], stored.get("source", {})
    links = stored.get("links", {})
    return [
        key,
        stored["kind"],
        place["name"],
        place["id"],
        place.get("relation"),
        place.get("landmark"),
        chain_of(stored["chain"]),
        stored["happened"]["text"],
        stored["happened"]["reading"],
        stored["reported"]["text"],
        stored["timezone"],
        stored.get("stance", "asserts"),
        stored.get("reliability", "F"),
        stored.get("credibility", "6"),
        verification_of(stored.get("verification", ())),
        source.get("publisher"),
        source.get("title"),
        source.get("url"),
        source.get("locator"),
        stored.get("summary"),
        stored.get("quote"),
        ";".join(f"{name}:{report}" for name, ids in links.items() for report in ids),
        ";".join(stored.get("tags", ())),
        canonical(stored["value"]).decode(),
        known,
        basis,
    ]


def _place(reference: Mapping[str, str], book: Book, zone: tzinfo) -> dict[str, Any]:
    defined = book.get(reference["id"])
    if defined is None:
        return {"id": reference["id"], "name": reference["name"]}
    form = definition(defined, book, zone)
    return form if defined.name == reference["name"] else form | {"as_reported": reference["name"]}


def definition(
    place: Place, book: Book, zone: tzinfo, seen: set[str] | None = None
) -> dict[str, Any]:
    """A place in the keys of a document; dates are days of `zone`.

    Its parents are nested, each where it is first named: no line leans on what another defines.
    """
    seen = {place.id} if seen is None else seen

    def nested(parent: str) -> dict[str, Any] | None:
        above = book.get(parent)
        if above is None or above.id in seen:
            return None
        seen.add(above.id)
        return definition(above, book, zone, seen)

    plain: dict[str, Any] = {"id": place.id, "name": place.name, "kind": place.kind}
    if place.parent is not None:
        plain["parent"] = nested(place.parent) or place.parent
    if place.parents:
        plain["parents"] = [
            ({"parent": above} if (above := nested(parent.id)) else {"id": parent.id})
            | ({"from": day_text(parent.since, zone)} if parent.since else {})
            | ({"to": day_text(parent.until, zone)} if parent.until else {})
            for parent in place.parents
        ]
    for name in ("members", "lat", "lon", "aliases", "admin1", "iso_3166_2"):
        value = getattr(place, name)
        if value not in (None, ()):
            plain[name] = value
    return plain


def day_text(day: Day, zone: tzinfo) -> str:
    """A text that reads as these very bounds in the zone: a year, month or day where one does."""
    first = ".." if day.earliest is None else day_of(day.earliest, zone).isoformat()
    last = ".." if day.latest is None else day_of(day.latest - 1, zone).isoformat()
    for text in (first[:4], first[:7], first, f"{first}/{last}"):
        with suppress(WhenError):
            when = parse_when(text, zone)
            if (when.earliest, when.latest) == (day.earliest, day.latest):
                return text
    begins = ".." if day.earliest is None else iso(day.earliest)
    ends = ".." if day.latest is None else iso(day.latest - 1)
    return f"{begins}/{ends}"
