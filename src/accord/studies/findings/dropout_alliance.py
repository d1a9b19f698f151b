"""Finding 4: whether people who feel well met stay; and how many leave, by every definition of it.

- The main line: alliance at session 3 of those who stayed less that of those who left later, in SD (as in SHA10).
- The hazard (science.md 6): after each session held, the odds of leaving before the next one, by what was known by
  then: the client's mean rating so far, how far the rating just given lies from it, whether there was one, whether
  something felt off, and time. Therapists are left out in turn, one Newton step each, for the intervals.
- Rates by five definitions side by side, since the rate depends on the definition (SG12). "Fewer than some sessions"
  and "protocol not completed" count early good endings as leaving; "left" is what the therapist noted.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from accord.basics.absence import Absence, NotAsked, NotScored
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.jackknife import LOGIT, Floats, add_up, jackknife, numbered
from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.model import Logistic
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
    """Log odds ratios with SE over therapists, or why there are none; SD of the mean rating so far."""

    found: dict[str, Estimate]
    absent: Absence | None
    n: dict[str, int]
    sd: float


def _hazard(snapshot: Snapshot) -> Hazard:
    table = snapshot.query(AT_RISK)
    leaves = table["leaves"].to_numpy()
    therapist = np.array(table["therapist"].to_pylist(), dtype=object)
    n = {"sessions": table.num_rows, "left": int(leaves.sum()), "therapists": len(set(therapist))}
    if n["left"] < EVENTS:
        return Hazard({}, too_few(n.pop("left"), EVENTS), n, 1.0)
    columns = tuple(name for name in COLUMNS if np.ptp(table[name].to_numpy()) > 0)
    fitted = fit_logistic(Logistic("leaves", columns), table)
    if isinstance(fitted, NotFitted):
        return Hazard({}, NotScored(fitted.reason), n, 1.0)
    place = np.array([one.estimate for one in fitted.fixed])
    design = np.column_stack(
        [np.ones(table.num_rows), *(table[one.name].to_numpy() for one in fitted.fixed[1:])]
    )
    chance = fitted.predict(table)
    se, df = _spread(design, leaves - chance, chance, therapist)
    wide = student.ppf(0.975, df) * se
    method = "logistic hazard, jackknife over therapists in one step"
    found = {
        one.name: Estimate(float(b), float(s), float(b - w), float(b + w), df=df, method=method)
        for one, b, s, w in zip(fitted.fixed, place, se, wide, strict=True)
    }
    return Hazard(found, None, n, float(np.std(table["mean"].to_numpy())))


def _spread(design: Floats, left: Floats, chance: Floats, therapist: object) -> tuple[Floats, float]:
    """SE of coefficients over therapists: each left out, one Newton step from the whole fit."""
    known, place = numbered(np.asarray(therapist, object))
    size = design.shape[1]
    scale = np.sqrt(np.mean(design**2, 0))
    even = design / scale
    score = np.column_stack([np.bincount(place, even[:, a] * left, len(known)) for a in range(size)])
    weight = chance * (1 - chance)
    bend = np.zeros((len(known), size, size))
    for a in range(size):
        for b in range(a, size):
            bend[:, a, b] = bend[:, b, a] = np.bincount(place, even[:, a] * even[:, b] * weight, len(known))
    try:
        step = np.linalg.solve(bend.sum(0) - bend, score[..., None])[..., 0]
    except np.linalg.LinAlgError:  # without one therapist a column does not vary
        step = score @ np.linalg.pinv(bend.sum(0))
    count = len(known)
    se = np.sqrt((count - 1) / count * (step**2).sum(0)) / scale
    return se, float(max(count - 1, 1))


HAZARD = (
    ("odds_mean", "mean"),
    ("odds_change", "change"),
    ("odds_not_rated", "not_rated"),
    ("odds_felt_off", "felt_off"),
)


def _hazard_lines(hazard: Hazard) -> list[Line]:
    lines = []
    for name, column in HAZARD:
        one = hazard.found.get(column)
        if one is None or one.low is None or one.high is None:
            absent = hazard.absent or NotAsked()
            lines.append(Line(name, absent, unit="odds ratio", n=hazard.n))
            continue
        step = hazard.sd if column in ("mean", "change") else 1.0
        value, low, high = (float(np.exp(end * step)) for end in (one.value, one.low, one.high))
        lines.append(Line(name, value, low, high, "odds ratio", hazard.n, one.method))
    return lines
