"""What therapists said about the dips they were told of: counted, for the page where the lead weighs alarms."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.web.attention.models import Answered
from accord.web.people.viewer import Viewer


@dataclass(frozen=True)
class Said:
    """How many dips were told in this service, and how many of them somebody called not a dip, or not useful."""

    told: int
    not_a_dip: int
    not_useful: int


def read_said(viewer: Viewer) -> Said:
    """The counts of the courses this person may open; one query."""
    counts = viewer.signals.filter(rule="dip").aggregate(
        told=Count("pk"),
        not_a_dip=Count("pk", filter=Q(verdict__said=Answered.NOT_A_DIP)),
        not_useful=Count("pk", filter=Q(verdict__said=Answered.NOT_USEFUL)),
    )
    return Said(**counts)


def said_words(said: Said) -> str:
    """The counts in a sentence or two. Who said what is not here: it is no measure of anybody."""
    if not said.told:
        return _("No dip has been told here yet.")
    told = ngettext(
        "%(count)s dip was told here so far.", "%(count)s dips were told here so far.", said.told
    ) % {"count": said.told}
    if not said.not_a_dip + said.not_useful:
        return f"{told} {_('Nobody has said of one that it was none, or not useful.')}"
    return (
        told
        + " "
        + _("%(none)s were called no dip, %(useless)s not useful.")
        % {
            "none": said.not_a_dip,
            "useless": said.not_useful,
        }
    )
