"""What a claim says, in a few words: one phrase for each kind. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.claims import Claim

Value = Mapping[str, Any]

_STANCES: Final = {
    "asserts": "",
    "denies": "denies: ",
    "intends": "intends: ",
    "forecasts": "forecasts: ",
}
_CODE: Final = 3
"""Letters that the code of a side has at most."""
_SIDES: Final = frozenset(("side", "sides", "by"))
_ENDS: Final = frozenset(("from", "to"))
"""Sides that ground went from and to; people who fled did so between places."""
_BEFALLEN: Final = ("killed", "wounded", "missing", "captured", "injured")
"""What happened to people: a number stands before it as it is."""
_TAKE_OF: Final = ("tens", "dozens", "scores", "hundreds", "thousands", "millions", "number")
"""How an amount ends that takes an `of` before what it counts."""
_LED: Final = re.compile(
    r"(?:at|by|from|in|inside|into|near|no|none|on|out|to|towards?|via|with)\b", re.IGNORECASE
)
"""How somebody's words begin that need no word to lead to them."""
_BARE: Final = re.compile(r"(?<![\w.,])[1-9][0-9]{4,}(?!\w|,[0-9])")
"""A whole number that nobody has set apart, and that is too long to be a year."""
Said = tuple[str, str]
"""What it is about, and what is said of it."""


def phrase(claim: Claim, names: Mapping[str, str]) -> str:
    """What the claim says and where, without who says it and when; `names` are those of parties."""
    stated = {key: part for key, part in claim.value.items() if part not in (None, "", [], {})}
    value = _sides_named(stated, names, _ENDS if claim.kind == "territory_change" else _SIDES)
    if value.get("objective") == claim.landmark:
        value.pop("objective", None)  # the place says it
    head, rest = _KINDS.get(claim.kind, _other)(claim.kind.replace("_", " "), value)
    stance = _STANCES.get(claim.stance, f"{claim.stance}: ")
    if claim.kind == "statement" and claim.stance in ("intends", "forecasts"):
        stance = ""  # the kind of speech says the same
    subject = " ".join(filter(None, (head, location(claim))))
    return safe(f"{stance}{subject}: {rest}" if rest else f"{stance}{subject}")


def location(claim: Claim) -> str:
    """Where in relation to the place: `toward the train station`, `southwest of it`; or nothing."""
    relation, landmark = claim.relation, claim.landmark
    if landmark:
        before = (relation or "at").replace("_", " ")
        return safe(f"{before} {landmark}")
    if relation is None:
        return ""
    if relation.endswith("_of"):
        return safe(f"{relation.removesuffix('_of')} of it")
    return safe(f"{relation} it" if relation in ("in", "near", "toward") else f"in its {relation}")


def amount(stated: Any) -> str:
    """An amount as reported, with the thousands of long numbers apart; else by its numbers."""
    if not isinstance(stated, Mapping):
        return str(stated)
    if stated.get("as_reported"):
        return _BARE.sub(lambda bare: f"{int(bare[0]):,}", str(stated["as_reported"]))
    low, best, high = (number(stated.get(key)) for key in ("low", "best", "high"))
    about = "about " if stated.get("approximate") else ""
    if low and high:
        return f"{about}{low}–{high}" + (f", best {best}" if best else "")
    if best:
        return f"{about}{best}"
    return f"at least {low}" if low else f"at most {high}" if high else "a number not stated"


def measured(measure: str) -> str:
    """What a measure counts, in words: of `equipment:tank` the tank."""
    return measure.removeprefix("equipment:")


def number(value: float | None) -> str:
    """A number with its thousands set apart; empty for none."""
    return "" if value is None else f"{value:,.10g}"


def side(code: Any, names: Mapping[str, str]) -> str:
    """A side as a person reads it: codes in capitals, any other party by its name."""
    text = str(code)
    return text.upper() if len(text) <= _CODE else names.get(text.casefold(), text)


def _sides_named(value: Value, names: Mapping[str, str], sides: Collection[str]) -> dict[str, Any]:
    """A value with the sides in it as they are read."""

    def read(key: str, part: Any) -> Any:
        if isinstance(part, Mapping):
            return _sides_named(part, names, sides)
        if isinstance(part, list):
            return [read(key, one) for one in part]
        return side(part, names) if key in sides and isinstance(part, str) else part

    return {key: read(key, part) for key, part in value.items()}


