"""How often `timeline draft` proposes what people would file: `python -m benchmarks.drafts`.

Reads short texts labelled by hand, and prints precision and recall of the proposals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from events.canonical import canonical
from events.document import load_document
from timeline.gazetteer import Gazetteer
from timeline.parties import Party
from timeline.places import decode_place
from timeline.proposals.article import read_article
from timeline.proposals.proposing import Proposal, propose
from timeline.proposals.reading import read_through
from timeline.proposals.table import shipped_table
from timeline.shipped import shipped_parties, shipped_places

ROOT: Final = Path(__file__).resolve().parent.parent
TEXTS: Final = ROOT / "tests" / "data" / "draft_texts.yaml"


class Judged(NamedTuple):
    """A proposal beside the label of the same kind, place and party; one of the two may be missing.

    `right`: it tells all that the label does. `wrong`: it tells what the text does not.
    """

    text: str
    proposal: Proposal | None
    label: Mapping[str, Any] | None
    right: bool = False
    wrong: bool = False

    @property
    def filed(self) -> bool:
        """Whether it would be filed if nobody looked."""
        return self.proposal is not None and self.proposal.ready

    @property
    def wanted(self) -> bool:
        """Whether a person would file it, and the text leaves nothing of it open."""
        return self.label is not None and "asked" not in self.label and "may" not in self.label

    @property
    def unasked(self) -> bool:
        """Whether what is wrong, or left open by the text, is proposed without a question."""
        left_open = self.label is not None and "asked" in self.label
        asks = self.proposal is not None and bool(self.proposal.review)
        return self.filed and not asks and (self.wrong or left_open)


class Score(NamedTuple):
    """What was proposed and not commented out, beside what people would file."""

    texts: int
    proposals: int
    same: int
    """Of one kind, place and party with a label."""
    right: int
    """Of these, with the same day and numbers too."""
    unasked: int
    """Wrong, or left open by the text, and without a question."""
    wanted: int
    found: int


def judged(path: Path = TEXTS) -> list[Judged]:
    """Every proposal with the label that it meets, and every label that none meets."""
    data = yaml.load(path.read_bytes(), Loader=yaml.BaseLoader)
    world = load_document(yaml.safe_dump(data["world"]).encode(), str(path), timezone="UTC")
    parties = {**shipped_parties(), **{one.id: one for one in world.parties}}
    listed = {one.id: Party(one.id, tuple(one.names), one.side) for one in parties.values()}
    places = [decode_place(canonical(one.stored())) for one in world.places]
    gazetteer = Gazetteer(places, shipped_places())
    return [one for text in data["texts"] for one in _beside(text, listed, gazetteer)]


def score(judged: list[Judged]) -> Score:
    """How many were proposed, and how many of these as people would."""
    filed = [one for one in judged if one.filed]
    return Score(
        texts=len({one.text for one in judged}),
        proposals=len(filed),
        same=sum(one.label is not None for one in filed),
        right=sum(one.right for one in filed),
        unasked=sum(one.unasked for one in filed),
        wanted=sum(one.wanted and (one.filed or one.proposal is None) for one in judged),
        found=sum(one.wanted for one in filed),
    )


def _beside(
    text: Mapping[str, Any], parties: Mapping[str, Party], gazetteer: Gazetteer
) -> Iterator[Judged]:
    published = date.fromisoformat(text["published"])
    publisher = text.get("publisher", "reuters")
    article, table = read_article(text["text"].encode()), shipped_table()
    reading = read_through(article, table, parties, gazetteer, published, text.get("place"))
    source = {"publisher": publisher, "published": text["published"], "language": "en"}
    made = propose(reading, table, publisher=publisher, published=published, source=source)
    left = list(text["labels"])
    for one in made.proposals:
        found = [label for label in left if _is_same(one, label)]
        best = max(found, key=lambda label: _is_right(one, label), default=None)
        if best is not None and one.ready:
            left.remove(best)
        right = best is not None and _is_right(one, best)
        yield Judged(text["name"], one, best, right, best is None or _is_wrong(one, best))
    for label in left:
        yield Judged(text["name"], None, label)


def _is_same(proposal: Proposal, label: Mapping[str, Any]) -> bool:
    keys = proposal.keys
    said = (keys["kind"], keys.get("place"), _first(keys["chain"]), keys.get("stance", "asserts"))
    return said == (label["kind"], label["place"], label["by"], label.get("stance", "asserts"))


def _is_right(proposal: Proposal, label: Mapping[str, Any]) -> bool:
    told = label.get("also", {})
    return not _is_wrong(proposal, label) and told.keys() <= proposal.keys.keys()


def _is_wrong(proposal: Proposal, label: Mapping[str, Any]) -> bool:
    """Whether it has another day or value, or a number that the label does not have."""
    keys, told = proposal.keys, label.get("also", {})
    return (
        _day(keys["happened"]) != label["happened"]
        or not _NUMBERS & keys.keys() <= told.keys()
        or any(_plain(keys[key]) != _plain(told[key]) for key in keys.keys() & told.keys())
    )


_NUMBERS: Final = {"size", "count", "people", "killed", "wounded", "deaths", "injured", "personnel"}


def _first(chain: object) -> str:
    first = chain[0] if isinstance(chain, list) else chain
    return str(first["party"] if isinstance(first, Mapping) else first)


def _day(happened: object) -> str:
    return str(next(iter(happened.values())) if isinstance(happened, Mapping) else happened)


def _plain(value: object) -> str:
    return str(value).lower().replace('"', "'")


def main() -> None:
    """Print the figures."""
    found = score(judged())
    print(f"{found.texts} texts, of which people would file {found.wanted} reports")
    for what, some, all_ in (
        ("of these, proposed", found.found, found.wanted),
        ("proposals of a kind, place and party that people name", found.same, found.proposals),
        ("of these, with the same day and numbers", found.right, found.same),
        ("wrong, or left open by the text, and without a question", found.unasked, found.proposals),
    ):
        print(f"{what:56} {some:3} of {all_:3} {some / all_:5.2f}")


if __name__ == "__main__":
    main()
