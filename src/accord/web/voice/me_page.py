"""What the client's own page shows, as values: plain words, short sentences, no verdict."""

from dataclasses import dataclass

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.charts.small import own_line_svg
from accord.web.attention.words import address
from accord.web.people.models import Purpose, Service
from accord.web.therapy.models import Course
from accord.web.therapy.usual import UsualRange
from accord.web.voice.doors import page_address, token
from accord.web.voice.me_frame import Frame, frame_of, told_day
from accord.web.voice.me_reading import (
    Line,
    Spoken,
    course_of,
    decisions_of,
    erasures_of,
    read_line,
    read_spoken,
)
from accord.web.voice.models import Door, Erasure
from accord.web.voice.who import agreed

LINE_LENGTH = 12  # sessions of the client's own line, as on the page after sending
MOST_SPOKEN = 6  # the rest is in the copy


@dataclass(frozen=True)
class Told:
    """Something the client said, and what became of it, each as a sentence; empty where there is nothing to say."""

    words: str
    about: str
    read: str
    talked: str
    answer: str
    answered: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """A way from the own page to a page of it, and how things stand there."""

    url: str
    title: str
    stands: str


@dataclass(frozen=True)
class Own:
    """The own page."""

    frame: Frame
    therapist: str
    line_svg: SafeString | str
    line_words: tuple[str, ...]
    told: tuple[Told, ...]
    more_told: str
    off_url: str
    ways: tuple[Way, ...]


def own_page(door: Door) -> Own:
    """The client's line, what became of what they wrote, and the ways to what is theirs to decide."""
    course = course_of(door.client)
    spoken = read_spoken(door, course)
    svg, words = _line(door.service, course)
    hidden = len(spoken) - MOST_SPOKEN
    return Own(
        frame=frame_of(door),
        therapist=course.therapist.name if course and course.therapist else "",
        line_svg=svg,
        line_words=words,
        told=tuple(_told(one, door.service) for one in spoken[:MOST_SPOKEN]),
        more_told=ngettext(
            "One older line is in your copy.", "%(count)s older lines are in your copy.", hidden
        )
        % {"count": hidden}
        if hidden > 0
        else "",
        off_url=address("me:off", token(door)),
        ways=_ways(door),
    )


def _line(service: Service, course: Course | None) -> tuple[SafeString | str, tuple[str, ...]]:
    if not service.shows_own_line:
        return "", (_("Your line is not shown here. All your answers are in your copy."),)
    line = read_line(course) if course else Line((), None)
    if len(line.rated) < 2:
        return "", (_("Your line begins with your second answer."),)
    svg = own_line_svg(line.values[-LINE_LENGTH:], today=_("last"), title=_("Your line so far"))
    return mark_safe(svg), line_words(line)


def line_words(line: Line) -> tuple[str, ...]:
    """What the line says: the newest number, and whether it lies where the client's own numbers usually do."""
    last = _("The last time you gave %(value)s of 100.") % {"value": _whole(line.rated[-1])}
    if not isinstance(line.usual, UsualRange):
        few = _("There are too few answers yet to say what is usual for you.")
        return (last, few) if isinstance(line.usual, TooFew) else (last,)
    low, high = _whole(max(0, line.usual.low)), _whole(min(100, line.usual.high))
    usual = _("From your answers before, about %(low)s to %(high)s was to be expected.") % {
        "low": low,
        "high": high,
    }
    return last, usual, _beside(line.rated[-1], line.usual)


def _beside(value: float, usual: UsualRange) -> str:
    if usual.holds(value):
        return _("So it is much as usual for you.")
    if value > usual.high:
        return _("So it is higher than usual for you.")
    return _(
        "So it is lower than usual for you. A hard but good session can do that too. You can talk about it."
    )


def _whole(value: float) -> str:
    return formats.number_format(round(value), use_l10n=True)


def _told(one: Spoken, service: Service) -> Told:
    day = told_day(one.at, service)
    return Told(
        words=one.words,
        about=_about(one, day),
        read=_read(one, service),
        talked=_("You and %(name)s talked about it on %(day)s.")
        % {"name": one.talked_by, "day": told_day(one.talked_at, service)}
        if one.talked_at
        else "",
        answer=one.answer,
        answered=_("%(name)s answered on %(day)s:")
        % {"name": one.answered_by, "day": told_day(one.answered_at, service)}
        if one.answer and one.answered_at
        else "",
        changes=tuple(
            (
                change.words,
                _("%(name)s, on %(day)s") % {"name": change.by, "day": told_day(change.at, service)},
            )
            for change in one.changed
        ),
    )


def _about(one: Spoken, day: str) -> str:
    if one.to:
        return _("You wrote this to %(name)s on %(day)s.") % {"name": one.to, "day": day}
    if one.words:
        return _("You wrote this on %(day)s.") % {"day": day}
    return _("On %(day)s you said that something felt off.") % {"day": day} if one.seen_otherwise else ""


def _read(one: Spoken, service: Service) -> str:
    if one.read_at:
        return _("Read by %(name)s on %(day)s.") % {
            "name": one.read_by,
            "day": told_day(one.read_at, service),
        }
    # What stands by itself was not written by the client, and a concern is told before its form is opened.
    return "" if one.seen_otherwise or not one.words else _("Nobody has opened it yet.")


def _ways(door: Door) -> tuple[Way, ...]:
    decisions = decisions_of(door.client)
    yes = sum(agreed(decisions, purpose) is True for purpose in Purpose)
    newest = erasures_of(door.client).first()
    return (
        Way(page_address(door, "who"), _("Who can see it, and who looked"), _("Names and days")),
        Way(
            page_address(door, "choices"),
            _("What you agreed to"),
            _("%(yes)s of %(all)s say yes. You can change each.") % {"yes": yes, "all": len(Purpose)},
        ),
        Way(page_address(door, "copy"), _("Take a copy"), _("All your answers and words, as a file")),
        Way(page_address(door, "erasing"), _("Ask us to erase it"), _erasure_stands(newest, door.service)),
    )


def _erasure_stands(newest: Erasure | None, service: Service) -> str:
    if newest is None or newest.taken_back_at:
        return _("What goes, what the law keeps, and by when")
    if newest.decided_at:
        return _("Decided on %(day)s. Read the answer.") % {"day": told_day(newest.decided_at, service)}
    return _("You asked. The answer comes by %(day)s.") % {"day": told_day(newest.decide_by, service)}


@dataclass(frozen=True)
class CopyPage:
    """The page that makes the copy."""

    frame: Frame
    action: str


def copy_page(door: Door) -> CopyPage:
    """What is in the copy, and the button that makes it."""
    return CopyPage(frame_of(door), page_address(door, "copy"))
