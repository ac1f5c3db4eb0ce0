"""Documents in YAML, JSON and NDJSON: what they hold, and every problem with file and line."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Final, NamedTuple, Protocol, TypeVar

import yaml
from pydantic import ValidationError

from events.attribution import Party, Source
from events.draft import ANY_KEY, EVERY_KIND, KEYS, Draft, draft_from, drafted, filled, problems_of
from events.explain import MOST, Loc, Problem, echoed, explained, keys_of, right_key
from events.fields import Frozen
from events.place import PlaceDefinition
from events.tree import (
    BOM,
    MAX_BYTES,
    NOTHING,
    SPLIT,
    Lines,
    Open,
    RefusedError,
    close_value,
    decoded,
    has,
    line_at,
    open_value,
    read_json,
    text_of,
    without_empty,
)
from events.when import WhenError, quoted, zone_of

__all__ = [
    "LONGEST_LINE",
    "Document",
    "Draft",
    "Problem",
    "draft_from",
    "iter_ndjson",
    "load_document",
    "read_tree",
]

LONGEST_LINE = MAX_BYTES + 1
"""How much of a line of NDJSON is read at most, in bytes: one more than a line may have."""
MAX_VALUES = 500_000
MAX_PROBLEMS = 200

_TOP = ("source", "defaults", "timezone", "reports", "places", "parties")
_FORMS = {"yaml": "yaml", "yml": "yaml", "json": "json", "ndjson": "ndjson", "jsonl": "ndjson"}
_PLAIN = "write the values out"
_COMMA = 'between { and } a comma ends a value: quote one that has a comma, as in "about 1,200"'


@dataclass(frozen=True, slots=True)
class Document:
    """All that a document holds, and all that is wrong with it."""

    drafts: tuple[Draft, ...] = ()
    places: tuple[PlaceDefinition, ...] = ()
    place_lines: tuple[int, ...] = ()
    """The line of each place."""
    unread: tuple[tuple[str, int], ...] = ()
    """The names of places in reports that are wrong otherwise, with their lines."""
    parties: tuple[Party, ...] = ()
    problems: tuple[Problem, ...] = ()


def load_document(data: bytes, file: str, *, timezone: str = "UTC") -> Document:
    """Read a document: YAML, JSON or NDJSON, by the name of the file, else by how it begins.

    Never raises: what cannot be read at all, or is refused (anchors, aliases, merges, tags, keys
    that come twice, 5 MiB, 64 levels), is one problem. At most 200 problems are kept; the last
    tells how many more there are.
    `timezone` is the store's, for dates of documents and reports without their own.
    """
    form = _form_of(data, file)
    found = _Found(file)
    try:
        if form == "ndjson":
            for result in iter_ndjson(data.splitlines(), file, timezone=timezone):
                found.take(result)
        else:
            text = text_of(data)
            root, lines = read_json(text) if form == "json" else _read_yaml(text)
            _load(root, lines, found, timezone)
    except RefusedError as refusal:
        found.add(refusal.line, refusal.what, refusal.right)
    return found.document()


def iter_ndjson(
    lines: Iterable[bytes], file: str, *, timezone: str = "UTC", first: int = 1
) -> Iterator[Draft | Problem]:
    """Read reports one a line, each with its own `source`; a bad line yields its problems.

    Holds one line at a time; `first` is the number of the first. Blank lines are passed over.
    """
    for number, line in enumerate(lines, first):
        if line.isspace() or not line:
            continue
        if len(line) >= LONGEST_LINE:
            yield Problem(file, number, "the line is over 5 MiB", "write one report a line")
            continue
        try:
            report = decoded(text_of(line), number)
        except RefusedError as refusal:
            yield Problem(file, number, refusal.what, refusal.right)
            continue
        if not isinstance(report, dict):
            yield Problem(
                file, number, f"{echoed(report)} is not a report", "write one JSON object a line"
            )
            continue
        result = draft_from(report, file=file, line=number, timezone=timezone)
        if isinstance(result, Draft):
            yield result
        else:
            yield from result


def read_tree(data: bytes, file: str) -> tuple[object, Lines]:
    """Read a file of plain values in YAML, or JSON by its name, as strictly as a document.

    Every scalar of YAML is a text; a key without a value is as if it were not there. Raises
    `events.tree.RefusedError`.
    """
    text = text_of(data)
    tree, lines = read_json(text) if _form_of(data, file) == "json" else _read_yaml(text)
    return without_empty(tree), lines


def _form_of(data: bytes, file: str) -> str:
    ending = file.rpartition(".")[2].lower()
    if ending in _FORMS:
        return _FORMS[ending]
    start = data[:4096].removeprefix(BOM).lstrip()
    if not start.startswith((b"{", b"[")):
        return "yaml"
    first, _, rest = data.lstrip().partition(b"\n")
    lines = first.rstrip().endswith(b"}") and rest[:4096].lstrip().startswith(b"{")
    return "ndjson" if lines else "json"


_YAML = (
    "indent by spaces, write one behind a colon or dash, and quote a text that holds `: ` or ` #` "
    "or begins with a sign"
)
_Reader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read_yaml(text: str) -> tuple[object, Lines]:
    """Compose values from the events of the parser: texts, lists and mappings, and nothing else."""
    stack: list[Open] = [Open([], 1)]
    breaks = [found.start() for found in _BREAKS.finditer(text)]
    count = 0
    try:
        for event in yaml.parse(text, Loader=_Reader):
            count += 1
            line = _line(event.start_mark, breaks)
            if count > MAX_VALUES:
                raise RefusedError(line, f"more than {MAX_VALUES:,} values", SPLIT)
            _take(event, line, stack, text)
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(error, text, breaks) from None
    except yaml.reader.ReaderError as error:
        line = text.encode("utf-8", "replace").count(b"\n", 0, error.position) + 1
        raise RefusedError(line, "a control character", "write the file without it") from None
    root = stack[0].value
    if not isinstance(root, list) or not root:
        return None, stack[0].lines
    return root[0], stack[0].lines.inside[0]


# YAML ends lines at these too, but the editor where a problem is looked up does not.
_BREAKS: Final = re.compile("[\x85\u2028\u2029]")


class _Mark(Protocol):
    line: int
    index: int


def _line(mark: _Mark | None, breaks: Sequence[int]) -> int:
    return mark.line + 1 - bisect_left(breaks, mark.index) if mark else 1


_OTHER_SPACES: Final = re.compile("[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]")


def _no_yaml(error: yaml.MarkedYAMLError, text: str, breaks: Sequence[int]) -> RefusedError:
    """What is wrong with a text that is no YAML, by the line where somebody would mend it."""
    line = _line(error.problem_mark or error.context_mark, breaks)
    last = text.rstrip().count("\n") + 1
    unended = error.context in ("while scanning a simple key", "while scanning a quoted scalar")
    if unended or line > last:
        # A key without a colon, a quote or bracket that is never closed: where it begins, which of
        # what is expected and not there is behind the end.
        line = min(last, _line(error.context_mark or error.problem_mark, breaks))
    told = re.split("\r\n|[\r\n]", text)[max(0, line - 2) : line]
    other = _OTHER_SPACES.search("".join(told))
    right = f"write a plain space for U+{ord(other[0]):04X}, {_YAML}" if other else _YAML
    return RefusedError(line, f"this is not YAML: {error.problem or error.context}", right)


def _take(event: yaml.Event, line: int, stack: list[Open], text: str) -> None:
    top = stack[-1]
    if isinstance(event, yaml.ScalarEvent):
        _refuse_marks(event, line)
        if top.takes_key():
            top.set_key(_key(event, line), line)
        elif top.key and top.value and _is_rest(event, text):
            raise RefusedError(line, f"{quoted(top.key[0])} is a key without a value", _COMMA)
        else:
            top.put(_scalar(event), Lines(line, NOTHING))
    elif isinstance(event, yaml.CollectionStartEvent):
        _refuse_marks(event, line)
        if top.takes_key():
            raise RefusedError(line, "a list or mapping is no key", "write a text before the colon")
        open_value(stack, {} if isinstance(event, yaml.MappingStartEvent) else [], line)
    elif isinstance(event, yaml.CollectionEndEvent):
        close_value(stack)
    elif isinstance(event, yaml.AliasEvent):
        raise RefusedError(line, f"alias {quoted('*' + str(event.anchor))} is not taken", _PLAIN)
    elif isinstance(event, yaml.DocumentStartEvent) and top.value:
        raise RefusedError(line, "a second document begins here", "write each to a file of its own")


def _refuse_marks(event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
    if event.anchor is not None:
        raise RefusedError(line, f"anchor {quoted('&' + str(event.anchor))} is not taken", _PLAIN)
    if event.tag is not None:
        raise RefusedError(line, f"tag {quoted(str(event.tag))} is not taken", "leave it out")


def _is_rest(event: yaml.ScalarEvent, text: str) -> bool:
    """Whether a key stands there with no colon behind it, as the 200 of `{size: about 1,200}`."""
    if event.value or event.style or not event.start_mark:
        return False
    at = event.start_mark.index
    return not text[max(0, at - 200) : at].rstrip().endswith(":")


def _key(event: yaml.ScalarEvent, line: int) -> str:
    if event.value == "<<" and not event.style:
        raise RefusedError(line, "merge '<<' is not taken", _PLAIN)
    return str(event.value)


def _scalar(event: yaml.ScalarEvent) -> str | None:
    empty = not event.style and event.value in ("", "~", "null", "Null", "NULL")
    return None if empty else str(event.value)


class _Found:
    """What a document was found to hold so far; a problem that comes again counts once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.drafts: list[Draft] = []
        self.places: list[tuple[PlaceDefinition, int]] = []
        self.parties: list[Party] = []
        self.unread: dict[tuple[str, int], None] = {}
        self._problems: dict[Problem, None] = {}
        self._more = 0

    def add(self, line: int | None, what: str, right: str) -> None:
        self.take(Problem(self.file, line, what, right))

    def take(self, result: Draft | Problem) -> None:
        if isinstance(result, Draft):
            self.drafts.append(result)
        elif len(self._problems) < MAX_PROBLEMS:
            self._problems[result] = None
        elif result not in self._problems:
            self._more += 1

    def document(self) -> Document:
        problems = list(self._problems)
        if self._more:
            last = problems.pop()
            more, right = self._more + 1, "mend those above first"
            what = f"{more} more problems are not listed"
            problems.append(Problem(self.file, last.line, what, right, stands_for=more))
        return Document(
            tuple(self.drafts),
            tuple(place for place, _ in self.places),
            tuple(line for _, line in self.places),
            tuple(self.unread),
            tuple(self.parties),
            tuple(problems),
        )


