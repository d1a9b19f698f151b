"""Every picture there is, one line each: a new one is its own file and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accord.charts import (
    calibration,
    caterpillar,
    decision,
    dependability,
    finding,
    gap,
    groups,
    intervals,
    line,
    line_spec,
    line_svg,
    outcome,
    small,
)


@dataclass(frozen=True)
class Chart:
    """One picture: what it shows, its two drawings of the same values, and an example of such values."""

    about: str
    svg: Callable[..., str]
    spec: Callable[..., dict[str, Any]]
    example: Callable[[], Any]


CHARTS = {
    "line": Chart(
        "Ratings session by session, with the usual wobble", line_svg.svg, line_spec.spec, line.example
    ),
    "small": Chart("One part of the alliance as a small line", small.svg, small.spec, small.example),
    "outcome": Chart("An outcome on its own axis", outcome.svg, outcome.spec, outcome.example),
    "intervals": Chart(
        "Averages and where they likely lie", intervals.svg, intervals.spec, intervals.example
    ),
    "gap": Chart("Client's ratings beside the therapist's", gap.svg, gap.spec, gap.example),
    "dependability": Chart(
        "How far an average can be leaned on", dependability.svg, dependability.spec, dependability.example
    ),
    "finding": Chart("Literature over own data, on one axis", finding.svg, finding.spec, finding.example),
    "caterpillar": Chart(
        "Estimates of many with their intervals, own marked, others unnamed",
        caterpillar.svg,
        caterpillar.spec,
        caterpillar.example,
    ),
    "calibration": Chart(
        "What was foretold against what came, by tenth",
        calibration.svg,
        calibration.spec,
        calibration.example,
    ),
    "decision": Chart("Net benefit of acting on a model", decision.svg, decision.spec, decision.example),
    "groups": Chart("One number in several groups of people", groups.svg, groups.spec, groups.example),
}
