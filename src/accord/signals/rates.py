"""How often a rule's signal comes for no reason, as measured on simulated services (``rates.yaml``).

`tests/validation/rule_rates.py` measures and writes that file; a test measures a small sample again. A simulated rate
says what the generator's assumptions amount to, not what a clinic will see.
"""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from accord.signals.signal import Basis, Often


class Rate(BaseModel):
    """One measured rule: signals per clean session (or client, `per`), and the share of signals that are real.

    `clean` and `signals` are what the two were counted in. `published` and `own` are the rate when the rule assumes
    published values and when it knows the service's own past; `rate`, `real` and the counts are of the higher one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    rate: float
    real: float
    per: str
    published: float
    own: float
    clean: int
    signals: int
    clients: int
    source: str


@cache
def rates() -> dict[str, Rate]:
    """Every measured rule by its id."""
    text = (files("accord.signals") / "rates.yaml").read_text(encoding="utf-8")
    return {rule: Rate.model_validate(one) for rule, one in (yaml.safe_load(text) or {}).items()}


@cache
def often(rule: str) -> Often:
    """How often the signals of `rule` are false; unknown when nobody has measured it."""
    found = rates().get(rule)
    return Often(Basis.SIMULATED, found.rate, found.real, found.source) if found else Often(Basis.UNKNOWN)
