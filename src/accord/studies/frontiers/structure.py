"""How well Accord's own forms measure, and what shape they have, from the answers that a service collected.

Alpha and omega of the total: of one rating of anybody, of a client's changes (within), of clients' levels (between).
One factor against the three that theory names, where a form has enough items of each. Published reference: none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from accord.basics.absence import Absence, NotScored, TooFew
from accord.instruments.definition import Instrument, ItemKind
from accord.instruments.registry import all_instruments
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.factor.fitting import fit_factors
from accord.statistics.factor.levels import Levels, levels
from accord.statistics.factor.model import Factors, moments
from accord.statistics.factor.reliability import Reliability, alphas, omegas
from accord.statistics.factor.result import FactorFit
from accord.studies.frontiers.answers import Answers, answers
from accord.studies.numbers import number
from accord.studies.result import Line, Options, Study, Table, Verdict
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

ID = "structure"
MAIN = "chief"
CLIENTS = (
    50  # fewer: the interval of alpha at .85 is wider than .80 to .90 [design], tests/validation/frontiers
)
FACTOR_CLIENTS = 200  # fewer: a right model is refused too often (docs/frontiers.md) [design]
ITEMS = 4  # fewer say nothing about shape
APART = 0.85  # factors that correlate more are hard to tell apart [design]
LEVELS = ("total", "within", "between")


@dataclass(frozen=True, eq=False)
class Form:
    """What a form's answers say; absences where there are too few."""

    form: Instrument
    n: dict[str, int]
    alpha: Reliability | Absence
    omega: Reliability | Absence
    one: FactorFit | Absence
    three: FactorFit | Absence | None  # None: the form has no three parts


def run(snapshot: Snapshot, options: Options) -> Study:
    """The study of one snapshot; every form of Accord's own that has answers."""
    prepare(snapshot, options)
    given = {form.id: answers(snapshot, form) for form in own_forms()}
    found = [judge(form, given[form.id]) for form in own_forms() if len(given[form.id])]
    enough = [one for one in found if isinstance(one.omega, Reliability)]
    chief = next((one for one in enough if one.form.id == options.alliance), enough[0] if enough else None)
    lines = [line for one in found for line in _lines(one)]
    clients = max((one.n["clients"] for one in found), default=0)
    lines.insert(
        0,
        _line(MAIN, _total(chief), chief.n, "") if chief else Line(MAIN, TooFew(clients, CLIENTS), unit="r"),
    )
    return Study(
        id=ID,
        verdict=Verdict.DESCRIBES if chief else Verdict.TOO_FEW,
        main=MAIN,
        lines=tuple(lines),
        n=chief.n if chief else (found[0].n if found else {"clients": 0}),
        facts=_facts(chief, found),
        tables=tuple(_tables(found)),
        dropped={"incomplete_forms": sum(one.incomplete for one in given.values())},
        notes=tuple(_notes(found)),
        look_at=tuple(_look_at(found)),
    )


def own_forms() -> tuple[Instrument, ...]:
    """Accord's forms with a total of several sliders."""
    return tuple(
        one
        for one in all_instruments()
        if one.own and one.main_scale
        and len(one.scale(one.main_scale).items) >= ITEMS
        and all(one.item(item).kind is ItemKind.SLIDER for item in one.scale(one.main_scale).items)
    )  # fmt: skip


def three_parts(form: Instrument) -> Factors | None:
    """The factors that the form's scales name, where every one has two items or more and no item is in two."""
    total = form.scale(form.main_scale)
    parts = [one for one in form.scales if one.domain and one.id != total.id and len(one.items) >= 2]
    held = {item: place for place, part in enumerate(parts) for item in part.items}
    if len(parts) < 2 or set(held) != set(total.items) or sum(len(one.items) for one in parts) != len(held):
        return None
    return Factors(tuple(held[item] for item in total.items))


def judge(form: Instrument, given: Answers) -> Form:
    """All that one form's answers say."""
    clients = len(np.unique(given.client))
    n = {"clients": clients, "forms": len(given)}
    if clients < CLIENTS:
        few = TooFew(clients, CLIENTS)
        return Form(form, n, few, few, few, few if three_parts(form) else None)
    split = levels(given.values, given.client)
    reliable: tuple[Reliability | Absence, Reliability | Absence] = (
        (alphas(split), omegas(split)) if isinstance(split, Levels) else (_once(), _once())
    )
    if clients < FACTOR_CLIENTS:
        few = TooFew(clients, FACTOR_CLIENTS)
        return Form(form, n, *reliable, few, few if three_parts(form) else None)
    each = [moments(given.values[given.one_each()])]
    parts = three_parts(form)
    one = fit_factors(Factors.one(len(given.numbers)), each)
    three = fit_factors(parts, each) if parts else None
    return Form(form, n, *reliable, _or_absent(one), _or_absent(three) if three is not None else None)


