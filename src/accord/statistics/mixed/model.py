"""A linear mixed model as a small frozen value."""

from dataclasses import dataclass

INTERCEPT = "1"


@dataclass(frozen=True)
class Random:
    """Correlated random effects of one grouping: which columns vary between its groups; "1" is the intercept."""

    group: str
    columns: tuple[str, ...] = (INTERCEPT,)


@dataclass(frozen=True)
class Model:
    """A linear mixed model of rows in nested groups.

    `fixed` are numeric columns; the intercept is always there and not named. `random` goes from the innermost grouping
    outwards (client, therapist, service; up to three, so four levels with the rows). Estimated by REML, or by ML.
    """

    outcome: str
    fixed: tuple[str, ...] = ()
    random: tuple[Random, ...] = ()
    reml: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fixed effects in order, the intercept first."""
        return (INTERCEPT, *self.fixed)
