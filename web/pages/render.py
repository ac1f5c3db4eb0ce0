"""Templates into pages, and the files they need: addressed by their content, kept for ever."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from timeline.formats.csv import number
from web.pages.address import place_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEDIA: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)", re.ASCII)
_LATIN: Final = "A-Za-z\u00aa-\u02af\u1e00-\u1eff\ufb00-\ufb06\uff21-\uff5a"
_FOREIGN: Final = re.compile(f"([^\\W\\d_{_LATIN}][^{_LATIN}]*)")
"""Words in another script than Latin, with what stands between them."""
_FOLDER: Final = files("web") / "static"


@lru_cache(maxsize=1)
def static_files() -> Mapping[str, tuple[bytes, str]]:
    """The files of the pages by the name they are asked for, with their media types."""
    found = {}
    for file in _FOLDER.iterdir():
        content = file.read_bytes()
        name = PurePosixPath(file.name)
        if name.suffix in MEDIA:
            digest = sha256(content).hexdigest()[:12]
            found[f"{name.stem}.{digest}{name.suffix}"] = (content, MEDIA[name.suffix])
    return found


@lru_cache(maxsize=8)
def _address(name: str) -> str:
    """Where a file of the pages is served: `page.css` as `/static/page.0123abcd.css`."""
    wanted = PurePosixPath(name)
    return next(
        f"/static/{served}"
        for served in static_files()
        if served.startswith(f"{wanted.stem}.") and served.endswith(wanted.suffix)
    )


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """The style sheet, and its hash for the policy of a file that carries it within."""
    text = (_FOLDER / "page.css").read_text("utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return text, f"sha256-{digest}"


def _isolated(text: object, language: str = "") -> Markup:
    """The words of others: escaped, and their direction kept from the text around them.

    `language` is a code of BCP 47, where it is known.
    """
    if language:
        return Markup('<bdi lang="{}">{}</bdi>').format(language, text)
    return Markup("<bdi>{}</bdi>").format(text if isinstance(text, Markup) else _foreign(str(text)))


def _foreign(text: str) -> Markup:
    """Text in which words of another script are not read out as English: nobody said of what
    language they are, which HTML writes as a language that is empty.
    """
    if text.isascii():
        return escape(text)
    return every_second(_FOREIGN.split(text), Markup('<span lang="">{}</span>'))


def _dated(text: str) -> Markup:
    """The words of others on a time, with dates that do not break at their hyphens."""
    return _isolated(every_second(_DATE.split(text), Markup('<span class="nb">{}</span>')))


def every_second(parts: Sequence[str], mark: Markup) -> Markup:
    """Parts of a text in a row, escaped, of which the second, the fourth and so on are marked."""
    return Markup("").join(mark.format(part) if at % 2 else part for at, part in enumerate(parts))


def _begun(text: str) -> str:
    """A sentence with a capital at its beginning, and nowhere else than it had them."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"bdi": _isolated, "dates": _dated, "number": number, "begun": _begun}
    environment.globals |= {"static": _address, "place_url": place_url}
    return environment


def render(template: str, **values: object) -> bytes:
    """A page as it is sent."""
    return _environment().get_template(template).render(values).encode()
