"""The documents are tests: Python is run, consoles are typed and compared, YAML is written down."""

import doctest
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parent
LAUNCHER = f"""#!/bin/sh
exec "{sys.executable}" -c '
import sys
sys.argv[0] = "timeline"
from cli.main import main
sys.exit(main())
' "$@"
"""
SECONDS_PER_COMMAND = 120


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test is `ci` unless it says that it is `long`."""
    for item in items:
        if item.get_closest_marker("long") is None:
            item.add_marker("ci")


@pytest.fixture(scope="module")
def document_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for one document, as current folder, seeds, examples and `timeline` in reach."""
    folder = tmp_path_factory.mktemp("document")
    for shared in ("seeds", "examples"):
        (folder / shared).symlink_to(ROOT / shared)
    launcher = folder / ".bin" / "timeline"
    launcher.parent.mkdir()
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    before = Path.cwd()
    os.chdir(folder)
    with pytest.MonkeyPatch.context() as patch:
        # What a developer loaded must not change what a document says.
        patch.setenv("TIMELINE_PLACES", str(folder / ".places"))
        yield folder
    os.chdir(before)


def split_console(block: str) -> list[tuple[str, str]]:
    """Split a console block into (command, expected output); a backslash continues a command."""
    found: list[tuple[str, str]] = []
    continued = False
    for line in block.splitlines():
        if continued:
            found[-1] = (f"{found[-1][0]}\n{line.removeprefix('> ')}", "")
        elif line.startswith("$ "):
            found.append((line.removeprefix("$ "), ""))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
        elif line.strip():
            raise ValueError(f"output before any command: {line!r}; begin with `$ timeline …`")
        continued = not found[-1][1] and found[-1][0].endswith("\\") if found else False
    return found


def typed(command: str, folder: Path) -> str:
    """Type one `timeline …` line into a shell in `folder`; return what a terminal would show."""
    if command.split(maxsplit=1)[0] != "timeline":
        raise ValueError(f"`{command}` is not run here; set-up goes into a block of sh")
    hidden = {"TIMELINE_STORE", "COLUMNS", "FORCE_COLOR"}
    environment = {name: text for name, text in os.environ.items() if name not in hidden} | {
        "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",  # so that both streams come in the order of a terminal
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([str(folder / ".bin"), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "XDG_CACHE_HOME": str(folder / ".cache"),
    }
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS_PER_COMMAND,
        check=False,
    )
    return done.stdout.decode()


def plain(text: str) -> str:
    """Drop spaces at the ends of lines and empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


def evaluate_console(example: Example) -> str | None:
    """Compare what each command prints with the text below it; `...` stands for anything."""
    same = doctest.OutputChecker().check_output
    differences = []
    for command, expected in split_console(example.parsed):
        printed = typed(command, example.namespace["document_folder"])
        if not same(plain(expected), plain(printed), doctest.ELLIPSIS):
            differences.append(f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed}")
    return "\n".join(differences) or None


def write_down(example: Example) -> None:
    """Write a block of YAML that begins with `# NAME.yaml` into the folder of the document."""
    name = example.parsed.partition("\n")[0].removeprefix("# ")
    if name.endswith(".yaml"):
        Path(name).write_text(example.parsed)


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser(language="console", evaluator=evaluate_console),
        CodeBlockParser(language="yaml", evaluator=write_down),
        SkipParser(),
    ],
    patterns=["README.md", "docs/*.md"],
    fixtures=["document_folder"],
).pytest()
