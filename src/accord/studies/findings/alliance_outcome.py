"""Finding 1: how much of outcome goes with the alliance, in all, within clients, between clients and therapists.

All from sums per therapist (`statistics.jackknife`): partial correlations given the intake, and their squares. The main
line is r of the mean rating of sessions 1 to 3 with the last outcome, on the scale of the review (FLU18). Within
clients: each rating and the outcome before the next session, both less the client's own mean (the estimator of fixed
effects, so nothing between clients can be in it), and less the course of time (science.md 7 asks for both).
"""

from itertools import pairwise

import numpy as np

from accord.basics.absence import NotAsked, TooFew
from accord.statistics.estimate import Estimate
from accord.statistics.jackknife import (
    FISHER,
    Clustered,
    Floats,
    covariances,
    gather,
    jackknife,
    partial_r,
)
from accord.studies.findings.asked import (
    PEOPLE,
    Rows,
    adjusting,
    ask,
    better,
    courses,
    facts,
    published,
    squared,
    told,
)
from accord.studies.findings.dependable import SESSIONS, dependability, ratings
from accord.studies.result import Line, Options, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.verdict import Enough, against, courses_for

ID = "alliance_outcome"
CLAIM = "alliance-outcome"
KNOWN = published("r", CLAIM)
# Where single samples lie; a rough reconstruction of science.md 1.1 [calc] from FLU18, used only to say "agrees".
SAMPLES = (0.10, 0.44)
NEEDED = courses_for(KNOWN.value or 0.278)
BLOCKS = (1, 4, 7, 1000)  # first sessions of each block; the last end is open
BLOCK_NAMES = ("sessions 1 to 3", "sessions 4 to 6", "session 7 and later")


def run(snapshot: Snapshot, options: Options) -> Study:
    """The finding in one snapshot."""
    rows = courses(snapshot, ["alliance_first3", *(f"a{n}" for n in range(1, SESSIONS + 1))])
    given = adjusting(rows)
    whole = gather({"alliance": rows["alliance_first3"], **_outcome(rows, given)}, rows.therapist)
    main = _r_line("r", whole, given)
    levels = [_within_line(snapshot), *_between_lines(whole, given)]
    blocks = [_r_line("block", one, given, by=name) for name, one in _blocks(snapshot, given)]
    lines = [
        main,
        _r_line("r_unadjusted", whole, ()),
        *levels,
        squared(main, "share"),
        _corrected(rows, whole, given),
        *(squared(one, name) for one, name in zip(levels, ("share_within", *SHARES), strict=True)),
        *(squared(one, "share_block") for one in blocks),
    ]
    enough = Enough(whole.rows, NEEDED, whole.clusters)
    verdict = against(main, enough, KNOWN.value or 0.0, *SAMPLES)
    notes = [] if given else ["no_intake"]
    if enough.there and not isinstance(main.value, float):
        verdict = Verdict.CANNOT_TELL
        notes.append("no_spread")
    return Study(
        ID,
        verdict,
        "r",
        tuple(lines),
        (
            KNOWN,
            published("r_unadjusted", CLAIM),
            published("share", "alliance-share-of-outcome", per=100),
            published("share_corrected", "alliance-share-of-outcome", 1, per=100),
        ),
        {"courses": whole.rows, "therapists": whole.clusters},
        facts(lines, main, enough),
        (_table(main, levels, blocks),),
        {"courses without an early rating, an intake or a later outcome": whole.dropped},
        notes=tuple(notes),
    )


SHARES = ("share_clients", "share_therapists")


def _outcome(rows: Rows, given: tuple[str, ...]) -> dict[str, Floats]:
    return {"final": rows["final"], **{name: rows[name] for name in given}}


def _n(sums: Clustered) -> dict[str, int]:
    return {"courses": sums.rows, "therapists": sums.clusters}


def _r_line(name: str, sums: Clustered, given: tuple[str, ...], by: str = "") -> Line:
    x, y, *known = (at - 1 for at in sums.at("alliance", "final", *given))
    found = jackknife(lambda one: partial_r(covariances(one), x, y, known), sums.sums, scale=FISHER)
    method = "partial correlation given intake" if given else "correlation"
    return told(name, found, unit="r", n=_n(sums), method=f"{method}, jackknife over therapists", by=by)


# --- between clients of one therapist, and between therapists ---------------------------------------------------------
def _between_lines(sums: Clustered, given: tuple[str, ...]) -> list[Line]:
    """Both from sums of products about the therapist's mean, and of the therapists' means."""
    x, y, *known = (at - 1 for at in sums.at("alliance", "final", *given))
    clients = jackknife(lambda one: partial_r(one, x, y, known), covariances(sums.sums), scale=FISHER)
    means = sums.sums[:, :, :1] * sums.sums[:, :1, :] / np.maximum(sums.sums[:, :1, :1], 1)
    between = sums.clusters - len(known) > 3
    therapists = (
        jackknife(lambda one: partial_r(covariances(one), x, y, known), means, scale=FISHER)
        if between
        else None
    )
    method = "partial correlation given intake" if given else "correlation"
    return [
        told("r_clients", clients, unit="r", n=_n(sums), method=f"{method}, within therapists"),
        told(
            "r_therapists",
            therapists or (TooFew(sums.clusters, 4) if not between else None),
            unit="r",
            n=_n(sums),
            method=f"{method}, of therapists' means",
        ),
    ]


