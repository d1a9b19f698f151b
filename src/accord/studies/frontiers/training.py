"""Whether the alliance is another after a training: before and after, against therapists who were not trained then.

Each trained therapist, in the 180 days before and after their own day, against therapists not trained by the end of
that time (`accord.statistics.staggered`). Ratings are taken as distance from what is usual at that session number, so
that a caseload that grows older is no effect. The same on days moved to before the training, where it can have done
nothing, shows what chance makes of it; the last of these is the trend before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from accord.basics.absence import Absence, NotScored, TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.staggered import NEVER, Changes, Floats, Integers, Panel, changes, effect, placebos
from accord.studies.findings.asked import better, published
from accord.studies.result import (
    CELL,
    Line,
    Options,
    Study,
    Table,
    Verdict,
    told_number,
    too_few,
    without_few,
)
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

ID = "training"
MAIN = "alliance"
CLAIM = "training-effect"
WINDOW = 180.0  # days on each side; shorter has few ratings, longer mixes in what else happens [design]
FEWEST = 5  # ratings of a therapist on each side [design]
STARTS = 3  # the same for courses begun, which are rarer [design]
THERAPISTS = (
    10  # trained, and as many controls; fewer give intervals that miss too often (docs/frontiers.md) [design]
)
STEP = 30.0  # days between placebo days
LATEST = 20  # session numbers from here on are taken together
SMALL = 0.20  # an interval within so many SDs of a rating around 0 says that nothing much changed [design]


@dataclass(frozen=True, eq=False)
class Told:
    """Ratings or outcomes by therapist and day, and when each therapist was trained."""

    panel: Panel
    therapists: int
    sd: float


@dataclass(frozen=True)
class Judged:
    """What the alliance says: effect, trend before, placebo days, and how many there were."""

    effect: Estimate | Absence
    trend: Estimate | Absence
    placebos: tuple[tuple[float, float, int], ...]
    trained: int
    controls: int
    why: str = ""  # key of the note that says why it cannot be told


def run(snapshot: Snapshot, options: Options, training: str = "") -> Study:
    """The study of one snapshot; of the training named, or of the one that most therapists took."""
    prepare(snapshot, options)
    taken = _taken(snapshot)
    name = training if training in taken else max(taken, key=lambda one: (len(taken[one]), one), default="")
    started = taken.get(name, {})
    ratings = _ratings(snapshot, started)
    judged = _judge(ratings, options) if started else _nobody()
    outcome = _effect(_outcomes(snapshot, started), STARTS, options)[0] if started else judged.effect
    n = without_few({"trained": judged.trained, "controls": judged.controls})
    lines = tuple(_lines(judged, outcome, ratings.sd, n))
    return Study(
        id=ID,
        verdict=_verdict(judged, ratings.sd),
        main=MAIN,
        lines=lines,
        published=(published("outcome", CLAIM),),
        n={**n, "therapists": ratings.therapists},
        facts=_facts(name, judged, lines),
        tables=(
            Table("placebo", ("days_moved", "difference", "trained"), judged.placebos),
            Table(
                "trainings",
                ("training", "therapists"),
                tuple((one, _count(taken[one])) for one in sorted(taken)),
            ),
        ),
        notes=tuple(_notes(judged, taken)),
    )


def _count(therapists: Mapping[str, float]) -> int | None:
    """How many took a training; None where so few did that each of them knows who the others are."""
    return len(therapists) if len(therapists) >= CELL else None


def _taken(snapshot: Snapshot) -> dict[str, dict[str, float]]:
    """Training -> therapist -> day, as days since 1970; the first time counts."""
    found: dict[str, dict[str, float]] = {}
    for row in snapshot.query(
        "SELECT training, therapist, min(day - DATE '1970-01-01') AS day FROM trainings "
        "WHERE therapist IN (SELECT therapist FROM sessions) GROUP BY training, therapist ORDER BY training, therapist"
    ).to_pylist():
        found.setdefault(row["training"], {})[row["therapist"]] = float(row["day"])
    return found


def _ratings(snapshot: Snapshot, started: Mapping[str, float]) -> Told:
    """Each rating less what is usual at its session number."""
    table = snapshot.query(
        f"SELECT therapist, day - DATE '1970-01-01' AS day, least(number, {LATEST}) AS number, alliance FROM rated "
        "WHERE alliance IS NOT NULL AND therapist IS NOT NULL AND day IS NOT NULL ORDER BY course, number"
    )
    therapist = np.asarray(table["therapist"].to_pylist(), str)
    day, number, value = (
        np.asarray(table[one].to_numpy(), np.float64) for one in ("day", "number", "alliance")
    )
    names, unit = np.unique(therapist, return_inverse=True)
    untouched = day < np.array([started.get(str(one), NEVER) for one in names])[unit]
    usual = usual_by_number(unit[untouched], number[untouched].astype(np.int64), value[untouched])
    return _panel(therapist, day, value - usual[number.astype(np.int64)], started)


def usual_by_number(unit: Integers, number: Integers, value: Floats) -> Floats:
    """What each session number adds (0 to `LATEST`), beside each therapist's own level; least squares from counts.

    Of ratings that no training had reached. A plain mean by number would carry who is there at that number.
    """
    units = int(unit.max()) + 1 if len(unit) else 0
    cells = unit * (LATEST + 1) + number
    size = units * (LATEST + 1)
    count = np.bincount(cells, minlength=size).reshape(units, LATEST + 1).astype(np.float64)
    total = np.bincount(cells, value, minlength=size).reshape(units, LATEST + 1)
    each = np.maximum(count.sum(1), 1.0)
    left = np.diag(count.sum(0)) - count.T @ (count / each[:, None])
    right = total.sum(0) - count.T @ (total.sum(1) / each)
    found: Floats = np.linalg.pinv(left, hermitian=True) @ right
    return found


def _outcomes(snapshot: Snapshot, started: Mapping[str, float]) -> Told:
    """Each course's last outcome, given its intake, on the day on which it began; in SDs."""
    turn = better(snapshot)
    table = snapshot.query(
        f"SELECT therapist, started_on - DATE '1970-01-01' AS day, {turn} * intake AS intake, {turn} * final AS final "
        "FROM people WHERE final IS NOT NULL AND intake IS NOT NULL AND therapist IS NOT NULL ORDER BY course"
    )
    therapist = np.asarray(table["therapist"].to_pylist(), str)
    day, intake, final = (np.asarray(table[one].to_numpy(), np.float64) for one in ("day", "intake", "final"))
    if len(final) < 3 or intake.std() == 0:
        return _panel(therapist, day, final, started)
    slope = np.cov(intake, final)[0, 1] / intake.var(ddof=1)
    left = final - slope * intake
    spread = left.std()
    return _panel(therapist, day, (left - left.mean()) / spread if spread else left * 0, started)


