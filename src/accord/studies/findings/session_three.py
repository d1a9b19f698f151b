"""Finding 3: how far the first ratings can be leaned on, and what they foretell.

Two questions that are often taken for one. Dependability: how well the mean of the first ratings tells clients apart
(`dependable`). Foretelling: how far the mean of the first one, two, three and four ratings goes with the later outcome,
given the intake; and how much of it a rule tells in clients of therapists that it has never seen: learnt from all
therapists but one, with the rating and without, judged on that one (exact from the sums, no row read again).
"""

import numpy as np

from accord.basics.absence import TooFew
from accord.statistics.estimate import Estimate
from accord.statistics.jackknife import (
    FISHER,
    Clustered,
    Floats,
    covariances,
    gather,
    jackknife,
    partial_r,
    solved,
)
from accord.studies.findings.asked import Rows, adjusting, courses, facts, published, told
from accord.studies.findings.dependable import (
    SESSIONS,
    Ratings,
    apart_dependability,
    components,
    dependability,
    ratings,
)
from accord.studies.result import Line, Options, Published, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.verdict import Enough, interval, reaches

ID = "session_three"
CLAIM = "dependability-of-one-rating"
FORETOLD = published("foretold_3", "alliance-adjusted")
FIRST = (1, 2, 3, 4)
CURVE = 12  # ratings, the end of the curve in the table
ENOUGH = published("three", CLAIM, 1).value or 0.80
NEEDED = (
    100  # clients: half an interval is then about .05 at a dependability of .80 [design, docs/findings.md]
)


def run(snapshot: Snapshot, options: Options) -> Study:
    """The finding in one snapshot; dependability from all courses, foretelling from those that ended."""
    rows = courses(snapshot, [f"a{n}" for n in range(1, SESSIONS + 1)])
    by_session = np.column_stack([rows[f"a{n}"] for n in range(1, SESSIONS + 1)])
    known = ratings(by_session, rows.therapist)
    given = adjusting(rows)
    foretold, foretelling = _foretold(rows, by_session, given)
    lines = [*_dependable(known), _apart(known), *_parts(known), *foretold]
    main = next(one for one in lines if one.name == "three")
    enough = Enough(known.clients, NEEDED, len(known.keys))
    verdict = reaches(main, enough, ENOUGH)
    notes = [] if given else ["no_intake"]
    if enough.there and not isinstance(main.value, float):
        verdict = Verdict.CANNOT_TELL
        notes.append("no_spread")
    elif verdict is Verdict.CANNOT_TELL:
        notes.append("at_edge")
    elif verdict is Verdict.AGREES and _nothing(next(one for one in lines if one.name == "foretold_3")):
        verdict = Verdict.NO_ASSOCIATION
    low, high = (published("three", CLAIM, place).value for place in (1, 2))
    return Study(
        ID,
        verdict,
        "three",
        tuple(lines),
        (
            published("one", CLAIM, 0),
            Published("three", None, low, high, "CC11", CLAIM, "seen"),
            published("four", CLAIM, 2),
            FORETOLD,
        ),
        {"clients": known.clients, "ratings": known.ratings, "therapists": len(known.keys)},
        facts(lines, main, enough, ratings=known.ratings),
        (_curve(known), foretelling),
        notes=tuple(notes),
    )


def _nothing(line: Line) -> bool:
    """Whether what ratings foretell is seen to be none: the interval holds 0 and ends before half of studies' value."""
    ends = interval(line)
    return ends is not None and ends[0] <= 0 <= ends[1] < (FORETOLD.value or 0.23) / 2


# --- dependability ----------------------------------------------------------------------------------------------------
def _n(known: Ratings) -> dict[str, int]:
    return {"clients": known.clients, "ratings": known.ratings, "therapists": len(known.keys)}


def _estimate(known: Ratings, k: int) -> Estimate | TooFew | None:
    if known.ratings <= known.clients:
        return TooFew(known.ratings, known.clients + 1)
    return jackknife(lambda sums: dependability(sums, k), known.sums, scale=FISHER)


def _dependable(known: Ratings) -> list[Line]:
    return [
        told(name, _estimate(known, k), unit="dependability", n=_n(known))
        for k, name in enumerate(("one", "two", "three", "four"), start=1)
    ]


def _apart(known: Ratings) -> Line:
    clients = round(float(known.apart[:, 3].sum())) if len(known.apart) else 0
    n = {"clients": clients, "therapists": len(known.keys)}
    found = jackknife(apart_dependability, known.apart, scale=FISHER) if clients else TooFew(0, NEEDED)
    return told(
        "three_apart", found, unit="dependability", n=n, method="from ratings three sessions apart or more"
    )


