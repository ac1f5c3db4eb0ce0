"""Who says what a sentence tells, and through whom: "X said", "X, citing Y, told Z"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.proposals.hits import TURN, turn_after

if TYPE_CHECKING:
    from timeline.proposals.naming import Mention
    from timeline.proposals.table import Table

_ACCORDING: Final = re.compile(r"\baccording to\s+([^,;.\"“”]+)", re.IGNORECASE)
_CITING: Final = re.compile(r",?\s*\b(?:citing|quoting)\s+([^,;.\"“”]+)", re.IGNORECASE)
_PASSED_ON: Final = re.compile(r"\s+(?:as\s+)?(?:cited|quoted)\s+(?:by|in)\s+")
"""What stands between who said it, and who passed it on: "according to X, quoted by Y"."""
_TRAILING: Final = re.compile(
    r"\s*(?:$|:$|[.!?,;]|(?:on|in|at|via|late|early|earlier|yesterday|today|this|during|to|after)\b"
    r"|\w+day\b)",
    re.IGNORECASE,
)
_UNNAMED: Final = re.compile(r"\bon (?:the )?condition of anonymity\b|\banonymously\b")
_NO_VERB: Final = re.compile(
    r"\b(?:the|a|an|this|that|to|was|were|been|be|is|are|(?-i:[Ww]ho)|which|its|their|his|her|those|these"
    r"|earlier|previous|latest|daily|unconfirmed|unverified|conflicting|contradictory|false|fake"
    r"|confirm|investigat(?:e|ed|es|ing)|receiv\w+|verify|if|once|unless|until|when|\w+['’]s?)\s+$",
    re.IGNORECASE,
)
_NOUN: Final = re.compile(
    r"(?:claims|estimates|reports)\s+(?:indicat\w+|of|put|show\w*|suggest\w*)\b", re.IGNORECASE
)
"""Claims that somebody has made: "preliminary estimates show"."""
_GOING_ON: Final = re.compile(r",(?=\s+\w+ing\b)|^,")
"""Where a sentence goes on after `X said`: with what X did by that, or with what X said."""
_BESIDES: Final = re.compile(r",(?=\s+(?:after|amid|as|but|when|while)\b)")
"""Where a sentence turns, after `A is so, X said on Monday`, to what the writer tells."""
_WHERE: Final = re.compile(r",\s+where\s+(?=[^,]*$)")
"""Where a clause begins that has a subject of its own: "he came to a place, where X told him"."""
_NO_SUBJECT: Final = re.compile(
    r"\s*(?:not|up|down|than|rather|instead|contrary|compared|from|with|which|(?-i:[Ww]ho)"
    r"|whose|(?!acting\s+\w+\s+[A-Z])(?-i:[a-z]+ing))\b",
    re.IGNORECASE,
)
_LATER: Final = (
    r"(?:(?:a|an|few|many|one|only|several|three|two|\d+)\s+)*"
    r"(?:seconds|minutes|hours|days|weeks|months|hour|day|week|month|shortly|soon)\s+(?:after|before)"
)
_LEAD: Final = re.compile(
    rf"(?:{_LATER}|asked|according\s+to|after|amid|around|as|at|before|by|despite|during|earlier|for|following|in|late|later|on"
    r"|since|under|when|while|with)\b[^,]*,\s*",
    re.IGNORECASE,
)
"""What may stand before the subject: "On Sunday, X said"."""
_SINCE: Final = re.compile(
    rf"(?:,\s+(?:[\w-]+\s+){{0,3}}(?:after|as|because|before|since|until|when)"
    rf"|^(?:after|although|as|because|before|since|though|until|when|while)|\b{_LATER})"
    r"\s+(?!of\b)(?=[^,]*$)",
    re.IGNORECASE,
)
"""Where somebody else's saying begins: "A is so, hours after X said B", "After X said B"."""
_RELATIVE: Final = re.compile(r"\b(?:who|whom|whose|which|that|where)\b")
_LABEL: Final = re.compile(r"^[^,;:\"“”]{1,40}:\s")
"""What may be put over a sentence: "Key takeaways: X said"."""
_PRONOUNS: Final = frozenset({"it", "they"})
_BODY: Final = re.compile(
    r"(?:[Tt]he\s+)?(?:[A-Z][\w'’-]*\s+){0,3}"
    r"(?:[A-Z]{3,}|army|forces|government|group|military|ministry|police|rebels|troops)\b"
)
"""Somebody with whom a sentence begins, whom "it" may mean."""
_MEMBERS: Final = (
    r"(?:adviser|advisor|analyst|driver|employee|fighter|insider|member|medic|officer|official|person"
    r"|pilot|soldier|source|staffer|veteran|volunteer|worker)s?"
)
_SOMEBODY: Final = re.compile(
    rf"\b{_MEMBERS}\s+(?:at|close\s+to|from|in|inside|of|with|within)\b|\bformer\b", re.IGNORECASE
)
_OF_THEM: Final = re.compile(rf"\s+(?:[a-z]+\s+)?{_MEMBERS}\b")
"""One of a body, who need not speak for it: "a source in the ministry", "an IDF soldier"."""
_WHILE: Final = re.compile(r",\s+(?:although|though|whereas|while)\s+")
_AND: Final = re.compile(r",\s+and\s+")
_AND_DID: Final = re.compile(
    r"\s+and\s+(?:\w+ly\s+)?(?:\w+ed|began|fell|hit|sent|shot|struck|took|went|withdrew)\b"
)
_AND_SAID: Final = re.compile(r",?\s+and\s+(?:(?:also|later|then|\w+ly)\s+)?$")
"""What stands between two sayings of one speaker: "X denied that A and said B"."""
_SAYING: Final = re.compile(
    r",\s+(?:(?:but|and)\s+)?(adding|asserting|claiming|insisting|maintaining|saying|stating)\b(?:\s+that\b)?"
)
"""Where somebody goes on to say what is so: "X rejected that A, saying B"."""
_NOT_THIS: Final = re.compile(r"\s+(?:it|so|such|that|the|these|this|those)\b", re.IGNORECASE)
"""What is denied, where that was told before: "A, but X denied this claim"."""
_OF_WHICH: Final = re.compile(
    r"\s*(?:which|(?:an?|the)\s+(?:\w+\s+)?(?:accusation|allegation|assertion|charge|claim|report)"
    r"(?:\s+(?:that|which))?)\s+"
)
"""What takes up what was told, to say who denies it: "A, a claim that X denied"."""
_NAME_ALONE: Final = re.compile(
    r"\s+(?:(?!(?:at|by|during|from|in|on|to|via)\s)[a-z]+\s+){0,2}(?:[A-Z][\w'’.-]+\s*){1,4}(?:(?:on|late|early)\s.*)?"
)
_NOBODY: Final = re.compile(r"(?:no|nobody|none|neither)\b", re.IGNORECASE)
_HOW_MANY: Final = re.compile(
    r"\d+|two|three|four|five|six|seven|eight|nine|ten|several|some|many|other", re.IGNORECASE
)
_LONGEST_SUBJECT: Final = 25
_WORDS_OF_TIME: Final = 4
"""What at most stands behind a saying that ends its sentence: "said late on Sunday"."""
_SMALL: Final = frozenset(
    [
        *("on", "in", "at", "of", "for", "by", "with", "and", "as", "the", "a", "an", "not"),
        *("its", "their", "his", "her", "neither", "nor"),
        *("also", "have", "has", "had", "was", "were", "is", "are", "been", "did", "does", "do"),
        *(
            "late",
            "early",
            "earlier",
            "later",
            "then",
            "yesterday",
            "today",
            "meanwhile",
            "however",
        ),
        *(
            "meanwhile",
            "regularly",
            "separately",
            "previously",
            "publicly",
            "privately",
            "repeatedly",
        ),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ]
)


