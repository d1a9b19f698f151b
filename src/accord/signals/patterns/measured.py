"""How often each pattern shows in simulated clients in whom nothing of the kind is true (``measured.yaml``).

`tests/validation/pattern_rates.py` measures and writes that file. It says what the simulator's assumptions amount to;
nobody has measured it on people, so no page claims a rate.
"""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict


class Measured(BaseModel):
    """Shares of simulated clients over 12 sessions: `ever` at some look and `at_the_end` among the `clean` ones.

    `everybody`: among all `clients`; `planted`: among those in whom it was put in, None where it was not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    clean: int
    ever: float
    at_the_end: float
    everybody: float
    planted: float | None
    clients: int


@cache
def measured() -> dict[str, Measured]:
    """Every pattern by its id."""
    text = (files("accord.signals") / "patterns" / "measured.yaml").read_text(encoding="utf-8")
    return {id: Measured.model_validate(one) for id, one in yaml.safe_load(text).items()}
