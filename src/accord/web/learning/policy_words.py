"""Whether leads see therapists by name, in words for everybody whom it concerns."""

from datetime import datetime

from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.web.attention.words import day, long_day
from accord.web.learning.seen import Policies


def policy_words(policy: Policies, at: datetime, zone: str) -> str:
    """The choice that holds, whose it was and since when; and that leads saw names before, where they did."""
    if policy.at is None:
        return _("Nobody but a therapist sees their own estimate by name.")
    when = day(clinic_day(policy.at, zone), clinic_day(at, zone))
    if policy.named:
        return _("Service leads see therapists by name here. %(who)s chose that, %(day)s.") % {
            "who": policy.by,
            "day": when,
        }
    said = _("Nobody but a therapist sees their own estimate by name. %(who)s chose that, %(day)s.") % {
        "who": policy.by,
        "day": when,
    }
    if policy.was is None:
        return said
    began = long_day(clinic_day(policy.was[0], zone), clinic_day(at, zone))
    before = _("Before, from %(day)s on, service leads saw therapists by name; %(who)s had chosen that.")
    return f"{said} {before % {'day': began, 'who': policy.was[1]}}"
