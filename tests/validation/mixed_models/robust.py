"""Tables whose CR2 errors by clubSandwich are kept in robust.json; made again from their seeds.

``python tests/validation/mixed_models/robust.py`` makes that file anew (R with lme4, clubSandwich and jsonlite).
"""

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from accord.statistics.mixed.model import Model, Random

HERE = Path(__file__).parent
CLIENTS = "y ~ t + age + odd + (1 + t | client)"
THERAPISTS = "y ~ t + age + odd + (1 + t | client) + (1 | therapist)"
SLOPES = "y ~ t + age + odd + (1 | client) + (1 + age | therapist)"


@dataclass(frozen=True)
class Case:
    """What is asked of which table; `heavy` makes errors of some therapists larger, which is what CR2 is for."""

    name: str
    formula: str
    cluster: str
    therapists: int = 20
    heavy: float = 3.0
    seed: int = 1


CASES = (
    Case("clients", CLIENTS, "client", therapists=4),
    Case("therapists", THERAPISTS, "therapist"),
    Case("few therapists", THERAPISTS, "therapist", therapists=6, seed=2),
    Case("a slope between therapists", SLOPES, "therapist", therapists=12, seed=3),
    Case(
        "a variance of zero",
        "y ~ t + age + odd + (1 | client) + (1 | therapist)",
        "therapist",
        heavy=0.0,
        seed=8,
    ),
)

MODELS = {
    CLIENTS: (Random("client", ("1", "t")),),
    THERAPISTS: (Random("client", ("1", "t")), Random("therapist")),
    SLOPES: (Random("client"), Random("therapist", ("1", "age"))),
    CASES[-1].formula: (Random("client"), Random("therapist")),
}


def model(case: Case) -> Model:
    """The model of a case."""
    return Model("y", ("t", "age", "odd"), MODELS[case.formula])


def table(case: Case) -> pa.Table:
    """The rows of a case; `odd` is a column that only one therapist has."""
    random = np.random.default_rng(case.seed)
    therapist_of = np.repeat(np.arange(case.therapists), random.integers(2, 12, case.therapists))
    client = np.repeat(np.arange(len(therapist_of)), random.integers(1, 9, len(therapist_of)))
    therapist = therapist_of[client]
    t = random.normal(3, 2, len(client)).round(6)
    age = random.normal(0, 1, len(therapist_of)).round(6)[client]
    odd = ((therapist == 1) & (random.random(len(client)) < 0.5)).astype(float)
    y = 10 + t - age + odd + random.normal(0, 2, len(therapist_of))[client]
    y += random.normal(0, 0.7, len(therapist_of))[client] * t
    y += case.heavy / 3 * random.normal(0, 1, case.therapists)[therapist] * (1 + age)
    y += random.normal(0, 1, len(client)) * (1 + case.heavy * (therapist % 3 == 0))
    return pa.table(
        {"client": client, "therapist": therapist, "t": t, "age": age, "odd": odd, "y": y.round(6)}
    )


def main() -> None:
    """Ask clubSandwich and keep what it says."""
    with tempfile.TemporaryDirectory() as folder:
        for place, case in enumerate(CASES):
            pyarrow.csv.write_csv(table(case), Path(folder) / f"{place}.csv")
        (Path(folder) / "asked.json").write_text(json.dumps([asdict(case) for case in CASES]))
        done = subprocess.run(
            ["Rscript", str(HERE / "robust.R"), folder], capture_output=True, text=True, check=True
        )
    answers = {case.name: answer for case, answer in zip(CASES, json.loads(done.stdout), strict=True)}
    (HERE / "robust.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