class Voice(NamedTuple):
    """A link of the chain; `known` if the list of parties or an earlier sentence has it.

    `asked` is what has to be decided of who is meant by "it".
    """

    party: str
    words: str
    side: str | None
    channel: str = "public"
    known: bool = True
    other: bool = False
    asked: str | None = None


class Said(NamedTuple):
    """Somebody's saying, and the part of the sentence that it covers."""

    start: int
    end: int
    speakers: tuple[Voice, ...]
    verb: str
    at: int
    outer: bool


class Voices:
    """Finds who speaks; remembers who spoke last, whom "the unit" or "he" means."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._last: Voice | None = None
        self._called: dict[str, Voice] = {}
        """By each word of what they are called: who spoke last."""

    def sayings(self, text: str, mentions: Sequence[Mention]) -> list[Said]:
        """All sayings of a sentence, the outermost first."""
        found = [*self._according(text, mentions), *self._verbs(text, mentions)]
        found.sort(key=lambda said: (not said.outer, said.at))
        for said in found[:1]:
            main = main_of(said)
            for one in (*said.speakers, main):
                self._called |= dict.fromkeys(one.words.lower().split(), one)
            self._last = main
        return found

    def _according(self, text: str, mentions: Sequence[Mention]) -> list[Said]:
        found = []
        for match in _ACCORDING.finditer(text):
            if speakers := self._quoted(text, match.start(1), match.end(1), mentions):
                ends = re.fullmatch(r"\W*", text[match.end() :]) is not None
                clause = (0, match.start() if ends else len(text))
                found.append(Said(*clause, speakers, "according to", match.start(), outer=True))
        return found

    def _verbs(self, text: str, mentions: Sequence[Mention]) -> list[Said]:
        found: list[Said] = []
        since = 0
        verbs = [
            verb
            for verb in self._table.saying.finditer(text)
            if _is_verb(text, verb, self._table.denying)
        ]
        ends = [*(verb.start() for verb in verbs[1:]), len(text)]
        for verb, end in zip(verbs, ends, strict=False):
            said = self._also(text, verb, found)
            if said is not None:
                found[-1] = found[-1]._replace(end=verb.start())
            elif _is_between_commas(text, verb):
                said = self._trailing(text, verb, mentions)
            else:
                said = (
                    self._inverted(text, verb, mentions)
                    or self._trailing(text, verb, mentions)
                    or self._leading(text, verb, since, mentions, found)
                )
            if said is not None:
                ended = found[-1] if found else said
                if said.start == 0 and ended.at < ended.end <= said.at:
                    said = said._replace(start=ended.end)  # `A, X said, and B, Y said`
                found.append(said)
                that = re.search(r"\bthat\b", text[verb.end() : end])
                since = verb.end() + (that.end() if that else 0)
        return self._gone_on(text, found)

    def _also(self, text: str, verb: re.Match[str], found: Sequence[Said]) -> Said | None:
        """`X denied that A is so and said B`: B is X's too, and not of whom A tells."""
        before = found[-1] if found else None
        if before is None or before.outer or not before.at < verb.start() < before.end:
            return None
        if _AND_SAID.search(text, before.start, verb.start()) is None:
            return None
        return Said(verb.end(), before.end, before.speakers, verb[0], verb.start(), outer=False)

    def _gone_on(self, text: str, found: Sequence[Said]) -> list[Said]:
        """The sayings, with what somebody says is so apart from what they deny before it."""
        kept = list(found)
        for on in _SAYING.finditer(text):
            inside = [one for one in kept if not one.outer and one.at < on.start() < one.end]
            if any(one.verb.lower() in self._table.denying for one in inside):
                first = inside[0]
                kept = [one._replace(end=on.start()) if one in inside else one for one in kept]
                kept.append(Said(on.end(), first.end, first.speakers, on[1], on.start(1), False))
        return kept

    def _inverted(self, text: str, verb: re.Match[str], mentions: Sequence[Mention]) -> Said | None:
        """`"…," said X.`"""
        if not re.search(r"[,\"”]\s*$", text[: verb.start()]):
            return None
        end = verb.end() + len(re.split(r"[,;.\"“”]", text[verb.end() :])[0])
        unnamed = "|".join(self._table.unnamed)
        if not re.match(
            rf"\s+(?:(?:the\s+)?(?:\w+\s+)?[A-Z]|(?:an?|the)\s+\w|(?:\w+\s+)?(?:{unnamed})\b)",
            text[verb.end() : end],
        ):
            return None
        if any(one.start < verb.start() and one.end >= verb.start() - 2 for one in mentions):
            return None
        # Of `X, the mayor, said Y` it is X who speaks, unless a name is all that comes after it.
        lead = _LEAD.match(text, 0, verb.start())
        apart = re.search(r",[^,]*,\s*$", text[lead.end() if lead else 0 : verb.start()])
        if apart and not _NAME_ALONE.fullmatch(text, verb.end(), end):
            return None
        speakers = self._quoted(text, verb.end(), end, mentions)
        return (
            Said(0, verb.start(), speakers, verb[0], verb.start(), outer=True) if speakers else None
        )

    def _trailing(self, text: str, verb: re.Match[str], mentions: Sequence[Mention]) -> Said | None:
        """`A is so, X said on Monday`; `A, X said, is so` and `A is so, X said, adding B` whole."""
        before, rest = text[: verb.start()], text[verb.end() :]
        if verb[0].lower() in self._table.denying and _NOT_THIS.match(rest):
            return None
        rest = rest[: len(rest) if (turn := rest.find(";")) < 0 else turn]
        goes_on = _GOING_ON.search(rest)
        besides = None if goes_on else _BESIDES.search(rest)
        ended = goes_on or besides
        after = rest[: ended.start()] if ended else rest
        words = len(after.split())
        start = max(before.rfind(mark) for mark in ',"”') + 1
        if which := _taken_up(text, start, verb, self._table.denying):
            speaker = self._speaker(text, which.end(), verb.start(), mentions)
            nothing = verb.end()  # is told by who denies what stands before
            return speaker and Said(
                nothing, nothing, (speaker,), verb[0], verb.start(), outer=False
            )
        closed_before = before[:start].endswith(('"', "”"))
        told = verb[0].lower().startswith("t") and (
            words <= 4 or closed_before or _UNNAMED.search(after) is not None
        )
        if not (_TRAILING.match(after) or told) or words > 12 or re.search(r"\bthat\b", after):
            return None
        if not before[start:].strip() and (closed := max(before.rfind('"'), before.rfind("”"))) > 0:
            start = closed + 1  # "…," X, who is this and that, said
        elif not before[start:].strip() and words <= _WORDS_OF_TIME:
            start = _apposition(before)
        least = 1 if _is_between_commas(text, verb) else 3
        if start < 4 or not before[start:].strip() or len(before[:start].split()) < least:
            return None
        before_it = self._cited(text, verb.end(), mentions)
        named = _name_beside(text, start, verb.start())
        until = named + _reach(text, named, verb.start())
        speaker = self._speaker(text, named, until, mentions)
        if speaker is None:
            return None
        pronoun = text[start : verb.start()].strip().lower()
        if pronoun in _PRONOUNS and (acting := _BODY.match(text)):
            asked = f'"{pronoun}" read as {speaker.party}, and the sentence is of "{acting[0]}"'
            speaker = speaker._replace(asked=asked)
        speakers = (*before_it, speaker, *self._told(text, verb, mentions))
        end = turn_after(text, verb.end()) if goes_on else start
        for other in _AND.finditer(text, verb.end(), end) if goes_on else ():
            if self._table.saying.search(text, other.end(), end):
                end = other.start()  # what others say beside it
                break
        return Said(0, end, speakers, verb[0], verb.start(), outer=True)

    def _leading(
        self,
        text: str,
        verb: re.Match[str],
        since: int,
        mentions: Sequence[Mention],
        outside: Sequence[Said],
    ) -> Said | None:
        """`X said that A is so`; without "that" it ends where a "but" turns from what was said."""
        turns = [*TURN.finditer(text, since, verb.start()), *_LABEL.finditer(text, 0, verb.start())]
        turns += _WHILE.finditer(text, since, verb.start())
        turns += [also] if (also := _AND.match(text, since, verb.start())) else []
        clause = max([since, *(turn.end() for turn in turns)])
        subject = text[clause : verb.start()]
        if len(subject.split()) > _LONGEST_SUBJECT:
            return None
        plain = _plain(subject)
        if not plain.strip() or len(plain.split()) > 14:
            return None
        start, within = _subject_at(text, clause, verb.start())
        speaker = self._speaker(text, start, start + _reach(text, start, verb.start()), mentions)
        if speaker is None:
            return None
        group = text[max(0, verb.start() - 25) : verb.end() + 20]
        if self._table.private.search(group):
            speaker = speaker._replace(channel="private")
        end = len(text)
        if not re.match(r"[^,;]{0,60}\bthat\b", text[verb.end() :]) and (
            turn := TURN.search(text, verb.end())
        ):
            end = turn.start()
        if did := self._did(text, verb, end):
            end = did
        if within and (comma := text.find(",", verb.end(), end)) > 0:
            end = comma  # "After X said A, B": B is no word of X
        for other in _WHILE.finditer(text, verb.end(), end):
            if self._table.saying.search(text, other.end(), end):
                end = other.start()  # what others say beside it
                break
        cited = self._cited(text, clause, mentions)
        # To whom one was told of is not whom it was told to for all to read.
        is_told_of = any(one.start <= verb.start() < one.end for one in outside)
        told = () if is_told_of else self._told(text, verb, mentions)
        speakers = (*cited, speaker, *told)
        return Said(verb.end(), end, speakers, verb[0], verb.start(), outer=False)

    def _did(self, text: str, verb: re.Match[str], end: int) -> int | None:
        """Where it is told what else the speaker did: "X denied the claim and attacked Y"."""
        nouns = (
            verb[0].lower().startswith(("accus", "blam")) or verb[0].lower() in self._table.denying
        )
        and_did = _AND_DID.search(text, verb.end(), end) if nouns else None
        if and_did is None or re.search(r"\bthat\b", text[verb.end() : and_did.start()]):
            return None
        return and_did.start()

    def _quoted(
        self, text: str, start: int, end: int, mentions: Sequence[Mention]
    ) -> tuple[Voice, ...]:
        """Whom these words name, and who passed it on: "X, quoted by Y" without the comma."""
        passed_on = _PASSED_ON.search(text, start, end)
        parts = (
            [(start, passed_on.start()), (passed_on.end(), end)] if passed_on else [(start, end)]
        )
        found = (self._speaker(text, *part, mentions) for part in parts)
        return tuple(one for one in found if one)

    def _cited(self, text: str, since: int, mentions: Sequence[Mention]) -> tuple[Voice, ...]:
        match = _CITING.search(text, since)
        speaker = match and self._speaker(text, match.start(1), match.end(1), mentions)
        return (speaker,) if speaker else ()

    def _told(
        self, text: str, verb: re.Match[str], mentions: Sequence[Mention]
    ) -> tuple[Voice, ...]:
        """Whom it was told to, if that is a listed voice that then passed it on."""
        if not verb[0].lower().startswith("t"):
            return ()
        end = verb.end() + len(re.split(r"[,;]|\bthat\b", text[verb.end() :])[0])
        for one in mentions:
            if verb.end() <= one.start < end and one.side is None:
                return (Voice(one.party, one.words, one.side),)
        return ()

    def _speaker(
        self, text: str, start: int, end: int, mentions: Sequence[Mention]
    ) -> Voice | None:
        """Whom these words name: a listed party, who spoke last, or somebody in no list."""
        words = re.sub(r"\s+", " ", text[start:end]).strip(' ,"“”')
        plain = re.sub(r"^(?:also|meanwhile|later|and)\s+", "", words.lower())
        plain = re.sub(rf"\s+(?:{'|'.join(_SMALL)})$", "", plain)
        inside = [one for one in mentions if start <= one.start and one.end <= end + 2]
        voices = [one for one in inside if one.party != one.side]
        if plain in self._table.again and (spoken := self._again(plain, named=bool(voices))):
            return spoken
        if voices:
            one = voices[0]
            channel = "unnamed" if one.party.endswith(".officials") else "public"
            asked = None
            if _SOMEBODY.search(text, start, one.start) or _OF_THEM.match(text, one.end, end):
                asked = f'"{words}" read as {one.party}'  # one of them, who need not speak for them
            elif one.side and any(other.side not in (None, one.side) for other in inside):
                asked = f'"{words}" read as {one.party}'  # "the Russian General Staff"
            return Voice(one.party, one.words, one.side, channel, other=one.other, asked=asked)
        rest = _significant(words, inside)
        if inside and not rest:
            return Voice(inside[0].party, inside[0].words, inside[0].side, other=inside[0].other)
        return self._unlisted(words, inside)

    def _again(self, words: str, *, named: bool) -> Voice | None:
        """Who spoke last; of "the unit", the last one that is called a unit, if any is.

        "The governor" that nobody is called may be another than who spoke last, which is asked.
        """
        noun = words.rpartition(" ")[2]
        called = self._called.get(noun)
        if called or words == noun:
            return called or self._last
        last = None if named else self._last
        return last and last._replace(asked=f'"{words}" read as {last.party}, who spoke before')

    def _unlisted(self, words: str, inside: Sequence[Mention]) -> Voice | None:
        """Somebody in no list of parties, by an id made of their name; nobody is no one."""
        if _NOBODY.match(words):
            return None
        # "The mayor of X" and "the X governor" are no X; "Mayor Y" is Y.
        words = re.sub(rf"(?:\s+(?:{'|'.join(_SMALL)}))+$", "", words, flags=re.IGNORECASE)
        last = words.rpartition(" ")[2]
        office = re.search(r"\bof\b", words) or last in self._table.titles
        dropped = _SMALL if office else _SMALL | self._table.titles
        names = [
            word for word in re.findall(r"[^\W_][\w’'-]*", words) if word.casefold() not in dropped
        ]
        unnamed = any(word.casefold() in self._table.unnamed for word in names)
        if names[1:] and _HOW_MANY.fullmatch(names[0]) and names[1][0].islower():
            names = names[1:]  # "two residents" are residents
        if not unnamed and not any(word[0].isupper() for word in names):
            names = names[-3:]
        elif re.search(r"\b(?:of|for)\b|\b\d", words) or last.lower() in self._table.bodies:
            names = names[:6]  # a body or an office, and not a person with a title
        elif not unnamed and len(names) > 1 and names[-1][0].isupper() and names[-2][0].isupper():
            names = names[-2:]
        slug = re.sub(r"[^a-z0-9]+", "_", " ".join(names[:6]).lower()).strip("_")
        if not slug:
            return None
        side = inside[0].side if inside else None
        channel = "unnamed" if unnamed else "public"
        return Voice(slug, words, side, channel, known=False)


