"""Fit a factor model to the moments of one or several groups by maximum likelihood.

F = sum over groups of n (ln|Sigma| + tr(S Sigma^-1) - ln|S| - p + d' Sigma^-1 d), d = mean - mu; Sigma = L Psi L' + T,
mu = tau + L alpha (Joreskog 1971). Analytic gradient; standard errors from the expected information.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from accord.statistics.estimate import NotFitted
from accord.statistics.factor.indices import indices, saturated
from accord.statistics.factor.layout import Layout, Part, lay_out, read
from accord.statistics.factor.model import Equal, Factors, Floats, Moments
from accord.statistics.factor.result import FactorFit, GroupPart

FAR = 1e10  # the criterion where a covariance is none
STILL = (
    1e-5  # largest slope left of the mean criterion, with items of SD 1, at which the search counts as ended
)
LEAST = 1e-6  # residual variance, items of SD 1


def fit_factors(
    model: Factors, groups: Sequence[Moments], equal: Equal = Equal.FORM
) -> FactorFit | NotFitted:
    """Fit `model` to every group, sharing what `equal` says; a reason in words where that cannot be done."""
    if problem := _problem(model, groups):
        return problem
    shift, scale = groups[0].mean, _scale(groups)
    inside = [
        Moments(g.count, (g.mean - shift) / scale, g.covariance / np.outer(scale, scale)) for g in groups
    ]
    layout = lay_out(model, len(groups), equal)
    found = minimize(
        _criterion,
        layout.start(inside),
        args=(layout, inside),
        jac=True,
        method="L-BFGS-B",
        bounds=layout.bounds(LEAST),
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 30},
    )
    place, slope = _sharpened(found.x, layout, inside)
    return _result(model, equal, layout, inside, groups, place, slope, shift, scale)


def _problem(model: Factors, groups: Sequence[Moments]) -> NotFitted | None:
    rows = sum(group.count for group in groups)
    for place, group in enumerate(groups, 1):
        where = f"group {place}: " if len(groups) > 1 else ""
        if group.count <= model.items:
            what = f"{where}{group.count} rows are too few for {model.items} items."
            return NotFitted(what, "Gather more answers.", rows)
        if not np.isfinite(group.covariance).all() or not np.isfinite(group.mean).all():
            return NotFitted(f"{where}some values are no finite numbers.", "Leave those rows out.", rows)
        if (np.diag(group.covariance) <= 1e-26 * (1 + group.mean**2)).any():
            return NotFitted(f"{where}an item has the same answer in every row.", "Leave the item out.", rows)
        sd = np.sqrt(np.diag(group.covariance))
        if np.linalg.eigvalsh(group.covariance / np.outer(sd, sd))[0] < 1e-8:
            return NotFitted(f"{where}one item says the same as others together.", "Leave one out.", rows)
    if min(np.bincount(model.of)) < 2 or (model.factors == 1 and model.items < 3):
        return NotFitted("a factor needs more items than this to be told.", "Use fewer factors.", rows)
    return None


def _scale(groups: Sequence[Moments]) -> Floats:
    total = sum(group.count for group in groups)
    pooled = np.zeros(len(groups[0].mean))
    for group in groups:
        pooled += group.count / total * np.diag(group.covariance)
    return np.sqrt(pooled)


@dataclass(frozen=True, eq=False)
class _Step:
    """Of one group at one place: the criterion, and its slope in Sigma (symmetric) and in mu."""

    value: float
    sigma: Floats
    mu: Floats
    inverse: Floats


def _step(part: Part, group: Moments) -> _Step | None:
    sigma, mu = part.implied()
    try:
        factor = cho_factor(sigma, lower=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None
    inverse = cho_solve(factor, np.eye(len(mu)), check_finite=False)
    off = group.mean - mu
    around = group.covariance + np.outer(off, off)
    ratio = inverse @ around
    value = 2 * float(np.log(np.diag(factor[0])).sum()) + float(np.trace(ratio))
    return _Step(value, inverse - ratio @ inverse, -2 * inverse @ off, inverse)


def _criterion(place: Floats, layout: Layout, groups: Sequence[Moments]) -> tuple[float, Floats]:
    """Mean over rows, with its gradient."""
    total = sum(group.count for group in groups)
    value, slope = 0.0, np.zeros(len(place))
    for at, group in enumerate(groups):
        part = read(layout, place, at)
        step = _step(part, group)
        if step is None:
            return FAR, np.zeros(len(place))
        weight = group.count / total
        value += weight * step.value
        layout.add_slope(slope, at, part, weight * step.sigma, weight * step.mu)
    return value, slope


def _information(place: Floats, layout: Layout, groups: Sequence[Moments]) -> Floats:
    """Expected information per row."""
    total = sum(group.count for group in groups)
    found = np.zeros((len(place), len(place)))
    for at, group in enumerate(groups):
        part = read(layout, place, at)
        sigma, mu = layout.derivatives(at, part)
        inverse = np.linalg.inv(part.implied()[0])
        turned = np.einsum("ij,kjl->kil", inverse, sigma)
        weight = group.count / total
        found += weight * 0.5 * np.einsum("kij,lji->kl", turned, turned)
        found += weight * mu @ inverse @ mu.T
    return found


def _sharpened(place: Floats, layout: Layout, groups: Sequence[Moments]) -> tuple[Floats, float]:
    """A few steps of Fisher scoring from where the search ended, and the largest slope left off the bounds."""
    low = np.array([-np.inf if one is None else one for one, _ in layout.bounds(LEAST)])
    high = np.array([np.inf if one is None else one for _, one in layout.bounds(LEAST)])
    value, slope = _criterion(place, layout, groups)
    free = (place > low + 1e-9) & (place < high - 1e-9)
    for _ in range(8):
        information = _information(place, layout, groups)[np.ix_(free, free)]
        move = np.zeros(len(place))
        try:
            move[free] = -np.linalg.solve(2 * information, slope[free])
        except np.linalg.LinAlgError:
            break
        tried = np.clip(place + move, low, high)
        new, new_slope = _criterion(tried, layout, groups)
        if new > value + 1e-12 or np.abs(new_slope[free]).max() > np.abs(slope[free]).max():
            break
        place, value, slope = tried, new, new_slope
    return place, float(np.abs(slope[free]).max())


def _result(
    model: Factors,
    equal: Equal,
    layout: Layout,
    inside: Sequence[Moments],
    groups: Sequence[Moments],
    place: Floats,
    slope: float,
    shift: Floats,
    scale: Floats,
) -> FactorFit:
    total = sum(group.count for group in groups)
    parts = [read(layout, place, at) for at in range(len(groups))]
    criterion = total * _criterion(place, layout, inside)[0]
    perfect, constant = saturated(inside)
    covariance = np.linalg.pinv(_information(place, layout, inside)) / total
    items = model.items
    free = len(groups) * items * (items + 3) // 2 - len(place)
    found = indices(inside, [part.implied() for part in parts], criterion - perfect, free)
    correlation, spread = layout.correlation(place, covariance)
    return FactorFit(
        model=model,
        equal=equal,
        groups=tuple(_outside(layout, at, part, covariance, shift, scale) for at, part in enumerate(parts)),
        count=total,
        chi2=found.chi2,
        df=free,
        cfi=found.cfi,
        rmsea=found.rmsea,
        srmr=found.srmr,
        log_likelihood=-0.5 * (criterion + constant) - total * float(np.log(scale).sum()),
        parameters=len(place),
        factor_correlation=correlation,
        factor_correlation_se=spread,
        converged=slope < STILL,
        at_zero=tuple(
            sorted({int(i) for part in parts for i in np.flatnonzero(part.residuals <= 2 * LEAST)})
        ),
    )


def _outside(
    layout: Layout, at: int, part: Part, covariance: Floats, shift: Floats, scale: Floats
) -> GroupPart:
    """The parameters of a group in the units of the items."""
    means = layout.alpha[at]
    spread = np.array([np.sqrt(covariance[one, one]) if one >= 0 else 0.0 for one in means])
    return GroupPart(
        loadings=part.loadings * scale,
        residuals=part.residuals * scale**2,
        intercepts=part.intercepts * scale + shift,
        factor_covariance=part.psi,
        factor_mean=part.alpha,
        factor_mean_se=spread,
    )
