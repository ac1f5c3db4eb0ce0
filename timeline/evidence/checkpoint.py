"""Checkpoints: the size and root of a log's tree as a signed note (C2SP tlog-checkpoint).

    timeline/6f3d2a5e1c8b5f0ea1d94b7c2e60d913
    41
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — NAME base64(key id, signature)

The first line names the log. Whoever signs does so over the text down to the empty line.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from events.when import quoted
from timeline.errors import BadCheckpoint, MissingExtra
from timeline.evidence.tree import HASH
from timeline.log.beside import open_input

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Checkpoint", "Signer", "Verifier", "WrittenCheckpoint", "new_key", "origin_of", "parse"]

MOST_BYTES: Final = 1 << 16
"""What is longer is no checkpoint; a note may carry signatures of many witnesses."""

_MOST_LEAVES: Final = (1 << 63) - 1
_ED25519: Final = b"\x01"
_PRIVATE: Final = "PRIVATE+KEY"
_DASH: Final = "— "


class Checkpoint(NamedTuple):
    """The head of a log: which one, how many entries, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Signature(NamedTuple):
    """A signature line of a note: the name of a key, and the bytes behind it."""

    name: str
    key_id: bytes
    signature: bytes


class WrittenCheckpoint(NamedTuple):
    """A checkpoint as it was written, and who signed it; `text` is what they signed."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[Signature, ...]


def origin_of(identity: str) -> str:
    """The first line of a log's checkpoints; `identity` is that of `LogReader`."""
    return f"timeline/{identity}"


def parse(content: bytes) -> WrittenCheckpoint:
    """Read a checkpoint, signed or not; BadCheckpoint, which says why, for what is none."""
    if len(content) > MOST_BYTES:
        raise BadCheckpoint(f"a checkpoint has no {len(content):,} bytes; name the right file")
    try:
        note = content.decode()
    except UnicodeDecodeError:
        raise _bad("it is not UTF-8") from None
    if any(ord(letter) < 32 and letter != "\n" for letter in note):
        raise _bad("it holds control characters")
    text, gap, rest = note.rpartition("\n\n")
    text = text + "\n" if gap else note
    if not text.endswith("\n") or (gap and not rest.endswith("\n")):
        raise _bad("its last line is cut off")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise _bad("it has no three lines")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdecimal()) or len(size) > 19 or str(int(size)) != size:
        raise _bad(f"its second line is no number of entries: {quoted(size)}")
    if int(size) > _MOST_LEAVES:
        raise _bad("no log has so many entries")
    return WrittenCheckpoint(
        Checkpoint(origin, int(size), _base64(root, "its third line is no hash", HASH)),
        text,
        tuple(_signature(line) for line in rest[:-1].split("\n")) if gap else (),
    )


def _signature(line: str) -> Signature:
    name, _, raw = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_name(name):
        raise _bad("a line below the empty one is no signature")
    signed = _base64(raw, f"the signature of {name[:60]} is damaged")
    if len(signed) < 5:
        raise _bad(f"the signature of {name[:60]} is damaged")
    return Signature(name, signed[:4], signed[4:])


class Verifier(NamedTuple):
    """A public key with its name, as `name+id+base64` writes it down."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        key = b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a public key; BadCheckpoint for what is none."""
        name, _, rest = text.strip().partition("+")
        key_id, _, raw = rest.partition("+")
        if name == "PRIVATE" and key_id == "KEY":
            raise BadCheckpoint(
                "this is a private key; give the public one, NAME+ID+KEY, that came with it"
            )
        key = _base64(raw, "this is no public key", HASH + 1, what="")
        found = cls(name, key[1:])
        if not _is_name(name) or key[:1] != _ED25519 or found.key_id.hex() != key_id:
            raise BadCheckpoint("this is no public key; write NAME+ID+KEY as `--new-key` showed it")
        return found

    def check(self, note: WrittenCheckpoint) -> None:
        """Raise BadCheckpoint unless this key signed the note."""
        with_crypto()
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        own = [one for one in note.signatures if (one.name, one.key_id) == (self.name, self.key_id)]
        if not own:
            raise BadCheckpoint(
                f"the checkpoint is not signed by {self.name}; ask for one that is, or give "
                "the key of who signed it"
            )
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            for one in own:
                key.verify(one.signature, note.text.encode())
        except (InvalidSignature, ValueError):
            raise BadCheckpoint(
                f"the signature of {self.name} is not that of this text; the checkpoint was "
                "changed after it was signed"
            ) from None


class Signer:
    """A private key with its name, as a key file holds it: `PRIVATE+KEY+name+id+base64`."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())

    @classmethod
    def load(cls, path: Path) -> Signer:
        """Read a key file; BadCheckpoint for what is none."""
        try:
            with open_input(str(path)) as file:
                content = file.read(MOST_BYTES)
        except OSError as error:
            raise BadCheckpoint(
                f"{path} cannot be read ({error.strerror}); name the file of a key"
            ) from None
        wrong = BadCheckpoint(f"{path} holds no key; make one with `checkpoint --new-key FILE`")
        try:
            text = content.decode().strip()
        except UnicodeDecodeError:
            raise wrong from None
        parts = text.removeprefix(f"{_PRIVATE}+").split("+", 2)
        if not text.startswith(f"{_PRIVATE}+") or len(parts) != 3:
            raise wrong
        seed = _base64(parts[2], f"{path} holds no key", HASH + 1, what="")
        signer = cls(parts[0], _private(seed[1:]))
        if seed[:1] != _ED25519 or signer.verifier.key_id.hex() != parts[1]:
            raise BadCheckpoint(f"the key in {path} is damaged; make another")
        return signer

    def sign(self, text: str) -> str:
        """The note of a text, with one signature."""
        signed = b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n{_DASH}{self.verifier.name} {signed}\n"


def new_key(name: str) -> tuple[str, Verifier]:
    """A new key of this name: what a key file holds, and the public key that goes with it."""
    if not _is_name(name):
        raise BadCheckpoint(f"{quoted(name)} cannot name a key; write one word without a plus")
    with_crypto()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    verifier = Signer(name, key).verifier
    seed = b64encode(_ED25519 + key.private_bytes_raw()).decode()
    return f"{_PRIVATE}+{name}+{verifier.key_id.hex()}+{seed}\n", verifier


def with_crypto() -> None:
    """Raise MissingExtra where what signs and checks signatures is not installed."""
    try:
        import cryptography  # noqa: F401 - an extra: nothing else needs it
    except ImportError as error:
        raise MissingExtra("a signature", "sign") from error


def _private(seed: bytes) -> Ed25519PrivateKey:
    with_crypto()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _is_name(text: str) -> bool:
    return bool(text) and text.isprintable() and "+" not in text and not any(map(str.isspace, text))


def _base64(
    text: str, wrong: str, length: int | None = None, *, what: str = "this is no checkpoint: "
) -> bytes:
    """The bytes of a text, which must be the one way to write them."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if not raw or b64encode(raw).decode() != text or length not in (None, len(raw)):
        raise BadCheckpoint(f"{what}{wrong}; take it again from where it was kept")
    return raw


def _bad(why: str) -> BadCheckpoint:
    return BadCheckpoint(f"this is no checkpoint: {why}; take it again from where it was kept")
