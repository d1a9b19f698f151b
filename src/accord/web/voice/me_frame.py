"""What stands around every own page: the way home, the languages, whom to ask, the crisis numbers; and its days."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.web.checkin.pages import OWN_NAMES, Crisis, crisis_of, offered
from accord.web.people.models import Service
from accord.web.voice.doors import page_address
from accord.web.voice.models import Door

CHECK_IN = "accord-check-in"


def spoken_languages() -> tuple[str, ...]:
    """The languages that the client's pages have words in."""
    return offered(CHECK_IN)


def told_day(instant: datetime, service: Service) -> str:
    """An instant as the day on the clinic's calendar, with the year when it is another one."""
    day, today = clinic_day(instant, service.timezone), clinic_day(now(), service.timezone)
    return day_words(day, today)


def day_words(day: date, today: date) -> str:
    """A day such as 3 November, with the year when it is another one than today's."""
    return formats.date_format(day, _("j F") if day.year == today.year else _("j F Y"))


@dataclass(frozen=True)
class Frame:
    """What every own page has around it: the way home, the languages, whom to ask, the crisis numbers."""

    home_url: str
    language: str
    language_url: str
    languages: tuple[tuple[str, str], ...]
    service: str
    contact: str
    crisis: Crisis


def frame_of(door: Door) -> Frame:
    """The frame of this client's pages in the language that is being read."""
    return Frame(
        home_url=page_address(door),
        language=get_language() or "en",
        language_url=page_address(door, "language"),
        languages=tuple((code, OWN_NAMES.get(code, code)) for code in spoken_languages()),
        service=door.service.name,
        contact=door.service.contact,
        crisis=crisis_of(door.service),
    )
