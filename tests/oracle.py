"""The rule of as-of by brute force, written from the design's text alone: plain data in and out.

It takes the rows of a log as `(position, recorded, topic, body)`, the body being the stored JSON as
a dict, and imports nothing of the engine. Slow on purpose: it keeps nothing, looks at everything.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = tuple[int, int, str, Mapping[str, Any]]
Data = dict[str, Any]

EVER = 1 << 62
FORCES = ("infiltration", "force_concentration", "reinforcement", "withdrawal")
FIGHTING = ("clash", "assault", "shelling", "air_strike", "drone_activity")
HARM = ("civilian_harm", "infrastructure_damage", "unrest")
CONTROL = ("control_assessment", "territory_change")


def facet_of(kind: str) -> str:
    """The facet of a kind, as the vocabulary table has it."""
    groups = {FORCES: "forces", FIGHTING: "fighting", HARM: "civilians", CONTROL: "control"}
    alone = {"logistics_status": "logistics", "capture": "casualties", "statement": "statements"}
    alone |= {"displacement": "civilians", "verification": "mark"}
    return next((name for kinds, name in groups.items() if kind in kinds), alone.get(kind, kind))


def read_as(report: Mapping[str, Any]) -> str:
    """Whether a report is read as a status, a happening or a sum."""
    kind, value = report["kind"], report["value"]
    if report.get("stance") in ("intends", "forecasts"):
        return "status"
    if kind == "casualties":
        return "status" if value.get("cumulative") else "sum"
    moment = (kind == "territory_change" and value["extent"] == "part") or value.get("violated")
    return "happening" if moment or kind in (*FIGHTING, *HARM, "capture") else "status"


def versions(rows: Iterable[Row]) -> list[Data]:
    """Every version of every report, a retraction being one without a report."""
    return [
        {"id": body["id"], "position": position, "recorded": recorded,
         "mend": topic == "report.mended", "report": body.get("report"),
         "known": body.get("report", body)["reported"]["latest"]}
        for position, recorded, topic, body in rows
        if topic.startswith("report.") and topic != "report.redacted"
    ]  # fmt: skip


# The rule. Clause 1: one version of each report shows.
def counted(rows: Iterable[Row], k: int, r: int) -> Iterator[Data]:
    """The one version of each report that shows, with the knowledge of the first that counts."""
    every = [version for version in versions(rows) if version["recorded"] < r]
    for report in {version["id"] for version in every}:
        mine = sorted((v for v in every if v["id"] == report), key=lambda v: v["position"])
        kept = [v for v, after in zip(mine, [*mine[1:], {}], strict=True) if not after.get("mend")]
        count = [version for version in kept if version["known"] <= k]
        last = max(count, key=lambda v: (v["known"], v["position"]), default=None)
        if last is not None and last["report"] is not None:
            yield last | {"first": min(version["known"] for version in count)}


# Clauses 2, 3, 6: what a claim is, how far it reaches, how sure it is at V.
def claim(version: Data, v: int) -> Data:
    """A version as a claim at V: its span, reach, certainty, series and place in the series."""
    report, known = version["report"], version["known"]
    happened, value, kind = report["happened"], report["value"], report["kind"]
    since = -EVER if happened["earliest"] is None else happened["earliest"]
    until = EVER if happened["latest"] is None else happened["latest"]
    announced = since >= known
    reach = until if announced else min(until, known)
    sure = happened["reading"] == "during" or reach <= v
    capped = happened.get("approximate") or happened.get("uncertain")
    said = report.get("stance", "asserts")
    subject = value.get("about") or value.get("side") or ""
    where = tuple(report["place"].get(key) for key in ("id", "relation", "landmark"))
    party = next(link["party"] for link in report["chain"] if link.get("channel") != "private")
    facet = "statements" if said in ("intends", "forecasts") else facet_of(kind)
    topic = "control" if kind in CONTROL else kind
    return version | {
        "since": since, "until": until, "reach": reach, "read": read_as(report), "holds": since < v,
        "certainty": "announced" if announced else "certain" if sure and not capped else "possible",
        "ended": happened["reading"] == "during" and until < v,
        "place": where[0], "where": where, "party": party, "facet": facet, "value": value,
        "series": (where, facet, topic, subject.upper(), said == "denies", party),
        "rank": (min(reach, v), since, version["first"]),
    }  # fmt: skip


# Clauses 3 and 4: which claims show.
def shown(rows: Iterable[Row], place: str, v: int, k: int, r: int, window: int) -> list[Data]:
    """The claims on a place that show at the cuts."""
    claims = [claim(version, v) for version in counted(rows, k, r)]
    mine = [c for c in claims if c["place"] == place and c["holds"] and c["facet"] != "mark"]
    found: list[Data] = []
    for one in mine:
        if one["read"] != "status":
            one["ended"] = False  # that a happening is over says nothing
            inside = v - window <= one["since"] and one["reach"] <= v
            sure = one["certainty"]
            if one["reach"] > v - window:
                sure = "possible" if sure == "certain" and not inside else sure
                found.append(one | {"certainty": sure, "late": False, "inside": inside})
            elif k - window < one["first"] <= k:
                found.append(one | {"late": True, "inside": False})
            continue
        rivals = [c for c in mine if c["read"] == "status" and c["series"] == one["series"]]
        best = max((c["rank"] for c in rivals if c["certainty"] == "certain"), default=None)
        certain = one["certainty"] == "certain"
        if best is None or (one["rank"] == best if certain else one["rank"] > best):
            found.append(one | {"late": False})
    return found


# Clause 5: sums.
def same_events(rows: Iterable[Row], k: int, r: int) -> dict[str, str]:
    """For each report that counts, the least id among those linked as the same event."""
    count = list(counted(rows, k, r))
    group = {version["id"]: version["id"] for version in count}
    for version in count:
        for other in version["report"].get("links", {}).get("same_event_as", ()):
            if other in group:
                names = {group[version["id"]], group[other]}
                group = {x: min(names) if name in names else name for x, name in group.items()}
    return group


def joined(claims: list[Data], measure: str) -> tuple[Any, Any, Any]:
    """One event told several times: low = min, high = max, best only where they agree."""
    amounts = [c["value"][measure] for c in claims if measure in c["value"]]
    bounds = [bounded(amount) for amount in amounts]
    lows, highs = ([one[at] for one in bounds] for at in (0, 2))
    bests = {amount["best"] for amount in amounts}
    return (
        min(lows),
        bests.pop() if len(bests) == 1 else None,
        None if None in highs else max(highs),
    )


def bounded(amount: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """A missing low or high is best; "at least" leaves high open; there are no fewer than none."""
    low, best, high = amount["low"], amount["best"], amount["high"]
    return (best or 0) if low is None else low, best, best if high is None else high


def sums(
    rows: list[Row], place: str, v: int, k: int, r: int, window: int
) -> dict[tuple[Any, ...], Any]:
    """By (party, side, measure, spot): low, best, high of the periods in the window, or None."""
    event = same_events(rows, k, r)
    chosen = [
        c for c in shown(rows, place, v, k, r, window)
        if c["read"] == "sum" and c["inside"] and c["certainty"] == "certain" and not c["series"][4]
    ]  # fmt: skip
    total: dict[tuple[Any, ...], Any] = {}
    for party, side, spot in {(c["party"], c["series"][3], c["where"][1:]) for c in chosen}:
        mine = [
            c for c in chosen if (c["party"], c["series"][3], c["where"][1:]) == (party, side, spot)
        ]
        for measure in ("killed", "wounded", "missing", "captured", "personnel"):
            telling = [c for c in mine if measure in c["value"]]
            names = sorted({event[c["id"]] for c in telling})
            groups = [[c for c in telling if event[c["id"]] == name] for name in names]
            if groups and (apart := widest(groups)) is not None:
                parts = zip(*(joined(group, measure) for group in apart), strict=True)
                total[party, side, measure, spot] = tuple(map(added, parts))
            elif groups:
                total[party, side, measure, spot] = None
    return total


def fallen(
    rows: list[Row], place: str, v: int, k: int, r: int, window: int
) -> dict[tuple[str, str], set[bool]]:
    """By report and measure: whether a cumulative number falls from each it may have replaced."""
    claims = [claim(version, v) for version in counted(rows, k, r)]
    found: dict[tuple[str, str], set[bool]] = {}
    for one in shown(rows, place, v, k, r, window):
        if (one["facet"], one["read"], one["certainty"]) != ("casualties", "status", "certain"):
            continue
        if one["series"][4]:  # what is denied was not told
            continue
        under = [
            c for c in claims
            if c["read"] == "status" and c["series"] == one["series"] and c["holds"]
            and c["certainty"] == "certain" and c["rank"] < one["rank"]
        ]  # fmt: skip
        for measure, amount in numbers(one).items():
            now = stated(amount, "high")
            telling = [c for c in under if numbered(numbers(c).get(measure))]
            top = max((c["rank"] for c in telling), default=None)
            for was in (stated(numbers(c)[measure], "low") for c in telling if c["rank"] == top):
                falls = was is not None and now is not None and now < was
                found.setdefault((one["id"], measure), set()).add(falls)
    return found


def numbers(claim: Data) -> dict[str, Any]:
    """The amounts of losses that it states."""
    people = ("killed", "wounded", "missing", "captured", "personnel")
    found = {name: claim["value"][name] for name in people if name in claim["value"]}
    things = claim["value"].get("equipment", {})
    return found | {f"equipment:{name}": amount for name, amount in things.items()}


def numbered(amount: Mapping[str, Any] | None) -> bool:
    """Whether it is a number, and no word such as "dozens"."""
    return any((amount or {}).get(bound) is not None for bound in ("low", "best", "high"))


def stated(amount: Mapping[str, Any] | None, bound: str) -> Any:
    """This bound, or else the best number."""
    if amount is None:
        return None
    return amount["best"] if amount[bound] is None else amount[bound]


def added(numbers: tuple[Any, ...]) -> Any:
    """A sum that is open where one of its parts is."""
    return None if None in numbers else sum(numbers)


def widest(groups: list[list[Data]]) -> list[list[Data]] | None:
    """Of overlapping periods the widest, then the newest told; None where the rule says no more."""
    spans = [(min(c["since"] for c in g), max(c["reach"] for c in g), g) for g in groups]
    order = [(start - end, -max(c["known"] for c in g)) for start, end, g in spans]
    kept: list[tuple[int, int, list[Data]]] = []
    for at in sorted(range(len(spans)), key=order.__getitem__):
        start, end, group = spans[at]
        rivals = [one for one in kept if start < one[1] and one[0] < end]
        if any(order[spans.index(one)] == order[at] for one in rivals):
            return None
        if not rivals:
            kept.append((start, end, group))
    return [group for _, _, group in kept]
