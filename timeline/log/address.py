"""Stores that are addresses of a server, and how they are named without what must stay secret."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from timeline.errors import StoreError

LONGEST: Final = 1_000

# Stricter than libpq: it would take `p@ss@host` for the host `ss@host`, and tell so in its errors.
_WORD: Final = r"(?:[^\s\x00-\x1f\x7f/?#\[\]@%:,&=]|%[0-9A-Fa-f]{2})"
_VALUE: Final = r"(?:[^\s\x00-\x1f\x7f?#@%&]|%[0-9A-Fa-f]{2})"
_HOST: Final = rf"(?:\[[0-9A-Fa-f:.]+\]|{_WORD}*)(?::[0-9]{{0,5}})?"
_ADDRESS: Final = (
    rf"postgres(?:ql)?://(?:(?P<user>{_WORD}*)(?::(?P<password>(?:{_WORD}|[,&=:])*))?@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)(?:/(?P<database>(?:{_WORD}|[,&=:])*))?"
    rf"(?:\?(?P<options>[a-z_]+={_VALUE}*(?:&[a-z_]+={_VALUE}*)*))?"
)
_SHOWN_OPTIONS: Final = ("host", "port", "user", "dbname")
_RIGHT: Final = (
    "write postgresql://USER@HOST:PORT/DATABASE, and in a password % as %25, @ as %40, / as %2F, "
    "? as %3F, # as %23"
)


class StoreAddress(msgspec.Struct, frozen=True):
    """Where a server is, and which database of it.

    `given` is what was written, for the client library alone: it may hold a password. `shown` is
    for everything that anybody may read.
    """

    given: str
    shown: str
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"StoreAddress({self.shown!r})"

    def without_secrets(self, text: str) -> str:
        """Words of somebody else, such as a server's error, without the secrets of the address."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text


def is_address(store: str) -> bool:
    """Whether a store is named by an address, and not by the path of a file."""
    return "://" in store


def shown(store: str) -> str:
    """A store as anybody may read it: a path as it is, an address without its secrets."""
    if not is_address(store):
        return store
    try:
        return address(store).shown
    except StoreError:
        return f"{store.partition('://')[0][:20]}://…"


def address(store: str) -> StoreAddress:
    """Read an address; StoreError, with nothing of it in the message, where it is none."""
    scheme = store.partition("://")[0]
    if scheme not in ("postgresql", "postgres"):
        raise StoreError(
            "a store that is neither a file nor on PostgreSQL; write the path of a file, or "
            "postgresql://USER@HOST:PORT/DATABASE"
        )
    if len(store) > LONGEST:
        raise StoreError(f"the address of the store is over {LONGEST:,} signs long; {_RIGHT}")
    found = re.fullmatch(_ADDRESS, store)
    if found is None or not _is_text(store):
        raise StoreError(f"the address of the store cannot be read; {_RIGHT}")
    options = [one for one in (found["options"] or "").split("&") if one]
    told = [one for one in options if one.partition("=")[0] in _SHOWN_OPTIONS]
    hidden = [one.partition("=")[2] for one in options if "password" in one.partition("=")[0]]
    user = f"{found['user']}@" if found["user"] else ""
    database = f"/{found['database']}" if found["database"] is not None else ""
    query = f"?{'&'.join(told)}" if told else ""
    return StoreAddress(
        store,
        f"postgresql://{user}{found['hosts']}{database}{query}",
        tuple(_spellings([found["password"] or "", *hidden])),
    )


def _is_text(store: str) -> bool:
    """Whether the escapes stand for text, which is what the client library takes."""
    from urllib.parse import unquote  # here: a path does without

    try:
        return "\0" not in unquote(store, errors="strict")
    except UnicodeDecodeError:
        return False


def _spellings(secrets: list[str]) -> set[str]:
    """Each secret as it was written, and as it reads with its escapes resolved."""
    from urllib.parse import unquote  # here: a path does without

    return {one for secret in secrets for one in (secret, unquote(secret)) if len(one) > 1}
