"""The commands that ask: known, history, replay, diff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from cli.below import note_below
from cli.options import (
    TABULAR,
    basis_option,
    cut_options,
    facet_option,
    format_option,
    of_options,
    one_day,
    only,
    window_option,
)
from cli.session import (
    Session,
    data,
    data_lines,
    data_objects,
    data_table,
    note,
    note_redactions,
    pass_session,
    raise_if_closed,
)
from events.when import iso
from timeline.cuts import first_stop, is_basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cli.text.changes import Became
    from timeline import AsOf, Situation, Timeline
    from timeline.formats.columns import Cell
    from timeline.places import Book
    from timeline.questions.diff import Axis, Diff
    from timeline.questions.history import History
    from timeline.questions.only import ClaimOptions
    from timeline.questions.replay import ReplayStep, Step
    from timeline.reader import Reader
    from timeline.situation import Asked

_LONGEST_DELAY: Final = 86_400
"""Seconds: no system sleeps for as long as a float can say."""

_NAMED: Final = 5
"""Places below that are told of by name."""


@click.command(short_help="What was known about a place, as of a date.")
@click.argument("place")
@click.argument("on_day", metavar="[ON]", required=False)
@cut_options("on", "valid", "known", "recorded")
@basis_option
@facet_option
@of_options("party", "kind", "side")
@window_option
@format_option(*TABULAR)
@pass_session
def known(
    session: Session,
    /,
    place: str,
    on_day: str | None,
    on: str | None,
    form: str,
    facet: str | None,
    window: float,
    party: str | None,
    kind: str | None,
    side: str | None,
    **cuts: str | None,
) -> None:
    """The situation of PLACE: what was known by the end of the day ON.

    PLACE is a name in any known spelling, an id, or `Name, Parent`. ON sets both clocks, what held
    and what had been told; the options set one alone. Dates are days or instants, 2025-10-27 or
    2025-10-27T15:13Z.
    """
    of: ClaimOptions = {"party": party, "kind": kind, "side": side}
    day = one_day(on_day, on)
    with session.open() as timeline, timeline.reading():
        answer = timeline.known(place, day, facet=facet, window=window, **of, **cuts)
        if cuts["basis"]:
            _gone(answer)
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            data_objects(answer.claims)
        elif form in ("csv", "table"):
            from timeline.formats.answers import situation_table

            data_table(session, *situation_table(answer, timeline.book(answer.basis)))
        else:
            from cli.text.situation import show_situation

            with timeline.reading() as reader:
                book = timeline.book(answer.basis)
                asof = timeline.cuts(basis=answer.basis).asof
                chosen = {"facet": facet, "party": party, "kind": kind, "side": side}
                show_situation(
                    answer,
                    reader.party_names(),
                    book,
                    only(facet=facet, **of),
                    of_party=party is not None,
                    below=_below(session, reader, book, answer, asof, chosen),
                )


def _below(
    session: Session,
    reader: Reader,
    book: Book,
    answer: Situation,
    asof: AsOf,
    chosen: Mapping[str, str | None],
) -> tuple[str, str] | None:
    """Which places below have reports that a situation leaves out, and the command for them."""
    from timeline.questions.known import named_below, reported_below
    from timeline.wording import many

    place, asked = answer.place.id, answer.asked
    if below := named_below(reader, book, place, asof):
        named = ", ".join(f"{one.name} ({one.reports:,})" for one in below[:_NAMED])
        told = named + (f" and {len(below) - _NAMED:,} more" if below[_NAMED:] else "")
        command = _asking(session, below[0].id, book, asked)
    elif count := reported_below(reader, book, place, asof):
        told = f"{many(count, 'place')} below"
        command = _exporting(session, place, book, asked, chosen)
    else:
        return None
    return f"reports on {told}, not shown here; see them with", command


def _asking(session: Session, place: str, book: Book, asked: Asked) -> str:
    """The command that asks for another place at the same cuts."""
    from timeline.places import typed_name

    words, cuts = ["known", typed_name(place, book)], {"valid": asked.valid, "known": asked.known}
    if asked.valid == asked.known:
        words += filter(None, [asked.known])
        cuts = {}
    return session.typed(*words, **cuts, recorded=asked.recorded)


def _exporting(
    session: Session, place: str, book: Book, asked: Asked, chosen: Mapping[str, str | None]
) -> str:
    """The command for all that is told of a region and below at the same cuts, and of the same."""
    from timeline.places import typed_name

    cuts = {"valid": asked.valid, "known": asked.known}
    if asked.valid == asked.known:
        cuts = {"on": asked.known}
    region = typed_name(place, book)
    return session.typed(
        "export", "situation", region=region, **cuts, recorded=asked.recorded, **chosen
    )


def _gone(answer: Situation) -> None:
    """Say what the answer of a basis may have said once, and no answer can say any more."""
    if gone := answer.redacted:
        named = sorted({name for names in gone.values() for name in names})
        claims = "1 claim was" if len(gone) == 1 else f"{len(gone)} claims were"
        note(
            f"note: {claims} redacted ({', '.join(named)}); what an answer of this basis said "
            "there before cannot be given again"
        )


@click.command(short_help="How the situation changed, day by day.")
@click.argument("place")
@facet_option
@of_options("party", "kind", "side")
@click.option("--from", "since", metavar="DATE", help="The first day.")
@click.option("--to", "until", metavar="DATE", help="The last day.")
@cut_options("on", "valid", "known", "recorded")
@basis_option
@format_option(*TABULAR)
@pass_session
def history(session: Session, /, place: str, form: str, **asked: str | None) -> None:
    """How the situation of PLACE changed over valid time, as known at one cut."""
    with session.open() as timeline, timeline.reading():
        answer = timeline.history(place, **asked)
        if asked["basis"]:
            note_redactions(timeline)
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            data_objects(answer.steps)
        elif form in ("csv", "table"):
            _history_table(session, timeline, answer)
        else:
            from cli.text.changes import show_history

            with timeline.reading() as reader:
                since = asked["since"]
                if since is not None:
                    since = iso(first_stop(since, timeline.zone))
                cuts = timeline.cuts(basis=answer.basis).asked
                of = only(**{name: asked[name] for name in ("facet", "party", "kind", "side")})
                show_history(answer, since, cuts, reader.party_names(), timeline.zone, of)
            note_below(session, timeline, answer.place.id, answer.basis)


def _delay(_: click.Context, __: click.Parameter, seconds: float) -> float:
    if not 0 <= seconds <= _LONGEST_DELAY:  # nan is not, either
        right = f"write seconds from 0 to {_LONGEST_DELAY:,}"
        raise click.BadParameter(f"{seconds:,.10g} is no time to wait; {right}")
    return seconds


@click.command(short_help="Walk forward through what became known.")
@click.argument("place")
@click.option("--from", "since", metavar="DATE", required=True, help="Where to begin.")
@click.option("--to", "until", metavar="DATE", help="Where to end; with --follow, now.")
@click.option(
    "--step",
    type=click.Choice(("day", "report")),
    default="day",
    show_default=True,
    help="Stop at the end of each day, or at each report.",
)
@click.option(
    "--delay",
    type=float,
    default=0,
    metavar="SECONDS",
    callback=_delay,
    help="How long to wait at a stop.",
)
@click.option(
    "--play", is_flag=True, help="Play it on a terminal, as --delay does: pause, step, speed."
)
@click.option("--follow", is_flag=True, help="Go on with each report as it is filed; Ctrl-C ends.")
@cut_options("recorded")
@facet_option
@window_option
@format_option(*TABULAR)
@pass_session
def replay(
    session: Session,
    /,
    place: str,
    since: str,
    until: str | None,
    step: Step,
    delay: float,
    play: bool,
    follow: bool,
    form: str,
    recorded: str | None,
    facet: str | None,
    window: float,
) -> None:
    """Walk knowledge forward, and show what each stop added, replaced and withdrew.

    The first stop is what was already known at --from; all together are what is known at --to.
    On a terminal --delay plays them: space pauses, n or an arrow steps, + and - change the speed,
    q quits. --play without a delay begins paused.
    """
    from cli.player import paced, terminal  # here: other questions need no clock and no keys

    _check_follow(follow, until, recorded, form)
    keyboard = terminal(play, delay, form, follow)
    with session.open() as timeline:
        with timeline.reading():  # one snapshot: what is filed from here on is followed
            position = timeline.index.position()
            walked = timeline.replay(
                place,
                since,
                until or datetime.now(UTC),
                step=step,
                recorded=recorded,
                facet=facet,
                window=window,
            )
        steps = paced(walked, delay, keyboard)
        if form == "json":
            data(b"[" + b",\n".join(one.to_json() for one in steps) + b"]")
        elif form == "jsonl":
            data_lines(one.to_json() for one in steps)
        elif form in ("csv", "table"):
            _changes_table(session, timeline, ((one, [one.basis]) for one in steps))
        else:
            _replayed(session, timeline, place, steps, since, until, recorded, only(facet=facet))
        if follow:
            _follow(timeline, place, position, form)


def _replayed(
    session: Session,
    timeline: Timeline,
    place: str,
    steps: Iterable[ReplayStep],
    since: str,
    until: str | None,
    recorded: str | None,
    of: str,
) -> None:
    """Show a walk as text, each step as it comes."""
    from cli.text.changes import show_replay
    from timeline.places import resolve
    from timeline.wording import taken_in

    with timeline.reading() as reader:
        names = reader.party_names()
        ends = timeline.cuts(known=until, recorded=recorded)
        found = resolve(place, reader.book(ends.asof))
    asked = f"as it became known from {since} to {until or 'now'}{taken_in(recorded)}"
    begins = iso(first_stop(since, timeline.zone))
    told = ((one, _became(timeline, one, one.basis)) for one in steps)
    show_replay(found.name, asked, begins, told, names, timeline.zone, of)
    with timeline.reading() as reader:
        basis = ends.pinned(*reader.pinned(ends.asof))
    note_below(session, timeline, found.id, basis)


def _check_follow(follow: bool, until: str | None, recorded: str | None, form: str) -> None:
    if not follow and until is None:
        raise click.UsageError("where does it end? write --to, or --follow to go on")
    if follow and form in ("json", "csv", "table"):
        raise click.UsageError(f"{form} is one document, which never ends; write --format jsonl")
    if follow and recorded is not None:
        raise click.UsageError("what comes is recorded from now on; leave --recorded out")


def _follow(timeline: Timeline, place: str, position: int, form: str) -> None:
    """Each change on the place as it is filed, until whoever reads has had enough."""
    from timeline.places import resolve
    from timeline.questions.follow import follow

    with timeline.reading() as reader:
        found = resolve(place, reader.book()).id
    changes = follow(timeline.log, found, after=position, between=raise_if_closed)
    if form == "jsonl":
        data_lines(one.to_json() for one in changes)
    else:
        from cli.text.changes import show_entry

        for one in changes:
            with timeline.reading() as reader:
                names = reader.party_names()
            show_entry(one, names, timeline.zone)


@click.command(short_help="What changed between two cuts.")
@click.argument("place")
@click.argument("a")
@click.argument("b")
@click.option(
    "--axis",
    type=click.Choice(("known", "valid")),
    default="known",
    show_default=True,
    help="The clock that A and B are of; the other keeps pace unless it is given.",
)
@cut_options("valid", "known", "recorded")
@facet_option
@of_options("party", "kind", "side")
@window_option
@format_option(*TABULAR)
@pass_session
def diff(
    session: Session,
    /,
    place: str,
    a: str,
    b: str,
    axis: Axis,
    form: str,
    facet: str | None,
    window: float,
    party: str | None,
    kind: str | None,
    side: str | None,
    **cuts: str | None,
) -> None:
    """The claims on PLACE added, replaced and withdrawn between the cuts A and B.

    Each is a date, or the basis of an answer. What shows at both, and has become certain, has ended
    or was checked since, is told again (in JSON `changed`). Happenings that are out of the
    window at B by then have lapsed (in JSON `lapsed`), whether or not their report was retracted
    meanwhile.
    """
    if cuts[axis]:
        raise click.UsageError(f"A and B are the cuts of --{axis}; leave that option out")
    of: ClaimOptions = {"party": party, "kind": kind, "side": side}
    with session.open() as timeline, timeline.reading():
        answer = timeline.diff(place, a, b, axis=axis, facet=facet, window=window, **of, **cuts)
        if is_basis(a) or is_basis(b):
            note_redactions(timeline)
        if form in ("json", "jsonl"):
            data(answer.to_json())
        elif form in ("csv", "table"):
            _changes_table(session, timeline, [(answer, [answer.a, answer.b])])
        else:
            from cli.text.changes import show_diff
            from timeline.wording import taken_in

            first, last = (timeline.cuts(basis=end) for end in (answer.a, answer.b))
            since, until = (
                _in_words(end.asked) if is_basis(cut) else cut
                for cut, end in ((a, first), (b, last))
            )
            asked = f"from {since} to {until}"
            if not (is_basis(a) or is_basis(b)):
                other = f", as known by {cuts['known'] or 'now'}" if axis == "valid" else ""
                other = f", of what held by {cuts['valid']}" if cuts["valid"] else other
                asked = f"{axis} {asked}{other}{taken_in(cuts['recorded'])}"
            if (last.asof.known, last.asof.valid) < (first.asof.known, first.asof.valid):
                note(f"note: {until} lies before {since}; what is withdrawn was not there yet")
            valid = iso(last.asof.valid)
            with timeline.reading() as reader:
                names, became = reader.party_names(), _became(timeline, answer, answer.b)
                show_diff(answer, asked, valid, became, names, only(facet=facet, **of))
            note_below(session, timeline, answer.place.id, answer.b)


def _became(timeline: Timeline, change: Diff | ReplayStep, basis: str) -> Became:
    """What became, by the cut of a basis, of the reports whose claims went until then."""
    from cli.text.changes import NOTHING, Became
    from timeline.questions.diff import became

    went = [*change.withdrawn, *(pair.old for pair in change.replaced)]
    if not went:
        return NOTHING
    asof = timeline.cuts(basis=basis).asof
    return Became(became(timeline.reader(), went, asof), timeline.book(basis))


def _in_words(asked: Asked) -> str:
    from timeline.wording import taken_in

    valid, known = asked.valid or "now", asked.known or "now"
    said = known if known == valid else f"known {known}, valid {valid}"
    return f"{said}{taken_in(asked.recorded)}"


def _changes_table(
    session: Session, timeline: Timeline, steps: Iterable[tuple[Diff | ReplayStep, Sequence[str]]]
) -> None:
    """What came and went, each time with the bases of cuts at which it shows, the last after it."""
    from timeline.formats.answers import CHANGES, change_rows, superseded
    from timeline.formats.columns import Shared

    def changed() -> Iterator[list[Cell]]:
        for step, bases in steps:
            asofs = [timeline.cuts(basis=basis).asof for basis in bases]
            shared = Shared(iso(asofs[-1].known), iso(asofs[-1].valid), bases[-1])
            before = superseded(timeline.reader(), [step], *asofs)
            yield from change_rows(step, shared, timeline.book(bases[-1]), before)

    data_table(session, CHANGES, changed())


def _history_table(session: Session, timeline: Timeline, answer: History) -> None:
    from timeline.formats.answers import HISTORY_COLUMNS, history_rows

    asof = timeline.cuts(basis=answer.basis).asof
    rows = history_rows(answer, timeline.reader(), asof, timeline.book(answer.basis))
    data_table(session, HISTORY_COLUMNS, rows)