def _load(root: object, lines: Lines, found: _Found, timezone: str) -> None:
    """Take a document apart: its head, which the reports inherit, and what it lists."""
    head: dict[str, object] = {}
    if isinstance(root, list):
        reports: list[tuple[Loc, object]] = [((i,), report) for i, report in enumerate(root)]
    elif isinstance(root, dict) and root.get("kind") is not None and root.get("reports") is None:
        reports = [((), root)]
    elif isinstance(root, dict):
        _check_keys(root, (), _TOP, lines, found)
        head = {key: value for key, value in root.items() if value is not None}
        reports = _listed(head, "reports", lines, found)
    else:
        right = "write reports: and a list of them; a table is for `import`"
        raise RefusedError(1, "this holds no reports", right)
    listed = isinstance(root, list) or any(
        name in head for name in ("reports", "places", "parties")
    )
    if not reports and not listed:
        found.add(lines.line, "no reports, places or parties", "write reports: and a list of them")
    heritage = _heritage(head, lines, found, timezone)
    zone = zone_of(heritage.timezone)
    found.places.extend(_defined(PlaceDefinition, head, "places", lines, found, zone))
    parties = _defined(Party, head, "parties", lines, found, zone)
    found.parties.extend(party for party, _ in parties)
    for loc, report in reports:
        if isinstance(report, dict):
            _load_report(report, loc, heritage, lines, found)
        else:
            _refuse_item(loc, report, ("kind", "place", "happened", "…"), lines, found)


