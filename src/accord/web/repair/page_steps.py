"""The four steps of a repair as a page shows them: what to tick, ways to say it, own words; also what is not kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accord.repair import texts
from accord.repair.event import Step, Strain
from accord.web.attention.words import short
from accord.web.repair.noting import Noted
from accord.web.repair.reading import RepairFile
from accord.web.repair.times import when


@dataclass(frozen=True)
class Tick:
    """Something to tick: its id, its words, whether it is ticked, and what else it may mean."""

    id: str
    words: str
    ticked: bool
    hint: str = ""


@dataclass(frozen=True)
class StepView:
    """One step. `words` None: something is written, and the person looking may not read it."""

    step: str
    number: int
    heading: str
    line: str
    signs: tuple[Tick, ...]
    ways: tuple[Tick, ...]
    who: tuple[Tick, ...]
    strains: tuple[Tick, ...]
    label: str
    words: str | None
    taken: str
    fault: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class Typed:
    """What somebody sent that is not kept: shown again. `tell` None: not to be told; faults by the field's name."""

    noted: Mapping[Step, Noted] = field(default_factory=dict)
    tell: str | None = None
    ending: str = ""
    reason: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    meanwhile: tuple[int, ...] = ()


def steps_of(one: RepairFile, typed: Typed, said: Mapping[str, str]) -> tuple[StepView, ...]:
    """The steps in order; `said` are the forms of the client's pronoun."""
    return tuple(_step(one, step, number, typed, said) for number, step in enumerate(Step, 1))


def _step(one: RepairFile, step: Step, number: int, typed: Typed, said: Mapping[str, str]) -> StepView:
    taken, sent = one.state.steps.get(step), typed.noted.get(step)
    strain = one.state.strain
    prompt = texts.prompt(step, strain)
    signs = set(sent.signs if sent else taken.signs if taken else ())
    chosen = tuple(sent.ways if sent else taken.ways if taken else ())
    kept = one.notes.get(step, "")
    theirs = ""
    if sent and typed.meanwhile and kept and kept != sent.words:
        theirs = kept
    return StepView(
        step=step.value,
        number=number,
        heading=prompt.heading,
        line=prompt.line.format_map(said),
        signs=_signs(signs) if step is Step.NOTICE else (),
        ways=_ways(one, step, chosen),
        who=_who(one, signs) if step is Step.AGREE else (),
        strains=strains_of(sent.strain if sent and sent.strain else strain) if step is Step.NOTICE else (),
        label={
            Step.NOTICE: _("What you noticed"),
            Step.AGREE: _("What you two agreed"),
        }.get(step, _("In your own words"))
        if one.mine
        else {
            Step.NOTICE: _("What was noticed"),
            Step.AGREE: _("What the two agreed"),
        }.get(step, _("In own words")),
        words=sent.words if sent else kept,
        taken=_taken(one, step),
        fault=typed.faults.get(step.value, ""),
        theirs=theirs,
    )


def _signs(ticked: set[str]) -> tuple[Tick, ...]:
    listed = [Tick(one.id, one.words, one.id in ticked, one.hint) for one in texts.signs()]
    return tuple(listed)


def _ways(one: RepairFile, step: Step, chosen: tuple[str, ...]) -> tuple[Tick, ...]:
    """Those that fit now, and those that were chosen before although others fit by now."""
    offered = texts.ways(step, one.state.strain, one.cause)
    ids = [way.id for way in offered]
    kept = [way for id in chosen if id not in ids and (way := texts.way(id))]
    return tuple(Tick(way.id, way.say, way.id in chosen) for way in (*offered, *kept))


def _who(one: RepairFile, ticked: set[str]) -> tuple[Tick, ...]:
    therapist = _("You") if one.mine else one.row.course.therapist.name if one.row.course.therapist else ""
    return (
        Tick("client", short(one.file.name), "client" in ticked),
        Tick("therapist", therapist, "therapist" in ticked),
    )


def strains_of(chosen: Strain) -> tuple[Tick, ...]:
    """How a strain can show, one of three."""
    words = {
        Strain.WITHDRAWAL: _("Moving away: quiet, agreeing fast, late"),
        Strain.CONFRONTATION: _("Moving against: a complaint, cross"),
        Strain.UNSURE: _("Not sure"),
    }
    return tuple(Tick(one.value, said, one is chosen) for one, said in words.items())


def _taken(one: RepairFile, step: Step) -> str:
    """When the step was noted last, and by whom if that was somebody else."""
    last = next(
        (each for each in reversed(one.happened) if each.event.step is step),
        None,
    )
    if last is None:
        return ""
    return _("noted %(when)s, %(who)s") % {"when": when(one, last.event.at), "who": last.who}
