"""The map of an import: a YAML file that says which column means what. Checked before a single row is read."""

import re
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.course.ending import LONGEST_WORDS, Ending
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Missing, Respondent
from accord.instruments.reading import Source, read_yaml
from accord.instruments.schema import item_numbers


def _words(written: object) -> object:
    """YAML reads ``1: 3`` as numbers; a cell is text."""
    return {str(key): value for key, value in written.items()} if isinstance(written, dict) else written


def _texts(written: object) -> object:
    return [str(one) for one in written] if isinstance(written, list) else written


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (ValueError, OSError, KeyError):
        raise ValueError("this is no time zone; write for example Europe/Madrid") from None
    return written


def _ended(written: object) -> object:
    """One word is an ending; the long form has words beside it."""
    return {"ending": written} if isinstance(written, str) else written


Column = Annotated[str, Field(min_length=1)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$")]
Text = Annotated[str, Field(min_length=3)]
Orders = Annotated[tuple[int, ...], BeforeValidator(item_numbers)]
Zone = Annotated[str, Field(min_length=1), BeforeValidator(_zone)]


class Part(BaseModel):
    """A part of a map: no unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilePart(Part):
    """How the file is written. `empty` lists the cells that stand for no answer, besides blank ones."""

    format: Literal["csv", "tsv", "parquet"] | None = None
    encoding: str = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    empty: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()


class DatePart(Part):
    """When the session was: `formats` are tried in order; ``iso`` or directives such as ``%d.%m.%Y %H:%M``."""

    column: Column
    formats: Annotated[tuple[str, ...], Field(min_length=1)] = ("iso",)
    timezone: Zone | None = None


class UndatedPart(Part):
    """For files without dates: a day to assume for the first session and the days between two sessions."""

    first_day: date
    every_days: Annotated[int, Field(ge=1, le=365)] = 7


class WordsPart(Part):
    """A column whose cells stand for something; cells that are not listed are faults."""

    column: Column
    values: Annotated[dict[str, Any], BeforeValidator(_words), Field(min_length=1)]


class KindPart(WordsPart):
    values: Annotated[dict[str, SessionKind], BeforeValidator(_words), Field(min_length=1)]


class AttendancePart(WordsPart):
    values: Annotated[dict[str, Attendance], BeforeValidator(_words), Field(min_length=1)]


class LanguagePart(WordsPart):
    """A column with the client's language; null: not said."""

    values: Annotated[dict[str, Language | None], BeforeValidator(_words), Field(min_length=1)]


class ClientPart(Part):
    """Who the client is: a column with a pseudonym. `consents` and `language` are put down for clients that are new."""

    column: Column
    prefix: Annotated[str, Field(max_length=20)] = ""
    language: Language | LanguagePart = "en"
    consents: tuple[Literal["ratings", "therapist", "supervision", "research"], ...] = ()

    @property
    def language_column(self) -> LanguagePart | None:
        """The column with the language, where there is one."""
        return self.language if isinstance(self.language, LanguagePart) else None


class Ended(Part):
    """How a course ended: one of a closed set where that is known, and `how` in words beside it."""

    ending: Ending | None = None
    how: Annotated[str, Field(max_length=LONGEST_WORDS)] = ""


class EndingPart(WordsPart):
    """A cell that says that the course ended with the last session of such rows, and how; null: it went on."""

    values: Annotated[
        dict[str, Annotated[Ended | None, BeforeValidator(_ended)]],
        BeforeValidator(_words),
        Field(min_length=1),
    ]


class CoursePart(Part):
    """What a file says of a whole course: how it ended, and the columns of its treatment and its planned number."""

    ending: EndingPart | None = None
    treatment: Column | None = None
    planned: Column | None = None


class SessionPart(Part):
    """Which session a row is about: a number, a date or both; `numbers` where a row holds a whole course.

    `kind` is one word for all sessions, or a column; without it in person is assumed.
    """

    number: Column | None = None
    numbers: Orders = ()
    counts_from: Annotated[int, Field(ge=0, le=1)] = 1
    date: DatePart | None = None
    undated: UndatedPart | None = None
    kind: SessionKind | KindPart | None = None
    attendance: AttendancePart | None = None

    @property
    def kind_column(self) -> KindPart | None:
        """The column with the kind, where there is one."""
        return self.kind if isinstance(self.kind, KindPart) else None


class TherapistPart(Part):
    """Who the therapist was: a column with the address of a member of staff, or words that stand for one."""

    column: Column
    staff: Annotated[dict[str, str], BeforeValidator(_words)] = Field(default_factory=dict)


class OnlyPart(Part):
    """Rows that are meant, where a file mixes several forms."""

    column: Column
    equals: Annotated[str, BeforeValidator(str)]


class FormPart(Part):
    """One form: an instrument with its items or its scores, and where they stand.

    `items` and `scores` name columns: a pattern such as ``q{item}`` or ``bdi_s{session}``, or column by column. Where
    a row is one answer, `item` or `scale` is the column that names it and `value` the column that holds it.
    """

    instrument: str
    version: int | None = None
    items: str | dict[int, Column] | None = None
    scores: dict[str, Column | dict[int, Column]] | None = None
    item: Column | None = None
    scale: Column | None = None
    value: Column | None = None
    names: Annotated[dict[str, int | str], BeforeValidator(_words)] = Field(default_factory=dict)
    labels: Annotated[dict[str, float], BeforeValidator(_words)] = Field(default_factory=dict)
    absent: Annotated[dict[str, Missing], BeforeValidator(_words)] = Field(default_factory=dict)
    only: OnlyPart | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        ways = [self.items, self.scores, self.item, self.scale]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("name exactly one of: items, scores, item, scale")
        if (self.value is not None) != (self.item is not None or self.scale is not None):
            raise ValueError("'value' goes together with 'item' or 'scale'")
        return self

    @property
    def is_scores(self) -> bool:
        """Whether scores come in, without the answers behind them."""
        return self.scores is not None or self.scale is not None


class RangePart(Part):
    """The range of an imported score and which end is the better one."""

    low: float
    high: float
    higher_is_better: bool

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low < self.high:
            raise ValueError("'low' must be below 'high'")
        return self


class DeclaredPart(Part):
    """Scores that Accord has no key for: it cannot compute or check them, only keep them and say so."""

    instrument: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
    title: Text
    source: Text
    respondent: Respondent = Respondent.CLIENT
    scores: Annotated[
        dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,29}$")], RangePart], Field(min_length=1)
    ]


