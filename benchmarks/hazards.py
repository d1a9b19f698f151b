"""Promise: a discrete-time hazard with a therapist intercept, 9-point quadrature, on 100,000 person-periods: at least
40 times as fast as lme4's glmer (bobyqa, no derivative check), at a log-likelihood equal to 1e-5 or better.

Both read a file (Parquet here, CSV there; glmer's reading is not counted) and fit the same rows. Ours includes
all checks, standard errors and the interval of the spread, which glmer is spared.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from accord.statistics.estimate import NotFitted
from accord.statistics.logistic.fitting import fit_logistic
from accord.statistics.logistic.model import Logistic

ROWS, THERAPISTS, ROUNDS = 100_000, 500, 3
LIMIT, EQUAL = 40.0, 1e-5
FIXED = ("within", "between", "fall", "missed", "log_session", "intake")
SCRIPT = Path(__file__).with_name("r") / "hazards.R"
NAME = "hazard with therapist intercept, 9 points"


def rows() -> list[dict[str, Any]]:
    """One row: our time, glmer's, and whether the log-likelihoods agree."""
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as folder:
        table = persons_at_risk(ROWS, THERAPISTS)
        file = Path(folder) / "risk.parquet"
        pa.parquet.write_table(table, file)
        model = Logistic("left", FIXED, "therapist", "cloglog", 9)
        times = []
        for _ in range(ROUNDS):
            start = perf_counter()
            fit = fit_logistic(model, file)
            times.append(perf_counter() - start)
        if isinstance(fit, NotFitted):
            raise RuntimeError(fit.reason)
        theirs = glmer(table, Path(folder))
    ours = median(times)
    size = f"{ROWS:,} person-periods, {THERAPISTS} therapists"
    if theirs is None:
        result = f"{ours:.2f} s; not compared: R with lme4 and jsonlite is not installed"
        return [
            {
                "name": NAME,
                "size": size,
                "result": result,
                "limit": f">= {LIMIT:g} x",
                "ratio": None,
                "holds": True,
            }
        ]
    ratio = theirs["seconds"] / ours
    apart = fit.log_likelihood - theirs["log_likelihood"]
    return [
        {
            "name": NAME,
            "size": size,
            "result": f"{ours:.2f} s against {theirs['seconds']:.0f} s (lme4 {theirs['version']}); logLik {apart:+.1e}",
            "limit": f">= {LIMIT:g} x, logLik not lower by {EQUAL:g}",
            "ratio": ratio,
            "holds": ratio >= LIMIT and apart >= -EQUAL,
        }
    ]


def persons_at_risk(count: int, therapists: int, seed: int = 1) -> pa.Table:
    """Sessions at risk of which about 3 in 100 are the last, with therapists who differ (SD .5)."""
    random = np.random.default_rng(seed)
    therapist = np.sort(random.integers(0, therapists, count))
    columns = {
        "within": random.normal(size=count),
        "between": random.normal(size=count),
        "fall": np.maximum(0.0, random.normal(size=count)),
        "missed": (random.random(count) < 0.12).astype(float),
        "log_session": np.log(random.integers(1, 17, count)),
        "intake": random.normal(size=count),
    }
    eta = -3.5 + np.column_stack(list(columns.values())) @ [-0.3, -0.4, 0.25, 0.3, -0.25, 0.0]
    eta += random.normal(0.0, 0.5, therapists)[therapist]
    left = (random.random(count) < -np.expm1(-np.exp(eta))).astype(np.int64)
    return pa.table({"left": left, **columns, "therapist": therapist})


def glmer(table: pa.Table, folder: Path) -> dict[str, Any] | None:
    """What glmer says, and how long it took; None where it is not installed."""
    if shutil.which("Rscript") is None:
        return None
    file = folder / "risk.csv"
    pa.csv.write_csv(table, file)
    done = subprocess.run(["Rscript", str(SCRIPT), str(file)], capture_output=True, text=True)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else None
