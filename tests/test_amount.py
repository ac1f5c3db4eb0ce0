"""Numbers as reports state them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.amount import Amount, AmountError, parse_amount

Said = tuple[float | None, float | None, float | None, bool]

numbers = st.integers(0, 10**15) | st.floats(0, 1e15, allow_nan=False)
stated = st.builds(
    "{} {}".format,
    st.sampled_from(["", "about", "at least", "up to", "under", "no fewer than", "20 to"]),
    st.integers(0, 10**6),
)
"""Amounts that are read, as almost none of `wordy` is."""
wordy = st.lists(
    st.sampled_from(
        [
            "about",
            "at",
            "least",
            "up",
            "to",
            "between",
            "and",
            "from",
            "half",
            "a",
            "one",
            "fifth",
            "third",
            "dozen",
            "dozens",
            "20",
            "6,600",
            "1.5",
            "75",
            "%",
            "-",
            "–",
            "+",
            "million",
            "some",
            "several",
            "over",
            "unknown",
            "number",
            "or",
            "so",
            "more",
            "two",
            "twenty",
            "1,5",
            "~",
            ">",
        ]
    ),
    max_size=7,
).flatmap(lambda words: st.sampled_from([" ", "", "-"]).map(lambda gap: gap.join(words)))


def said(stated: str | Mapping[str, object]) -> Said:
    """Read the three numbers and whether they are approximate."""
    amount = parse_amount(stated)
    return amount.low, amount.best, amount.high, amount.approximate


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("200", 200),
        ("0", 0),
        ("6,600", 6600),
        ("6 600", 6600),
        ("6\u00a0600", 6600),
        ("1,234,567", 1_234_567),
        ("٢٦٬٠٣٠", 26_030),
        ("۱۲", 12),
        ("၄၅", 45),
        ("٣٫٥", 3.5),
        ("٧٥٪", 0.75),
        ("1,234.5", 1234.5),
        ("0.125", 0.125),
        ("1.5", 1.5),
        ("one", 1),
        ("Twenty", 20),
        ("none", 0),
        ("ninety", 90),
        ("a dozen", 12),
        ("two dozen", 24),
        ("twenty-five", 25),
        ("Ninety nine thousand", 99_000),
        ("a hundred", 100),
        ("two hundred thousand", 200_000),
        ("3 thousand", 3000),
        ("1.5 million", 1_500_000),
        ("two billion", 2_000_000_000),
        ("1.1 million", 1_100_000),
        ("half a million", 500_000),
        ("half", 0.5),
        ("a quarter", 0.25),
        ("one-fifth", 0.2),
        ("one fifth", 0.2),
        ("two thirds", 2 / 3),
        ("Three-Quarters", 0.75),
        ("75%", 0.75),
        ("75 %", 0.75),
        ("7.5 percent", 0.075),
        ("33.333%", 0.33333),
        ("100 per cent", 1),
    ],
)
def test_a_plain_number_is_the_best_value(text: str, best: float) -> None:
    """A number without more words is stated as it is; a share is a fraction of one."""
    assert said(text) == (None, best, None, False)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("about 200", 200),
        ("About  200", 200),
        ("around 200", 200),
        ("roughly 6,600", 6600),
        ("some 200", 200),
        ("nearly 200", 200),
        ("almost half", 0.5),
        ("about one-fifth", 0.2),
        ("approximately 75 %", 0.75),
        ("an estimated 30", 30),
        ("~200", 200),
        ("c. 200", 200),
        ("about a dozen", 12),
        ("a dozen or so", 12),
    ],
)
def test_a_number_said_loosely_is_approximate(text: str, best: float) -> None:
    """The word marks the number, and does not widen it."""
    assert said(text) == (None, best, None, True)


@pytest.mark.parametrize(
    ("text", "low", "high", "approximate"),
    [
        ("at least 30", 30, None, False),
        ("over 100", 100, None, False),
        ("more than 100", 100, None, False),
        ("more than half", 0.5, None, False),
        ("more than about 100", 100, None, True),
        ("no fewer than two dozen", 24, None, False),
        ("200+", 200, None, False),
        ("200 or more", 200, None, False),
        ("about 200+", 200, None, True),
        (">= 5", 5, None, False),
        ("up to 50", None, 50, False),
        ("at most 50", None, 50, False),
        ("fewer than 50", None, 50, False),
        ("less than one-fifth", None, 0.2, False),
        ("no more than 5", None, 5, False),
        ("5 or fewer", None, 5, False),
        ("<5", None, 5, False),
        ("20-30", 20, 30, False),
        ("20–30", 20, 30, False),
        ("20 - 30", 20, 30, False),
        ("20 to 30", 20, 30, False),
        ("from 20 to 30", 20, 30, False),
        ("between 20 and 30", 20, 30, False),
        ("between five and ten", 5, 10, False),
        ("about 20-30", 20, 30, True),
        ("20-20", 20, 20, False),
        ("1,000-2,000", 1000, 2000, False),
        ("1-2 million", 10**6, 2 * 10**6, False),
        ("900 thousand to 1 million", 900_000, 10**6, False),
        ("20-30%", 0.2, 0.3, False),
        ("20%-30%", 0.2, 0.3, False),
        ("one-fifth to one-third", 0.2, 1 / 3, False),
        ("one to two thirds", 1 / 3, 2 / 3, False),
        ("one to a dozen", 1, 12, False),
        ("between a quarter and a half", 0.25, 0.5, False),
    ],
)
def test_a_bound_or_range_says_nothing_of_the_best_value(
    text: str, low: float | None, high: float | None, approximate: bool
) -> None:
    """Only the ends that were said are given; the middle is not worked out."""
    assert said(text) == (low, None, high, approximate)


@pytest.mark.parametrize(
    "text",
    [
        "dozens",
        "hundreds",
        "several",
        "an unknown number",
        "a few",
        "many",
        "some",
        "Unknown",
        "tens of thousands",
        "several dozen",
        "a few hundred",
        "at least several",
        "about dozens",
    ],
)
def test_a_vague_word_is_no_number(text: str) -> None:
    """`Dozens` is kept in its own words, without a number that nobody gave."""
    assert said(text) == (None, None, None, True)
    assert parse_amount(text).as_reported == text


@pytest.mark.parametrize("text", ["1,5", "1,50", "6.600", "20 30", "1,23,456", "1.500 million"])
def test_a_number_that_reads_two_ways_is_refused(text: str) -> None:
    """A separator that could be a decimal sign is not guessed at."""
    with pytest.raises(AmountError, match="more than one number; write 1500 or 1,500"):
        parse_amount(text)


def test_a_text_below_zero_is_refused_as_that() -> None:
    """And not as words that are no amount."""
    with pytest.raises(AmountError, match="'-5' is below zero; give an amount from 0 up"):
        parse_amount("-5")


def test_a_range_that_can_be_parted_in_two_ways_is_none() -> None:
    """From twenty to one half, or from twenty-one to half."""
    with pytest.raises(AmountError, match="'twenty-one-half' is not an amount"):
        parse_amount("twenty-one-half")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "lots",
        "a",
        "an",
        "a percent",
        "-5",
        "−5",
        "1e5",
        "nan",
        "inf",
        "0x10",
        "200 troops",
        "20 and 30",
        "between 20",
        "between several",
        "at least up to 5",
        "about",
        "at least 20-30",
        "30-20",
        "900-1 million",
        "1-2-3",
        "twenty-fifth",
        "20 third",
        "20 to half",
        "20% to 30",
        "half to 2 million",
        "one hundred and fifty",
        "9" * 400,
        "9" * 100000,
        "20/30",
        "+5",
        "5\x00",
        "2 quadrillion",
    ],
)
def test_a_text_that_is_no_amount_is_refused_with_what_is_right(text: str) -> None:
    """One line says what is wrong, and then what to write."""
    with pytest.raises(AmountError, match=r"^[^\n]+; [^\n]+$") as refused:
        parse_amount(text)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("number", [-1, -0.5, math.nan, math.inf, 1e300, True])
def test_a_number_that_counts_nothing_is_refused(number: float) -> None:
    """Amounts are finite, at least zero, and small enough for every program to hold."""
    with pytest.raises(AmountError, match="; give"):
        parse_amount(number)


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"best": 200}, (None, 200, None, False)),
        ({"best": 200.0}, (None, 200, None, False)),
        ({"low": "20", "high": "1.5 thousand"}, (20, None, 1500, False)),
        ({"best": "75%", "approximate": "true"}, (None, 0.75, None, True)),
        ({"low": 1, "best": 2, "high": 3, "approximate": True}, (1, 2, 3, True)),
        ({"best": 5, "low": None, "high": "null"}, (None, 5, None, False)),
        ({"approximate": True, "as_reported": "dozens"}, (None, None, None, True)),
    ],
)
def test_a_mapping_states_its_numbers(mapping: Mapping[str, object], expected: Said) -> None:
    """The keys may be given one by one, as values or as the text that YAML makes of them."""
    assert said(mapping) == expected


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"as_reported": "dozens"},
        {"least": 3},
        {"low": 3, "high": 2},
        {"low": 3, "best": 2},
        {"best": 3, "high": 2},
        {"best": "about 2"},
        {"best": "9" * 5000},
        {"best": True},
        {"best": [2]},
        {"best": math.nan},
        {"best": 2, "approximate": "perhaps"},
        {"best": 2, "as_reported": 2},
        {"best": 2, "as_reported": "\ud800"},
        {"best": 2, "as_reported": "x" * 501},
    ],
)
def test_a_mapping_that_states_no_amount_is_refused(mapping: Mapping[str, object]) -> None:
    """Unknown keys, no number, disorder and unclean text are errors."""
    with pytest.raises(AmountError, match="; "):
        parse_amount(mapping)


def test_a_mapping_without_words_is_reported_as_its_numbers() -> None:
    """Where no words were given, the words are the numbers given and nothing more."""
    assert parse_amount({"low": 20, "high": 30}).as_reported == "low 20, high 30"


@given(numbers)
def test_a_number_is_itself(number: float) -> None:
    """A number comes back equal, and whole ones as whole numbers."""
    best = parse_amount(number).best
    assert best == number
    assert isinstance(best, int) == (number == int(number))


@given(st.integers(0, 10**15))
def test_separators_change_nothing(number: int) -> None:
    """Thousands may be set off by commas, spaces or nothing; what is whole is written so."""
    for text in (f"{number}", f"{number:,}", f"{number:,}".replace(",", " ")):
        assert str(parse_amount(text).best) == str(number)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_is_in_order_or_refused(low: int, high: int) -> None:
    """A range takes its ends as written, and is not turned round."""
    if low > high:
        with pytest.raises(AmountError, match="the lesser first"):
            parse_amount(f"{low}-{high}")
    else:
        assert (
            said(f"between {low} and {high}") == said(f"{low}–{high}") == (low, None, high, False)
        )


@given(st.text(max_size=30) | wordy | stated)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text brings anything but a sound amount in its own words, or an AmountError."""
    try:
        amount = parse_amount(text)
    except AmountError:
        return
    given_numbers = [n for n in (amount.low, amount.best, amount.high) if n is not None]
    assert given_numbers == sorted(given_numbers)
    assert given_numbers or amount.approximate
    assert amount.as_reported == text
    assert said(text.upper()) == said(text.lower())


