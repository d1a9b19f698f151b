"""Who can see a client's answers, and why: the rules of access (`people.viewer`, `therapy.cover`) in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.web.people.models import Consent, Purpose, Role, Service, Staff
from accord.web.therapy.models import Course


@dataclass(frozen=True)
class Sees:
    """One who can see something: the name, what they are, why or what of it."""

    name: str
    what: str
    why: str


def agreed(decisions: Iterable[Consent], purpose: str, to: int | None = None) -> bool | None:
    """Whether a purpose stands for one person (primary key) or at large, from decisions with the newest first.

    None where it was never asked. The newest decision that concerns the person stands, as `Viewer.supervised` has it.
    """
    mine = (one for one in decisions if one.purpose == purpose and one.viewer_id in (None, to))
    newest = next(mine, None)
    return None if newest is None else newest.granted


def who_sees(service: Service, courses: Iterable[Course], decisions: list[Consent]) -> tuple[Sees, ...]:
    """Everyone who can see this client's answers in any of `courses`; `decisions` are their consents, newest first."""
    therapists = list(
        dict.fromkeys(one.therapist for one in courses if one.therapist and one.therapist.active)
    )
    rows = [
        Sees(one.name, _("your therapist"), _("to prepare your next session"))
        for one in therapists
        if agreed(decisions, Purpose.THERAPIST, one.pk) is not False
    ]
    rows += [
        Sees(one.name, _("supervisor of your therapist"), _("because you agreed"))
        for one in dict.fromkeys(supervisor for one in therapists for supervisor in _supervisors(one))
        if agreed(decisions, Purpose.SUPERVISION, one.pk)
    ]
    rows.append(Sees(_("Service lead"), service.name, _("to see that nobody is missed")))
    if agreed(decisions, Purpose.RESEARCH):
        rows.append(Sees(_("Research"), _("without your name"), _("because you agreed")))
    if service.asks_safety:
        rows.append(
            Sees(
                _("Whoever is on call"),
                service.name,
                _("only if you answer that you may be in danger, and until somebody has looked after it"),
            )
        )
    rows.append(Sees(_("You"), _("with the address of this page"), _("until it is closed")))
    return tuple(rows)


def _supervisors(therapist: Staff) -> list[Staff]:
    found = Staff.objects.filter(
        service=therapist.service_id, active=True, roles__role=Role.SUPERVISOR, teams__members=therapist
    )
    return list(found.exclude(pk=therapist.pk).distinct().order_by("name"))
