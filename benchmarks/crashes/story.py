"""Reports to file while writers are killed: documents of four towns, each report with its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

TOWNS: Final = ("Alpha", "Beta", "Gamma", "Delta")
PARTIES: Final = ("ua", "ru", "deepstate")
ASKED: Final = ("North", *TOWNS)
"""Places whose answers are compared."""

PLACES: Final = {
    "places": [
        {"id": "local:north", "name": "North", "kind": "oblast"},
        *(
            {"id": f"local:{name.lower()}", "name": name, "kind": "town", "parent": "local:north"}
            for name in TOWNS
        ),
    ]
}


def write_places(folder: Path) -> Path:
    """A document that defines the places of all reports."""
    path = folder / "places.json"
    path.write_text(json.dumps(PLACES))
    return path


def write_reports(path: Path, prefix: str, count: int) -> list[str]:
    """A document of so many reports; their ids."""
    ids = [f"{prefix}-{number}" for number in range(count)]
    with path.open("w") as stream:
        for number, one in enumerate(ids):
            stream.write(json.dumps({"id": one, **report(number)}) + "\n")
    return ids


def write_correction(path: Path, number: int) -> None:
    """A document of how a report should read."""
    path.write_text(json.dumps({"reports": [report(number) | {"summary": "corrected"}]}))


PROFILE: Final = """\
about: rows of a table, as a data set is published
id: "{id}"
report:
  kind: clash
  place: "{town}"
  chain: ["{by}"]
  happened: "{day}"
  reported: "{told}"
  summary: "{words}"
"""


def write_table(path: Path, numbers: range, words: str) -> list[str]:
    """A table of rows as a data set is published, and a profile beside it; the reports' ids.

    The profile bears the name of the table's folder.
    """
    path.parent.mkdir(exist_ok=True)
    (path.parent / f"{path.parent.name}.yaml").write_text(PROFILE)
    lines = ["id,town,day,told,by,words"]
    for number in numbers:
        said = report(number)
        lines.append(
            f"{number},{said['place']},{said['happened']},{said['reported']},{said['chain'][0]},"
            f"{words}"
        )
    path.write_text("\n".join(lines) + "\n")
    return [f"{path.parent.name}:{number}" for number in numbers]


def report(number: int) -> dict[str, Any]:
    """One report: who holds a town, or a clash in it."""
    day = number % 27 + 1
    said: dict[str, Any] = {
        "kind": "clash",
        "place": TOWNS[number % 4],
        "happened": f"2025-10-{day:02d}",
        "reported": f"2025-10-{day + 1:02d}",
        "chain": [PARTIES[number % 3]],
        "summary": f"report {number}",
    }
    if number % 3:
        held = {"status": "held", "by": ("ua", "ru")[number // 3 % 2]}
        said |= {"kind": "control_assessment", "shares": [held]}
    return said
