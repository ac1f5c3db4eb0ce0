"""The commands that show that a log is what it was: `verify`, `checkpoint`, `prove`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from cli.errors import tell
from cli.options import format_option, output_option
from cli.session import Session, data, files, note, pass_session, progress
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline import Timeline
    from timeline.audit.verify import Compared, Verified

_key_option = click.option(
    "--key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    shell_complete=files,
    help="Sign the checkpoint with the key in this file.",
)


@click.command(short_help="Read the log through: is it in order, and unchanged?")
@click.option(
    "--against",
    metavar="CHECKPOINT",
    shell_complete=files,
    help="An earlier checkpoint, in a file or `-`: show that the log goes on from it.",
)
@click.option(
    "--key",
    metavar="KEY",
    shell_complete=files,
    help="The public key that must have signed it, or its file.",
)
@click.option(
    "--view",
    "view_too",
    is_flag=True,
    help="Lay the log out anew too, to see whether the view says the same.",
)
@format_option("text", "json")
@pass_session
def verify(
    session: Session, against: str | None, key: str | None, view_too: bool, form: str
) -> None:
    """Compute the hash of every entry anew, from the log alone, and tell what is not in order.

    Exits with 1 where anything is wrong. Only a checkpoint that was kept elsewhere shows that
    nobody rewrote the log as a whole.
    """
    if key is not None and against is None:
        raise click.UsageError("--key is of who signed a checkpoint; name that with --against")
    old = None if against is None else _read(against)
    with session.open() as timeline:
        meter = progress("laying the log out") if view_too else None
        found = timeline.verify(against=old, key=_public(key), view_too=meter)
        if meter is not None:
            meter(0, 0)
    if form == "json":
        data(found.to_json())
    else:
        data(_text(found, signed=key is not None))
        tell([*found.flaws, *found.view_flaws], as_json=False)
        if found.more_flaws:
            note(f"and {found.more_flaws:,} more")
    if old is not None and key is None:
        note("nobody's signature was checked; give the public key with --key")
    if not found.sound:
        raise click.exceptions.Exit(1)


def _text(found: Verified, *, signed: bool) -> str:
    # A checkpoint that tells of other entries says nothing of the order of these.
    elsewhere = found.against is not None and not found.against.same
    lines = [
        ("log", found.log),
        ("recorded", f"{found.first_recorded} to {found.last_recorded}"),
        (
            "entries",
            f"{found.entries:,}, "
            + ("NOT in order" if len(found.flaws) > elsewhere else "in order"),
        ),
        ("root", found.root),
    ]
    if found.view:
        unseen = "" if found.view_says else "; what it says of them was not compared, --view does"
        lines.append(("view", _compared(found.view, "it has taken in") + unseen))
    if found.view_says:
        same = "the same" if found.view_says.same else "NOT the same"
        entries = found.view_says.entries
        name = "" if found.view else "view"
        lines.append(
            (name, f"what it says of the first {entries:,} entries is {same} laid out anew")
        )
    if found.against:
        told = "of the checkpoint" + (", whose signature is good" if signed else "")
        lines.append(("against", _compared(found.against, told)))
    return "\n".join(f"{name:<10}{safe(what)}" for name, what in lines)


def _compared(one: Compared, what: str) -> str:
    return f"the first {one.entries:,} entries are {'' if one.same else 'NOT '}those {what}"


@click.command(short_help="Write down the head of the log, to keep elsewhere.")
@output_option
@_key_option
@click.option(
    "--new-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    shell_complete=files,
    help="Make a key to sign with, in a new file; prints the public key that goes with it.",
)
@click.option("--name", metavar="NAME", help="Whose the new key is; by default the log's.")
@pass_session
def checkpoint(
    session: Session, output: str, key: Path | None, new_key: Path | None, name: str | None
) -> None:
    """Write the size of the log and the root of its Merkle tree as a checkpoint (C2SP).

    Whoever holds it can show later that nothing in it was changed, taken out or put in. FILE may
    be a checkpoint of before, which is replaced if the log goes on from it.
    """
    if new_key is not None and (key is not None or output != "-"):
        raise click.UsageError("--new-key only makes a key; sign in a second step with --key")
    if name is not None and new_key is None:
        raise click.UsageError("--name is for a new key; leave it out, or give --new-key")
    with session.open() as timeline:
        if new_key is not None:
            _make_key(timeline, new_key, name)
            return
        path = None if output == "-" else Path(output)
        if path is not None and path.is_file():
            timeline.prove_growth(_read(output))
        written = timeline.checkpoint(key)
    _write(path, written.encode())
    if key is None:
        note("not signed: who is given it must trust where it comes from; --key FILE signs it")


def _make_key(timeline: Timeline, path: Path, name: str | None) -> None:
    from timeline.evidence.checkpoint import new_key, origin_of

    private, public = new_key(name or origin_of(timeline.log.identity))
    # Never over another file, nor through a link, nor readable by others for a moment.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(private)
            file.flush()
            os.fsync(number)
    except BaseException as error:
        path.unlink()  # half a key would only be in the way
        if isinstance(error, OSError):
            error.filename = str(path)  # of a full disk none is named
        raise
    data(str(public))
    note(f"{path} is the private key: keep it to yourself; the line above is for everybody")


@click.command(short_help="Prove to somebody without the log that a report is in it.")
@click.argument("report", required=False)
@click.option(
    "--version",
    type=click.IntRange(min=1),
    help="Which version of the report; by default the last.",
)
@click.option(
    "--against",
    metavar="CHECKPOINT",
    shell_complete=files,
    help="Prove it for this checkpoint, not for the log of now.",
)
@click.option(
    "--since",
    metavar="CHECKPOINT",
    shell_complete=files,
    help="Instead of a report, prove that the log was only added to since then.",
)
@click.option(
    "--reveal",
    is_flag=True,
    help="Add the fields that can be redacted, to prove them too.",
)
@_key_option
@output_option
@pass_session
def prove(
    session: Session,
    report: str | None,
    version: int | None,
    against: str | None,
    since: str | None,
    reveal: bool,
    key: Path | None,
    output: str,
) -> None:
    """Write a proof as JSON: an entry, its place in the tree, and the hashes up to a checkpoint.

    `examples/check_proof.py` checks one, with nothing but Python.
    """
    if (report is None) == (since is None):
        raise click.UsageError("name a report, or a checkpoint with --since")
    if since is not None and (version or against or reveal):
        raise click.UsageError("--version, --against and --reveal are for reports; leave them out")
    if against is not None and key is not None:
        raise click.UsageError("the checkpoint of --against is as it is; leave --key out")
    with session.open() as timeline:
        proof = (
            timeline.prove_growth(_read(since), key=key)
            if since is not None
            else timeline.prove(
                report or "",
                version=version,
                against=None if against is None else _read(against),
                key=key,
                reveal=reveal,
            )
        )
    written = msgspec.json.format(proof.to_json(), indent=2) + b"\n"
    _write(None if output == "-" else Path(output), written)


def _read(name: str) -> bytes:
    """A checkpoint from a file or standard input, no more of it than one can have."""
    from timeline.evidence.checkpoint import MOST_BYTES
    from timeline.log.beside import open_input

    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with open_input(name) as file:
        return file.read(MOST_BYTES + 1)


def _public(key: str | None) -> str | None:
    """A public key, from a file where it names one."""
    if key is None or "+" in key or not Path(key).is_file():
        return key
    return _read(key).decode("utf-8", "replace")


def _write(path: Path | None, content: bytes) -> None:
    from timeline.formats.files import replaced

    if path is None:
        data(content)
        return
    with replaced(path) as stream:
        stream.write(content)
    note(f"wrote {path}")
