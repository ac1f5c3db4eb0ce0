"""Redacting fields of a report that may name people or quote them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from events.vocabulary import REDACTABLE
from events.when import quoted
from timeline.errors import BadReport

if TYPE_CHECKING:
    from timeline.log import Log
    from timeline.log.filing import Outcome


def redact(log: Log, key: str, fields: Sequence[str], reason: str) -> Outcome:
    """Take what these fields say out of every version of a report; raises `BadReport`."""
    if not fields:
        raise BadReport([f"no field is named; name one of {', '.join(REDACTABLE)}"])
    if wrong := [name for name in fields if name not in REDACTABLE]:
        right = f"those that can be are {', '.join(REDACTABLE)}"
        raise BadReport([f"{quoted(name)} cannot be redacted; {right}" for name in wrong])
    if not reason.strip():
        raise BadReport(["a redaction without a reason; say why in a few words, without names"])
    return log.redact(key, tuple(dict.fromkeys(fields)), reason)
