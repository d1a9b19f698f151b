"""What the client sees beside the form, as values: what became of the answers, who sees them, and saying no."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import formats
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.charts.small import own_line_svg
from accord.instruments.scoring import risk_items
from accord.instruments.text import text_pack
from accord.web.checkin.actions import answers_of, texts_of
from accord.web.checkin.links import open_beside
from accord.web.checkin.models import Link, Response
from accord.web.checkin.pages import Crisis, crisis_of, page_address, recipient_of, shared_with_therapist
from accord.web.checkin.reasons import closed, expired, known
from accord.web.people.models import Purpose
from accord.web.people.viewer import therapist_only
from accord.web.therapy.models import Session
from accord.web.voice.doors import own_page_of

CHECK_IN = "accord-check-in"
FELT_OFF, TALK = 5, 6  # items of the check-in: something felt off; I would like us to talk about it
LINE_LENGTH = 12  # sessions of the client's own line
OWN_PAGE_SHOWN = timedelta(hours=1)  # after sending


@dataclass(frozen=True)
class SpokeUp:
    """A concern in the client's words, with whom it was talked about, and on which day."""

    words: str
    by: str
    day: str


@dataclass(frozen=True)
class Sent:
    """The page after sending."""

    recipient: str
    next_day: str
    own_line_svg: str
    seen_by: str
    concern: bool
    positive_risk: bool
    late: bool
    after_reading: bool
    can_change: bool
    change_url: str
    ask_url: str
    off_url: str
    own_url: str
    more: tuple[tuple[str, str], ...]
    spoke_up: tuple[SpokeUp, ...]
    words_to_start: str
    language: str
    crisis: Crisis


def sent_page(link: Link, response: Response, *, after_reading: bool) -> Sent:
    """What became of `response`; `after_reading` says that newer answers came once it had been opened."""
    answers = answers_of(response)
    instrument = known(response.instrument, str(response.version))
    concern = link.instrument == CHECK_IN and (answers.get(FELT_OFF) == 1 or answers.get(TALK) == 1)
    recipient = recipient_of(link)
    own = _own_line(link)
    return Sent(
        recipient=recipient,
        next_day=_next_day(link),
        own_line_svg=own,
        seen_by=_("Seen by you and %(therapist)s.") % {"therapist": recipient} if own else "",
        concern=concern,
        positive_risk=bool(instrument and risk_items(instrument, answers)),
        late=response.standing == Response.Standing.LATE,
        after_reading=after_reading,
        can_change=not (response.openings.exists() or expired(link) or closed(link)),
        change_url=page_address(link, "form", change="1"),
        ask_url=page_address(link, "who") + "#ask" if link.service.contact else "",
        off_url=page_address(link, "off"),
        own_url=_own_page(link, response),
        more=_more(link),
        spoke_up=_spoke_up(link),
        words_to_start=_("“Last time something did not sit well with me. Can we begin there?”")
        if concern
        else "",
        language=get_language() or "en",
        crisis=crisis_of(link.service),
    )


def _own_page(link: Link, response: Response) -> str:
    """The way on to the own page, only right after sending: a link opens one form, whoever has it later.

    None where the client keeps the answers from the therapist, who has the link too.
    """
    if response.received_at < now() - OWN_PAGE_SHOWN or not shared_with_therapist(link):
        return ""
    return own_page_of(link.session.course.client)


def _next_day(link: Link) -> str:
    today = clinic_day(now(), link.service.timezone)
    planned = Session.objects.filter(course=link.session.course_id, day__gte=today, attendance="planned")
    upcoming = planned.exclude(pk=link.session_id).order_by("day", "starts_at").first()
    return formats.date_format(upcoming.day, _("l j F")) if upcoming else ""


def _own_line(link: Link) -> str:
    """The client's own line as inline SVG; empty with fewer than two ratings, or where it is not to be shown."""
    if not link.service.shows_own_line or link.instrument != CHECK_IN or expired(link):
        return ""
    answered = Response.objects.counting().filter(
        session__course=link.session.course_id,
        instrument=CHECK_IN,
        respondent="client",
        scores__scale="TOTAL",
    )
    in_order = answered.order_by("session__day", "session__starts_at", "session__order", "pk")
    values = list(in_order.values_list("scores__value", flat=True))[-LINE_LENGTH:]
    if sum(value is not None for value in values) < 2:
        return ""
    return mark_safe(own_line_svg(values, today=_("today"), title=_("Your line so far")))


def _spoke_up(link: Link) -> tuple[SpokeUp, ...]:
    """The last concern that was talked about: the newest one is enough on a small page."""
    if expired(link):
        return ()
    raised = Response.objects.filter(session__course=link.session.course_id, instrument=CHECK_IN)
    last = raised.exclude(raised=None).select_related("raised__by").order_by("-raised__at").first()
    if last is None:
        return ()
    words = next(iter(texts_of(last).values()), "")
    day = formats.date_format(clinic_day(last.raised.at, link.service.timezone), _("j F"))
    return (SpokeUp(words, last.raised.by.name, day),)


def _more(link: Link) -> tuple[tuple[str, str], ...]:
    """Other open forms of the same session: their title and address."""
    rows = []
    for other in open_beside(link):
        try:
            title = text_pack(other.instrument, get_language() or "en").title
        except Faults:
            continue
        rows.append((title, page_address(other, "form")))
    return tuple(rows)


@dataclass(frozen=True)
class Who:
    """Who sees the answers: name, what they are, why."""

    rows: tuple[tuple[str, str, str], ...]
    contact: str
    off_url: str
    back_url: str
    crisis: Crisis


def who_page(link: Link) -> Who:
    """Everyone who sees the answers of this form, and why."""
    rows = []
    if shared_with_therapist(link):
        rows.append((recipient_of(link), _("your therapist"), _("to prepare your next session")))
    rows += [] if link.instrument in therapist_only() else _others(link)
    rows.append((_("You"), _("with this link"), _("until it closes")))
    return Who(
        rows=tuple(rows),
        contact=link.service.contact,
        off_url=page_address(link, "off"),
        back_url=page_address(link, "form"),
        crisis=crisis_of(link.service),
    )


def _others(link: Link) -> list[tuple[str, str, str]]:
    """Who sees the answers of most forms beside the therapist."""
    newest = dict(link.session.course.client.consents.order_by("at", "pk").values_list("purpose", "granted"))
    rows = []
    if newest.get(Purpose.SUPERVISION):
        rows.append((_("Supervisor"), _("of your therapist"), _("because you agreed")))
    rows.append((_("Service lead"), link.service.name, _("to see that nobody is missed")))
    if newest.get(Purpose.RESEARCH):
        rows.append((_("Research"), _("without your name"), _("because you agreed")))
    return rows


@dataclass(frozen=True)
class Declining:
    """Saying no to a form, or to all of them, and what is said after it."""

    action: str
    form_title: str
    recipient: str
    contact: str
    back_url: str
    crisis: Crisis
    all: bool = False


def declining_page(link: Link, *, everything: bool = False) -> Declining:
    """The page that asks, and the one that confirms."""
    try:
        title = text_pack(link.instrument, get_language() or "en").title
    except Faults:
        title = ""
    return Declining(
        action=page_address(link, "decline"),
        form_title=title,
        recipient=recipient_of(link),
        contact=link.service.contact,
        back_url=page_address(link, "form"),
        crisis=crisis_of(link.service),
        all=everything,
    )