def _listed(
    head: Mapping[str, object], name: str, lines: Lines, found: _Found
) -> list[tuple[Loc, object]]:
    items = head.get(name, [])
    if isinstance(items, list):
        return [((name, i), item) for i, item in enumerate(items)]
    found.add(line_at(lines, (name,)), f"{name} is not a list", "begin each item with a dash")
    return []


def _refuse_item(loc: Loc, item: object, keys: Iterable[str], lines: Lines, found: _Found) -> None:
    what = f"{echoed(item)} is not one of the {loc[0] if isinstance(loc[0], str) else 'reports'}"
    found.add(line_at(lines, loc), what, f"write its keys: {', '.join(keys)}")


def _check_keys(
    mapping: Iterable[str], loc: Loc, allowed: Iterable[str], lines: Lines, found: _Found
) -> None:
    """Tell of keys that are not allowed, at most of so many as of any other mapping."""
    allowed = tuple(allowed)
    for key in islice((key for key in mapping if key not in allowed), MOST):
        line = line_at(lines, (*loc, key))
        home = "source" if key in _OF_SOURCE else "a report, or defaults" * (key in ANY_KEY)
        found.add(line, f"unknown key {quoted(key)}", right_key(key, allowed, home))


_OF_SOURCE = frozenset(keys_of(Source))
_Model = TypeVar("_Model", bound=Frozen)


