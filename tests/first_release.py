"""How the log in `data/first-release.tlog`, of the first format, was made: once, and never again.

It holds every topic and every kind. A version that stores another form makes a file of its own in
the same way, `python tests/first_release.py NEW.tlog`, and keeps this one beside it.
"""

import sys
from contextlib import closing
from pathlib import Path

from timeline import intake
from timeline.backup import backup
from timeline.log import Log, open_log
from timeline.places import Place

FIRST = 1_795_424_400_000_000  # 2026-11-23T09:00Z
DAY = 86_400_000_000

PLACES = """\
places:
  - {id: "local:mill", name: Mill, kind: village, parent: "iso:UA-14", lat: 48.1, lon: 37.2,
     aliases: [Млин]}
parties:
  - {id: local.watch, names: [Watch, Варта], side: ua}
"""
MOVED = """\
places:
  - {id: "local:mill", name: Mill, kind: village, parent: "iso:UA-12", lat: 48.1, lon: 37.2,
     aliases: [Млин]}
parties:
  - {id: local.watch, names: [The Watch], side: ua}
"""
REPORTS = """\
source: {publisher: local.watch, title: "The week", published: 2025-10-27, language: uk,
  url: "https://example.org/week", locator: "par. 3"}
defaults: {place: Mill, happened: 2025-10-26, chain: [ua.general_staff, local.watch]}
reports:
  - {id: infiltration, kind: infiltration, side: RU, size: about 200, manner: small groups,
     summary: "Two hundred came — “no more”, says Ірина.", quote: "no more", tags: [night]}
  - {id: concentration, kind: force_concentration, side: RU, what: main force, main_effort: true}
  - {id: reinforcement, kind: reinforcement, side: UA, units: [7th Corps]}
  - {id: withdrawal, kind: withdrawal, side: UA, direction: west, happened: 2025-10-25/2025-10-26}
  - {id: clash, kind: clash, sides: [ru, ua], weapons: [small arms], deaths: at least 3}
  - {id: assault, kind: assault, sides: [ru, ua], outcome: repelled, landmark: train station}
  - {id: shelling, kind: shelling, count: 20-30, relation: north_of}
  - {id: strike, kind: air_strike, system: Kh-59, happened: "2025-10-26T15:13Z"}
  - {id: drones, kind: drone_activity, count: dozens, happened: "2025-10-26~"}
  - {id: control, kind: control_assessment, shares: [{status: held, by: ua, share: about 75%},
     {status: contested, share: one-fifth}], areas: [{status: held, by: ru, km2: "1,250.5"}]}
  - {id: change, kind: territory_change, from: ua, to: ru, extent: part, area_km2: 4.5}
  - {id: supply, kind: logistics_status, side: ua, level: difficult, routes: [M04]}
  - {id: losses, kind: casualties, side: ru, killed: up to 50, equipment: {tank: 2, who: 1},
     happened: 2025-10-20/2025-10-26, links: {same_event_as: [clash]}}
  - {id: harm, kind: civilian_harm, victims: "Petro, 63", means: drone, deaths: 1}
  - {id: damage, kind: infrastructure_damage, asset: a substation, degree: destroyed}
  - {id: unrest, kind: unrest, victims: a shopkeeper, injured: 2}
  - {id: leaving, kind: displacement, people: 6,600, from: Mill, to: the west}
  - {id: capture, kind: capture, side: ua, who: "Private Koval", count: 1, stance: denies}
  - {id: truce, kind: ceasefire, phase: talks, sponsor: us, reliability: B, credibility: 2}
  - {id: words, kind: statement, speech: intent, proposition: They will hold., about: the-mill,
     deadline: 2025-11-30, stance: intends,
     chain: [{party: ua.zelenskyy, channel: private}, local.watch]}
  - {id: check, kind: verification, report: infiltration, result: confirmed, method: imagery,
     chain: [deepstate], verification: {status: unverified, by: reuters}}
  - {kind: clash, happened: ../2025-10-26, reported: 2025-10-28, timezone: Europe/Kyiv}
"""
CORRECTED = """\
reports:
  - {id: infiltration, kind: infiltration, place: Mill, happened: 2025-10-26, reported: 2025-10-29,
     chain: [ua.general_staff, local.watch], side: RU, size: about 250, summary: Ірина says more.}
"""
REWORDED = CORRECTED.replace("Ірина says more.", "More, it is said.")
MENDED = """\
reports:
  - {id: clash, kind: clash, place: Mill, happened: 2025-10-26, reported: 2025-10-27,
     chain: [ua.general_staff, local.watch], sides: [ru, ua], deaths: at least 2}
"""


def make(file: Path) -> None:
    """Make the log, an act a day, and keep it in a file."""
    now = [FIRST]
    store = file.with_name(f"{file.name}.store")
    with closing(open_log(store, create=True, clock=lambda: now[0])) as log:
        _act(log, file, now)
    backup(str(store), file, lambda *_: None)
    for path in store.parent.glob(f"{store.name}*"):
        path.unlink()


def _act(log: Log, file: Path, now: list[int]) -> None:
    known: list[Place] = []

    def written(text: str) -> Path:
        now[0] += DAY
        document = file.with_name(f"{file.name}.yaml")
        document.write_text(text)
        return document

    def add(text: str) -> None:
        added = intake.add(log, known, [written(text)])
        assert not added.problems, added.problems

    add(PLACES)
    known += [Place("local:mill", "Mill", "village")]
    add(REPORTS)
    intake.correct(log, known, "infiltration", written(CORRECTED))
    intake.correct(log, known, "infiltration", written(REWORDED))
    intake.correct(log, known, "clash", written(MENDED), mend=True)
    add(MOVED)
    now[0] += DAY
    intake.retract(log, "unrest", "2025-10-30", "it was a rumour")
    now[0] += DAY
    log.redact("infiltration", ["summary", "quote"], "names a witness")
    log.redact("capture", ["who"], "a prisoner")
    file.with_name(f"{file.name}.yaml").unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
