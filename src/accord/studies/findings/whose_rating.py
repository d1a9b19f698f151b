"""Finding 5: whose early rating goes further with outcome, the client's or the therapist's; and how the two are tied.

- Foretelling: r of each one's mean rating of sessions 1 to 3 (sessions that both rated) with the later outcome, given
  the intake, and the difference of the two from the same sums.
- Truth and bias (`tied`): the therapist's rating, told from the client's of the same
  session and the therapist's own of the session before, all about the client's mean rating. Tracking: how far the
  therapist's rating follows the client's. Assimilation: how far it follows their own. Bias, that therapists rate lower,
  is told as the plain mean gap: the model's own start depends on how far ratings follow the one before.
- Response surface (science.md 4): outcome by both ratings, their squares and their product.
"""

from collections.abc import Callable

import numpy as np

from accord.instruments.registry import identifiers, instrument
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
from accord.studies.findings.asked import PEOPLE, Rows, adjusting, ask, better, facts, published, told
from accord.studies.findings.tied import tied
from accord.studies.result import Line, Options, Published, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.verdict import Enough, courses_for, interval, no_clear_gap

ID = "whose_rating"
CLAIM = "client-view-matters-more"
MATTERS = (
    published("client", "alliance-outcome").value or 0.278
) / 2  # half of the whole link would matter [design]
NEEDED = courses_for(2 * MATTERS)
RATED = 3  # sessions


def run(snapshot: Snapshot, options: Options) -> Study:
    """The finding in one snapshot."""
    rows = _early(snapshot)
    given = adjusting(rows)
    known = {name: rows[name] for name in given}
    sums = gather(
        {"client": rows["by_client"], "therapist_rating": rows["own"], "final": rows["final"], **known},
        rows.therapist,
    )
    client, own, *_ = lines = [*_foretelling(sums, given)]
    ties, model = tied(snapshot, NEEDED)
    lines += [*_agreement(snapshot), *ties]
    main = next(one for one in lines if one.name == "difference")
    enough = Enough(sums.rows, NEEDED, sums.clusters)
    verdict = _verdict(main, client, own, enough)
    notes = [] if given else ["no_intake"]
    if verdict is Verdict.CANNOT_TELL:
        notes.append("no_spread")
    return Study(
        ID,
        verdict,
        "difference",
        tuple(lines),
        (
            Published("difference", None, None, None, "FLU18", CLAIM, "seen"),
            published("client", "alliance-outcome"),
            published("d", "therapists-rate-lower"),
            published("agreement", "therapists-rate-lower", 1),
        ),
        {"courses": sums.rows, "therapists": sums.clusters},
        facts(lines, main, enough, matters=MATTERS),
        (model, _surface(rows, given, options)),
        {"courses without early ratings of both, an intake or a later outcome": sums.dropped},
        notes=tuple(notes),
    )


def _verdict(main: Line, client: Line, own: Line, enough: Enough) -> Verdict:
    """Where neither rating goes with outcome there is nothing to compare."""
    verdict = no_clear_gap(main, enough, MATTERS)
    if enough.there and interval(main) is None:
        return Verdict.CANNOT_TELL
    ends = [interval(one) for one in (client, own)]
    if verdict is Verdict.AGREES and all(one is not None and one[0] <= 0 <= one[1] for one in ends):
        return Verdict.NO_ASSOCIATION
    return verdict


def _early(snapshot: Snapshot) -> Rows:
    turn = better(snapshot)
    return ask(
        snapshot,
        f"""
        WITH early AS (
          SELECT course, avg(alliance) AS by_client, avg(therapist_rating) AS own
          FROM rated WHERE number <= {RATED} AND alliance IS NOT NULL AND therapist_rating IS NOT NULL GROUP BY course
        )
        SELECT {PEOPLE}, by_client, own, {turn} * intake AS intake, {turn} * final AS final
        FROM people LEFT JOIN early USING (course)
        WHERE ended ORDER BY course
        """,
    )


def _foretelling(sums: Clustered, given: tuple[str, ...]) -> list[Line]:
    c, m, y, *known = (at - 1 for at in sums.at("client", "therapist_rating", "final", *given))
    n = {"courses": sums.rows, "therapists": sums.clusters}
    method = ("partial correlation given intake" if given else "correlation") + ", jackknife over therapists"

    def r(which: int) -> Callable[[Floats], Floats]:
        return lambda one: partial_r(covariances(one), which, y, known)

    lines = [
        told(name, jackknife(r(which), sums.sums, scale=FISHER), unit="r", n=n, method=method)
        for name, which in (("client", c), ("therapist", m))
    ]
    gap = jackknife(lambda one: r(c)(one) - r(m)(one), sums.sums)
    return [
        *lines,
        told("difference", gap, unit="r", n=n, method="difference of the two, jackknife over therapists"),
    ]


