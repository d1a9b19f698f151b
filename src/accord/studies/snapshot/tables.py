"""The two tables that every study asks: `rated`, a row per session held, and `people`, a row per course.

`prepare` makes them once in the snapshot's connection. Beside them stands `left_out`: how many rows were not used and
why, so that nothing is dropped in silence; and `reliable_change`: the points of outcome that count as a change.

What the definitions of dropout say (science.md 6; SG12: the rate depends on the definition) is in `DROPOUT`. All are
empty while a course goes on, and where what they need is not known.
"""

from collections.abc import Mapping
from types import MappingProxyType

from accord.course.session import Attendance
from accord.instruments.registry import identifiers, instrument
from accord.studies.result import Options
from accord.studies.snapshot.opened import Snapshot

FEW = (
    4  # sessions; a course that ends with fewer counts as short (design: one beyond the review at session 3)
)
PAIRS = (
    30  # of first and second outcome, fewer say too little about how far it moves from week to week (design)
)
FELT_OFF = ("accord-check-in", 5)
LARGEST = (
    1e12  # no score of any form is beyond it; a code such as 1e300 for missing is, and cannot be squared
)
LEAST = 1e-12  # a score this near 0 is 0: its square would be lost
COUNTS = f"isfinite(value) AND abs(value) <= {LARGEST}"  # what can be a score or an answer, in SQL
DROPOUT: Mapping[str, str] = MappingProxyType(
    {
        "left_judged": "The therapist noted that the client left.",
        "left_missed_last": "The last appointment was missed, with or without notice.",
        "left_few": f"Fewer than {FEW} sessions were held.",
        "left_protocol": "Fewer sessions were held than were planned.",
        "left_before_change": "It ended otherwise than as planned, without a reliable change of outcome.",
    }
)
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "no_such_course": "sessions whose course is not there",
        "no_such_session": "ratings of a session that is not there",
        "not_held": "ratings of a session that was not held",
        "not_finite": "values that are no number a score can be, treated as absent",
        "twice": "ratings of one form that came twice; the newest version with a value was used",
    }
)
_HELD = ", ".join(f"'{one}'" for one in Attendance if one.held)
_MISSED = ", ".join(f"'{one}'" for one in Attendance if one.missed)


