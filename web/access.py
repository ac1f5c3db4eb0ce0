"""Who may write: tokens of 256 bits, of which the server knows only the SHA-256, with scopes."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final, Literal, get_args

from timeline.errors import TimelineError
from web.problems import Refused

Scope = Literal["add", "correct", "retract"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""What a token may allow, called as the commands are."""

_log = logging.getLogger("timeline.web")
_PREFIX: Final = "tl_"
_LINE: Final = re.compile(r"([0-9a-f]{64})\s+([a-z]+(?:,[a-z]+)*)(?:\s+#.*)?")
_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="timeline"'}


class BadTokens(TimelineError):
    """A file of tokens that cannot be used."""


def new_token(path: Path, scopes: tuple[Scope, ...], note: str = "") -> str:
    """Make a token and add its hash to the file; it is shown this once. Raises OSError."""
    token = _PREFIX + secrets.token_urlsafe(32)
    made = datetime.now(UTC).date().isoformat()
    said = f" # {made} {note}".rstrip()
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "rb+") as file:
        # A line that somebody wrote without an end would take the new one in.
        end = b"" if file.read()[-1:] in (b"", b"\n") else b"\n"
        file.write(end + f"{_hashed(token)} {','.join(scopes)}{said}\n".encode())
    return token


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(slots=True)
class _Bucket:
    """Writes that a token has left; they come back evenly over a minute."""

    left: float
    seen: float = field(default_factory=time.monotonic)

    def take(self, per_minute: int) -> float:
        """Take one; how many seconds to wait where there is none."""
        now = time.monotonic()
        self.left = min(per_minute, self.left + (now - self.seen) * per_minute / 60)
        self.seen = now
        if self.left < 1:
            return (1 - self.left) * 60 / per_minute
        self.left -= 1
        return 0.0


class WriteAccess:
    """Who may write to a server, by a file of tokens; a line taken out of it ends its token.

    Raises `BadTokens` where the file cannot be read, holds no token, or may be written by others.
    """

    def __init__(self, path: Path, per_minute: int = 60) -> None:
        self._path = path
        self._per_minute = per_minute
        self._buckets: dict[str, _Bucket] = {}
        self._stamp: tuple[int, int] | None = None
        self._scopes: dict[str, frozenset[str]] = {}
        self._read()
        if not self._scopes:
            raise BadTokens(
                f"{path} holds no token; make one with `timeline serve --new-token add`"
            )

    def check(self, authorization: str | None, scope: Scope) -> None:
        """Raise `Refused` unless the header bears a token for this, used not too often."""
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refused(HTTPStatus.UNAUTHORIZED, "who writes has to show a token", _CHALLENGE)
        try:
            self._read()
        except BadTokens as error:
            _log.error("%s", error)
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "the server cannot read its tokens; ask who runs it to look at its log",
            ) from None
        hashed = _hashed(token.strip())
        scopes = self._scopes.get(hashed)  # of a hash: how long it takes tells nothing of a token
        if scopes is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "this token is not known here", _CHALLENGE)
        if scope not in scopes:
            raise Refused(
                HTTPStatus.FORBIDDEN, f"this token is for {', '.join(sorted(scopes))}, not {scope}"
            )
        bucket = self._buckets.setdefault(hashed, _Bucket(self._per_minute))
        if wait := bucket.take(self._per_minute):
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"over {self._per_minute} writes a minute; send many reports in one document",
                {"retry-after": str(int(wait) + 1)},
            )

    def _read(self) -> None:
        """Read the file, if it is another than it was."""
        try:
            found = self._path.stat()
            stamp = found.st_mtime_ns, found.st_size
            if stamp == self._stamp:
                return
            text = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._scopes, self._stamp = {}, None
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise BadTokens(f"{self._path} cannot be read ({why}); name a file of tokens") from None
        self._scopes, self._stamp = {}, None
        if os.name == "posix" and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise BadTokens(f"{self._path} may be written by others; chmod 600 it")
        self._scopes, self._stamp = _scopes(text, self._path), stamp


def _scopes(text: str, path: Path) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None or not set(parts[2].split(",")) <= set(SCOPES):
            raise BadTokens(
                f"{path}:{number}: no token; write the SHA-256 in hexadecimal and its scopes, "
                f"of {', '.join(SCOPES)}"
            )
        found[parts[1]] = frozenset(parts[2].split(","))
    return found