def chain_at(sayings: Sequence[Said], at: int, table: Table) -> tuple[list[Voice], list[Said]]:
    """Who says what stands at this character, the first to say it first; and the sayings.

    Who denies what others say speaks first: "X rejected Y's claim that A" is no word of Y.
    """
    covering = [said for said in sayings if said.start <= at < said.end]
    denied = (n for n, said in enumerate(covering, 1) if said.verb.lower() in table.denying)
    covering = covering[: next(denied, None)]
    chain: list[Voice] = []
    for said in reversed(covering):
        main = _main(said)
        before = list(said.speakers[:main])
        if chain and chain[0].channel == "private":
            # What was said in private was passed on in private, up to who told of it.
            before = [one._replace(channel="private") for one in before]
        chain += [*before, *said.speakers[main:]]
    kept: list[Voice] = []
    for one in chain:
        if all(one.party != other.party for other in kept):
            kept.append(one)
    return kept, covering


def main_of(said: Said) -> Voice:
    """Who says it, and not whom it was told to."""
    return said.speakers[_main(said)]


def _main(said: Said) -> int:
    """Which of the speakers is the subject: the one before whom it was told to."""
    told = said.verb.lower().startswith("t") and len(said.speakers) > 1
    return len(said.speakers) - (2 if told else 1)