def _parts(known: Ratings) -> list[Line]:
    """Each component as a share of the variance of one rating."""
    lines = []
    for place, name in enumerate(("part_therapist", "part_client", "part_session")):

        def share(sums: Floats, place: int = place) -> Floats:
            found = components(sums)
            with np.errstate(invalid="ignore", divide="ignore"):
                result: Floats = found[place] / (found[0] + found[1] + found[2])
            return result

        found = jackknife(share, known.sums, scale=FISHER) if known.ratings > known.clients else None
        lines.append(
            _shown_from_zero(
                told(name, found, unit="share", n=_n(known), method="nested analysis of variance")
            )
        )
    return lines


def _shown_from_zero(line: Line) -> Line:
    """A share that came out below 0, as chance has it near 0, is shown as 0."""
    if not isinstance(line.value, float):
        return line
    low, high = (None if end is None else max(end, 0.0) for end in (line.low, line.high))
    return Line(line.name, max(line.value, 0.0), low, high, line.unit, line.n, line.method)


def _curve(known: Ratings) -> Table:
    rows: list[tuple[int, float | None, float | None, float | None]] = []
    for k in range(1, CURVE + 1):
        found = _estimate(known, k)
        rows.append(
            (k, found.value, found.low, found.high) if isinstance(found, Estimate) else (k, None, None, None)
        )
    return Table("curve", ("ratings", "dependability", "low", "high"), tuple(rows))


# --- foretelling ------------------------------------------------------------------------------------------------------
def _foretold(rows: Rows, by_session: Floats, given: tuple[str, ...]) -> tuple[list[Line], Table]:
    """One line per number of ratings, for clients who gave all four, so that the lines can be compared."""
    whole = np.isfinite(by_session[:, : max(FIRST)]).all(1)
    columns = {f"m{k}": np.where(whole, by_session[:, :k].mean(1), np.nan) for k in FIRST}
    outcome = {"final": rows["final"], **{name: rows[name] for name in given}}
    sums = gather({**columns, **outcome}, rows.therapist)
    lines = [_one_foretold(sums, k, given) for k in FIRST]
    unseen = [_unseen(sums, k, given) for k in FIRST]
    single = gather({"alliance": by_session[:, 2], "final": rows["final"]}, rows.therapist)
    x, y = (at - 1 for at in single.at("alliance", "final"))
    found = jackknife(lambda one: partial_r(covariances(one), x, y), single.sums, scale=FISHER)
    n = {"courses": single.rows, "therapists": single.clusters}
    alone = told("r_session_3", found, unit="r", n=n, method="correlation, jackknife over therapists")
    table = Table(
        "foretelling",
        ("ratings", "r", "low", "high", "share_unseen", "courses"),
        tuple(
            (k, *_cells(line), _cells(share)[0], sums.rows)
            for k, line, share in zip(FIRST, lines, unseen, strict=True)
        ),
    )
    return [*lines, unseen[2], alone], table


def _cells(line: Line) -> tuple[float | None, float | None, float | None]:
    return (line.value, line.low, line.high) if isinstance(line.value, float) else (None, None, None)


def _one_foretold(sums: Clustered, k: int, given: tuple[str, ...]) -> Line:
    n = {"courses": sums.rows, "therapists": sums.clusters}
    x, y, *known = (at - 1 for at in sums.at(f"m{k}", "final", *given))
    found = jackknife(lambda one: partial_r(covariances(one), x, y, known), sums.sums, scale=FISHER)
    method = "partial correlation given intake" if given else "correlation"
    return told(f"foretold_{k}", found, unit="r", n=n, method=f"{method}, jackknife over therapists")


def _unseen(sums: Clustered, k: int, given: tuple[str, ...]) -> Line:
    """Of what the intake leaves open in clients of a therapist left out, the share that the rating tells besides.

    Without an interval: where a rating tells nothing the share is skewed about 0, and one by leaving out therapists
    held 0 in 3 of 4 simulated services only. How sure the link is, is told by its r.
    """
    n = {"courses": sums.rows, "therapists": sums.clusters}
    method = "rule learnt from all other therapists"
    if sums.clusters < 3:
        return told(f"unseen_{k}", TooFew(sums.clusters, 3), unit="share", n=n, method=method)
    left = _held_out(sums, k, given)
    by_intake, by_both = left.sum(0)
    found = Estimate(float(1 - by_both / by_intake)) if by_intake > 0 else None
    return told(f"unseen_{k}", found, unit="share", n=n, method=method)


def _held_out(sums: Clustered, k: int, given: tuple[str, ...]) -> Floats:
    """Squared errors per therapist (J x 2), told from all others: from the intake alone, and with the rating."""
    base = sums.at("1", *given)
    y = sums.at("final")[0]
    without = sums.sums.sum(0) - sums.sums
    errors = np.empty((sums.clusters, 2))
    for place, known in enumerate((base, [*base, *sums.at(f"m{k}")])):
        weights = np.zeros((sums.clusters, sums.sums.shape[-1]))
        weights[:, y] = 1.0
        weights[:, known] = -solved(without[:, known][:, :, known], without[:, known, y][..., None])[..., 0]
        errors[:, place] = np.einsum("ja,jab,jb->j", weights, sums.sums, weights)
    return errors
