"""Templates of a profile, made into functions of a row: texts with `{column}`, choices, lists.

Whatever comes to nothing is left out, so that a report says only what its row says. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from events.refusal import Refusal
from events.when import quoted
from timeline.imports.filters import Filter, filter_named

Cells = Mapping[str, str]
Make = Callable[[Cells], object]
"""A row in, a value of a report out; None for nothing. Raises `BadCell`."""

_SLOT: Final = re.compile(r"\{([^{}|]+)((?:\|[^{}|]+)*)\}")
SPREAD: Final = "spread"
"""The key of a mapping whose value, itself a mapping, has its keys among the others."""
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "column": ("values", "otherwise", "empty", "has"),
    "first": (),
    "join": ("with",),
    "json": (),
    "least": ("from",),
    "rules": ("otherwise",),
    "several": ("separator", "each"),
}
CHOICES: Final = tuple(_BESIDE)
"""The keys that make a mapping of a template a choice; any other mapping is one of the report."""
_OF_ONE: Final = {"values": "column", "has": "column", "each": "several"}
"""Keys that stand beside one choice alone, and are none of a report."""


class BadCell(Refusal):
    """A cell that no report can be made of, with its column and its value."""

    def __init__(self, column: str, value: str, what: str, right: str) -> None:
        super().__init__(what, right)
        self.column, self.value = column, value


class BadTemplate(Refusal):
    """A template that cannot be, with the keys that lead to it."""

    def __init__(self, loc: tuple[str | int, ...], what: str, right: str) -> None:
        super().__init__(what, right)
        self.loc = loc


class Template(NamedTuple):
    """A function of a row, and the columns it reads."""

    make: Make
    columns: frozenset[str]


class _Slot(NamedTuple):
    column: str
    filters: tuple[Filter, ...]

    def read(self, cells: Cells) -> str:
        text = cells.get(self.column, "")
        for each in self.filters:
            if not text:
                return ""
            try:
                text = each(text)
            except Refusal as error:
                cell = cells[self.column]
                raise BadCell(self.column, cell, error.what, error.right) from None
        return text


def compiled(value: object, loc: tuple[str | int, ...] = ()) -> Template:
    """The template that a profile's value states; raises `BadTemplate`."""
    if isinstance(value, str):
        return _text(value, loc)
    if isinstance(value, list):
        return _list([compiled(item, (*loc, i)) for i, item in enumerate(value)])
    if isinstance(value, dict):
        if not value:
            raise BadTemplate(loc, "an empty mapping", 'put a template in quotes: "{column}"')
        chosen = [key for key in CHOICES if key in value]
        if lone := next((key for key in _OF_ONE if key in value and not chosen), None):
            choice = _OF_ONE[lone]
            raise BadTemplate(
                loc, f"{lone!r} without {choice!r}", f"write {choice}: COLUMN beside it"
            )
        return _choice(chosen[0], value, loc) if chosen else _mapping(value, loc)
    return Template(lambda _: value, frozenset())


def _text(text: str, loc: tuple[str | int, ...]) -> Template:
    slots: list[_Slot] = []
    parts: list[str] = []
    end = 0
    for match in _SLOT.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        try:
            filters = tuple(filter_named(name) for name in match[2].split("|")[1:])
        except Refusal as error:
            raise BadTemplate(loc, error.what, error.right) from None
        slots.append(_Slot(match[1].strip(), filters))
    parts.append(text[end:])
    if any("{" in part or "}" in part for part in parts):
        raise BadTemplate(
            loc, f"{quoted(text)} has a brace on its own", "write {column} or {column|filter}"
        )
    columns = frozenset(slot.column for slot in slots)
    if not slots:
        return Template(lambda _: text or None, columns)
    if len(slots) == 1 and not any(parts):
        read = slots[0].read
        return Template(lambda cells: read(cells) or None, columns)
    return Template(_filled(slots, parts), columns)


def _cell_of(value: object, loc: tuple[str | int, ...]) -> Template:
    """The cell of a column, named alone, with filters, or as a template."""
    text = str(value)
    return _text(text if "{" in text else "{" + text + "}", loc)


def _filled(slots: list[_Slot], parts: list[str]) -> Make:
    def make(cells: Cells) -> object:
        text = parts[0]
        for slot, part in zip(slots, parts[1:], strict=True):
            if not (read := slot.read(cells)):
                return None  # a sentence with a hole says nothing
            text += read + part
        return text

    return make


def _list(items: list[Template]) -> Template:
    def make(cells: Cells) -> object:
        made = [value for item in items if (value := item.make(cells)) is not None]
        return made or None

    return Template(make, _columns(items))


def _columns(templates: list[Template]) -> frozenset[str]:
    return frozenset(column for one in templates for column in one.columns)


