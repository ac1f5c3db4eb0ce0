"""Dates as written, and the half-open bounds they stand for."""

from __future__ import annotations

import calendar
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.when import (
    FIRST,
    LAST,
    When,
    WhenError,
    iso,
    parse_cut,
    parse_when,
    quoted,
    zone_of,
)
from timeline.days import day_of, end_of_day, start_of_day

KYIV = ZoneInfo("Europe/Kyiv")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [
    UTC,
    KYIV,
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("America/Havana"),
]
DAY = 86_400_000_000

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
instants = st.datetimes(
    datetime.fromisoformat("1800-01-01"),
    datetime.fromisoformat("2300-01-01"),
    timezones=st.just(UTC),
).map(lambda moment: (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
zones = st.sampled_from(ZONES)
offsets = st.integers(-14 * 60, 14 * 60)
written = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y}"),
    instants.map(iso),
    st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2200-01-01")).map(
        lambda t: f"{t:%Y-%m-%dT%H:%MZ}"
    ),
)
date_like = st.text(alphabet="0123456789-:/.TZ?~%+ X", max_size=30)


def bounds(text: str, zone: tzinfo = UTC) -> tuple[str | None, str | None]:
    """Write both bounds, `None` where open."""
    when = parse_when(text, zone)
    low, high = (None if end is None else iso(end) for end in (when.earliest, when.latest))
    return low, high


def ends(when: When) -> tuple[int, int]:
    """Both bounds of a time that is open on neither side."""
    assert when.earliest is not None
    assert when.latest is not None
    return when.earliest, when.latest


