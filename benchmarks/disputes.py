"""How often the rules on disputes agree with people: `python -m benchmarks.disputes`.

Reads pairs of claims labelled by hand, and prints precision and recall of each relation.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from events.document import load_document
from events.draft import Draft, draft_from
from events.kinds import stored
from timeline.claims import Assertion, assertion
from timeline.decoding import decode
from timeline.entries import FILED
from timeline.log.filing import Filing
from timeline.log.rows import row_of
from timeline.values import related

ROOT: Final = Path(__file__).resolve().parent.parent
PAIRS: Final = ROOT / "tests" / "data" / "dispute_pairs.yaml"
RELATIONS: Final = (
    "contradiction",
    "update",
    "refinement",
    "repeat",
    "unreconciled",
    "compatible",
)


class Judged(NamedTuple):
    """A pair as people labelled it, and what the rules say."""

    what: str
    label: str
    said: str


class Score(NamedTuple):
    """Of one relation: pairs so labelled, pairs the rules call so, and those of both."""

    labelled: int
    said: int
    both: int

    @property
    def precision(self) -> float:
        """Of the pairs that the rules call so, the share that people do."""
        return self.both / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that people call so, the share that the rules do."""
        return self.both / self.labelled if self.labelled else 1.0


def judged() -> list[Judged]:
    """Every labelled pair with what the rules say of it."""
    seeds = _seeds()
    found = []
    for number, pair in enumerate(yaml.safe_load(PAIRS.read_text("utf-8"))["pairs"]):
        one, other = (_claim(pair.get("place", ""), pair[side], seeds) for side in ("one", "other"))
        what = f"{number + 1} {pair.get('place') or pair['one']['report']}"
        found.append(Judged(what, pair["label"], related(one, other)))
    return found


def scores(pairs: list[Judged]) -> dict[str, Score]:
    """The score of each relation."""
    labelled = Counter(pair.label for pair in pairs)
    said = Counter(pair.said for pair in pairs)
    both = Counter(pair.label for pair in pairs if pair.label == pair.said)
    return {name: Score(labelled[name], said[name], both[name]) for name in RELATIONS}


def _seeds() -> dict[str, Draft]:
    return {
        draft.key: draft
        for path in sorted((ROOT / "seeds").glob("*.yaml"))
        for draft in load_document(path.read_bytes(), str(path), timezone="UTC").drafts
    }


def _claim(place: str, side: dict[str, Any], seeds: dict[str, Draft]) -> Assertion:
    draft = seeds[side["report"]] if "report" in side else _draft(place, side)
    row = row_of(Filing(draft.key, stored(draft.event)))
    state = b'{"recorded":0,' + row.state[1:]
    entry = decode(1, row.originator, 1, FILED, state, row.sealed)
    claim = assertion(entry)
    if claim is None:
        raise SystemExit(f"{draft.key} claims nothing; label pairs of claims only")
    return claim


def _draft(place: str, side: dict[str, Any]) -> Draft:
    """A side of a pair as the report that a document would hold."""
    status, _, by = str(side["says"]).partition(" ")
    during = side.get("during")
    report = {
        "kind": "control_assessment",
        "place": {"id": "local:place", "name": place, "kind": "town"},
        "chain": [side["by"]],
        "happened": {"during": during} if during else {"at": side["at"]},
        "reported": str(side.get("told") or side["at"]),
        "shares": [{"status": status, "by": by} if by else {"status": status}],
    }
    draft = draft_from(report, file=str(PAIRS), timezone="UTC")
    if not isinstance(draft, Draft):
        raise SystemExit(f"{place}: {draft}")
    return draft


def main() -> None:
    """Print the scores, and every pair on which the rules and people differ."""
    pairs = judged()
    print(f"{len(pairs)} pairs labelled by hand")
    print(f"{'relation':14} {'labelled':>8} {'said':>5} {'precision':>9} {'recall':>7}")
    for name, score in scores(pairs).items():
        print(
            f"{name:14} {score.labelled:8} {score.said:5} "
            f"{score.precision:9.2f} {score.recall:7.2f}"
        )
    right = sum(pair.label == pair.said for pair in pairs)
    print(f"{'all':14} {len(pairs):8} {len(pairs):5} {right / len(pairs):9.2f}")
    for pair in pairs:
        if pair.label != pair.said:
            print(f"differs: {pair.what}: labelled {pair.label}, said {pair.said}")


if __name__ == "__main__":
    main()
