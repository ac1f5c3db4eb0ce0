"""The rule of as-of, clause by clause, as histories and what is known of them.

The numbers are those of the clauses. A report is of Alpha and made known on the day it is about,
unless it says otherwise.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import msgspec
import pytest
from domain import (
    READERS,
    SECOND,
    Report,
    Story,
    ask,
    clash,
    control,
    given,
    held_by,
    infiltration,
    losses,
    micros,
    told,
    view_reader,
)

from events.canonical import canonical
from events.when import zone_of
from timeline.cuts import cuts
from timeline.errors import UnknownPlace

# 1. Which versions count, and which one shows.


def test_a_report_counts_from_the_end_of_the_day_it_was_made_known() -> None:
    """Dated "27 Oct" it is known on Oct 27, and not at noon of it, nor the day before."""
    story = given(infiltration("gs", "2025-10-25", reported="2025-10-27"))
    story.known(on="2025-10-26").says()
    story.known(on="2025-10-27T12:00Z").says()
    story.known(on="2025-10-27").says(gs="certain")


def test_a_report_made_known_at_a_minute_counts_from_its_end() -> None:
    """Published at 15:13Z, it is known at 15:13Z and not a minute earlier."""
    story = given(infiltration("gs", "2025-10-25", reported="2025-10-27T15:13Z"))
    story.known(on="2025-10-27T15:12Z").says()
    story.known(on="2025-10-27T15:13Z").says(gs="certain")


def test_an_october_report_filed_in_november_belongs_to_october() -> None:
    """It was known in October, and this log could not have said so then."""
    story = given().later("2025-11-10").filed(infiltration("gs", "2025-10-27"))
    story.known(on="2025-10-27").says(gs="certain")
    story.known(on="2025-10-27", recorded="2025-10-31").says()
    story.known(on="2025-10-27", recorded="2025-11-10").says()
    story.known(on="2025-10-27", recorded="2025-11-11").says(gs="certain")


def test_a_correction_shows_from_its_own_day() -> None:
    """Of one report one version shows: before the correction the first, then the corrected."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="50", reported="2025-10-25")
    assert story.known(on="2025-10-24").best("gs") == 200
    assert story.known(on="2025-10-25").best("gs") == 50


def test_a_correction_dated_before_its_report_never_shows_while_the_report_does() -> None:
    """The version with the greatest knowledge shows, whichever was recorded last."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="50", happened="2025-10-18", reported="2025-10-18")
    assert story.known(on="2025-10-19").best("gs") == 50
    assert story.known(on="2025-10-20").best("gs") == 200


def test_of_two_corrections_of_one_day_the_one_recorded_last_shows() -> None:
    """Equal knowledge: the position in the log decides."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="50", reported="2025-10-25")
    story.corrected("gs", size="60", reported="2025-10-25")
    assert story.known(on="2025-10-25").best("gs") == 60


def test_two_corrections_recorded_in_the_other_order_than_reported() -> None:
    """The later reported shows from its day on, though it was recorded first."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="50", reported="2025-10-28")
    story.corrected("gs", size="60", reported="2025-10-25")
    shown = [story.known(on=f"2025-10-{day}").best("gs") for day in (24, 25, 27, 28)]
    assert shown == [200, 60, 60, 50]


def test_a_correction_of_a_correction() -> None:
    """Each stands in its own time."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="50", reported="2025-10-22")
    story.corrected("gs", size="70", reported="2025-10-24")
    shown = [story.known(on=f"2025-10-{day}").best("gs") for day in (21, 23, 24)]
    assert shown == [200, 50, 70]


def test_a_correction_may_move_the_place() -> None:
    """From its day on the report is of Beta; before, it was of Alpha, and stays so."""
    story = given(infiltration("gs", "2025-10-20"))
    story.corrected("gs", place="Beta", reported="2025-10-25")
    story.known("Alpha", on="2025-10-24").says(gs="certain")
    story.known("Beta", on="2025-10-24").says()
    story.known("Alpha", on="2025-10-25").says()
    story.known("Beta", on="2025-10-25").says(gs="certain")


def test_a_correction_may_move_the_date() -> None:
    """Of Oct 20 it was thought to be of the 20th, and from the 25th on of the 23rd."""
    story = given(infiltration("gs", "2025-10-20"))
    story.corrected("gs", happened="2025-10-23", reported="2025-10-25")
    story.known(valid="2025-10-21", known="2025-10-24").says(gs="certain")
    story.known(valid="2025-10-21", known="2025-10-25").says()
    story.known(valid="2025-10-23", known="2025-10-25").says(gs="certain")


def test_a_retraction_takes_a_report_out_from_its_day_on() -> None:
    """There before, gone after, and the answer of before has not changed by a byte."""
    story = given(infiltration("gs", "2025-10-20"), clash("mod", "2025-10-20", by="ru"))
    before = story.known(on="2025-10-24").bytes
    story.retracted("gs", "2025-10-25")
    assert story.known(on="2025-10-24").bytes == before
    story.known(on="2025-10-24").says(gs="certain", mod="certain")
    story.known(on="2025-10-25").says(mod="certain")


def test_a_retraction_learned_late_but_dated_early() -> None:
    """Filed in December with a date in October, it withdraws from October on, but not then."""
    story = given(infiltration("gs", "2025-10-20")).later("2025-12-10")
    story.retracted("gs", "2025-10-22")
    story.known(on="2025-10-21").says(gs="certain")
    story.known(on="2025-10-22").says()
    story.known(on="2025-10-22", recorded="2025-12-09").says(gs="certain")


def test_a_correction_after_a_retraction_reinstates() -> None:
    """Withdrawn on the 22nd, said again on the 25th."""
    story = given(infiltration("gs", "2025-10-20", size="200")).retracted("gs", "2025-10-22")
    story.corrected("gs", size="150", reported="2025-10-25")
    story.known(on="2025-10-24").says()
    story.known(on="2025-10-25").says(gs="certain")
    assert story.known(on="2025-10-25").best("gs") == 150


def test_a_retraction_is_overtaken_by_a_correction_that_was_recorded_before_it() -> None:
    """What counts is what the world learned last, not what the log took in last."""
    story = given(infiltration("gs", "2025-10-20"))
    story.corrected("gs", size="150", reported="2025-10-25")
    story.retracted("gs", "2025-10-22")
    story.known(on="2025-10-23").says()
    story.known(on="2025-10-26").says(gs="certain")


def test_a_mend_takes_our_own_slip_out_at_every_cut_of_knowledge() -> None:
    """We typed 2000 for 200: nobody ever reported 2000, so no answer says so again."""
    story = given(infiltration("gs", "2025-10-20", size="2000"))
    story.mended("gs", size="200")
    assert story.known(on="2025-10-20").best("gs") == 200
    assert story.known(on="2025-10-30").best("gs") == 200


def test_a_mend_takes_the_slip_out_from_its_own_record_time_on() -> None:
    """What the log said before it was mended can still be asked."""
    story = given().later("2025-11-01").filed(infiltration("gs", "2025-10-20", size="2000"))
    story.later("2025-11-05").mended("gs", size="200")
    assert story.known(on="2025-10-20", recorded="2025-11-04").best("gs") == 2000
    assert story.known(on="2025-10-20", recorded="2025-11-06").best("gs") == 200


def test_a_mend_of_the_date_leaves_nothing_behind() -> None:
    """Filed as known on the 2nd where the source says the 20th: on the 19th nothing is known."""
    story = given(infiltration("gs", "2025-10-02"))
    story.mended("gs", happened="2025-10-20", reported="2025-10-20")
    story.known(on="2025-10-19").says()
    story.known(on="2025-10-20").says(gs="certain")


def test_a_mend_takes_out_only_the_version_before_it() -> None:
    """A slip in the correction leaves the first version as it was."""
    story = given(infiltration("gs", "2025-10-20", size="200"))
    story.corrected("gs", size="5", reported="2025-10-25")
    story.mended("gs", size="50", reported="2025-10-25")
    shown = [story.known(on=f"2025-10-{day}").best("gs") for day in (20, 25)]
    assert shown == [200, 50]


def test_a_mend_of_a_mend() -> None:
    """Two slips in a row are both gone."""
    story = given(infiltration("gs", "2025-10-20", size="2000"))
    story.mended("gs", size="20").mended("gs", size="200")
    assert story.known(on="2025-10-20").best("gs") == 200


def test_a_mend_takes_out_a_retraction_that_was_our_slip() -> None:
    """Withdrawn by mistake: it never was."""
    story = given(infiltration("gs", "2025-10-20")).retracted("gs", "2025-10-22")
    story.mended("gs", summary="as it was")
    story.known(on="2025-10-23").says(gs="certain")


def test_two_reports_of_one_place_do_not_touch_each_other() -> None:
    """A correction is of its report alone."""
    story = given(infiltration("gs", "2025-10-20"), infiltration("mod", "2025-10-20", by="ru"))
    story.retracted("gs", "2025-10-21")
    story.known(on="2025-10-22").says(mod="certain")


# 2. What holds, and how surely.