def _is_verb(text: str, verb: re.Match[str], denying: frozenset[str]) -> bool:
    """Whether it is somebody's saying here: no noun, not quoted, and with a subject before it."""
    before = text[: verb.start()]
    if _NO_VERB.search(before) or _NOUN.match(text, verb.start()):
        return False
    if _is_quoted(text, verb.start()):
        return False
    start = before.rfind(",") + 1
    if _taken_up(text, start, verb, denying):
        return True
    return _NO_SUBJECT.match(before[start:]) is None or "," not in before


def _taken_up(
    text: str, start: int, verb: re.Match[str], denying: frozenset[str]
) -> re.Match[str] | None:
    """What takes up what was told, where somebody denies that: "A, which X denies"."""
    denies = verb[0].lower() in denying and _TRAILING.match(text, verb.end())
    return _OF_WHICH.match(text, start, verb.start()) if denies else None


def _is_between_commas(text: str, verb: re.Match[str]) -> bool:
    """Whether somebody's saying stands apart in a sentence: `A, X said, is so`."""
    comma = text.rfind(",", 0, verb.start())
    apart = comma >= 0 and text[comma + 1 : verb.start()].strip() != ""
    return apart and text.startswith(",", verb.end())


def _is_quoted(text: str, at: int) -> bool:
    before = text[:at]
    straight = before.count('"')
    if straight % 2:
        # A sentence may begin inside a quotation that an earlier one opened.
        return not re.search(r'[,.!?]"', before)
    return before.count("“") > before.count("”")