def _listed(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _of(value: Value, key: str, words: str = "{}") -> str:
    return words.format(value[key]) if key in value else ""


def _numbers(value: Value, names: Iterable[str]) -> str:
    stated = ((amount(value[name]), name) for name in names if name in value)
    return _listed(
        *(f"{many} {name}" if name in _BEFALLEN else _counted(many, name) for many, name in stated)
    )


def _counted(stated: str, things: str) -> str:
    """A number of things: `1 death`, `dozens of deaths`, `about 200 soldiers`."""
    if stated in ("1", "one"):
        return f"{stated} {'person' if things == 'people' else things.removesuffix('s')}"
    return f"{stated} {'of ' if stated.endswith(_TAKE_OF) else ''}{things}"


def _said(value: Value, key: str, before: str) -> str:
    """What somebody said of where to or by what, behind a word that leads to it as theirs may."""
    words = _of(value, key)
    return f"{before} {words}" if words and not _LED.match(words) else words


def _forces(kind: str, value: Value) -> Said:
    rest = _listed(
        _counted(amount(value["size"]), "soldiers") if "size" in value else "",
        _of(value, "what"),
        _of(value, "manner"),
        ", ".join(value.get("units", ())),
        _said(value, "direction", "toward"),
        _of(value, "axis", "axis {}"),
        f"foothold {_said(value, 'foothold', 'at')}" if "foothold" in value else "",
        "main effort" if value.get("main_effort") else "",
    )
    return f"{kind} {value.get('side', '')}".rstrip(), rest


def _fighting(kind: str, value: Value) -> Said:
    sides = " – ".join(value.get("sides", ()))
    count = f"{amount(value['count'])} × " if "count" in value else ""
    rest = _listed(
        ", ".join(value.get("weapons", ())),
        _of(value, "system"),
        f"aiming {_said(value, 'objective', 'at')}" if "objective" in value else "",
        _of(value, "outcome"),
        _numbers(value, ("deaths",)),
    )
    return f"{count}{kind} {sides}".rstrip(), rest


def _control(_: str, value: Value) -> Said:
    parts = [_share(part) for part in value.get("shares", ())]
    parts += [_area(part) for part in value.get("areas", ())]
    rest = [_of(value, "change")]
    open_ = ("unclear", "not_stated")
    if any(part["status"] in open_ and "share" not in part for part in value.get("shares", ())):
        # What is left open, nobody said how far, is best told in the words that left it so.
        rest += [_of(value, "as_reported", "in words: {}"), _of(value, "method")]
    return _listed(*parts), _listed(*rest)


def _status(part: Value) -> str:
    status = str(part["status"]).replace("_", " ")
    return f"{status} by {part['by']}" if part.get("by") else status


def _share(part: Value) -> str:
    return f"{amount(part['share'])} {_status(part)}" if part.get("share") else _status(part)


def _area(part: Value) -> str:
    return f"{amount(part['km2'])} km² {_status(part)}"


def _change(_: str, value: Value) -> Said:
    to, before = value.get("to"), value.get("from")
    ends = _listed(f"from {before}" if before else "") + (f" to {to}" if to else "")
    extent = "the whole" if value.get("extent") == "whole" else "part"
    area = f"{amount(value['area_km2'])} km²" if "area_km2" in value else ""
    return f"{extent} went {ends.strip()}".rstrip(), _listed(area, _of(value, "how"))


def _logistics(_: str, value: Value) -> Said:
    whose = f"{value['side']} supply" if "side" in value else "supply"
    rest = _listed(", ".join(value.get("routes", ())), _of(value, "cause"))
    return f"{whose} {value.get('level', '')}".rstrip(), rest


def _casualties(_: str, value: Value) -> Said:
    since = "losses so far" if value.get("cumulative") else "losses"
    people = _numbers(value, ("killed", "wounded", "missing", "captured", "personnel"))
    things = _listed(*(f"{amount(n)} × {name}" for name, n in value.get("equipment", {}).items()))
    return f"{since} of {value.get('side', '')}", _listed(people, things)


def _harm(kind: str, value: Value) -> Said:
    rest = _listed(
        _of(value, "asset"),
        _of(value, "degree"),
        _of(value, "victims"),
        _numbers(value, ("deaths", "injured")),
        _said(value, "means", "by"),
    )
    return kind, rest


def _displacement(kind: str, value: Value) -> Said:
    people = _counted(amount(value["people"]), "people") if "people" in value else ""
    rest = " ".join(filter(None, (people, _said(value, "from", "from"), _said(value, "to", "to"))))
    return kind, rest


def _capture(_: str, value: Value) -> Said:
    rest = _listed(amount(value["count"]) if "count" in value else "", _of(value, "who"))
    return f"captured from {value.get('side', '')}", rest


def _ceasefire(_: str, value: Value) -> Said:
    state = "violated" if value.get("violated") else str(value.get("phase", "")).replace("_", " ")
    return f"ceasefire {state}".rstrip(), _listed(
        _of(value, "sponsor", "sponsored by {}"), _of(value, "scope")
    )


def _statement(_: str, value: Value) -> Said:
    to = f" to {value['addressee']}" if "addressee" in value else ""
    deadline = value["deadline"]["text"].removeprefix("../") if "deadline" in value else None
    by = f" (by {deadline})" if deadline else ""
    return f"{value.get('speech', 'statement')}{to}", f"{value.get('proposition', '')}{by}"


def _other(kind: str, value: Value) -> Said:
    return kind, _listed(*(f"{key} {amount(part)}" for key, part in value.items()))


_KINDS: Final[Mapping[str, Callable[[str, Value], Said]]] = {
    "infiltration": _forces,
    "force_concentration": _forces,
    "reinforcement": _forces,
    "withdrawal": _forces,
    "clash": _fighting,
    "assault": _fighting,
    "shelling": _fighting,
    "air_strike": _fighting,
    "drone_activity": _fighting,
    "control_assessment": _control,
    "territory_change": _change,
    "logistics_status": _logistics,
    "casualties": _casualties,
    "civilian_harm": _harm,
    "infrastructure_damage": _harm,
    "unrest": _harm,
    "displacement": _displacement,
    "capture": _capture,
    "ceasefire": _ceasefire,
    "statement": _statement,
}
