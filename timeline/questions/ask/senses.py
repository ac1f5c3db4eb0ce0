"""Words of two senses: which is meant by the words around them, or why neither is sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import CONTROL, FIGHTING, GOING_IN, GOING_OUT, LOSSES, Topic
from timeline.questions.ask.whom import SAYING, told_of

if TYPE_CHECKING:
    from lark import Token, Tree

    from timeline.parties import Party

_PRISONERS: Final = Topic("kind", "capture")


def topics_of_words(tokens: Sequence[Token]) -> None:
    """What words of two senses mean: troops withdraw and claims are withdrawn; fall is a season."""
    _not_who_was_hit(tokens)
    for at, token in enumerate(tokens):
        if token.type == "STATUS" and _way_is_open(tokens, at):
            token.type = "FILLER"  # which the level of supply tells
        if at and token.casefold() in ("hit", "struck") and _is_attack(tokens[at - 1]):
            token.type = "FILLER"  # what those attacks did: "how many drones hit Kherson"
        if token.type == "TOPIC" and token.casefold() in _LEAVING:
            token.value = _left(tokens, at)
        if token.type == "TOPIC":
            _unsure(tokens, at)
        if token.type == "STATUS" and _withdrew(tokens, at):
            token.type, token.value = "TOPIC", Topic("kind", "withdrawal")
        if token.type == "TOPIC" and token.casefold() == "fall" and _is_season(tokens, at):
            raise Unread(
                '"fall" may be a season',
                "write its two dates, as in between 2023-09-01 and 2023-11-30; "
                "or the fall of a place",
            )
    for topic, where, place in zip(tokens, tokens[1:], tokens[2:], strict=False):
        elsewhere = {"from": GOING_IN, "to": GOING_OUT}.get(where.casefold(), frozenset())
        if topic.type == "TOPIC" and topic.value.value in elsewhere and place.type == "PLACE":
            raise Unread(
                f'"{topic} {where} {place}" may have been elsewhere', f"write in {place} if it was"
            )


def _not_who_was_hit(tokens: Sequence[Token]) -> None:
    """Refuse `how many were hit`, as a number of attacks is none of people, and none of houses."""
    if [one.type for one in tokens[:1]] != ["HOW_MANY"]:
        return
    at = next((at for at, one in enumerate(tokens) if _is_attack(one)), 0)
    before = tokens[1:at]
    if not before or not all(one.type in ("FILLER", "PARTY", "TOPIC") for one in before):
        return
    if before[-1].casefold() not in _BEING | {"been"} or tokens[at].casefold() not in _SUFFERED:
        return
    said = " ".join(tokens[: at + 1])
    places = [str(one) for one in tokens if one.type == "PLACE"]
    raise Unread(
        f'"{said}" counts people or things, and does not say which, nor what became of them',
        "ask how many people were killed, or how many strikes there were",
        nearest=["history", places[-1]] if places else (),
    )


def _unsure(tokens: Sequence[Token], at: int) -> None:
    """Refuse what is missing, which may be people or reports; and who is losing what."""
    word, before = tokens[at].casefold(), [one.type for one in tokens[:at]]
    if word == "missing" and before in (["WHAT", "BE"], ["WHAT"]):
        raise Unread(
            'what is "missing" may be soldiers, or reports',
            "ask how many are missing, or what was learned later",
            nearest=told_of(tokens, []),
        )
    if word == "losing" and not of_place(tokens, at):
        raise Unread(
            '"losing" is read only of a place, as in losing Bakhmut',
            "ask who held it, or about losses",
            nearest=["history", *told_of(tokens, [CONTROL])[1:]],
        )


def _is_attack(token: Token) -> bool:
    return token.type == "TOPIC" and token.value.value in FIGHTING


_SUFFERED: Final = frozenset(
    {"assaulted", "attacked", "attacked by drones", "bombed", "come under attack"}
    | {"come under fire", "hit", "hit by drones", "shelled", "stormed", "struck"}
    | {"struck by drones", "under attack", "under fire"}
)


def _way_is_open(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is supply lines that are open, and no claim."""
    if tokens[at].casefold() != "open" or any(one.type in SAYING | {"ID"} for one in tokens):
        return False
    listed = any(one.type == "TOPIC" for one in tokens[at + 1 : at + 2])
    return not listed and any(
        one.type == "TOPIC" and one.value.value.startswith("logistics") for one in tokens
    )


