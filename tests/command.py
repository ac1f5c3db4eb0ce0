"""The command line as a person types it, in this process or another, and what a checkout has."""

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
SEEDS = sorted(str(path) for path in (ROOT / "seeds").glob("*.yaml"))

Run = Callable[..., Result]
"""Types `timeline …` where a fixture has set the scene."""


def typed(*words: object, stdin: str | bytes | None = None, code: int | None = None) -> Result:
    """`timeline …`: what came of it; with `code` it has to end so."""
    result = CliRunner().invoke(cli, [str(word) for word in words], input=stdin)
    assert code in (None, result.exit_code), result.output
    return result


def typed_on(
    store: object, *words: object, stdin: str | bytes | None = None, code: int | None = None
) -> Result:
    """`timeline --store … …`, likewise."""
    return typed("--store", store, *words, stdin=stdin, code=code)


NIGER = """\
places:
  - {id: 'x:ne', name: Niger, kind: country}
  - {id: 'x:ng', name: Nigeria, kind: country}
  - {id: 'x:state', name: Niger, kind: region, parent: 'x:ng'}
"""
"""A country, and a state of another one that is called the same."""


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text by column."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def without_basis(text: str) -> str:
    """An answer as text without its basis, which holds the moment in which it was asked."""
    return re.sub("(?m)^basis .*$", "", text)


def environment(**more: str) -> dict[str, str]:
    """Of another process, which finds this program and the helpers of its tests."""
    return os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"} | more
