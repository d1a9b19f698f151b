"""Services whose fits by lme4 and lmerTest are kept in lme4.json; made again from their seeds.

``python -m tests.validation.mixed_models.cases`` makes that file anew (R with lme4, lmerTest and jsonlite).
lme4 at its own tolerance is no reference for variances (off by 1e-4 to 5e-4), so it is tightened to 1e-10.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from accord.statistics.mixed.model import Model, Random

HERE = Path(__file__).parent
FIXED = ("log_session", "severity", "remote", "experience")
BOTH = ("1", "log_session")


@dataclass(frozen=True)
class Case:
    """What is true of a service: how many and how much they differ; and the model that is fitted to it.

    `sizes`: lowest and highest number of therapists per service, clients per therapist, sessions per client. `sd`:
    intercept and slope in log session by client, the same by therapist, intercept by service, residual. `far` is
    added to columns (and taken away again before lme4 sees them, for it is wrong on such data).
    """

    name: str
    random: tuple[Random, ...]
    services: int = 1
    sizes: tuple[tuple[int, int], ...] = ((15, 15), (5, 5), (8, 8))
    sd: tuple[float, ...] = (1.0, 0.4, 0.5, 0.0, 0.0, 1.5)
    fixed: tuple[str, ...] = FIXED
    far: tuple[tuple[str, float], ...] = ()
    seed: int = 1

    def model(self, reml: bool = True) -> Model:
        """The model of this case."""
        return Model("outcome", self.fixed, self.random, reml)


CLIENT, CLIENT_SLOPE = Random("client"), Random("client", BOTH)
THERAPIST, THERAPIST_SLOPE = Random("therapist"), Random("therapist", BOTH)
UNEVEN = ((6, 14), (1, 12), (1, 14))

CASES = (
    Case("two levels", (CLIENT,)),
    Case("two levels with a slope", (CLIENT_SLOPE,), seed=2),
    Case("balanced", (CLIENT_SLOPE, THERAPIST), seed=3),
    Case("unbalanced", (CLIENT_SLOPE, THERAPIST), sizes=((40, 40), (1, 12), (1, 14)), seed=4),
    Case(
        "slopes at two levels",
        (CLIENT_SLOPE, THERAPIST_SLOPE),
        sd=(1.0, 0.4, 0.6, 0.3, 0.0, 1.5),
        sizes=((30, 30), (3, 9), (3, 12)),
        seed=5,
    ),
    Case(
        "four levels",
        (CLIENT, THERAPIST, Random("service")),
        services=9,
        sizes=UNEVEN,
        sd=(1.0, 0.0, 0.6, 0.0, 0.5, 1.2),
        seed=6,
    ),
    Case(
        "four levels with slopes",
        (CLIENT_SLOPE, THERAPIST_SLOPE, Random("service")),
        services=8,
        sizes=UNEVEN,
        sd=(1.0, 0.5, 0.6, 0.4, 0.7, 1.0),
        seed=7,
    ),
    Case("therapists alike", (CLIENT_SLOPE, THERAPIST), sd=(1.0, 0.4, 0.0, 0.0, 0.0, 1.5), seed=8),
    Case("slope without variance", (CLIENT_SLOPE, THERAPIST), sd=(1.0, 0.0, 0.5, 0.0, 0.0, 1.5), seed=9),
    Case("few therapists", (CLIENT_SLOPE, THERAPIST), sizes=((4, 4), (8, 12), (4, 10)), seed=10),
    Case("far off columns", (CLIENT_SLOPE, THERAPIST), far=(("severity", 1e6), ("outcome", 1e8)), seed=11),
    Case(
        "far off slope",
        (CLIENT_SLOPE, THERAPIST_SLOPE),
        sd=(1.0, 0.4, 0.6, 0.3, 0.0, 1.5),
        far=(("log_session", 1e3),),
        sizes=((30, 30), (3, 9), (3, 12)),
        seed=5,
    ),
)

SMALL = tuple(
    Case(
        f"small service {client}, {slope}, {therapist}, {seed}",
        (CLIENT_SLOPE, THERAPIST),
        sizes=((4, 10), (2, 6), (2, 7)),
        sd=(client, slope, therapist, 0.0, 0.0, 1.0),
        fixed=("log_session", "severity"),
        seed=seed,
    )
    for client, slope, therapist, seed in product(
        (0.0, 0.3, 2.0), (0.0, 0.2, 1.0), (0.0, 0.8), range(101, 105)
    )
)


def table(case: Case) -> pa.Table:
    """The rows of a case."""
    random = np.random.default_rng(case.seed)
    (low_t, high_t), (low_c, high_c), (low_s, high_s) = case.sizes
    therapists = random.integers(low_t, high_t + 1, case.services)
    service_of = np.repeat(np.arange(case.services), therapists)
    clients = random.integers(low_c, high_c + 1, len(service_of))
    therapist_of = np.repeat(np.arange(len(service_of)), clients)
    sessions = random.integers(low_s, high_s + 1, len(therapist_of))
    client = np.repeat(np.arange(len(therapist_of)), sessions)
    therapist, n = therapist_of[client], len(client)
    number = np.arange(n) - (np.cumsum(sessions) - sessions)[client] + 1
    columns = {
        "log_session": np.log(number),
        "severity": random.normal(14.0, 3.0, len(therapist_of))[client],
        "remote": (random.random(n) < 0.3).astype(float),
        "experience": random.gamma(4.0, 2.5, len(service_of))[therapist],
    }

    def effect(sd: float, groups: int) -> np.ndarray:
        return sd * random.normal(size=groups)

    sd = case.sd
    truth = 20.0 + np.column_stack(list(columns.values())) @ [-0.8, 0.4, 0.2, -0.05]
    truth += effect(sd[0], len(therapist_of))[client] + effect(sd[2], len(service_of))[therapist]
    slopes = effect(sd[1], len(therapist_of))[client] + effect(sd[3], len(service_of))[therapist]
    truth += slopes * columns["log_session"]
    truth += effect(sd[4], case.services)[service_of[therapist]] + random.normal(0.0, sd[5], n)
    columns["outcome"] = truth
    for name, offset in case.far:
        columns[name] = columns[name] + offset
    keys = {"client": client, "therapist": therapist, "service": service_of[therapist]}
    return pa.table({**keys, **columns})


def formula(model: Model) -> str:
    """The model as lme4 writes it."""
    parts = [*model.fixed, *(f"({' + '.join(one.columns)} | {one.group})" for one in model.random)]
    return f"{model.outcome} ~ {' + '.join(parts)}"


def reference(cases: tuple[Case, ...]) -> dict[str, object]:
    """What lme4 says of each case, by REML and by ML."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, case in enumerate(cases):
            pyarrow.csv.write_csv(table(case), folder / f"{number}.csv")
        asked = [{"formula": formula(case.model()), "far": dict(case.far)} for case in cases]
        (folder / "asked.json").write_text(json.dumps(asked))
        done = subprocess.run(
            ["Rscript", str(HERE / "lme4.R"), place], capture_output=True, text=True, check=True, timeout=3600
        )
    return {case.name: answer for case, answer in zip(cases, json.loads(done.stdout), strict=True)}


if __name__ == "__main__":
    kept = reference(CASES) | {
        name: {"REML": one["REML"]["criterion"]} for name, one in reference(SMALL).items()
    }  # type: ignore[index]
    (HERE / "lme4.json").write_text(json.dumps(kept, indent=1) + "\n")
    sys.stdout.write(f"{len(kept)} cases\n")