def width(when: When) -> int:
    """How long such a time is, in microseconds."""
    earliest, latest = ends(when)
    return latest - earliest


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "year"),
        ("0002", "0002-01-01T00:00:00Z", "0003-01-01T00:00:00Z", "year"),
        ("0001", "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z", "year"),
        ("9998", "9998-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "year"),
        ("1969", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "year"),
        ("2025-10", "2025-10-01T00:00:00Z", "2025-11-01T00:00:00Z", "month"),
        ("2025-12", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z", "month"),
        ("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", "month"),
        ("2025-02", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z", "month"),
        ("9999-11", "9999-11-01T00:00:00Z", "9999-12-01T00:00:00Z", "month"),
        ("2025-10-27", "2025-10-27T00:00:00Z", "2025-10-28T00:00:00Z", "day"),
        ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "day"),
        ("2000-02-29", "2000-02-29T00:00:00Z", "2000-03-01T00:00:00Z", "day"),
        ("2025-12-31", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "day"),
        ("9999-12-30", "9999-12-30T00:00:00Z", "9999-12-31T00:00:00Z", "day"),
        ("2025-10-27T15:13Z", "2025-10-27T15:13:00Z", "2025-10-27T15:14:00Z", "minute"),
        ("2025-10-27T00:00Z", "2025-10-27T00:00:00Z", "2025-10-27T00:01:00Z", "minute"),
        ("2025-12-31T23:59Z", "2025-12-31T23:59:00Z", "2026-01-01T00:00:00Z", "minute"),
        ("2025-10-27T15:13+02:00", "2025-10-27T13:13:00Z", "2025-10-27T13:14:00Z", "minute"),
        ("2025-10-27T15:13+02", "2025-10-27T13:13:00Z", "2025-10-27T13:14:00Z", "minute"),
        ("2025-10-27T01:00+05:45", "2025-10-26T19:15:00Z", "2025-10-26T19:16:00Z", "minute"),
        ("2025-10-27T22:30-03:30", "2025-10-28T02:00:00Z", "2025-10-28T02:01:00Z", "minute"),
        ("2025-10-27T15:13:05Z", "2025-10-27T15:13:05Z", "2025-10-27T15:13:06Z", "second"),
        ("2025-10-27T15:13:05+02:00", "2025-10-27T13:13:05Z", "2025-10-27T13:13:06Z", "second"),
        ("2025-10-27T23:59:59Z", "2025-10-27T23:59:59Z", "2025-10-28T00:00:00Z", "second"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z", "second"),
        (
            "2025-10-27T15:13:05.5Z",
            "2025-10-27T15:13:05.500000Z",
            "2025-10-27T15:13:05.600000Z",
            "microsecond",
        ),
        (
            "2025-10-27T15:13:05.123Z",
            "2025-10-27T15:13:05.123000Z",
            "2025-10-27T15:13:05.124000Z",
            "microsecond",
        ),
        (
            "2025-10-27T15:13:05.999999Z",
            "2025-10-27T15:13:05.999999Z",
            "2025-10-27T15:13:06Z",
            "microsecond",
        ),
        ("2025-10-20/2025-10-27", "2025-10-20T00:00:00Z", "2025-10-28T00:00:00Z", "interval"),
        ("2025-10-27/2025-10-27", "2025-10-27T00:00:00Z", "2025-10-28T00:00:00Z", "interval"),
        ("2025/2026", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "interval"),
        ("2025-09/2025-10-05", "2025-09-01T00:00:00Z", "2025-10-06T00:00:00Z", "interval"),
        ("2025-10-27/2025-10", "2025-10-27T00:00:00Z", "2025-11-01T00:00:00Z", "interval"),
        ("2025/2025-01", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "interval"),
        ("../2025-10-15", None, "2025-10-16T00:00:00Z", "interval"),
        ("2025-10-26/..", "2025-10-26T00:00:00Z", None, "interval"),
        ("2025-10-26T06:00Z/..", "2025-10-26T06:00:00Z", None, "interval"),
        (
            "2025-10-26/2025-10-27T15:13Z",
            "2025-10-26T00:00:00Z",
            "2025-10-27T15:14:00Z",
            "interval",
        ),
    ],
)
def test_a_text_stands_for_its_bounds(
    text: str, earliest: str | None, latest: str | None, precision: str
) -> None:
    """A date is as wide as the unit written, and an interval runs to the end of its end."""
    assert bounds(text) == (earliest, latest)
    assert parse_when(text, UTC).precision == precision


@pytest.mark.parametrize(
    ("text", "zone", "earliest", "latest"),
    [
        ("2025-10-27", "Europe/Kyiv", "2025-10-26T22:00:00Z", "2025-10-27T22:00:00Z"),
        ("2025-10-26", "Europe/Kyiv", "2025-10-25T21:00:00Z", "2025-10-26T22:00:00Z"),
        ("2025-03-30", "Europe/Kyiv", "2025-03-29T22:00:00Z", "2025-03-30T21:00:00Z"),
        ("2025-10", "Europe/Kyiv", "2025-09-30T21:00:00Z", "2025-10-31T22:00:00Z"),
        ("2025", "Asia/Kathmandu", "2024-12-31T18:15:00Z", "2025-12-31T18:15:00Z"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        ("2018-11-03", "America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"),
        ("2023-11-05", "America/Havana", "2023-11-05T04:00:00Z", "2023-11-06T05:00:00Z"),
        ("2011-12-29", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        ("2025-10-27T15:13Z", "Europe/Kyiv", "2025-10-27T15:13:00Z", "2025-10-27T15:14:00Z"),
    ],
)
def test_a_date_is_a_day_of_its_zone(text: str, zone: str, earliest: str, latest: str) -> None:
    """A day runs from one local midnight to the next, be it 23 or 25 hours."""
    assert bounds(text, zone_of(zone)) == (earliest, latest)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2025-10-27", False, False),
        ("2025-10-27?", False, True),
        ("2025-10~", True, False),
        ("2025%", True, True),
        ("2025-10-27T15:13Z~", True, False),
        ("2025-10-20?/2025-10-27", False, True),
        ("2025-10-20/2025-10-27~", True, False),
        ("2025-10-20?/2025-10-27~", True, True),
        ("../2025-10-27%", True, True),
        ("2025-10-20~/..", True, False),
    ],
)
def test_a_qualifier_marks_the_whole_and_moves_no_bound(
    text: str, approximate: bool, uncertain: bool
) -> None:
    """`?`, `~` and `%` say how sure the date is, and leave its bounds alone."""
    when = parse_when(text, UTC)
    assert (when.approximate, when.uncertain) == (approximate, uncertain)
    assert bounds(text) == bounds(text.translate({ord(mark): None for mark in "?~%"}))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty"),
        ("2025-10-27T15:13", "add Z"),
        ("2025-10-27T15:13:05", "add Z"),
        ("2025-10-20/2025-10-27T15:13", "add Z"),
        ("27.10.2025", "write year-month-day"),
        ("10/27/2025", "write year-month-day"),
        ("27-10-2025", "write year-month-day"),
        ("10/27/25", "write year-month-day"),
        ("2025/10/27", "write year-month-day"),
        ("2025.10.27", "write year-month-day"),
        ("20251027", "write year-month-day"),
        ("2025-1-5", "write two"),
        ("2025-02-30", "ends on 2025-02-28"),
        ("2024-02-30", "ends on 2024-02-29"),
        ("1900-02-29", "ends on 1900-02-28"),
        ("2025-11-31", "ends on 2025-11-30"),
        ("2025-13", "write one from 01 to 12"),
        ("2025-00", "write one from 01 to 12"),
        ("2025-10-00", "write one from 01 to 31"),
        ("2025-10-32", "write one from 01 to 31"),
        ("2025-10-27T24:00Z", "T00:00 of the next day"),
        ("2025-10-27T25:00Z", "write one from 00 to 23"),
        ("2025-10-27T15:60Z", "write one from 00 to 59"),
        ("2025-10-27T15:13:60Z", "leap second as :59"),
        ("2025-10-27T15:13:61Z", "write one from 00 to 59"),
        ("2025-10-27T15:13+24:00", "offset hour 24"),
        ("2025-10-27T15:13+02:60", "offset minute 60"),
        ("2025-10-27T15:13+0200", "+02:00"),
        ("2025-10-27T15Z", "no minute"),
        ("2025-10-27T15:13:05.1234567Z", "at most six digits"),
        ("2025-10-27t15:13z", "write 2025"),
        ("2025-10-27 15:13Z", "with T before"),
        (" 2025-10-27", "white space"),
        ("Nov 8", "write it as 2025-10-27, with"),
        ("2025-10-27\n", "white space"),
        ("２０２５-10-27", "plain ASCII"),
        ("٢٠٢٥", "plain ASCII"),
        ("2025–10–27", "a dash that is no hyphen; write 2025-10-27 with plain"),
        ("0000", "write one from 0001 to 9999"),
        ("-0044", "four digits"),
        ("12025", "four digits"),
        ("Y12025", "four digits"),
        ("9999", "write .. for an open end"),
        ("9999-12", "write .. for an open end"),
        ("9999-12-31", "write .. for an open end"),
        ("9999-12-31T23:59Z", "write .. for an open end"),
        ("0001-01-01T00:00+02:00", "years 1 to 9999"),
        ("../..", "with a date on one side"),
        ("..", "with a date on one side"),
        ("2025/", "write .. for an open end"),
        ("/2025", "write .. for an open end"),
        ("/", "write .. for an open end"),
        ("2025/2026/2027", "write an interval as A/B"),
        ("2025-10-27/2025-10-26", "ends before it begins"),
        ("2025-10/2025-09", "ends before it begins"),
        ("2025-10-20/27", "'27' is a part of a date; write all of it, such as 2025-10-27"),
        ("2025-10-27??", "write %"),
        ("2025?-10-27", "at the end"),
        ("../2025-10-27?~", "write %"),
        ("2025-10-XX", "the part that is known"),
        ("yesterday", "write 2025"),
        ("October 2025", "white space"),
        ("2025-10-20 to 2025-10-27", "names two dates; write it as 2025-10-20/2025-10-27"),
        ("2025-10-20 – 2025-10-27", "names two dates; write it as 2025-10-20/2025-10-27"),
        ("2025-10-20–2025-10-27", "names two dates; write it as 2025-10-20/2025-10-27"),
        ("2025-10-20..2025-10-27", "names two dates; write it as 2025-10-20/2025-10-27"),
        ("“2025-10-27”", "in quotes that are not plain; write it without them"),
    ],
)
def test_a_text_that_is_no_date_is_refused_with_what_is_right(text: str, hint: str) -> None:
    """Nothing is guessed: one line says what is wrong, and then what to write."""
    with pytest.raises(WhenError) as refused:
        parse_when(text, UTC)
    message = str(refused.value)
    assert hint in message
    assert "; " in message
    assert "\n" not in message


