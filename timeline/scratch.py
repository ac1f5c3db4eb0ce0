"""A database for one piece of work: in the page cache until it outgrows it, gone when closed."""

import sqlite3


def scratch(tables: str, *, cache_kib: int = 16_000) -> sqlite3.Connection:
    """A nameless temporary database of the system's, with these tables.

    All that happens in it is one transaction, which never ends: nothing has to be kept, and each
    row that ended one of its own would be written out at once.
    """
    db = sqlite3.connect("", isolation_level=None)
    db.executescript(
        f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{cache_kib};"
        f"{tables};BEGIN"
    )
    return db
