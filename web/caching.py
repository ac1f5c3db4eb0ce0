"""Answers that a client may keep, if it asks each time: strong entity tags, and 304."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""Of files whose name is of their content; of no answer, not even of one that a basis pins: its
words may be redacted."""
ASK_AGAIN: Final = "no-cache"
GZIPPED: Final = "-gzip"
"""At the end of the tag of a compressed answer, whose bytes are others."""
_DIGITS: Final = 32
"""Of a tag."""


def answered(
    request: Request,
    content: bytes,
    media: str,
    *,
    basis: str | None = None,
    headers: Mapping[str, str] | None = None,
    tag: str | None = None,
) -> Response:
    """An answer with a strong tag; 304 where the client has it.

    `basis` is that of the answer, or None where it has none. `tag` is its `tag_of`, where that is
    known already.
    """
    tag = tag or tag_of(basis, content, media)
    given = {"etag": tag, "cache-control": ASK_AGAIN, **(headers or {})}
    if has(request.headers.get("if-none-match"), tag):
        return Response(None, 304, given)
    return Response(content, 200, given, media)


def tag_of(basis: str | None, content: bytes, media: str) -> str:
    """The tag of an answer: of its basis, and of its bytes, which the question shapes."""
    # The bytes too: a redaction, or another version of this program, keeps the basis.
    digest = sha256(f"{basis}\0{media}\0".encode())
    digest.update(content)
    return f'"{digest.hexdigest()[:_DIGITS]}"'


def has(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has this version, compressed or not."""
    if if_none_match is None:
        return False
    plain = if_none_match.replace(f'{GZIPPED}"', '"')
    return plain.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in plain.split(",")
    )