def test_a_day_that_a_zone_left_out_is_refused() -> None:
    """Samoa crossed the date line and had no 30 December 2011."""
    with pytest.raises(WhenError, match="left out in Pacific/Apia"):
        parse_when("2011-12-30", APIA)


def test_the_first_day_in_a_zone_east_of_utc_is_before_the_calendar() -> None:
    """A bound that UTC cannot write is refused, and not cut off."""
    with pytest.raises(WhenError, match="years 1 to 9999"):
        parse_when("0001-01-01", KYIV)


def test_a_when_cannot_be_made_with_bounds_that_hold_nothing() -> None:
    """Bounds in the wrong order, equal, or both open are no time at all."""
    for earliest, latest in [(2, 1), (1, 1), (None, None)]:
        with pytest.raises(WhenError):
            When("x", earliest, latest, precision="interval")


@given(days, zones)
def test_a_day_matches_the_calendar(day: date, zone: tzinfo) -> None:
    """An independent reading by datetime gives the same bounds, in every zone."""
    midnights = [datetime(d.year, d.month, d.day, tzinfo=zone) for d in (day, day + timedelta(1))]
    when = parse_when(day.isoformat(), zone)
    assert [when.earliest, when.latest] == [
        calendar.timegm(midnight.utctimetuple()) * 1_000_000 for midnight in midnights
    ]