# --- how far they agree ---------------------------------------------------------------------------------------------
def _agreement(snapshot: Snapshot) -> list[Line]:
    """How far both rate alike over sessions 1 to 3, and by how much clients rate higher, in their SD."""
    rows = ask(
        snapshot,
        f"SELECT {PEOPLE}, c, m FROM people JOIN (SELECT course, avg(alliance) AS c, avg(therapist_rating) AS m "
        f"FROM rated WHERE number <= {RATED} AND alliance IS NOT NULL AND therapist_rating IS NOT NULL "
        "GROUP BY course) USING (course) ORDER BY course",
    )
    sums = gather({"c": rows["c"], "m": rows["m"]}, rows.therapist)
    n = {"courses": sums.rows, "therapists": sums.clusters}
    shift = sums.shift[1] - sums.shift[2]

    def gap(one: Floats) -> Floats:
        result: Floats = (one[..., 0, 2] - one[..., 0, 1]) / np.maximum(one[..., 0, 0], 1) - shift
        return result

    def d(one: Floats) -> Floats:
        about, count, mean = covariances(one), one[..., 0, 0], -gap(one)
        spread = (about[..., 0, 0] + about[..., 1, 1]) / (2 * np.maximum(count - 1, 1))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(spread > 0, mean / np.sqrt(spread), np.nan)

    agreement = jackknife(lambda one: partial_r(covariances(one), 0, 1), sums.sums, scale=FISHER)
    return [
        told("agreement", agreement, unit="r", n=n, method="correlation, jackknife over therapists"),
        told(
            "gap",
            jackknife(gap, sums.sums),
            unit="points",
            n=n,
            method="mean difference, jackknife over therapists",
        ),
        told(
            "d",
            jackknife(d, sums.sums),
            unit="d",
            n=n,
            method="difference of means / SD, jackknife over therapists",
        ),
    ]


# --- response surface -------------------------------------------------------------------------------------------------
SURFACE = ("a1", "a2", "a3", "a4", "a5", "stationary_x", "stationary_y", "axis_slope")


def _surface(rows: Rows, given: tuple[str, ...], options: Options) -> Table:
    """Outcome by both ratings about the middle of their scale, in units of 10 points of it."""
    middle = _middle(options.alliance)
    x, y = (rows["by_client"] - middle) / 10, (rows["own"] - middle) / 10
    columns = {"x": x, "y": y, "x2": x**2, "xy": x * y, "y2": y**2, "final": rows["final"]}
    sums = gather({**columns, **{name: rows[name] for name in given}}, rows.therapist)
    names = ("x", "y", "x2", "xy", "y2", *given)
    places = [at - 1 for at in sums.at(*names)]
    last = sums.at("final")[0] - 1

    def terms(one: Floats) -> Floats:
        about = covariances(one)
        slopes = solved(about[..., places, :][..., :, places], about[..., places, :][..., :, [last]])[
            ..., :5, 0
        ]
        b1, b2, b3, b4, b5 = np.moveaxis(slopes, -1, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            under = 4 * b3 * b5 - b4**2
            return np.stack(
                [
                    b1 + b2,
                    b3 + b4 + b5,
                    b1 - b2,
                    b3 - b4 + b5,
                    b3 - b5,
                    (b2 * b4 - 2 * b1 * b5) / under,
                    (b1 * b4 - 2 * b2 * b3) / under,
                    (b5 - b3 + np.sqrt((b3 - b5) ** 2 + b4**2)) / b4,
                ],
                axis=-1,
            )

    told_rows: list[tuple[str, float | None, float | None, float | None]] = []
    for place, name in enumerate(SURFACE):
        found = (
            jackknife(lambda one, at=place: terms(one)[..., at], sums.sums) if sums.rows >= NEEDED else None
        )
        told_rows.append((name, found.value, found.low, found.high) if found else (name, None, None, None))
    return Table("surface", ("term", "value", "low", "high"), tuple(told_rows))


def _middle(name: str) -> float:
    """The middle of the scale; 50 for an instrument that this version does not know."""
    if name in identifiers():
        for scale in instrument(name).scales:
            if scale.id == "TOTAL":
                return (scale.low + scale.high) / 2
    return 50.0
