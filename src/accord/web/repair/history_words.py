"""What happened in a repair, in words: who did what when, what was ticked and written, the newest first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.repair import texts
from accord.repair.event import Kind, Step
from accord.web.attention.words import clock, local, long_day
from accord.web.repair.reading import Happened, RepairFile, today_of


@dataclass(frozen=True)
class Line:
    """One event. `ticked` are the words of its signs, `said` those of its ways; `kept_by` where a note is not shown."""

    number: int
    who: str
    when: str
    what: str
    session: str
    ticked: tuple[str, ...]
    said: tuple[str, ...]
    note: str
    hidden: bool


def history(one: RepairFile) -> tuple[Line, ...]:
    """Every event, the newest first; a step that was noted again stands there twice."""
    return tuple(_line(one, each) for each in reversed(one.happened))


def _line(one: RepairFile, each: Happened) -> Line:
    there = local(each.event.at, one.file.timezone)
    return Line(
        number=each.number,
        who=each.who,
        when=_("%(day)s, %(time)s") % {"day": long_day(there.date(), today_of(one)), "time": clock(there)},
        what=_what(each),
        session=_("session %(number)s") % {"number": each.session} if each.session else "",
        ticked=_ticked(one, each),
        said=tuple(way.say for id in each.event.ways if (way := texts.way(id))),
        note=each.note or "",
        hidden=each.note is None,
    )


def _ticked(one: RepairFile, each: Happened) -> tuple[str, ...]:
    if each.event.step is Step.AGREE:
        therapist = one.row.course.therapist
        names = {"client": one.file.name, "therapist": therapist.name if therapist else _("the therapist")}
        return tuple(_("%(who)s does it") % {"who": names[id]} for id in each.event.signs if id in names)
    return tuple(sign.words for id in each.event.signs if (sign := texts.sign(id)))


def _what(each: Happened) -> str:
    if each.event.step is not None:
        heading = texts.prompt(each.event.step).heading
        return _("noted “%(step)s”") % {"step": heading}
    if each.event.kind is Kind.CLOSED and each.event.ending is not None:
        title = texts.ending(each.event.ending).title
        return _("closed it: %(ending)s") % {"ending": title.lower()}
    return {
        Kind.BEGAN: _("began it"),
        Kind.LOOKED: _("looked again, and goes on"),
        Kind.ASKED: _("took it to supervision"),
        Kind.RETURNED: _("gave it back after supervision"),
        Kind.REOPENED: _("opened it again"),
    }[each.event.kind]
