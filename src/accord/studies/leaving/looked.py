"""What somebody says who looked at the suspects of a model that foretells too well; it holds for no other suspect."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Looked:
    """A sentence of what was found about these suspects (names of predictors; None: about all there are this time)."""

    found: str
    suspects: frozenset[str] | None = None

    def covers(self, suspects: Collection[str]) -> bool:
        """Whether all of these were looked at; a new suspect was not."""
        return self.suspects is None or self.suspects.issuperset(suspects)


def covering(looks: Iterable[Looked], suspects: Collection[str]) -> Looked | None:
    """The first of `looks` that covers the suspects; None where nobody has looked at all of them at once."""
    return next((one for one in looks if one.covers(suspects)), None)
