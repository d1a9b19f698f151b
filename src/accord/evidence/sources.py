"""Where figures come from: every key of a source with the address under which it was found (`sources.yaml`)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.instruments.reading import read_yaml, validated

FILE = Path(__file__).with_name("sources.yaml")
DOI = r"^10\.\d{4,9}/\S+$"


class Source(BaseModel):
    """One source. `printed` is its address as noted; `doi` and `url` were read out of that, and may both be missing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    key: str
    printed: str | None = None
    name: str | None = None
    doi: Annotated[str, Field(pattern=DOI)] | None = None
    doi_completed: bool = False
    url: Annotated[str, Field(pattern=r"^https://\S+$")] | None = None
    secondary: bool = False
    recalled: bool = False

    @property
    def address(self) -> str | None:
        """A link that can be followed, the DOI first; None when only a note of the place exists."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def words(self) -> str:
        """The source in a line: name or key, then what is known of where it is."""
        where = f"doi {self.doi}" if self.doi else self.url or self.printed or "named from memory, no address"
        added = " (start of the DOI added here)" if self.doi_completed else ""
        named = f"{self.name} [{self.key}]" if self.name else self.key
        return f"{named}: {where}{added}{', second hand' if self.secondary else ''}"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    version: int
    sources: dict[str, Source]


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its key; `Faults` with all that is wrong in the file."""
    file = read_yaml(FILE)
    for key, entry in (file.data.get("sources") or {}).items():
        if isinstance(entry, dict):
            entry["key"] = key
    return validated(file, _Entry).sources


def source(key: str) -> Source:
    """The source with this key; `Faults` with the near name when there is none."""
    found = sources().get(key)
    if found is None:
        raise refuse("source", f"there is no '{key}'.", hint(key, sources()))
    return found