def _defined(
    model: type[_Model],
    head: Mapping[str, object],
    name: str,
    lines: Lines,
    found: _Found,
    zone: tzinfo,
) -> Iterator[tuple[_Model, int]]:
    for loc, item in _listed(head, name, lines, found):
        if not isinstance(item, dict):
            _refuse_item(loc, item, keys_of(model), lines, found)
            continue
        try:
            read = model.model_validate(filled(item, keys_of(model)), context=zone)
            yield read, line_at(lines, loc)
        except ValidationError as error:
            for it in explained(error, model):
                found.add(line_at(lines, (*loc, *it.loc)), it.what, it.right)


class _Heritage(NamedTuple):
    """What the reports of a document take over from its head."""

    source: Mapping[str, object]
    defaults: Mapping[str, object]
    timezone: str


_DEFAULTABLE = tuple(dict.fromkeys(key for keys in KEYS.values() for key in sorted(keys - {"id"})))


def _heritage(head: Mapping[str, object], lines: Lines, found: _Found, timezone: str) -> _Heritage:
    parts: dict[str, dict[str, object]] = {}
    for name in ("source", "defaults"):
        part = head.get(name, {})
        if not isinstance(part, dict):
            found.add(line_at(lines, (name,)), f"{name} is not a mapping", "write its keys below")
        parts[name] = part if isinstance(part, dict) else {}
    _check_keys(parts["defaults"], ("defaults",), _DEFAULTABLE, lines, found)
    zone = head.get("timezone", timezone)
    try:
        zone_of(zone if isinstance(zone, str) else "")
    except WhenError as error:
        found.add(line_at(lines, ("timezone",)), f"timezone: {error.what}", error.right)
        zone = "UTC"
    source = filled(parts["source"], keys_of(Source))
    return _Heritage(source, filled(parts["defaults"], _DEFAULTABLE), str(zone))


def _load_report(
    report: dict[str, object], loc: Loc, heritage: _Heritage, lines: Lines, found: _Found
) -> None:
    def locate(way: Loc) -> int:
        """Find the line where a value was written: in the report, the defaults, or the head."""
        depth = 1
        homes: tuple[Loc, ...] = (loc, ("defaults",))
        if way[:1] == ("source",):
            depth, homes = 2, (*homes, ())
        for home in homes:
            if has(lines, (*home, *way[:depth])):
                return line_at(lines, (*home, *way))
        return line_at(lines, (*loc, *way))

    whole = _inherited(report, heritage)
    file, line = found.file, line_at(lines, loc)
    result = drafted(whole, file=file, line=line, timezone=heritage.timezone, locate=locate)
    if isinstance(result, Draft):
        found.take(result)
        return
    for each in problems_of(result, file, line, locate):
        found.take(each)
    place = whole.get("place")
    if isinstance(place, str) and not any(one.loc[:1] == ("place",) for one in result):
        found.unread[place, locate(("place",))] = None


def _inherited(report: dict[str, object], heritage: _Heritage) -> dict[str, object]:
    """The report with what it does not say itself; `source` key by key, the place as a whole."""
    defaults = heritage.defaults
    kind = defaults.get("kind") if report.get("kind") is None else report["kind"]
    allowed = KEYS.get(kind, EVERY_KIND) if isinstance(kind, str) else EVERY_KIND
    report = filled(report, ANY_KEY)
    merged = {key: value for key, value in defaults.items() if key in allowed and key != "id"}
    if "place" in report:
        merged.pop("relation", None)
        merged.pop("landmark", None)
    merged.update(report)
    stated = [heritage.source, defaults.get("source", {}), report.get("source", {})]
    sources = [source for source in stated if isinstance(source, Mapping)]
    if len(sources) == len(stated) and any(sources):
        merged["source"] = {key: part for source in sources for key, part in source.items()}
    return merged
