"""Redactable fields: apart from their report, bound to it, and gone for good when they go."""

import base64
import hashlib
import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from events.canonical import canonical
from events.kinds import KINDS
from events.vocabulary import REDACTABLE
from timeline.decoding import decode
from timeline.entries import FILED, joined, unsealed
from timeline.log.filing import Filing
from timeline.log.rows import row_of
from timeline.seals import masked, open_fields, parted, redacted, seal, seals_hold

DAY = {"text": "2025-10-27", "earliest": 1761523200000000, "latest": 1761609600000000}
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def report(**changes: Any) -> bytes:
    """A report of harm to somebody, in the stored form."""
    form = {
        "kind": "civilian_harm",
        "place": {"id": "x:alpha", "name": "Alpha"},
        "happened": {**DAY, "reading": "within", "precision": "day"},
        "reported": DAY,
        "timezone": "UTC",
        "chain": [{"party": "ua"}],
        "value": {"asset": "a house", "equipment": {"who": 1, "v": 2, "sealed": {}}},
    }
    return canonical(form | changes)


@st.composite
def reports(draw: st.DrawFn) -> bytes:
    """Reports with any words in redactable fields, and the same names where they mean others."""
    around = draw(st.dictionaries(st.sampled_from(("summary", "quote")), WORDS))
    own = draw(st.dictionaries(st.sampled_from(("victims", "who", "asset")), WORDS))
    tags = draw(st.lists(st.sampled_from(('"who":', ',"sealed":{', ',"v":1}', "summary"))))
    extra = {"tags": tags} if tags else {}
    value = {"degree": "hit", "equipment": {"who": 1, "v": 2, "sealed": {}}} | own
    return report(value=value, **around, **extra)


def row(content: bytes) -> tuple[bytes, bytes | None]:
    """State and column of a report, as they are stored."""
    made = row_of(Filing("r", content))
    return b'{"recorded":7,' + made.state[1:], made.sealed


@given(content=reports())
def test_what_is_sealed_reads_back_as_it_was_given(content: bytes) -> None:
    """Of state and column the report comes again to the byte; of the state alone no word does."""
    state, sealed = row(content)
    entry = decode(2, "0" * 32, 1, FILED, state, sealed)
    given_, said = json.loads(content), json.loads(state)
    assert entry.content == content
    assert entry.report is not None
    assert (entry.report.summary, entry.report.quote) == (
        given_.get("summary"),
        given_.get("quote"),
    )
    assert json.loads(bytes(entry.report.value)) == given_["value"]
    assert seals_hold(state, sealed)
    assert not set(REDACTABLE) & (said["report"].keys() | said["report"]["value"].keys())
    assert entry.public == canonical(said["report"])


@given(content=reports(), names=st.sets(st.sampled_from(REDACTABLE)))
def test_redacting_some_fields_leaves_the_others(content: bytes, names: set[str]) -> None:
    """What goes says so in its place; the rest is as it was, and the commitments hold."""
    state, sealed = row(content)
    if sealed is None:
        return
    column = redacted(sealed, names)
    there = parted(content).fields
    assert seals_hold(state, column)
    assert open_fields(column) == there.keys() - names
    after = parted(decode(2, "0" * 32, 1, FILED, state, column).content).fields
    assert after == {name: b'"[redacted]"' if name in names else own for name, own in there.items()}
    assert set(json.loads(column)) == there.keys()
    for name in names & there.keys():
        assert json.loads(column)[name] is None


def test_a_commitment_is_the_hash_that_the_page_on_redaction_says() -> None:
    """Whoever holds salt and words can check them with a few lines of their own."""
    state, sealed = row(report(summary="Івана бачили"))
    assert sealed is not None
    salt, words = json.loads(sealed)["summary"]
    raw = base64.urlsafe_b64decode(salt + "==")
    text = json.dumps(words, ensure_ascii=False).encode()
    digest = hashlib.sha256(raw + b"summary" + b"\0" + text).digest()
    assert len(raw) == 16
    said = json.loads(state)["sealed"]["summary"]
    assert said == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_the_same_words_are_never_committed_to_alike() -> None:
    """A salt of its own hides from whoever guesses the words that they are the same."""
    (one, first), (other, second) = row(report(summary="Ivan")), row(report(summary="Ivan"))
    assert one != other
    assert first != second


@pytest.mark.parametrize(
    "column",
    [
        None,
        b"",
        b"null",
        b"{}",
        b'{"quote":null}',
        b'{"summary":null,"quote":null}',
        b'{"summary":["AAAA","Ivan"]}',
        b'{"summary":["not base64!","Ivan"]}',
        b'{"summary":"Ivan"}',
        b"\xff",
    ],
)
def test_a_column_that_does_not_fit_its_state_is_found(column: bytes | None) -> None:
    """Other words, another salt, a field more or less, and what is no column at all."""
    state, sealed = row(report(summary="Ivan"))
    assert sealed is not None
    assert seals_hold(state, sealed)
    assert not seals_hold(state, sealed.replace(b"Ivan", b"Ivam"))
    assert not seals_hold(state, column)


def test_words_that_are_lost_read_as_redacted() -> None:
    """A state whose column is gone can be read still, and shows what it lacks."""
    state, _ = row(report(summary="Ivan", value={"victims": "his wife"}))
    entry = decode(2, "0" * 32, 1, FILED, state, None)
    assert entry.report is not None
    assert entry.report.summary == "[redacted]"
    assert json.loads(bytes(entry.report.value)) == {"victims": "[redacted]"}


def test_nothing_is_sealed_where_nothing_can_be_redacted() -> None:
    """A report without such words has no column, and nothing in its state of one."""
    state, sealed = row(report())
    assert sealed is None
    assert "sealed" not in json.loads(state)
    assert seals_hold(state, None)
    assert seal({}) is None


def test_every_redactable_field_is_one_of_the_vocabulary() -> None:
    """Each is a field of some kind whose description says so, and no other says it."""
    fields = {
        name: field.description or ""
        for kind in KINDS.values()
        for name, field in kind.model.model_fields.items()
    }
    told = {name for name, description in fields.items() if "can be redacted" in description}
    assert told == set(REDACTABLE)


def test_what_is_masked_reads_as_if_it_were_redacted() -> None:
    """Only fields that are there are masked, and nothing else changes."""
    whole = report(quote="q", value={"who": "w", "asset": "a"})
    assert masked(whole, {"who", "summary"}) == report(
        quote="q", value={"who": "[redacted]", "asset": "a"}
    )
    assert masked(whole, {"summary"}) == whole
    assert masked(whole, ()) == whole


def test_fields_go_back_where_they_belong() -> None:
    """Those of the envelope around the own fields of the kind, the others among these."""
    parts = parted(report(quote="q", value={"who": "w", "asset": "a"}))
    sealed = seal(parts.fields)
    assert sealed is not None
    whole = json.loads(joined(parts.public, unsealed(sealed.column)))
    assert (whole["quote"], whole["value"]) == ("q", {"asset": "a", "who": "w"})


@pytest.mark.parametrize(
    "written", [b'"summary": "so"', b'"summary":"so" ', b'"summary":"s\\u006f"']
)
def test_words_written_in_another_way_are_taken_out_as_well(written: bytes) -> None:
    """A space, or a letter by its number: what is public holds none of them."""
    public, fields = parted(b'{"kind":"clash",%b,"value":{}}' % written)
    assert json.loads(public) == {"kind": "clash", "value": {}}
    assert [json.loads(own or b"") for own in fields.values()] == ["so"]
