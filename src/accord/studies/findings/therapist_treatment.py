"""Finding 2: how much of outcome lies between therapists, and how much between kinds of treatment, in one model.

Outcome by intake, language and traits (case mix) and by kind of treatment, with a random intercept per therapist
(REML). Therapists are random since they stand for others like them; kinds are fixed, since a service has two to six
of them, chosen and not drawn, from which no variance can be estimated; what chance alone would give is taken off
(`variance_share.fixed_variance`), so that both shares are of the same kind. Therapists with few clients stay in: they
say something about how far therapists differ, though nothing about themselves.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accord.basics.absence import Absence, NotAsked, NotScored, TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.findings.asked import PEOPLE, Rows, Words, adjusting, better, facts, published, told
from accord.studies.result import CELL, THERAPIST_CLIENTS, Line, Options, Published, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.variance_share import difference, exact_ratio, fixed_variance
from accord.studies.verdict import Enough, against

ID = "therapist_treatment"
CLAIM = "therapist-effects"
THERAPISTS, SETTINGS, TREATMENT = (
    published("therapist", CLAIM, per=100),
    tuple(published("therapist", CLAIM, place, per=100).value or 0.0 for place in (2, 1)),
    published("treatment", "treatment-differences", 1, per=100),
)
GAP = (THERAPISTS.value or 0.05) - (TREATMENT.value or 0.01)
NEEDED = 300  # courses; beyond that the interval decides (docs/findings.md) [design]
THERAPISTS_NEEDED = 30  # [design]
GROUP = 30  # clients of a language or of a group of a trait, to be adjusted for [design]
MOST_GROUPS = 20  # columns of case mix
ASKED = 0.5  # of clients; a treatment or trait noted for fewer is not used [design]


Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cases:
    """One row per course that ended with an outcome: the model's table, its columns of case mix, and kinds."""

    table: pa.Table
    mix: tuple[str, ...]
    kinds: tuple[str, ...]  # of treatment; the first is what the others are compared with
    counts: tuple[int, ...]
    small: int  # kinds of fewer than `CELL` clients, or given by fewer therapists, put together
    dropped: dict[str, int]
    several: int  # courses with more than one therapist


def run(snapshot: Snapshot, options: Options) -> Study:
    """The finding in one snapshot."""
    cases = _cases(snapshot)
    n = _counts(cases)
    fitted = _fitted(cases)
    therapist, treatment, gap = _shares(fitted, cases)
    lines = [
        told("therapist", therapist, unit="share", n=n, method="REML; exact interval (Wald)"),
        told("treatment", treatment, unit="share", n=n, method="fixed kinds less chance; noncentral F"),
        told("difference", gap, unit="share", n=n, method="from the intervals of both (MOVER)"),
    ]
    enough = Enough(n["courses"], NEEDED, n["therapists"], THERAPISTS_NEEDED)
    verdict, notes = _verdict(lines, cases, enough)
    return Study(
        ID,
        verdict,
        "therapist",
        tuple(lines),
        (
            replace(THERAPISTS, low=SETTINGS[0], high=SETTINGS[1]),
            TREATMENT,
            Published("difference", GAP, None, None, THERAPISTS.source, "therapist-over-treatment", "calc"),
        ),
        n,
        facts(lines, lines[0], enough, kinds=len(cases.kinds), several=cases.several),
        (_kinds(fitted, cases),),
        cases.dropped,
        {"kinds of treatment": cases.small} if cases.small else {},
        notes,
    )


def _verdict(lines: list[Line], cases: Cases, enough: Enough) -> tuple[Verdict, tuple[str, ...]]:
    """The difference decides: the finding sets one share beside the other."""
    notes = [] if "intake" in cases.mix else ["no_intake"]
    if cases.several > 0.05 * max(enough.n, 1):
        notes.append("several_therapists")
    if len(cases.kinds) < 2:
        notes.append("no_treatments")
    if not enough.there:
        return Verdict.TOO_FEW, tuple(notes)
    if len(cases.kinds) < 2 or not isinstance(lines[0].value, float):
        return Verdict.CANNOT_TELL, tuple(notes)
    ends = SETTINGS[0] - (TREATMENT.value or 0.01), SETTINGS[1]
    return against(lines[2], enough, GAP, *ends, narrow=1.0), tuple(notes)


