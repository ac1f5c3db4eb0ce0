"""Whether a party that a question names speaks, or is spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.places import above_all
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import FIGHTING

if TYPE_CHECKING:
    from lark import Token

    from timeline.parties import Party
    from timeline.places import Book
    from timeline.questions.ask.topics import Topic


class Named(NamedTuple):
    """Whom words may name; `troops` is a side and a topic, where `Russian troops` is both.

    `common` says that it is by a word such as `army`, which others may have though no id ends so;
    `side` is the one side that is meant where it is spoken of, whoever of it may speak.
    """

    parties: tuple[Party, ...]
    troops: tuple[Party, Topic] | None = None
    common: bool = False
    side: Party | None = None


class Places(NamedTuple):
    """The places that words may name, and the parties of the same name.

    `whose` says that what it has lost or said is asked about, as in `Israel's losses`.
    """

    ids: tuple[str, ...]
    named: Named | None = None
    whose: bool = False

    @property
    def country(self) -> bool:
        """Whether it may be meant as a side."""
        return all(map(_COUNTRY.fullmatch, self.ids))


_COUNTRY: Final = re.compile("iso:[A-Z]{2}")


COMMON: Final = frozenset(
    {"army", "brigade", "corps", "force", "forces", "gendarmerie", "guard", "guards", "marines"}
    | {"military", "militia", "navy", "police", "rebels", "staff", "command", "intelligence"}
    | {"administration", "agency", "authorities", "council", "defence", "government", "governor"}
    | {"junta", "list", "mayor", "media", "minister", "ministry", "mod", "network", "officials"}
    | {"opposition", "parliament", "presidency", "president", "regime", "residents", "service"}
    | {"spokesman", "spokesperson"}
)
"""Words with which ids end that are nobody's name."""
SAYING: Final = frozenset({"SAY", "SAYING", "TOLD", "NOUN", "CLAIMS", "MENTION", "REPORTS", "MADE"})
_RECORD: Final = frozenset({"RECORD", "RELIABLE"})
_DOING: Final = frozenset({"TOPIC", "HELD", "HANDS"})
_BETWEEN: Final = frozenset({"AND", "VERSUS", "PARTY", "FIRST", "BEEN", "HAVE"})
_LISTED: Final = (["PARTY", "AND"], ["PARTY", "VERSUS"])
_ON_WHAT: Final = frozenset({"about", "on", "regarding", "concerning"})
_IN: Final = frozenset({"in", "inside", "around", "near", "at"})
_ACCORDING: Final = frozenset({"according to", "per"})


_VERBS: Final = frozenset({"NOUN", "SAY", "SAYING", "TOLD", "TOPIC", "STATUS"})
_DOES: Final = {
    "DO": frozenset(
        {"deny", "say", "claim", "report", "announce", "admit", "mention"}
        | {"attack", "fight", "strike", "bomb", "shell", "storm", "advance", "withdraw", "retreat"}
        | {"pull back", "pull out", "leave", "enter", "infiltrate", "reinforce"}
    ),
    "HAVE": frozenset(
        {"denied", "said", "claimed", "reported", "announced", "admitted", "mentioned"}
        | {"attacked", "fought", "bombed", "shelled", "stormed", "advanced", "withdrawn"}
        | {"retreated", "pulled back", "pulled out", "left", "entered", "infiltrated"}
        | {"reinforced"}
    ),
    "BE": frozenset(
        {"denying", "saying", "claiming", "reporting", "attacking", "advancing", "withdrawing"}
        | {"retreating", "pulling back", "pulling out", "leaving", "entering", "infiltrating"}
        | {"reinforcing"}
    ),
}
"""What somebody does, after each of the words that ask about it."""


def parties_from_places(tokens: Sequence[Token]) -> None:
    """What is also a party is one where it acts; and of two places, unless a word says where."""
    places = [at for at, token in enumerate(tokens) if token.type == "PLACE"]
    several = len({tokens[at].value.ids for at in places}) > 1
    for at in places:
        named = tokens[at].value.named
        where = at and tokens[at - 1].type in ("WHERE", "AND", "VERSUS")
        where = where and [one.type for one in tokens[max(at - 2, 0) : at]] not in _LISTED
        where = where and tokens[at - 1].casefold() not in ("that", "between")
        theirs = several and _is_theirs(tokens, at)
        if named and theirs:
            tokens[at - 1].type = "WHOSE"
            where = False
        theirs = theirs or tokens[at].value.whose or _has_lost(tokens, at)
        if theirs and not named and tokens[at].value.country:
            raise _no_party(tokens, at)
        acts = _acts(tokens, at)
        if named and (acts or (several and not where)):
            tokens[at].type, tokens[at].value = "PARTY", named
        elif acts and not named and _does(tokens, at):
            raise _no_party(tokens, at)


