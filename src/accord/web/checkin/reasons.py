"""Why a link takes no answers or shows no form: each reason with its page and its status."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop

from accord.basics.clock import now
from accord.instruments.definition import Instrument
from accord.instruments.registry import UnknownInstrument
from accord.instruments.registry import instrument as definition
from accord.web.checkin.models import Link


class Reason(StrEnum):
    """Every way in which a link does not lead to the form."""

    FORGED = "forged"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    READ = "used"
    NO_WORDS = "no_words"
    VERSION = "version"


@dataclass(frozen=True)
class Told:
    """What a client is told: the HTTP status, what it is, why, and what to do. English, translated when it is shown."""

    status: int
    title: str
    sentence: str
    what_to_do: str


_ = gettext_noop
TOLD: dict[Reason, Told] = {
    Reason.FORGED: Told(
        404,
        _("This link does not open a form"),
        _("Part of the address may be missing, or it was changed on the way."),
        _("Open it again from your message, or ask for a new one."),
    ),
    Reason.EXPIRED: Told(
        410,
        _("This link has closed"),
        _("It was open for a limited time."),
        _("You can ask for a new one. What you already sent is safe."),
    ),
    Reason.WITHDRAWN: Told(
        410,
        _("This form is no longer needed"),
        _("It was closed, so nothing you write here would be read."),
        _("If you want to say something, please speak to the clinic."),
    ),
    Reason.DECLINED: Told(
        410,
        _("You asked not to get this form"),
        _("So we do not ask."),
        _("If you change your mind, tell your therapist."),
    ),
    Reason.READ: Told(
        410,
        _("These answers have been opened"),
        _("They were sent and read, so they can no longer be changed here."),
        _("You can talk about them when you next meet."),
    ),
    Reason.NO_WORDS: Told(
        503,
        _("This form has no words yet"),
        _("The clinic has not added the licensed wording, so it cannot be shown."),
        _("You need not do anything. The clinic can add a text pack."),
    ),
    Reason.VERSION: Told(
        422,
        _("This form has changed"),
        _("Your answers belong to a version that is not known here. They are still on your device."),
        _("Please open the link again, or speak to the clinic."),
    ),
}


def closed(link: Link) -> Reason | None:
    """Why this link takes nothing any more. An expired link is not closed: it still takes what was typed before."""
    if link.withdrawn_at:
        return Reason.WITHDRAWN
    return Reason.DECLINED if link.declined_at else None


def expired(link: Link) -> bool:
    """Whether the time is over in which the form is shown."""
    return link.expires_at < now()


def known(name: str, version: str | None = None) -> Instrument | None:
    """The instrument in the version that a form names in its hidden field, the newest without one; None if unknown."""
    if version and not (version.isascii() and version.isdecimal() and len(version) < 6):
        return None
    try:
        return definition(name, int(version) if version else None)
    except UnknownInstrument:
        return None
