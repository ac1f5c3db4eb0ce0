"""What the documents say that the program knows itself; `make docs` writes it into them anew.

It stands between `<!-- NAME: make docs -->` and `<!-- end of NAME -->`.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from importlib.util import find_spec
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import click
import grimp
import msgspec
from pydantic import BaseModel

import timeline
from cli.main import PROBLEM, USAGE, cli
from events.amount import parse_amount
from events.attribution import Party, Source
from events.fields import (
    AmountField,
    Flag,
    HappenedField,
    LongText,
    Name,
    Names,
    Slug,
    Text,
    Url,
    WhenField,
)
from events.kinds import KINDS, Area, Envelope, Share, default_reading
from events.place import PlaceDefinition, PlaceRef, Relation
from events.vocabulary import Kind
from events.when import iso, parse_when
from timeline import errors
from timeline.claims import reading_of  # the table of the vocabulary, as code
from timeline.questions.only import ClaimOptions

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("events", "timeline", "cli", "web")

_WIDTH: Final = 100
_FORMS: Final = (
    (Name, "name"),
    (Text, "words"),
    (LongText, "paragraph"),
    (Slug, "slug"),
    (Names, "names"),
    (Flag, "true or false"),
    (AmountField, "amount"),
    (WhenField, "date"),
    (Url, "web address"),
    (HappenedField, "date, or its reading"),
    (PlaceRef, "place"),
)
_SHAPES: Final = {tuple: "list", float: "number", str: "text", Union: "id or mapping"}
_FLAGS: Final = (("cumulative", True), ("violated", True), ("extent", "part"))
"""The own fields by which a report of one kind is read in another way."""

_DATES: Final = (
    "2025-10-27",
    "2025-10",
    "2025",
    "2025-10-27T15:13Z",
    "2025-10-27T15:13:05+02:00",
    "2025-10-20/2025-10-27",
    "../2025-10-15",
    "2025-10-26/..",
    "2025-10-27?",
    "2025-10-27~",
    "2025-10-27%",
)
_AMOUNTS: Final = (
    "200",
    "about 200",
    "1,500",
    "2.5 thousand",
    "at least 30",
    "up to 50",
    "more than a dozen",
    "20-30",
    "between 20 and 30",
    "about 2-3 thousand",
    "twenty",
    "one-fifth",
    "about 75%",
    "dozens",
    "several hundred",
)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


# What a document may say.


def _stated(hint: Any) -> Any:
    """An annotation less the None of what may be left out."""
    said = [one for one in get_args(hint) if one is not type(None)]
    return said[0] if type(None) in get_args(hint) else hint


def _form(hint: Any) -> str:
    if named := next((form for known, form in _FORMS if known == hint), ""):
        return named
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(bare) is Literal:
        return " · ".join(f"`{one}`" for one in get_args(bare))
    return _SHAPES.get(get_origin(bare) or bare, "mapping")


class Key(NamedTuple):
    """A key of a model in a document, in bold where it has to be there."""

    key: str
    form: str
    holds: str


def _keys(model: type[BaseModel], but: Iterable[str] = ()) -> Iterator[Key]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        if name not in but:
            shown = f"`{field.alias or name}`"
            yield Key(
                f"**{shown}**" if field.is_required() else shown,
                _form(_stated(hints[name])),
                field.description or "",
            )


def keys(model: type[BaseModel]) -> str:
    """The keys of a model in a document, and what each holds."""
    return _table(Key._fields, _keys(model))


def _own(model: type[BaseModel]) -> Iterator[Key]:
    return _keys(model, {"kind", *Envelope.model_fields})


def _either(of: Callable[[dict[str, object]], str], model: type[BaseModel]) -> str:
    """What holds of a kind, and what else where one of its fields says so."""
    plain = of({})
    others = [
        f"`{flag}: {str(said).lower()}`: {other}"
        for flag, said in _FLAGS
        if flag in model.model_fields and (other := of({flag: said})) != plain
    ]
    return "; ".join([plain, *others])


def kinds() -> str:
    """Every kind, with its fields and how the rule takes it."""

    def row(kind: Kind) -> Iterator[str]:
        facet, _, model = KINDS[kind]

        def read(own: dict[str, object]) -> tuple[str, str]:
            said = reading_of(kind, msgspec.Raw(msgspec.json.encode(own)))
            return ("marks the report", "") if said is None else (said[3], said[2])

        yield f"`{kind}`"
        yield (model.__doc__ or "").rstrip(".")
        yield ", ".join(key for key, *_ in _own(model))
        yield facet or "–"
        yield _either(lambda own: default_reading(kind, own), model)
        yield _either(lambda own: read(own)[0], model)
        yield next((f"`{key}`" for key in ("side", "about") if read({key: "x"})[1]), "–")

    head = ("kind", "reports", "own fields", "facet", "a bare date", "read as", "subject")
    return _table(head, map(row, KINDS))


def fields() -> str:
    """Every own field of any kind, and what it holds."""
    whose = [(f"`{kind}`", _own(row.model)) for kind, row in KINDS.items()]
    whose += [("each of `shares`", _keys(Share)), ("each of `areas`", _keys(Area))]
    of: dict[tuple[str, str, str], list[str]] = {}
    for name, keys_of_it in whose:
        for key, form, holds in keys_of_it:
            of.setdefault((key.strip("*"), form, holds), []).append(name)
    return _table((*Key._fields, "of"), ((*key, ", ".join(names)) for key, names in of.items()))


def relations() -> str:
    """How what is spoken of may lie to a place."""
    return _wrapped(", ".join(f"`{one}`" for one in get_args(Relation)) + ".")


def dates() -> str:
    """Dates as they may be written, and the instants that they stand for in UTC."""

    def row(text: str) -> tuple[str, ...]:
        when = parse_when(text, UTC)
        ends = ["open" if end is None else iso(end) for end in (when.earliest, when.latest)]
        said = {"uncertain": when.uncertain, "approximate": when.approximate}
        return f"`{text}`", *ends, " and ".join(word for word, is_so in said.items() if is_so)

    return _table(("written", "from", "until before", ""), map(row, _DATES))


def amounts() -> str:
    """Amounts as they may be written, and the numbers that they are kept as."""

    def row(text: str) -> tuple[str, ...]:
        amount = parse_amount(text)
        numbers = (amount.low, amount.best, amount.high)
        shown = ("" if one is None else f"{one:,.10g}" for one in numbers)
        return f"`{text}`", *shown, "yes" if amount.approximate else ""

    return _table(("written", "low", "best", "high", "approximate"), map(row, _AMOUNTS))


# The command line.


def commands() -> str:
    """The help of every command, as on a terminal of eighty columns, in the order of the help."""
    top = cli.make_context("timeline", [], resilient_parsing=True, terminal_width=_EIGHTY)
    return "\n\n".join(_help(cli, top, "##"))


_EIGHTY: Final = 78
"""What the library leaves of eighty columns."""


def _help(command: click.Command, ctx: click.Context, level: str) -> Iterator[str]:
    with ctx:
        if ctx.parent is not None:
            yield f"{level} {ctx.command_path.partition(' ')[2]}"
        yield _block(command.get_help(ctx))
        if not isinstance(command, click.Group):
            return
        below = level if ctx.parent is None else f"{level}#"
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            inner = click.Context(found, ctx, name, **cli.context_settings)
            yield from _help(found, inner, below)


def exits() -> str:
    """The exit code of each error that a command may end with."""
    bases = errors.TimelineError, errors.PlaceError
    raised = [one for name in errors.__all__ if (one := getattr(errors, name)) not in bases]

    def code(error: type[errors.TimelineError]) -> int:
        return USAGE if issubclass(error, errors.BadQuestion) else PROBLEM

    def says(error: type[errors.TimelineError]) -> str:
        return " ".join((inspect.getdoc(error) or "").partition("\n\n")[0].split())

    rows = ((f"`{one.__name__}`", str(code(one)), says(one)) for one in sorted(raised, key=code))
    return _table(("error", "exit code", "is"), rows)


# The packages.


def modules() -> str:
    """Every package and module at the top of each of ours, those first that need the least."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)

    def needs(module: str) -> int:
        every = {module, *graph.find_descendants(module)}
        return max(len(graph.find_upstream_modules(one)) for one in every)

    def tables() -> Iterator[str]:
        for package in PACKAGES:
            below = sorted(graph.find_children(package), key=lambda one: (needs(one), one))
            yield f"### {package}"
            yield _module(package)[1]
            yield _table(("module", "what it is for"), map(_module, below))

    return "\n\n".join(tables())


