"""The expected course of a service's outcome, and how well it finds who gets worse: two ways, judged alike.

Judged at sessions 2, 3, 4 and 6 on people whose therapist was not learnt from (science.md 5). *Worse at the end* is a
reliable fall from the first to the last rating: the published change of the instrument where it has one, else the
service's own (`accord.studies.snapshot.tables`); the study says which.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.stats import binom

from accord.basics.absence import Absence, NotScored, TooFew
from accord.course.expected import NEEDED, THERAPISTS, ExpectedCourse, Lack, NoCourse
from accord.statistics.estimate import Estimate
from accord.statistics.judging.decision import net_benefit
from accord.statistics.judging.discrimination import auc
from accord.studies.expected.bands import LANDMARKS, fit_parts, hold, inside
from accord.studies.expected.courses import of_snapshot
from accord.studies.expected.judging import METHODS, Judged, Lead, judge
from accord.studies.expected.shares import share
from accord.studies.result import (
    CELL,
    Line,
    Options,
    Published,
    Study,
    Table,
    Verdict,
    too_few,
    without_few,
)
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

ID = "expected_course"
THRESHOLDS = tuple(n / 100 for n in range(2, 51, 2))
STARTS = (0.1, 0.5, 0.9)  # of the intakes: whose expected course the table has
# Means at the start and end of treatment in a national programme (science.md 2.3, CBTW): the only published course that
# may be shown. Accord's own forms have none, and vendors' are licensed.
ANCHORS: Mapping[str, tuple[float, float]] = {"phq-9": (15.4, 9.4), "gad-7": (14.0, 8.4)}
ELSEWHERE = (
    Published("worse", None, 0.05, 0.10, "HAN05"),
    Published("sensitivity", 0.83, None, None, "WISE16"),
    Published("specificity", 0.85, None, None, "WISE16"),
)


def run(snapshot: Snapshot, options: Options) -> Study:
    """The study of one snapshot."""
    prepare(snapshot, options)
    told = of_snapshot(snapshot)
    change = snapshot.query("select points, origin from reliable_change").to_pylist()[0]
    n = {"courses": int(told.followed.sum()), "therapists": len(set(told.therapist[told.followed]))}
    dropped = {"courses that go on": int((~told.ended).sum()), "without a rating after the first": 0}
    dropped["without a rating after the first"] = (
        len(told.intake) - dropped["courses that go on"] - n["courses"]
    )
    dropped = {why: rows for why, rows in dropped.items() if rows > 0}
    found = fit_parts(told, options.outcome, options.seed)
    if isinstance(found, NoCourse):
        return _none(options, n, dropped, _absence(found))
    if change["points"] is None:
        return _none(options, n, dropped, NotScored("what counts as a reliable change is not known"))
    course, hits, therapists = found.course, *inside(found.parts)
    if len(hits) < CELL:
        return _none(options, n, dropped, too_few(len(hits), CELL))
    by_session, lead = judge(found.parts, float(change["points"]))
    whole = _share("coverage80", hits, therapists, "", n)
    lines = (whole, *_lines(by_session, lead))
    holds = hold(share(hits, therapists))
    return Study(
        id=ID,
        verdict=Verdict.DESCRIBES if holds else Verdict.CANNOT_TELL,
        main="coverage80",
        lines=lines,
        published=ELSEWHERE,
        n=n,
        facts={
            **n,
            "inside": _of_100(whole.value),
            "points": round(float(change["points"]), 1),
            "until": course.until,
            "expected_end": round(_expected(course, 0.5, told.intake), 1),
        },
        tables=(_curves(course, told.intake), _decision(by_session), _calibration(by_session)),
        dropped=dropped,
        notes=(*(() if holds else ("bands_off",)), f"change_{change['origin']}", "no_vendors"),
    )


def _absence(none: NoCourse) -> Absence:
    return NotScored(none.reason) if none.lack is Lack.FIT else TooFew(none.n, none.needed)


def _none(options: Options, n: Mapping[str, int], dropped: Mapping[str, int], why: Absence) -> Study:
    """No course of the service's own: the published anchors where the form has any, named as such."""
    anchors = ANCHORS.get(options.outcome)
    lines = [Line("coverage80", why, unit="share", n=n)]
    published: tuple[Published, ...] = ()
    if anchors:
        lines += [Line("anchor_start", why, unit="points"), Line("anchor_end", why, unit="points")]
        published = (
            Published("anchor_start", anchors[0], None, None, "CBTW"),
            Published("anchor_end", anchors[1], None, None, "CBTW"),
        )
    few = isinstance(why, TooFew)
    return Study(
        id=ID,
        verdict=Verdict.TOO_FEW if few else Verdict.CANNOT_TELL,
        main="coverage80",
        lines=tuple(lines),
        published=published,
        n=n,
        facts={**n, "needed": NEEDED, "needed_therapists": THERAPISTS, "inside": 0, "until": 0},
        dropped=dropped,
        notes=("anchor" if anchors else "no_anchor", *(() if few else ("not_fitted",)), "no_vendors"),
    )


def _of_100(value: float | Absence) -> int | str:
    return round(100 * value) if isinstance(value, float) else "?"


def _expected(course: ExpectedCourse, quantile: float, intakes: np.ndarray) -> float:
    return course.at_the_end(float(np.quantile(intakes, quantile)), {}, 2).middle


# --- lines ------------------------------------------------------------------------------------------------------------
def _lines(by_session: Mapping[int, Judged], lead: Lead) -> Iterator[Line]:
    yield from _alarms([by_session[session] for session in LANDMARKS], "model", "")
    yield _lead(lead)
    for session in LANDMARKS:
        yield from _at(by_session[session], f"session {session}")


