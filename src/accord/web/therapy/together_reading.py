"""From rows to what a client and a therapist said about working together, as far as this viewer may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accord.basics.clock import clinic_day
from accord.instruments.definition import Answer, Respondent
from accord.web.checkin.actions import answers_of, texts_of
from accord.web.checkin.models import Response
from accord.web.people.viewer import Viewer
from accord.web.therapy import models
from accord.web.therapy.client_reading import PREFERENCES, ClientFile

GIVES = "accord-preferences-therapist"
PROFILE, CNIP, MATTERS = "accord-profile", "c-nip", "accord-matters"
# A wish that was changed after it was read is the newer wish; a rating that was is kept beside and not drawn.
WISHES = frozenset({PREFERENCES, MATTERS, GIVES})


@dataclass(frozen=True)
class Reply:
    """One answered form. `number` is the session's, None for one that fell out; `by` names the therapist who said it.

    `reasons` tells by scale why there is no score; `mine` is what the viewer said, `of_now` what the therapist of now
    said; `again`: the form was sent once more for the same session after it had been read.
    """

    key: str
    instrument: str
    session: str
    number: int | None
    day: date
    answers: Mapping[int, Answer]
    texts: Mapping[int, str]
    scores: Mapping[str, float]
    reasons: Mapping[str, str]
    by: str = ""
    mine: bool = False
    of_now: bool = True
    again: bool = False

    @property
    def numbers(self) -> dict[int, float]:
        """The answers that are numbers, by item."""
        return {item: answer for item, answer in self.answers.items() if isinstance(answer, float)}


@dataclass(frozen=True)
class Told:
    """Everything that was said about working together in one course, each form in the order of time.

    `held_back`: sessions whose profile waits until the therapist has rated them.
    """

    preferences: tuple[Reply, ...]
    gives: tuple[Reply, ...]
    profile: tuple[Reply, ...]
    cnip: tuple[Reply, ...]
    matters: tuple[Reply, ...]
    held_back: int

    @property
    def shown(self) -> frozenset[str]:
        """Keys of the client's answers that a page of these shows."""
        own = (*self.preferences, *self.profile, *self.cnip, *self.matters)
        return frozenset(one.key for one in own)


def read_told(viewer: Viewer, course: models.Course, file: ClientFile) -> Told:
    """What was said in the course of `file`; two queries. What is withheld or for other eyes is not in it."""
    wanted = (PREFERENCES, GIVES, PROFILE, CNIP, MATTERS)
    rows = (
        viewer.responses.filter(session__course=course, instrument__in=wanted)
        # What a therapist said they give is never struck out by saying it again: it is their own history.
        .filter(Q(superseded_by=None) | Q(instrument=GIVES))
        .filter(Q(instrument__in=WISHES) | ~Q(standing=Response.Standing.AFTER_READING))
        .select_related("session", "entered_by")
        .prefetch_related("scores")
        .order_by("finished_at", "pk")
    )
    if file.withheld:
        rows = rows.filter(respondent=Respondent.THERAPIST.value)
    numbers = {one.key: one.number for one in file.course.sessions}
    replies = [_reply(row, numbers, file, course) for row in rows]

    def of(name: str) -> list[Reply]:
        return [one for one in replies if one.instrument == name]

    # A profile rates the therapist, so it waits under the cover like the check-in of its session.
    profile = [one for one in of(PROFILE) if one.session not in file.covered]
    return Told(
        preferences=tuple(of(PREFERENCES)),
        gives=_last_of_each_day(of(GIVES)),
        profile=tuple(profile),
        cnip=tuple(of(CNIP)),
        matters=tuple(one for one in of(MATTERS) if any(one.texts.values())),
        held_back=len(of(PROFILE)) - len(profile),
    )


def _reply(
    row: Response, numbers: Mapping[str, int | None], file: ClientFile, course: models.Course
) -> Reply:
    scores = list(row.scores.all())
    own = row.respondent == Respondent.THERAPIST.value
    return Reply(
        key=row.key,
        instrument=row.instrument,
        session=row.session.key,
        number=numbers.get(row.session.key),
        day=clinic_day(row.finished_at, file.timezone),
        answers=answers_of(row),
        texts=texts_of(row),
        scores={one.scale: float(one.value) for one in scores if one.value is not None},
        reasons={one.scale: one.reason or "" for one in scores if one.value is None},
        by=row.entered_by.name if own and row.entered_by else "",
        mine=own and bool(row.entered_by) and row.entered_by.key == file.viewer_key,
        of_now=not own or row.entered_by_id == course.therapist_id,
        again=row.standing == Response.Standing.AFTER_READING,
    )


def _last_of_each_day(replies: Iterable[Reply]) -> tuple[Reply, ...]:
    """What was said again on the same day by the same person takes its place."""
    last = {(one.day, one.by): one for one in replies}
    return tuple(last.values())
