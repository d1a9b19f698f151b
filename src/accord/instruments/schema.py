"""The form of ``definition.yaml``, checked strictly, and the way from it to an `Instrument`."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from accord.basics.near import hint
from accord.instruments.definition import (
    Bands,
    Change,
    Confidence,
    Cutoff,
    Evidence,
    Family,
    Instrument,
    Item,
    ItemKind,
    Method,
    Reliability,
    Respondent,
    Scale,
    Side,
)


def item_numbers(written: object) -> object:
    """Item numbers from ``"1-5, 8"``, one number or a list; what is none of them is left for the check to refuse."""
    if isinstance(written, int) and not isinstance(written, bool):
        return (written,)
    if isinstance(written, list):
        return tuple(written)
    if not isinstance(written, str):
        return written
    numbers: list[int] = []
    for part in written.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", part)
        if match is None:
            raise ValueError(f"'{written}' is no list of items. Write for example 1-5, 8.")
        first, last = int(match[1]), int(match[2] or match[1])
        numbers += range(first, last + 1)
    return tuple(numbers)


def _member(kind: Callable[[Any], Any]) -> BeforeValidator:
    # Strict mode takes enum members only; a file has their values.
    def convert(written: object) -> object:
        try:
            return kind(written)
        except ValueError:
            names = ", ".join(one.value for one in kind)  # type: ignore[attr-defined]
            near = hint(str(written), names.split(", "))
            raise ValueError(f"'{written}' is not one of: {names}. {near}".strip()) from None

    return BeforeValidator(convert)


def _list_to_tuple(written: object) -> object:
    return tuple(written) if isinstance(written, list) else written


Numbers = Annotated[tuple[int, ...], BeforeValidator(item_numbers)]
Reals = Annotated[tuple[float, ...], BeforeValidator(_list_to_tuple)]
Sure = Annotated[Confidence, _member(Confidence)]


class Part(BaseModel):
    """A part of a definition: no unknown names, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EvidencePart(Part):
    confidence: Sure
    source: Annotated[str, Field(min_length=2)]

    def evidence(self) -> Evidence:
        return Evidence(self.confidence, self.source)


class ItemsPart(Part):
    """Items that are alike: `numbers` of them."""

    numbers: Numbers
    kind: Annotated[ItemKind, _member(ItemKind)]
    low: float | None = None
    high: float | None = None
    step: Annotated[float, Field(gt=0)] = 1.0
    domain: str | None = None
    risk_at: float | None = None
    optional: bool = False
    loinc: Annotated[str, Field(pattern=r"^\d+-\d$")] | None = None


class MissingPart(EvidencePart):
    may_miss: Annotated[int, Field(ge=0)]
    only: Numbers = ()


class BandsPart(EvidencePart):
    starts: Reals


class CutoffPart(EvidencePart):
    value: float
    side: Annotated[Side, _member(Side)]
    meaning: str


class ReliabilityPart(EvidencePart):
    kind: str
    low: Annotated[float, Field(ge=0, le=1)]
    high: Annotated[float, Field(ge=0, le=1)]


class ChangePart(EvidencePart):
    points: Annotated[float, Field(gt=0)]
    level: int | None = None


class ScalePart(Part):
    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
    items: Numbers
    method: Annotated[Method, _member(Method)]
    low: float
    high: float
    higher_is_better: bool | None
    key: EvidencePart
    reversed: Numbers = ()
    weights: Reals = ()
    factor: float = 1.0
    missing: MissingPart | None = None
    domain: str | None = None
    risk: bool = False
    loinc: str | None = None
    bands: BandsPart | None = None
    cutoffs: Annotated[tuple[CutoffPart, ...], BeforeValidator(_list_to_tuple)] = ()
    reliability: Annotated[tuple[ReliabilityPart, ...], BeforeValidator(_list_to_tuple)] = ()
    change: ChangePart | None = None

    def scale(self) -> Scale:
        missing = self.missing
        return Scale(
            id=self.id,
            items=self.items,
            method=self.method,
            low=self.low,
            high=self.high,
            higher_is_better=self.higher_is_better,
            key=self.key.evidence(),
            reversed=self.reversed,
            weights=self.weights,
            factor=self.factor,
            may_miss=missing.may_miss if missing else 0,
            may_miss_only=missing.only if missing else (),
            prorate=bool(missing and missing.may_miss),
            missing_rule=missing.evidence() if missing else None,
            domain=self.domain,
            risk=self.risk,
            loinc=self.loinc,
            bands=Bands(self.bands.starts, self.bands.evidence()) if self.bands else None,
            cutoffs=tuple(Cutoff(one.value, one.side, one.meaning, one.evidence()) for one in self.cutoffs),
            reliability=tuple(
                Reliability(one.kind, one.low, one.high, one.evidence()) for one in self.reliability
            ),
            change=Change(self.change.points, self.change.level, self.change.evidence())
            if self.change
            else None,
        )


class DefinitionPart(Part):
    """A whole ``definition.yaml``."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[int, Field(ge=1)]
    title: str
    family: Annotated[Family, _member(Family)]
    respondent: Annotated[Respondent, _member(Respondent)]
    own: bool
    validated: bool
    enabled: bool
    source: Annotated[str, Field(min_length=3)]
    licence: Annotated[str, Field(min_length=3)]
    recall: str
    items: Annotated[tuple[ItemsPart, ...], BeforeValidator(_list_to_tuple), Field(min_length=1)]
    scales: Annotated[tuple[ScalePart, ...], BeforeValidator(_list_to_tuple)] = ()
    main_scale: str = ""
    order: Numbers = ()
    twin: str | None = None
    disabled_reason: str | None = None
    loinc: str | None = None
    answer_codes: dict[str, float] = Field(default_factory=dict)
    therapist_only: bool = False
    notes: Annotated[tuple[str, ...], BeforeValidator(_list_to_tuple)] = ()

    def instrument(self, *, has_text: bool) -> Instrument:
        """The frozen value, its items in the order of the form; the definition must have been checked."""
        scales = tuple(part.scale() for part in self.scales)
        domains = {number: scale.domain for scale in scales if scale.domain for number in scale.items}
        items = {n: _item(part, n, domains.get(n)) for part in self.items for n in part.numbers}
        return Instrument(
            id=self.id,
            version=self.version,
            title=self.title,
            family=self.family,
            respondent=self.respondent,
            own=self.own,
            validated=self.validated,
            enabled=self.enabled,
            source=self.source,
            licence=self.licence,
            recall=self.recall,
            items=tuple(items[number] for number in self.order or sorted(items)),
            scales=scales,
            main_scale=self.main_scale,
            twin=self.twin,
            disabled_reason=self.disabled_reason,
            loinc=self.loinc,
            answer_codes=tuple(self.answer_codes.items()),
            notes=self.notes,
            has_text=has_text,
            therapist_only=self.therapist_only,
        )


def _item(part: ItemsPart, number: int, domain: str | None) -> Item:
    binary = part.kind in (ItemKind.YES_NO, ItemKind.TICK)
    return Item(
        number=number,
        kind=part.kind,
        low=0.0 if binary else part.low,
        high=1.0 if binary else part.high,
        step=part.step,
        domain=part.domain or domain,
        risk_at=part.risk_at,
        optional=part.optional,
        loinc=part.loinc,
    )
