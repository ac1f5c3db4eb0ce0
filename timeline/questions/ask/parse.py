"""The grammar over what words may be: the first reading that parses, and how far any came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput
from lark.lexer import Lexer

if TYPE_CHECKING:
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from timeline.questions.ask.words import Lexicon, Meaning

_GRAMMAR: Final = Path(__file__).with_name("grammar.lark")


class Stuck(NamedTuple):
    """A question that does not parse: the word at which the longest reading ended."""

    at: int


class _Fed(Lexer):
    """The tokens are found in the log, and fed one by one."""

    def __init__(self, conf: object) -> None:
        """Nothing to prepare."""

    def lex(self, lexer_state: object, parser_state: object) -> Iterator[Token]:  # noqa: ARG002 - the library's signature
        """No token comes from text."""
        return iter(())


@cache
def grammar() -> Lark:
    """The parser; made once, since that takes longer than a question."""
    return Lark(
        _GRAMMAR.read_text("utf-8"),
        parser="lalr",
        lexer=_Fed,
        keep_all_tokens=True,
        propagate_positions=False,
    )


@cache
def keywords() -> Mapping[str, Sequence[str]]:
    """Every phrase of the grammar, with the terminals that it may be, in their order there."""
    found: dict[str, list[str]] = {}
    text = _GRAMMAR.read_text("utf-8")
    for terminal in sorted(grammar().terminals, key=lambda one: text.index(f"\n{one.name}: ")):
        for phrase in _phrases(terminal.pattern.to_regexp()):
            found.setdefault(phrase, []).append(terminal.name)
    return found


def _phrases(pattern: str) -> Iterator[str]:
    """The alternatives of a terminal, which in this grammar is a list of phrases."""
    for part in re.sub(r"\(\?:|\)", "", pattern).split("|"):
        yield re.sub(r"\\(.)", r"\1", part)


def parse(lexicon: Lexicon) -> Tree[Token] | Stuck:
    """The first reading, longest words first, that the grammar takes; else how far one came."""
    search = _Search(lexicon)
    chosen = search.run()
    if chosen is None:
        return Stuck(search.furthest)
    parser = grammar().parse_interactive()
    for token in chosen:
        parser.feed_token(token)
    tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call] # the library's
    return tree


class _Search:
    """A walk over the readings of the words, depth first; a dead end is visited once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._end = len(lexicon.words)
        self._dead: set[tuple[int, tuple[int, ...]]] = set()
        self.furthest = 0

    def run(self) -> list[Token] | None:
        return self._from(grammar().parse_interactive(), 0)

    def _from(self, parser: InteractiveParser, at: int) -> list[Token] | None:
        state = at, tuple(parser.parser_state.state_stack)
        if state in self._dead:
            return None
        self._dead.add(state)
        self.furthest = max(self.furthest, at)
        if at == self._end:
            return [] if _ends(parser) else None
        for found in self._lexicon.at(at):
            token = self._token(found, at)
            fed = _after(parser, token)
            if fed and (rest := self._from(fed, at + found.words)) is not None:
                return [token, *rest]
        return self._from(parser, at + 1) if self._lexicon.noise(at) else None

    def _token(self, found: Meaning, at: int) -> Token:
        token = Token(found.terminal, self._lexicon.text(at, at + found.words))
        token.start_pos, token.end_pos = at, at + found.words
        token.value = found.value if found.value is not None else token.value
        return token


def _ends(parser: InteractiveParser) -> bool:
    """Whether the question may end here."""
    try:
        _copy(parser).feed_eof()  # type: ignore[no-untyped-call] # the library's
    except UnexpectedInput:
        return False
    return True


def _after(parser: InteractiveParser, token: Token) -> InteractiveParser | None:
    """The parser after one more token; None where it does not fit."""
    copy = _copy(parser)
    try:
        copy.feed_token(token)
    except UnexpectedInput:
        return None
    return copy


def _copy(parser: InteractiveParser) -> InteractiveParser:
    # Values are not looked at until the whole question is known to parse.
    copied: InteractiveParser = parser.copy(deepcopy_values=False)  # type: ignore[no-untyped-call] # the library's
    return copied