def _module(module: str) -> tuple[str, str]:
    """A module or package by its path, linked, and what it says that it is for."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin)
    says = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    shown = file.relative_to(ROOT).as_posix().removesuffix("__init__.py")
    return f"[{shown}](../{shown})", " ".join(says.partition("\n\n")[0].split())


# Python.

_INNER: Final = (
    "projected",
    "log",
    "writer",
    "index",
    "reader",
    "reading",
    "at_hand",
    "interrupt",
    "cuts",
    "book",
)
"""What `cli` and `web` need of a `Timeline` beyond its questions."""


def opening() -> str:
    """How a store is opened."""
    return _block(_described("open_timeline", timeline.open_timeline))


def methods(*, inner: bool) -> str:
    """The signature and docstring of what is public of `Timeline`, in order of the code."""
    public = [name for name in vars(timeline.Timeline) if not name.startswith("_")]
    wanted = [name for name in public if (name in _INNER) is inner]
    return _block("\n\n".join(_described(it, vars(timeline.Timeline)[it]) for it in wanted))


def _described(name: str, it: Any) -> str:
    called = it.fget if isinstance(it, property) else it
    assert called is not None
    signature = inspect.signature(called)
    arguments = "" if isinstance(it, property) else f"({', '.join(_arguments(signature))})"
    shown = _wrapped(f"{name}{arguments} → {_unbroken(signature.return_annotation)}", " " * 4)
    doc = textwrap.indent(inspect.getdoc(called) or "", " " * 4)
    return f"{shown.replace(_NO_BREAK, ' ')}\n{doc}"


_NO_BREAK: Final = "\xa0"


def _unbroken(annotation: Any) -> str:
    return str(annotation).replace(" ", _NO_BREAK)


def _arguments(signature: inspect.Signature) -> Iterator[str]:
    starred = False
    for one in signature.parameters.values():
        if one.kind is one.VAR_KEYWORD:  # unpacks the options of `Of`
            yield from (f"{key}:{_NO_BREAK}{_unbroken('str | None = None')}" for key in _OF)
            continue
        if one.kind is one.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or one.kind in (one.VAR_POSITIONAL, one.KEYWORD_ONLY)
        if one.name != "self":
            yield _argument(one)


_OF: Final = tuple(ClaimOptions.__annotations__)


def _argument(one: inspect.Parameter) -> str:
    stars = "*" if one.kind is one.VAR_POSITIONAL else ""
    default = "" if one.default is one.empty else " = …"
    if default and not callable(one.default):
        default = f" = {one.default!r}"
    return _unbroken(f"{stars}{one.name}: {one.annotation}{default}")


def tree() -> str:
    """The tree of errors."""
    return _block((errors.__doc__ or "").partition("\n\n")[2])


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "keys of a report": lambda: keys(Envelope),
    "keys of a source": lambda: keys(Source),
    "keys of a place": lambda: keys(PlaceDefinition),
    "keys of a party": lambda: keys(Party),
    "relations": relations,
    "dates": dates,
    "amounts": amounts,
    "kinds": kinds,
    "fields": fields,
    "exits": exits,
    "commands": commands,
    "modules": modules,
    "opening": opening,
    "methods": lambda: methods(inner=False),
    "inner methods": lambda: methods(inner=True),
    "errors": tree,
}
"""What can stand in a document, by name."""

_PART: Final = re.compile(
    r"(?P<begins><!-- (?P<name>[a-z ]+): make docs -->\n).*?(?P<ends><!-- end of (?P=name) -->)",
    re.DOTALL,
)


def names_in(text: str) -> list[str]:
    """The parts of a document that are written here."""
    return [found["name"] for found in _PART.finditer(text)]


def written(text: str) -> str:
    """A document with those parts as they are now."""
    return _PART.sub(
        lambda found: f"{found['begins']}\n{PARTS[found['name']]()}\n\n{found['ends']}", text
    )


def pages() -> list[Path]:
    """The documents that have such parts."""
    return [page for page in sorted(ROOT.glob("docs/*.md")) if names_in(page.read_text("utf-8"))]


if __name__ == "__main__":
    for page in pages():
        page.write_text(written(page.read_text("utf-8")), "utf-8")