def _withdrew(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is troops that have withdrawn, and no claim."""
    if tokens[at].casefold() != "withdrawn" or any(one.type in SAYING | {"ID"} for one in tokens):
        return False
    topics = {one.value.value for one in tokens if one.type == "TOPIC"}
    left = [one.casefold() for one in tokens[at + 1 : at + 2]] == ["from"]
    return topics <= {"forces"} and (left or any(one.type in ("TOPIC", "PARTY") for one in tokens))


_LEAVING: Final = frozenset({"leave", "left", "leaving"})


def _left(tokens: Sequence[Token], at: int) -> Topic:
    """Whether troops left, or people; what is left over, nobody tells."""
    word = tokens[at].casefold()
    if word == "left" and at and tokens[at - 1].casefold() in _BEING:
        topics = [one.value for one in tokens[:at] if one.type == "TOPIC"]
        raise Unread(
            f'what is "{word}" over is not told',
            "ask what is known of the place",
            nearest=told_of(tokens, topics),
        )
    if any(one.casefold() in ("people", "civilians") for one in tokens):
        return _FLED
    if any(one.type == "PARTY" or _is_forces(one) for one in tokens):
        return _WITHDREW
    raise Unread(
        f'who "{word}" may be troops or people',
        "write withdrew of troops, fled of people",
        nearest=told_of(tokens, [_WITHDREW]),
    )


_WITHDREW: Final = Topic("kind", "withdrawal")
_FLED: Final = Topic("kind", "displacement")
_BEING: Final = frozenset({"is", "are", "was", "were", "'s"})


def _is_season(tokens: Sequence[Token], at: int) -> bool:
    before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
    if after and after[0].casefold() == "of":
        return after[-1].type == "YEAR"
    dated = bool(after) and after[0].type == "YEAR"
    return dated or any(one.casefold() in ("in", "during", "over", "throughout") for one in before)


# Numbers


_IN: Final = frozenset({"in", "during", "throughout", "since"})
_UNCOUNTED: Final = frozenset({"control", "ceasefire", "statements", "logistics"})


def not_counted(tree: Tree[Token], tokens: Sequence[Token]) -> None:
    """Refuse a number of people or attacks, which no command can look for, and which is no year."""
    for time in tree.find_pred(lambda one: one.data in ("year", "bare")):
        number, last = time.children[0], time.children[-1]
        at = next(at for at, one in enumerate(tokens) if one is last)
        before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
        if time.data == "year" and any(one.casefold() in _IN for one in before):
            continue
        if time.data == "year" and any(one.casefold() == "at" for one in before):
            raise Unread(
                f'"at {number}" is no time', "write a time as 20:00 UTC, a year as in 2022"
            )
        topics = [one.value for one in after if one.type == "TOPIC"]
        counted = bool(after) and after[0].type in ("TOPIC", "PARTY")
        if counted and not _UNCOUNTED.intersection(topic.value for topic in topics):
            raise Unread(
                f'claims cannot be chosen by a number, as in "{number} {after[0]}"',
                "leave it out, and read the numbers off; a year is written as in 2022",
                nearest=told_of(tokens, topics),
            )


# People and places


class _Asks(NamedTuple):
    """What else `who` may ask about with a word, what to write, and the topic that comes near."""

    of: str
    right: str
    topic: Topic | None = None


_PEOPLE: Final = _Asks("of people", "ask about prisoners in it, or who held it", _PRISONERS)
_FELL: Final = _Asks("of a place or of the dead", "write who held it", CONTROL)
_LOST: Final = _Asks("of the place or of people", "write who held it, or losses", CONTROL)
_BY_WHOM: Final = _Asks("by whom, which is not told", "ask what is told of it")
_TO_WHOM: Final = _Asks("of people", "ask what is told of it")
_WHO: Final = {
    **dict.fromkeys(("fall", "fell", "fallen"), _FELL),
    **dict.fromkeys(("lose", "lost"), _LOST),
    **dict.fromkeys(("killed", "wounded", "injured", "damaged", "destroyed"), _BY_WHOM),
}
"""The words with which `who` is not whoever holds a place, attacks it or tells of it."""


def not_of_people(tokens: Sequence[Token], topics: Sequence[Topic], topic: Topic | None) -> None:
    """Refuse `who` where it is not whoever holds a place, attacks it or tells of it."""
    who = next((at for at, one in enumerate(tokens) if one.type == "WHO"), None)
    if who is None:
        return
    said = tokens[who + 1 : who + 4]
    did = next((one for one in said if one.type in ("HELD", "TOPIC")), None)
    if did is None:
        return
    word = did.casefold()
    passive = any(one.type in ("BE", "BEEN") and one.casefold() != "'s" for one in said)
    suffered = passive and did.type == "HELD" and not word.endswith("ing")
    doing = word.partition(" ")[0].endswith("ing") and word != "missing"
    asks = _WHO.get(word)
    if suffered and asks is not _FELL:
        asks = _PEOPLE
    elif asks is None and passive and did.type == "TOPIC" and not doing:
        asks = _TO_WHOM
    if asks is None or (asks is _LOST and list(topics) != [did.value]):
        return
    raise Unread(
        f'"{tokens[who]} … {word}" asks {asks.of}',
        asks.right,
        nearest=told_of(tokens, [asks.topic or topic or LOSSES]),
    )


_OF_SOLDIERS: Final = {"captured": _PRISONERS, "lost": LOSSES}


def soldiers_taken(tokens: Sequence[Token]) -> Topic | None:
    """What is asked of soldiers who were captured or lost, which is not who holds a place."""
    types = [token.type for token in tokens]
    for at, token in enumerate(tokens):
        topic = _OF_SOLDIERS.get(token.casefold()) if token.type == "HELD" else None
        # "Soldiers were captured", "were soldiers captured"; not "have soldiers captured".
        if topic and _counts_people(tokens[:at]):
            return topic
        before = at - 2 if types[at - 1 : at] == ["BE"] else at - 1
        passive = before == at - 2 or types[:1] == ["BE"]
        if topic and passive and before >= 0 and _is_forces(tokens[before]):
            return topic
    return None


def _counts_people(before: Sequence[Token]) -> bool:
    """Whether these words ask how many of whom something was done to: "how many Russians were"."""
    counts = [one.type for one in before[:1]] == ["HOW_MANY"]
    whom = all(one.type in ("PARTY", "FILLER") for one in before[1:])
    done = not (_BEING | {"been"}).isdisjoint(one.casefold() for one in before[1:])
    return counts and whom and done


def prisoners_taken(tokens: Sequence[Token]) -> bool:
    """Whether they are asked about, whosever they are, and not who holds them."""
    taken = [at for at, one in enumerate(tokens) if one.type == "TOPIC" and one.value == _PRISONERS]
    whose = [at + 1 for at, one in enumerate(tokens) if one.type == "PARTY"]
    return bool(taken) and all(at in taken for at in whose)


def _is_forces(token: Token) -> bool:
    """Whether it is soldiers, whosever they are."""
    if token.type == "PARTY":
        return token.value.troops is not None
    return token.type == "TOPIC" and bool(token.value.value == "forces")


def lost_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a place is lost, and not people: "lost Lyman", "has Lyman been lost", "loss of"."""
    if tokens[at].casefold() == "loss":
        return [one.casefold() for one in tokens[at + 1 : at + 2]] == ["of"] and of_place(
            tokens, at + 1
        )
    if tokens[at].casefold() not in ("lose", "losing", "lost"):
        return False
    before = [one.type for one in tokens[:at]]
    passive = not {"BE", "BEEN"}.isdisjoint(before)
    is_lost = passive and [one for one in before if one != "BEEN"][-1:] == ["PLACE"]
    return is_lost or of_place(tokens, at)


def of_place(tokens: Sequence[Token], at: int) -> bool:
    """Whether a place stands right after a word."""
    return [one.type for one in tokens[at + 1 : at + 2]] == ["PLACE"]


# What comes near


def each_of(error: Unread, tokens: Sequence[Token], parties: Iterable[Party] = ()) -> Unread:
    """The error, with what each of several says who are named, as in `compare A and B`."""
    places = [str(one) for one in tokens if one.type == "PLACE"]
    named = [one.value.parties for one in tokens if one.type == "PARTY"]
    said = [*parties] or [one for names in named if len(names) == 1 for one in names]
    each = [["known", *places, "--party", one] for one in dict.fromkeys(one.id for one in said)]
    if error.nearest or len(each) < 2 or len(places) != 1:
        return error
    return Unread(error.what, error.right, (), each[0], each[1:])