def test_a_claim_holds_from_its_earliest_instant() -> None:
    """Of Oct 20, and V the end of Oct 19: it does not hold yet."""
    story = given(infiltration("gs", "2025-10-20"))
    story.known(valid="2025-10-19", known="2025-10-30").says()
    story.known(valid="2025-10-20", known="2025-10-30").says(gs="certain")


def test_a_status_seen_to_hold_still_stands_long_after() -> None:
    """Nothing says that it ended; beginning and end are unknown."""
    given(infiltration("gs", "2025-10-20")).known(on="2026-03-01").says(gs="certain")


def test_what_was_within_an_interval_is_certain_when_it_is_over() -> None:
    """Taken at some moment of Oct 10 to 20: by the 15th possibly, by the 20th surely."""
    story = given(
        told("gs", "territory_change", "2025-10-10/2025-10-20", reported="2025-10-25",
             extent="whole", to="ua")
    )  # fmt: skip
    story.known(valid="2025-10-09", known="2025-10-30").says()
    story.known(valid="2025-10-15", known="2025-10-30").says(gs="possible")
    story.known(valid="2025-10-20", known="2025-10-30").says(gs="certain")


def test_what_is_told_as_having_happened_does_not_lie_after_the_telling() -> None:
    """ "In October", told on the 12th, had happened by the end of the 12th."""
    story = given(
        told("gs", "territory_change", "2025-10", reported="2025-10-12", extent="whole", to="ua")
    )
    story.known(valid="2025-10-11", known="2025-10-12").says(gs="possible")
    story.known(on="2025-10-12").says(gs="certain")


def test_an_interval_open_at_its_end_reaches_to_the_telling() -> None:
    """ "Since Oct 20", told on the 22nd, speaks of the 22nd."""
    story = given(infiltration("gs", {"within": "2025-10-20/.."}, reported="2025-10-22"))
    story.known(valid="2025-10-21", known="2025-10-22").says(gs="possible")
    story.known(on="2025-10-22").says(gs="certain")


def test_an_interval_open_at_its_beginning_holds_at_any_earlier_time() -> None:
    """ "Some time up to Oct 15": possible long before, certain from the 15th."""
    story = given(
        told("gs", "territory_change", "../2025-10-15", reported="2025-10-20", extent="whole",
             to="ua")
    )  # fmt: skip
    story.known(valid="2020-01-01", known="2025-10-20").says(gs="possible")
    story.known(valid="2025-10-15", known="2025-10-20").says(gs="certain")


def test_what_lasted_is_certain_from_its_beginning() -> None:
    """During Oct 10 to 20, reported on the 25th: on the 15th it surely was so."""
    story = given(infiltration("gs", {"during": "2025-10-10/2025-10-20"}, reported="2025-10-25"))
    story.known(valid="2025-10-15", known="2025-10-30").says(gs="certain")


def test_what_lasted_to_a_stated_day_is_ended_on_the_next() -> None:
    """Stated through Oct 20, it is not ended on the 20th and is on the 21st."""
    story = given(infiltration("gs", {"during": "2025-10-10/2025-10-20"}, reported="2025-10-25"))
    story.known(valid="2025-10-20", known="2025-10-30").says(gs="certain")
    story.known(valid="2025-10-21", known="2025-10-30").says(gs="certain ended")


def test_what_lasts_without_a_stated_end_is_never_ended() -> None:
    """ "Since Oct 10" goes on."""
    story = given(infiltration("gs", {"during": "2025-10-10/.."}, reported="2025-10-12"))
    story.known(on="2026-10-10").says(gs="certain")


def test_what_was_seen_or_came_within_is_never_ended() -> None:
    """Only what lasted, with a stated end, can be."""
    story = given(
        infiltration("seen", {"at": "2025-10-10"}),
        infiltration("came", {"within": "2025-10-10"}, side="ua"),
    )
    story.known(on="2025-12-10").says(seen="certain", came="certain")


@pytest.mark.parametrize("mark", ["?", "~", "%"])
def test_an_uncertain_date_is_possible_at_most(mark: str) -> None:
    """`?`, `~` and `%` cap it, whatever its reading and however long ago."""
    for reading in ("during", "within", "at"):
        story = given(infiltration("gs", {reading: f"2025-10-10{mark}"}, reported="2025-10-10"))
        story.known(on="2025-12-10").says(gs=f"possible{' ended' * (reading == 'during')}")


def test_what_is_announced_ahead_is_marked_so() -> None:
    """Told on the 10th to be in force on the 20th."""
    story = given(told("deal", "ceasefire", "2025-10-20", reported="2025-10-10", phase="in_force"))
    story.known(on="2025-10-19").says()
    story.known(on="2025-10-20").says(deal="announced")
    story.known(on="2025-11-20").says(deal="announced")


def test_what_was_announced_is_announced_until_somebody_says_it_came() -> None:
    """The later report says that it came, and stands."""
    story = given(
        told("deal", "ceasefire", "2025-10-20", reported="2025-10-10", phase="in_force"),
        told("came", "ceasefire", "2025-10-21", phase="in_force"),
    )
    story.known(on="2025-10-20").says(deal="announced")
    story.known(on="2025-10-21").says(came="certain")


def test_what_begins_at_the_very_moment_of_the_telling_is_announced() -> None:
    """Told by the end of the 19th, beginning with the 20th."""
    story = given(infiltration("gs", "2025-10-20", reported="2025-10-19"))
    story.known(on="2025-10-20").says(gs="announced")


@pytest.mark.parametrize("mark", ["?", "~", "%"])
def test_what_is_announced_of_an_uncertain_date_is_announced_all_the_same(mark: str) -> None:
    """Nobody can have seen it, whatever its date."""
    story = given(infiltration("gs", f"2025-10-20{mark}", reported="2025-10-19"))
    story.filed(clash("raid", f"2025-10-20{mark}", reported="2025-10-19"))
    story.known(on="2025-10-20").says(gs="announced", raid="announced")


def test_what_begins_on_the_day_of_the_telling_is_not_announced() -> None:
    """Told on the 20th of the 20th."""
    story = given(infiltration("gs", {"during": "2025-10-20/2025-10-30"}, reported="2025-10-20"))
    story.known(on="2025-10-20").says(gs="certain")


# 3. Statuses.


def test_the_newer_of_one_party_replaces_the_older() -> None:
    """One series, one standing claim."""
    story = given(infiltration("old", "2025-10-20"), infiltration("new", "2025-10-24"))
    story.known(on="2025-10-23").says(old="certain")
    story.known(on="2025-10-24").says(new="certain")
    story.known(valid="2025-10-23", known="2025-10-30").says(old="certain")


def test_rivals_stand_side_by_side() -> None:
    """Another party's claim replaces nothing."""
    story = given(
        infiltration("gs", "2025-10-20"),
        infiltration("mod", "2025-10-24", by="ru"),
        infiltration("map", "2025-10-26", by="deepstate"),
    )
    story.known(on="2025-10-30").says(gs="certain", mod="certain", map="certain")


def test_a_newer_claim_filed_first_still_stands() -> None:
    """The order of arrival decides nothing: an older page fetched late replaces nothing."""
    story = given(infiltration("new", "2025-10-24"), infiltration("old", "2025-10-20"))
    story.known(on="2025-10-30").says(new="certain")


def test_kherson_stays_with_ukraine_though_the_older_page_was_fetched_last() -> None:
    """Published 14:27Z, said Russia; published 15:13Z, said Ukraine; filed the other way round."""
    story = given(
        control("ua-1513", "2022-11-11T15:13Z", held_by("ua"), by="wikipedia"),
        control("ua-1654", "2022-11-11T16:54Z", held_by("ua"), by="wikipedia"),
        control("ru-1427", "2022-11-11T14:27Z", held_by("ru"), by="wikipedia"),
    )
    story.known(on="2022-11-11T15:00Z").says(**{"ru-1427": "certain"})
    story.known(on="2022-11-11").says(**{"ua-1654": "certain"})


def test_a_claim_of_long_ago_told_lately_does_not_replace_what_was_seen_since() -> None:
    """Reported on the 30th, it speaks of the 10th; what was seen on the 20th stands."""
    story = given(
        infiltration("seen", "2025-10-20"), infiltration("old", "2025-10-10", reported="2025-10-30")
    )
    story.known(on="2025-10-30").says(seen="certain")


def test_of_two_that_reach_as_far_the_later_beginning_stands() -> None:
    """Both speak up to the 20th; the narrower says more of it."""
    story = given(
        infiltration("wide", {"during": "2025-10-01/2025-10-20"}, reported="2025-10-25"),
        infiltration("narrow", {"during": "2025-10-15/2025-10-20"}, reported="2025-10-24"),
    )
    story.known(on="2025-10-30").says(narrow="certain ended")


def test_of_two_with_one_span_the_later_told_stands() -> None:
    """Equal reach, equal beginning: the knowledge of the first version decides."""
    story = given(
        infiltration("late", "2025-10-20", reported="2025-10-26"),
        infiltration("soon", "2025-10-20", reported="2025-10-24"),
    )
    story.known(on="2025-10-30").says(late="certain")


