import re
import shlex
from pathlib import Path

import msgspec
import pytest
from command import SEEDS, typed
from written import PARTS, ROOT, names_in, pages, written

from cli.places import FoundPlace, ShownPlace
from cli.rebuild import Built
from cli.status import Status
from timeline import Claim, Situation
from timeline.atlas.file import Listed
from timeline.audit.scan import Flaw
from timeline.audit.verify import Compared, Verified
from timeline.backup import Kept
from timeline.dating import Apart, Dated
from timeline.formats import control
from timeline.formats.answers import HISTORY_COLUMNS
from timeline.formats.reports import REPORT_COLUMNS
from timeline.questions.activity import Activity, ActivityRow
from timeline.questions.diff import Diff
from timeline.questions.explain import (
    Agent,
    Changed,
    Check,
    Ended,
    Explanation,
    Link,
    Redacted,
    Rival,
    VersionView,
)
from timeline.questions.follow import ReportEntry
from timeline.questions.hindsight import Difference, Hindsight, Lateness
from timeline.questions.history import History, HistoryStep
from timeline.questions.lives import Life, LifeEvent, Lives, Rate, Record
from timeline.questions.project import Projected
from timeline.questions.replay import ReplayStep
from timeline.reasons import Reason
from timeline.situation import Counts, Flag, PlaceView, Rollup, Sum

DOCS = sorted(ROOT.glob("docs/*.md"))
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_what_the_program_knows_is_in_the_documents_as_it_is(page: Path) -> None:
    """The vocabulary, the help of commands, signatures, the packages."""
    text = page.read_text("utf-8")
    assert text == written(text), "run `make docs`"


def test_everything_that_is_written_is_in_one_document() -> None:
    """None is forgotten, and none is there twice."""
    names = [name for page in DOCS for name in names_in(page.read_text("utf-8"))]
    assert sorted(names) == sorted(PARTS)


def test_every_document_is_on_the_list_of_the_readme() -> None:
    """Who reads on finds each."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [page.name for page in DOCS if f"](docs/{page.name})" not in readme] == []


def test_every_decision_is_on_the_list_of_the_map() -> None:
    """Who asks why finds each."""
    listed = (ROOT / "docs/architecture.md").read_text("utf-8")
    decisions = sorted(page.name for page in ROOT.glob("docs/decisions/*.md"))
    assert [name for name in decisions if f"](decisions/{name})" not in listed] == []


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *DOCS, *sorted(ROOT.glob("docs/decisions/*.md"))],
    ids=lambda page: page.name,
)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    for file, heading in _LINK.findall(page.read_text("utf-8")):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not heading or heading in _headings(target), f"{file}#{heading}"


def test_every_command_of_the_readme_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says can be typed once the seeds are filed can be."""
    monkeypatch.chdir(tmp_path)
    typed("add", *SEEDS, code=0)
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^\| .* \| `timeline (.*)` \|$", readme, re.MULTILINE)
    assert len(commands) == 8
    for command in commands:
        assert typed(*shlex.split(command), code=0).output.strip(), command


ANSWERS = (
    *(Claim, PlaceView, Counts, Rollup, Sum, Flag, Diff, History, HistoryStep, ReplayStep),
    *(Hindsight, Difference, Dated, Apart, Lateness, Activity, ActivityRow, Projected),
    *(Explanation, Reason, Agent, Changed, Ended, VersionView, Redacted, Link, Check, Rival),
    *(Lives, Life, LifeEvent, Record, Rate),
    *(FoundPlace, ShownPlace, Listed, Status, Built, Verified, Compared, Flaw, Kept),
)


def _named(page: str) -> set[str]:
    """What a page names as it is typed."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    return set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", text))))


def test_every_key_of_an_answer_and_every_column_is_explained() -> None:
    """Who writes a program against the JSON or the CSV finds what each of them means."""
    keys = {field.encode_name for answer in ANSWERS for field in msgspec.structs.fields(answer)}
    assert {*keys, *Situation.KEYS, *HISTORY_COLUMNS} - _named("answers.md") == set()
    entry = {one.encode_name for one in msgspec.structs.fields(ReportEntry)} - {"schema"}
    assert entry - _named("view.md") == set()
    exported = {*REPORT_COLUMNS, *control.BEFORE, *control.AFTER}
    assert exported - _named("answers.md") - _named("export.md") - _named("reports.md") == set()


@pytest.mark.parametrize(
    "command",
    [
        f"add {SEEDS[0]}",
        f"import csv {ROOT / 'none.csv'}",
        "retract pokrovsk-2025-10-27-deepstate --reported 2025-11-01 --reason x",
        "redact pokrovsk-2025-10-27-deepstate summary --reason x",
        "copy timeline.db copy.db",
        "compact",
    ],
)
def test_every_key_that_a_command_prints_is_explained(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the commands that answer no question."""
    monkeypatch.chdir(tmp_path)
    typed("add", *SEEDS, code=0)
    told = msgspec.json.decode(typed(*shlex.split(command), "--format", "json").stdout)
    assert set(told) - _named("answers.md") == set()


def _headings(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