class ImportMap(Part):
    """A whole map."""

    about: Text
    a_row_is: Literal["session", "client", "answer"]
    file: FilePart = FilePart()
    client: ClientPart
    session: SessionPart
    therapist: TherapistPart | None = None
    course: CoursePart = CoursePart()
    forms: tuple[FormPart, ...] = ()
    declares: tuple[DeclaredPart, ...] = ()
    ignore: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        session, whole = self.session, self.a_row_is == "client"
        if whole != bool(session.numbers):
            raise ValueError("'session: numbers' goes together with 'a_row_is: client', and only with it")
        if whole and (session.number or session.date or session.kind or session.attendance):
            raise ValueError("where a row is a client, sessions have 'numbers' and 'undated' only")
        if not whole and not (session.number or session.date):
            raise ValueError("'session' needs 'number', 'date' or both")
        if (session.date is None) != (session.undated is not None):
            raise ValueError("'session' needs either 'date' or 'undated'")
        for form in self.forms:
            if (form.value is not None) != (self.a_row_is == "answer"):
                raise ValueError(
                    "'item' or 'scale' with 'value' goes with 'a_row_is: answer', and only with it"
                )
        return self


def read_map(path: Path) -> ImportMap:
    """The map in a file; raises `Faults` with all that is wrong, each with its line and the near name."""
    source = read_yaml(path)
    if not isinstance(source.data, dict):
        raise refuse(path.name, "this is no map.", "Start from one in docs/maps.")
    try:
        return ImportMap.model_validate(source.data)
    except ValidationError as failure:
        raise Faults(_fault(source, error) for error in failure.errors()) from None


def _fault(source: Source, error: Any) -> Fault:
    place = tuple(part for part in error["loc"] if part != "[key]")
    where = source.where(place)
    if error["type"] == "extra_forbidden":
        return Fault(where, f"'{place[-1]}' is not known here.", hint(str(place[-1]), _names_at(place[:-1])))
    if error["type"] == "missing":
        return Fault(where, f"'{place[-1]}' is missing.", "docs/import.md has every name of a map.")
    told = str(error["msg"]).removeprefix("Value error, ")
    named = ".".join(str(part) for part in place if not isinstance(part, int)) or "the map"
    known = re.findall(r"'([^']+)'", told) if error["type"] in ("enum", "literal_error") else []
    return Fault(where, f"{named}: {told[:1].lower()}{told[1:]}.", hint(str(error["input"]), known))


def _names_at(place: tuple[Any, ...]) -> list[str]:
    """The names that are known at a place of the map."""
    model: type[BaseModel] = ImportMap
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            if inner is None:
                return []
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType, tuple, dict, Annotated):
        found = (_model_in(one) for one in get_args(annotation))
        return next((one for one in found if one is not None), None)
    return None
