"""Whether the form means the same in every group of clients, before anybody compares their means.

The ladder: same shape (configural), same loadings (metric), same intercepts (scalar). A step holds when CFI falls by at
most .010 and RMSEA rises by at most .015 (science.md 9.9, known-h); it fails when both go further; one alone leaves it
unclear, and then means are not compared either. One form per client. Beside it, item by item: does a group answer it
otherwise than the rest of its answers let expect (regression on the rest score, the group, and both together).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np

from accord.basics.absence import Absence, NotScored, TooFew
from accord.instruments.definition import Instrument
from accord.instruments.registry import identifiers, instrument
from accord.statistics.clustered import Regression, false_discoveries, regress
from accord.statistics.estimate import Estimate
from accord.statistics.factor.fitting import fit_factors
from accord.statistics.factor.model import Equal, Factors, moments
from accord.statistics.factor.result import FactorFit
from accord.studies.frontiers.answers import Answers, Floats, Words, answers
from accord.studies.frontiers.groups import NOT_TOLD, Trait, rounded, traits
from accord.studies.result import Line, Options, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

ID = "invariance"
MAIN = "not_alike"
CLIENTS = (
    100  # per group; fewer say too often that a form is not alike when it is (docs/frontiers.md) [design]
)
CFI_FALLS, RMSEA_RISES = 0.010, 0.015  # science.md 9.9, known-h
SHAPE = 0.95  # CFI below this: not even one factor, so the ladder has no foot [design]
SHIFT = 0.20  # of an item's SD; a smaller difference in one item is not told as one [design]


class Step(StrEnum):
    """How a step of the ladder came out."""

    HOLDS = "holds"
    UNCLEAR = "unclear"
    FAILS = "fails"


@dataclass(frozen=True)
class Climb:
    """One step: what CFI fell and RMSEA rose by."""

    step: Equal
    cfi_falls: float
    rmsea_rises: float

    @property
    def outcome(self) -> Step:
        """Both within the limits: holds; both beyond: fails."""
        beyond = (self.cfi_falls > CFI_FALLS) + (self.rmsea_rises > RMSEA_RISES)
        return (Step.HOLDS, Step.UNCLEAR, Step.FAILS)[beyond]


@dataclass(frozen=True)
class Ladder:
    """How far a form is alike over `groups`; `why` it cannot be said. `few` are smaller groups, with their size."""

    groups: tuple[str, ...]
    climbs: tuple[Climb, ...] = ()
    why: Absence | None = None
    few: Mapping[str, int] = field(default_factory=dict)

    @property
    def alike(self) -> bool:
        """Whether means of the groups may be compared."""
        return len(self.climbs) == 2 and all(one.outcome is Step.HOLDS for one in self.climbs)

    @property
    def failed(self) -> bool:
        """Whether a step came out as not alike, or as unclear."""
        return bool(self.climbs) and not self.alike


@dataclass(frozen=True)
class Shift:
    """One item in one group: how far it is answered otherwise, in SDs of the item; `p` allows for many items.

    `apart` is the shift at the mean of the rest score, `bends` how it changes per SD of the rest score.
    """

    trait: str
    group: str
    reference: str
    item: int
    apart: Estimate
    bends: Estimate
    p: float
    clients: int

    @property
    def seen(self) -> bool:
        """Whether it is worth a word."""
        return self.p < 0.05 and max(abs(self.apart.value), abs(self.bends.value)) >= SHIFT


def form_of(options: Options) -> Instrument | None:
    """The form whose items can be looked at; None for one whose items no snapshot has."""
    if options.alliance not in identifiers():
        return None
    found = instrument(options.alliance)
    return found if found.own and len(found.scale(found.main_scale).items) >= 4 else None


def ladder(given: Answers, trait: Trait) -> Ladder:
    """Climb the ladder over the groups that are large enough; nobody's form twice."""
    rows = given.one_each()
    group = np.array([trait.group.get(client, NOT_TOLD) for client in given.client[rows]])
    names, counts = np.unique(group[group != NOT_TOLD], return_counts=True)
    sizes = {str(name): int(count) for name, count in zip(names, counts, strict=True)}
    large = tuple(
        name for name in sorted(sizes, key=lambda one: (-sizes[one], one)) if sizes[name] >= CLIENTS
    )
    few = {name: size for name, size in sizes.items() if size < CLIENTS}
    if len(large) < 2:
        second = sorted(sizes.values())[-2] if len(sizes) > 1 else 0
        return Ladder(large, why=TooFew(second, CLIENTS), few=few)
    parts = [moments(given.values[rows][group == name]) for name in large]
    fits: list[FactorFit] = []
    for step in Equal:
        fitted = fit_factors(Factors.one(len(given.numbers)), parts, step)
        if not isinstance(fitted, FactorFit):
            return Ladder(large, why=NotScored(fitted.reason.rstrip(".")), few=few)
        fits.append(fitted)
    if fits[0].cfi < SHAPE:
        return Ladder(large, why=NotScored("one factor does not fit the answers in every group"), few=few)
    climbs = tuple(
        Climb(after.equal, before.cfi - after.cfi, after.rmsea - before.rmsea)
        for before, after in pairwise(fits)
    )
    return Ladder(large, climbs, few=few)


def shifts(given: Answers, trait: Trait, groups: Sequence[str]) -> list[Shift]:
    """Every item in every group against the first of `groups`; chances are adjusted for all of them together."""
    if len(groups) < 2:
        return []
    rows = given.one_each()
    group = np.array([trait.group.get(client, NOT_TOLD) for client in given.client[rows]])
    values, therapist = given.values[rows], given.therapist[rows]
    found: list[tuple[str, int, Estimate, Estimate, float, int]] = []
    for name in groups[1:]:
        chosen = np.isin(group, (groups[0], name))
        for place, item in enumerate(given.numbers):
            told = _item(values[chosen], place, group[chosen] == name, therapist[chosen])
            if told is not None:
                found.append((name, item, *told, int((group == name).sum())))
    chances = false_discoveries([one[4] for one in found])
    return [
        Shift(trait.name, name, groups[0], item, apart, bends, float(p), clients)
        for (name, item, apart, bends, _, clients), p in zip(found, chances, strict=True)
    ]


