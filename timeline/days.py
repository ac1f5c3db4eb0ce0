"""Days of a zone and the instants at which they end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from events.when import DAY, EPOCH, FIRST, LAST, WhenError, parse_cut, zone_of
from timeline.errors import BadQuestion

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant


def day_of(instant: Instant, zone: tzinfo) -> date:
    """The day of the zone in which an instant lies."""
    return local(instant, zone).date()


def local(instant: Instant, zone: tzinfo) -> datetime:
    """An instant as clocks in the zone show it, or the end of the calendar that it lies beyond."""
    try:
        return (EPOCH + timedelta(microseconds=instant)).astimezone(zone)
    except OverflowError:  # in year 1 or 9999 of UTC, and before or after it there
        if instant < 0:
            return datetime.min.replace(tzinfo=zone)
        return datetime.max.replace(tzinfo=zone)


def end_of_day(day: date, zone: tzinfo) -> Instant:
    """The exclusive end of a day of the zone; of the last of the calendar, its last instant."""
    if day == date.max:
        return LAST
    if day == date.min:  # where clocks are ahead of UTC it begins before what can be told
        return parse_cut(day + timedelta(days=1), zone) - DAY
    return parse_cut(day, zone)


def start_of_day(day: date, zone: tzinfo) -> Instant:
    """The first instant of a day of the zone; of the first of the calendar, its first instant."""
    return FIRST if day == date.min else end_of_day(day - timedelta(days=1), zone)


def require_zone(name: str) -> None:
    """Raise `BadQuestion` unless dates of a new store can be days of this zone."""
    try:
        zone_of(name)
    except WhenError as error:
        raise BadQuestion(f"timezone: {error}") from None
