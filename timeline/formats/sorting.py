"""The claims of a place in the order of an answer, on disk where there are very many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.asof import Held
from timeline.scratch import scratch
from timeline.situation import in_order, ranked

if TYPE_CHECKING:
    from events.when import Instant

_IN_MEMORY: Final = 5_000

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Held).decode


def ordered(held: Iterable[Held], valid: Instant, *, in_memory: int = _IN_MEMORY) -> Iterator[Held]:
    """The claims as `in_order` has them; more than `in_memory` go through a temporary file."""
    rest = iter(held)
    first = list(islice(rest, in_memory))
    if len(first) < in_memory:
        yield from in_order(first, valid)
        return
    with closing(scratch("CREATE TABLE held (a, b, c, d, e, f, g, content BLOB);")) as db:
        db.executemany(
            "INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((*row[:-1], _encode(row[-1])) for row in ranked(chain(first, rest), valid)),
        )
        # Texts compare by code point, there as here.
        rows = db.execute("SELECT content FROM held ORDER BY a, b, c, d, e, f, g")
        for (content,) in rows:
            yield _decode(content)
