"""Finding 4: whether people who feel well met stay; and how many leave, by every definition of it.

- The main line: alliance at session 3 of those who stayed less that of those who left later, in SD (as in SHA10).
- The hazard (science.md 6): after each session held, the odds of leaving before the next one, by what was known by
  then: the client's mean rating so far, how far the rating just given lies from it, whether there was one, whether
  something felt off, and time; therapists each have an intercept of their own. How far they differ is told as the
  median odds ratio: of two clients alike, with two therapists drawn at random, how many times the odds of leaving of
  the one are those of the other, in the middle of all such pairs.
- Rates by five definitions side by side, since the rate depends on the definition (SG12). "Fewer than some sessions"
  and "protocol not completed" count early good endings as leaving; "left" is what the therapist noted.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from accord.basics.absence import Absence, NotAsked, NotScored
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.jackknife import LOGIT, Floats, add_up, jackknife
from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.model import Logistic
from accord.statistics.logistic.result import LogisticFit
from accord.studies.findings.asked import PEOPLE, Rows, ask, facts, published, told
from accord.studies.result import CELL, Line, Options, Study, Table, Verdict, too_few
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import DROPOUT
from accord.studies.verdict import Enough, against

ID = "dropout_alliance"
KNOWN = published("d", "alliance-dropout")
BASE = published("rate_left_judged", "dropout-base-rate", per=100)
NO_REASON = 0.2  # of endings without a reason, from which on that is worth a look [design]


def _needed(value: float, rate: float) -> int:
    """Courses with which the interval of d no longer holds both 0 and `value`: SE2 about 1 / (n rate (1 - rate))."""
    return round((2 * 1.96 / value) ** 2 / (rate * (1 - rate)))


NEEDED = _needed(KNOWN.value or 0.55, BASE.value or 0.2)


def run(snapshot: Snapshot, options: Options) -> Study:
    """The finding in one snapshot."""
    rows = ask(
        snapshot,
        f"SELECT {PEOPLE}, a3, good_leaver::INT AS good_leaver, (ending IS NULL)::INT AS no_reason, "
        f"{', '.join(f'{name}::INT AS {name}' for name in DROPOUT)} FROM people WHERE ended ORDER BY course",
    )
    kept: dict[str, int] = {}
    main = _difference("d", rows, "left_judged", kept)
    rates = [_rate(f"rate_{name}", rows[name], rows, kept) for name in DROPOUT]
    left = np.where(rows["left_judged"] == 1, rows["good_leaver"], np.nan)
    hazard = _hazard(snapshot)
    lines = [
        main,
        *_hazard_lines(hazard),
        *rates,
        _rate("good_leavers", left, rows, kept),
        _rate("no_reason", rows["no_reason"], rows, kept),
    ]
    no_reason = lines[-1].value
    enough = Enough(main.n["courses"], NEEDED, main.n["therapists"])
    return Study(
        ID,
        _verdict(main, enough),
        "d",
        tuple(lines),
        (KNOWN, BASE),
        {"courses": len(rows), "therapists": len(set(rows.therapist))},
        facts(lines, main, enough),
        (_definitions(rows, rates),),
        kept_back=kept,
        notes=_notes(main, enough),
        look_at=("no_reason",) if isinstance(no_reason, float) and no_reason >= NO_REASON else (),
    )


def _verdict(main: Line, enough: Enough) -> Verdict:
    if enough.there and isinstance(main.value, NotScored):
        return Verdict.CANNOT_TELL
    return against(main, enough, KNOWN.value or 0.55)


def _notes(main: Line, enough: Enough) -> tuple[str, ...]:
    if not enough.there or isinstance(main.value, float):
        return ()
    return ("no_spread",) if isinstance(main.value, NotScored) else ("one_side",)


# --- stayed against left ----------------------------------------------------------------------------------------------
def _difference(name: str, rows: Rows, definition: str, kept: dict[str, int]) -> Line:
    """d of the rating at session 3, stayed less left; kept back where either is fewer than `CELL`."""
    use = np.isfinite(rows["a3"]) & np.isfinite(rows[definition])
    rating, left, therapist = rows["a3"][use], rows[definition][use], rows.therapist[use]
    n = {"courses": len(rating), "left": int(left.sum()), "therapists": len(set(therapist))}
    method = "difference of means / pooled SD, jackknife over therapists"
    few = min(n["left"], len(rating) - n["left"])
    if few < CELL:
        if few:
            kept[f"one of the two groups of {definition.replace('_', ' ')}"] = 1
        del n["left"]
        return Line(name, too_few(few, CELL), unit="d", n=n, method=method)
    about = rating - rating.mean()
    _, sums = add_up([np.ones_like(about), left, about, about * left, about**2], therapist)
    return told(name, jackknife(_d, sums), unit="d", n=n, method=method)


def _d(sums: Floats) -> Floats:
    n, left, total, of_left, squares = np.moveaxis(sums, -1, 0)
    stayed = n - left
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = (total - of_left) / stayed - of_left / left
        inside = squares - (total - of_left) ** 2 / stayed - of_left**2 / left
        spread = np.sqrt(np.maximum(inside, 0.0) / (n - 2))
        return np.where(spread > 0, gap / spread, np.nan)


def _rate(name: str, flags: Floats, rows: Rows, kept: dict[str, int]) -> Line:
    """A share of courses; kept back where fewer than `CELL` are in it, so that nobody is told apart."""
    use = np.isfinite(flags)
    n = {"courses": int(use.sum()), "therapists": len(set(rows.therapist[use]))}
    if not use.any():
        return Line(name, NotAsked(), unit="share", n=n)
    count = int(flags[use].sum())
    if 0 < count < CELL or 0 < n["courses"] - count < CELL:
        kept[name.replace("_", " ")] = 1
        return Line(name, too_few(min(count, n["courses"] - count), CELL), unit="share", n=n)
    _, sums = add_up([np.ones(int(use.sum())), flags[use]], rows.therapist[use])
    all_alike = count in (0, n["courses"])  # then nothing tells how sure it is
    found = Estimate(float(count > 0)) if all_alike else jackknife(_share, sums, scale=LOGIT)
    return told(name, found, unit="share", n=n, method="share of courses, jackknife over therapists")


def _share(sums: Floats) -> Floats:
    result: Floats = sums[..., 1] / np.maximum(sums[..., 0], 1)
    return result


def _definitions(rows: Rows, rates: list[Line]) -> Table:
    told_rows = []
    for name, rate in zip(DROPOUT, rates, strict=True):
        d = _difference("d", rows, name, {})
        told_rows.append((name, rate.n["courses"], *_cells(rate), *_cells(d)))
    columns = ("definition", "n", "rate", "rate_low", "rate_high", "d", "d_low", "d_high")
    return Table("definitions", columns, tuple(told_rows))


def _cells(line: Line) -> tuple[float | None, float | None, float | None]:
    return (line.value, line.low, line.high) if isinstance(line.value, float) else (None, None, None)


# --- the hazard -------------------------------------------------------------------------------------------------------
# One row per session after which the client came again or left. Who finished, or goes on, is not at risk after the last
# one. Nothing in a row was recorded after the session; above all not whether the next appointment was missed.
AT_RISK = """
WITH so_far AS (
  SELECT course, number, alliance, felt_off, last,
         avg(alliance) OVER (PARTITION BY course ORDER BY number ROWS UNBOUNDED PRECEDING) AS mean
  FROM rated
)
SELECT coalesce(people.therapist, course) AS therapist,
       (last AND coalesce(left_judged, false))::INT AS leaves,
       mean, coalesce(alliance - mean, 0) AS change, (alliance IS NULL)::INT AS not_rated,
       coalesce(felt_off, 0) AS felt_off, ln(number) AS time