def _mapping(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    items = [(key, compiled(part, (*loc, key))) for key, part in value.items() if key != SPREAD]
    spread = compiled(value[SPREAD], (*loc, SPREAD)) if SPREAD in value else None
    if spread:
        _need_mapping(value[SPREAD], (*loc, SPREAD))

    def make(cells: Cells) -> object:
        made = {key: got for key, one in items if (got := one.make(cells)) is not None}
        if spread and isinstance(more := spread.make(cells), dict):
            made.update(more)
        return made or None

    below = [one for _, one in items] + ([spread] if spread else [])
    return Template(make, _columns(below))


def _need_mapping(value: object, loc: tuple[str | int, ...]) -> None:
    """Refuse what can be spread over no report: a text or a list, be it one that is chosen."""
    if isinstance(value, dict):
        for key in ("otherwise", "empty") if "column" in value or "rules" in value else ():
            _need_mapping(value.get(key), (*loc, key))
        for key in ("values", "has") if "column" in value else ():
            for cell, one in value.get(key, {}).items():
                _need_mapping(one, (*loc, key, cell))
        for i, rule in enumerate(value.get("rules", ())):
            _need_mapping(rule["then"], (*loc, "rules", i, "then"))
        for i, one in enumerate(value.get("first", ())):
            _need_mapping(one, (*loc, "first", i))
    elif value:
        what = f"{quoted(str(value))} is no mapping to spread"
        raise BadTemplate(loc, what, "write the keys of a report below it")


def _choice(kind: str, value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    allowed = (kind, *_BESIDE[kind])
    for key in value:
        if key not in allowed:
            raise BadTemplate(
                (*loc, key),
                f"unknown key {quoted(key)} beside {kind}",
                f"its keys are {', '.join(allowed)}",
            )
    return _MAKERS[kind](value, loc)


def _first(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """The first that comes to something.

    A cell that one cannot read another may, in another form; left out by all it is a bad cell, for
    without it the row would say something else.
    """
    items = _templates(value["first"], (*loc, "first"))

    def make(cells: Cells) -> object:
        wrong: BadCell | None = None
        for one in items:
            try:
                got = one.make(cells)
            except BadCell as error:
                wrong = wrong or error
                continue
            if got is not None and (wrong is None or wrong.column in one.columns):
                return got
        if wrong:
            raise wrong
        return None

    return Template(make, _columns(items))


def _json(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """What the JSON in a cell says."""
    inner = compiled(value["json"], (*loc, "json"))
    column = min(inner.columns, default="")

    def make(cells: Cells) -> object:
        text = inner.make(cells)
        if not isinstance(text, str):
            return None
        try:
            return _as_written(json.loads(text))
        except (ValueError, RecursionError):
            raise BadCell(column, text, "is not JSON", "write valid JSON, or nothing") from None

    return Template(make, inner.columns)


def _as_written(value: object) -> object:
    """Plain data, dates as the log keeps them given back as the texts they were."""
    if isinstance(value, dict):
        if value.keys() == {"text", "earliest", "latest"}:
            return value["text"]
        return {key: _as_written(part) for key, part in value.items()}
    return [_as_written(part) for part in value] if isinstance(value, list) else value


def _join(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    items, between = _templates(value["join"], (*loc, "join")), str(value.get("with", " "))

    def make(cells: Cells) -> object:
        made = (one.make(cells) for one in items)
        return between.join(str(got) for got in made if got is not None) or None

    return Template(make, _columns(items))


def _least(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """Of several texts the least by its letters, of those that are not less than `from`."""
    inner = compiled(value["least"], (*loc, "least"))
    floor = compiled(value["from"], (*loc, "from")) if "from" in value else None

    def make(cells: Cells) -> object:
        made = inner.make(cells)
        texts = made if isinstance(made, list) else [made]
        least = floor.make(cells) if floor else None
        above = least if isinstance(least, str) else ""
        return min((one for one in texts if isinstance(one, str) and one >= above), default=None)

    return Template(make, inner.columns | (floor.columns if floor else frozenset()))


def _templates(value: object, loc: tuple[str | int, ...]) -> list[Template]:
    if not isinstance(value, list):
        raise BadTemplate(loc, f"{loc[-1]} is not a list", "begin each item with a dash")
    return [compiled(item, (*loc, i)) for i, item in enumerate(value)]


def _column(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """By the value of a column: the whole cell in `values`, or a word that it `has`."""
    slot = _cell_of(value["column"], (*loc, "column"))
    values = _table(value, "values", loc)
    has = _table(value, "has", loc)
    otherwise = compiled(value["otherwise"], (*loc, "otherwise")) if "otherwise" in value else None
    empty = compiled(value["empty"], (*loc, "empty")) if "empty" in value else None
    if not (values or has or otherwise):
        raise BadTemplate(
            loc, "nothing to choose from", "write values, has or otherwise beside column"
        )
    known = ", ".join(list(values)[:12] + list(has)[:12])
    column = min(slot.columns)

    def make(cells: Cells) -> object:
        cell = slot.make(cells)
        if not isinstance(cell, str):
            return empty.make(cells) if empty else None
        if (found := values.get(cell)) is not None:
            return found.make(cells)
        folded = cell.casefold()
        for word, one in has.items():
            if word in folded:
                return one.make(cells)
        if otherwise is None:
            raise BadCell(column, cell, "is not a value of the profile", f"its values are {known}")
        return otherwise.make(cells)

    below = [*values.values(), *has.values(), *(one for one in (otherwise, empty) if one)]
    return Template(make, slot.columns | _columns(below))


def _table(
    value: Mapping[str, object], key: str, loc: tuple[str | int, ...]
) -> dict[str, Template]:
    table = value.get(key, {})
    if not isinstance(table, dict):
        raise BadTemplate((*loc, key), f"{key} is not a mapping", "write a cell and what it means")
    made = {name: compiled(one, (*loc, key, name)) for name, one in table.items()}
    return {name.casefold(): one for name, one in made.items()} if key == "has" else made


def _rules(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """The first rule whose columns all hold one of the cells given; `otherwise` where none does."""
    listed = value["rules"]
    if not isinstance(listed, list):
        raise BadTemplate((*loc, "rules"), "rules is not a list", "begin each rule with a dash")
    rules: list[tuple[Callable[[Cells], bool], Template]] = []
    columns: set[str] = set()
    for i, rule in enumerate(listed):
        here = (*loc, "rules", i)
        if not isinstance(rule, dict) or rule.keys() != {"if", "then"}:
            raise BadTemplate(
                here, "a rule has two keys", "write if: {column: cell} and then: VALUE"
            )
        columns |= set(rule["if"]) if isinstance(rule["if"], dict) else set()
        rules.append(
            (condition(rule["if"], (*here, "if")), compiled(rule["then"], (*here, "then")))
        )
    otherwise = compiled(value["otherwise"], (*loc, "otherwise")) if "otherwise" in value else None

    def make(cells: Cells) -> object:
        for holds, one in rules:
            if holds(cells):
                return one.make(cells)
        return otherwise.make(cells) if otherwise else None

    below = [one for _, one in rules] + ([otherwise] if otherwise else [])
    return Template(make, frozenset(columns) | _columns(below))


def condition(value: object, loc: tuple[str | int, ...]) -> Callable[[Cells], bool]:
    """`{column: cell}` or `{column: [cell, cell]}`: every column holds one of its cells.

    The cell `*` stands for any that is not empty, a cell `> 2022-01-01` or `< …` for those after or
    before it, letter by letter. Raises `BadTemplate`.
    """
    if not isinstance(value, dict) or not value:
        raise BadTemplate(loc, "no condition", "write {column: cell} or {column: [cell, cell]}")
    tests: list[tuple[str, Callable[[str], bool]]] = []
    for column, wanted in value.items():
        cells = [str(one or "") for one in (wanted if isinstance(wanted, list) else [wanted])]
        tests.append((column, _cell_test(cells)))
    return lambda cells: all(test(cells.get(column, "")) for column, test in tests)


def _cell_test(wanted: list[str]) -> Callable[[str], bool]:
    exact = frozenset(one for one in wanted if one != "*" and one[:2] not in ("> ", "< "))
    filled = "*" in wanted
    above = [one[2:] for one in wanted if one.startswith("> ")]
    below = [one[2:] for one in wanted if one.startswith("< ")]

    def test(cell: str) -> bool:
        return (
            cell in exact
            or (filled and bool(cell))
            or any(cell > one for one in above)
            or any(cell and cell < one for one in below)
        )

    return test


def _several(value: Mapping[str, object], loc: tuple[str | int, ...]) -> Template:
    """A list out of one cell: its parts, each as `each` makes it of `{part}`."""
    slot = _cell_of(value["several"], (*loc, "several"))
    separator = str(value.get("separator", ";"))
    if not separator:
        raise BadTemplate((*loc, "separator"), "no separator", 'write e.g. separator: ";"')
    each = compiled(value.get("each", "{part}"), (*loc, "each"))
    column = min(slot.columns)

    def make(cells: Cells) -> object:
        cell = slot.make(cells)
        if not isinstance(cell, str):
            return None
        parts = dict.fromkeys(part.strip() for part in cell.split(separator))
        try:
            made = [each.make({**cells, "part": part}) for part in parts if part]
        except BadCell as error:
            if error.column != "part":
                raise
            raise BadCell(column, error.value, error.what, error.right) from None
        return [got for got in made if got is not None] or None

    return Template(make, slot.columns | each.columns - {"part"})


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, object], tuple[str | int, ...]], Template]]] = {
    "column": _column,
    "first": _first,
    "join": _join,
    "json": _json,
    "least": _least,
    "rules": _rules,
    "several": _several,
}
