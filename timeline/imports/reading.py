"""The keys of a profile read one by one, with all that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from events.document import Problem
from events.explain import Loc, echoed, one_of
from events.tree import Lines, line_at
from events.when import quoted
from timeline.imports.templates import BadTemplate, Cells, Template, compiled, condition


class ProfileReading:
    """A profile while it is read: what is wrong with it so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: Lines = Lines(1, {})
        self.problems: list[Problem] = []

    def fault(self, loc: Loc, what: str, right: str) -> None:
        """Note what is wrong at a place in the file, and what would be right."""
        self.problems.append(Problem(self.file, line_at(self.lines, loc), what, right))

    def keys(self, value: Mapping[str, object], loc: Loc, allowed: tuple[str, ...]) -> None:
        """Refuse the keys that nobody reads."""
        for key in value:
            if key not in allowed:
                self.fault(
                    (*loc, key), f"unknown key {quoted(key)}", one_of(key, allowed, "the keys are")
                )

    def mapping(self, value: object, loc: Loc) -> dict[str, object]:
        """A mapping; empty where there is none."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.fault(loc, f"{loc[-1]} is not a mapping", "write its keys below it")
        return {}

    def texts(self, value: object, loc: Loc) -> tuple[str, ...]:
        """A list of texts, or a single one."""
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple("" if one is None else str(one) for one in value)
        if isinstance(value, dict):
            self.fault(loc, f"{loc[-1]} is not a list", "write e.g. [name, date]")
            return ()
        return (str(value),)

    def text(self, holder: Mapping[str, object], key: str, loc: Loc = ()) -> str:
        """A text; empty where there is none."""
        value = holder.get(key, "")
        if isinstance(value, str):
            return value
        self.fault((*loc, key), f"{key}: {echoed(value)} is not a text", "write a text")
        return ""

    def template(self, holder: Mapping[str, object], key: str, loc: Loc) -> Template | None:
        """A template, if the key is there and can be compiled."""
        if key not in holder:
            return None
        try:
            return compiled(holder[key], (*loc, key))
        except BadTemplate as error:
            self.wrong(error)
            return None

    def needed(self, holder: Mapping[str, object], key: str, example: str, loc: Loc) -> Template:
        """A template that has to be there; one that gives nothing where it is not."""
        template = self.template(holder, key, loc)
        if template is None and key not in holder:
            where = f"{loc[-1]}: " if loc else ""
            self.fault(loc, f"{where}{key} is missing", f"add {example}")
        return template or Template(lambda _: None, frozenset())

    def stated(self, holder: Mapping[str, object], loc: Loc, examples: Mapping[str, str]) -> None:
        """Refuse a mapping that lacks one of these keys, or has nothing under it."""
        for key, example in examples.items():
            if not holder.get(key):
                self.fault(loc, f"{loc[-1]}: {key} is missing", f"add {key}: {example}")

    def condition(
        self, holder: Mapping[str, object], key: str, loc: Loc
    ) -> Callable[[Cells], bool]:
        """A condition on a row; one that never holds where there is none."""
        if key not in holder:
            return lambda _: False
        try:
            return condition(holder[key], (*loc, key))
        except BadTemplate as error:
            self.wrong(error)
            return lambda _: False

    def flag(self, holder: Mapping[str, object], key: str, loc: Loc = ()) -> bool:
        """A yes or a no; no where it is not said."""
        value = str(holder.get(key, "false"))
        if value not in ("true", "false"):
            self.fault(
                (*loc, key), f"{key}: {quoted(value)} is not a yes or no", "write true or false"
            )
        return value == "true"

    def wrong(self, error: BadTemplate) -> None:
        """Note what is wrong with a template."""
        self.fault(error.loc, error.what, error.right)