def _is_theirs(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is that of a side, as in `losses of Ukraine in Pokrovsk`."""
    before, after = [*tokens[max(at - 3, 0) : at]], tokens[at + 1 : at + 3]
    if not before or before.pop().casefold() != "of":
        return False
    if before and before[-1].type == "STATE":
        before.pop()
    sided = bool(before) and before[-1].type == "TOPIC" and before[-1].value.sided
    return sided and [one.type for one in after] == ["WHERE", "PLACE"]


def _has_lost(tokens: Sequence[Token], at: int) -> bool:
    """Whether it lost people, as in `how many soldiers did Israel lose`."""
    before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 2]
    asks = bool(before) and before[0].casefold() in ("did", "do", "does", "had", "has", "have")
    return asks and bool(after) and after[0].casefold() in ("lose", "lost", "suffer", "suffered")


def sure(tokens: Sequence[Token], book: Book) -> None:
    """Refuse `the army`, where the place that is asked about is not in the country of its id."""
    ids = {one for token in tokens if token.type == "PLACE" for one in token.value.ids}
    for token in tokens:
        if token.type != "PARTY" or not token.value.common or len(token.value.parties) > 1:
            continue
        [party] = token.value.parties
        country = f"iso:{party.id.partition('.')[0].upper()}"
        if not any(country in (one, *above_all(one, book)) for one in ids):
            either = " or ".join(dict.fromkeys((party.name, party.id)))
            raise Unread(f'"{token}" may be anybody\'s', f"write {either}, if it is meant")


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether it does or says what is asked about, and is not where: `did Ukraine attack`."""
    before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
    if [one.type for one in after] == ["NOUN", "WHERE"]:  # Ukraine's claim about something
        return after[1].casefold() in _ON_WHAT
    does = bool(before) and before[0].type in ("DO", "HAVE")
    return _does(tokens, at) or (does and bool(after) and after[0].type in ("TOPIC", "HELD"))


def _does(tokens: Sequence[Token], at: int) -> bool:
    """Whether it does what somebody does and no town: `did Israel deny it`, `is it attacking`."""
    asks, does = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 2]
    return any(
        does[0].casefold() in _DOES.get(one.type, ()) and does[0].type in _VERBS
        for one in asks
        if does
    )


def _no_party(tokens: Sequence[Token], at: int) -> Unread:
    """Why a place is not taken for who speaks or fights in its name."""
    return Unread(
        f'"{tokens[at]}" is a place here, and no party of that name is known',
        "name who it was by the id of a party, or by the code of a side",
        nearest=told_of(tokens, [one.value for one in tokens if one.type == "TOPIC"]),
    )


def spoken_of(tokens: Sequence[Token], at: int, *, asks: bool) -> tuple[Party, Topic | None] | None:
    """The side that is spoken of, and its troops if they are; None where the party speaks.

    `asks` says that the question is whether something is so. Raises `Unread` where neither is sure.
    """
    token = tokens[at]
    named: Named = token.value
    while [one.type for one in tokens[max(at - 2, 0) : at]] in _LISTED:
        at -= 2  # what is said of the first of several is said of each
    is_side = any((one.side or "").casefold() == one.id.casefold() for one in named.parties)
    if is_side and _told_of(tokens, at):
        raise Unread(
            f'"{tokens[at - 2]} of {token}" may be told by them, or about them',
            f'write "by {token}", or what is told of them, as in losses of {token}',
        )
    if (deed := _did(tokens, at)) is not None:
        raise _by_whom(deed, f"{token}", tokens)
    about = _about(tokens, at, asks)
    if about and named.side:
        return named.side, None
    if about is False or len(named.parties) > 1:  # which of several is asked before all else
        return None
    [party] = named.parties
    side = (party.side or "").casefold()
    if is_side and (about or any(one.type in _DOING for one in tokens)):
        return party, None
    if named.troops:
        return named.troops
    speaks = not is_side and (about is None or _says(tokens, at, side))
    if speaks and not (side and _is_there(tokens, at)):
        return None
    raise Unread(
        f'whether "{token}" says it, or it is said of "{token}", is not clear',
        f'write "according to {party.name}", or ask of a side, as in Russian losses',
    )


