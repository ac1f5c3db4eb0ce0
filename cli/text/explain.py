"""An explanation as text: who, whence, which version, and the rule clause by clause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from cli.text.claims import LONGER, joined, one_line, rule
from cli.text.console import console, print_basis
from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import (
    CLAUSES,
    ROLES,
    SHORT,
    Frame,
    Names,
    agent_words,
    changed_field,
    check_words,
    cuts_in_words,
    rated,
    shown_at,
    source_words,
    when,
    why_words,
)

if TYPE_CHECKING:
    from rich.console import Console

    from timeline.questions.explain import Explanation, VersionView


def show_explanation(answer: Explanation, parties: Names) -> None:
    """Print an explanation; `parties` are names by id."""
    out = console()
    frame = Frame(parties, answer.valid)
    _head(out, answer, frame)
    _why(out, answer, frame)
    _whence(out, answer, frame)
    _versions(out, answer)
    _around(out, answer, frame)
    print_basis(out, answer.basis)


def _head(out: Console, answer: Explanation, frame: Frame) -> None:
    said = answer.says
    place = safe(answer.place.name)
    if said is None:
        out.print(joined(Text("verification", style="bold"), place))
    else:
        out.print(
            joined(
                Text(phrase(said, frame.names), style="bold"),
                place,
                when(said),
                frame.name(said.party),
            )
        )
    out.print(
        Text(safe(f"claim {answer.claim}, report {answer.report}"), style="dim"), overflow="fold"
    )
    if said is not None and said.summary:
        out.print(Text(safe(said.summary)))


def _grid(out: Console, rows: Iterable[Iterable[str | Text]], width: int = 12) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=width, overflow="fold")
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _why(out: Console, answer: Explanation, frame: Frame) -> None:
    rule(out, shown_at(answer.shown, cuts_in_words(answer.asked)))
    rows = []
    for reason in answer.reasons:
        by = Text(f" {_told_apart(reason.claim, answer)}", style="dim") if reason.claim else ""
        why = Text(why_words(reason, frame), style="" if reason.shows else "bold red")
        rows.append((f"{reason.clause}. {CLAUSES[reason.clause]}", joined(why, by, by="")))
    _grid(out, rows, width=14)


def _told_apart(claim: str, answer: Explanation) -> str:
    """The beginning of an id: longer where it is that of another version of the report."""
    versions = {one.claim for one in answer.versions}
    return claim[: LONGER if claim in versions else SHORT]


def _whence(out: Console, answer: Explanation, frame: Frame) -> None:
    rule(out, "who says it, and where")
    rows: list[tuple[str | Text, str | Text]] = [
        (ROLES[agent.role], agent_words(agent, frame)) for agent in answer.attributed_to
    ]
    source = answer.derived_from
    if source is not None:
        rows.append(("source", source_words(source, frame)))
        for name, text in (
            ("locator", source.locator),
            ("quote", source.quote),
            ("url", source.url),
            ("archived", source.archived_url),
            ("sha256", source.sha256),
        ):
            if text:
                rows.append((name, safe(text)))
    if answer.says is not None:
        rows.append(("rated", rated(answer.says.reliability, answer.says.credibility)))
    for check in answer.verification:
        by = joined(
            check_words(check, answer.says, frame),
            f"known from {check.known_from}",
            _id(check.claim),
        )
        rows.append(("checked", by))
    _grid(out, rows, width=13)


def _id(claim: str | None) -> Text | str:
    return Text(claim[:SHORT], style="dim") if claim else ""


def _versions(out: Console, answer: Explanation) -> None:
    rule(out, "versions")
    _grid(
        out, ((Text(one.act, style="bold"), _version(one, answer.claim)) for one in answer.versions)
    )
    _grid(
        out,
        (
            (
                Text("redacted", style="bold"),
                joined(
                    ", ".join(one.fields),
                    f"recorded {one.recorded}",
                    safe(f"because: {one.reason}"),
                ),
            )
            for one in answer.redactions
        ),
    )


def _version(one: VersionView, meant: str | None) -> Text:
    lines: list[str | Text] = [
        joined(
            safe(f"told {one.reported}"),
            f"recorded {one.recorded}",
            safe(f"because: {one.reason}") if one.reason else "",
            Text(one.claim, style="dim") if one.claim else "",
            "the one explained here" if one.claim and one.claim == meant else "",
        )
    ]
    lines += [changed_field(change) for change in one.changed]
    return joined(*lines, by="\n")


def _around(out: Console, answer: Explanation, frame: Frame) -> None:
    if answer.links:
        rule(out, "links")
        words = ("links to it", "from here")
        _grid(
            out,
            (
                (link.kind.replace("_", " "), joined(safe(link.report), words[not link.incoming]))
                for link in answer.links
            ),
            width=14,
        )
    if answer.rivals:
        rule(out, "others on the same matter")
        _grid(out, ((one.relation, one_line(one.claim, frame)) for one in answer.rivals), width=14)
