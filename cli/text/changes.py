"""What changed, as text: histories, replays and differences, a sign before each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from rich.table import Table
from rich.text import Text

from cli.text.claims import joined, one_line, short_id
from cli.text.console import console, print_basis
from timeline.phrases import phrase
from timeline.places import Book, PlaceBook, name_of
from timeline.questions.diff import corrected
from timeline.safe import safe
from timeline.wording import Frame, Names, day, known_by, speaker, taken_in, verified_words, when

if TYPE_CHECKING:
    from datetime import tzinfo

    from rich.console import Console

    from timeline.claims import Claim
    from timeline.questions.diff import Diff, Pair
    from timeline.questions.follow import ReportEntry
    from timeline.questions.history import History, HistoryStep
    from timeline.questions.replay import ReplayStep
    from timeline.situation import Asked


class Became(NamedTuple):
    """Of the reports whose claims went: what each says now, None if withdrawn; and the places."""

    now: Mapping[str, Claim | None]
    book: Book


class Changes(Protocol):
    """Whatever tells of claims that came, went, or took another's place."""

    @property
    def added(self) -> list[Claim]:
        """Claims that came."""

    @property
    def replaced(self) -> list[Pair]:
        """Claims that took another's place."""

    @property
    def changed(self) -> list[Pair]:
        """Claims that hold otherwise than they did."""

    @property
    def withdrawn(self) -> list[Claim]:
        """Claims that went."""


NOTHING: Final = Became({}, PlaceBook())


def show_history(
    answer: History,
    since: str | None,
    asked: Asked,
    parties: Names,
    zone: tzinfo,
    only: str,
) -> None:
    """Print a history, a heading for each day on which something changed.

    Where it begins, at `since` as answers write instants, it has what stood before as well; and so
    it has where it begins with what has no beginning.
    """
    out = console()
    when = f"day by day, as known by {asked.known or 'now'}{taken_in(asked.recorded)}"
    _title(out, answer.place.name, when, only)
    if not answer.steps:
        out.print(Text(f"Nothing{' of that' if only else ''} is known of these days."))
    for step in answer.steps:
        open_ = step is answer.steps[0] and any(one.valid_from is None for one in step.added)
        before = " and before" if open_ or step.valid == since else ""
        out.print(Text(_heading(step, zone) + before, style="bold"))
        _changes(out, step, Frame(parties, step.valid))
    print_basis(out, answer.basis)


def show_replay(
    place: str,
    asked: str,
    since: str,
    steps: Iterable[tuple[ReplayStep, Became]],
    parties: Names,
    zone: tzinfo,
    only: str,
) -> None:
    """Print the steps of a replay as they come; `asked` says of when, `only` what of it.

    Where it begins, at `since` as answers write instants, it has what was known before as well.
    """
    out = console()
    nothing = True
    _title(out, place, asked, only)
    for step, became in steps:
        nothing = False
        by = f", {step.report}" if step.report else ""
        before = " and before" if step.known == since else ""
        out.print(Text(safe(f"{known_by(step.known, zone)}{before}{by}"), style="bold"))
        _changes(out, step, Frame(parties, step.known), became, step.lapsed)
        out.file.flush()
    if nothing:
        out.print(Text(f"Nothing{' of that' if only else ''} became known in this time."))


_SIGNS: Final = {
    "filed": ("+", "green"),
    "corrected": ("~", "yellow"),
    "mended": ("~", "yellow"),
    "retracted": ("-", "red"),
}


def show_entry(entry: ReportEntry, parties: Names, zone: tzinfo) -> None:
    """Print an entry of the log as it comes."""
    out = console()
    what = f"{entry.what} {entry.report}, {known_by(entry.known_from, zone)}"
    out.print(Text(safe(what), style="bold"))
    if entry.claim:
        told: Text = one_line(entry.claim, Frame(parties, entry.known_from))
    elif entry.verification:
        told = Text(verified_words(entry.verification, parties))
    else:
        told = Text(safe(f"withdrawn: {entry.reason or 'no reason was given'}"))
    _line(out, *_SIGNS[entry.what], told)
    out.file.flush()


def show_diff(
    answer: Diff, asked: str, valid: str, became: Became, parties: Names, only: str
) -> None:
    """Print what changed between two cuts; `asked` says which, `valid` is the later one's."""
    out = console()
    _title(out, answer.place.name, asked, only)
    if not (answer.added or answer.replaced or answer.changed or answer.withdrawn or answer.lapsed):
        out.print(Text("Nothing changed."))
    _changes(out, answer, Frame(parties, valid), became, answer.lapsed)
    print_basis(out, f"{answer.a}\n      {answer.b}")


def _title(out: Console, place: str, asked: str, only: str) -> None:
    out.print(joined(Text.assemble((safe(place), "bold"), safe(f", {asked}")), safe(only)))


def _changes(
    out: Console,
    change: Changes,
    frame: Frame,
    became: Became = NOTHING,
    lapsed: Iterable[Claim] = (),
) -> None:
    for claim in change.added:
        _line(out, "+", "green", one_line(claim, frame))
    for pair in change.replaced:
        old, new = pair.old, pair.new
        withdrawn = became.now.get(old.report, old) is None
        said = joined(phrase(old, frame.names), when(old), short_id(old, new))
        before = joined(f"in place of{' what was withdrawn' * withdrawn}:", said, by=" ")
        _line(out, "~", "yellow", joined(one_line(new, frame), before, by="\n"))
    told = {pair.new.claim for pair in change.replaced}
    for pair in change.changed:
        if pair.new.claim not in told:  # else it stands with what it replaces
            _line(out, "~", "yellow", one_line(pair.new, frame))
    for claim in change.withdrawn:
        _line(out, "-", "red", _gone(claim, frame, became))
    for claim in lapsed:
        _line(out, "", "", joined("out of the window:", _brief(claim, frame), by=" "))


def _gone(claim: Claim, frame: Frame, became: Became) -> Text:
    """A claim that went: its report was withdrawn, or was corrected and says what it says now."""
    now = corrected(claim, became.now)
    if now is None:
        return joined("withdrawn:", _brief(claim, frame), by=" ")
    old = joined("corrected:", _brief(claim, frame, now), by=" ")
    where = f" of {safe(name_of(now.place, became.book))}" if now.place != claim.place else ""
    return joined(old, joined(f"now{where}:", one_line(now, frame), by=" "), by="\n")


def _brief(claim: Claim, frame: Frame, beside: Claim | None = None) -> Text:
    return joined(
        phrase(claim, frame.names), speaker(claim, frame), when(claim), short_id(claim, beside)
    )


def _line(out: Console, sign: str, style: str, text: Text) -> None:
    table = Table.grid(padding=(0, 1, 0, 0))  # what wraps stands below the text, not the sign
    table.add_column(width=3, justify="right")
    table.add_column(overflow="fold")
    table.add_row(Text(sign, style=style), text)
    out.print(table)


def _heading(step: HistoryStep, zone: tzinfo) -> str:
    """The day of a step, or the instant at which something turned within that day."""
    return day(step.valid, zone).replace("T", " ")
