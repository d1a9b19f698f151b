"""The instruments that are here: one folder each in ``library/``, read when first asked for."""

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from accord.basics.faults import Fault, Faults
from accord.basics.near import near_name
from accord.instruments.definition import Instrument
from accord.instruments.reading import read_yaml
from accord.instruments.schema import DefinitionPart

LIBRARY = Path(__file__).parent / "library"


class UnknownInstrument(Faults):
    """No instrument, or no such version of it; `near` is what was probably meant."""

    def __init__(self, name: str, what: str, near: str | None = None) -> None:
        self.name = name
        self.near = near
        do = f"Did you mean {near}?" if near else "'accord instruments list' names them all."
        super().__init__([Fault(name, what, do)])


@cache
def identifiers() -> tuple[str, ...]:
    """Ids of all instruments, sorted."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("*/definition.yaml")))


def versions(name: str) -> tuple[int, ...]:
    """Versions of an instrument that can still be scored, oldest first."""
    earlier = [int(path.stem[1:]) for path in (LIBRARY / name / "earlier").glob("v*.yaml")]
    return (*sorted(earlier), instrument(name).version)


@cache
def instrument(name: str, version: int | None = None) -> Instrument:
    """The instrument in its newest version, or in the one asked for; raises `UnknownInstrument`."""
    if name not in identifiers():
        raise UnknownInstrument(name, "there is no such instrument.", near_name(name, identifiers()))
    newest = _load(LIBRARY / name / "definition.yaml")
    if version is None or version == newest.version:
        return newest
    earlier = LIBRARY / name / "earlier" / f"v{version}.yaml"
    if not earlier.is_file():
        known = ", ".join(map(str, versions(name)))
        raise UnknownInstrument(name, f"there is no version {version} of it; there are: {known}.")
    return _load(earlier)


@cache
def all_instruments() -> tuple[Instrument, ...]:
    """Every instrument in its newest version: Accord's own first, then by id."""
    found = [instrument(name) for name in identifiers()]
    return tuple(sorted(found, key=lambda one: (not one.own, one.id)))


def _load(path: Path) -> Instrument:
    source = read_yaml(path)
    try:
        part = DefinitionPart.model_validate(source.data)
    except ValidationError as failure:
        do = f"'accord instruments check {path.parent}' names all faults."
        raise Faults([Fault(str(path.name), f"{failure.error_count()} faults.", do)]) from failure
    folder = LIBRARY / part.id / "text"
    return part.instrument(has_text=any(folder.glob("*.yaml")))
