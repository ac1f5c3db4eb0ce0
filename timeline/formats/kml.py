"""Claims as KML 2.2, each with the time it speaks of: for Google Earth, QGIS and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from events.when import iso
from timeline.formats.columns import chain_of, verification_of
from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import Frame, speaker, through, when

if TYPE_CHECKING:
    from timeline.formats.spells import Spell

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
)
# What XML 1.0 has no way to write.
_FORBIDDEN: Final = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def kml(spells: Iterator[Spell], title: str, about: str, frame: Frame) -> Iterator[bytes]:
    """The bytes of one document: a placemark for each claim.

    The point is that of the claim's place; a placemark of a place without coordinates has none.
    Viewers show a description as HTML, and a name or a value as it is: so each is written.
    """
    yield (
        f"{_HEAD}\n<Document>\n<name>{_text(title)}</name>\n"
        f"<description>{_html(about)}</description>\n"
    ).encode()
    for one in spells:
        yield _placemark(one, frame).encode()
    yield b"</Document>\n</kml>\n"


def _placemark(one: Spell, frame: Frame) -> str:
    claim, place = one.claim, one.place
    where, who = place.name if place else claim.place, speaker(claim, frame)
    said = " ".join(filter(None, (who, through(claim, frame))))
    lines = [said, when(claim), claim.summary or ""]
    point = ""
    if place and place.lat is not None and place.lon is not None:
        at = f"{_degrees(place.lon)},{_degrees(place.lat)}"
        point = f"<Point><coordinates>{at}</coordinates></Point>\n"
    return (
        f"<Placemark>\n<name>{_text(f'{where}: {phrase(claim, frame.names)}')}</name>\n"
        f"<description>{_html(chr(10).join(filter(None, lines)))}</description>\n"
        f"{_span(one)}{_data(one)}{point}</Placemark>\n"
    )


def _degrees(value: float) -> str:
    """Degrees to the centimetre, without an exponent: viewers read only digits."""
    return f"{round(value, 7) + 0.0:.7f}".rstrip("0").rstrip(".")


def _span(one: Spell) -> str:
    begin = "" if one.begins is None else f"<begin>{iso(one.begins)}</begin>"
    end = "" if one.ends is None else f"<end>{iso(one.ends)}</end>"
    return f"<TimeSpan>{begin}{end}</TimeSpan>\n" if begin or end else ""


def _data(one: Spell) -> str:
    claim, place = one.claim, one.place
    cells = {
        "claim_id": claim.claim,
        "report_id": claim.report,
        "place": place.name if place else claim.place,
        "place_id": claim.place,
        "relation": claim.relation,
        "landmark": claim.landmark,
        "kind": claim.kind,
        "facet": claim.facet,
        "subject": claim.subject,
        "party": claim.party,
        "chain": chain_of(claim.chain),
        "happened": claim.happened,
        "happened_reading": claim.happened_reading,
        "certainty": claim.certainty,
        "reported_at": claim.reported,
        "known_from": claim.known_from,
        "reliability": claim.reliability,
        "credibility": claim.credibility,
        "verification": verification_of(claim.verification),
        "disputes": ";".join(claim.disputes),
    }
    data = "".join(
        f'<Data name="{name}"><value>{_text(cell)}</value></Data>\n'
        for name, cell in cells.items()
        if cell
    )
    return f"<ExtendedData>\n{data}</ExtendedData>\n"


def _html(text: str) -> str:
    """HTML that shows a text as it is, line by line."""
    return _text("<br>".join(map(escape, text.split("\n"))))


def _text(text: str) -> str:
    lines = (safe(line) for line in text.split("\n"))
    return escape(re.sub(_FORBIDDEN, "", "\n".join(lines)))
