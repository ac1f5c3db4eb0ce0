"""The types of each kind's own fields as the log keeps them, for reading stored bytes."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel

from events.amount import Amount, Number
from events.kinds import KINDS, Envelope
from events.vocabulary import Kind
from events.when import Instant, When

__all__ = ["STORED_VALUES"]


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    """Base of what is kept as an object: it has these keys and no others."""


class _Amount(_Kept):
    low: Number | None
    best: Number | None
    high: Number | None
    approximate: bool
    as_reported: str


class _When(_Kept):
    text: str
    earliest: Instant | None
    latest: Instant | None


_KEPT_AS: Final[Mapping[object, object]] = {Amount: _Amount, When: _When}


def _kept(model: type[BaseModel]) -> type[msgspec.Struct]:
    """The type of object that a model is kept as; what is not stated is left out."""
    hints = get_type_hints(model)
    # The kind stands beside its own fields, and so does the envelope.
    own = {name: field for name, field in model.model_fields.items() if name not in _AROUND}
    fields: list[tuple[str, Any, Any]] = [
        (name, _kept_as(hints[name]), msgspec.NODEFAULT)
        if field.is_required()
        else (name, _kept_as(hints[name]) | msgspec.UnsetType, msgspec.UNSET)
        for name, field in own.items()
    ]
    aliases = {name: field.alias for name, field in own.items() if field.alias}
    return msgspec.defstruct(
        model.__name__,
        fields,
        bases=(_Kept,),
        rename=aliases,
        kw_only=True,
    )


def _kept_as(hint: Any) -> Any:
    stated = [one for one in get_args(hint) if one is not NoneType]
    if hint in _KEPT_AS:
        return _KEPT_AS[hint]
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _kept(hint)
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        return _kept_as(*stated)
    if get_origin(hint) is tuple:
        return list[_kept_as(stated[0])]  # type: ignore[misc] # made at run time
    if get_origin(hint) is Mapping:
        return dict[str, _kept_as(stated[1])]  # type: ignore[misc] # made at run time
    return hint


_AROUND: Final = frozenset({"kind", *Envelope.model_fields})

STORED_VALUES: Final[Mapping[Kind, msgspec.json.Decoder[Any]]] = {
    kind: msgspec.json.Decoder(_kept(row.model)) for kind, row in KINDS.items()
}
"""Reads the own fields of a report of a kind; a `msgspec.ValidationError` tells what is wrong."""
