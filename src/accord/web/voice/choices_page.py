"""The client's page of consents, as values: what each is, what follows from a no, how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.web.people.agreeing import standing
from accord.web.people.models import Consent, Purpose
from accord.web.voice.doors import page_address
from accord.web.voice.me_frame import Frame, frame_of
from accord.web.voice.me_reading import course_of, decisions_of
from accord.web.voice.models import Door


@dataclass(frozen=True)
class Choice:
    """One consent: what it is, what follows from a no, how it stands (None: never asked), and for single people.

    `noted_by`: that somebody of the staff wrote it down for the client, and who; empty where the client said it here.
    """

    purpose: str
    title: str
    follows: str
    granted: bool | None
    since: str
    people: tuple[str, ...]
    noted_by: str = ""


@dataclass(frozen=True)
class Noted:
    """What the client has just decided, and what follows at once."""

    purpose: str
    granted: bool
    words: str


@dataclass(frozen=True)
class Choices:
    """The page of consents. `missed`: something was sent that says nothing."""

    frame: Frame
    action: str
    choices: tuple[Choice, ...]
    noted: Noted | None
    missed: bool


def choices_page(door: Door, *, noted: str = "", missed: bool = False) -> Choices:
    """How each consent stands; `noted` is the purpose that was decided just now."""
    therapist = therapist_of(door)
    decisions = decisions_of(door.client)
    rows = standing(decisions, door.service)
    made = tuple(
        Choice(
            one.purpose,
            *meaning(Purpose(one.purpose), therapist),
            one.granted,
            one.since,
            tuple(
                (_("For %(name)s: yes") if granted else _("For %(name)s: no")) % {"name": name}
                for name, granted, _since in one.people
            ),
            _noted_by(decisions, one.purpose),
        )
        for one in rows
    )
    just = next((one for one in made if one.purpose == noted and one.granted is not None), None)
    return Choices(
        frame=frame_of(door),
        action=page_address(door, "choices"),
        choices=made,
        noted=Noted(just.purpose, bool(just.granted), _now(Purpose(noted), bool(just.granted), therapist))
        if just
        else None,
        missed=missed,
    )


def _noted_by(decisions: Iterable[Consent], purpose: str) -> str:
    newest = next((one for one in decisions if one.purpose == purpose and one.viewer_id is None), None)
    if newest is None or newest.recorded_by is None:
        return ""
    return _("Written down by %(name)s.") % {"name": newest.recorded_by.name}


def therapist_of(door: Door) -> str:
    """The therapist by name, or in words where there is none."""
    course = course_of(door.client)
    return course.therapist.name if course and course.therapist else _("your therapist")


def meaning(purpose: Purpose, therapist: str) -> tuple[str, str]:
    """What a consent is, and what a no does."""
    named = {"therapist": therapist}
    return {
        Purpose.RATINGS: (
            _("You get check-ins to fill in"),
            _("If you say no: no form comes any more. What you sent stays."),
        ),
        Purpose.THERAPIST: (
            _("%(therapist)s sees your answers") % named,
            _(
                "If you say no: %(therapist)s sees none of them, also not the old ones. "
                "If you answer that you may be in danger, %(therapist)s is still told."
            )
            % named,
        ),
        Purpose.SUPERVISION: (
            _("A supervisor sees your answers"),
            _(
                "A supervisor is an experienced colleague with whom %(therapist)s talks about the work. "
                "If you say no: no supervisor can open your page."
            )
            % named,
        ),
        Purpose.RESEARCH: (
            _("Research may use your answers, without your name"),
            _(
                "If you say no: they are left out of every new file for research. Files made before stay as they are."
            ),
        ),
    }[purpose]


def _now(purpose: Purpose, granted: bool, therapist: str) -> str:
    """What holds from now on."""
    yes, no = {
        Purpose.RATINGS: (_("You get check-ins again."), _("No form comes any more.")),
        Purpose.THERAPIST: (
            _("%(therapist)s sees your answers from now on."),
            _("%(therapist)s sees none of your answers from now on."),
        ),
        Purpose.SUPERVISION: (
            _("A supervisor can see your answers from now on."),
            _("No supervisor sees your answers from now on."),
        ),
        Purpose.RESEARCH: (
            _("Research may use your answers, without your name."),
            _("Research does not use your answers from now on."),
        ),
    }[purpose]
    return (yes if granted else no) % {"therapist": therapist}