@given(st.integers(2, 9998), st.integers(1, 12))
def test_a_month_and_a_year_are_as_long_as_the_calendar_says(year: int, month: int) -> None:
    """The standard calendar counts the days of months and years."""
    of_month, of_year = (
        parse_when(text, UTC) for text in (f"{year:04d}-{month:02d}", f"{year:04d}")
    )
    assert width(of_month) == calendar.monthrange(year, month)[1] * DAY
    assert width(of_year) == (366 if calendar.isleap(year) else 365) * DAY


@given(days, zones)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: tzinfo) -> None:
    """Where one day ends the next begins, so every instant is of one day."""
    today, tomorrow = (parse_when(d.isoformat(), zone) for d in (day, day + timedelta(1)))
    assert today.latest == tomorrow.earliest


@given(written, zones)
def test_bounds_are_ordered_and_the_text_is_kept(text: str, zone: tzinfo) -> None:
    """Whatever is read has an instant in it, and is kept as it was written."""
    when = parse_when(text, zone)
    earliest, latest = ends(when)
    assert earliest < latest
    assert when.text == text


@given(written, written, zones)
def test_an_interval_runs_from_the_start_of_one_to_the_end_of_the_other(
    first: str, last: str, zone: tzinfo
) -> None:
    """An interval takes its bounds from its two sides, and is refused if they are reversed."""
    begin, end = parse_when(first, zone), parse_when(last, zone)
    if ends(end)[1] <= ends(begin)[0]:
        with pytest.raises(WhenError, match="ends before it begins"):
            parse_when(f"{first}/{last}", zone)
        return
    when = parse_when(f"{first}/{last}", zone)
    assert (when.earliest, when.latest) == (begin.earliest, end.latest)
    assert parse_when(f"{first}/..", zone).earliest == begin.earliest
    assert parse_when(f"../{last}", zone).latest == end.latest


@given(instants, st.integers(0, 6), offsets, zones)
def test_an_instant_is_as_wide_as_written_in_any_zone(
    instant: int, digits: int, offset: int, zone: tzinfo
) -> None:
    """The width is the last unit written, and the offset alone says where the instant lies."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    fraction = f".{local.microsecond:06d}"[: digits + 1] if digits else ""
    sign, shift = "-" if offset < 0 else "+", abs(offset)
    when = parse_when(
        f"{local:%Y-%m-%dT%H:%M:%S}{fraction}{sign}{shift // 60:02d}:{shift % 60:02d}", zone
    )
    earliest, latest = ends(when)
    assert latest - earliest == 10 ** (6 - digits)
    assert earliest <= instant < latest


@given(instants)
def test_iso_reads_back_as_the_same_instant(instant: int) -> None:
    """What is written for an instant begins at that instant."""
    assert parse_when(iso(instant), UTC).earliest == instant
    assert iso(instant).endswith("Z")
    assert ("." in iso(instant)) == (instant % 1_000_000 != 0)


@given(st.text(max_size=40) | date_like, zones)
def test_any_text_is_read_or_refused_in_one_line(text: str, zone: tzinfo) -> None:
    """No text brings anything but a date or a WhenError that shows no control character."""
    message = ""
    try:
        assert parse_when(text, zone).text == text
    except WhenError as refused:
        message = str(refused)
    assert message.isprintable()


def test_a_long_or_hostile_text_is_echoed_short_and_visible() -> None:
    """An error message carries at most some sixty characters of what was written."""
    assert quoted("2025\x1b[2J\u202e") == r"'2025\x1b[2J\u202e'"
    assert quoted("5" * 60) == f"'{'5' * 60}'"
    assert quoted("5" * 61) == f"'{'5' * 59}…'"
    assert len(quoted("\x1b" * 60)) == len(quoted("5" * 61)) == 62
    assert len(quoted("\x1b" + "5" * 57)) == 62
    for text in ["9" * 1_000_000, "9" * 100_000 + "/" * 100_000, "\U000e0001" * 1000, "T" * 5000]:
        with pytest.raises(WhenError) as refused:
            parse_when(text, UTC)
        assert len(quoted(text)) <= 64
        assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    ("value", "cut"),
    [
        ("2025-10-27", "2025-10-27T22:00:00Z"),
        ("2025-10", "2025-10-31T22:00:00Z"),
        ("2025", "2025-12-31T22:00:00Z"),
        ("2025-10-27T15:13Z", "2025-10-27T15:14:00Z"),
        (date(2025, 10, 26), "2025-10-26T22:00:00Z"),
        (datetime(2025, 10, 27, 15, 13, tzinfo=UTC), "2025-10-27T15:13:01Z"),
        (datetime(2025, 10, 27, 15, 13, 5, 7, tzinfo=UTC), "2025-10-27T15:13:05.000008Z"),
        (datetime(2025, 10, 27, 15, 13, tzinfo=KYIV), "2025-10-27T13:13:01Z"),
        (datetime(1900, 1, 1, tzinfo=KYIV), "1899-12-31T21:57:57Z"),
        # The last that has an end in the calendar.
        (datetime(9999, 12, 31, 23, 59, 59, 999_998, UTC), "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_cut_is_the_exclusive_end_of_what_was_asked(value: str | date, cut: str) -> None:
    """A date is cut at the end of that day in the store's zone, an instant at that of its unit."""
    assert iso(parse_cut(value, KYIV)) == cut