def _about(tokens: Sequence[Token], at: int, asks: bool) -> bool | None:
    """Whether a party is spoken of, by the words around it; None where they do not say."""
    if any(one.type in _RECORD for one in tokens):
        return False
    if _introduced(tokens, at):
        if tokens[at - 1].casefold() in _ACCORDING:
            return False
        if (of := _of_what(tokens, at)) is not None:
            return of
    after = next((one for one in tokens[at + 1 :] if one.type not in _BETWEEN), None)
    if after is not None and after.type == "STATUS" and tokens[at - 1].type in ("DO", "HAVE"):
        raise _not_by(after, tokens[at], tokens)
    if after is not None and (after.type in SAYING - {"TOLD"} or _said(after)):
        return False
    around = [one.type for one in tokens[max(at - 1, 0) : at + 3] if one.type != "EVER"]
    if around[:3] == ["HAVE", "PARTY", "TOLD"]:
        return False  # `has Russia ever reported`, but not `was Russia reported`
    return True if asks or (after is not None and after.type in _DOING) else None


def _told_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is left open who tells, as by `reports of Russians in`, and not by `… about`."""
    around = tokens[max(at - 2, 0) : at + 2]
    if len(around) < 4 or around[0].type not in SAYING or around[3].type != "WHERE":
        return False
    return around[1].casefold() == "of" and around[3].casefold() not in _ON_WHAT


def _is_there(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is where, as somebody is who fights: "Wagner in Bakhmut"."""
    after = tokens[at + 1 : at + 3]
    there = [one.type for one in after] == ["WHERE", "PLACE"] and after[0].casefold() in _IN
    return there and not any(one.type in SAYING for one in tokens)


def _says(tokens: Sequence[Token], at: int, side: str) -> bool:
    """Whether `by` makes a speaker of one who is no side, and so has no troops and no losses.

    Who holds a place by that, or attacks, may well have no side that the log knows of.
    """
    did = at > 1 and (tokens[at - 2].type == "HELD" or _fights(tokens[at - 2]))
    return (
        not did
        and _introduced(tokens, at)
        and (not side or any(one.type in SAYING for one in tokens))
    )


def _fights(token: Token) -> bool:
    return token.type == "TOPIC" and token.value.value in FIGHTING


def _said(token: Token) -> bool:
    """Whether these are words of somebody: forecasts, plans, statements."""
    return token.type == "TOPIC" and token.value.value in ("statements", "statement")


def _introduced(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].type == "WHOSE"


def _of_what(tokens: Sequence[Token], at: int) -> bool | None:
    """Of `losses of` and `held by` a party is spoken; `claims of` and `reported by` are its own."""
    by = tokens[at - 1].casefold() == "by"
    for one in reversed(tokens[: at - 1]):
        if by and one.type == "TOPIC" and one.value.value in ("casualties", "capture"):
            raise _by_whom(one, f"by {tokens[at]}", tokens)
        if one.type in SAYING or _said(one):
            return False
        if one.type in _DOING:
            return True
        if one.type == "STATUS":
            raise _not_by(one, tokens[at], tokens)
    return None


def _did(tokens: Sequence[Token], at: int) -> Token | None:
    """What somebody did to others, as in `has Russia killed` and `Russia killed civilians`."""
    before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
    if after and after[0].casefold() == "captured soldiers":
        return after[0]  # whose they are, or whose prisoners, is left open
    if not after or after[0].casefold() not in _DEEDS:
        return None
    has = any(one.casefold() in ("has", "have", "had") for one in before)
    whom = any(one.type == "TOPIC" and one.value.value in _WHOM for one in after[1:])
    return after[0] if has or whom else None


_DEEDS: Final = frozenset({"killed", "wounded", "injured"})
_WHOM: Final = frozenset({"civilians", "forces"})


def _by_whom(deed: Token, who: str, tokens: Sequence[Token]) -> Unread:
    """Why the dead are not chosen by who killed them."""
    topics = [one.value for one in tokens if one.type == "TOPIC" and one.value.value == "civilians"]
    return Unread(
        f"by whom is not told of the {deed}",
        f'leave "{who}" out',
        nearest=told_of(tokens, [*topics, deed.value]),
    )


def _not_by(status: Token, party: Token, tokens: Sequence[Token]) -> Unread:
    """Why claims are not chosen by who confirmed or disputed them."""
    if status.casefold() == "disagree":
        places = [str(one) for one in tokens if one.type == "PLACE"]
        return Unread(
            f'with whom "{party}" disagrees cannot be asked for',
            "ask which claims are disputed",
            nearest=["claims", *places[-1:], "--status", "disputed"],
        )
    return Unread(f"who found it {status} cannot be asked for", f'leave "{party}" out')


def told_of(tokens: Sequence[Token], topics: Sequence[Topic]) -> list[str]:
    """The command that tells of a topic in the place that is named."""
    places = [str(one) for one in tokens if one.type == "PLACE"]
    chosen = [part for topic in topics[:1] for part in (f"--{topic.option}", topic.value)]
    command = "history" if any(topic.happens for topic in topics[:1]) else "known"
    return [command, places[-1], *chosen] if places else []
