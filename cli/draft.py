"""The command that proposes reports from an article, for a person to review."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.options import output_option
from cli.session import Session, data, files, note, pass_session, to_read
from timeline.errors import BadReport, MissingStore
from timeline.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from timeline.parties import Party
    from timeline.places import Place
    from timeline.proposals.drafted import Drafted, Origin

UNKNOWN: Final = "unknown"
"""Who published an article of which nobody says it."""


@click.command(short_help="Propose reports from an article.")
@click.argument("article", metavar="ARTICLE.txt", callback=to_read, shell_complete=files)
@output_option
@click.option("--publisher", metavar="ID", help="Who published it, e.g. reuters.")
@click.option(
    "--published",
    metavar="DATE",
    help="When: `yesterday` and `on Monday` are counted from that day. By default the date with"
    " which the text or the name of the file begins.",
)
@click.option("--title", help="The headline.")
@click.option("--url", help="Where it can be read.")
@click.option(
    "--place",
    metavar="PLACE",
    help="The place of sentences that name none; without it they wait to be decided.",
)
@click.option("--language", default="en", show_default=True, help="Only en can be read.")
@click.option("--force", is_flag=True, help="Write over FILE, and lose what was changed in it.")
@pass_session
def draft(
    session: Session,
    article: str,
    output: str,
    publisher: str | None,
    published: str | None,
    title: str | None,
    url: str | None,
    place: str | None,
    language: str,
    force: bool,
) -> None:
    """Propose reports from the plain text of a news article in English; `-` is standard input.

    Writes a YAML document for a person to check: each sentence that says something the vocabulary
    knows, the reports it may make, and what has to be decided ("# review:"). Nothing is filed: that
    is `timeline add FILE`. No model, no network: the same text gives the same bytes.
    """
    if language.partition("-")[0].lower() != "en":
        raise click.UsageError(f"--language {language} is not read yet; give an article in English")
    path = Path(output)
    if output != "-":
        _check_free(path, Path(article), force=force)
    drafted = _drafted(session, article, publisher, published, title, url, place)
    if output == "-":
        data(drafted.document)
        note(str(drafted))
        return
    _write(path, drafted.document)
    note(f"wrote {path}: {drafted}; check it, then: {session.typed('add', str(path), '--dry-run')}")


def _check_free(path: Path, article: Path, *, force: bool) -> None:
    """What somebody has been through by hand is not written over unasked, the article never."""
    if path.exists() and article.exists() and path.samefile(article):
        raise click.UsageError(f"{path} is the article; name another file")
    if path.is_file() and not force:
        raise click.ClickException(
            f"{path} is there already; name another file, or write over it with --force"
        )


def _write(path: Path, document: bytes) -> None:
    from timeline.formats.files import replaced  # here: most drafts are looked at first

    with replaced(path) as stream:
        stream.write(document)


def _drafted(
    session: Session,
    article: str,
    publisher: str | None,
    published: str | None,
    title: str | None,
    url: str | None,
    place: str | None,
) -> Drafted:
    from events.document import Problem
    from timeline.gazetteer import open_gazetteer
    from timeline.proposals.article import NoArticle, read_article
    from timeline.proposals.drafted import Origin, draft_article

    try:
        read = read_article(_read(article))
        places, parties = _known(session)
        name = "standard input" if article == "-" else Path(article).name
        asked: dict[str, str] = {}
        if published is None:
            published, by = _dated(read.text, name)
            asked["published"] = f"when was it published? this is the date with which {by} begins"
        if publisher is None:
            asked["publisher"] = "who published it?"
        by_whom = UNKNOWN if publisher is None else _listed(publisher, parties)
        origin = Origin(by_whom, published, title, url, asked)
        _check(origin, parties)
        return draft_article(read, name, origin, parties, open_gazetteer(places, note), place)
    except NoArticle as error:
        raise BadReport([Problem(article, error.line, error.what, error.right)]) from None


def _dated(article: str, name: str) -> tuple[str, str]:
    """The date with which an article begins, or else the name of its file."""
    for text, by in ((article[:200], "the text"), (name, "its name")):
        if found := re.match(r"\W*(?:date:?\s+)?([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])", text):
            note(f"note: taken as published on {found[1]}, the date with which {by} begins")
            return found[1], by
    raise click.UsageError("when was it published? write --published, such as 2025-10-27")


def _read(article: str) -> bytes:
    from timeline.proposals.article import MAX_BYTES

    if article == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(article).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _known(session: Session) -> tuple[Iterable[Place], dict[str, Party]]:
    """The places and parties of the log, where there is one, and the parties that are shipped."""
    from timeline.parties import Party
    from timeline.shipped import shipped_parties

    parties = {
        one.id: Party(one.id, tuple(one.names), one.side) for one in shipped_parties().values()
    }
    try:
        with session.open() as timeline, timeline.reading() as reader:
            parties |= {key: one for key, one in reader.parties().items() if one.names}
            return list(reader.book()), parties
    except MissingStore:
        return (), parties


def _listed(publisher: str, parties: Mapping[str, Party]) -> str:
    """The id of the one party of this name; else what was typed."""
    from timeline.parties import PartyBook

    found = PartyBook(parties).named(publisher, tails=False)
    return found[0].id if len(found) == 1 else publisher


def _check(origin: Origin, parties: Mapping[str, Party]) -> None:
    if problem := origin.problem():
        raise click.UsageError(problem)
    if "publisher" in origin.asked:
        note(f"note: who published it is not said; the draft has {UNKNOWN}, to be put right")
    elif origin.publisher not in parties:
        note(f"note: taken as written, in no list of parties: {safe(origin.publisher)}")
