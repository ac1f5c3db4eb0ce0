"""What is asked of the view in SQL; `%s` stands for a condition on places, or on the facet."""

from __future__ import annotations

from typing import Final

from events.when import DAY
from timeline.claims import OPEN_FUTURE
from timeline.view.schema import FIRM, LOOSE, READINGS, WIDEST

COLUMNS: Final = (
    "c.series, c.role, c.earliest, c.latest, c.reach, c.first_known, c.known_from,"
    " c.supersedes, c.words, c.tied"
)
PAST_COLUMNS: Final = COLUMNS.replace("c.tied", "0")
TOLD_COLUMNS: Final = COLUMNS.replace("c.tied", "c.known_to")
COUNTS: Final = "c.known_from <= :known AND c.known_to > :known AND c.rec_from <= :position"
SHOWN: Final = (
    "known_from <= :known AND known_to > :known AND rec_from <= :position AND rec_to > :position"
)
PLACES: Final = "IN (SELECT value FROM json_each(:places))"

# The greatest of each series by the order of the rule, one seek each. What is known at a cut
# reaches at most to that cut, so the seek begins at the earlier of the two.
TOP: Final = f"""
SELECT {COLUMNS} FROM series s INDEXED BY series_at CROSS JOIN claim c ON c.id = (
  SELECT id FROM claim t INDEXED BY ranked
  WHERE t.series = s.id AND t.role = {FIRM} AND t.reach <= :cut
  AND t.known_from <= :known AND t.known_to > :known %s
  ORDER BY t.reach DESC, t.earliest DESC, t.first_known DESC LIMIT 1)
WHERE s.place %s AND s.heavy = 0 AND s.known <= :known %s
"""
THEN: Final = "AND t.rec_from <= :position"
EQUALS: Final = f"""
SELECT {COLUMNS} FROM claim c INDEXED BY ranked
WHERE c.series = :series AND c.role = {FIRM}
AND c.reach = :reach AND c.earliest = :earliest AND c.first_known = :first AND {COUNTS}
"""
HEAVY: Final = """
SELECT s.id FROM series s INDEXED BY series_at WHERE s.place %s AND s.heavy = 1 %s
"""
ZONES: Final = """
SELECT day FROM zone WHERE series = :series AND day <= :day
AND known_from <= :known AND known_to > :known ORDER BY day DESC
"""
TOP_OF_DAY: Final = f"""
SELECT {COLUMNS} FROM claim c INDEXED BY ranked
WHERE c.series = :series AND c.role = {FIRM}
AND c.reach >= :begins AND c.reach <= :ends AND {COUNTS}
ORDER BY c.reach DESC, c.earliest DESC, c.first_known DESC LIMIT 1
"""
LISTED: Final = f"""
SELECT {COLUMNS} FROM series s INDEXED BY series_at
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE s.place %s AND s.known <= :known %s AND c.role = {LOOSE}
AND c.earliest < :valid AND {COUNTS}
"""
# A claim of level L is at most 2^L days wide, so that one which begins before :valid reaches at
# most 2^L days past it: a short range of the index for each level. The widest has no bound.
LEVELS: Final = f"""
SELECT {COLUMNS} FROM json_each(:levels) l CROSS JOIN claim c INDEXED BY %s
WHERE c.place = l.value >> 5 AND c.level = l.value & 31 AND c.reach > :after
AND c.reach <= CASE l.value & 31 WHEN {WIDEST} THEN {OPEN_FUTURE}
  ELSE :valid + ({DAY} << (l.value & 31)) END
AND c.earliest < :valid AND %s AND {COUNTS} %s
"""
LATE: Final = f"""
UNION ALL
SELECT {COLUMNS} FROM claim c INDEXED BY late
WHERE c.place %s AND c.role > {LOOSE} AND c.first_known > :since AND c.first_known <= :known
AND c.reach <= :after AND {COUNTS} %s
"""
LEVELS_AND_LATE: Final = LEVELS + LATE
# For positions in the past of a place that was laid out anew since: everything on it, as it was.
ALL: Final = f"""
SELECT {COLUMNS} FROM series s INDEXED BY series_at
JOIN claim c ON c.series = s.id WHERE s.place {PLACES} %s AND {COUNTS} AND c.earliest < :valid
UNION ALL
SELECT {PAST_COLUMNS} FROM past c INDEXED BY past_place
JOIN series s ON s.id = c.series
WHERE c.place {PLACES} %s AND c.rec_to > :position AND {COUNTS} AND c.earliest < :valid
"""