def _at(one: Judged, by: str) -> Iterator[Line]:
    yield _share("coverage80", one.inside["model"], one.therapist, by)
    yield _share("coverage68", one.narrow["model"], one.therapist, by)
    yield _share("coverage_so_far", one.so_far, one.therapist, by)
    yield from _alarms([one], "model", by)
    yield _auc("auc", one, "model", by)
    yield _share("neighbours_coverage80", one.inside["neighbours"], one.therapist, by)
    yield _share("neighbours_coverage68", one.narrow["neighbours"], one.therapist, by)
    yield from _alarms([one], "neighbours", by)
    yield _auc("neighbours_auc", one, "neighbours", by)


def _alarms(some: Sequence[Judged], how: str, by: str) -> Iterator[Line]:
    """Alarms against ends, of everyone with a later rating."""
    start = "" if how == "model" else f"{how}_"
    worse = np.concatenate([one.worse[one.followed] for one in some])
    alarm = np.concatenate([one.alarm[how][one.followed] for one in some])
    whom = np.concatenate([one.therapist[one.followed] for one in some])
    if how == "model":
        yield _share("worse", worse, whom, by)
    yield _share(f"{start}alarms", alarm, whom, by)
    yield _share(f"{start}sensitivity", alarm[worse], whom[worse], by)
    yield _share(f"{start}specificity", ~alarm[~worse], whom[~worse], by)
    yield _share(f"{start}ppv", worse[alarm], whom[alarm], by)
    yield _share(f"{start}npv", ~worse[~alarm], whom[~alarm], by)


def _share(
    name: str, hits: np.ndarray, therapists: np.ndarray, by: str, n: Mapping[str, int] | None = None
) -> Line:
    """A share; fewer than five people behind it are too few to say."""
    of = n or {"ratings" if not by else "courses": len(hits), "therapists": len(set(therapists))}
    found = share(hits, therapists) if len(hits) >= CELL else None
    if found is None:
        return Line(name, too_few(len(hits), CELL), unit="share", n=without_few(of), by=by)
    return Line(name, found.value, found.low, found.high, "share", of, found.method, by)


def _auc(name: str, one: Judged, how: str, by: str) -> Line:
    """How well the chance of ending worse tells apart who did, 95 % by therapist."""
    worse, chance = one.worse[one.followed], one.chance[how][one.followed]
    of = {"courses": len(worse), "worse": int(worse.sum())}
    there = ~np.isnan(chance)
    fewer = min(of["worse"], of["courses"] - of["worse"])
    if fewer < CELL or not there.all():
        return Line(name, too_few(fewer, CELL), unit="AUC", n={"courses": of["courses"]}, by=by)
    found = auc(worse, chance, one.therapist[one.followed].astype(str))
    if not isinstance(found, Estimate):
        return Line(name, NotScored(found.reason), unit="AUC", n=of, by=by)
    return Line(name, found.value, found.low, found.high, "AUC", of, found.method, by)


def _lead(lead: Lead) -> Line:
    """The median of sessions between alarm and end, with the interval that order statistics give."""
    there = np.sort(lead.sessions[~np.isnan(lead.sessions)])
    of = {"courses": len(there)}
    if len(there) < CELL:
        return Line("lead", too_few(len(there), CELL), unit="count", n=without_few(of))
    low = int(binom.ppf(0.025, len(there), 0.5))
    high = min(len(there) - 1, int(binom.ppf(0.975, len(there), 0.5)))
    return Line(
        "lead",
        float(np.median(there)),
        float(there[max(0, low - 1)]),
        float(there[high]),
        "count",
        of,
        "order statistics",
    )


# --- tables -----------------------------------------------------------------------------------------------------------
Cell = float | int | str | bool | None


def _curves(course: ExpectedCourse, intakes: np.ndarray) -> Table:
    """The expected course of people who begin low, in the middle and high, as long as it may be asked."""
    rows: list[tuple[Cell, ...]] = []
    for quantile in STARTS:
        intake = float(np.quantile(intakes, quantile))
        for session in range(2, course.until + 1):
            wide, narrow = course.band(intake, {}, session), course.band(intake, {}, session, 0.68)
            if wide and narrow:
                rows.append((intake, session, wide.middle, wide.low, wide.high, narrow.low, narrow.high))
    return Table("curves", ("intake", "session", "middle", "low80", "high80", "low68", "high68"), tuple(rows))


def _decision(by_session: Mapping[int, Judged]) -> Table:
    """Net benefit of acting on the chance of ending worse, at each threshold."""
    rows: list[tuple[Cell, ...]] = []
    for session, one in by_session.items():
        worse = one.worse[one.followed]
        if not len(worse):
            continue
        curves = [net_benefit(worse, one.chance[how][one.followed], THRESHOLDS) for how in METHODS]
        rows += [
            (session, model.threshold, model.model, neighbours.model, model.everyone, 0.0)
            for model, neighbours in zip(*curves, strict=True)
        ]
    return Table("decision", ("session", "threshold", "model", "neighbours", "all", "none"), tuple(rows))


def _calibration(by_session: Mapping[int, Judged]) -> Table:
    """Foretold against seen in fifths of the chance of ending worse; groups below five people are left out."""
    rows: list[tuple[Cell, ...]] = []
    for session, one in by_session.items():
        worse = one.worse[one.followed]
        for how in METHODS:
            chance = one.chance[how][one.followed]
            there = ~np.isnan(chance)
            parts = np.array_split(np.argsort(chance[there], kind="stable"), 5)
            for part in parts:
                if len(part) >= CELL:
                    seen, told = worse[there][part], chance[there][part]
                    rows.append((session, how, float(told.mean()), float(seen.mean()), len(part)))
    return Table("calibration", ("session", "method", "foretold", "seen", "courses"), tuple(rows))
