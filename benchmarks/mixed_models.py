"""Promises of the mixed models: from a Parquet file to certified estimates, all checks on the data included.

Three levels, REML: clients differ in intercept and slope, therapists in the intercept, six fixed effects. Against
lme4's fastest setting (nloptwrap, no derivative check; reading the table is not counted there), in the same run. lme4
at its default tolerance stops a little early, so its criterion may be higher than ours, never lower. Each fit is made
in a process of its own, so that its memory is its own; importing packages is not counted on either side.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from tests.validation.mixed_models.cases import HERE, SMALL, table

from accord.statistics.estimate import NotFitted
from accord.statistics.mixed.bootstrap import Bootstrap, bootstrap
from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.result import Fit
from benchmarks._sessions import MODEL, write_sessions

FASTER = {100_000: 15.0, 1_000_000: 60.0}  # times as fast as lme4
MEMORY = 0.25  # of lme4's
GROWTH, MOST_MIB = 15.0, 1.3 * 1024  # at 10^7 sessions: of the time at 10^6; memory
REFITS, REFITS_COST = 1000, 60.0  # of one fit from Parquet
FAR = 1e-6  # of the criterion
SCRIPT = Path(__file__).with_name("r") / "mixed_models.R"
LEFT_OUT = "left out by --quick"


def rows(quick: bool = False) -> list[dict[str, Any]]:
    """The rows; with `quick` without lme4 at 10^6 sessions and without 10^7, which says so."""
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        files = {size: Path(folder) / f"{size}.parquet" for size in (100_000, 1_000_000, 10_000_000)}
        for size, file in files.items():
            if size < 10_000_000 or not quick:
                write_sessions(file, size)
        small, large = (_alone(files[size], 5) for size in (100_000, 1_000_000))
        made = _against_lme4(files[100_000], small, 100_000, quick=False)
        made += _against_lme4(files[1_000_000], large, 1_000_000, quick=quick)
        made.append(_growth(files[10_000_000], large, quick=quick))
        made += _refits(files[100_000])
        made.append(_far_off(files[100_000], Path(folder)))
    made.append(_small_services())
    return made


def _alone(file: Path, times: int) -> dict[str, Any]:
    """What ``benchmarks._fitted`` says: seconds are the median of `times`, memory that of a process that fits once."""
    told = _process(file, times)
    once = _process(file, 1) if times > 1 else told
    return {**told, "seconds": median(told["seconds"]), "peak_mib": once["peak_mib"]}


def _process(file: Path, times: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._fitted", str(file), str(times)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


# --- against lme4 -----------------------------------------------------------------------------------------------------
def _against_lme4(file: Path, ours: dict[str, Any], size: int, *, quick: bool) -> list[dict[str, Any]]:
    """Time, and at 10^6 sessions memory as well."""
    limit = FASTER[size]
    name, sessions = "mixed model against lme4", f"{ours['rows']:,} sessions, 3 levels"
    theirs = None if quick else lme4(file)
    if theirs is None:
        why = LEFT_OUT if quick else "not compared: R with lme4 and jsonlite is not installed"
        result = f"{ours['seconds']:.2f} s, {ours['peak_mib']:.0f} MiB; lme4 {why}"
        return [_row(name, sessions, result, f">= {limit:g} x", None, ours["certified"])]
    ratio = theirs["seconds"] / ours["seconds"]
    apart = ours["criterion"] - theirs["criterion"]
    against = f"{theirs['seconds']:.1f} s (lme4 {theirs['version']})"
    result = f"{ours['seconds']:.2f} s against {against}; criterion {apart:+.1e}"
    holds = ratio >= limit and apart <= FAR and ours["certified"]
    made = [_row(name, sessions, result, f">= {limit:g} x, criterion not higher", ratio, holds)]
    if size >= 1_000_000:
        share = ours["peak_mib"] / theirs["peak_mib"]
        result = f"{ours['peak_mib']:.0f} MiB against {theirs['peak_mib']:.0f} MiB"
        made.append(
            _row(
                "memory of a mixed model", sessions, result, f"<= {MEMORY:g} x lme4's", share, share <= MEMORY
            )
        )
    return made


def lme4(file: Path) -> dict[str, Any] | None:
    """What lmer says of the same table, how long it took and what it held; None where it is not installed."""
    if shutil.which("Rscript") is None:
        return None
    plain = file.with_suffix(".csv")
    pa.csv.write_csv(pq.read_table(file), plain)
    done = subprocess.run(["Rscript", str(SCRIPT), str(plain)], capture_output=True, text=True)
    plain.unlink()
    return dict(json.loads(done.stdout)) if done.returncode == 0 else None


# --- growth -----------------------------------------------------------------------------------------------------------
def _growth(file: Path, before: dict[str, Any], *, quick: bool) -> dict[str, Any]:
    name, limit = "growth of a mixed model", f"<= {GROWTH:g} x the time at 10^6, <= {MOST_MIB:.0f} MiB"
    if quick:
        return _row(name, "10^7 sessions", LEFT_OUT, limit, None, True)
    ours = _alone(file, 1)
    ratio = ours["seconds"] / before["seconds"]
    result = f"{ours['seconds']:.1f} s against {before['seconds']:.2f} s at 10^6; {ours['peak_mib']:.0f} MiB"
    holds = ratio <= GROWTH and ours["peak_mib"] <= MOST_MIB and ours["certified"]
    return _row(name, f"{ours['rows']:,} sessions, 3 levels", result, limit, ratio, holds)


# --- refits -----------------------------------------------------------------------------------------------------------
def _refits(file: Path) -> list[dict[str, Any]]:
    """Both kinds, against fitting once from the file in this same process."""
    seconds = []
    for _ in range(5):
        start = perf_counter()
        found = _fitted(file)
        seconds.append(perf_counter() - start)
    once, made = median(seconds), []
    for kind in ("cluster", "parametric"):
        start = perf_counter()
        drawn = bootstrap(found, REFITS, kind=kind)  # type: ignore[arg-type]
        took = perf_counter() - start
        if not isinstance(drawn, Bootstrap):
            raise RuntimeError(drawn.reason)
        ratio = took / once
        size = f"{found.n['rows']:,} sessions, {REFITS:,} refits"
        result = f"{took:.1f} s against {once:.2f} s for one fit; {drawn.failed} failed"
        holds = ratio <= REFITS_COST and drawn.failed == 0
        made.append(_row(f"{kind} bootstrap", size, result, f"<= {REFITS_COST:g} x one fit", ratio, holds))
    return made


def _fitted(file: Path) -> Fit:
    found = fit(MODEL, file)
    if isinstance(found, NotFitted):
        raise RuntimeError(found.reason)
    return found


# --- badly scaled -----------------------------------------------------------------------------------------------------
def _far_off(file: Path, folder: Path) -> dict[str, Any]:
    """A column with mean 10^6 and SD 3, an outcome about 10^8: the criterion is that of the same numbers near zero."""
    sessions = pq.read_table(file)
    far = _with(sessions, "late", sessions.column("late").to_numpy() * 3.0 + 1e6)
    far = _with(far, "wellbeing", far.column("wellbeing").to_numpy() + 1e8)
    near = _with(far, "late", far.column("late").to_numpy() - 1e6)
    near = _with(near, "wellbeing", near.column("wellbeing").to_numpy() - 1e8)
    criteria = []
    for name, one in (("far", far), ("near", near)):
        pq.write_table(one, folder / f"{name}.parquet")
        criteria.append(_fitted(folder / f"{name}.parquet").criterion)
    apart = abs(criteria[0] - criteria[1])
    result = f"criteria {apart:.1e} apart"
    size = f"{sessions.num_rows:,} sessions, mean 10^6 and SD 3, outcome + 10^8"
    return _row("badly scaled columns", size, result, f"<= {FAR:g} apart", apart, apart <= FAR)


# --- small services ---------------------------------------------------------------------------------------------------
def _small_services() -> dict[str, Any]:
    """Drawn at random with zero, small and large variances; against the kept criteria of lme4 at tolerance 1e-10."""
    kept = json.loads((HERE / "lme4.json").read_text())
    above, certified = [], 0
    for case in SMALL:
        found = fit(case.model(), table(case))
        if isinstance(found, NotFitted):
            raise RuntimeError(found.reason)
        above.append(found.criterion - kept[case.name]["REML"])
        certified += found.converged and found.certificate.optimal
    most, better = max(above), sum(one < -FAR for one in above)
    result = f"highest {most:+.1e}, lower in {better}; {certified} certified"
    holds = most <= FAR and certified == len(SMALL)
    return _row("never above lme4", f"{len(SMALL)} small services", result, f"<= {FAR:g} above", most, holds)


def _with(sessions: pa.Table, name: str, values: "np.ndarray[Any, Any]") -> pa.Table:
    return sessions.set_column(sessions.column_names.index(name), name, pa.array(values))


def _row(name: str, size: str, result: str, limit: str, ratio: float | None, holds: bool) -> dict[str, Any]:
    return {"name": name, "size": size, "result": result, "limit": limit, "ratio": ratio, "holds": holds}