def test_a_correction_does_not_make_a_report_newer_than_it_was() -> None:
    """What decides is when the report was first told, not when it was corrected."""
    story = given(
        infiltration("late", "2025-10-20", reported="2025-10-26"),
        infiltration("soon", "2025-10-20", reported="2025-10-24"),
    )
    story.corrected("soon", size="50", reported="2025-10-28")
    story.known(on="2025-10-30").says(late="certain")


def test_equal_in_all_three_all_stand() -> None:
    """Nothing picks a winner silently."""
    story = given(infiltration("one", "2025-10-20"), infiltration("two", "2025-10-20", size="9"))
    story.known(on="2025-10-30").says(one="certain", two="certain")


def test_a_span_reaches_no_further_than_the_question() -> None:
    """At V, both of two that go on beyond it reach V: then the later beginning stands."""
    story = given(
        infiltration("long", {"during": "2025-10-01/2025-10-30"}, reported="2025-11-02"),
        infiltration("short", {"during": "2025-10-10/2025-10-20"}, reported="2025-11-02"),
    )
    story.known(valid="2025-10-15", known="2025-11-05").says(short="certain")
    story.known(valid="2025-10-25", known="2025-11-05").says(long="certain")


def test_an_ended_claim_shows_as_ended_and_nothing_older_comes_back() -> None:
    """After the 20th it is ended; what was seen on the 5th does not return."""
    story = given(
        infiltration("seen", "2025-10-05"),
        infiltration("lasted", {"during": "2025-10-10/2025-10-20"}, reported="2025-10-25"),
    )
    story.known(on="2025-10-30").says(lasted="certain ended")


def test_what_is_older_comes_back_where_its_own_reach_covers_the_question() -> None:
    """The long one covers the 25th; the short one within it ended on the 20th."""
    story = given(
        infiltration("long", {"during": "2025-10-01/2025-10-30"}, reported="2025-11-02"),
        infiltration("short", {"during": "2025-10-10/2025-10-20"}, reported="2025-11-02"),
    )
    story.known(valid="2025-10-25", known="2025-11-05").says(long="certain")


def test_what_is_said_of_the_station_does_not_replace_what_is_said_of_the_city() -> None:
    """A landmark is a location of its own."""
    story = given(
        infiltration("city", "2025-10-20"),
        infiltration("station", "2025-10-22", landmark="train station"),
        infiltration("edge", "2025-10-22", relation="southwest"),
        infiltration("newer", "2025-10-24", landmark="Train  Station"),
    )
    story.known(on="2025-10-23").says(city="certain", station="certain", edge="certain")
    story.known(on="2025-10-24").says(city="certain", newer="certain", edge="certain")


def test_both_kinds_of_control_are_one_topic() -> None:
    """A capture of the whole replaces the assessment of before, and the other way round."""
    story = given(
        control("assessed", "2025-10-20", {"status": "contested"}),
        told("taken", "territory_change", "2025-10-22", extent="whole", to="ua"),
        control("again", "2025-10-24", {"status": "contested"}),
    )
    shown = [story.known(on=f"2025-10-{day}").said() for day in (20, 22, 24)]
    assert [list(one) for one in shown] == [["assessed"], ["taken"], ["again"]]


def test_other_kinds_are_topics_of_their_own() -> None:
    """A reinforcement does not replace an infiltration."""
    story = given(
        infiltration("in", "2025-10-20"), told("more", "reinforcement", "2025-10-22", side="ru")
    )
    story.known(on="2025-10-24").says(**{"in": "certain", "more": "certain"})


def test_sides_are_subjects_of_their_own_however_they_are_written() -> None:
    """`ru` and `RU` are one side, `ua` another."""
    story = given(
        infiltration("one", "2025-10-20", side="ru"),
        infiltration("two", "2025-10-22", side="RU"),
        infiltration("three", "2025-10-20", side="ua"),
    )
    story.known(on="2025-10-24").says(two="certain", three="certain")


def test_statements_are_told_apart_by_what_they_are_about() -> None:
    """A newer one replaces only what is about the same."""
    words = {"speech": "appeal", "proposition": "They ask."}
    story = given(
        told("one", "statement", "2025-10-20", about="talks", **words),
        told("two", "statement", "2025-10-22", about="talks", **words),
        told("three", "statement", "2025-10-20", about="prisoners", **words),
    )
    story.known(on="2025-10-24").says(two="certain", three="certain")


def test_who_speaks_in_public_for_another_owns_the_telling() -> None:
    """The party is the first of the chain that is not private."""
    story = given(
        infiltration("one", "2025-10-20", chain=[{"party": "putin", "channel": "private"}, "ua"]),
        infiltration("two", "2025-10-22", by="ua"),
    )
    story.known(on="2025-10-20").says(one="certain")
    assert story.known(on="2025-10-20").claim("one").party == "ua"
    story.known(on="2025-10-22").says(two="certain")


def test_a_possible_claim_is_listed_beside_the_standing_one() -> None:
    """Newer but of an uncertain date, it replaces nothing; one of the same day is no newer."""
    story = given(
        infiltration("sure", "2025-10-20"),
        infiltration("same", "2025-10-20?", reported="2025-10-20"),
        infiltration("maybe", "2025-10-24?", reported="2025-10-24"),
    )
    story.known(on="2025-10-24").says(sure="certain", maybe="possible")


def test_an_older_possible_claim_is_not_listed() -> None:
    """Only what is newer than the standing one is worth a second look."""
    story = given(
        infiltration("maybe", "2025-10-18?", reported="2025-10-18"),
        infiltration("sure", "2025-10-20"),
    )
    story.known(on="2025-10-19").says(maybe="possible")
    story.known(on="2025-10-24").says(sure="certain")


def test_possible_claims_do_not_replace_each_other() -> None:
    """Where none is certain, all that may hold are listed."""
    story = given(
        infiltration("one", "2025-10-18~", reported="2025-10-18"),
        infiltration("two", "2025-10-20~", reported="2025-10-20"),
    )
    story.known(on="2025-10-24").says(one="possible", two="possible")


# 4. Happenings.


def test_happenings_of_the_last_seven_days_are_shown() -> None:
    """By the day: seven days back from the end of the day asked."""
    story = given(clash("gs", "2025-10-20"))
    story.known(on="2025-10-19").says()
    story.known(on="2025-10-20").says(gs="certain")
    story.known(on="2025-10-26").says(gs="certain")
    story.known(on="2025-10-27").says()


def test_the_window_of_happenings_is_the_users() -> None:
    """A day, or a month."""
    story = given(clash("gs", "2025-10-20"))
    story.known(on="2025-10-21", window=1).says()
    story.known(on="2025-11-15", window=30).says(gs="certain")


def test_happenings_do_not_replace_each_other() -> None:
    """Two clashes are two."""
    story = given(clash("one", "2025-10-20"), clash("two", "2025-10-21"))
    story.known(on="2025-10-22").says(one="certain", two="certain")


def test_a_happening_partly_outside_the_window_is_possible() -> None:
    """Some time in Oct 15 to 22: it may lie before the window of the 24th, or after the 20th."""
    story = given(clash("gs", "2025-10-15/2025-10-22", reported="2025-10-23"))
    story.known(on="2025-10-24").says(gs="possible")
    story.known(valid="2025-10-20", known="2025-10-24").says(gs="possible")
    story.known(on="2025-10-24", window=14).says(gs="certain")


def test_a_happening_of_an_uncertain_date_is_possible() -> None:
    """Even wholly inside the window."""
    given(clash("gs", "2025-10-20~", reported="2025-10-20")).known(on="2025-10-21").says(
        gs="possible"
    )


def test_a_happening_announced_ahead_is_marked_so() -> None:
    """An exchange of prisoners set for the 20th: not begun by the end of the 19th."""
    for reported in ("2025-10-15", "2025-10-19"):
        story = given(told("swap", "capture", "2025-10-20", reported=reported, side="ru"))
        story.known(on="2025-10-18").says()
        story.known(on="2025-10-19").says()
        story.known(on="2025-10-21").says(swap="announced")
        story.known(on="2025-10-26").says(swap="announced")


def test_an_old_happening_first_known_in_the_window_is_marked_late() -> None:
    """Of Sep 1, told on Oct 20: news of October."""
    story = given(clash("gs", "2025-09-01", reported="2025-10-20"))
    story.known(on="2025-10-20").says(gs="certain late")


def test_what_was_announced_lately_is_late_for_a_time_long_after() -> None:
    """Asked in November by what was known in October: it never was certain."""
    story = given(told("swap", "capture", "2025-10-20", reported="2025-10-15", side="ru"))
    story.known(valid="2025-11-15", known="2025-10-16").says(swap="announced late")


def test_what_is_late_leaves_with_the_window_of_knowledge() -> None:
    """Known from the end of the 20th; a window of seven days ends with the 26th."""
    story = given(clash("gs", "2025-09-01", reported="2025-10-20"))
    story.known(on="2025-10-26").says(gs="certain late")
    story.known(on="2025-10-27").says()


def test_a_correction_does_not_make_old_news_late_again() -> None:
    """What decides is when it was first known."""
    story = given(clash("gs", "2025-09-01")).corrected("gs", reported="2025-10-20", summary="two")
    story.known(on="2025-10-20").says()


