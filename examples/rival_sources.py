"""Who says since when of whom a town is, and when each of them said so."""

from pathlib import Path
from tempfile import TemporaryDirectory

from timeline import open_timeline

SEEDS = sorted(Path(__file__).parent.parent.glob("seeds/*.yaml"))
TOWNS = ("Kherson", "Bakhmut", "Avdiivka", "Mariupol")

with (
    TemporaryDirectory() as folder,
    open_timeline(f"{folder}/timeline.db", create=True) as timeline,
):
    timeline.add(*SEEDS)
    for town in TOWNS:
        print(town)
        for claim in timeline.known(town, on="2025-03-01", facet="control").claims:
            shares = [f"{share['status']} by {share.get('by')}" for share in claim.value["shares"]]
            print(f"  {claim.party:<18}{', '.join(shares):<14}{claim.happened:<20}", end="")
            print(f"told {claim.reported}")