AT_A_LINK: Final = """
SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM link WHERE one = value)
OR EXISTS (SELECT 1 FROM link WHERE other = value)
"""
LINKED: Final = f"""
SELECT other FROM link WHERE one = :at AND kind = 'same_event_as' AND {SHOWN}
UNION SELECT one FROM link WHERE other = :at AND kind = 'same_event_as' AND {SHOWN}
"""
SHOWS: Final = f"""
SELECT 1 FROM claim c WHERE report = :report AND {COUNTS}
UNION ALL SELECT 1 FROM past WHERE report = :report AND {SHOWN}
UNION ALL SELECT 1 FROM mark WHERE report = :report AND {SHOWN}
"""
MARKS: Final = f"""
SELECT target, status, by, known_from, claim FROM mark
WHERE target IN (SELECT value FROM json_each(:reports)) AND {SHOWN}
"""
NAMED_BY: Final = """
SELECT place.place FROM place WHERE EXISTS (
  SELECT 1 FROM series JOIN claim c ON c.series = series.id WHERE series.place = place.id
  AND c.known_from <= :known AND c.rec_from <= :position)
OR EXISTS (
  SELECT 1 FROM past c WHERE c.place = place.id AND c.known_from <= :known
  AND c.rec_from <= :position AND c.rec_to > :position)
OR EXISTS (
  SELECT 1 FROM naming n WHERE n.place = place.id AND n.known <= :known
  AND n.rec_from <= :position AND n.rec_to > :position)
"""
PLACE_ROWS: Final = (
    "SELECT id, place, happening, status, loose, heavy, changed FROM place"
    " WHERE place IN (SELECT value FROM json_each(?))"
)
STATE: Final = "SELECT position, defined, redefined, marks, mends FROM state"
LAST_KNOWN: Final = (
    "SELECT max(last_known) FROM tally WHERE topic IN (SELECT value FROM json_each(?))"
)
LAST: Final = "SELECT position FROM last_known WHERE known <= ? ORDER BY known DESC LIMIT 1"
# In the past of the log, entry by entry.
LAST_THEN: Final = """
SELECT coalesce((SELECT position FROM entry WHERE position <= :position AND known <= :known
ORDER BY position DESC LIMIT 1), 0)
"""
# A mend has a say in what was known before it, whenever it became known itself.
LAST_MEND: Final = """
SELECT coalesce(max(mended), 0) FROM mend WHERE mended <= :position AND known <= :known
"""
# What begins, is reached, ends, is told or withdrawn between two cuts, or leaves a window.
MOVED: Final = f"""
SELECT DISTINCT p.place FROM claim c JOIN place p ON p.id = c.place
WHERE c.known_from <= :k2 AND c.earliest < :v2 AND (
  c.known_from > :k1 OR (c.known_to > :k1 AND c.known_to <= :k2) OR c.earliest >= :v1
  OR (c.reach > :v1 AND c.reach <= :v2) OR (c.latest >= :v1 AND c.latest < :v2)
  OR (c.role > {LOOSE} AND c.reach > :v1 - :window AND c.reach <= :v2 - :window)
  OR (c.role > {LOOSE} AND c.first_known > :k1 - :window AND c.first_known <= :k2 - :window))
"""
LEARNED: Final = """
WITH at (known_from, known_to) AS (
  SELECT c.known_from, c.known_to FROM place p JOIN series s ON s.place = p.id
  JOIN claim c ON c.series = s.id WHERE p.place = :place AND c.rec_from <= :position
  UNION SELECT c.known_from, c.known_to FROM place p JOIN past c ON c.place = p.id
  WHERE p.place = :place AND c.rec_from <= :position AND c.rec_to > :position)
SELECT known_from FROM at WHERE known_from <= :known
UNION SELECT known_to FROM at WHERE known_to <= :known
"""
# The same where no entry is passed over: from the indexes alone, without a look at the claims.
LEARNED_NOW: Final = """
WITH at (known_from, known_to) AS (
  SELECT c.known_from, c.known_to FROM place p JOIN series s ON s.place = p.id
  CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id WHERE p.place = :place)
SELECT known_from FROM at WHERE known_from <= :known
UNION SELECT known_to FROM at WHERE known_to <= :known
"""
# What somebody says, or takes back, who checked these reports.
CHECKED: Final = """
SELECT known_from, known_to FROM mark
WHERE target IN (SELECT value FROM json_each(:reports))
AND rec_from <= :position AND rec_to > :position
"""
CHECKED_BETWEEN: Final = """
SELECT DISTINCT target FROM mark
WHERE (known_from > :k1 AND known_from <= :k2) OR (known_to > :k1 AND known_to <= :k2)
"""
# What was announced can never be certain.
NEVER_CERTAIN: Final = tuple(range(LOOSE, len(READINGS), 2))
BEGAN: Final = "c.earliest >= c.known_from AND c.earliest < c.known_to AND c.earliest < :known"
FORETOLD: Final = f"""
SELECT c.earliest FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role IN {NEVER_CERTAIN} AND c.rec_from <= :position AND {BEGAN}
UNION SELECT c.earliest FROM place p JOIN past c ON c.place = p.id
WHERE p.place = :place AND c.rec_from <= :position AND c.rec_to > :position AND {BEGAN}
"""
# The ids of claims begin as those of their reports' aggregates do, which the numbers are made of.
IDS: Final = """
SELECT report FROM entry WHERE report >= :prefix AND report < :after
UNION SELECT c.words->>1 FROM claim c
WHERE c.report BETWEEN :low AND :high AND substr(c.words->>0, 1, length(:prefix)) = :prefix
UNION SELECT c.words->>1 FROM past c
WHERE c.report BETWEEN :low AND :high AND substr(c.words->>0, 1, length(:prefix)) = :prefix
UNION SELECT id FROM mark
WHERE report BETWEEN :low AND :high AND substr(claim, 1, length(:prefix)) = :prefix
"""

