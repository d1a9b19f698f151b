"""The cover: therapists rate a session before they see how the client rated it, or say that they did not.

Until then the client's rating of that session is in no page, picture, table or file that this therapist gets. Others
who may open the course (supervisor, lead) do not rate, so nothing is covered for them; nor are imported ratings. A
safety answer and a concern that the client raised are never covered.

Withheld is more: a client who did not agree that their therapist sees the answers keeps all of them from this
therapist, words and concerns too. A safety answer is told all the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q, Subquery

from accord.course.course import Course
from accord.instruments.definition import Respondent
from accord.instruments.registry import all_instruments
from accord.web.checkin.models import Response, Skip
from accord.web.people.models import Consent, Purpose
from accord.web.people.viewer import Viewer
from accord.web.therapy import models


@cache
def covered_instruments() -> frozenset[str]:
    """Client forms that have a therapist's twin: those are what the therapist's own rating must not be coloured by."""
    return frozenset(one.id for one in all_instruments() if one.twin and one.respondent is Respondent.CLIENT)


@cache
def rating_instruments() -> frozenset[str]:
    """Therapist forms that rate a session: those with a client's twin. What a therapist says they give rates none."""
    return frozenset(
        one.id for one in all_instruments() if one.twin and one.respondent is Respondent.THERAPIST
    )


def covered_sessions(viewer: Viewer, courses: Iterable[models.Course]) -> dict[int, frozenset[str]]:
    """Keys of the sessions that are covered for this viewer, by primary key of the course; one query."""
    return {course: frozenset(found) for course, found in covered_since(viewer, courses).items()}


def covered_since(viewer: Viewer, courses: Iterable[models.Course]) -> dict[int, dict[str, datetime]]:
    """The same sessions, each with the instant at which its first covered answers came; one query."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    own = Response.objects.filter(session=OuterRef("session"), instrument__in=rating_instruments())
    given = Response.objects.filter(
        session__course__in=list(courses),
        session__therapist=viewer.staff,
        respondent=Respondent.CLIENT.value,
        instrument__in=covered_instruments(),
    ).exclude(channel="import")
    rows = given.exclude(Exists(own)).exclude(Exists(Skip.objects.filter(session=OuterRef("session"))))
    for course, session, received in rows.order_by("-received_at").values_list(
        "session__course_id", "session__key", "received_at"
    ):
        found[course][session] = received
    return dict(found)


def withheld_courses(viewer: Viewer, courses: Iterable[int]) -> frozenset[int]:
    """Of these courses (primary keys) those whose client keeps the answers from this therapist; one query.

    The newest decision that concerns this therapist stands: one for all therapists, or one that names them.
    """
    newest = (
        Consent.objects.filter(client=OuterRef("client"), purpose=Purpose.THERAPIST)
        .filter(Q(viewer=None) | Q(viewer=viewer.staff))
        .order_by("-at", "-pk")
    )
    own = models.Course.objects.filter(pk__in=list(courses), therapist=viewer.staff)
    kept = own.annotate(agreed=Subquery(newest.values("granted")[:1])).filter(agreed=False)
    return frozenset(kept.values_list("pk", flat=True))


def without_client(course: Course) -> Course:
    """The course without any rating of the client."""
    return replace(
        course,
        sessions=tuple(
            replace(one, ratings=tuple(r for r in one.ratings if r.respondent is not Respondent.CLIENT))
            for one in course.sessions
        ),
    )


def without(course: Course, covered: Collection[str]) -> Course:
    """The course as its therapist may see it: the client's ratings of covered sessions are not in it at all."""
    return replace(
        course,
        sessions=tuple(
            replace(
                one, ratings=tuple(rating for rating in one.ratings if not _hidden(rating, one.key, covered))
            )
            for one in course.sessions
        ),
    )


def _hidden(rating, session: str, covered: Collection[str]) -> bool:
    client = rating.respondent is Respondent.CLIENT
    return session in covered and client and rating.instrument in covered_instruments()
