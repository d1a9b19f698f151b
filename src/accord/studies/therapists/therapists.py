"""How far therapists differ in what comes of it, case mix allowed for, and how little is known of any one of them.

Estimates are pulled towards the average, each with its interval and its reliability ``n ICC / (1 + (n - 1) ICC)``
(science.md 7). Therapists with fewer than 30 people stay in the model and out of the table (science.md 9.6). The table
is in order of the estimate, for a picture; no place in it has a number.
"""

from collections import Counter
from collections.abc import Iterator

from accord.basics.absence import Absence, NotScored, TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.result import THERAPIST_CLIENTS, Line, Options, Published, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare
from accord.studies.therapists.alliance import Baldwin, baldwin
from accord.studies.therapists.case_mix import CaseMix, case_mix
from accord.studies.therapists.shrunken import Shrunken, shrunken
from accord.studies.verdict import Enough, against

ID = "therapists"
THERAPISTS, COURSES = (
    10,
    200,
)  # fewer: the share of variance has an interval wider than the literature [design]
RELIABLE = 0.80
NEEDED = {"needed_therapists": THERAPISTS, "needed_courses": COURSES}
TABLE, FEW = "therapists", "too_few"
KNOWN = (0.05, 0.002, 0.29)  # mean over studies, and the lowest and highest of them (JOH19)
PUBLISHED = (Published("share", *KNOWN, "JOH19", "therapist-effects"),)


def run(snapshot: Snapshot, options: Options) -> Study:
    """The study of one snapshot."""
    prepare(snapshot, options)
    better = int(snapshot.query("select better from reliable_change").to_pylist()[0]["better"])
    mix = case_mix(snapshot, better)
    counts = _counts(mix)
    n = {"courses": mix.rows.num_rows, "therapists": len(counts)}
    if n["therapists"] < THERAPISTS:
        return _too_few(n, mix, TooFew(n["therapists"], THERAPISTS))
    if n["courses"] < COURSES:
        return _too_few(n, mix, TooFew(n["courses"], COURSES))
    found = fit(Model("outcome", mix.columns, (Random("therapist"),)), mix.rows)
    if isinstance(found, NotFitted):
        return _too_few(n, mix, NotScored(found.reason))
    groups = shrunken(found)
    told = baldwin(mix)
    shown = _shown(groups)
    share, enough = groups.share, Enough(n["courses"], COURSES, n["therapists"], THERAPISTS)
    lines = tuple(_lines(share, n, told))
    few = sum(one < THERAPIST_CLIENTS for one in counts.values())
    zero = bool(found.component("therapist").at_zero)
    notes = [
        *(["zero"] if zero else []),
        *(["no_intake"] if "intake" not in mix.columns else []),
        *(["shared"] if mix.shared else []),
        *(["few_people"] if few else []),
        *(["no_alliance"] if isinstance(told, NotFitted) else []),
    ]
    return Study(
        id=ID,
        verdict=_verdict(lines[0], enough),
        main="share",
        lines=lines,
        published=PUBLISHED,
        n=n,
        facts={
            **NEEDED,
            **n,
            "share": percent(share.value),
            "low": percent(share.low or 0),
            "high": percent(share.high or 0),
            "crossing": sum(one[2] <= 0 <= one[3] for one in shown),
            "shown": len(shown),
            "shared": mix.shared,
            "few": few,
        },
        tables=(
            Table(
                TABLE, ("therapist", "estimate", "low", "high", "clients", "reliability"), _rows(shown, share)
            ),
            Table(
                FEW,
                ("therapist", "clients"),
                tuple(sorted((k, c) for k, c in counts.items() if c < THERAPIST_CLIENTS)),
            ),
            Table("adjusted_for", ("column", "effect", "low", "high"), _adjusted(found)),
        ),
        dropped=mix.dropped,
        notes=tuple(notes),
    )