@given(wordy | stated)
def test_the_json_form_has_five_keys_and_reads_back(text: str) -> None:
    """What is written out is taken in again as the same amount."""
    try:
        amount = parse_amount(text)
    except AmountError:
        return
    form = json.loads(json.dumps(amount.to_json()))
    assert list(form) == ["low", "best", "high", "approximate", "as_reported"]
    assert parse_amount(form) == amount


def test_an_amount_cannot_be_made_out_of_order() -> None:
    """The order of low, best and high holds for every amount, however it is made."""
    with pytest.raises(AmountError):
        Amount(3, None, 2, approximate=False, as_reported="3-2")


def test_a_number_too_long_to_write_is_refused() -> None:
    """An integer beyond what Python will print is an error like any other."""
    with pytest.raises(AmountError, match="out of bounds"):
        parse_amount(10**5000)


def test_bounds_out_of_order_are_kept_where_a_source_states_them_so() -> None:
    """A data set's own slip is what it stated; one of ours is still refused."""
    stated = {"low": 3, "best": 2, "high": 3}
    kept = parse_amount({**stated, "as_reported": "as stated: low 3, best 2, high 3"})
    assert (kept.low, kept.best, kept.high) == (3, 2, 3)
    with pytest.raises(AmountError, match="the lesser first"):
        parse_amount({**stated, "as_reported": "low 3, best 2, high 3"})
