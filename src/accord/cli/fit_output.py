"""How ``accord fit`` tells a fit: a sentence, then tables; or JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from accord.basics.faults import Fault, Faults
from accord.cli.opening import percent, print_json
from accord.statistics.estimate import Dropped, Estimate, NotFitted

if TYPE_CHECKING:
    from accord.statistics.mixed.bootstrap import Bootstrap
    from accord.statistics.mixed.components import Spread
    from accord.statistics.mixed.result import Fit
    from accord.statistics.mixed.shares import Share

T = TypeVar("T")
INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class Asked:
    """What was asked for beside the fit."""

    profile: bool = False
    robust: bool = False
    bootstrap: int | None = None
    kind: str = "cluster"
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Told:
    """A fit and all that is told of it. `ways` are other intervals of the fixed effects: {way: {name: estimate}}."""

    fit: "Fit"
    spreads: "tuple[Spread, ...]"
    shares: "tuple[Share, ...]"
    ways: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    refits: "Bootstrap | None" = None


def or_faults(found: T | NotFitted, where: str) -> T:
    """What was found, or its reason as `Faults`, with what was left out on the way to it."""
    if not isinstance(found, NotFitted):
        return found
    left = "".join(f" {_left_out(one)}" for one in found.dropped)
    raise Faults([Fault(where, found.reason[0].upper() + found.reason[1:] + left, found.do)])


def _left_out(one: Dropped) -> str:
    return f"Left out: {one.rows:,} {'row' if one.rows == 1 else 'rows'}, since {one.why}."


def tell_fit(fit: "Fit", asked: Asked, *, as_json: bool) -> None:
    """Work out what was asked for and print it."""
    told = told_of(fit, asked)
    if as_json:
        print_json(for_programs(told))
    else:
        for_people(told, Console(highlight=False))


def told_of(fit: "Fit", asked: Asked) -> Told:
    """The fit with its intervals; a way that cannot be gone is said on the error stream, the rest is told."""
    from accord.statistics.mixed.bootstrap import bootstrap
    from accord.statistics.mixed.components import components
    from accord.statistics.mixed.profile import profile
    from accord.statistics.mixed.robust import robust
    from accord.statistics.mixed.shares import shares

    ways: dict[str, Mapping[str, Estimate]] = {}
    if asked.profile:
        ways["profile"] = {one.name: profile(fit, one.name) for one in fit.fixed}
    if asked.robust:
        found = robust(fit)
        if isinstance(found, NotFitted):
            typer.echo(f"No robust errors: {found.reason} {found.do}", err=True)
        else:
            ways["robust"] = found.fixed
    refits = None
    if asked.bootstrap:
        drawn = bootstrap(fit, asked.bootstrap, kind=asked.kind, seed=asked.seed)  # type: ignore[arg-type]
        if isinstance(drawn, NotFitted):
            typer.echo(f"No bootstrap: {drawn.reason} {drawn.do}", err=True)
        else:
            refits = drawn
            ways["bootstrap"] = drawn.fixed
    spreads = components(fit)
    if asked.profile:
        spreads = tuple(_profiled(fit, one) for one in spreads)
    return Told(fit, spreads, shares(fit) if fit.random else (), ways, refits)


def _profiled(fit: "Fit", one: "Spread") -> "Spread":
    """An SD with its interval by profile likelihood, which also a variance of zero has; correlations stay."""
    from accord.statistics.mixed.profile import profile_sd

    return (
        one
        if one.other is not None
        else replace(one, estimate=profile_sd(fit, one.group, one.column), note="")
    )


# --- for people -------------------------------------------------------------------------------------------------------
def for_people(told: Told, console: Console) -> None:
    """A sentence of what it is, then the fixed effects, what varies, and what to mind."""
    fit = told.fit
    console.print(_sentence(told), markup=False)
    console.print(_effects(told))
    if fit.random:
        console.print(_variation(told))
    else:
        console.print(f"Residual SD {number(fit.residual_sd)}.", markup=False)
    console.print(_certificate(fit), markup=False)
    if told.refits is not None:
        refits = told.refits
        failed = f"; {refits.failed} could not be computed and are left out" if refits.failed else ""
        console.print(f"Bootstrap: {refits.asked} refits, {refits.kind}{failed}.", markup=False)
    for one in fit.dropped:
        console.print(_left_out(one), markup=False)
    for note in fit.notes:
        console.print(f"Note: {note[0].upper()}{note[1:]}", markup=False)


def _sentence(told: Told) -> str:
    fit = told.fit
    groups = " in ".join(f"{fit.n[one.group]:,} '{one.group}'" for one in fit.random)
    among = f" in {groups}" if groups else ""
    how = "REML" if fit.model.reml else "ML"
    said = f"'{fit.model.outcome}' in {fit.n['rows']:,} rows{among}, by {how}."
    parts = " and ".join(f"{percent(one.share.value)} between '{one.group}'" for one in told.shares[:-1])
    return f"{said} Of what the fixed effects leave lie {parts}." if parts else said


def _names(header: str) -> Column:
    """A column of names, which a narrow terminal folds and does not cut."""
    return Column(header, overflow="fold", min_width=len(INTERCEPT))


def _effects(told: Told) -> Table:
    table = Table(_names("fixed effect"), "estimate", "SE", "df", "95 %", *told.ways, pad_edge=False)
    for one in told.fit.fixed:
        others = [interval(way[one.name].low, way[one.name].high) for way in told.ways.values()]
        table.add_row(
            INTERCEPT if one.name == "1" else escape(one.name),
            number(one.estimate),
            number(one.se),
            f"{one.df:,.1f}" if isfinite(one.df) else "",
            interval(one.low, one.high),
            *others,
        )
    return table


def _variation(told: Told) -> Table:
    bootstrap = ("bootstrap",) if told.refits is not None else ()
    table = Table("varies between", _names(""), "SD or correlation", "95 %", *bootstrap, pad_edge=False)
    for one in told.spreads:
        name = INTERCEPT if one.column == "1" else one.column
        if one.other is not None:
            name += " with " + (INTERCEPT if one.other == "1" else one.other)
        again = _again(told, one)
        table.add_row(
            escape(one.group),
            "" if one.group == "residual" else escape(name),
            number(one.estimate.value),
            interval(one.estimate.low, one.estimate.high) or one.note,
            *([interval(again.low, again.high) if again else ""] if bootstrap else []),
        )
    return table


def _again(told: Told, one: "Spread") -> Estimate | None:
    if told.refits is None or one.other is not None:
        return None
    return told.refits.residual_sd if one.group == "residual" else told.refits.random[one.group, one.column]


def _certificate(fit: "Fit") -> str:
    if fit.converged:
        return f"Criterion {fit.criterion:.4f}. Certified: nothing nearby is better."
    return f"Criterion {fit.criterion:.4f}. NOT certified: the search did not settle."


def number(value: float) -> str:
    """Four digits, without an exponent where it can be helped."""
    return f"{value:.4g}" if 1e-4 <= abs(value) < 1e5 or value == 0 else f"{value:.3e}"


def interval(low: float | None, high: float | None) -> str:
    """``-3.06 to -2.93``; empty where none can be told."""
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


# --- for programs -----------------------------------------------------------------------------------------------------
def for_programs(told: Told) -> dict[str, Any]:
    """The fit as plain values; what cannot be told is null."""
    fit = told.fit
    fixed = {
        one.name: {
            "estimate": one.estimate,
            "se": one.se,
            "df": plain(one.df),
            "low": one.low,
            "high": one.high,
        }
        for one in fit.fixed
    }
    for way, estimates in told.ways.items():
        for name, own in estimates.items():
            fixed[name][way] = of_estimate(own)  # type: ignore[assignment]
    return {
        "outcome": fit.model.outcome,
        "reml": fit.model.reml,
        "criterion": fit.criterion,
        "fixed": fixed,
        "random": {one.group: _component(told, one.group) for one in fit.random},
        "residual_sd": fit.residual_sd,
        "shares": {one.group: of_estimate(one.share) for one in told.shares},
        "n": dict(fit.n),
        "converged": fit.converged,
        "certificate": {
            "optimal": fit.certificate.optimal,
            "gradient": fit.certificate.gradient,
            "least": fit.certificate.least,
        },
        "dropped": {one.why: one.rows for one in fit.dropped},
        "notes": list(fit.notes),
    } | _refits(told)


def _component(told: Told, group: str) -> dict[str, Any]:
    one = told.fit.component(group)
    sds = {spread.column: spread for spread in told.spreads if spread.group == group and spread.other is None}
    made: dict[str, Any] = {"columns": list(one.columns), "sd": dict(zip(one.columns, one.sd, strict=True))}
    made["intervals"] = {name: of_estimate(spread.estimate) for name, spread in sds.items()}
    if told.refits is not None:
        made["bootstrap"] = {name: of_estimate(told.refits.random[group, name]) for name in one.columns}
    made["correlation"] = [[plain(value) for value in row] for row in one.correlation.tolist()]
    made["covariance"] = one.covariance.tolist()
    made["at_zero"] = list(one.at_zero)
    return made


def _refits(told: Told) -> dict[str, Any]:
    if told.refits is None:
        return {}
    one = told.refits
    return {
        "bootstrap": {
            "kind": one.kind,
            "refits": one.asked,
            "failed": one.failed,
            "residual_sd": of_estimate(one.residual_sd),
        }
    }


def of_estimate(one: Estimate) -> dict[str, float | None]:
    """An estimate as plain values."""
    return {
        "estimate": one.value,
        "se": plain(one.se),
        "df": plain(one.df),
        "low": plain(one.low),
        "high": plain(one.high),
    }


def plain(value: float | None) -> float | None:
    """A number, or None where JSON has none for it."""
    return value if value is not None and isfinite(value) else None