def prepare(snapshot: Snapshot, options: Options) -> None:
    """Make `rated` and `people` for the instruments that `options` names; at once when they are there already."""
    connection = snapshot.connection
    chosen = [options.alliance, options.therapist_form, options.outcome]
    connection.execute(
        "CREATE TABLE IF NOT EXISTS prepared_for (alliance TEXT, therapist TEXT, outcome TEXT)"
    )
    if connection.execute("FROM prepared_for").fetchall() == [tuple(chosen)]:
        return
    connection.execute("DELETE FROM prepared_for")
    connection.execute(_APPOINTMENTS)
    for name, respondent, form in (
        ("given_alliance", "client", options.alliance),
        ("given_therapist", "therapist", options.therapist_form),
        ("given_outcome", "client", options.outcome),
    ):
        connection.execute(_GIVEN.format(name=name), [form, respondent])
    connection.execute(_FELT_OFF, list(FELT_OFF))
    connection.execute(_RATED)
    connection.execute(_LEFT_OUT, [options.alliance, options.therapist_form, options.outcome])
    better, points = _outcome_key(options.outcome)
    connection.execute(_CHANGE, [points, points, better])
    connection.execute(_PEOPLE, [])
    for table in ("given_alliance", "given_therapist", "given_outcome", "given_felt_off", "appointments"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("INSERT INTO prepared_for VALUES (?, ?, ?)", chosen)


def _outcome_key(name: str) -> tuple[int, float | None]:
    """1 where higher is better, else -1; and the published reliable change, None where there is none.

    An instrument that this version does not know counts as higher is better.
    """
    if name not in identifiers():
        return 1, None
    known = instrument(name)
    for scale in known.scales:
        if scale.id == "TOTAL":
            return -1 if scale.higher_is_better is False else 1, scale.change.points if scale.change else None
    return 1, None


_APPOINTMENTS = f"""
CREATE OR REPLACE TABLE appointments AS
SELECT session, course, client, coalesce(sessions.therapist, courses.therapist) AS therapist, service, day, kind,
       attendance, attendance IN ({_HELD}) AS held, attendance IN ({_MISSED}) AS missed, "order" AS place,
       ended_on IS NOT NULL AS ended
FROM sessions JOIN courses USING (course, client)
WHERE attendance <> 'planned'
"""

# The newest version with a value, where one form came twice.
_GIVEN = f"""
CREATE OR REPLACE TABLE {{name}} AS
SELECT session,
       max_by(CASE WHEN abs(value) < {LEAST} THEN 0 ELSE value END, version) FILTER ({COUNTS}) AS value,
       max_by(CASE WHEN value IS NOT NULL THEN 'not_finite' ELSE coalesce(reason, 'not_known') END, version)
         FILTER (value IS NULL OR NOT ({COUNTS})) AS reason
FROM ratings
WHERE instrument = ? AND respondent = ? AND scale = 'TOTAL'
GROUP BY session
"""

_FELT_OFF = """
CREATE OR REPLACE TABLE given_felt_off AS
SELECT session, CAST(max(value) AS INTEGER) AS felt_off
FROM items
WHERE instrument = ? AND item = ? AND value IN (0, 1)
GROUP BY session
"""

_RATED = """
CREATE OR REPLACE TABLE rated AS
WITH numbered AS (
  SELECT *,
         CAST(sum(held::INT) OVER course_so_far AS INTEGER) AS number,
         row_number() OVER course_so_far AS nth
  FROM appointments
  WINDOW course_so_far AS (PARTITION BY course ORDER BY place, session ROWS UNBOUNDED PRECEDING)
), only_held AS (
  SELECT *,
         CAST(nth - 1 - coalesce(lag(nth) OVER of_course, 0) AS INTEGER) AS fell_out_before,
         number = max(number) OVER (PARTITION BY course) AS last
  FROM numbered
  WHERE held
  WINDOW of_course AS (PARTITION BY course ORDER BY number)
)
SELECT session, course, client, therapist, service, number, day, kind, attendance,
       given_alliance.value AS alliance,
       CASE WHEN given_alliance.value IS NULL THEN coalesce(given_alliance.reason, 'not_asked') END AS alliance_reason,
       given_therapist.value AS therapist_rating,
       given_outcome.value AS outcome,
       felt_off, fell_out_before, last, ended
FROM only_held
LEFT JOIN given_alliance USING (session)
LEFT JOIN given_therapist USING (session)
LEFT JOIN given_outcome USING (session)
LEFT JOIN given_felt_off USING (session)
ORDER BY course, number
"""

_LEFT_OUT = f"""
CREATE OR REPLACE TABLE left_out AS
WITH used AS (
  SELECT ratings.*, sessions.session IS NOT NULL AS found, coalesce(appointments.held, false) AS held
  FROM ratings
  LEFT JOIN sessions USING (session)
  LEFT JOIN appointments USING (session)
  WHERE instrument IN (?, ?, ?) AND scale = 'TOTAL'
)
SELECT why, CAST(rows AS BIGINT) AS rows FROM (
  SELECT 'no_such_course' AS why, count(*) AS rows
  FROM sessions ANTI JOIN courses USING (course, client)
  UNION ALL SELECT 'no_such_session', count(*) FROM used WHERE NOT found
  UNION ALL SELECT 'not_held', count(value) FROM used WHERE found AND NOT held
  UNION ALL SELECT 'not_finite', count(*) FROM used WHERE held AND NOT ({COUNTS})
  UNION ALL SELECT 'twice', count(*) - count(DISTINCT (session, instrument, respondent)) FROM used WHERE held
) WHERE rows > 0
"""

# Without a published reliable change, 1.96 SD of how far the outcome moves from the first session to the second: what
# a single client's week does by itself, so more than measurement error alone (design).
_CHANGE = f"""
CREATE OR REPLACE TABLE reliable_change AS
WITH pairs AS (
  SELECT two.outcome - one.outcome AS moved
  FROM rated AS one JOIN rated AS two ON one.course = two.course AND one.number = 1 AND two.number = 2
  WHERE one.outcome IS NOT NULL AND two.outcome IS NOT NULL
)
SELECT coalesce(?, CASE WHEN count(*) >= {PAIRS} AND stddev_samp(moved) > 0 THEN 1.96 * stddev_samp(moved) END)
         AS points,
       CASE WHEN ? IS NOT NULL THEN 'published' ELSE 'own' END AS origin,
       CAST(? AS INTEGER) AS better, CAST(count(*) AS INTEGER) AS pairs
FROM pairs
"""

_PEOPLE = f"""
CREATE OR REPLACE TABLE people AS
WITH by_therapist AS (
  SELECT course, therapist, count(*) AS held, min(number) AS first
  FROM rated WHERE therapist IS NOT NULL GROUP BY course, therapist
), whom AS (
  SELECT course, CAST(count(*) AS INTEGER) AS therapists, arg_max(therapist, (held, -first)) AS therapist
  FROM by_therapist GROUP BY course
), summed AS (
  SELECT course,
         CAST(count(*) AS INTEGER) AS held,
         min(day) AS first_day,
         coalesce(max(outcome) FILTER (number = 1), max(outcome) FILTER (number = 2)) AS intake,
         min(number) FILTER (outcome IS NOT NULL AND number <= 2) AS intake_number,
         {", ".join(f"max(alliance) FILTER (number = {n}) AS a{n}" for n in range(1, 7))},
         avg(alliance) FILTER (number <= 3) AS alliance_first3,
         avg(alliance) AS alliance_mean,
         avg(therapist_rating) AS therapist_mean,
         CAST(count(*) FILTER (alliance IS NOT NULL AND therapist_rating IS NOT NULL) AS INTEGER) AS pairs,
         max(number) FILTER (outcome IS NOT NULL) AS outcome_number,
         arg_max(outcome, number) FILTER (outcome IS NOT NULL) AS last_outcome
  FROM rated GROUP BY course
), ends AS (
  SELECT course, arg_max(missed, (place, session)) AS missed_last FROM appointments GROUP BY course
), joined AS (
  SELECT courses.course, courses.client, coalesce(whom.therapist, courses.therapist) AS therapist,
         coalesce(whom.therapists, 0) AS therapists, service, treatment, language, started_on,
         ended_on IS NOT NULL AS ended, ending, planned, coalesce(summed.held, 0) AS held, intake,
         CASE WHEN outcome_number > coalesce(intake_number, 0) THEN last_outcome END AS final,
         CASE WHEN outcome_number > coalesce(intake_number, 0) THEN outcome_number END AS final_number,
         a1, a2, a3, a4, a5, a6, alliance_first3, alliance_mean, therapist_mean,
         coalesce(pairs, 0) AS pairs, missed_last, ended_on
  FROM courses LEFT JOIN whom USING (course) LEFT JOIN summed USING (course) LEFT JOIN ends USING (course)
), judged AS (
  SELECT joined.*, (SELECT better FROM reliable_change) * (final - intake) >= (SELECT points FROM reliable_change)
           AS changed
  FROM joined
)
SELECT * EXCLUDE (missed_last, changed),
       CASE WHEN ended THEN ending = 'left' END AS left_judged,
       CASE WHEN ended THEN missed_last END AS left_missed_last,
       CASE WHEN ended THEN held < {FEW} END AS left_few,
       CASE WHEN ended THEN held < planned END AS left_protocol,
       CASE WHEN ended THEN ending <> 'as_planned' AND NOT changed END AS left_before_change,
       CASE WHEN ended THEN ending = 'left' AND changed END AS good_leaver
FROM judged
ORDER BY course
"""