SERIES: Final = "SELECT id, key FROM series WHERE id IN (SELECT value FROM json_each(?))"

SPEAKS: Final = f"{COUNTS} AND c.earliest < :valid AND c.reach > :since"
SPEAKING: Final = f"""
SELECT {COLUMNS} FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role = {FIRM} AND {SPEAKS}
UNION ALL
SELECT {COLUMNS} FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role = {LOOSE} AND {SPEAKS}
UNION ALL
SELECT {COLUMNS} FROM place p CROSS JOIN claim c INDEXED BY overlap ON c.place = p.id
WHERE p.place = :place AND c.role > {LOOSE} AND {SPEAKS}
UNION ALL
SELECT {PAST_COLUMNS} FROM place p CROSS JOIN past c INDEXED BY past_place ON c.place = p.id
WHERE p.place = :place AND c.rec_to > :position AND {SPEAKS}
ORDER BY known_from
"""
TOLD: Final = f"""
SELECT {TOLD_COLUMNS} FROM place p CROSS JOIN series s ON s.place = p.id
JOIN claim c ON c.series = s.id
WHERE c.known_from <= :known AND c.rec_from <= :position %s
UNION ALL
SELECT {TOLD_COLUMNS} FROM place p CROSS JOIN past c ON c.place = p.id
JOIN series s ON s.id = c.series
WHERE c.known_from <= :known AND c.rec_from <= :position AND c.rec_to > :position %s
"""
# By the indexes of reports: a join by way of places would read every claim.
TOLD_BY: Final = f"""
SELECT {TOLD_COLUMNS} FROM claim c
WHERE c.report IN (SELECT value FROM json_each(:reports))
AND c.known_from <= :known AND c.rec_from <= :position
UNION ALL
SELECT {TOLD_COLUMNS} FROM past c
WHERE c.report IN (SELECT value FROM json_each(:reports))
AND c.known_from <= :known AND c.rec_from <= :position AND c.rec_to > :position
"""
# What claims nothing, a verification, is known by the name of its place alone.
REPORTS_ON: Final = f"""
SELECT c.words->>1 FROM series s INDEXED BY series_at
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE s.place {PLACES} AND {SPEAKS}
UNION ALL SELECT c.words->>1 FROM past c INDEXED BY past_place
WHERE c.place {PLACES} AND c.rec_to > :position AND {SPEAKS}
UNION ALL SELECT DISTINCT m.id FROM naming n INDEXED BY naming_place
CROSS JOIN mark m ON m.report = n.report
WHERE n.place {PLACES} AND m.known_from > :since AND m.known_from <= :valid
AND m.known_from <= :known AND m.known_to > :known
AND m.rec_from <= :position AND m.rec_to > :position
"""
REFERENCES: Final = f"""
SELECT DISTINCT kind, one FROM link WHERE other = :report AND {SHOWN}
"""