# --- the model --------------------------------------------------------------------------------------------------------
def _fitted(cases: Cases) -> Fit | Absence:
    if cases.table.num_rows < CELL:
        return TooFew(cases.table.num_rows, CELL)
    kinds = tuple(f"kind {place}" for place in range(1, len(cases.kinds)))
    found = fit(Model("outcome", (*cases.mix, *kinds), (Random("therapist"),)), cases.table)
    return NotScored(found.reason) if isinstance(found, NotFitted) else found


def _shares(
    fitted: Fit | Absence, cases: Cases
) -> tuple[Estimate | Absence, Estimate | Absence, Estimate | Absence]:
    """Shares of therapist and treatment, and therapist less treatment."""
    if not isinstance(fitted, Fit):
        return fitted, fitted, fitted
    residual = fitted.residual_sd**2
    between = fitted.component("therapist").sd[0] ** 2
    kinds = _kind_variance(fitted, cases)
    apart = kinds.value if isinstance(kinds, Estimate) else 0.0
    whole = residual + between + apart
    ends = exact_ratio(fitted.sums)
    value = between / whole
    if ends is None:
        therapist = Estimate(value)
    else:
        low, high = (one * residual / (residual * (1 + one) + apart) for one in ends)
        therapist = Estimate(value, None, min(low, value), max(high, value))
    if not isinstance(kinds, Estimate):
        return therapist, kinds, kinds
    rest = residual + between

    def share(variance: float | None) -> float:
        return (variance or 0.0) / (rest + (variance or 0.0))

    treatment = Estimate(share(kinds.value), None, share(kinds.low), share(kinds.high))
    return therapist, treatment, difference(therapist, treatment)


def _kind_variance(fitted: Fit, cases: Cases) -> Estimate | Absence:
    names = [one.name for one in fitted.fixed]
    places = [names.index(f"kind {k}") for k in range(1, len(cases.kinds)) if f"kind {k}" in names]
    if not places:
        return NotAsked()
    effects = np.array([fitted.fixed[place].estimate for place in places])
    df = float(np.median([fitted.fixed[place].df for place in places]))
    counts = np.array([cases.counts[int(names[place].split()[1])] for place in places], np.float64)
    covariance = fitted.covariance[np.ix_(places, places)]
    return fixed_variance(effects, covariance, counts / sum(cases.counts), df)


# --- who is in it -----------------------------------------------------------------------------------------------------
def _cases(snapshot: Snapshot) -> Cases:
    turn = better(snapshot)
    table = snapshot.query(
        f"SELECT {PEOPLE}, client, {turn} * final AS final, {turn} * intake AS intake, language, treatment, therapists "
        "FROM people WHERE ended AND isfinite(final) ORDER BY course"
    )
    columns = {
        "therapist": table["therapist"],
        "outcome": table["final"].cast(pa.float64()),
    }
    mix: list[str] = []
    keep = np.ones(table.num_rows, bool)
    intake = table["intake"].cast(pa.float64()).to_numpy()
    dropped: dict[str, int] = {}
    if adjusting(Rows(intake, {"final": table["final"].to_numpy(), "intake": intake})):
        columns["intake"] = table["intake"].cast(pa.float64())
        keep &= np.isfinite(intake)
        mix += ["intake"] if keep.any() and np.ptp(intake[keep]) > 0 else []
        dropped["courses without an intake"] = int((~np.isfinite(intake)).sum())
    treatment = np.array(table["treatment"].to_pylist(), object)
    noted = np.array([one is not None for one in treatment])
    if noted.size and noted.mean() >= ASKED:
        dropped["courses whose kind of treatment was not noted"] = int((keep & ~noted).sum())
        keep &= noted
    else:
        treatment = np.full(len(treatment), "", object)
    people, therapists = (np.array(table[one].to_pylist(), str) for one in ("client", "therapist"))
    kinds, counts, which, small = _grouped(treatment, keep, people, therapists)
    for place in range(1, len(kinds)):
        columns[f"kind {place}"] = pa.array((which == place).astype(np.float64))
    for values in _groups(snapshot, table):
        for value in _large(values, keep):
            if len(mix) <= MOST_GROUPS:
                columns[f"mix {len(mix)}"] = pa.array((values == value).astype(np.float64))
                mix.append(f"mix {len(mix)}")
    several = int((table["therapists"].to_numpy()[keep] > 1).sum()) if table.num_rows else 0
    return Cases(pa.table(columns).filter(pa.array(keep)), tuple(mix), kinds, counts, small, dropped, several)


