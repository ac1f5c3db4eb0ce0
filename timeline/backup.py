"""Keeping a log in one file, and making a store of it again: each reads back what it wrote."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.errors import MissingStore, StoreError
from timeline.log import open_tail
from timeline.log.address import is_address, shown
from timeline.log.beside import require_folder, require_own_name
from timeline.log.sqlite_file import connect, is_full, refuse, require
from timeline.log.tail import SQLiteTail
from timeline.log.unmade import is_unmade

if TYPE_CHECKING:
    from collections.abc import Callable

    from timeline.audit.verify import Verified

_BESIDE: Final = ("-wal", "-shm", "-journal")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup or a restored store holds; `root` is that of the log's tree, in base64."""

    schema: str = "timeline/backup/1"
    file: str
    log: str
    entries: int
    root: str
    last_recorded: str
    bytes: int


def backup(store: str, file: str | Path, progress: Callable[[int, int], None]) -> Kept:
    """Write the log of a store as of now into a new file, and read it back.

    Others may write meanwhile. What was redacted is not in it. Raises StoreError where there is
    such a file, or where what was written is not sound; then there is no file.
    """
    _refuse_address(file)
    target = Path(file)
    with _beside(target) as part:
        if is_address(store):
            from timeline.log.copying import copy  # here: files do without its client

            copy(store, str(part), progress)
        else:
            _copied(store, part)
        _settle(part, "DELETE")  # one file, that may lie where nothing can be written
        found = _sound(part, f"the log of {shown(store)}")
        _publish(part, target)
    return _kept(found, str(file), target.stat().st_size)


def restore(file: str | Path, store: str, progress: Callable[[int, int], None]) -> Kept:
    """Make a store of a backup, after reading the backup through; then read the store back.

    Raises StoreError where there is a store already, or where the backup is not sound; then there
    is no store.
    """
    _refuse_address(file)
    if not os.path.lexists(file):
        raise MissingStore(f"there is no backup at {file}; name the file that `backup` wrote")
    require(file)
    if not is_unmade(store):
        right = "name a new file, or an empty database"
        if is_address(store):
            right += "; a restore to it that was cut short goes on with `copy` of the backup"
        raise StoreError(f"{shown(store)} holds a log already; {right}")
    found = _sound(Path(file), str(file))
    if is_address(store):
        from timeline.log.copying import copy  # here: files do without its client

        copy(str(file), store, progress)
        return _kept(_sound(store, f"what is in {shown(store)} now"), shown(store), 0)
    target = Path(store)
    with _beside(target) as part:
        _copied(file, part)
        _settle(part, "WAL")
        found = _sound(part, str(file))
        _forget_views(target)
        _publish(part, target)
    return _kept(found, store, target.stat().st_size)


def _refuse_address(file: str | Path) -> None:
    """Refuse what may hold a password, which a message about a file would tell."""
    if is_address(os.fspath(file)):
        raise StoreError(
            f"a backup is a file, and {shown(os.fspath(file))} is an address; name a file, and the "
            "store with --store"
        )


def _require_new(path: Path) -> None:
    """Raise StoreError unless nothing is at a path yet, in a folder that is there."""
    if not path.name:
        raise StoreError(f"{path} is a folder; name a new file in it")
    require_folder(path)
    require_own_name(path)
    for suffix in ("", *_BESIDE):
        one = path.with_name(path.name + suffix)
        if os.path.lexists(one) and (suffix or not one.is_file() or one.stat().st_size):
            raise StoreError(f"{one} is there already; name a new file, or move that one away")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name beside a new file for what is not whole yet; whatever happens, nothing of it stays."""
    _require_new(target)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield part
    except (sqlite3.Error, OSError) as error:
        if is_full(error):
            raise StoreError(
                f"{target} is on a full disk; make room there, or name another file"
            ) from error
        if isinstance(error, sqlite3.Error):
            refuse(error, target)
        said = error.strerror or type(error).__name__
        raise StoreError(f"{target} cannot be written ({said}); name another file") from error
    finally:
        for suffix in ("", *_BESIDE):
            with suppress(OSError):  # no such file, nor one of so long a name
                part.with_name(part.name + suffix).unlink()


def _copied(source: str | Path, part: Path) -> None:
    """One snapshot of a log file, without its free room."""
    with SQLiteTail(source) as log:  # tells in plain words what is wrong with it
        if log.newer:
            raise StoreError(f"{source} was made by a newer version; use that version for it")
        # Nobody may read it who may not read the log; and a log that nobody may write can be kept.
        mode = Path(source).stat().st_mode & 0o666 | 0o600
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        log.copy_into(part)


def _settle(part: Path, journal: str) -> None:
    """Leave everything in the one file, on the disk."""
    with closing(connect(part, "rw")) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _sync(part)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sound(store: str | Path, what: str) -> Verified:
    """What a log holds, read from its first entry to its last; StoreError for any flaw."""
    from timeline.audit.verify import damaged, verify  # here: it is for those who keep logs

    with open_tail(os.fspath(store)) as log:
        found = verify(log)
        flaws = [*found.flaws, *damaged(log)]
    if flaws:
        raise StoreError(f"{what} is not sound: {flaws[0]}")
    return found


def _publish(part: Path, target: Path) -> None:
    """Give what is whole its name, unless somebody else took it meanwhile."""
    try:
        if target.is_file() and not target.stat().st_size:
            target.unlink()  # a store whose making was cut short
        os.link(part, target)
    except FileExistsError:
        raise StoreError(f"{target} is there already; name a new file") from None
    except OSError:  # no links on this disk
        if target.exists():
            raise StoreError(f"{target} is there already; name a new file") from None
        part.rename(target)
    _sync(target.absolute().parent)  # else its name may go when the power fails


def _forget_views(store: Path) -> None:
    """A view that is left of a log of this name may know of more than the backup held."""
    from timeline.view.files import Files  # here: a backup has no view

    Files.beside(store).forget()


def _kept(found: Verified, file: str, size: int) -> Kept:
    return Kept(
        file=file,
        log=found.log,
        entries=found.entries,
        root=found.root,
        last_recorded=found.last_recorded,
        bytes=size,
    )
