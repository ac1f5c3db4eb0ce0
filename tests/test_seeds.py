"""The shipped documents: found where they lie, free of problems, and complete in themselves."""

import csv
from pathlib import Path

import pytest
from command import ROOT

from events.document import Document, load_document
from timeline.atlas.geonames import OTHER_NAMES, cleaned, first_levels, other_names
from timeline.seeds_path import seeds_folder

SEEDS = sorted(seeds_folder().glob("*.yaml"))


def loaded(path: Path) -> Document:
    """One document, read as `add` reads it."""
    return load_document(path.read_bytes(), path.name)


@pytest.fixture(scope="module")
def shipped() -> Document:
    """All documents as one."""
    documents = [loaded(path) for path in SEEDS]
    return Document(
        drafts=tuple(draft for document in documents for draft in document.drafts),
        places=tuple(place for document in documents for place in document.places),
        parties=tuple(party for document in documents for party in document.parties),
    )


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_a_seed_has_no_problem(path: Path) -> None:
    """Each document loads without a single problem."""
    assert loaded(path).problems == ()


def test_how_many_reports_there_are_is_said_as_it_is() -> None:
    """Of each document of reports, in the list of the seeds."""
    rows = (ROOT / "seeds/README.md").read_text("utf-8").splitlines()
    for path in SEEDS:
        if count := len(loaded(path).drafts):
            assert any(f"`{path.name}`" in row and f", {count} reports |" in row for row in rows)


def test_places_are_the_same_in_a_store_of_any_zone() -> None:
    """Else the list, filed as a document, would define anew what it is by name."""
    data = (seeds_folder() / "places.yaml").read_bytes()
    abroad = load_document(data, "places.yaml", timezone="Europe/Kyiv")
    assert abroad.places == load_document(data, "places.yaml", timezone="UTC").places


def test_every_place_of_a_report_is_one_place(shipped: Document) -> None:
    """A name in a report leads to exactly one of the places that ship with it."""
    names = [
        (name.casefold(), place.id)
        for place in shipped.places
        for name in {place.id, place.name, *place.aliases}
    ]
    for draft in shipped.drafts:
        wanted = str(draft.place).casefold()
        assert len({place for name, place in names if name == wanted}) == 1, draft.key


def test_every_voice_is_listed(shipped: Document) -> None:
    """Who speaks, publishes or checks in a report is one of the parties that ship with it."""
    listed = {party.id for party in shipped.parties}
    for draft in shipped.drafts:
        event = draft.event
        voices = {speaker.party for speaker in event.chain}
        voices |= {check.by for check in event.verification}
        if event.source is not None:
            voices.add(event.source.publisher)
        assert voices <= listed, draft.key


def test_no_quotation_is_long(shipped: Document) -> None:
    """What is quoted is a few words; the rest is told in our own."""
    quotes = [draft.event.quote for draft in shipped.drafts if draft.event.quote]
    assert quotes
    assert all(len(quote.split()) <= 5 for quote in quotes)


def test_the_private_claim_is_a_forecast_of_its_teller(
    shipped: Document,
) -> None:
    """What was said in private belongs to its teller and never says who holds Donbas."""
    [claim] = [draft.event for draft in shipped.drafts if draft.place == "Donbas"]
    assert (claim.kind, claim.stance) == ("statement", "forecasts")
    assert [(speaker.party, speaker.channel) for speaker in claim.chain][:3] == [
        ("ru.putin", "private"),
        ("ua.intelligence", "private"),
        ("ua.zelenskyy", "public"),
    ]
    assert [(check.status, check.by) for check in claim.verification] == [("unverified", "reuters")]


def test_other_names_are_of_places_that_there_are() -> None:
    """Each of a division by its id and name, or of a country; no place has a name twice."""
    divisions = {level.id: level.name for level in first_levels().values()}
    with (seeds_folder() / OTHER_NAMES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert divisions.get(row["id"]) == row["name"] or row["id"].startswith("iso:")
        others = other_names(row["id"])
        assert cleaned(row["name"], others) == list(others) != []
