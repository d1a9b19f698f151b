"""What a client sees when they write to one person, and what became of it, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.web.attention import words
from accord.web.checkin.pages import OWN_NAMES, Crisis, crisis_of
from accord.web.people.models import Service
from accord.web.therapy.models import Course
from accord.web.voice import concerns
from accord.web.voice.concern_readers import Reader, To, closed, kept_from, promised, reader_of, readers
from accord.web.voice.models import Concern


@dataclass(frozen=True)
class Choice:
    """One way to write: the value that is sent, who reads it, and what is so about it."""

    value: str
    name: str
    what: str
    chosen: bool


@dataclass(frozen=True)
class Typed:
    """What the form starts with: nothing, or what was typed into one that was not taken."""

    idempotency_key: str
    to: str = ""
    words: str = ""
    by_mail: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True)
class Off:
    """The page on which a client writes that something feels off."""

    action: str
    back_url: str
    choices: tuple[Choice, ...]
    typed: Typed
    until: str
    kept_from: str
    outside: str
    contact: str
    mail: str
    most: int
    language: str
    direction: str
    languages: tuple[tuple[str, str, str], ...]
    crisis: Crisis


def off_page(course: Course, typed: Typed, *, action: str, back_url: str) -> Off:
    """The page for this client; `action` is where it is sent, `back_url` the page they came from."""
    service, language = course.service, get_language() or "en"
    found = readers(course)
    until = promised(now(), service.answer_days, service.timezone)
    return Off(
        action=f"{action}?lang={language}",
        back_url=back_url,
        choices=tuple(_choice(one, course, typed.to) for one in found),
        typed=typed,
        until=_weekday(until, service),
        kept_from=course.therapist.name if kept_from(course) else "",
        outside=service.complaints_outside,
        contact=service.contact,
        mail=_hinted(course.client.mail),
        most=concerns.MOST_WORDS,
        language=language,
        direction="rtl" if get_language_info(language)["bidi"] else "ltr",
        languages=tuple(
            (code, OWN_NAMES.get(code, code), f"{action}?lang={code}") for code, _n in settings.LANGUAGES
        ),
        crisis=crisis_of(service),
    )


def _choice(reader: Reader, course: Course, chosen: str) -> Choice:
    return Choice(reader.to.value, reader.staff.name, _about(reader, course), reader.to.value == chosen)


def _about(reader: Reader, course: Course) -> str:
    therapist = course.therapist.name if course.therapist else ""
    names = {"name": reader.staff.name, "therapist": therapist}
    if reader.to == To.THERAPIST:
        return _("Your therapist. Nobody else reads it.")
    if reader.to == To.SECOND:
        if not therapist:
            return _("Somebody else at the clinic. Nobody else reads it.")
        return _("Instead of your therapist. %(therapist)s does not learn that you wrote.") % names
    if not therapist:
        return _("A complaint. %(name)s looks into it and answers you.") % names
    return _("A complaint. %(name)s looks into it. %(therapist)s does not see it.") % names


def _hinted(mail: str) -> str:
    """Enough of an address that its owner knows it, and nobody else who looks at the page."""
    name, at, where = mail.partition("@")
    return f"{name[:1]}…@{where}" if at else ""


def _weekday(instant: datetime, service: Service) -> str:
    return date_format(clinic_day(instant, service.timezone), _("l j F"))


@dataclass(frozen=True)
class Moment:
    """One step of a letter's way: what happened, when, and whether it has."""

    words: str
    when: str
    done: bool


@dataclass(frozen=True)
class Sent:
    """A letter and what became of it."""

    heading: str
    lead: str
    moments: tuple[Moment, ...]
    words: str
    answer: str
    answered_by: str
    late: str
    outside: str
    contact: str
    address: str
    told_by_mail: str
    fresh: bool
    language: str
    crisis: Crisis