def _panel(
    therapist: "np.ndarray[tuple[int], np.dtype[np.str_]]",
    day: Floats,
    value: Floats,
    started: Mapping[str, float],
) -> Told:
    names, unit = np.unique(therapist, return_inverse=True)
    start = np.array([started.get(str(one), NEVER) for one in names])
    return Told(Panel(unit, day, value, start), len(names), float(value.std()) if len(value) else 0.0)


def _nobody() -> Judged:
    few = TooFew(0, THERAPISTS)
    return Judged(few, few, (), 0, 0, "nobody_trained")


def _effect(told: Told, fewest: int, options: Options) -> tuple[Estimate | Absence, Changes]:
    found = changes(told.panel, WINDOW, fewest)
    trained, controls = int(found.used.sum()), found.controls
    if min(trained, controls) < THERAPISTS:
        return too_few(min(trained, controls), THERAPISTS), found
    told_effect = effect(found, draws=options.draws, seed=options.seed)
    return (NotScored(told_effect.reason) if isinstance(told_effect, NotFitted) else told_effect), found


def _judge(told: Told, options: Options) -> Judged:
    estimate, found = _effect(told, FEWEST, options)
    trained, controls = int(np.isfinite(found.own).sum()), found.controls
    if not isinstance(estimate, Estimate):
        return Judged(estimate, estimate, (), trained, controls, _why(told.panel, trained, controls))
    before = changes(told.panel, WINDOW, FEWEST, -WINDOW)
    enough = min(int(before.used.sum()), before.controls) >= THERAPISTS
    trend = effect(before, draws=options.draws, seed=options.seed + 1) if enough else None
    first = float(told.panel.time.min())
    earliest = float(np.min(told.panel.start[np.isfinite(told.panel.start)]))
    reach = max(float(np.max(told.panel.start[np.isfinite(told.panel.start)])), earliest) - first - WINDOW
    moved = tuple(
        one
        for one in placebos(
            told.panel, WINDOW, FEWEST, [-one for one in np.arange(WINDOW, max(reach, WINDOW) + 1, STEP)]
        )
        if one[2] >= CELL  # the change of two or three therapists would tell of them
    )
    known: Estimate | Absence = (
        trend
        if isinstance(trend, Estimate)
        else too_few(min(int(before.used.sum()), before.controls), THERAPISTS)
    )
    differs = isinstance(trend, Estimate) and not _holds_none(trend)
    return Judged(estimate, known, moved, trained, controls, "trend_before" if differs else "")