def _once() -> NotScored:
    return NotScored("nobody answered it twice")


def _or_absent(found: FactorFit | NotFitted) -> FactorFit | Absence:
    return NotScored(found.reason.rstrip(".")) if isinstance(found, NotFitted) else found


def _total(one: Form) -> Estimate | NotFitted | Absence:
    return one.omega.total if isinstance(one.omega, Reliability) else one.omega


def _lines(one: Form) -> Iterator[Line]:
    by = one.form.title
    for name, found in (("omega", one.omega), ("alpha", one.alpha)):
        for level in LEVELS:
            label = name if level == "total" else f"{name}_{level}"
            estimate = getattr(found, level) if isinstance(found, Reliability) else found
            yield _line(label, estimate, one.n, by)
    for name, fitted in (("one", one.one), ("three", one.three)):
        if fitted is None:
            continue
        for index in ("cfi", "rmsea", "srmr"):
            value = getattr(fitted, index) if isinstance(fitted, FactorFit) else fitted
            yield Line(f"{index}_{name}", value, unit="index", n={"clients": one.n["clients"]}, by=by)
    if isinstance(one.three, FactorFit) and isinstance(one.one, FactorFit):
        yield Line(
            "bic_gain", one.one.bic - one.three.bic, unit="points", n={"clients": one.n["clients"]}, by=by
        )


def _line(name: str, found: Estimate | NotFitted | Absence, n: dict[str, int], by: str) -> Line:
    if isinstance(found, Estimate):
        return Line(name, found.value, found.low, found.high, "r", n, found.method, by)
    value = NotScored(found.reason.rstrip(".")) if isinstance(found, NotFitted) else found
    return Line(name, value, unit="r", n=n, by=by)


def _tables(found: list[Form]) -> Iterator[Table]:
    rows = [
        (
            one.form.id,
            item,
            float(one.one.groups[0].loadings[place]),
            float(one.one.groups[0].residuals[place]),
        )
        for one in found
        if isinstance(one.one, FactorFit)
        for place, item in enumerate(one.form.scale(one.form.main_scale).items)
    ]
    yield Table("loadings", ("form", "item", "loading", "residual_variance"), tuple(rows))
    apart = [
        (one.form.id, _parts(one.form)[i], _parts(one.form)[j],
         float(one.three.factor_correlation[i, j]), float(one.three.factor_correlation_se[i, j]))
        for one in found
        if isinstance(one.three, FactorFit)
        for i in range(one.three.model.factors)
        for j in range(i + 1, one.three.model.factors)
    ]  # fmt: skip
    yield Table("factors", ("form", "part", "other", "correlation", "se"), tuple(apart))


def _parts(form: Instrument) -> list[str]:
    return [one.id for one in form.scales if one.domain and one.id != form.main_scale and len(one.items) >= 2]


def _alike(one: Form) -> bool:
    """Whether some of the three parts can hardly be told apart."""
    if not isinstance(one.three, FactorFit):
        return False
    correlation = one.three.factor_correlation[np.triu_indices(one.three.model.factors, 1)]
    return bool((correlation > APART).any())


def _facts(chief: Form | None, found: list[Form]) -> dict[str, float | int | str]:
    most = max((one.n["clients"] for one in found), default=0)
    facts: dict[str, float | int | str] = {"clients": most, "needed": CLIENTS, "forms": len(found)}
    if chief is None:
        return facts
    assert isinstance(chief.omega, Reliability)
    facts |= {"form": chief.form.title, "clients": chief.n["clients"]}
    for level in LEVELS:
        estimate = getattr(chief.omega, level)
        facts[level] = number(estimate.value, "r") if isinstance(estimate, Estimate) else "not known"
    return facts


def _notes(found: list[Form]) -> Iterator[str]:
    if any(isinstance(one.three, FactorFit) for one in found):
        yield "parts_alike" if any(_alike(one) for one in found) else "parts_apart"
    if any(isinstance(one.one, TooFew) for one in found):
        yield "shape_too_few"


def _look_at(found: list[Form]) -> Iterator[str]:
    if any(isinstance(one.one, FactorFit) and one.one.at_zero for one in found):
        yield "at_zero"
    if any(
        isinstance(one.omega, Reliability)
        and isinstance(one.omega.within, Estimate)
        and one.omega.within.value < 0.5
        for one in found
    ):
        yield "changes_unsure"
