"""How often the intervals of therapists hold what is true, over many services with a known spread between therapists.

    python -m tests.validation.therapists.intervals        # writes intervals.json beside this file, about a minute

Services of 20 and of 60 therapists with 10 to 80 people each, outcome SD 1 given the start. `inside`: share of
therapists' 95 % intervals that hold their true effect; `usual`: the same for the usual interval (BLUP at the REML
variance, which is taken for known); `share`: services whose interval for the share of variance holds the true one;
`zero`: services where the variance comes out as zero.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from accord.statistics.mixed.fitting import fit
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.result import Fit
from accord.studies.therapists.shrunken import predicted, shrunken

FILE = Path(__file__).with_name("intervals.json")
SHARES, THERAPISTS, SERVICES = (0.0, 0.01, 0.05, 0.10), (20, 60), 300
Z = 1.959963984540054


def service(share: float, therapists: int, random: np.random.Generator) -> tuple[pa.Table, dict[str, float]]:
    """A service, and what is true of its therapists."""
    true = random.normal(0, np.sqrt(share), therapists)
    whom = np.repeat(np.arange(therapists), random.integers(10, 81, therapists))
    intake = random.normal(0, 1, len(whom))
    outcome = 0.6 * intake + true[whom] + random.normal(0, np.sqrt(1 - share), len(whom))
    keys = [f"t{one:03d}" for one in whom]
    return pa.table({"therapist": keys, "intake": intake, "outcome": outcome}), {
        f"t{n:03d}": float(one) for n, one in enumerate(true)
    }


def fitted(table: pa.Table) -> Fit:
    """The model of the study on such a service."""
    found = fit(Model("outcome", ("intake",), (Random("therapist"),)), table)
    assert isinstance(found, Fit), found
    return found


def measure(services: int = SERVICES, seed: int = 3) -> dict[str, dict[str, float]]:
    """By share and number of therapists."""
    random, made = np.random.default_rng(seed), {}
    for share in SHARES:
        for therapists in THERAPISTS:
            inside, usual, held, zero = [], [], 0, 0
            for _ in range(services):
                table, true = service(share, therapists, random)
                found = fitted(table)
                groups = shrunken(found)
                effects = np.array([true[key] for key in groups.keys])
                inside.append(np.mean((np.array(groups.low) <= effects) & (effects <= np.array(groups.high))))
                ratio = found.random[0].sd[0] / found.residual_sd
                sums = found.sums
                mean, sd = predicted(sums.total, sums.products[0][:, 0, :], sums.rows[0].astype(float), ratio)
                off = np.abs(mean * sums.scale[-1] - effects)
                usual.append(np.mean(off <= Z * sd * sums.scale[-1]))
                low, high = groups.share.low, groups.share.high
                held += low is not None and high is not None and low <= share <= high
                zero += bool(found.random[0].at_zero)
            made[f"{share:g}, {therapists} therapists"] = {
                "inside": round(float(np.mean(inside)), 3),
                "usual": round(float(np.mean(usual)), 3),
                "share": round(held / services, 3),
                "zero": round(zero / services, 3),
            }
    return made


if __name__ == "__main__":
    found = measure()
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, one in found.items():
        print(name, one)
