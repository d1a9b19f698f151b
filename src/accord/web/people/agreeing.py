"""What a client agreed to, in words: how it stands now for each purpose and person, and how it came to that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.web.checkin.asking import told
from accord.web.people.models import Client, Consent, Purpose, Service, Staff
from accord.web.people.viewer import Viewer
from accord.web.therapy.cover import withheld_courses

# What each purpose means for the client, and what a no does. Said where the decision is taken.
MEANING = {
    Purpose.RATINGS: (_l("Answering check-ins"), _l("A no: nothing more is asked, by any form.")),
    Purpose.THERAPIST: (
        _l("The therapist sees the answers"),
        _l(
            "A no: the answers, also earlier ones, are hidden from the therapist. A safety answer is still told."
        ),
    ),
    Purpose.SUPERVISION: (
        _l("A supervisor sees the answers"),
        _l("A no: supervisors cannot open this course. It can hold for all of them or for one by name."),
    ),
    Purpose.RESEARCH: (
        _l("Research without names"),
        _l("A no: the answers are left out of every research export from now on."),
    ),
}


@dataclass(frozen=True)
class Standing:
    """How one purpose stands: yes, no, or never asked; with the decisions for single people."""

    purpose: str
    title: str
    meaning: str
    granted: bool | None
    since: str
    people: tuple[tuple[str, bool, str], ...]


def standing(decisions: Iterable[Consent], service: Service) -> tuple[Standing, ...]:
    """How each purpose stands, from decisions with the newest first."""
    newest: dict[tuple[str, int | None], Consent] = {}
    for one in decisions:
        newest.setdefault((one.purpose, one.viewer_id), one)
    return tuple(_standing(purpose, newest, service) for purpose in Purpose)


def _standing(
    purpose: Purpose, newest: Mapping[tuple[str, int | None], Consent], service: Service
) -> Standing:
    title, meaning = MEANING[purpose]
    general = newest.get((purpose, None))
    people = tuple(
        (one.viewer.name, one.granted, told(one.at, service))
        for (what, who), one in newest.items()
        # A later decision for everybody takes the place of an earlier one for a single person.
        if what == purpose and who is not None and (general is None or one.at > general.at)
    )
    return Standing(
        purpose=purpose.value,
        title=str(title),
        meaning=str(meaning),
        granted=general.granted if general else None,
        since=told(general.at, service) if general else "",
        people=people,
    )


@dataclass(frozen=True)
class Decision:
    """One line of the history."""

    when: str
    title: str
    granted: bool
    whom: str
    by: str


def history(decisions: Iterable[Consent], service: Service) -> tuple[Decision, ...]:
    """Every decision, the newest first."""
    return tuple(
        Decision(
            when=told(one.at, service),
            title=str(MEANING[Purpose(one.purpose)][0]),
            granted=one.granted,
            whom=one.viewer.name if one.viewer else "",
            by=one.recorded_by.name if one.recorded_by else _("the client, or not noted"),
        )
        for one in decisions
    )


def undoes_own_no(viewer: Viewer, client: Client, purpose: str, granted: bool) -> bool:
    """Whether a therapist would write down a yes to themselves where the client said no on their own page."""
    if purpose != Purpose.THERAPIST or not granted:
        return False
    newest = client.consents.filter(purpose=purpose).order_by("-at", "-pk").first()
    own_no = newest is not None and not newest.granted and newest.recorded_by_id is None
    return own_no and bool(withheld_courses(viewer, client.courses.values_list("pk", flat=True)))


def read_decision(data: Mapping[str, str], supervisors: Iterable[Staff]) -> dict | None:
    """Purpose, yes or no, and for whom, from a posted form; None when something is not said."""
    purpose, said, whom = data.get("purpose", ""), data.get("granted", ""), data.get("to", "")
    if purpose not in Purpose.values or said not in ("yes", "no"):
        return None
    to = next((one for one in supervisors if one.key == whom), None)
    if whom and (to is None or purpose != Purpose.SUPERVISION):
        return None
    return {"purpose": purpose, "granted": said == "yes", "to": to}
