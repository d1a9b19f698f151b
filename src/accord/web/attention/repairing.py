"""Open repairs on Today: which wait for their therapist, what stands in the side, where one can be begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accord.repair.state import Stage
from accord.signals.signal import Place, Step
from accord.web.attention.words import address
from accord.web.people.viewer import Viewer
from accord.web.repair.sentences import brief
from accord.web.repair.standing import Standing
from accord.web.therapy.models import Course


@dataclass(frozen=True)
class Repairing:
    """An open repair of an own client."""

    name: str
    standing: Standing


@dataclass(frozen=True)
class Beside:
    """One open repair in the side: whose, how old, and whether it waits now."""

    name: str
    words: str
    url: str
    due: bool


def due(one: Standing) -> bool:
    """Whether it waits for its therapist: a look is due, or it is open for longer than the service wants."""
    return one.look_again or (one.overdue and one.stage is not Stage.SUPERVISION)


def courses_in_repair(viewer: Viewer) -> dict[int, Course]:
    """Own courses with an open repair, the oldest first; one query."""
    if "own" not in viewer.may:
        return {}
    rows = viewer.own_courses.filter(repairs__stage__in=[Stage.OPEN.value, Stage.SUPERVISION.value])
    found = rows.select_related("client", "therapist").order_by("repairs__begun_at", "pk")
    return {one.pk: one for one in found}


def beside(repairs: Sequence[Repairing], on: date) -> tuple[Beside, ...]:
    """Those that wait now first, then the oldest."""
    ordered = sorted(repairs, key=lambda one: (not due(one.standing), one.standing.begun_at))
    return tuple(
        Beside(
            one.name,
            brief(one.standing, on),
            address("repair:repair", one.standing.key),
            due(one.standing),
        )
        for one in ordered
    )


def link(person, reading) -> tuple[str, str] | None:
    """Words and address: to the repair that is open, or to begin one where something came up between the two."""
    if person.repair:
        return _("Open the repair"), address("repair:repair", person.repair.key)
    if not person.mine or reading.place not in (Place.CONCERN, Place.STRAIN):
        return None
    if reading.status == "raised" and person.raised:
        return _("Begin a repair"), begin_url(person.course_key, f"concern:{person.raised.response}")
    if reading.leading and reading.leading.signal.step is not Step.COURSE:
        return _("Begin a repair"), begin_url(person.course_key, f"signal:{reading.leading.key}")
    return None


def begin_url(course: str, source: str = "") -> str:
    """Where a repair of this course (key) begins, with what it begins from chosen already."""
    url = address("repair:begin", course)
    return f"{url}?from={source}" if url and source else url
