"""Services with known truth, fitted: do estimates lie around it, and do 95 % intervals hold it as often as they say?

``python -m tests.validation.mixed_models.recovery`` makes recovery.json anew: 1,000 services, plain NumPy. Random
effects are judged by their variances: those are estimated without bias, their roots a little too small.
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tests.statistics.mixed.plain import summed

from accord.statistics.mixed.components import components
from accord.statistics.mixed.fitting import fit_sums
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.profile import profile_sd
from accord.statistics.mixed.result import Fit

HERE = Path(__file__).parent
SERVICES = 1000
MODEL = Model(
    "outcome",
    ("log_session", "severity", "remote", "experience"),
    (Random("client", ("1", "log_session")), Random("therapist")),
)
EFFECTS = {"1": 20.0, "log_session": -0.8, "severity": 0.4, "remote": 0.2, "experience": -0.05}
CLIENT = np.array([[1.2**2, -0.3 * 1.2 * 0.5], [-0.3 * 1.2 * 0.5, 0.5**2]])
SDS = {"client 1": 1.2, "client log_session": 0.5, "therapist 1": 0.6, "residual 1": 1.5}
THERAPISTS = 50


@dataclass(frozen=True)
class Told:
    """Of one number over all services: truth, mean estimate and its SE, and how many intervals held the truth."""

    truth: float
    mean: float
    error: float
    held: int
    services: int

    @property
    def off(self) -> float:
        """How far the mean lies from the truth, in its own SEs."""
        return abs(self.mean - self.truth) / self.error


def service(seed: int) -> dict[str, np.ndarray]:
    """One service: 50 therapists, 4 to 10 clients each, 2 to 14 sessions each."""
    random = np.random.default_rng(seed)
    therapist_of = np.repeat(np.arange(THERAPISTS), random.integers(4, 11, THERAPISTS))
    sessions = random.integers(2, 15, len(therapist_of))
    client = np.repeat(np.arange(len(therapist_of)), sessions)
    number = np.arange(len(client)) - (np.cumsum(sessions) - sessions)[client] + 1
    data = {
        "client": client,
        "therapist": therapist_of[client],
        "log_session": np.log(number),
        "severity": random.normal(14.0, 3.0, len(therapist_of))[client],
        "remote": (random.random(len(client)) < 0.3).astype(float),
        "experience": random.gamma(4.0, 2.5, THERAPISTS)[therapist_of[client]],
    }
    own = random.multivariate_normal(np.zeros(2), CLIENT, len(therapist_of))[client]
    outcome = EFFECTS["1"] + sum(EFFECTS[name] * data[name] for name in MODEL.fixed)
    outcome = outcome + own[:, 0] + own[:, 1] * data["log_session"]
    outcome += SDS["therapist 1"] * random.normal(size=THERAPISTS)[data["therapist"]]
    return data | {"outcome": outcome + random.normal(0.0, SDS["residual 1"], len(client))}


def recovered(seeds: range) -> dict[str, Told]:
    """What becomes of each number over these services."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for seed in seeds:
        made = fit_sums(summed(MODEL, service(seed)))
        assert isinstance(made, Fit) and made.converged
        for one in made.fixed:
            found.setdefault(one.name, []).append((one.estimate, one.low, one.high))
        for part in components(made):
            if part.other is None:
                end = (
                    part.estimate
                    if part.estimate.low is not None
                    else profile_sd(made, part.group, part.column)
                )
                name = f"{part.group} {part.column}"
                found.setdefault(name, []).append((end.value**2, end.low**2, end.high**2))
        end = profile_sd(made, "therapist")
        found.setdefault("therapist 1, profile", []).append((end.value**2, end.low**2, end.high**2))
    truths = (
        EFFECTS
        | {name: sd**2 for name, sd in SDS.items()}
        | {"therapist 1, profile": SDS["therapist 1"] ** 2}
    )
    return {name: _told(truths[name], np.array(rows)) for name, rows in found.items()}


def _told(truth: float, rows: np.ndarray) -> Told:
    estimates, low, high = rows.T
    held = int(np.sum((low <= truth) & (truth <= high)))
    error = float(estimates.std(ddof=1) / np.sqrt(len(rows)))
    return Told(truth, float(estimates.mean()), error, held, len(rows))


if __name__ == "__main__":
    told = recovered(range(1, SERVICES + 1))
    kept = {name: asdict(one) for name, one in told.items()}
    (HERE / "recovery.json").write_text(json.dumps(kept, indent=1) + "\n")
    for name, one in told.items():
        sys.stdout.write(
            f"{name}: {one.mean:.4f} of {one.truth}, {one.off:.1f} SE off; {one.held} of {one.services}\n"
        )