def reliability(clients: int, icc: float) -> float:
    """How far an estimate of so many people can be leaned on, 0 to 1."""
    return float(clients * icc / (1 + (clients - 1) * icc))


def clients_needed(icc: float, reliable: float = RELIABLE) -> int | None:
    """People needed for a reliability of `reliable`; None where therapists do not differ."""
    if icc <= 0:
        return None
    needed = reliable * (1 - icc) / (icc * (1 - reliable))
    return int(-(-round(needed, 6) // 1))


def percent(share: float) -> float:
    """A share as a percentage with one decimal."""
    return round(100 * float(share), 1)


def _counts(mix: CaseMix) -> dict[str, int]:
    return dict(Counter(str(one) for one in mix.rows.column("therapist").to_pylist()))


Row = tuple[str, float, float, float, int]


def _shown(groups: Shrunken) -> list[Row]:
    rows = zip(groups.keys, groups.estimate, groups.low, groups.high, groups.rows, strict=True)
    return sorted((one for one in rows if one[4] >= THERAPIST_CLIENTS), key=lambda one: (one[1], one[0]))


def _rows(shown: list[Row], share: Estimate) -> tuple[tuple[float | int | str | bool | None, ...], ...]:
    return tuple((*one, reliability(one[4], share.value)) for one in shown)


def _adjusted(found: Fit) -> tuple[tuple[float | int | str | bool | None, ...], ...]:
    return tuple(
        (one.name, float(one.estimate), float(one.low), float(one.high))
        for one in found.fixed
        if one.name != "1"
    )


def _verdict(share: Line, enough: Enough) -> Verdict:
    """As everywhere; but a share cannot lie below 0, so an interval that begins there and meets the range of studies
    contradicts nobody.
    """
    found = against(share, enough, *KNOWN)
    meets = share.low == 0 and (share.high or 0.0) >= KNOWN[1]
    return Verdict.TOO_FEW if found is Verdict.DIFFERS and meets else found


def _lines(share: Estimate, n: dict[str, int], told: Baldwin | NotFitted) -> Iterator[Line]:
    yield Line("share", share.value, share.low, share.high, "share", n, share.method)
    needed = clients_needed(share.value)
    yield Line(
        "needed_80",
        float(needed) if needed else NotScored("no differences between therapists were seen"),
        float(clients_needed(share.high or 0.0) or 0) or None,
        float(clients_needed(share.low or 0.0) or 0) or None,
        "count",
        n,
        "from the share and its interval",
    )
    yield Line(
        "reliability_30", reliability(THERAPIST_CLIENTS, share.value), *_ends(share), unit="share", n=n
    )
    if isinstance(told, NotFitted):
        return
    among = {"courses": told.courses, "therapists": told.therapists}
    for form, suffix in ((told.observed, ""), (told.shrunken, "_shrunken")):
        for name, one in (("within", form.within), ("between", form.between), ("context", form.context)):
            yield Line(f"{name}{suffix}", one.value, one.low, one.high, "points", among, one.method)


def _ends(share: Estimate) -> tuple[float, float]:
    return reliability(THERAPIST_CLIENTS, share.low or 0.0), reliability(THERAPIST_CLIENTS, share.high or 0.0)


def _too_few(n: dict[str, int], mix: CaseMix, why: Absence) -> Study:
    facts: dict[str, float | int | str] = {
        **n,
        **NEEDED,
        "why": why.reason if isinstance(why, NotScored) else "",
    }
    return Study(
        id=ID,
        verdict=Verdict.TOO_FEW if isinstance(why, TooFew) else Verdict.CANNOT_TELL,
        main="share",
        lines=(Line("share", why, unit="share", n=n),),
        published=PUBLISHED,
        n=n,
        facts=facts,
        tables=(Table(FEW, ("therapist", "clients"), tuple(sorted(_counts(mix).items()))),),
        dropped=mix.dropped,
        notes=("not_fitted",) if facts["why"] else (),
    )
