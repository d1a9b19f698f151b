"""On the card of a model that foretells too well: who looked at the suspects and what was found, or where to say it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.studies.result import Study
from accord.web.attention.words import long_day
from accord.web.learning.models import LookedAt
from accord.web.learning.seen import LEAVING
from accord.web.learning.word_actions import MOST_SAID
from accord.web.people.viewer import Viewer
from accord.web.therapy.reading import present


@dataclass(frozen=True)
class Look:
    """What somebody found: who and when, their words, the key to take it back with, and what is not heeded yet."""

    said: str
    found: str
    key: str
    waits: str


@dataclass(frozen=True)
class LookedPanel:
    """The suspects in words, their names as the form sends them, the look that holds, else what was asked before."""

    suspects: tuple[str, ...]
    asked: str
    look: Look | None
    before: str
    most: int = MOST_SAID


def suspects_of(study: Study | None) -> frozenset[str]:
    """Those whom a look may clear: none where the model does not foretell too well, or knows what is still to come."""
    from accord.studies.leaving.leaving import suspected  # loads what fits models: only who needs it waits

    if study is None or study.id != LEAVING or "leak" not in study.notes or "ahead" in study.notes:
        return frozenset()
    return suspected(study)


def looked_panel(viewer: Viewer, study: Study) -> LookedPanel | None:
    """The panel, for a lead; None where there is nothing to look at. One query where there is."""
    suspects = suspects_of(study)
    if not suspects or "studies" not in viewer.may:
        return None
    looks = list(viewer.looks.filter(ended_at=None).select_related("by").order_by("-pk"))
    holds = next((one for one in looks if suspects.issubset(one.suspects)), None)
    return LookedPanel(
        suspects=tuple(_plain(one) for one in sorted(suspects)),
        asked=",".join(sorted(suspects)),
        look=_look(viewer, holds, study) if holds else None,
        before=_before(viewer, looks[0], suspects) if looks and not holds else "",
    )


def _look(viewer: Viewer, row: LookedAt, study: Study) -> Look:
    said = _("%(name)s looked at them on %(day)s and found:") % {
        "name": row.by.name,
        "day": _day(viewer, row),
    }
    waits = "" if "looked" in study.notes else _("It counts from the next run of the studies on.")
    return Look(said, row.found, row.key, waits)


def _before(viewer: Viewer, row: LookedAt, suspects: frozenset[str]) -> str:
    """Why it is asked again."""
    new = ", ".join(_plain(one) for one in sorted(suspects.difference(row.suspects)))
    return _("%(name)s looked at others on %(day)s. New since: %(new)s.") % {
        "name": row.by.name,
        "day": _day(viewer, row),
        "new": new,
    }


def _day(viewer: Viewer, row: LookedAt) -> str:
    zone = viewer.service.timezone
    return long_day(clinic_day(row.at, zone), clinic_day(present(), zone))


def _plain(name: str) -> str:
    return name.replace("_", " ")
