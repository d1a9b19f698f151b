"""Tables of persons at risk whose fits by glmer are kept in glmer.json; made again from their seeds.

``python tests/validation/hazards/cases.py`` makes that file anew (R with lme4 and jsonlite).
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

HERE = Path(__file__).parent
COLUMNS = ("alliance", "fall", "missed", "log_session")


@dataclass(frozen=True)
class Case:
    """What is true of a table: rows, therapists, how much they differ, where the intercept lies; and its seed."""

    name: str
    link: str
    points: int
    rows: int = 3000
    therapists: int = 60
    sd: float = 0.5
    intercept: float = -2.5
    seed: int = 1
    round_to: int = 6  # digits; few of them make patterns


CASES = (
    Case("logit, nine points", "logit", 9),
    Case("logit, Laplace", "logit", 1),
    Case("cloglog, nine points", "cloglog", 9),
    Case("cloglog, Laplace", "cloglog", 1),
    Case("therapists who differ much", "logit", 9, sd=1.5, therapists=40, seed=2),
    Case("small caseloads, Laplace", "cloglog", 1, rows=1500, therapists=300, sd=1.2, intercept=-1.5, seed=3),
    Case("eight therapists", "logit", 9, rows=800, therapists=8, seed=4),
    Case("no spread", "logit", 9, sd=0.0, seed=6),
    Case("no spread, cloglog", "cloglog", 9, sd=0.0, seed=6),
    Case("counted patterns", "cloglog", 9, rows=6000, seed=7, round_to=0),
)


def table(case: Case) -> pa.Table:
    """The rows of a case."""
    random = np.random.default_rng(case.seed)
    therapist = np.sort(random.integers(0, case.therapists, case.rows))
    columns = {
        "alliance": random.normal(size=case.rows).round(case.round_to),
        "fall": np.maximum(0.0, random.normal(size=case.rows)).round(case.round_to),
        "missed": (random.random(case.rows) < 0.15).astype(float),
        "log_session": np.log(random.integers(1, 13, case.rows)).round(case.round_to),
    }
    eta = case.intercept + np.column_stack(list(columns.values())) @ [-0.5, 0.3, 0.4, -0.2]
    eta += random.normal(0.0, case.sd, case.therapists)[therapist] if case.sd else 0.0
    chance = 1 / (1 + np.exp(-eta)) if case.link == "logit" else -np.expm1(-np.exp(eta))
    left = (random.random(case.rows) < chance).astype(int)
    return pa.table({"left": left, **columns, "therapist": [f"t{one:03d}" for one in therapist]})


def main() -> None:
    """Fit every case with glmer and keep what it says."""
    with tempfile.TemporaryDirectory() as folder:
        for place, case in enumerate(CASES):
            pyarrow.csv.write_csv(table(case), Path(folder) / f"{place}.csv")
        asked = [{"link": case.link, "points": case.points} for case in CASES]
        (Path(folder) / "asked.json").write_text(json.dumps(asked))
        done = subprocess.run(["Rscript", str(HERE / "glmer.R"), folder], stdout=subprocess.PIPE, check=True)
    answers = dict(zip((case.name for case in CASES), json.loads(done.stdout), strict=True))
    (HERE / "glmer.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
