import re
from pathlib import Path

import pytest
from written import PARTS, ROOT, names_in, pages, written

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


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda page: page.name)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading that it has."""
    for file, heading in _LINK.findall(page.read_text("utf-8")):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not heading or heading in _headings(target), f"{file}#{heading}"


def _headings(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
