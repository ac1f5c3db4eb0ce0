"""What a PostgreSQL server or its client says, in plain words; nothing of it holds a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from timeline.errors import MissingStore, StoreBusy, StoreError
from timeline.log.sqlite_file import BUSY_SECONDS, FULL

if TYPE_CHECKING:
    import psycopg

    from timeline.log.address import StoreAddress


def refuse(error: psycopg.Error, at: StoreAddress) -> NoReturn:
    """Raise what the server or its client says as an error in plain words."""
    error.args = (at.without_secrets(str(error)),)  # a traceback has its words too
    state = error.sqlstate or ""
    if error.diag.source_function == _POLICIES:  # it has the state of any right that is missing
        raise StoreError(f"{at.shown} {_HIDDEN[0]}; {_HIDDEN[1]}") from error
    for known, kind, wrong, right in _BY_STATE:
        if state.startswith(known):
            raise kind(f"{at.shown} {wrong}; {right}") from error
    said = str(error).lower()
    if not state:
        for known, kind, wrong, right in _BY_WORDS:
            if known in said:
                raise kind(f"{at.shown} {wrong}; {right}") from error
    lines = (error.diag.message_primary or str(error)).strip().splitlines() or [""]
    told = at.without_secrets(lines[-1].strip())[:200]
    raise StoreError(
        f"{at.shown} cannot be used ({told}); look at the server and its log"
    ) from error


NO_LOG: Final = ("holds no log yet", "file a first report to make one")
_RIGHTS: Final = (
    "may not be used so by this user",
    "ask who owns the database to GRANT the right, CREATE on its schema to make a log",
)
_POLICIES: Final = "check_enable_rls"
"""The function of the server that tells of them, in whatever language."""
_HIDDEN: Final = (
    "has policies that may hide rows from this user",
    "ask for DISABLE ROW LEVEL SECURITY on the table timeline_log, or for a user with BYPASSRLS",
)
_SCHEMA: Final = (
    "has no schema in which this user may make a log",
    "make the one that `search_path` names, or ask who owns it to GRANT USAGE and CREATE on it",
)
_PASSWORD: Final = (
    "does not let this user in",
    "name user and password in the address, in PGUSER and PGPASSWORD, or in the file of PGPASSFILE",
)
_GONE: Final = ("does not answer any more", "see whether the server runs, and try again")
_SILENT: Final = ("does not answer", "start the server, or see whether host and port are right")
_FULL: Final = ("is on a full disk", FULL)
_DATABASE: Final = ("is a database that is not there", "make it with `createdb` first")
_STARTS: Final = ("is starting or stopping", "try again when the server is up")
_CROWDED: Final = ("has all its connections in use", "try again when others are done")
_READ_ONLY: Final = ("can only be read there", "name the server that takes writes")
_HELD: Final = (
    f"has been held by another process for over {BUSY_SECONDS:.0f} seconds",
    "try again when it is done",
)
_STOPPED: Final = (
    "has stopped what was asked, as it took too long or somebody told it to",
    "raise `statement_timeout` for this user, or try again",
)
_UNDONE: Final = ("has undone what was asked, for what others do there", "try again")
_OTHER: Final = ("is not a timeline log", "name a database that holds one, or an empty one")
_DAMAGED: Final = ("is damaged", "restore it from a backup")

_BY_STATE: Final[tuple[tuple[str, type[StoreError], str, str], ...]] = (
    ("42P01", MissingStore, *NO_LOG),
    ("3D000", StoreError, *_DATABASE),
    ("42703", StoreError, *_OTHER),
    ("42501", StoreError, *_RIGHTS),
    ("3F000", StoreError, *_SCHEMA),
    ("28", StoreError, *_PASSWORD),
    ("25006", StoreError, *_READ_ONLY),
    ("55P03", StoreBusy, *_HELD),
    ("57014", StoreBusy, *_STOPPED),
    ("40", StoreBusy, *_UNDONE),
    ("53300", StoreBusy, *_CROWDED),
    ("53100", StoreError, *_FULL),
    ("57P03", StoreBusy, *_STARTS),
    ("57P0", StoreError, *_GONE),
    ("08", StoreError, *_GONE),
    ("XX00", StoreError, *_DAMAGED),
)
# An attempt to connect that failed has words and no state.
_BY_WORDS: Final[tuple[tuple[str, type[StoreError], str, str], ...]] = (
    ("pg_hba.conf", StoreError, *_PASSWORD),
    ('database "', StoreError, *_DATABASE),
    ('role "', StoreError, *_PASSWORD),
    ("password", StoreError, *_PASSWORD),
    ("authentication", StoreError, *_PASSWORD),
    ("starting up", StoreBusy, *_STARTS),
    ("shutting down", StoreBusy, *_STARTS),
    ("recovery", StoreBusy, *_STARTS),
    ("too many", StoreBusy, *_CROWDED),
    ("connection slots", StoreBusy, *_CROWDED),
    ("connection refused", StoreError, *_SILENT),
    ("no such file", StoreError, *_SILENT),
    ("timeout expired", StoreError, *_SILENT),
    ("timed out", StoreError, *_SILENT),
    ("unreachable", StoreError, *_SILENT),
    ("no route", StoreError, *_SILENT),
    ("resolve", StoreError, *_SILENT),
    ("translate host", StoreError, *_SILENT),
    ("name or service", StoreError, *_SILENT),
    ("server closed the connection", StoreError, *_GONE),
    ("connection is closed", StoreError, *_GONE),
    ("connection is lost", StoreError, *_GONE),
    ("terminating connection", StoreError, *_GONE),
)
