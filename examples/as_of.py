"""What was known of Pokrovsk by the 26th of October, and what one day later."""

from pathlib import Path
from tempfile import TemporaryDirectory

from timeline import open_timeline

SEEDS = sorted(Path(__file__).parent.parent.glob("seeds/*.yaml"))

with (
    TemporaryDirectory() as folder,
    open_timeline(f"{folder}/timeline.db", create=True) as timeline,
):
    timeline.add(*SEEDS)
    before = {claim.claim for claim in timeline.known("Pokrovsk", on="2025-10-26").claims}
    after = timeline.known("Pokrovsk", on="2025-10-27")
    for claim in after.claims:
        new = "  " if claim.claim in before else "+ "
        print(new + f"{claim.party}: {claim.kind} ({claim.certainty}) {claim.summary or ''}")
    print(f"{len(before)} claims by the 26th, {len(after.claims)} by the 27th; basis {after.basis}")
