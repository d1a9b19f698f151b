"""The model card of a service's own model of leaving: what it was made from, how well it foretells, and for whom.

Everything about how well it foretells comes from therapists it was not fitted to: the service is divided by therapist,
and each part is foretold from the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord.basics.absence import TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.statistics.judging.calibration import Bin, Brier, Calibration, brier, calibration, curve
from accord.statistics.judging.decision import Benefit, net_benefit
from accord.statistics.judging.discrimination import auc, within_auc
from accord.statistics.judging.resampling import folds
from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.model import Logistic
from accord.statistics.logistic.result import LogisticFit
from accord.studies.leaving.groups import Group, by_group
from accord.studies.leaving.leaks import Suspect, standing_out, suspects
from accord.studies.leaving.looked import Looked, covering
from accord.studies.leaving.predictors import PREDICTORS, Predictor
from accord.studies.leaving.risk import AtRisk, at_risk, choose_definition
from accord.studies.result import CELL, Options
from accord.studies.snapshot.opened import Snapshot
from accord.studies.snapshot.tables import prepare

Floats = npt.NDArray[np.float64]
# With 100 events an AUC is known to about .03 (SE; .015 with 341 on a simulated service [calc]): enough to tell what
# was published from chance. Ten events per coefficient keep forecasts from being too extreme. [design]
EVENTS = 100
PER_COEFFICIENT = 10
THERAPISTS = 20  # to divide by therapist and still know how they differ [design]
FOLDS = 10
LEAK = 0.75  # science.md 6 [design]
# Calibration fails when the interval lies wholly outside these: chances wrong by a quarter, or stretched. [design]
INTERCEPT, SLOPE = 0.25, (0.7, 1.4)
THRESHOLDS = (0.02, 0.03, 0.05, 0.08, 0.10, 0.15)


@dataclass(frozen=True, eq=False)
class Card:
    """One model and how it was judged. `chances` are those told by the other therapists' clients, row by row.

    `miscalibrated`: the chances are clearly wrong. `leak`: they are too good to be true, and then `suspects` say
    why that may be; `ahead` are predictors that look ahead, which is always told. `looked`: somebody looked at the
    suspects and said what was found, so that the model may be used all the same.
    """

    risk: AtRisk
    fit: LogisticFit
    chances: Floats
    auc: Estimate
    within: Estimate | NotFitted
    calibration: Calibration
    curve: tuple[Bin, ...]
    brier: Brier
    benefit: tuple[Benefit, ...]
    groups: tuple[Group, ...]
    groups_kept_back: int
    miscalibrated: bool
    leak: bool
    suspects: tuple[Suspect, ...]
    ahead: tuple[str, ...]
    constant: tuple[str, ...]  # predictors that are the same everywhere, so left out
    rare: tuple[str, ...]  # those that too few who left had, so left out
    looked: Looked | None = None

    @property
    def unexplained(self) -> bool:
        """Whether it foretells too well, and nobody has looked at why."""
        return self.leak and self.looked is None

    @property
    def usable(self) -> bool:
        """Whether anything may be said to a therapist from it."""
        return not (self.miscalibrated or self.unexplained or self.ahead) and (self.auc.low or 0.0) > 0.5


@dataclass(frozen=True)
class NoCard:
    """There is no model, with what is known nevertheless: too few, or why it cannot be fitted."""

    definition: str
    events: int
    courses: int
    therapists: int
    why: TooFew | NotFitted
    what: str  # events or therapists, where too few


def model_card(
    snapshot: Snapshot,
    options: Options,
    *,
    definition: str | None = None,
    predictors: tuple[Predictor, ...] = PREDICTORS,
    looks: Iterable[Looked] = (),
) -> Card | NoCard:
    """Fit and judge the model of this service; `NoCard` where there is too little to do so.

    `looks` are what people said of suspects, the newest first.
    """
    prepare(snapshot, options)
    risk = at_risk(snapshot, choose_definition(snapshot, definition), predictors)
    varying, constant, rare = _of_use(risk)
    if missing := _too_few(risk, len(varying)):
        return missing
    model = Logistic("left", varying, "therapist", "cloglog")
    fit = fit_logistic(model, risk.table)
    if isinstance(fit, NotFitted):
        return _without(risk, fit)
    chances = foretold(model, risk, options.seed)
    if isinstance(chances, NotFitted):
        return _without(risk, chances)
    found = auc(risk.left, chances, risk.therapist)
    held = calibration(risk.left, chances, risk.therapist)
    scored = brier(risk.left, chances, risk.therapist)
    for one in (found, held, scored):
        if isinstance(one, NotFitted):
            return _without(risk, one)
    assert isinstance(found, Estimate) and isinstance(held, Calibration) and isinstance(scored, Brier)
    leak = found.value > LEAK
    suspected, ahead = suspects(snapshot, model, risk, foretold if leak else None, options.seed)
    groups, kept_back = by_group(snapshot, risk, chances)
    return Card(
        risk=risk,
        fit=fit,
        chances=chances,
        auc=found,
        within=within_auc(risk.left, chances, risk.therapist),
        calibration=held,
        curve=curve(risk.left, chances),
        brier=scored,
        benefit=net_benefit(risk.left, chances, THRESHOLDS),
        groups=groups,
        groups_kept_back=kept_back,
        miscalibrated=_is_off(held),
        leak=leak,
        suspects=suspected,
        ahead=ahead,
        constant=constant,
        rare=rare,
        looked=covering(looks, standing_out(suspected)) if leak else None,
    )


def foretold(model: Logistic, risk: AtRisk, seed: int, parts: int = FOLDS) -> Floats | NotFitted:
    """The chance of each row, from therapists other than its own; `NotFitted` when a part cannot be fitted."""
    part = folds(risk.therapist, parts, seed)
    chances = np.empty(len(part))
    for fold in range(parts):
        inside = part == fold
        if not inside.any():
            continue
        fit = fit_logistic(model, risk.rows(~inside), spread_interval=False)
        if isinstance(fit, NotFitted):
            return fit
        chances[inside] = fit.predict(risk.rows(inside))
    return chances


def _of_use(risk: AtRisk) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Predictors that the model can use; those that never vary; and a yes or no that too few who left had."""
    use, constant, rare = [], [], []
    for name in (one.name for one in risk.predictors):
        values = risk.table[name].to_numpy()
        kinds = np.unique(values)
        if len(kinds) < 2:
            constant.append(name)
        elif len(kinds) == 2 and risk.left[values == kinds[1]].sum() < CELL:
            rare.append(name)
        else:
            use.append(name)
    return tuple(use), tuple(constant), tuple(rare)


def _too_few(risk: AtRisk, coefficients: int) -> NoCard | None:
    needed = max(EVENTS, PER_COEFFICIENT * (coefficients + 2))  # with intercept and the therapists' spread
    if risk.events < needed:
        return _without(risk, TooFew(risk.events, needed), "events")
    if risk.therapists < THERAPISTS:
        return _without(risk, TooFew(risk.therapists, THERAPISTS), "therapists")
    return None


def _without(risk: AtRisk, why: TooFew | NotFitted, what: str = "") -> NoCard:
    return NoCard(risk.definition, risk.events, risk.courses, risk.therapists, why, what)


def _is_off(held: Calibration) -> bool:
    """Whether intercept or slope lie clearly outside what may be shown."""
    intercept, slope = held.intercept, held.slope
    return (
        (intercept.low or 0.0) > INTERCEPT
        or (intercept.high or 0.0) < -INTERCEPT
        or (slope.high is not None and slope.high < SLOPE[0])
        or (slope.low is not None and slope.low > SLOPE[1])
    )