def test_a_version_dated_before_all_others_makes_late_news_old() -> None:
    """Filed last of four, it says that the world knew of it on the 1st already."""
    story = given(clash("gs", "2025-09-01", reported="2025-10-20"))
    for day in ("22", "24"):
        story.corrected("gs", summary=day, reported=f"2025-10-{day}")
    story.known(on="2025-10-24").says(gs="certain late")
    story.corrected("gs", summary="01", reported="2025-10-01")
    for day in ("20", "22", "24"):
        story.known(on=f"2025-10-{day}").says()


def test_what_lies_in_the_window_is_not_late() -> None:
    """Of the 18th, told on the 20th."""
    story = given(clash("gs", "2025-10-18", reported="2025-10-20"))
    story.known(on="2025-10-20").says(gs="certain")


def test_happenings_come_newest_first() -> None:
    """Whatever the order in which they were filed."""
    story = given(clash("b", "2025-10-21"), clash("c", "2025-10-22"), clash("a", "2025-10-20"))
    assert list(story.known(on="2025-10-22").said()) == ["c", "b", "a"]


def test_a_partial_change_of_territory_is_a_happening() -> None:
    """It says nothing of who holds the place."""
    story = given(
        control("map", "2025-10-20", {"status": "contested"}, by="ua"),
        told("gain", "territory_change", "2025-10-22", extent="part", to="ru"),
    )
    story.known(on="2025-10-23").says(map="certain", gain="certain")
    story.known(on="2025-11-23").says(map="certain")


def test_a_violation_of_a_ceasefire_is_a_happening() -> None:
    """It does not end the ceasefire."""
    story = given(
        told("deal", "ceasefire", "2025-10-20", phase="in_force"),
        told("shots", "ceasefire", "2025-10-21", violated="true"),
    )
    story.known(on="2025-10-22").says(deal="certain", shots="certain")


# 5. Sums.


def week(key: str, first: int, last: int, killed: str = "100", **rest: object) -> dict[str, object]:
    """Losses of Russia from one day of October to another, told on the day after."""
    span = f"2025-10-{first:02}/2025-10-{last:02}"
    return losses(key, span, **({"killed": killed, "reported": f"2025-10-{last + 1:02}"} | rest))


def test_periods_that_follow_each_other_add_up() -> None:
    """Two days, told apart."""
    story = given(week("one", 20, 20), week("two", 21, 21, "50"))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (150, 150, 150)}


def test_parties_are_never_added_up() -> None:
    """Each has its own sum, for each side."""
    story = given(
        week("one", 20, 20),
        week("two", 21, 21, "50", by="reuters"),
        week("three", 21, 21, "7", side="ua"),
    )
    assert story.known(on="2025-10-22").sums() == {
        ("reuters", "RU", "killed"): (50, 50, 50),
        ("ua", "RU", "killed"): (100, 100, 100),
        ("ua", "UA", "killed"): (7, 7, 7),
    }


def test_only_periods_wholly_inside_the_window_are_added() -> None:
    """The one that began before the window is shown, and not added."""
    story = given(week("in", 20, 21), week("out", 10, 17, "900"))
    answer = story.known(on="2025-10-22")
    answer.says(**{"in": "certain", "out": "possible"})
    assert answer.sums() == {("ua", "RU", "killed"): (100, 100, 100)}
    assert story.known(on="2025-10-22", window=14).sums() == {
        ("ua", "RU", "killed"): (1000, 1000, 1000)
    }


def test_of_overlapping_periods_of_one_party_the_widest_is_taken() -> None:
    """The week holds its days."""
    story = given(week("day", 20, 20, "40"), week("week", 17, 21, "100"), week("next", 22, 22, "5"))
    answer = story.known(on="2025-10-23")
    assert answer.sums() == {("ua", "RU", "killed"): (105, 105, 105)}
    assert set(answer.situation.sums[0].claims) == {
        answer.claim("week").claim,
        answer.claim("next").claim,
    }


@pytest.mark.parametrize("newest", ["one", "two"])
def test_of_periods_that_are_equally_wide_the_newest_is_taken(newest: str) -> None:
    """Whatever they are called, and whichever is the later."""
    told = {"one": "2025-10-23", "two": "2025-10-23"} | {newest: "2025-10-24"}
    story = given(
        losses("one", {"during": "2025-10-18/2025-10-20"}, killed="1", reported=told["one"]),
        losses("two", {"during": "2025-10-20/2025-10-22"}, killed="2", reported=told["two"]),
    )
    best = {"one": 1, "two": 2}[newest]
    assert story.known(on="2025-10-24").sums() == {("ua", "RU", "killed"): (best, best, best)}


def test_a_sum_without_a_high_is_open() -> None:
    """ "At least 30" leaves high open; "up to 50" leaves low at none."""
    story = given(week("one", 20, 20, "at least 30"), week("two", 21, 21, "50"))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (80, None, None)}
    story = given(week("one", 20, 20, "up to 50"))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (0, None, 50)}


def test_a_range_adds_its_ends() -> None:
    """ "20-30" and 50 are 70 to 80, best unknown."""
    story = given(week("one", 20, 20, "20-30"), week("two", 21, 21, "50"))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (70, None, 80)}


def test_dozens_are_counted_as_no_number() -> None:
    """Nothing fills in what nobody said."""
    story = given(week("one", 20, 20, "dozens"), week("two", 21, 21, "50"))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (50, None, None)}


def test_each_measure_has_its_own_sum() -> None:
    """Killed and wounded are not one number."""
    story = given(week("one", 20, 20, "5", wounded="8"), week("two", 21, 21, "6"))
    assert story.known(on="2025-10-22").sums() == {
        ("ua", "RU", "killed"): (11, 11, 11),
        ("ua", "RU", "wounded"): (8, 8, 8),
    }


def test_reports_linked_as_the_same_event_count_once() -> None:
    """Low is the least, high the greatest, best only where they agree."""
    same = {"links": {"same_event_as": "one"}}
    story = given(week("one", 20, 20, "40"), week("two", 20, 20, "60", **same))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (40, None, 60)}
    story = given(week("one", 20, 20, "40"), week("two", 20, 21, "40", **same))
    assert story.known(on="2025-10-22").sums() == {("ua", "RU", "killed"): (40, 40, 40)}


def test_links_of_the_same_event_are_transitive_while_all_of_them_count() -> None:
    """Three reports are one event by way of the second; withdrawn, it joins nothing."""
    story = given(
        week("one", 20, 20, "40"),
        week("two", 21, 21, "50", links={"same_event_as": ["one", "three"]}),
        week("three", 22, 22, "60"),
    )
    assert story.known(on="2025-10-24").sums() == {("ua", "RU", "killed"): (40, None, 60)}
    elsewhere = given(
        week("one", 20, 20, "40", links={"same_event_as": "there"}),
        week("two", 21, 21, "50", links={"same_event_as": "there"}),
        week("there", 21, 21, "60", place="Beta"),
    )
    assert elsewhere.known(on="2025-10-24").sums() == {("ua", "RU", "killed"): (40, None, 50)}
    elsewhere.retracted("there", "2025-10-24")
    assert elsewhere.known(on="2025-10-24").sums() == {("ua", "RU", "killed"): (90, 90, 90)}
    story.retracted("two", "2025-10-24")
    assert story.known(on="2025-10-24").sums() == {("ua", "RU", "killed"): (100, 100, 100)}
    assert story.known(on="2025-10-23").sums() == {("ua", "RU", "killed"): (40, None, 60)}


def test_links_join_nothing_across_parties() -> None:
    """The same event, told by two, stands in two sums."""
    story = given(
        week("one", 20, 20, "40"),
        week("two", 20, 20, "60", by="ru", links={"same_event_as": "one"}),
    )
    assert story.known(on="2025-10-22").sums() == {
        ("ru", "RU", "killed"): (60, 60, 60),
        ("ua", "RU", "killed"): (40, 40, 40),
    }


def test_a_denied_or_uncertainly_dated_number_is_not_added() -> None:
    """It is shown all the same."""
    story = given(
        week("no", 20, 20, "40", stance="denies"),
        losses("when", "2025-10-20~", reported="2025-10-21"),
    )
    answer = story.known(on="2025-10-22")
    answer.says(no="certain", when="possible")
    assert answer.sums() == {}


def test_a_late_number_is_not_added() -> None:
    """Of September, told in the window: shown as late."""
    story = given(losses("late", "2025-09-01", reported="2025-10-20"), week("in", 19, 19, "5"))
    answer = story.known(on="2025-10-20")
    answer.says(late="certain late", **{"in": "certain"})
    assert answer.sums() == {("ua", "RU", "killed"): (5, 5, 5)}


def test_a_sum_tells_where_it_was() -> None:
    """Losses near the station, and those near the mill, are sums of their own."""
    near = {"relation": "near", "landmark": "the Station"}, {"relation": "near", "landmark": "mill"}
    story = given(
        losses("a", "2025-10-20", killed="5", **near[0]),
        losses("b", "2025-10-21", killed="6", **near[1]),
        losses("c", "2025-10-22", killed="7"),
    )
    sums = story.known(on="2025-10-23").situation.sums
    assert [(one.relation, one.landmark, one.best) for one in sums] == [
        (None, None, 7),
        ("near", "mill", 6),
        ("near", "the station", 5),
    ]


