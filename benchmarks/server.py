"""A PostgreSQL server of our own, in a folder that goes again, reached over a socket in it only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final, Self

_PROGRAMS: Final = ("initdb", "pg_ctl", "postgres", "psql")
# Whoever started the server may be killed: the pipe to this closes then, and nothing stays behind.
_WATCH: Final = 'read _; "$1" stop -m immediate -D "$2/data" >/dev/null 2>&1; rm -rf "$2"'
_WHO: Final = "local all postgres trust\nlocal all all scram-sha-256\n"


class NoServer(Exception):
    """There is none to be had here; the text says why."""


def programs() -> Path:
    """The folder of the server's programs; raises `NoServer` where they are not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in _PROGRAMS):
            return folder
    raise NoServer("no PostgreSQL server is on this machine")


class Server:
    """A server that runs until it is closed; `postgres` needs no password, everybody else does.

    `fsync` off is for what must only outlive its processes, and not the machine.
    """

    def __init__(self, *settings: str, fsync: bool = False) -> None:
        self._bin = programs()
        # Not in a folder of the test's, whose name may be too long for a socket.
        self.folder = Path(tempfile.mkdtemp(prefix="timeline-pg-"))
        self._data = str(self.folder / "data")
        # The server refuses to run as root; its package brings a user to run it as.
        self._as_user: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        told = [f"fsync={'on' if fsync else 'off'}", "listen_addresses=''", *settings]
        self._options = " ".join(f"-c {one}" for one in told) + f" -k '{self.folder}'"
        try:
            self._make()
            self._watch = subprocess.Popen(
                ["sh", "-c", _WATCH, "sh", self._bin / "pg_ctl", self.folder],
                stdin=subprocess.PIPE,
                start_new_session=True,
                cwd="/",
                **self._as_user,
            )
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _make(self) -> None:
        if self._as_user:
            try:
                shutil.chown(self.folder, "postgres")
            except LookupError:
                raise NoServer(
                    "the server refuses to run as root, and there is no user postgres"
                ) from None
        told = ("-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self.run("initdb", "-D", self._data, *told)
        (self.folder / "data" / "pg_hba.conf").write_text(_WHO)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "-w", "-D", self._data, "-l", log, "-o", self._options)

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` as a crash does, `fast` in order."""
        self.run("pg_ctl", "stop", "-w", "-m", how, "-D", self._data)

    def close(self) -> None:
        """Stop it, and leave nothing behind."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._watch.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, program: str, *args: str, text: str | None = None) -> str:
        """Run one of the programs; what it printed. Raises `RuntimeError` where it failed."""
        # What the server inherits would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
            done = subprocess.run(
                [self._bin / program, *args],
                input=text if text is not None else "",
                stdout=out,
                stderr=errors,
                text=True,
                cwd=self.folder,
                check=False,
                **self._as_user,
            )
            out.seek(0)
            errors.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {errors.read()}")
            return out.read()

    def sql(self, text: str, database: str = "postgres") -> list[list[str]]:
        """Run statements; the rows of the last that has any."""
        asked = ("-h", str(self.folder), "-U", "postgres", "-d", database, "-XAtq", "-F", "\t")
        told = self.run("psql", *asked, "-v", "ON_ERROR_STOP=1", text=text)
        return [line.split("\t") for line in told.splitlines()]

    def database(self, name: str) -> str:
        """The address of a new database."""
        self.sql(f'CREATE DATABASE "{name}";')
        return self.address(name)

    def address(self, name: str, user: str = "postgres") -> str:
        """The address of a database for a user; it may hold a password."""
        return f"postgresql://{user}@/{name}?host={self.folder}"