FROM so_far JOIN people USING (course)
WHERE (NOT last OR coalesce(left_judged, false)) AND mean IS NOT NULL
ORDER BY course, number
"""
COLUMNS = ("mean", "change", "not_rated", "felt_off", "time")
EVENTS = 50  # fewer leave too few to tell five coefficients from [design: ten for each]


@dataclass(frozen=True)
class Hazard:
    """The fitted model, or why there is none; SD of the mean rating so far."""

    fit: LogisticFit | None
    absent: Absence | None
    n: dict[str, int]
    sd: float = 1.0


def _hazard(snapshot: Snapshot) -> Hazard:
    table = snapshot.query(AT_RISK)
    left = int(table["leaves"].to_numpy().sum())
    n = {"sessions": table.num_rows, "left": left, "therapists": len(table["therapist"].unique())}
    if left < EVENTS:
        del n["left"]
        return Hazard(None, too_few(left, EVENTS), n)
    columns = tuple(name for name in COLUMNS if np.ptp(table[name].to_numpy()) > 0)
    fitted = fit_logistic(Logistic("leaves", columns, "therapist"), table)
    if isinstance(fitted, NotFitted):
        return Hazard(None, NotScored(fitted.reason), n)
    return Hazard(fitted, None, n, float(np.std(table["mean"].to_numpy())))


HAZARD = (
    ("odds_mean", "mean"),
    ("odds_change", "change"),
    ("odds_not_rated", "not_rated"),
    ("odds_felt_off", "felt_off"),
)


MEDIAN = float(np.sqrt(2) * norm.ppf(0.75))  # of how far two draws lie apart, in their SD [calc]


def _hazard_lines(hazard: Hazard) -> list[Line]:
    method = "logistic hazard, therapists with intercepts, 9 points"
    lines = [_odds(name, column, hazard, method) for name, column in HAZARD]
    spread = hazard.fit.group_sd if hazard.fit else None
    return [*lines, _ratio("odds_therapists", spread, MEDIAN, hazard, method)]


def _odds(name: str, column: str, hazard: Hazard, method: str) -> Line:
    fit = hazard.fit
    if fit is None or column not in fit.model.fixed:
        return _ratio(name, None, 1.0, hazard, method)
    one = fit.effect(column)
    found = Estimate(one.estimate, one.se, one.low, one.high)
    return _ratio(name, found, hazard.sd if column in ("mean", "change") else 1.0, hazard, method)


def _ratio(name: str, log: Estimate | None, step: float, hazard: Hazard, method: str) -> Line:
    """The odds ratio of so large a step, from its log."""
    if log is None or log.low is None or log.high is None:
        return Line(name, hazard.absent or NotAsked(), unit="odds ratio", n=hazard.n)
    value, low, high = (float(np.exp(end * step)) for end in (log.value, log.low, log.high))
    return Line(name, value, low, high, "odds ratio", hazard.n, method)
