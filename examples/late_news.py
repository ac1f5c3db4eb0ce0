"""How many days after the fact each source spoke of four towns: the most, and of how many."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from timeline import open_timeline

SEEDS = sorted(Path(__file__).parent.parent.glob("seeds/*.yaml"))
TOWNS = ("Kherson", "Bakhmut", "Avdiivka", "Mariupol")

days = defaultdict(list)
with (
    TemporaryDirectory() as folder,
    open_timeline(f"{folder}/timeline.db", create=True) as timeline,
):
    timeline.add(*SEEDS)
    for town in TOWNS:
        for step in timeline.replay(town, "2022-01-01", "2025-10-27", step="report"):
            for claim in [*step.added, *(pair.new for pair in step.replaced)]:
                if claim.valid_from:
                    told, began = (text[:10] for text in (claim.reported, claim.valid_from))
                    lag = date.fromisoformat(told) - date.fromisoformat(began)
                    days[claim.party].append(lag.days)
for party, lags in sorted(days.items()):
    print(f"{party:<18} {max(lags):>4} days at most, of {len(lags)} claims")