def sent_page(concern: Concern, at: datetime, *, fresh: bool) -> Sent:
    """The letter's own page; `fresh` right after it was sent."""
    service, reader = concern.service, reader_of(concern)
    name = reader.name if reader else service.name
    shut = concern.answered_at is None and closed(concern)
    late = at > concern.answer_by and concern.answered_at is None and not shut
    return Sent(
        heading=_heading(concern, name),
        lead=_lead(concern, name, shut=shut, late=late),
        moments=_moments(concern, name, shut=shut, late=late),
        words=concern.words,
        answer=concern.answer,
        answered_by=concern.answered_by.name if concern.answered_by else "",
        late=_late(concern) if late else "",
        outside=service.complaints_outside if concern.to == To.COMPLAINT else "",
        contact=service.contact,
        address=concerns.address(concern),
        told_by_mail=_hinted(concern.client.mail) if concern.tell_by_mail else "",
        fresh=fresh,
        language=get_language() or "en",
        crisis=crisis_of(service),
    )


def _heading(concern: Concern, name: str) -> str:
    if concern.answered_at and concern.answered_by:
        return _("%(name)s answered you") % {"name": concern.answered_by.name}
    if concern.read_at and concern.read_by:
        return _("%(name)s has read it") % {"name": concern.read_by.name}
    return _("Sent to %(name)s") % {"name": name}


def _lead(concern: Concern, name: str, *, shut: bool, late: bool) -> str:
    names = {
        "name": name,
        "therapist": concern.recipient.name,
        "day": _weekday(concern.answer_by, concern.service),
    }
    if shut:
        return (
            _(
                "You decided that %(therapist)s does not see your answers. So this is closed too, and nobody reads it. "
                "You can write to somebody else."
            )
            % names
        )
    if concern.answered_at or late:
        return ""
    if not concern.recipient.active and concern.read_at is None:
        return _("%(therapist)s no longer works here. %(name)s reads it instead.") % names
    if concern.read_at:
        return _("You will have an answer by %(day)s.") % names
    return _("%(name)s reads it and answers by %(day)s.") % names


def _late(concern: Concern) -> str:
    return _(
        "You were promised an answer by %(day)s. That day is over. This is not your fault. "
        "The clinic is reminded of it."
    ) % {"day": _weekday(concern.answer_by, concern.service)}


def _moments(concern: Concern, name: str, *, shut: bool, late: bool) -> tuple[Moment, ...]:
    zone = concern.service.timezone

    def when(instant: datetime) -> str:
        local = words.local(instant, zone)
        return f"{_day(local.date(), clinic_day(now(), zone))}, {local:%H:%M}"

    wrote = Moment(_("You wrote"), when(concern.at), True)
    if concern.read_at and concern.read_by:
        was_read = Moment(_("%(name)s read it") % {"name": concern.read_by.name}, when(concern.read_at), True)
    else:
        was_read = Moment(
            _("%(name)s reads it") % {"name": name}, _("closed by you") if shut else _("not yet"), False
        )
    if concern.answered_at and concern.answered_by:
        told = _("%(name)s answered") % {"name": concern.answered_by.name}
        return (wrote, was_read, Moment(told, when(concern.answered_at), True))
    if shut:
        return (wrote, was_read)
    due = _weekday(concern.answer_by, concern.service)
    promise = _("promised by %(day)s, not yet there") if late else _("by %(day)s")
    return (wrote, was_read, Moment(_("An answer for you"), promise % {"day": due}, False))


def _day(day: date, today: date) -> str:
    return (
        words.capital(words.day(day, today)) if 0 <= (today - day).days < 2 else date_format(day, _("l j F"))
    )


@dataclass(frozen=True)
class Route:
    """How to complain, for anybody to read: who answers inside the service, until when, and where outside."""

    service: str
    name: str
    days: int
    outside: str
    contact: str
    crisis: Crisis


def complaint_route(service: Service, answering: Callable[[int], list]) -> Route:
    """The route of this service; `answering` gives who stands in where nobody is named."""
    named = service.complaints_person
    nearest = [one for one in (named, *answering(service.pk)) if one and one.active]
    return Route(
        service=service.name,
        name=nearest[0].name if nearest else "",
        days=service.answer_days,
        outside=service.complaints_outside,
        contact=service.contact,
        crisis=crisis_of(service),
    )
