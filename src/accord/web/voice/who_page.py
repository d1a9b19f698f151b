"""The client's page of who can see what, and who looked, as values."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.web.voice.doors import page_address
from accord.web.voice.looked import looks, words_of
from accord.web.voice.me_frame import Frame, day_words, frame_of, told_day
from accord.web.voice.me_reading import courses_of, decisions_of
from accord.web.voice.models import Door
from accord.web.voice.who import Sees, who_sees

MOST_DAYS = 20  # of looks; the rest is in the copy


@dataclass(frozen=True)
class DayOfLooks:
    """One day, and who did what on it."""

    day: str
    people: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class WhoPage:
    """Who can see what, and who looked, by day."""

    frame: Frame
    rows: tuple[Sees, ...]
    days: tuple[DayOfLooks, ...]
    more: bool
    made: str
    choices_url: str


def who_page(door: Door) -> WhoPage:
    """Who can see the client's answers, who looked at them, and who made the way to this page."""
    client, service = door.client, door.service
    today = clinic_day(now(), service.timezone)
    found: dict[date, list[tuple[str, str, str]]] = {}
    for one in looks(client):
        found.setdefault(one.day, []).append(
            (one.person.name, one.person.role, ", ".join(words_of(kind) for kind in one.kinds))
        )
    days = tuple(DayOfLooks(day_words(day, today), tuple(people)) for day, people in found.items())
    return WhoPage(
        frame=frame_of(door),
        rows=who_sees(service, courses_of(client), decisions_of(client)),
        days=days[:MOST_DAYS],
        more=len(days) > MOST_DAYS,
        made=_("%(name)s made the way to this page on %(day)s. Who has its address can open it.")
        % {"name": door.made_by.name, "day": told_day(door.made_at, service)},
        choices_url=page_address(door, "choices"),
    )
