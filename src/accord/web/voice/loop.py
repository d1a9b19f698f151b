"""Closing the loop: the next form tells a client that what they sent was read, by whom, and what changed since.

Told are check-ins in which the client wrote something, said that something felt off, or after which a dip was raised
(which is not said), and letters to the therapist. Never a letter that went past the therapist: whoever has the link of
a form could read it there. What nobody opened yet is not mentioned. Each news is told once, on the next form.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.signals.known import MAIN
from accord.signals.signal import Place
from accord.web.attention.models import Signal
from accord.web.attention.raising import raising
from accord.web.checkin.models import Link, Opening, Response
from accord.web.voice.changes import changes_of
from accord.web.voice.models import Concern


@dataclass(frozen=True)
class Heard:
    """What the next form begins with: that something was read, and in the therapist's words what changed since."""

    sentence: str
    since: str = ""
    by: str = ""


@dataclass(frozen=True)
class _Read:
    """Something the client sent: when it was written, when it came, when and by whom it was read, whether in words."""

    wrote_at: datetime
    sent_at: datetime
    at: datetime
    by: str
    wrote: bool


def heard(link: Link) -> Heard | None:
    """What this form begins with; None where nothing is new. One query on a first form, at most four."""
    last = _last_answer(link)
    if last is None:
        return None
    found = [one for one in (_check_in(link), _letter(link)) if one]
    newest = max(found, key=lambda one: one.sent_at) if found else None
    changes = changes_of(link.session.course, since=newest.sent_at if newest else last)
    changed = changes[0] if changes else None
    if max([one.at for one in (newest, changed) if one], default=last) <= last:
        return None
    return Heard(
        sentence=_sentence(newest, link.service.timezone) if newest else "",
        since=changed.words if changed else "",
        by=changed.by if changed else "",
    )


def _last_answer(link: Link) -> datetime | None:
    """When the client last answered a form of another session: what was news before then was told then."""
    given = Response.objects.filter(session__course=link.session.course_id, respondent="client")
    return (
        given.exclude(session=link.session_id)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )


def _check_in(link: Link) -> _Read | None:
    """The newest check-in that spoke, of those that somebody opened: opened by its therapist, else by the first."""
    dip = Signal.objects.filter(about=OuterRef("response__session"), place=Place.STRAIN)
    spoke = Response.objects.filter(raising() | ~Q(texts=""), pk=OuterRef("response"))
    opened = (
        Opening.objects.filter(
            response__session__course=link.session.course_id,
            response__instrument=MAIN,
            response__respondent="client",
            response__superseded_by=None,
        )
        .exclude(response__session=link.session_id)
        .exclude(response__channel="import")
        .filter(Exists(dip) | Exists(spoke))
        .annotate(own=Case(When(by=F("response__session__therapist"), then=Value(0)), default=Value(1)))
        .order_by("-response__received_at", "own", "at")
    )
    row = opened.values_list(
        "response__finished_at", "response__received_at", "at", "by__name", "response__texts"
    ).first()
    return _Read(*row[:4], wrote=bool(row[4])) if row else None


def _letter(link: Link) -> _Read | None:
    letters = Concern.objects.filter(course=link.session.course_id, to=Concern.To.THERAPIST)
    row = letters.exclude(read_at=None).order_by("-at").values_list("at", "read_at", "read_by__name").first()
    return _Read(row[0], *row, wrote=True) if row else None


def _sentence(one: _Read, zone: str) -> str:
    told = {"day": date_format(clinic_day(one.wrote_at, zone), _("j F")), "name": one.by}
    if one.wrote:
        return _("What you wrote on %(day)s was read by %(name)s.") % told
    return _("What you answered on %(day)s was read by %(name)s.") % told
