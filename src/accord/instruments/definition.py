"""What an instrument is, as frozen values: items, scales, and how sure each number of its key is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """Why there is no answer. None of the three is ever a number."""

    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"


Answer = float | Missing


class Respondent(StrEnum):
    """Who answers."""

    CLIENT = "client"
    THERAPIST = "therapist"


class Family(StrEnum):
    """What an instrument is about."""

    ALLIANCE = "alliance"
    OUTCOME = "outcome"
    PREFERENCES = "preferences"
    PROFILE = "profile"
    TENSION = "tension"
    ARRIVAL = "arrival"


class ItemKind(StrEnum):
    """How an item is answered."""

    SLIDER = "slider"
    CHOICE = "choice"
    YES_NO = "yes_no"
    TICK = "tick"
    TEXT = "text"


class Method(StrEnum):
    """How a scale is made from its items: a closed set, so that one and many answers cannot drift apart."""

    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_SUM = "weighted_sum"
    SCALED_SUM = "scaled_sum"
    SCALED_MEAN = "scaled_mean"


class Confidence(StrEnum):
    """How sure a number is: read in its source, known but not re-read (high, medium, low), ours, or arithmetic."""

    SEEN = "seen"
    KNOWN_HIGH = "known-h"
    KNOWN_MEDIUM = "known-m"
    KNOWN_LOW = "known-l"
    DESIGN = "design"
    CALCULATED = "calc"

    @property
    def words(self) -> str:
        """The tag in words for a page or a terminal."""
        return _CONFIDENCE_WORDS[self]


_CONFIDENCE_WORDS = {
    Confidence.SEEN: "read in the source",
    Confidence.KNOWN_HIGH: "from the literature, not re-read (high confidence)",
    Confidence.KNOWN_MEDIUM: "from the literature, not re-read (medium confidence)",
    Confidence.KNOWN_LOW: "from the literature, not re-read (low confidence)",
    Confidence.DESIGN: "Accord's own choice, no published value behind it",
    Confidence.CALCULATED: "arithmetic from the published parts",
}


@dataclass(frozen=True)
class Evidence:
    """Where a number comes from and how sure it is."""

    confidence: Confidence
    source: str


@dataclass(frozen=True)
class Item:
    """One item by number. `risk_at`: a safety answer is positive from this value on."""

    number: int
    kind: ItemKind
    low: float | None = None
    high: float | None = None
    step: float = 1.0
    domain: str | None = None
    risk_at: float | None = None
    optional: bool = False
    loinc: str | None = None

    def allows(self, value: float) -> bool:
        """Whether `value` can be an answer: in range, and on a step where there are only steps."""
        if self.low is None or self.high is None or not self.low <= value <= self.high:
            return False
        return not self.stepped or ((value - self.low) / self.step).is_integer()

    @property
    def stepped(self) -> bool:
        """Whether only whole steps are answers; a slider may stand between its marks."""
        return self.kind in (ItemKind.CHOICE, ItemKind.YES_NO, ItemKind.TICK)


@dataclass(frozen=True)
class Bands:
    """Where the bands of a scale start, the lowest band left out. Unnamed: a band is no verdict."""

    starts: tuple[float, ...]
    evidence: Evidence


class Side(StrEnum):
    """On which side of a cut-off its meaning holds."""

    BELOW = "below"
    AT_OR_BELOW = "at_or_below"
    AT_OR_ABOVE = "at_or_above"


@dataclass(frozen=True)
class Cutoff:
    """A published cut-off: a prompt to ask, never a diagnosis."""

    value: float
    side: Side
    meaning: str
    evidence: Evidence


@dataclass(frozen=True)
class Reliability:
    """One published reliability of the kind `kind` (alpha, retest), as a range where sources differ."""

    kind: str
    low: float
    high: float
    evidence: Evidence


@dataclass(frozen=True)
class Change:
    """The smallest change that is more than measurement error, at confidence `level` (95 or 90 %; None: not said)."""

    points: float
    level: int | None
    evidence: Evidence


@dataclass(frozen=True)
class Scale:
    """One score: which items, how they are put together, how many may be missing, and what is known about it.

    `may_miss_only` names the items that may be missing where not every one may (empty: any, but never a safety item).
    `higher_is_better` is None where neither end is better, as in a preference.
    """

    id: str
    items: tuple[int, ...]
    method: Method
    low: float
    high: float
    higher_is_better: bool | None
    key: Evidence
    reversed: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    factor: float = 1.0
    may_miss: int = 0
    may_miss_only: tuple[int, ...] = ()
    prorate: bool = False
    missing_rule: Evidence | None = None
    domain: str | None = None
    risk: bool = False
    loinc: str | None = None
    bands: Bands | None = None
    cutoffs: tuple[Cutoff, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    change: Change | None = None


@dataclass(frozen=True)
class Instrument:
    """One version of one instrument, its items in the order of the form.

    `validated` is False until data say otherwise; then it is another version. `therapist_only`: what is written there
    is for the therapist of the course alone. An instrument of words alone has no scale, and `main_scale` is empty.
    """

    id: str
    version: int
    title: str
    family: Family
    respondent: Respondent
    own: bool
    validated: bool
    enabled: bool
    source: str
    licence: str
    recall: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    main_scale: str
    twin: str | None = None
    disabled_reason: str | None = None
    loinc: str | None = None
    answer_codes: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    has_text: bool = False
    therapist_only: bool = False

    def item(self, number: int) -> Item:
        """The item with this number; KeyError when there is none."""
        for item in self.items:
            if item.number == number:
                return item
        raise KeyError(number)

    def scale(self, name: str) -> Scale:
        """The scale with this id; KeyError when there is none."""
        for scale in self.scales:
            if scale.id == name:
                return scale
        raise KeyError(name)

    @property
    def risk_numbers(self) -> tuple[int, ...]:
        """Numbers of the safety items."""
        return tuple(item.number for item in self.items if item.risk_at is not None)

    @property
    def code_values(self) -> Mapping[str, float]:
        """Values of the LOINC answer codes."""
        return dict(self.answer_codes)