def _why(panel: Panel, trained: int, controls: int) -> str:
    starts = panel.start[np.isfinite(panel.start)]
    if trained < THERAPISTS:
        return "few_trained"
    if controls == 0 and len(starts) == len(panel.start) and np.ptp(starts) < WINDOW:
        return "all_at_once"
    return "no_controls" if controls == 0 else "few_controls"


def _holds_none(one: Estimate) -> bool:
    return one.low is None or one.high is None or one.low <= 0 <= one.high


def _verdict(judged: Judged, sd: float) -> Verdict:
    if not isinstance(judged.effect, Estimate):
        return Verdict.CANNOT_TELL if judged.why in ("all_at_once", "no_controls") else Verdict.TOO_FEW
    if judged.why == "trend_before":
        return Verdict.CANNOT_TELL
    assert judged.effect.low is not None and judged.effect.high is not None
    if not _holds_none(judged.effect):
        return Verdict.DESCRIBES
    narrow = max(-judged.effect.low, judged.effect.high) <= SMALL * sd
    return Verdict.NO_ASSOCIATION if narrow else Verdict.TOO_FEW


def _lines(judged: Judged, outcome: Estimate | Absence, sd: float, n: dict[str, int]) -> Iterator[Line]:
    yield _line(MAIN, judged.effect, "points", n)
    scaled = _times(judged.effect, 1 / sd) if isinstance(judged.effect, Estimate) and sd else judged.effect
    yield _line("alliance_d", scaled, "d", n)
    yield _line("trend", judged.trend, "points", n)
    moved = [one for _, one, _ in judged.placebos]
    if moved and isinstance(judged.effect, Estimate):
        further = sum(abs(one) >= abs(judged.effect.value) for one in moved)
        yield Line("placebo", further / len(moved), unit="share", n={"days": len(moved)})
    if isinstance(outcome, Estimate):
        # r of a difference of d between two groups of the same size, as reviews convert it: d / sqrt(d^2 + 4).
        assert outcome.low is not None and outcome.high is not None
        ends = [one / float(np.sqrt(one**2 + 4)) for one in (outcome.value, outcome.low, outcome.high)]
        yield Line("outcome", ends[0], ends[1], ends[2], "r", method=outcome.method)
    else:
        yield Line("outcome", outcome, unit="r")


def _times(one: Estimate, by: float) -> Estimate:
    assert one.low is not None and one.high is not None
    return Estimate(one.value * by, None, one.low * by, one.high * by, df=one.df, method=one.method)


def _line(name: str, found: Estimate | Absence, unit: str, n: dict[str, int]) -> Line:
    if isinstance(found, Estimate):
        return Line(name, found.value, found.low, found.high, unit, n, found.method)
    return Line(name, found, unit=unit, n=n)


def _facts(name: str, judged: Judged, lines: tuple[Line, ...]) -> dict[str, float | int | str]:
    main = lines[0]
    known = isinstance(main.value, float | int) and main.low is not None and main.high is not None
    return {
        "training": name or "none",
        "trained": told_number(judged.trained),
        "controls": told_number(judged.controls),
        "needed": THERAPISTS,
        "value": f"{main.value:+.1f}" if known else "not known",
        "low": f"{main.low:+.1f}" if known else "",
        "high": f"{main.high:+.1f}" if known else "",
        "placebos": len(judged.placebos),
    }


def _notes(judged: Judged, taken: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    if judged.why:
        yield judged.why
    if isinstance(judged.effect, Estimate) and not isinstance(judged.trend, Estimate):
        yield "trend_not_known"
    if len(taken) > 1:
        yield "several_trainings"
