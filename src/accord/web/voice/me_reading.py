"""From rows to what one client may read about themselves: their line, what they wrote, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from accord.basics.absence import NotAsked, TooFew
from accord.signals.known import CHANGE, FELT_OFF, MAIN, TALK, TOTAL
from accord.web.attention.learnt import learnt_of
from accord.web.checkin.actions import texts_of
from accord.web.checkin.models import Opening, Response
from accord.web.people.models import Client, Consent
from accord.web.therapy import models
from accord.web.therapy.reading import read_courses
from accord.web.therapy.usual import UsualRange, usual_of
from accord.web.voice.changes import Change, changes_of
from accord.web.voice.models import Concern, Door, Erasure


@dataclass(frozen=True)
class Spoken:
    """Something the client wrote, and what became of it; an instant that has not come is None.

    `to` is empty for a check-in, else the therapist they wrote to. `seen_otherwise`: a concern is told to the therapist
    also before the answers around it are opened, so that "not opened" would be false.
    """

    key: str
    words: str
    at: datetime
    to: str = ""
    read_by: str = ""
    read_at: datetime | None = None
    talked_by: str = ""
    talked_at: datetime | None = None
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    changed: tuple[Change, ...] = ()
    seen_otherwise: bool = False


@dataclass(frozen=True)
class Line:
    """The client's own totals in order (None: no rating), and where the newest would usually lie."""

    values: tuple[float | None, ...]
    usual: UsualRange | TooFew | None

    @property
    def rated(self) -> tuple[float, ...]:
        """The ratings that there are."""
        return tuple(one for one in self.values if one is not None)


def courses_of(client: Client) -> QuerySet[models.Course]:
    """Every course of the client: those that go on first, then the newest."""
    rows = models.Course.objects.filter(client=client).select_related("service", "therapist")
    return rows.order_by(F("ended_on").desc(nulls_first=True), "-started_on", "-pk")


def course_of(client: Client) -> models.Course | None:
    """The course that goes on, else the newest; None for a client without one."""
    return courses_of(client).first()


def decisions_of(client: Client) -> list[Consent]:
    """Every decision of the client, the newest first."""
    return list(client.consents.select_related("viewer", "recorded_by").order_by("-at", "-pk"))


def erasures_of(client: Client) -> QuerySet[Erasure]:
    """Every request to erase, the newest first."""
    return Erasure.objects.filter(client=client).select_related("decided_by").order_by("-at", "-pk")


def read_line(course: models.Course) -> Line:
    """The line of the client's own ratings in this course; no rating of the therapist is in it."""
    value = read_courses([course], instruments={MAIN})[course.pk]
    points = [one for one in value.line(MAIN, TOTAL) if not isinstance(one.value, NotAsked)]
    if not points:
        return Line((), None)
    usual = usual_of(value, learnt_of(course.service)).get(points[-1].session.key)
    return Line(tuple(one.value if isinstance(one.value, float) else None for one in points), usual)


def read_spoken(door: Door, course: models.Course | None) -> tuple[Spoken, ...]:
    """What the client wrote or raised in this course, the newest first, with what became of each; six queries."""
    changed: dict[str, list[Change]] = {}
    loose: list[Change] = []
    for one in changes_of(course) if course else ():
        changed.setdefault(one.response, []).append(one) if one.response else loose.append(one)
    said = [*_in_forms(course, changed), *_written(door.client)]
    # What changed without one check-in that asked for it stands by itself, in its place among the others.
    alone = [Spoken(one.key, "", one.at, changed=(one,)) for one in loose]
    return tuple(sorted([*said, *alone], key=lambda one: one.at, reverse=True))


def _in_forms(course: models.Course | None, changed: dict[str, list[Change]]) -> list[Spoken]:
    if course is None:
        return []
    rows = (
        Response.objects.filter(
            session__course=course, instrument=MAIN, respondent="client", superseded_by=None
        )
        .select_related("raised__by")
        .order_by("received_at", "pk")
    )
    spoke = [(row, texts_of(row).get(CHANGE, ""), _raised(row)) for row in rows]
    kept = [(row, words, raised) for row, words, raised in spoke if words or raised or row.key in changed]
    openings: dict[int, Opening] = {}
    for one in (
        Opening.objects.filter(response__in=[row for row, _, _ in kept]).select_related("by").order_by("at")
    ):
        first = openings.setdefault(one.response_id, one)
        if one.by_id == course.therapist_id and first.by_id != course.therapist_id:
            openings[one.response_id] = one
    return [
        _spoken(row, words, raised, openings.get(row.pk), tuple(changed.get(row.key, ())))
        for row, words, raised in kept
    ]


def _raised(row: Response) -> bool:
    return row.items.get(str(FELT_OFF)) == 1 or row.items.get(str(TALK)) == 1


def _spoken(
    row: Response, words: str, raised: bool, opening: Opening | None, changed: tuple[Change, ...]
) -> Spoken:
    talked = getattr(row, "raised", None)
    return Spoken(
        key=row.key,
        words=words,
        at=row.received_at,
        read_by=opening.by.name if opening else "",
        read_at=opening.at if opening else None,
        talked_by=talked.by.name if talked else "",
        talked_at=talked.at if talked else None,
        changed=changed,
        seen_otherwise=raised,
    )


def _written(client: Client) -> list[Spoken]:
    """Letters to the therapist. Those past the therapist are not here: staff who made the door know its address, so
    that a second person's letter or a complaint has an address of its own (`voice.concerns`)."""
    rows = Concern.objects.filter(client=client, to=Concern.To.THERAPIST).select_related(
        "recipient", "read_by", "answered_by"
    )
    return [
        Spoken(
            key=one.key,
            words=one.words,
            at=one.at,
            to=one.recipient.name,
            read_by=one.read_by.name if one.read_by else "",
            read_at=one.read_at,
            answer=one.answer,
            answered_by=one.answered_by.name if one.answered_by else "",
            answered_at=one.answered_at,
        )
        for one in rows
        if one.words or one.answer  # erased ones are empty
    ]
