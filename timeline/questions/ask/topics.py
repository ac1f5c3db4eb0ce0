"""What a question may be about besides a place: the kinds and facets, in the words people use."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Topic(NamedTuple):
    """A facet or a kind, as `--facet` and `--kind` take it."""

    option: Literal["facet", "kind"]
    value: str

    @property
    def words(self) -> str:
        """The topic in words."""
        return _SEVERAL.get(self.value, self.value.replace("_", " "))

    @property
    def happens(self) -> bool:
        """Whether it is of a time, which answers look back over, and does not hold on."""
        return self.value in _HAPPENING

    @property
    def happens_partly(self) -> bool:
        """Whether some of its claims are of a time: breaches of a ceasefire, ground gained."""
        return self.happens or self.value in _HAPPENING_PARTLY

    @property
    def sided(self) -> bool:
        """Whether its claims are of one side each, so that `--side` can choose among them."""
        return self.value in _SIDED


CONTROL: Final = Topic("facet", "control")
LOSSES: Final = Topic("facet", "casualties")

_SEVERAL: Final = {"clash": "clashes", "assault": "assaults", "air_strike": "air strikes"}
_HAPPENING: Final = frozenset(
    {
        "casualties",
        "capture",
        "civilian_harm",
        "civilians",
        "fighting",
        "clash",
        "assault",
        "shelling",
        "air_strike",
        "drone_activity",
        "infrastructure_damage",
        "unrest",
    }
)
_HAPPENING_PARTLY: Final = frozenset({"ceasefire", "control", "territory_change"})
_SIDED: Final = frozenset(
    {
        "forces",
        "infiltration",
        "force_concentration",
        "reinforcement",
        "withdrawal",
        "logistics",
        "logistics_status",
        "casualties",
        "capture",
    }
)


def _all(option: Literal["facet", "kind"], table: dict[str, str]) -> dict[str, Topic]:
    return {
        phrase.strip(): Topic(option, value)
        for value, phrases in table.items()
        for phrase in (value, value.replace("_", " "), *phrases.split(","))
    }


_FACETS: Final = {
    "control": "capture, fall, seizure, occupation, liberation, recapture, control of territory,"
    "lost ground, lose ground, losing ground, gained ground, gain ground, gaining ground",
    "forces": "enter, entered, entering,"
    "troops, soldiers, troop, soldier, men, units, forces, fighters",
    "fighting": "combat, battle, battles, fights, attacks, attack, attacked, attacking,"
    "hostilities, fight, fought, strike, strikes, struck, hit, under attack, under fire,"
    "come under attack, came under attack, come under fire, came under fire",
    "logistics": "supply, supplies, supply lines, supply routes, supply line, supply route,"
    "siege, sieges, under siege, besiege, besieged, encircle, encircled, encirclement, surrounded,"
    "besieging, encircling,"
    "blockade, blockaded, under blockade",
    "casualties": "losses, loss, killed, dead, deaths, wounded, injured, missing, casualty,"
    "casualty figures, casualty numbers,"
    "death toll, fatalities, killed or wounded, killed and wounded, dead and wounded, die, died,"
    "lose, losing, lost, suffer, suffered",
    "civilians": "civilian",
    "ceasefire": "truce, ceasefires, cease-fire, armistice, ceasefire violations, truce violations,"
    "ceasefire talks, truce talks, peace talks, negotiations, ceasefire negotiations,"
    "peace negotiations, ceasefire deal, ceasefire agreement, ceasefire proposal,"
    "ceasefire attempt, ceasefire attempts, ceasefire efforts",
    "statements": "forecasts, forecast, predictions, intentions, aims, plans",
}
_KINDS: Final = {
    "infiltration": "infiltrations, infiltrators, infiltrated, saboteurs, infiltrating, infiltrate",
    "force_concentration": "concentration, concentrations, force concentrations, buildup, build-up,"
    "massing, concentration of forces",
    "reinforcement": "reinforcements, strengthening, reinforcing, reinforce, reinforced",
    "withdrawal": "withdrawals, retreat, retreats, pullback, pull-back, withdraw, withdrew,"
    "retreated, pull back, pulled back, withdrawing, retreating, pulling back,"
    "pull out, pulled out, pulling out, leave, left, leaving",
    "clash": "clashes, firefight, firefights, skirmish, skirmishes",
    "assault": "assaults, storming, assault groups, assaulted, storm, stormed",
    "shelling": "shellings, shelled, shell, artillery, artillery fire, bombardment",
    "air_strike": "air strikes, airstrike, airstrikes, air-strike, bombing, bombings,bomb, bombed",
    "drone_activity": "attacked by drones, hit by drones, struck by drones,"
    "drones, drone, uavs, uav, drone strike, drone strikes, drone attack,"
    "drone attacks",
    "control_assessment": "control assessments",
    "territory_change": "territory changes, advance, advances, advanced, advancing, gains, gain,"
    "territorial changes",
    "logistics_status": "",
    "civilian_harm": "civilian casualties, civilian deaths, civilians killed, civilian losses,"
    "civilians injured, civilians wounded, civilians harmed, harm to civilians",
    "infrastructure_damage": "damage, damaged, destroyed, destruction, damage to infrastructure",
    "unrest": "protest, protests, riot, riots",
    "displacement": "displaced, displaced people, refugees, evacuation, evacuations, evacuees,"
    "evacuated, idps, fled, flee, fleeing, evacuating",
    "capture": "prisoners, captives, prisoners of war, pows, prisoner, captured soldiers,"
    "hostages, hostage, taken prisoner, taken captive, taken hostage",
    "statement": "assessments",
}

TOPICS: Final = {
    **_all("kind", _KINDS),
    **_all("facet", _FACETS),
}
"""Every phrase that names a facet or a kind. What two could mean is a facet, which has both."""

TAKINGS: Final = frozenset({"capture", "fall", "seizure", "occupation", "liberation", "recapture"})
"""Words for control that passes to somebody, which not every claim of control says."""

SIEGES: Final = frozenset(
    {"siege", "sieges", "under siege", "besiege", "besieged", "encircle", "encircled"}
    | {
        "besieging",
        "encircling",
        "encirclement",
        "surrounded",
        "blockade",
        "blockaded",
        "under blockade",
    }
)
"""Words for a place that is cut off, of which reports tell by how supplies get through."""

FIGHTING: Final = frozenset(
    {"fighting", "clash", "assault", "shelling", "air_strike", "drone_activity"}
)
"""Topics of what some do to others."""

FORCES: Final = frozenset({"infiltration", "force_concentration", "reinforcement", "withdrawal"})
"""Topics of what troops do."""

GOING_IN: Final = FIGHTING | {"forces", "territory_change"} | FORCES - {"withdrawal"}
GOING_OUT: Final = frozenset({"withdrawal", "displacement"})
"""Topics that are told of where it goes to, and of where it comes from."""

DEATHS: Final = frozenset({"killed", "dead", "deaths", "death", "fatalities", "die", "died"})
"""Words for the dead, of whom claims of fighting and of harm to civilians tell as well."""

LONGEST: Final = max(len(phrase.split()) for phrase in TOPICS)

UNCHECKED: Final = "unchecked"
"""What nobody has confirmed or refuted: no status, since a claim may be disputed and unchecked."""
_CHECKED: Final = ("verified", "confirmed", "checked")

# What became of a claim, in the words of `claims --status`.
STATUSES: Final = {
    "open": "open",
    "unresolved": "open",
    "corrected": "corrected",
    "amended": "corrected",
    **dict.fromkeys(("correction", "corrections"), "corrected"),
    **dict.fromkeys(("retraction", "retractions"), "retracted"),
    "retracted": "retracted",
    "retract": "retracted",
    "withdrawn": "retracted",
    "confirmed": "confirmed",
    "confirm": "confirmed",
    "verified": "confirmed",
    "verify": "confirmed",
    "borne out": "confirmed",
    "true": "confirmed",
    "refuted": "refuted",
    "refute": "refuted",
    "debunked": "refuted",
    "disputed": "disputed",
    "dispute": "disputed",
    "contradicted": "disputed",
    "contradict": "disputed",
    "contradict each other": "disputed",
    "contradictory": "disputed",
    "conflicting": "disputed",
    "rival": "disputed",
    "disagree": "disputed",
    **dict.fromkeys(
        ("contradiction", "contradictions", "disagreement", "disagreements"), "disputed"
    ),
    "disputes": "disputed",
    "contradicts": "disputed",
    "disagrees": "disputed",
    "confirms": "confirmed",
    "overdue": "deadline_passed",
    **dict.fromkeys(
        (f"{no}{checked}" for no in ("un", "not ", "not been ") for checked in _CHECKED),
        UNCHECKED,
    ),
}