def _plain(subject: str) -> str:
    """A subject without what stands between commas in it."""
    return re.sub(r",[^,]*(?:,|$)", " ", subject)


def _apposition(before: str) -> int:
    """Where it begins in `A is so, the mayor, X, said`, or `A is so, X, the mayor, said`."""
    parts = before.split(",")
    return len(before) - sum(len(one) + 1 for one in parts[-3:]) + 1 if len(parts) > 3 else 0


def _name_beside(text: str, start: int, verb: int) -> int:
    """Where the name stands in `the mayor, X, said`; else where the subject begins."""
    office, comma, name = text[start:verb].partition(",")
    beside = comma and re.fullmatch(r"\s+[A-Z][^,]*,\s*", name)
    return start + len(office) + 1 if beside and office.strip()[:1].islower() else start


def _subject_at(text: str, clause: int, verb: int) -> tuple[int, bool]:
    """Where the subject of a saying begins, and whether that ends with a clause: "after X said"."""
    subject = text[clause:verb]
    start = clause + len(subject) - len(subject.lstrip(' ,"“'))
    if where := _WHERE.search(text, start, verb):
        start = where.end()
    later = _SINCE.search(text, start, verb)
    within = False
    if later and not _RELATIVE.search(text, start, later.start()):
        within, start = later.start() == start, later.end()
    while lead := _LEAD.match(text, start, verb):
        start = lead.end()
    return start, within


def _reach(text: str, start: int, verb: int) -> int:
    """How far the subject's own words go: to the first comma, or to the verb."""
    comma = text.find(",", start, verb)
    return (comma if comma > start else verb) - start


def _significant(words: str, inside: Sequence[Mention]) -> list[str]:
    for one in inside:
        words = words.replace(one.words, " ")
    found = re.findall(r"[^\W\d_]{2,}", words)
    return [word for word in found if word.casefold() not in _SMALL]