# --- within clients ---------------------------------------------------------------------------------------------------
WITHIN = f"""
WITH pairs AS (
  SELECT course, ln(number) AS time, alliance,
         lead(outcome) OVER of_course AS next, lead(number) OVER of_course - number AS step
  FROM rated WINDOW of_course AS (PARTITION BY course ORDER BY number)
), summed AS (
  SELECT course, count(*) AS paired,
         regr_sxx(time, time) AS tt, regr_sxx(alliance, alliance) AS aa, regr_sxx(next, next) AS yy,
         regr_sxy(time, alliance) AS ta, regr_sxy(time, next) AS ty, regr_sxy(alliance, next) AS ay
  FROM pairs WHERE step = 1 AND alliance IS NOT NULL AND next IS NOT NULL
  GROUP BY course HAVING count(*) >= 2
)
SELECT {PEOPLE}, sum(tt) AS tt, sum(aa) AS aa, sum(yy) AS yy, sum(ta) AS ta, sum(ty) AS ty, sum(ay) AS ay,
       count(*) AS clients, sum(paired) AS paired
FROM summed JOIN people USING (course) GROUP BY ALL ORDER BY 1
"""


def _within_line(snapshot: Snapshot) -> Line:
    rows = ask(snapshot, WITHIN)
    n = {
        "sessions": round(float(rows["paired"].sum())),
        "clients": round(float(rows["clients"].sum())),
        "therapists": len(rows),
    }
    if not len(rows):
        return Line("r_within", NotAsked(), unit="r", n=n)
    turn = better(snapshot)
    sums = np.empty((len(rows), 3, 3))
    for at, name in (
        ((0, 0), "tt"),
        ((1, 1), "aa"),
        ((2, 2), "yy"),
        ((0, 1), "ta"),
        ((0, 2), "ty"),
        ((1, 2), "ay"),
    ):
        sums[:, at[0], at[1]] = sums[:, at[1], at[0]] = rows[name] * (
            turn if "y" in name and name != "yy" else 1
        )
    found = jackknife(lambda one: partial_r(one, 1, 2, [0]), sums, scale=FISHER)
    return told("r_within", found, unit="r", n=n, method="fixed effects of clients, time taken out")


# --- by block of sessions ---------------------------------------------------------------------------------------------
def _blocks(snapshot: Snapshot, given: tuple[str, ...]) -> list[tuple[str, Clustered]]:
    """Mean rating of each block, for courses that went on to it or beyond, with the outcome at the end."""
    turn = better(snapshot)
    means = ", ".join(
        f"avg(alliance) FILTER (number >= {first} AND number < {end}) AS b{first}"
        for first, end in pairwise(BLOCKS)
    )
    rows = ask(
        snapshot,
        f"WITH block AS (SELECT course, {means} FROM rated GROUP BY course) "
        f"SELECT {PEOPLE}, {turn} * intake AS intake, {turn} * final AS final, final_number, block.* EXCLUDE (course) "
        "FROM people JOIN block USING (course) WHERE ended ORDER BY course",
    )
    found = []
    for first, name in zip(BLOCKS[:-1], BLOCK_NAMES, strict=True):
        later = np.where(rows["final_number"] > first, rows["final"], np.nan)
        known = {one: rows[one] for one in given}
        found.append((name, gather({"alliance": rows[f"b{first}"], "final": later, **known}, rows.therapist)))
    return found


# --- corrected for the error of few ratings ---------------------------------------------------------------------------
def _corrected(rows: Rows, sums: Clustered, given: tuple[str, ...]) -> Line:
    """The share after taking the error of the mean of the early ratings out; both parts leave out the same therapist.

    Given the intake: reliability of what is left of the rating is (rho - R2) / (1 - R2), R2 with the intake.
    """
    given_early = np.isfinite(np.column_stack([rows[f"a{n}"] for n in (1, 2, 3)])).sum(1)
    per_client = float(given_early.sum() / max(np.count_nonzero(given_early), 1))
    told_by = ratings(np.column_stack([rows[f"a{n}"] for n in range(1, SESSIONS + 1)]), rows.therapist)
    x, y, *known = (at - 1 for at in sums.at("alliance", "final", *given))
    at = np.searchsorted(
        told_by.keys.astype(str), sums.keys.astype(str)
    )  # whoever has an outcome has a rating

    def share(products: Floats, by_session: Floats) -> Floats:
        about = covariances(products)
        whole = dependability(by_session, per_client)
        with_intake = partial_r(about, x, known[0]) ** 2 if known else np.zeros_like(whole)
        with np.errstate(
            divide="ignore", invalid="ignore"
        ):  # two courses: the intake tells all of the rating
            left = (whole - with_intake) / (1 - with_intake)
        return np.where(left > 0, partial_r(about, x, y, known) ** 2 / left, np.nan)

    aligned = np.zeros((len(told_by.keys), *sums.sums.shape[1:]))
    aligned[at] = sums.sums
    found = jackknife(share, aligned, told_by.sums) if len(at) else None
    if found and found.low is not None and found.high is not None:
        found = Estimate(found.value, found.se, max(found.low, 0.0), min(found.high, 1.0), df=found.df)
    return told(
        "share_corrected", found, unit="share", n=_n(sums), method="r squared / dependability, jackknife"
    )


def _table(main: Line, levels: list[Line], blocks: list[Line]) -> Table:
    rows = tuple(
        (
            line.name,
            line.by or None,
            *((line.value, line.low, line.high) if isinstance(line.value, float) else (None, None, None)),
            squared(line, "").value if isinstance(line.value, float) else None,
            line.n.get("courses", line.n.get("clients")),
        )
        for line in (main, *levels, *blocks)
    )
    return Table("levels", ("line", "sessions", "r", "low", "high", "share", "n"), rows)
