import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from command import environment, typed_on

import timeline

# Asks, and then tells on standard error what was loaded for it.
ASK = """
import sys
from cli.main import main
sys.argv = ["timeline", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""

NEVER = {"pydantic", "pydantic_core", "eventsourcing", "yaml"}
TEXT_ONLY = {"rich"}
# Each of these takes a share of the whole start that one would notice in the sum.
COSTLY = {
    *("asyncio", "dataclasses", "difflib", "hashlib", "pathlib", "tempfile"),
    *("typing_extensions", "urllib.parse"),
}
BUILDING = {f"timeline.view.{name}" for name in ("build", "write", "rectangles", "trial")}


@pytest.fixture(scope="module")
def store(seeds_store: Path) -> Path:
    """The seeds, with a view that is caught up."""
    typed_on(seeds_store, "known", "Pokrovsk", code=0)
    return seeds_store


def loaded_for(store: Path, *asked: str) -> set[str]:
    """The modules that one command has loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, "--store", str(store), *asked],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(done.stderr.split())


QUESTIONS = (
    ("known", "Pokrovsk", "2025-10-27"),
    ("history", "Pokrovsk"),
    ("replay", "Pokrovsk", "--from", "2025-10-26", "--to", "2025-10-27"),
    ("diff", "Pokrovsk", "2025-10-26", "2025-10-27"),
    ("status",),
)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked[0])
def test_questions_for_programs_start_without_what_they_do_not_need(
    store: Path, asked: Sequence[str]
) -> None:
    """Neither the vocabulary nor the event store's library, nor YAML, nor what draws tables."""
    loaded = loaded_for(store, *asked, "--format", "json")
    assert not loaded & (NEVER | TEXT_ONLY)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked[0])
def test_questions_for_people_start_without_what_they_do_not_need(
    store: Path, asked: Sequence[str]
) -> None:
    """Text takes rich, and nothing else that writing to the log would."""
    assert not loaded_for(store, *asked) & NEVER


def test_the_main_question_loads_least(store: Path) -> None:
    """A view that is caught up is read without the code that builds it, or what else takes time."""
    loaded = loaded_for(store, "known", "Pokrovsk", "2025-10-27", "--format", "json")
    assert not loaded & (COSTLY | BUILDING)


def test_the_public_names_are_there_though_none_is_loaded_before_it_is_asked_for() -> None:
    """`timeline` itself costs next to nothing; every name it lists leads somewhere."""
    code = "import sys, timeline; print(*sys.modules)"
    alone = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(alone.stdout.split()) & {"msgspec", "sqlite3", "timeline.engine"}
    for name in timeline.__all__:
        assert getattr(timeline, name).__name__ == name
    assert set(timeline.__all__) <= set(dir(timeline))
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = timeline.Nothing  # type: ignore[attr-defined]
