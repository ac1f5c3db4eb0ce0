"""A projection: how far each ceasefire came, and how often it was said to be broken.

timeline project examples/ceasefire_tracker.py:CeasefireTracker
"""

from dataclasses import dataclass, field, replace

from timeline import CountedReport


@dataclass(frozen=True)
class Truce:
    """A ceasefire by the word of one party: its phases with their days, and its breaches."""

    party: str
    phase: str = "not stated"
    since: str = ""
    path: list[str] = field(default_factory=list)
    breaches: int = 0
    claims: list[str] = field(default_factory=list)


Truces = dict[str, Truce]


class CeasefireTracker:
    """The phases of a ceasefire and the breaches, per party that speaks of them."""

    version = 1

    def initial(self) -> Truces:
        """Nobody speaks of a ceasefire."""
        return {}

    def evolve(self, state: Truces, report: CountedReport) -> Truces:
        """Take in a word on a ceasefire."""
        claim = report.claim
        if claim.kind != "ceasefire" or claim.stance != "asserts":
            return state
        truce = state.get(claim.party, Truce(claim.party))
        truce = replace(truce, claims=[*truce.claims, claim.claim])
        if claim.value.get("violated"):
            truce = replace(truce, breaches=truce.breaches + 1)
        phase = claim.value.get("phase")
        if phase and phase != truce.phase:
            day = report.day.isoformat()
            truce = replace(truce, phase=phase, since=day, path=[*truce.path, f"{phase} {day}"])
        return state | {claim.party: truce}

    def rows(self, state: Truces) -> list[Truce]:
        """A row for each party."""
        return [state[party] for party in sorted(state)]
