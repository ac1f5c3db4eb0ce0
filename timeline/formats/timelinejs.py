"""Claims as the JSON that TimelineJS draws; what is not certain of a date is in `display_date`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from html import escape
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.days import local
from timeline.formats.spells import date_in_words
from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import SHORT, Frame, speaker, through, when

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.formats.spells import Spell

_json = msgspec.json.Encoder().encode
_LAST: Final = time(23, 59, 58)


def timelinejs(
    spells: Iterator[Spell], title: str, about: str, frame: Frame, zone: tzinfo, *, several: bool
) -> Iterator[bytes]:
    """The bytes of one timeline: a title slide, then an event for each claim.

    With `several` places an event is grouped by its place, else by who says it. TimelineJS takes
    texts for HTML: what others wrote is escaped. A timeline of no event is one that
    TimelineJS refuses.
    """
    head = {"text": {"headline": escape(safe(title)), "text": f"<p>{escape(safe(about))}</p>"}}
    before = b'{"title":' + _json(head) + b',"events":['
    for one in spells:
        yield before + b"\n" + _json(_event(one, frame, zone, several=several))
        before = b","
    yield (before if before != b"," else b"") + b"\n]}\n"


def _event(one: Spell, frame: Frame, zone: tzinfo, *, several: bool) -> dict[str, object]:
    claim, who = one.claim, speaker(one.claim, frame)
    where = safe(one.place.name if one.place else claim.place)
    what = phrase(claim, frame.names)
    return _dates(one, zone) | {
        "display_date": escape(date_in_words(claim)),
        "group": escape(where if several else who),
        "unique_id": one.id,
        "text": {
            "headline": escape(f"{where}: {what}" if several else what),
            "text": "".join(f"<p>{escape(safe(line))}</p>" for line in _lines(one, who, frame)),
        },
    }


def _lines(one: Spell, who: str, frame: Frame) -> Iterator[str]:
    claim = one.claim
    yield " ".join(filter(None, (f"Says {who}", through(claim, frame))))
    if claim.summary:
        yield claim.summary
    marks = [when(claim)]
    marks += [] if claim.certainty == "certain" else [claim.certainty]
    marks += [word for word in ("ended", "late") if getattr(claim, word)]
    marks += [f"{mark['status']} by {frame.name(mark['by'])}" for mark in claim.verification]
    if claim.disputes:
        marks.append("disputed by " + ", ".join(other[:SHORT] for other in claim.disputes))
    yield " · ".join([*marks, f"claim {claim.claim}"])


def _dates(one: Spell, zone: tzinfo) -> dict[str, object]:
    """Where it lies on the line; of what has no beginning, its end.

    TimelineJS takes a day for its first moment: the end of what lies within a day has its time,
    or it would come before the beginning.
    """
    end = None if one.ends is None else local(one.ends - 1, zone)
    begin = end if one.begins is None else local(one.begins, zone)
    if begin and end and end < begin:  # in a history what ended came as it went
        end = begin
    some = [at for at in (begin, end) if at]
    within = len({at.date() for at in some}) == 1 and not all(map(_on_edge, some))
    start, stop = (at and _date(at, exact=within or not _on_edge(at)) for at in (begin, end))
    return {
        name: date
        for name, date in (("start_date", start), ("end_date", stop))
        if date and (name == "start_date" or date != start)
    }


def _on_edge(at: datetime) -> bool:
    """Whether it is the first or the last moment of a day; a stop of a history is a second off."""
    return at.time() == time.min or at.time() >= _LAST


def _date(at: datetime, *, exact: bool) -> dict[str, int]:
    """A day, or an exact time of it."""
    parts = ("year", "month", "day", *(("hour", "minute", "second") if exact else ()))
    return {name: getattr(at, name) for name in parts}
