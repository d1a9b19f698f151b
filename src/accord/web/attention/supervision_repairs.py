"""Repairs on the agenda of a supervision meeting: those taken there, and those open for longer than the service wants.

What was written in them is not here: the list is read out, and notes are read on the repair's own page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.repair.event import Kind, Step
from accord.repair.offer import overdue
from accord.repair.state import Repair as State
from accord.repair.state import Stage, replay
from accord.web.attention import words
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.repair.rows import events_of

WEEKS_FROM = 14  # days; from then on an age is told in weeks


@dataclass(frozen=True)
class Repairing:
    """An open repair: since when, which steps were noted when, how often it was looked at again, taken there when."""

    key: str
    begun: date
    days: int
    asked: date | None
    overdue: bool
    steps: Mapping[Step, date]
    looked: int = 0

    @property
    def calls(self) -> bool:
        """Whether it belongs on the agenda by itself."""
        return self.asked is not None or self.overdue


def read_repairs(viewer: Viewer, courses: Iterable[int], at: datetime) -> dict[int, Repairing]:
    """The open repair of each course (primary key) that has one; two queries."""
    rows = list(viewer.repairs.filter(course__in=list(courses)).exclude(stage=Stage.CLOSED.value))
    if not rows:
        return {}
    events = events_of(one.pk for one in rows)
    looked = {pk: sum(one.kind is Kind.LOOKED for one in several) for pk, several in events.items()}
    return {
        one.course_id: _repairing(one.key, replay(events[one.pk]), looked[one.pk], viewer.service, at)
        for one in rows
    }


def _repairing(key: str, state: State, looked: int, service: Service, at: datetime) -> Repairing:
    zone = service.timezone
    in_supervision = state.stage is Stage.SUPERVISION and state.asked_at is not None
    return Repairing(
        key=key,
        begun=clinic_day(state.begun_at, zone),
        days=(at - state.begun_at).days,
        asked=clinic_day(state.asked_at, zone) if in_supervision and state.asked_at else None,
        overdue=overdue(state, at, service.repair_days),
        steps={step: clinic_day(one.at, zone) for step, one in state.steps.items()},
        looked=looked,
    )


def pill_words(one: Repairing) -> str:
    """Repair open 5 weeks."""
    if one.asked is not None:
        return _("Repair, asked about")
    return _("Repair open %(span)s") % {"span": span(one.days)}


def sentence(one: Repairing, therapist: str, today: date) -> str:
    """Why it is here: who took it there when, or that nobody closed it."""
    if one.asked is not None:
        who = therapist or _("The therapist")
        said = _("%(who)s took it here %(day)s. It is open for %(span)s.") % {
            "who": who,
            "day": words.day(one.asked, today),
            "span": span(one.days),
        }
        return f"{said} {looked_words(one)}".strip()
    return f"{_('Nobody has closed it yet.')} {looked_words(one)}".strip()


def begun_words(one: Repairing, today: date) -> str:
    """A repair was begun on Thursday."""
    return _("A repair was begun %(day)s.") % {"day": words.day(one.begun, today)}


def tried_words(one: Repairing, day) -> str:
    """Named 23 Oct; own part said 30 Oct: the steps with the day on which each was noted last; empty before the first.

    `day` writes a day in short.
    """
    names = {
        Step.NOTICE: _("noticed"),
        Step.NAME: _("named"),
        Step.OWN: _("own part said"),
        Step.AGREE: _("agreed on what next"),
    }
    said = [f"{names[step]} {day(one.steps[step])}" for step in Step if step in one.steps]
    return words.capital("; ".join(said)) + "." if said else ""


def looked_words(one: Repairing) -> str:
    """How often somebody looked at the line again and went on; empty for never."""
    if not one.looked:
        return ""
    said = ngettext("Looked at again %(count)s time.", "Looked at again %(count)s times.", one.looked)
    return said % {"count": words.number(one.looked)}


def span(days: int) -> str:
    """5 weeks, or 9 days."""
    if days >= WEEKS_FROM:
        return ngettext("%(count)s week", "%(count)s weeks", days // 7) % {"count": days // 7}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
