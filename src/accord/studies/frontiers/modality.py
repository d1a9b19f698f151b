"""The alliance in the room, by video, by phone and in writing: between clients, and within a client who switched.

One mixed model of ratings in courses in therapists, with each kind split into the course's share of it (between) and
the session's distance from that share (within), and ln(session). In SDs of a single rating. Beside it, how many
check-ins were given by kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from accord.basics.absence import NotScored, TooFew
from accord.course.session import SessionKind
from accord.statistics.clustered import Regression, regress
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.statistics.mixed.robust import Robust, robust
from accord.studies.findings.asked import published
from accord.studies.frontiers.groups import rounded
from accord.studies.numbers import number
from accord.studies.result import CELL, Line, Options, Published, Study, Table, Verdict, told_number, too_few
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare
from accord.studies.verdict import Enough, against, interval

ID = "modality"
MAIN = "video"
ROOM = SessionKind.IN_PERSON.value
OTHERS = tuple(kind.value for kind in SessionKind if kind.value != ROOM)
CLIENTS = 30  # with ratings of a kind; fewer say too little about it [design]
SWITCHED = 20  # with ratings of both; fewer say too little about a switch [design]
CLAIM = "alliance-by-video"


@dataclass(frozen=True)
class Kind:
    """How many ratings and clients there are of a kind, and how many of the clients also came to the room."""

    ratings: int
    clients: int
    switched: int


def run(snapshot: Snapshot, options: Options) -> Study:
    """The study of one snapshot."""
    prepare(snapshot, options)
    kinds = _kinds(snapshot)
    used = tuple(one for one in OTHERS if _enough(kinds, one))
    rows = _rows(snapshot, used)
    therapists = len(set(rows["therapist"].to_pylist()))
    people = rounded(len(set(rows["course"].to_pylist())))
    n = {"ratings": len(rows), "clients": people, "therapists": therapists}
    found = _fitted(rows, used)
    lines = [*_lines(kinds, used, found), *_completion(snapshot, kinds)]
    study = published(MAIN, CLAIM)
    video = kinds.get(MAIN, Kind(0, 0, 0))
    main = next(line for line in lines if line.name == MAIN)
    few = min(video.clients, kinds.get(ROOM, Kind(0, 0, 0)).clients)
    verdict = _verdict(main, Enough(few, CLIENTS, therapists), study)
    return Study(
        id=ID,
        verdict=verdict,
        main=MAIN,
        lines=tuple(lines),
        published=(study,),
        n=n,
        facts={
            "clients": n["clients"],
            "video": _said(video.clients),
            "switched": _said(video.switched),
            "needed": CLIENTS,
            "value": _number(main),
            "low": "" if main.low is None else number(main.low, main.unit),
            "high": "" if main.high is None else number(main.high, main.unit),
            "within": _number(next(line for line in lines if line.name == f"{MAIN}_within")),
        },
        tables=(Table("kinds", ("kind", "ratings", "clients", "switched"), tuple(_table(kinds))),),
        kept_back={"kinds of session": small}
        if (small := sum(one.clients < CELL for one in kinds.values()))
        else {},
        notes=tuple(_notes(found, lines)),
    )


def _verdict(main: Line, enough: Enough, study: Published) -> Verdict:
    """As everywhere; but the review's own interval holds 0, and a later one found none (TELE23): to see none fits."""
    assert study.value is not None
    told, ends = against(main, enough, study.value, study.low, study.high), interval(main)
    if told is Verdict.DIFFERS and ends and ends[0] <= 0 <= ends[1]:
        return Verdict.NO_ASSOCIATION
    return told


def _kinds(snapshot: Snapshot) -> dict[str, Kind]:
    rows = snapshot.query(
        f"""
        WITH rating AS (SELECT client, kind FROM rated WHERE alliance IS NOT NULL),
             room AS (SELECT DISTINCT client FROM rating WHERE kind = '{ROOM}')
        SELECT kind, count(*) AS ratings, count(DISTINCT client) AS clients,
               count(DISTINCT client) FILTER (client IN (SELECT client FROM room)) AS switched
        FROM rating GROUP BY kind ORDER BY kind
        """
    ).to_pylist()
    return {row["kind"]: Kind(row["ratings"], row["clients"], row["switched"]) for row in rows}


def _enough(kinds: dict[str, Kind], one: str) -> bool:
    room = kinds.get(ROOM)
    return room is not None and room.clients >= CLIENTS and one in kinds and kinds[one].clients >= CLIENTS


def _rows(snapshot: Snapshot, used: tuple[str, ...]) -> pa.Table:
    """Ratings of kinds with enough clients; each kind's share of the course's ratings, and the distance from it."""
    shares = ", ".join(f"avg((kind = '{one}')::INT) OVER whole AS share_{one}" for one in used)
    apart = ", ".join(
        f"(kind = '{one}')::INT - avg((kind = '{one}')::INT) OVER whole AS own_{one}" for one in used
    )
    kept = ", ".join(f"'{one}'" for one in (ROOM, *used))
    return snapshot.query(
        f"""
        SELECT rated.course, coalesce(people.therapist, rated.course) AS therapist, alliance, ln(number) AS log_session
               {"".join(f", {one}" for one in (shares, apart) if one)}
        FROM rated JOIN people USING (course)
        WHERE alliance IS NOT NULL AND kind IN ({kept})
        WINDOW whole AS (PARTITION BY rated.course)
        ORDER BY rated.course, number
        """
    )


