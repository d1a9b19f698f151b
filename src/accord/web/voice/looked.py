"""Who looked at what is about one client, from the audit trail: by day, by name, what kind of thing.

Only what somebody opened counts. Lists, where a name stands among others, are no look; nor does the trail hold any
word of the client.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day
from accord.web.attention.models import Alert
from accord.web.audit.models import Entry
from accord.web.checkin.models import Response
from accord.web.people.models import Client, Role, Staff
from accord.web.repair.models import Repair
from accord.web.therapy.models import Course, TherapistPeriod
from accord.web.voice.models import Concern


@dataclass(frozen=True)
class Person:
    """A member of staff as the client knows them: their name, and what they are to the client."""

    name: str
    role: str


@dataclass(frozen=True)
class Look:
    """One person's looks on one day: the kinds of things, in the order in which they were first opened."""

    day: date
    person: Person
    kinds: tuple[str, ...]


def looks(client: Client) -> tuple[Look, ...]:
    """Every look at this client, the newest day first; nine queries whatever there is."""
    keys = _keys(client)
    rows = Entry.objects.filter(service=client.service_id, verb="saw", subject__in=keys)
    # Put in order here: where SQLite is to do it, it reads the whole trail by number instead of these few by subject.
    found = sorted(rows.values_list("number", "at", "actor", "kind", "detail"), key=itemgetter(0))
    people = _people(client, {actor for _number, _at, actor, _kind, _detail in found})
    zone = client.service.timezone
    return by_day(
        ((clinic_day(at, zone), actor, kind_of(kind, detail)) for _number, at, actor, kind, detail in found),
        people,
    )


def kind_of(kind: str, detail: Mapping[str, object]) -> str:
    """What was looked at, as `KINDS` names it."""
    if kind == "course":
        return "numbers" if "taken" in detail else "review" if detail.get("page") == "review" else "page"
    return kind


def by_day(found: Iterable[tuple[date, str, str]], people: Mapping[str, Person]) -> tuple[Look, ...]:
    """Looks (day, who, kind) in the order in which they happened, as one per person and day, the newest day first."""
    days: dict[tuple[date, str], dict[str, None]] = {}
    for day, actor, kind in found:
        days.setdefault((day, actor), {})[kind] = None
    stranger = Person(_("Somebody who has left"), "")
    made = [Look(day, people.get(actor, stranger), tuple(kinds)) for (day, actor), kinds in days.items()]
    return tuple(sorted(made, key=lambda one: one.day, reverse=True))


def words_of(kind: str) -> str:
    """What somebody did, as the client reads it."""
    return {
        "page": _("opened the page about you"),
        "review": _("looked at your first sessions"),
        "numbers": _("took your numbers out as a file"),
        "response": _("read your answers"),
        "alert": _("looked at your safety answer"),
        "concern": _("read what you wrote to them"),
        "repair": _("opened notes about working something out with you"),
    }.get(kind, _("looked at something about you"))


def _keys(client: Client) -> list[str]:
    courses = list(Course.objects.filter(client=client).values_list("pk", "key"))
    ids = [pk for pk, _key in courses]
    return [
        client.key,
        *(key for _pk, key in courses),
        *Response.objects.filter(session__course__in=ids, respondent="client").values_list("key", flat=True),
        *Alert.objects.filter(course__in=ids).values_list("key", flat=True),
        *Repair.objects.filter(course__in=ids).values_list("key", flat=True),
        # Letters past the therapist stay between the client and their reader, also here (`voice.me_reading`).
        *Concern.objects.filter(client=client, to=Concern.To.THERAPIST).values_list("key", flat=True),
    ]


def _people(client: Client, actors: set[str]) -> dict[str, Person]:
    treated = set(
        TherapistPeriod.objects.filter(course__client=client).values_list("therapist__key", flat=True)
    )
    staff = Staff.objects.filter(service=client.service_id, key__in=actors).prefetch_related("roles")
    return {
        one.key: Person(
            one.name,
            _("your therapist") if one.key in treated else role_words({r.role for r in one.roles.all()}),
        )
        for one in staff
    }


def role_words(roles: set[str]) -> str:
    """What somebody is who is not the client's therapist; the role that lets them look comes first."""
    if Role.LEAD in roles:
        return _("service lead")
    if Role.SUPERVISOR in roles:
        return _("supervisor")
    if Role.ADMINISTRATOR in roles:
        return _("administrator")
    return _("works here")