@pytest.mark.parametrize(
    "value",
    [
        "2025-10-20/2025-10-27",
        "../2025-10-27",
        "2025-10-27/..",
        "..",
        "2025-10-27?",
        "2025~",
        "now",
        "",
        "2025-10-27T15:13",
        datetime.fromisoformat("2025-10-27"),
        datetime.max.replace(tzinfo=UTC),
        date.max,
    ],
)
def test_a_cut_that_is_not_one_exact_moment_is_refused(value: str | date) -> None:
    """Intervals, open ends, qualifiers and naive datetimes leave open when to cut."""
    with pytest.raises(WhenError, match="; "):
        parse_cut(value, UTC)


@pytest.mark.parametrize("value", ["now", "", "+2025", "2025-W43", "2025-10-20 to 2025-10-27"])
def test_what_is_no_cut_is_not_told_to_be_an_interval(value: str) -> None:
    """Which would be refused as well."""
    with pytest.raises(WhenError) as caught:
        parse_cut(value, UTC)
    assert "interval" not in str(caught.value)


@given(instants, offsets)
def test_an_aware_datetime_cuts_where_its_text_does(instant: int, offset: int) -> None:
    """A program and a command line that name the same instant ask the same question."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    assert parse_cut(local, UTC) == parse_cut(local.isoformat(), KYIV)


@pytest.mark.parametrize("name", ["UTC", "Europe/Kyiv", "Africa/Khartoum", "Etc/GMT+3"])
def test_a_zone_is_found_by_its_iana_name(name: str) -> None:
    """The zone found writes the name it was asked for."""
    assert str(zone_of(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "utc",
        "Europe",
        "Europe/Pokrovsk",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "right/UTC",
        "+02:00",
        "UTC+2",
        "\x00",
        "�",
        "A" * 9999,
        "Europe/Kyiv\n",
    ],
)
def test_an_unknown_zone_is_refused_with_what_is_right(name: str) -> None:
    """A zone has to mean the same on every machine."""
    with pytest.raises(WhenError, match="IANA name such as Europe/Kyiv, or UTC"):
        zone_of(name)


@pytest.mark.parametrize("instant", [10**18, -(10**18)])
def test_an_instant_outside_the_calendar_cannot_be_written(instant: int) -> None:
    """The calendar of datetime ends with the year 9999."""
    with pytest.raises(WhenError, match="outside the calendar"):
        iso(instant)


def test_reading_dates_in_utc_does_not_load_the_zone_database() -> None:
    """A question to a store in UTC starts without zoneinfo."""
    code = (
        "import sys; from events.when import *; parse_when('2025', zone_of('UTC'));"
        "sys.exit('zoneinfo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/Kyiv", "America/New_York"])
def test_days_follow_each_other_to_both_ends_of_the_calendar(zone: str) -> None:
    """Each begins as the one before ends; where clocks run ahead or behind, the first and last."""
    clock = zone_of(zone)
    for first in (date.min, date(2025, 10, 25), date.max - timedelta(days=3)):
        days = [first + timedelta(days=n) for n in range(4)]
        begins, ends = ([at(day, clock) for day in days] for at in (start_of_day, end_of_day))
        assert begins[1:] == ends[:-1]
        assert all(begin < end for begin, end in zip(begins, ends, strict=True))
        assert [day_of(end - 1, clock) for end in ends] == days
    assert (day_of(FIRST, clock), day_of(LAST, clock)) == (date.min, date.max)
