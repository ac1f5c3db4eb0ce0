"""Check a proof of `timeline prove`, without the log and with nothing but Python's own library.

timeline prove REPORT > proof.json && python check_proof.py proof.json
timeline prove --since OLD > proof.json && python check_proof.py proof.json

It takes the checkpoint that is in the proof, and checks no signature: compare the number of entries
and the root that it prints with a checkpoint that you have from elsewhere.
"""

import json
import sys
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two others."""
    return sha256(b"\x01" + left + right).digest()


def is_included(leaf: bytes, index: int, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether the leaf is in the tree (RFC 9162, 2.1.3.2)."""
    last, digest = size - 1, sha256(b"\x00" + leaf).digest()
    holds = 0 <= index <= last and int.from_bytes(leaf[:8]) == index + 1
    for other in path:
        holds = holds and last > 0
        above = index % 2 or index == last
        digest = node(other, digest) if above else node(digest, other)
        while above and index and not index % 2:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    return holds and last == 0 and digest == root


def is_grown(old: int, old_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether the one tree is the beginning of the other (RFC 9162, 2.1.4.2)."""
    if old in (0, size):
        return not path and (old == 0 or old_root == root)
    path = [old_root, *path] if old & (old - 1) == 0 else path
    index, last, holds = old - 1, size - 1, 0 < old < size and bool(path)
    while index % 2:
        index, last = index // 2, last // 2
    before = after = path[0] if path else b""
    for other in path[1:]:
        holds = holds and last > 0
        above = index % 2 or index == last
        before = node(other, before) if above else before
        after = node(other, after) if above else node(after, other)
        while above and index and not index % 2:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    return holds and last == 0 and (before, after) == (old_root, root)


def is_sealed(name: str, field: list[str] | None, seals: dict[str, str]) -> bool:
    """Whether the entry commits to what the field says."""
    if field is None:  # redacted, says the sender: what it is committed to shows no words
        return name in seals
    said = json.dumps(field[1], ensure_ascii=False, separators=(",", ":")).encode()
    said = urlsafe_b64decode(field[0] + "==") + name.encode() + b"\0" + said
    return seals.get(name, "") + "=" == urlsafe_b64encode(sha256(said).digest()).decode()


def checked(proof: Any) -> str:
    """What the proof shows; says so and ends where it does not hold."""
    origin, size, top = proof["checkpoint"].splitlines()[:3]
    path = [b64decode(one) for one in proof["path"]]
    head = int(size), b64decode(top)
    log = f"the {size} of {origin} with the root {top}"
    if "old" in proof:
        name, old, old_root = proof["old"].splitlines()[:3]
        if name != origin or not is_grown(int(old), b64decode(old_root), *head, path):
            sys.exit(
                "the proof does not hold: the log was not only added to between these checkpoints"
            )
        return f"the {old} entries with the root {old_root} are the first of {log}"
    leaf = b64decode(proof["leaf"])
    if not is_included(leaf, proof["index"], *head, path):
        sys.exit("the proof does not hold: no such entry is in the log of this checkpoint")
    state = json.loads(leaf[20 + int.from_bytes(leaf[16:18]) + int.from_bytes(leaf[18:20]) :])
    sealed, seals = proof.get("sealed", {}), state.get("sealed", {})
    own = state["id"], int.from_bytes(leaf[8:16]), head[0]
    if own != (proof["report"], proof["version"], proof["size"]) or not all(
        is_sealed(name, field, seals) for name, field in sealed.items()
    ):
        sys.exit("the proof does not hold: the entry in the log is another, or says something else")
    gone = "".join(
        f"; its {name} is not shown, as one that was redacted, which this does not prove"
        for name, field in sealed.items()
        if field is None
    )
    return f"entry {proof['index'] + 1} of {log}{gone}: {json.dumps(state)}"


if len(sys.argv) != 2:
    sys.exit("which proof? write: python check_proof.py proof.json")
try:
    print(checked(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
    sys.exit(f"the proof does not hold: this is no proof ({error!r})")