def test_a_cumulative_number_is_a_status_and_is_not_added() -> None:
    """The newer total replaces the older."""
    story = given(
        losses("may", "2025-10-20", killed="1000", cumulative="true"),
        losses("june", "2025-10-21", killed="1100", cumulative="true"),
    )
    answer = story.known(on="2025-10-22")
    answer.says(june="certain")
    assert answer.sums() == {}
    assert answer.situation.flags == []


def test_a_cumulative_number_that_falls_is_flagged() -> None:
    """A total cannot fall: one of the two is wrong."""
    story = given(
        losses("may", "2025-10-20", killed="1000", wounded="at least 50", cumulative="true"),
        losses("june", "2025-10-21", killed="900", wounded="at least 60", cumulative="true"),
    )
    answer = story.known(on="2025-10-22")
    (flag,) = answer.situation.flags
    assert (flag.claim, flag.measure, flag.was, flag.now) == (
        answer.claim("june").claim,
        "killed",
        1000,
        900,
    )


def test_a_cumulative_number_of_equipment_falls_too() -> None:
    """Each sort by its name; what is no longer counted, or rose, has not fallen."""
    told = (
        {"tank": "3799", "APC": "5181", "MRL": "570", "drone": "3000"},
        {"tank": "3797", "APC": "5200", "drone": "2900-3100", "submarine": "1"},
    )
    story = given(
        *(
            losses(f"day{day}", f"2025-10-{day}", equipment=equipment, cumulative="true")
            for day, equipment in enumerate(told, 20)
        )
    )
    (flag,) = story.known(on="2025-10-22").situation.flags
    assert (flag.measure, flag.was, flag.now) == ("equipment:tank", 3799, 3797)


def test_a_cumulative_number_that_is_denied_does_not_fall() -> None:
    """Who denies a thousand and then nine hundred has told of neither."""
    denied = {"stance": "denies", "cumulative": "true"}
    story = given(
        losses("may", "2025-10-20", killed="1000", **denied),
        losses("june", "2025-10-21", killed="900", **denied),
    )
    assert story.known(on="2025-10-22").situation.flags == []


def test_a_cumulative_number_that_is_forecast_does_not_fall() -> None:
    """Who forecasts a thousand and then nine hundred has counted nothing."""
    forecast = {"stance": "forecasts", "cumulative": "true"}
    story = given(
        losses("may", "2025-10-20", killed="1000", **forecast),
        losses("june", "2025-10-21", killed="900", **forecast),
    )
    assert story.known(on="2025-10-22").situation.flags == []


def test_a_cumulative_number_is_held_against_the_one_before_it() -> None:
    """It rose from spring to July, so that the fall since is from July's number, not from May's."""
    totals = {"april": "1000", "may": "950", "june": "1100", "july": "1200", "august": "900"}
    story = given(
        *(
            losses(month, f"2025-10-{day}", killed=killed, cumulative="true")
            for day, (month, killed) in enumerate(totals.items(), 16)
        )
    )
    (flag,) = story.known(on="2025-10-22").situation.flags
    assert (flag.was, flag.now) == (1200, 900)
    assert story.known(on="2025-10-19").situation.flags == []


@pytest.mark.parametrize("killed", [None, "dozens"])
def test_a_number_falls_also_where_the_report_before_it_states_none(killed: str | None) -> None:
    """In between came a report of the wounded, which says of the killed no number."""
    story = given(
        losses("may", "2025-10-19", killed="1000", wounded="50", cumulative="true"),
        losses("june", "2025-10-20", killed=killed, wounded="60", cumulative="true"),
        losses("july", "2025-10-21", killed="900", wounded="55", cumulative="true"),
    )
    flags = story.known(on="2025-10-22").situation.flags
    assert [(flag.measure, flag.was, flag.now) for flag in flags] == [
        ("killed", 1000, 900),
        ("wounded", 60, 55),
    ]


def test_of_two_numbers_of_one_day_the_same_falls_whatever_came_first() -> None:
    """A total is held against one of them, by the id of its claim."""
    two = [losses(key, "2025-10-20", killed=key, cumulative="true") for key in ("1000", "2000")]
    later = losses("later", "2025-10-21", killed="900", cumulative="true")
    # No total, though it is of that series too.
    period = losses("period", {"during": "2025-10-20/2025-10-21"}, killed="1500",
                    reported="2025-10-21")  # fmt: skip
    told = [
        [flag.was for flag in given(*order, period, later).known(on="2025-10-22").situation.flags]
        for order in (two, two[::-1])
    ]
    assert told[0] == told[1]
    assert told[0] in ([1000], [2000])


def between(low: int, best: int, high: int) -> dict[str, int]:
    """A number with all of its bounds."""
    return {"low": low, "best": best, "high": high}


@pytest.mark.parametrize(
    ("was", "now", "fallen"),
    [
        ("25", "25", []),
        ("25", "20-30", []),
        ("40", "at least 30", []),
        ("at least 40", "at least 30", []),
        ("up to 40", "30", []),
        ("20-30", "15", [(20, 15)]),
        ("at least 40", "up to 30", [(40, 30)]),
        (between(90, 100, 110), between(80, 95, 99), []),
        (between(90, 100, 110), between(80, 85, 89), [(90, 89)]),
        (between(90, 100, 110), "95", []),
        ("100", between(80, 95, 99), [(100, 99)]),
    ],
)
def test_a_number_with_bounds_falls_where_all_of_it_does(
    was: Any, now: Any, fallen: list[tuple[int, int]]
) -> None:
    """Nobody said that it is as few as the least it may be."""
    story = given(
        losses("may", "2025-10-20", killed=was, cumulative="true"),
        losses("june", "2025-10-21", killed=now, cumulative="true"),
    )
    flags = story.known(on="2025-10-22").situation.flags
    assert [(flag.was, flag.now) for flag in flags] == fallen


# 6. Stance.


def test_a_denial_is_a_series_of_its_own() -> None:
    """It does not replace what the party said before, nor is it replaced."""
    story = given(
        infiltration("yes", "2025-10-20"), infiltration("no", "2025-10-22", stance="denies")
    )
    story.known(on="2025-10-24").says(yes="certain", no="certain")


@pytest.mark.parametrize("stance", ["intends", "forecasts"])
def test_what_is_meant_to_be_is_no_status_of_the_forces(stance: str) -> None:
    """It stands under statements, beside what is the case."""
    story = given(
        infiltration("is", "2025-10-20", by="ru"),
        infiltration("to-be", "2025-10-22", by="ru", stance=stance),
    )
    answer = story.known(on="2025-10-24")
    answer.says(**{"is": "certain", "to-be": "certain"})
    assert answer.claim("is").facet == "forces"
    assert answer.claim("to-be").facet == "statements"
    story.known(on="2025-10-24", facet="forces").says(**{"is": "certain"})


def test_an_intended_capture_gives_the_place_to_nobody() -> None:
    """Donbas by October 15: after the 15th nobody is said to hold it."""
    story = given(
        told("aim", "territory_change", {"within": "2025-10-01/2025-10-15"}, place="Both", by="ru",
             reported="2025-09-20", stance="intends", extent="whole", to="ru"),
        infiltration("some", "2025-10-20"),
    )  # fmt: skip
    answer = story.known("Both", on="2025-10-27")
    assert [claim.facet for claim in answer.situation.claims] == ["statements"]
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "silent": 1}


def test_an_intended_assault_is_not_fighting() -> None:
    """It is a statement, and does not go out of a window of days."""
    story = given(told("aim", "assault", "2025-10-20", by="ru", stance="intends"))
    assert story.known(on="2025-12-20").claim("aim").facet == "statements"


# 7. Regions.


def region(*more: dict[str, object]) -> Story:
    """Alpha held by one, Beta contested, Gamma disputed, Delta only named."""
    return given(
        control("a", "2025-10-25", held_by("ua"), by="deepstate"),
        control("b", "2025-10-25", {"status": "contested"}, place="Beta"),
        control("c1", "2025-10-25", held_by("ua"), place="Gamma"),
        control("c2", "2025-10-25", held_by("ru"), place="Gamma", by="ru"),
        clash("d", "2025-10-25", place="Delta"),
        *more,
    )


def test_a_region_counts_the_lowest_places_below_it() -> None:
    """Each once, under what is said of it, the sum being the places that a report names."""
    assert region().known("Land", on="2025-10-27").rollup() == {
        "places": 4,
        "held": {"ua": 1},
        "contested": 1,
        "disputed": 1,
        "silent": 1,
    }


def test_parents_are_those_that_hold_at_the_time_asked() -> None:
    """Gamma went from the north to the south on October 20."""
    early = [
        control("a", "2025-10-10", held_by("ua")),
        control("c", "2025-10-10", held_by("ua"), place="Gamma"),
    ]
    story = given(*early)
    assert story.known("North", on="2025-10-12").rollup()["places"] == 2
    assert story.known("North", on="2025-10-19").rollup()["places"] == 2
    assert story.known("North", on="2025-10-20").rollup()["places"] == 1
    assert story.known("South", on="2025-10-20").rollup()["places"] == 1