def _grouped(
    treatment: Words, keep: Flags, people: Words, therapists: Words
) -> tuple[tuple[str, ...], tuple[int, ...], Places, int]:
    """Kinds by how common they are, courses in each, the kind of each row, and small kinds that were put together.

    A kind that fewer than `CELL` therapists give would tell of them, whatever number of clients they have.
    """
    treatment = treatment.astype(str)
    names, counts = np.unique(treatment[keep], return_counts=True)
    order = np.argsort(-counts, kind="stable")

    def enough(place: int | np.int64) -> bool:
        inside = keep & (treatment == names[place])
        return min(len(set(people[inside])), len(set(therapists[inside]))) >= CELL

    large = [str(names[one]) for one in order if enough(one)]
    if len(names) == 1:
        large = [str(names[0])]
    small = [str(one) for one in names if str(one) not in large]
    which = np.array([large.index(one) if one in large else len(large) for one in treatment], np.int64)
    others = keep & (which == len(large))
    told = large
    if small and large and min(len(set(people[others])), len(set(therapists[others]))) < CELL:
        which[which == len(large)] = 0  # even together they are few: with the most common, and counted there
    elif small:
        told = [*large, "others"]
    sizes = tuple(int((which[keep] == place).sum()) for place in range(len(told)))
    return tuple(told), sizes, which, len(small)


def _groups(snapshot: Snapshot, table: pa.Table) -> list[Words]:
    """Language and each trait that is known of most, as one word per course."""
    found = [_words(table["language"].to_pylist())]
    traits = snapshot.query("SELECT trait, client, value FROM traits ORDER BY trait, client").to_pylist()
    clients = [str(one) for one in table["client"].to_pylist()]
    by_trait: dict[str, dict[str, str]] = {}
    for row in traits:
        by_trait.setdefault(row["trait"], {})[row["client"]] = row["value"]
    for known in by_trait.values():
        values = _words([known.get(client) for client in clients])
        if len(values) and (values != "").mean() >= ASKED:
            found.append(values)
    return found


def _words(values: list[str | None]) -> Words:
    return np.array([one or "" for one in values], dtype=object)


def _large(values: Words, keep: Flags) -> list[str]:
    """Groups with enough clients, but for the most common one, which the others are compared with."""
    names, counts = np.unique(values[keep].astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")[1:]
    return [str(names[one]) for one in order if counts[one] >= GROUP]


# --- telling it -------------------------------------------------------------------------------------------------------
def _counts(cases: Cases) -> dict[str, int]:
    therapists, clients = np.unique(np.array(cases.table["therapist"].to_pylist(), str), return_counts=True)
    return {
        "courses": cases.table.num_rows,
        "therapists": len(therapists),
        f"therapists with {THERAPIST_CLIENTS} or more": int((clients >= THERAPIST_CLIENTS).sum()),
        "kinds of treatment": len(cases.kinds) if len(cases.kinds) > 1 else 0,
    }


def _kinds(fitted: Fit | Absence, cases: Cases) -> Table:
    """Adjusted difference of each kind from the most common one, in points of outcome; not an order."""
    rows: list[tuple[str, int, float | None, float | None, float | None]] = []
    known = {one.name: one for one in fitted.fixed} if isinstance(fitted, Fit) else {}
    for place, name in enumerate(cases.kinds if len(cases.kinds) > 1 else ()):
        one = known.get(f"kind {place}")
        ends = (one.estimate, one.low, one.high) if one else (0.0 if place == 0 else None, None, None)
        rows.append((name, cases.counts[place], *ends))
    return Table("kinds", ("treatment", "courses", "points", "low", "high"), tuple(rows))
