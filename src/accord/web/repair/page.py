"""One repair as a page: four steps, what set it off, when to look again, how it can close, supervision, its history."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accord.repair import texts
from accord.repair.state import Stage
from accord.web.attention.words import address, local, long_day, shaded, short
from accord.web.repair import page_side as side
from accord.web.repair.history_words import Line, history
from accord.web.repair.line_words import beside, read_sentence
from accord.web.repair.page_side import EndingView, Quote
from accord.web.repair.page_steps import StepView, Typed, steps_of
from accord.web.repair.reading import RepairFile, today_of
from accord.web.repair.times import coming, number_of, when
from accord.web.therapy.sentences import voice


@dataclass(frozen=True)
class RepairPage:
    """Everything on the page, ready to be drawn."""

    file: RepairFile
    name: str
    short: str
    they: Mapping[str, str]
    heading: str
    lead: str
    status: str
    seen: int
    steps: tuple[StepView, ...]
    keep: str
    kept: str
    meanwhile: tuple[str, ...]
    typed: Typed
    set_off: str
    origin: str
    picture: SafeString
    picture_words: str
    quote: Quote | None
    look: str
    look_line: str
    due: str
    reading: str
    levels: str
    covered: tuple[tuple[str, str], ...]
    endings: tuple[EndingView, ...]
    endings_line: str
    told: tuple[str, ...]
    supervision: str
    supervision_line: str
    overdue: str
    notes_kept: str
    history: tuple[Line, ...]
    caution: tuple[tuple[str, str, str], ...]


def repair_page(one: RepairFile, typed: Typed | None = None) -> RepairPage:
    """The page of one repair; `typed` is what was sent and not kept."""
    typed, file, state = typed or Typed(), one.file, one.state
    said = voice(file.pronoun).words
    name = short(file.name)
    return RepairPage(
        file=one,
        name=file.name,
        short=name,
        they=said,
        heading=_heading(one, name),
        lead=_lead(one, said),
        status=state.stage.value,
        seen=len(one.happened),
        steps=steps_of(one, typed, said),
        keep=_keep(one, typed),
        kept=_kept(one),
        meanwhile=_meanwhile(one, typed),
        typed=typed,
        set_off=side.set_off(one),
        origin=side.origin(one, name),
        picture=side.picture(one, name),
        picture_words=shaded(file.pronoun),
        quote=side.quote(one, name),
        look=side.look(one),
        look_line=side.look_line(one),
        due=side.due(one),
        reading=read_sentence(one, said),
        levels=beside(one),
        covered=tuple((number_of(one, key), address("ask:rate", key)) for key in sorted(file.covered)),
        endings=side.endings(one, said),
        endings_line=side.endings_line(one, said),
        told=tuple(one_told.words for one_told in one.told),
        supervision=side.supervision(one, name),
        supervision_line=side.meeting(one),
        overdue=side.overdue(one),
        notes_kept=_notes_kept(one),
        history=history(one),
        caution=tuple((say.say, say.backed_by.known, say.backed_by.source) for say in texts.caution()),
    )


def _heading(one: RepairFile, name: str) -> str:
    begun = one.state.begun_at
    if one.state.stage is Stage.CLOSED and one.state.ending:
        title = texts.ending(one.state.ending).title
        return _("A repair with %(name)s, closed: %(ending)s") % {"name": name, "ending": title.lower()}
    if one.day == 1:
        return _("A repair with %(name)s, begun today") % {"name": name}
    since = long_day(local(begun, one.file.timezone).date(), today_of(one))
    return _("A repair with %(name)s, day %(day)s, begun %(since)s") % {
        "name": name,
        "day": one.day,
        "since": since,
    }


def _lead(one: RepairFile, said: Mapping[str, str]) -> str:
    today = today_of(one)
    if one.state.stage is Stage.CLOSED and one.state.closed_at:
        last = one.happened[-1]
        when = long_day(local(one.state.closed_at, one.file.timezone).date(), today)
        return _("Closed on %(day)s by %(who)s. It can be opened again.") % {"day": when, "who": last.who}
    if one.state.stage is Stage.SUPERVISION:
        return (
            _("It is in supervision. You can go on noting what happens.")
            if one.mine
            else _("It is in supervision: you read the notes as long as it is.")
        )
    if not one.changes:
        return _("You can look and change nothing here: it is between the two of them.")
    return _("Four small steps. Do them in the room, note them after. None is a must.")


def _keep(one: RepairFile, typed: Typed) -> str:
    if typed.meanwhile and typed.noted:
        return _("Keep both")
    ahead = coming(one)
    if ahead is None:
        return _("Keep")
    return _("Keep, and look again after session %(number)s") % {"number": number_of(one, ahead.key)}


def _kept(one: RepairFile) -> str:
    last = one.happened[-1].event.at
    return _("Everything kept, %(when)s") % {"when": when(one, last)}


def _meanwhile(one: RepairFile, typed: Typed) -> tuple[str, ...]:
    new = [each for each in history(one) if each.number in typed.meanwhile]
    return tuple(
        _("%(who)s, %(when)s: %(what)s") % {"who": each.who, "when": each.when, "what": each.what}
        for each in reversed(new)
    )


def _notes_kept(one: RepairFile) -> str:
    if not one.hidden:
        return ""
    therapist = one.row.course.therapist
    return _("Notes are kept by %(name)s.") % {"name": therapist.name if therapist else _("the therapist")}