def test_donbas_is_a_place_of_two_members() -> None:
    """The group counts what lies in both, each place once; so does the land above all."""
    story = region()
    both, land = (story.known(name, on="2025-10-27").rollup() for name in ("Both", "Land"))
    assert both == land


def test_a_place_that_no_report_names_is_not_counted() -> None:
    """Silent is who is named but not assessed; of who was never named nothing is known."""
    story = given(control("a", "2025-10-25", held_by("ua")))
    assert story.known("Land", on="2025-10-27").rollup() == {"places": 1, "held": {"ua": 1}}


def test_a_place_that_a_report_named_before_its_correction_is_counted_still() -> None:
    """It was of Delta, and is of Beta since: of Delta nobody says anything now."""
    story = given(control("d", "2025-10-20", held_by("ua"), place="Delta"))
    story.corrected("d", place="Beta", reported="2025-10-22")
    assert story.known("South", on="2025-10-22").rollup() == {"places": 1, "silent": 1}


def test_a_place_named_later_was_not_counted_before() -> None:
    """It is known of from the first report that names it."""
    story = given(control("a", "2025-10-25", held_by("ua")), clash("b", "2025-10-27", place="Beta"))
    assert story.known("North", on="2025-10-26").rollup()["places"] == 1
    assert story.known("North", on="2025-10-27").rollup()["places"] == 2


def test_partial_shares_are_counted_apart() -> None:
    """A fifth that is unclear is not four fifths that are held."""
    story = given(
        control("a", "2025-10-25", {"status": "unclear", "share": "one-fifth"}),
        control("b", "2025-10-25", held_by("ua", "95%"), place="Beta"),
    )
    assert story.known("North", on="2025-10-27").rollup() == {"places": 2, "partial": 2}


def test_statuses_older_than_the_window_are_stale() -> None:
    """Nobody has said anything of the place for more than a week."""
    story = given(control("a", "2025-10-05", held_by("ua")))
    assert story.known("North", on="2025-10-11").rollup() == {"places": 1, "held": {"ua": 1}}
    assert story.known("North", on="2025-10-12").rollup() == {"places": 1, "stale": 1}
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "stale": 1}


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([control("a", {"during": "2025-10-24/2025-10-25"}, held_by("ua"),
                  reported="2025-10-25")], {"silent": 1}),
        ([control("a", "2025-10-25", held_by("ua"), stance="denies")], {"unclear": 1}),
        ([control("a", "2025-10-25", held_by("ua")),
          control("b", "2025-10-25", held_by("ru", "20%"), by="x")], {"disputed": 1}),
    ],
    ids=["ended", "denied", "a part of it excludes the whole"],
)  # fmt: skip
def test_what_nobody_says_of_a_place_is_not_made_of_what_they_say(
    said: Sequence[Report], stands: dict[str, int]
) -> None:
    """That it was held until then, that it is not, and that a part of it is another's."""
    assert given(*said).known("North", on="2025-10-27").rollup() == {"places": 1, **stands}


def test_agreeing_parties_are_one_status() -> None:
    """Two say the same; a third says it in other letters."""
    story = given(
        control("a", "2025-10-25", held_by("ua")),
        control("b", "2025-10-25", held_by("ua"), by="ru"),
        told("c", "territory_change", "2025-10-25", by="wikipedia", extent="whole", to="UA"),
    )
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "held": {"ua": 1}}


@pytest.mark.parametrize(
    ("parties", "stands"),
    [
        (("ru", "ru.dpr"), {"held": {"ru": 1}}),
        (("RU.dpr", "ru", "ru.dpr.somalia"), {"held": {"ru": 1}}),
        (("ru.dpr", "ru.dpr.somalia"), {"held": {"ru.dpr": 1}}),
        (("ru.dpr", "ru.lpr"), {"disputed": 1}),
        (("ru", "ru.dpr", "ru.lpr"), {"disputed": 1}),
        (("ru", "rus"), {"disputed": 1}),
    ],
)
def test_a_party_and_a_part_of_it_are_one_status(
    parties: Sequence[str], stands: dict[str, Any]
) -> None:
    """A place is disputed where its claims are; else the party that all of them name holds it."""
    story = given(
        *(control(f"c{n}", "2025-10-25", held_by(one), by=f"p{n}") for n, one in enumerate(parties))
    )
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, **stands}
    assert bool(story.known("Alpha", on="2025-10-27").disputes()) == ("disputed" in stands)


@pytest.mark.parametrize(
    ("holds", "denied"),
    [
        ("ru.dpr", held_by("ru")),
        ("ru", held_by("ru.dpr")),
        ("ru", held_by("ru")),
        ("ru", held_by("ru", "at least 50%")),
    ],
)
def test_a_status_that_another_denies_is_disputed(holds: str, denied: dict[str, str]) -> None:
    """In the roll-up as among the claims: of a side, of a part of that side, and of half of it."""
    story = given(
        control("a", "2025-10-25", held_by(holds)),
        control("b", "2025-10-25", denied, by="wikipedia", stance="denies"),
    )
    assert [one.disputes for one in story.known("Alpha", on="2025-10-27").situation.claims] != [
        [],
        [],
    ]
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "disputed": 1}


def test_a_share_that_another_denies_leaves_the_whole_as_it_is() -> None:
    """Most of it or all of it, and not just half: two are at odds, and neither with the third."""
    story = given(
        control("all", "2025-10-25", held_by("ru")),
        control("most", "2025-10-25", held_by("ru", "at least 50%"), by="x"),
        control("not", "2025-10-25", held_by("ru", "50-60%"), by="y", stance="denies"),
    )
    assert story.known("Alpha", on="2025-10-27").disputes() == {("most", "not")}
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "held": {"ru": 1}}


def test_what_is_said_of_a_part_of_the_town_does_not_count_for_the_town() -> None:
    """Claims with a relation or a landmark, and sites, are left out."""
    story = given(
        control("a", "2025-10-25", held_by("ru"), landmark="train station"),
        control("b", "2025-10-25", held_by("ru"), relation="southwest"),
        control("c", "2025-10-25", held_by("ru"), place="Alpha Station"),
    )
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "silent": 1}


def test_a_regions_own_claims_stand_beside_the_roll_up() -> None:
    """Three quarters of the north is a claim on the north, and no sum of its towns."""
    story = region(control("whole", "2025-10-25", held_by("ru", "75%"), place="North", by="ru"))
    answer = story.known("North", on="2025-10-27")
    answer.says(whole="certain")
    assert answer.rollup() == {"places": 2, "held": {"ua": 1}, "contested": 1}


def test_a_city_has_no_roll_up_and_sees_what_is_said_of_the_places_above() -> None:
    """As context, apart: nothing of it is a claim on the city."""
    story = given(
        control("land", "2025-10-25", held_by("ru", "20%"), place="Land"),
        control("both", "2025-10-25", held_by("ru", "75%"), place="Both"),
        infiltration("city", "2025-10-25"),
    )
    answer = story.known("Alpha", on="2025-10-27")
    answer.says(city="certain")
    assert answer.situation.rollup is None
    assert answer.context() == {"land": "certain", "both": "certain"}
    assert story.known("Land", on="2025-10-27").context() == {}


# 8. Disputes.


def test_rivals_whose_values_exclude_each_other_contradict() -> None:
    """Held by one, held by the other, at one time."""
    story = given(
        control("ours", "2025-10-25", held_by("ua")),
        control("theirs", "2025-10-25", held_by("ru"), by="ru"),
    )
    answer = story.known(on="2025-10-27")
    assert answer.disputes() == {("ours", "theirs")}
    assert answer.situation.counts.disputes == 1


def test_rivals_of_different_times_are_unreconciled() -> None:
    """Each may have been right in its time."""
    story = given(
        control("ours", "2025-10-24", held_by("ua")),
        control("theirs", "2025-10-26", held_by("ru"), by="ru"),
    )
    assert story.known(on="2025-10-27").disputes() == set()


def test_a_party_does_not_contradict_itself() -> None:
    """Newer by the same party is an update."""
    story = given(
        control("one", "2025-10-25", held_by("ua")), control("two", "2025-10-25", held_by("ru"))
    )
    answer = story.known(on="2025-10-27")
    answer.says(one="certain", two="certain")
    assert answer.disputes() == set()


def test_a_dispute_ends_when_one_of_the_two_is_withdrawn() -> None:
    """Both must be shown."""
    story = given(
        infiltration("gs", "2025-10-25", size="200"),
        infiltration("mod", "2025-10-25", size="900", by="ru"),
    ).retracted("mod", "2025-10-27")
    assert story.known(on="2025-10-26").disputes() == {("gs", "mod")}
    assert story.known(on="2025-10-27").disputes() == set()


