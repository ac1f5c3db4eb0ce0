"""An article in, a document of proposed reports out: the whole way in one function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from events.document import Draft, draft_from
from events.when import quoted
from timeline.proposals.article import NoArticle
from timeline.proposals.proposing import MOST, propose
from timeline.proposals.reading import read_through
from timeline.proposals.table import shipped_table
from timeline.proposals.writing import in_words, write

if TYPE_CHECKING:
    from timeline.gazetteer import Gazetteer
    from timeline.parties import Party
    from timeline.proposals.article import Article


class Origin(NamedTuple):
    """Where an article is from: its publisher's id, the day or instant, and what else is known."""

    publisher: str
    published: str
    title: str | None = None
    url: str | None = None
    asked: Mapping[str, str] = {}
    """What a person has to check of it, by what it is of, where it was not told."""

    @property
    def day(self) -> date:
        """The day of publication; raises ValueError unless `published` begins with one."""
        return date.fromisoformat(self.published[:10])

    def source(self, sha256: str) -> dict[str, str]:
        """The source of every report."""
        told = {"publisher": self.publisher, "title": self.title, "url": self.url}
        told |= {"published": self.published, "language": "en", "sha256": sha256}
        return {key: text for key, text in told.items() if text}

    def problem(self) -> str | None:
        """What the vocabulary has against it: one line, what is wrong; what would be right."""
        try:
            day = str(self.day)
        except ValueError:
            return f"--published {quoted(self.published)} is no day; write e.g. 2025-10-27"
        report = {"kind": "clash", "place": "somewhere", "happened": day, "chain": "anybody"}
        source = self.source("0" * 64)
        result = draft_from({**report, "source": source}, file="", line=None, timezone="UTC")
        if isinstance(result, Draft):
            return None
        return f"{result[0].what}; {result[0].right}"


class Drafted(NamedTuple):
    """The document, and how many proposals are in it, with a question, left out; what was not."""

    document: bytes
    proposals: int
    questions: int
    left_out: int
    passed: int

    def __str__(self) -> str:
        return in_words(self.proposals, self.questions, self.left_out, self.passed)


def draft_article(
    article: Article,
    name: str,
    origin: Origin,
    parties: Mapping[str, Party],
    gazetteer: Gazetteer,
    place: str | None,
) -> Drafted:
    """Propose reports from an article in English.

    The same text, places and parties give the same bytes. `place` is where sentences belong that
    name none. Raises `NoArticle` for one of too much, `PlaceError` unless `place` is one place.
    """
    table = shipped_table()
    reading = read_through(article, table, parties, gazetteer, origin.day, place)
    source = origin.source(article.sha256)
    proposed = propose(
        reading, table, publisher=origin.publisher, published=origin.day, source=source
    )
    if len(proposed.proposals) > MOST:
        raise NoArticle(f"over {MOST:,} proposals", "give one article at a time")
    document = write(
        proposed,
        name=name,
        source=source,
        asked=origin.asked,
        place=place,
    )
    left_out = sum(1 for one in proposed.proposals if not one.ready)
    return Drafted(
        document,
        len(proposed.proposals) - left_out,
        sum(1 for one in proposed.proposals if one.ready and one.review),
        left_out,
        len(proposed.passed),
    )