def _item(
    values: Floats,
    place: int,
    theirs: Words,
    therapist: Words,
) -> tuple[Estimate, Estimate, float] | None:
    item, rest = values[:, place], np.delete(values, place, 1).mean(1)
    if item.std() == 0 or rest.std() == 0:
        return None
    item, rest = (item - item.mean()) / item.std(), (rest - rest.mean()) / rest.std()
    other = theirs.astype(np.float64)
    fitted = regress(np.column_stack([np.ones(len(item)), rest, other, rest * other]), item, therapist)
    if not isinstance(fitted, Regression):
        return None
    apart, bends = np.array([0, 0, 1.0, 0]), np.array([0, 0, 0, 1.0])
    # Two looks at one item: the smaller chance of both, doubled.
    chance = min(1.0, 2 * min(fitted.p(apart), fitted.p(bends)))
    return fitted.contrast(apart), fitted.contrast(bends), chance


def run(snapshot: Snapshot, options: Options, only: tuple[str, ...] = ()) -> Study:
    """The study of one snapshot; of the traits in `only`, when any is named."""
    prepare(snapshot, options)
    told, form = traits(snapshot, only), form_of(options)
    if form is None or not told:
        return _nothing(bool(told))
    given = answers(snapshot, form)
    ladders = {trait.name: ladder(given, trait) for trait in told}
    found = [one for trait in told for one in shifts(given, trait, ladders[trait.name].groups)]
    judged = {name: one for name, one in ladders.items() if one.climbs}
    failed = [name for name, one in judged.items() if one.failed]
    clients = len(np.unique(given.client))
    n = {"clients": clients, "traits": len(judged)}
    worth = [one for one in found if one.seen]
    few = sum(len(one.few) for one in ladders.values())
    return Study(
        id=ID,
        verdict=Verdict.DESCRIBES if judged else Verdict.TOO_FEW,
        main=MAIN,
        lines=(
            Line(MAIN, float(len(failed)), unit="count", n=n)
            if judged
            else Line(MAIN, _too_few(ladders), unit="count"),
            *(line for name, one in ladders.items() for line in _lines(name, one)),
        ),
        n=n,
        facts={
            "form": form.title,
            "traits": len(judged),
            "alike": len(judged) - len(failed),
            "which": ", ".join(failed) or "none",
            "items": ", ".join(f"{one.trait}: item {one.item} ({one.group})" for one in worth) or "none",
            "needed": CLIENTS,
        },
        tables=(
            Table(
                "ladder",
                ("trait", "groups", "step", "cfi_falls", "rmsea_rises", "outcome"),
                tuple(_steps(ladders)),
            ),
            Table("items", ITEM_COLUMNS, tuple(_items(found))),
        ),
        dropped={"incomplete_forms": given.incomplete},
        notes=(*(("held",) if judged and not failed else ()), *(("small_groups",) if few else ())),
        look_at=(*(("not_alike",) if failed else ()), *(("items",) if worth else ())),
    )


def _nothing(told: bool) -> Study:
    return Study(
        id=ID,
        verdict=Verdict.TOO_FEW,
        main=MAIN,
        lines=(
            Line(
                MAIN,
                NotScored("no items of this form" if told else "no groups of clients are told"),
                unit="count",
            ),
        ),
        facts={"needed": CLIENTS, "traits": 0},
        notes=("no_items",) if told else ("no_traits",),
    )


def _too_few(ladders: Mapping[str, Ladder]) -> Absence:
    reasons = [one.why for one in ladders.values() if one.why is not None]
    few = [one for one in reasons if isinstance(one, TooFew)]
    return max(few, key=lambda one: one.n) if few else reasons[0]


def _lines(name: str, one: Ladder) -> Iterator[Line]:
    if one.why is not None:
        # A number of people below five would tell of them; the limit is enough.
        why = TooFew(rounded(one.why.n), one.why.needed) if isinstance(one.why, TooFew) else one.why
        yield Line("cfi_scalar", why, unit="index", by=name)
        return
    for climb in one.climbs:
        yield Line(
            f"cfi_{climb.step}", -climb.cfi_falls, unit="index", n={"groups": len(one.groups)}, by=name
        )
        yield Line(
            f"rmsea_{climb.step}", climb.rmsea_rises, unit="index", n={"groups": len(one.groups)}, by=name
        )


Row = tuple[float | int | str | bool | None, ...]


def _steps(ladders: Mapping[str, Ladder]) -> Iterator[Row]:
    for name, one in ladders.items():
        for climb in one.climbs:
            yield (
                name,
                ", ".join(one.groups),
                climb.step.value,
                climb.cfi_falls,
                climb.rmsea_rises,
                climb.outcome.value,
            )


ITEM_COLUMNS = (
    "trait", "group", "against", "item", "apart", "apart_low", "apart_high", "bends", "bends_low", "bends_high",
    "p_adjusted", "seen", "clients",
)  # fmt: skip


def _items(found: list[Shift]) -> Iterator[Row]:
    for one in found:
        yield (
            one.trait, one.group, one.reference, one.item,
            one.apart.value, one.apart.low, one.apart.high, one.bends.value, one.bends.low, one.bends.high,
            one.p, one.seen, rounded(one.clients),
        )  # fmt: skip