def test_different_locations_and_subjects_are_no_rivals() -> None:
    """Of the station, or of the other side's troops, it is another matter."""
    story = given(
        infiltration("city", "2025-10-25", size="200"),
        infiltration("station", "2025-10-25", size="9", by="ru", landmark="train station"),
        infiltration("ours", "2025-10-25", size="9", by="ru", side="ua"),
    )
    assert story.known(on="2025-10-27").disputes() == set()


def test_a_denial_contradicts_what_it_denies() -> None:
    """Another party denies just what was said."""
    story = given(
        infiltration("yes", "2025-10-25", size="200"),
        infiltration("no", "2025-10-25", size="200", by="ru", stance="denies"),
        infiltration("other", "2025-10-25", size="9", by="reuters", stance="denies"),
    )
    assert story.known(on="2025-10-27").disputes() == {("no", "yes")}


# 9. Order.


def test_the_order_of_an_answer_is_that_of_facets_and_time_however_it_was_filed() -> None:
    """Control first, then forces, fighting and statements; newest first."""
    reports = [
        clash("clash-old", "2025-10-24"),
        clash("clash-new", "2025-10-25"),
        infiltration("forces", "2025-10-25"),
        control("map", "2025-10-20", held_by("ua")),
        told("aim", "statement", "2025-10-25", speech="intent", about="x", proposition="On."),
    ]
    expected = ["map", "forces", "clash-new", "clash-old", "aim"]
    assert list(given(*reports).known(on="2025-10-25").said()) == expected
    assert list(given(*reversed(reports)).known(on="2025-10-25").said()) == expected


def test_rivals_of_one_reach_are_told_apart_by_beginning_telling_and_name() -> None:
    """The latest beginning first, then the latest told; of all the same, by who says it."""
    story = given(
        *(infiltration(by, {"at": "2025-10-20/2025-10-22"}, by=by, reported="2025-10-22")
          for by in ("d", "b", "e", "a", "c")),
        *(infiltration(f"told-{day}", {"at": "2025-10-20/2025-10-22"}, by=f"t{day}",
                       reported=f"2025-10-{day}") for day in (25, 23, 24)),
        *(infiltration(f"from-{day}", {"at": f"2025-10-{day}/2025-10-22"}, by=f"x{day}",
                       reported="2025-10-22") for day in (19, 21, 18)),
    )  # fmt: skip
    assert list(story.known(on="2025-10-26").said()) == [
        "from-21", "told-25", "told-24", "told-23", "a", "b", "c", "d", "e", "from-19", "from-18",
    ]  # fmt: skip


def test_of_rivals_that_last_beyond_the_day_the_later_begun_comes_first() -> None:
    """What each says of the days after it does not order them."""
    story = given(
        infiltration("gs", {"during": "2025-10-01/2025-10-25"}, reported="2025-10-26"),
        infiltration("mod", {"during": "2025-10-05/2025-10-20"}, by="ru", reported="2025-10-26"),
    )
    assert list(story.known(valid="2025-10-10", known="2025-10-26").said()) == ["mod", "gs"]
    assert list(story.known(on="2025-10-26").said()) == ["gs", "mod"]


def test_rivals_stand_next_to_each_other_newest_first() -> None:
    """The parties on one matter, side by side."""
    story = given(
        infiltration("gs", "2025-10-20"),
        told("more", "reinforcement", "2025-10-22", side="ru"),
        infiltration("mod", "2025-10-21", by="ru"),
    )
    assert list(story.known(on="2025-10-25").said()) == ["mod", "gs", "more"]


# Verifications, and what goes with an answer.


def test_a_verification_marks_its_report_from_its_own_day_on() -> None:
    """By each verifier its last word, beside what the source itself says."""
    story = given(
        infiltration("gs", "2025-10-20", verification={"status": "unverified", "by": "cnbc"}),
        told("v1", "verification", "2025-10-22", by="reuters", report="gs", result="unverifiable"),
        told("v2", "verification", "2025-10-24", by="reuters", report="gs", result="confirmed"),
        told("v3", "verification", "2025-10-24", by="bbc", report="gs", result="refuted"),
    )
    first = {"status": "unverified", "by": "cnbc"}
    assert story.known(on="2025-10-21").claim("gs").verification == [first]
    assert story.known(on="2025-10-22").claim("gs").verification == [
        first,
        {"status": "unverifiable", "by": "reuters"},
    ]
    assert story.known(on="2025-10-24").claim("gs").verification == [
        first,
        {"status": "refuted", "by": "bbc"},
        {"status": "confirmed", "by": "reuters"},
    ]


def test_of_what_a_verifier_says_at_one_time_nothing_is_picked() -> None:
    """On one day it confirmed the place and refuted the number: both stand, until it says more."""
    story = given(
        infiltration("gs", "2025-10-20"),
        *(
            told(key, "verification", "2025-10-24", by="bbc", report="gs", result=result, scope=key)
            for key, result in (("place", "confirmed"), ("size", "refuted"), ("day", "confirmed"))
        ),
    )
    both = [{"status": "confirmed", "by": "bbc"}, {"status": "refuted", "by": "bbc"}]
    assert story.known(on="2025-10-24").claim("gs").verification == both
    story.filed(told("v", "verification", "2025-10-26", by="bbc", report="gs", result="confirmed"))
    assert story.known(on="2025-10-26").claim("gs").verification == both[:1]


def test_a_verification_is_no_claim_of_its_own() -> None:
    """It can be withdrawn like any report."""
    story = given(
        infiltration("gs", "2025-10-20"),
        told("v", "verification", "2025-10-22", by="bbc", report="gs", result="refuted"),
    ).retracted("v", "2025-10-24")
    answer = story.known(on="2025-10-23")
    answer.says(gs="certain")
    assert answer.claim("gs").verification == [{"status": "refuted", "by": "bbc"}]
    assert story.known(on="2025-10-24").claim("gs").verification == []


def test_the_counts_are_those_of_the_claims_shown() -> None:
    """Reports and parties behind them, and pairs that contradict."""
    story = given(
        infiltration("old", "2025-10-20"),
        infiltration("gs", "2025-10-25", size="200"),
        infiltration("mod", "2025-10-25", size="900", by="ru"),
        infiltration("map", "2025-10-25", size="5", by="deepstate"),
        clash("gs-clash", "2025-10-25"),
    )
    counts = story.known(on="2025-10-25").situation.counts
    assert (counts.reports, counts.parties, counts.disputes) == (4, 3, 3)
    counts = story.known(on="2025-10-20").situation.counts
    assert (counts.reports, counts.parties, counts.disputes) == (1, 1, 0)


def test_a_mend_of_a_back_dated_correction_gives_the_days_before_it_back() -> None:
    """What the correction had cut short is told again up to the next one that is left."""
    story = given(infiltration("gs", "2025-10-20", size="100"))
    story.corrected("gs", size="200", reported="2025-10-24")
    story.corrected("gs", size="300", reported="2025-10-25")
    story.corrected("gs", size="400", reported="2025-10-22")
    assert story.known(on="2025-10-23").best("gs") == 400
    story.mended("gs", size="500", reported="2025-10-27")
    sizes = {day: story.known(on=f"2025-10-{day}").best("gs") for day in (21, 23, 24, 26, 28)}
    assert sizes == {21: 100, 23: 100, 24: 200, 26: 300, 28: 500}


def test_a_basis_pins_an_answer_against_all_that_is_filed_later() -> None:
    """A back-dated report changes the answer; the basis gives the old one, byte for byte."""
    story = given(infiltration("gs", "2025-10-20"))
    first = story.known(on="2025-10-25")
    story.filed(clash("late", "2025-10-24")).mended("gs", size="1").retracted("gs", "2025-10-21")
    assert story.known(on="2025-10-25").bytes != first.bytes
    assert story.known(basis=first.situation.basis).bytes == first.bytes


def test_a_basis_pins_the_hierarchy_of_places() -> None:
    """Delta is moved to the north in the log; the answer of before still counts it in the south."""
    story = given(control("d", "2025-10-25", held_by("ua"), place="Delta"))
    first = story.known("South", on="2025-10-26")
    story.redefined(id="x:delta", name="Delta", kind="town", parent="x:north")
    assert story.known("South", on="2025-10-26").rollup() == {}
    moved = story.known("North", on="2025-10-26")
    assert moved.rollup()["places"] == 1
    for name, answer in (("South", first), ("North", moved)):
        assert story.known(name, basis=answer.situation.basis).bytes == answer.bytes


def test_a_basis_of_an_answer_from_which_a_mend_took_a_slip_gives_that_answer() -> None:
    """The mend is known later than K, and took the slip out at K all the same."""
    story = given(infiltration("gs", "2025-10-20"), clash("mod", "2025-10-20", by="ru"))
    story.mended("gs", reported="2025-10-28")
    answer = story.known(on="2025-10-22")
    answer.says(mod="certain")
    assert story.known(basis=answer.situation.basis).bytes == answer.bytes


