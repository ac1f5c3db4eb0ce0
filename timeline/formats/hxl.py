"""Tags of the Humanitarian Exchange Language (HXL 1.1) for the columns of tables."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from timeline.projections import OURS

if TYPE_CHECKING:
    from timeline.formats.wanted import What

TAGS: Final[Mapping[str, str]] = {
    "place": "#loc+name",
    "place_id": "#loc+code",
    "admin1": "#adm1+name",
    "iso_3166_2": "#adm1+code+v_iso3166_2",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "relation": "#loc+relation",
    "landmark": "#loc+landmark",
    "kind": "#event+type",
    "facet": "#event+facet",
    "subject": "#event+subject",
    "party": "#org+party",
    "chain": "#org+chain+list",
    "measure": "#indicator+name",
    "status": "#status+name",
    "by": "#group+by",
    "share": "#indicator+num+share",
    "low": "#indicator+num+min",
    "best": "#indicator+num+best",
    "high": "#indicator+num+max",
    "value_json": "#meta+value+json",
    "stance": "#event+stance",
    "read_as": "#meta+read_as",
    # Dates as written may be intervals, open or about: #date is for what every reader can parse.
    "happened": "#description+occurred",
    "happened_reading": "#meta+occurred+reading",
    "valid_from": "#date+occurred+start",
    "valid_to": "#date+occurred+end",
    "time_precision": "#meta+occurred+precision",
    "certainty": "#status+certainty",
    "ended": "#status+ended",
    "reported_at": "#description+reported",
    "known_from": "#date+reported",
    "recorded_at": "#date+recorded",
    "known_as_of": "#date+cut+known",
    "valid_as_of": "#date+cut+valid",
    "reliability": "#meta+source+reliability",
    "credibility": "#meta+source+credibility",
    "verification": "#status+verification+list",
    "source": "#meta+source+name",
    "source_title": "#meta+source+title",
    "source_url": "#meta+source+url",
    "source_locator": "#meta+source+locator",
    "summary": "#description",
    "quote": "#description+quote",
    "claim_id": "#meta+id+claim",
    "claim_ids": "#meta+id+claim+list",
    "report_id": "#meta+id+report",
    "supersedes": "#meta+id+replaced",
    "basis": "#meta+basis",
    "day": "#date+day",
    "change": "#event+change",
    "replaces": "#meta+id+before",
    "timezone": "#meta+timezone",
    "links": "#meta+links+list",
    "tags": "#meta+tags+list",
    "reports": "#indicator+num+reports",
    "happenings": "#indicator+num+events",
    "possible": "#indicator+num+events+possible",
    "from": "#date+start",
    "to": "#date+end",
    "agreement": "#status+agreement",
    "assessors": "#indicator+num+assessors",
    "oldest": "#date+start",
    "newest": "#date+end",
}
"""Of our own columns; those of assessors, and of projections, have their own name in the tag."""


def tags(header: Sequence[str], what: What) -> list[str]:
    """The row of tags under the header of an export.

    A column of `control` that is not ours is a party's status. A projection may call a column as
    one of ours, and mean something else: who ground went `from`, and not a date.
    """
    other = "#status+by" if what == "control" else "#indicator"
    ours = OURS if what == "projection" else TAGS.keys()
    attributes = {name: _attribute(name) for name in header if name not in ours}
    shared = Counter(attributes.values())
    for name, attribute in attributes.items():
        if shared[attribute] > 1:
            attributes[name] = f"{attribute}_{_mark(name)}"
    return [TAGS[name] if name in ours else f"{other}+{attributes[name]}" for name in header]


def _attribute(name: str) -> str:
    """A name as HXL has attributes: a letter first, then letters, digits and underscores.

    One in another script has no letters there, and is told from others by its hash.
    """
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")
    if not re.search("[a-z]", plain) and not name.isascii():
        return f"x_{_mark(name)}"
    return plain if plain[:1].isalpha() else f"x_{plain or 'other'}"


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
