"""How often the ladder of invariance is wrong by chance, and what it sees; writes ``ladder.json`` beside this file.

Run: ``OMP_NUM_THREADS=1 python tests/validation/frontiers/ladder.py``. Four items as of the check-in, two groups, 200
pairs of groups each. `fails`: CFI and RMSEA both go beyond their limits; `unclear`: one of them.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from accord.statistics.factor.fitting import fit_factors
from accord.statistics.factor.model import Equal, Factors, Moments, moments
from accord.studies.frontiers.invariance import Climb, Step

HERE = Path(__file__).parent
SIZES = ((100, 100), (200, 200), (400, 100), (500, 500))
CASES: dict[str, dict[str, float]] = {
    "alike": {},
    "one group lower by half an SD": {"level": -0.5},
    "one item shifted by .3 SD": {"shift": 0.3},
    "one loading higher by 30 %": {"stretch": 0.3},
}
PAIRS = 200


def group(
    draw: np.random.Generator, count: int, *, level: float = 0, shift: float = 0, stretch: float = 0
) -> Moments:
    """Answers to four items: a factor of SD 7, small parts of their own, error of SD 5."""
    factor = draw.normal(level, 1, count)
    own = draw.normal(0, 1.5, (count, 3))
    values = 60 + 7 * factor[:, None] + draw.normal(0, 5, (count, 4))
    values[:, :3] += own - own.mean(1, keepdims=True)
    values[:, 1] += shift * 8.7
    values[:, 2] += stretch * 7 * factor
    return moments(values)


def main() -> None:
    """Every size and case."""
    draw, found = np.random.default_rng(1), []
    for first, second in SIZES:
        for name, change in CASES.items():
            steps: list[list[Step]] = []
            for _ in range(PAIRS):
                pair = (group(draw, first), group(draw, second, **change))
                fits = [fit_factors(Factors.one(4), pair, step) for step in Equal]
                steps.append(
                    [Climb(b.equal, a.cfi - b.cfi, b.rmsea - a.rmsea).outcome for a, b in pairwise(fits)]
                )
            shares = {
                f"{step.value}_{outcome.value}": sum(one[place] is outcome for one in steps) / PAIRS
                for place, step in enumerate((Equal.LOADINGS, Equal.INTERCEPTS))
                for outcome in (Step.FAILS, Step.UNCLEAR)
            }
            compared = sum(all(one is Step.HOLDS for one in both) for both in steps) / PAIRS
            found.append({"clients": [first, second], "case": name, "means_compared": compared, **shares})
            print(found[-1], flush=True)
    (HERE / "ladder.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