def test_a_basis_of_the_very_mend_that_took_a_place_out_does_not_count_it() -> None:
    """By a slip it was of Delta, and so it was when first recorded; Beta has it since."""
    story = given(control("d", "2025-10-20", held_by("ua"), place="Delta"))
    before = story.known("South", on="2025-10-22")
    mended = story.mended("d", place="Beta").known("South", on="2025-10-22")
    assert (before.rollup()["places"], mended.rollup()) == (1, {})
    story.filed(control("g", "2025-10-21", held_by("ru"), place="Gamma"))
    story.corrected("g", shares=[held_by("ua")], reported="2025-10-22")
    for answer in (before, mended):
        assert story.known("South", basis=answer.situation.basis).bytes == answer.bytes


@pytest.mark.parametrize("heavy", [2, 500])
def test_a_long_series_is_read_by_the_day(monkeypatch: pytest.MonkeyPatch, heavy: int) -> None:
    """Whether its days are summed up or not: one of them back-filled, one withdrawn."""
    for module in ("write", "build"):
        monkeypatch.setattr(f"timeline.view.{module}.HEAVY", heavy)
    story = given(
        infiltration("gs", "2025-10-20"),  # a short one beside it
        control("d20", "2025-10-20", held_by("ua")),
        control("d21", "2025-10-21", {"status": "contested"}),
        control("d23-early", "2025-10-23T08:00Z", held_by("ru"), reported="2025-10-23T09:00Z"),
        control("d23-late", "2025-10-23T18:00Z", held_by("ua"), reported="2025-10-23T19:00Z"),
        control("d24", "2025-10-24", held_by("ru")),
        control("d22", "2025-10-22", held_by("ru"), reported="2025-10-25"),
    ).retracted("d24", "2025-10-26")
    for valid, known, standing in (
        ("2025-10-20", "2025-10-26", "d20"),
        ("2025-10-22", "2025-10-24", "d21"),  # of the 22nd nobody had told yet
        ("2025-10-22", "2025-10-25", "d22"),
        ("2025-10-23T12:00Z", "2025-10-26", "d23-early"),
        ("2025-10-23", "2025-10-26", "d23-late"),
        ("2025-10-23", "2025-10-23T18:30Z", "d23-early"),
        ("2025-10-27", "2025-10-25", "d24"),
        ("2025-10-27", "2025-10-26", "d23-late"),
    ):
        story.known(valid=valid, known=known).says(**{"gs": "certain", standing: "certain"})
    story.known(valid="2025-10-27", known="2025-10-19").says()


def test_a_basis_of_the_very_withdrawal_of_a_mark_does_not_show_it() -> None:
    """At the entry that takes a verification back it is gone, and before it is not."""
    story = given(
        infiltration("gs", "2025-10-20"),
        told("v", "verification", "2025-10-21", report="gs", result="confirmed", by="osint"),
    )
    before = story.known(on="2025-10-23")
    after = story.retracted("v", "2025-10-22").known(on="2025-10-23")
    assert [len(one.claim("gs").verification) for one in (before, after)] == [1, 0]
    story.filed(clash("late", "2025-10-22"))
    for answer in (before, after):
        assert story.known(basis=answer.situation.basis).bytes == answer.bytes


def test_what_was_announced_of_a_place_is_of_that_place_in_the_past_of_the_log_too() -> None:
    """Both plans were put off since; before that the log had each on its first day."""
    plans = [("a", "2025-11-05", "Alpha"), ("b", "2025-11-06", "Beta")]
    story = given(
        *(infiltration(key, day, reported="2025-10-20", place=at) for key, day, at in plans)
    ).later("2025-12-01")
    for key, _, _ in plans:
        story.corrected(key, happened="2025-11-08", reported="2025-10-25")
    asof = cuts(UTC, on="2025-11-10", recorded="2025-11-15").asof
    for reader_of in READERS:
        reader = reader_of(story.log)
        assert reader.foretold("x:alpha", asof) == [micros("2025-11-04")]


def test_now_is_today() -> None:
    """What is dated two days ahead is not known yet where no day is named."""
    past, ahead = ((datetime.now(UTC) + timedelta(days=by)).date().isoformat() for by in (-2, 2))
    story = given(infiltration("gs", past), infiltration("next", ahead, by="ru"))
    story.known().says(gs="certain")


def test_the_record_cut_is_exclusive() -> None:
    """Recorded in the very second that the cut ends with, it does not count."""
    story = given()
    story.now = micros("2025-11-10T12:00:00Z") - SECOND
    story.filed(infiltration("gs", "2025-10-20"))
    story.known(on="2025-10-22", recorded="2025-11-10T12:00:00Z").says()
    story.known(on="2025-10-22", recorded="2025-11-10T12:00:01Z").says(gs="certain")
    story.redefined(id="x:alpha", name="Omega", kind="city", parent="x:north")
    names = [
        story.known("x:alpha", on="2025-10-22", recorded=f"2025-11-10T12:00:0{s}Z").situation.place
        for s in (1, 2)
    ]
    assert [place.name for place in names] == ["Alpha", "Omega"]


def test_a_question_of_before_anything_was_recorded_has_an_empty_answer() -> None:
    """The log was empty then."""
    answer = given(infiltration("gs", "2025-10-20")).known(on="2025-10-22", recorded="2020-01-01")
    answer.says()
    assert answer.situation.counts.reports == 0


def test_an_unknown_place_is_an_error() -> None:
    """Not an empty answer."""
    with pytest.raises(UnknownPlace):
        given().known("Nowhere", on="2025-10-20")


def test_every_reader_tells_the_same_of_all_that_questions_read() -> None:
    """Before, at and after the instants at which something is told, begins, ends and moves."""
    story = given(
        infiltration("a", "2025-10-20", links={"corroborates": "b"}),
        infiltration("ab", {"during": "2025-10-18/2025-10-22"}, side="ua", reported="2025-10-21"),
        told("soon", "ceasefire", "2025-10-22", reported="2025-10-20", phase="in_force"),
        told("talk", "statement", "2025-10-20", speech="intent", about="talks", proposition="We."),
        told("check", "verification", "2025-10-21", by="bbc", report="a", result="confirmed"),
        told("again", "verification", "2025-10-25", by="bbc", report="a", result="refuted"),
        clash("there", "2025-10-21", place="Beta", links={"same_event_as": "a"}),
        clash("slip", "2025-10-20", reported="2025-10-26"),
    )
    story.mended("slip", reported="2025-10-21")
    ukraine = {"id": "ua", "names": ["Ukraine"], "side": "ua"}
    story.log.file(
        [], parties=[("ua", canonical(ukraine)), ("x", canonical({**ukraine, "id": "x"}))]
    )
    story.corrected("ab", place="Beta", reported="2025-10-23").retracted("there", "2025-10-24")
    story.corrected("soon", phase="agreed", reported="2025-10-22").mended("a", size="1")
    readers = [reader_of(story.log) for reader_of in READERS]
    keys = ["a", "ab", "soon", "talk", "check", "there"]
    assert [one.report_id("a") for one in readers] == ["a"] * len(readers)
    assert [sorted(one.subjects()) for one in readers] == [["", "ru", "talks", "ua"][1:]] * 3
    assert [sorted(one.parties()) for one in readers] == [["ua", "x"]] * 3
    assert [one.parties()["ua"].name for one in readers] == ["Ukraine"] * 3
    assert [one.party_names() for one in readers] == [{"ua": "Ukraine", "x": "Ukraine"}] * 3
    days = [f"2025-10-{day}" for day in (17, 19, 20, 21, 22, 24, 26)]
    head = story.log.head()
    for known in days:
        for valid in days:
            at = cuts(zone_of("UTC"), valid=valid, known=known).asof
            for place, back in product(("x:alpha", "x:beta"), (0, 2, 5, 8)):
                asof = msgspec.structs.replace(
                    at, position=at.position if not back else head - back
                )
                read = [
                    (
                        reader.turns(place, asof),
                        reader.learned(place, asof),
                        reader.foretold(place, asof),
                        [
                            [one.assertion.claim for one in reader.speaking(place, asof, since)]
                            for since in map(micros, days)
                        ],
                        [
                            (one.assertion.claim, one.until)
                            for one in reader.told(asof, place=place)
                        ],
                        sorted(reader.reports_on([place], asof)),
                        [
                            sorted(reader.reports_on([place], asof, *map(micros, time)))
                            for time in pairwise(days)
                        ],
                        sorted(reader.reported_places(asof)),
                        reader.settled(asof),
                        reader.newest(asof),
                        reader.pinned(asof),
                        dict(reader.same_events(keys, asof)),
                        dict(reader.marks(keys, asof)),
                        [reader.linked(key, asof) for key in keys],
                    )
                    for reader in readers
                ]
                assert read[1:] == read[:1] * (len(read) - 1), (valid, known, place, back)


def test_a_view_that_remembers_few_series_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it has forgotten of those that it needs is read again."""
    monkeypatch.setattr("timeline.view.read._SERIES_KEPT", 1)
    story = given(infiltration("a", "2025-10-20"), control("b", "2025-10-20", held_by("ua")))
    reader, read = view_reader(story.log), cuts(zone_of("UTC"), on="2025-10-22")
    for facet, shown in (("forces", ["a"]), (None, ["b", "a"]), ("control", ["b"])):
        assert [one.report for one in ask(reader, "Alpha", read, facet=facet).claims] == shown
