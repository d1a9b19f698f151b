"""The repairs that one person may see: the open ones with their age and what they wait for, then the closed ones."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.repair import texts
from accord.repair.event import Ending
from accord.repair.state import Stage
from accord.web.attention.words import capital, local, long_day, number
from accord.web.people.viewer import Viewer
from accord.web.repair.sentences import waits_for
from accord.web.repair.standing import Standing, standing

MOST_CLOSED = 50


@dataclass(frozen=True)
class OpenRow:
    """One open repair. `mark` names its pill: due, supervision, overdue, or nothing."""

    key: str
    name: str
    day: int
    sentence: str
    mark: str
    mark_words: str
    therapist: str


@dataclass(frozen=True)
class ClosedRow:
    """One closed repair: how and when."""

    key: str
    name: str
    ending: str
    icon: str
    when: str
    therapist: str


@dataclass(frozen=True)
class ListPage:
    """The page: `heading` counts the open ones; `more` closed ones are not shown."""

    heading: str
    open: tuple[OpenRow, ...]
    closed: tuple[ClosedRow, ...]
    more: int


def list_page(viewer: Viewer, at: datetime) -> ListPage:
    """The page at the instant `at`; a fixed number of queries."""
    zone, today = viewer.service.timezone, clinic_day(at, viewer.service.timezone)
    rows = viewer.repairs.select_related("course__client", "course__therapist")
    going = {one.course_id: one for one in rows.exclude(stage=Stage.CLOSED.value).order_by("begun_at", "pk")}
    standings = standing(viewer, going, at)
    shown = sorted(
        (pk for pk in going if pk in standings),
        key=lambda pk: (not standings[pk].look_again, not standings[pk].overdue, standings[pk].begun_at),
    )
    done = rows.filter(stage=Stage.CLOSED.value).order_by("-closed_at", "-pk")
    count = ngettext("%(count)s open repair", "%(count)s open repairs", len(shown))
    return ListPage(
        heading=capital(count % {"count": number(len(shown))}) if shown else _("No open repair"),
        open=tuple(_open(viewer, going[pk], standings[pk], today) for pk in shown),
        closed=tuple(
            ClosedRow(
                key=one.key,
                name=str(one.course.client),
                ending=texts.ending(Ending(one.ending)).title,
                icon=f"icons/{one.ending.replace('_', '-')}.html",
                when=long_day(local(one.closed_at, zone).date(), today),
                therapist=_therapist(viewer, one),
            )
            for one in done[:MOST_CLOSED]
        ),
        more=max(0, done.count() - MOST_CLOSED),
    )


def _open(viewer: Viewer, row, one: Standing, today) -> OpenRow:
    mark, words = _mark(one)
    return OpenRow(
        key=row.key,
        name=str(row.course.client),
        day=one.day,
        sentence=waits_for(one, row.course.client.pronoun, today),
        mark=mark,
        mark_words=words,
        therapist=_therapist(viewer, row),
    )


def _mark(one: Standing) -> tuple[str, str]:
    if one.look_again:
        return "repair", _("Look again")
    if one.stage is Stage.SUPERVISION:
        return "quiet", _("In supervision")
    if one.overdue:
        return "due", _("Open for long")
    return "", ""


def _therapist(viewer: Viewer, row) -> str:
    therapist = row.course.therapist
    return therapist.name if therapist and therapist.pk != viewer.staff.pk else ""
