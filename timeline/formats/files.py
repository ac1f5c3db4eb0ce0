"""Files that are written whole or not at all, each with a manifest that says what it holds."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from typing import BinaryIO, Final

import msgspec

from timeline.log.beside import is_database, is_named_beside

SCHEMA: Final = "timeline/export/1"


class Head(msgspec.Struct, kw_only=True):
    """How many entries the log had at the basis, and the root of their tree in base64."""

    size: int
    root: str


class Manifest(msgspec.Struct, kw_only=True):
    """What a file holds and how it was made; `sha256` is that of its bytes."""

    schema: str = SCHEMA
    file: str
    what: str
    basis: str
    head: Head
    options: dict[str, object]
    counts: dict[str, int]
    sha256: str


def manifest_path(path: Path) -> Path:
    """Where the manifest of a file is."""
    return path.with_name(f"{path.name}.manifest.json")


def write(
    path: Path, parts: Iterable[bytes], manifest: Callable[[str], Manifest]
) -> Manifest | None:
    """Write a file and its manifest, which is made from the file's SHA-256.

    Raises OSError; then whatever was there before is still there, of either. What is no file on a
    disk (a pipe, /dev/null) is written to as it is, and has no manifest.
    """
    if _is_stream(path):
        with replaced(path) as stream:
            stream.writelines(parts)
        return None
    _target(path)  # of two names that cannot be written this one is told
    digest = hashlib.sha256()
    with replaced(manifest_path(path)) as beside, replaced(path) as stream:
        for part in parts:
            digest.update(part)
            stream.write(part)
        made = manifest(digest.hexdigest())
        # Words of other libraries, as numpy's, are texts of a kind that msgspec does not know.
        beside.write(msgspec.json.format(msgspec.json.encode(made, enc_hook=str), indent=2) + b"\n")
        beside.flush()  # a full disk is told before the file takes its place, and not after
    return made


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_dir() and not path.is_file()


def _target(path: Path) -> Path:
    """The file that a path leads to; OSError where there can be none of ours."""
    with suppress(FileNotFoundError):
        path.stat()  # of a link that leads to itself it says so
    target = path.resolve()  # a link keeps leading to the file
    if target.is_dir():
        raise IsADirectoryError(None, "is a folder; name a file", str(path))
    # Nor in the place of what will lie there: SQLite would take it for its own, and delete it.
    if is_database(target) or (target.is_file() and is_named_beside(target)):
        raise FileExistsError(None, "is a store or a part of one; name another file", str(path))
    if not target.parent.is_dir():
        what = f"there is no folder {target.parent}; make it first"
        raise FileNotFoundError(None, what, str(path))
    return target


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A new file beside `path` that takes its place, and its mode, once all is written.

    What is no file on a disk (a pipe, /dev/null) is written to as it is.
    """
    if _is_stream(path):
        with path.open("wb") as stream:
            yield stream
        return
    target = _target(path)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as stream:
            with suppress(OSError):  # who could not read the file that is there cannot read this
                beside.chmod(S_IMODE(target.stat().st_mode))
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(target)
    except OSError as error:
        # Of a full disk a stream names no file; where nothing can be made, the one beside is named.
        if error.filename is None or str(error.filename) == str(beside):
            error.filename = str(path)
        raise
    finally:
        with suppress(OSError):  # where nothing can be written, nothing is there either
            beside.unlink()