def _fitted(rows: pa.Table, used: tuple[str, ...]) -> Fit | NotFitted:
    if not used:
        return NotFitted(f"no kind of session beside the room has {CLIENTS} clients with a rating.")
    columns = (*(f"share_{one}" for one in used), *(f"own_{one}" for one in used))
    varying = tuple(one for one in columns if np.ptp(rows[one].to_numpy()) > 0)
    return fit(Model("alliance", ("log_session", *varying), (Random("course"), Random("therapist"))), rows)


def _lines(kinds: dict[str, Kind], used: tuple[str, ...], found: Fit | NotFitted) -> Iterator[Line]:
    """Between and within for each kind, in SDs of one rating."""
    for one in OTHERS:
        kind = kinds.get(one, Kind(0, 0, 0))
        if not kind.clients and one != MAIN:
            continue
        yield _line(
            one, f"share_{one}", found, one in used, kind.clients, CLIENTS, {"clients": rounded(kind.clients)}
        )
        enough = one in used and kind.switched >= SWITCHED
        yield _line(
            f"{one}_within",
            f"own_{one}",
            found,
            enough,
            kind.switched,
            SWITCHED,
            {"switched": rounded(kind.switched)},
        )


def _line(
    name: str, column: str, found: Fit | NotFitted, enough: bool, count: int, needed: int, n: dict[str, int]
) -> Line:
    if not enough:
        return Line(name, too_few(rounded(count) if count >= CELL else count, needed), unit="d")
    if isinstance(found, NotFitted):
        return Line(name, NotScored(found.reason.rstrip(".")), unit="d", n=n)
    if column not in found.model.fixed:
        return Line(name, NotScored("nobody switched"), unit="d", n=n)
    effect, sd = _effects(found)[column], _sd(found)
    assert effect.low is not None and effect.high is not None
    return Line(name, effect.value / sd, effect.low / sd, effect.high / sd, "d", n, effect.method)


def _effects(found: Fit) -> dict[str, Estimate]:
    """Fixed effects with intervals over therapists, which hold also where a dip makes ratings scatter unevenly.

    Without those (too few therapists) with the model's own.
    """
    told = robust(found)
    if isinstance(told, Robust):
        return {
            name: replace(one, method="mixed model, CR2 over therapists") for name, one in told.fixed.items()
        }
    return {
        one.name: Estimate(
            one.estimate, one.se, one.low, one.high, df=one.df, method="mixed model, Satterthwaite t"
        )
        for one in found.fixed
    }


def _sd(found: Fit) -> float:
    """SD of a single rating, kinds apart."""
    return float(np.sqrt(found.residual_sd**2 + sum(float(one.covariance[0, 0]) for one in found.random)))


def _completion(snapshot: Snapshot, kinds: dict[str, Kind]) -> Iterator[Line]:
    """How many of the sessions held by each kind have a check-in, and the distance to the room."""
    table = snapshot.query(
        "SELECT client, coalesce(therapist, course) AS therapist, kind, (alliance IS NOT NULL)::DOUBLE AS given "
        "FROM rated ORDER BY course, number"
    )
    client, kind = np.asarray(table["client"].to_pylist(), str), np.asarray(table["kind"].to_pylist(), str)
    people = {one: len(np.unique(client[kind == one])) for one in (ROOM, *OTHERS)}
    names = [one for one in (ROOM, *OTHERS) if people[one] >= CLIENTS]
    if len(names) < 2:
        return
    chosen = np.isin(kind, names)
    design = (kind[chosen, None] == np.array(names)[None, :]).astype(np.float64)
    fitted = regress(
        design, table["given"].to_numpy()[chosen], np.asarray(table["therapist"].to_pylist(), str)[chosen]
    )
    if not isinstance(fitted, Regression):
        return
    for place, one in enumerate(names):
        own = np.eye(len(names))[place]
        n = {"clients": rounded(people[one])}
        share = fitted.contrast(own)
        yield Line("completion", share.value, share.low, share.high, "share", n, share.method, one)
        if one != ROOM:
            gap = fitted.contrast(own - np.eye(len(names))[names.index(ROOM)])
            yield Line("completion_gap", gap.value, gap.low, gap.high, "share", n, gap.method, one)


def _table(kinds: dict[str, Kind]) -> Iterator[tuple[float | int | str | bool | None, ...]]:
    """Numbers of people in fives, so that who switched cannot be had by taking one from the other."""
    for name, one in kinds.items():
        told = one.clients >= CELL
        switched = rounded(one.switched) if told and one.switched >= CELL else None
        yield name, one.ratings if told else None, rounded(one.clients) if told else None, switched


def _number(line: Line) -> str:
    return number(line.value, line.unit) if isinstance(line.value, float | int) else "not known"


def _said(people: int) -> int | str:
    return rounded(people) if people >= CELL else told_number(people)


def _notes(found: Fit | NotFitted, lines: list[Line]) -> Iterator[str]:
    within = next(line for line in lines if line.name == f"{MAIN}_within")
    between = next(line for line in lines if line.name == MAIN)
    if isinstance(within.value, TooFew):
        yield "few_switched"
    ends, others = interval(within), interval(between)
    if ends and others and (ends[0] > others[1] or ends[1] < others[0]):
        yield "levels_differ"
    if isinstance(found, NotFitted):
        yield "not_fitted"
