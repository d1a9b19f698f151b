"""What a lead does about the service's support tools: word one anew, add one, hide it, go back to an earlier version.

A version is never changed: each of these writes a new one, which is in force from then on.
"""

from datetime import date

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Fault, Faults, refuse
from accord.basics.identifiers import new_key
from accord.repair.tools import Behind, shipped
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.repair.models import ServiceTool

LONGEST_WORDS, LONGEST_EVIDENCE = 600, 300  # characters


@transaction.atomic
def keep(
    *, viewer: Viewer, tool: str, seen: int, words: str, evidence: str = "", evidence_on: date | None = None
) -> ServiceTool:
    """Word a tool anew. `seen` is the number of the version that was on the page (0: as Accord ships it).

    Raises `Faults` with everything that is wrong; also when somebody kept another version in between.
    """
    said, known = words.strip(), " ".join(evidence.split())
    faults = _wrong(viewer, said, known, evidence_on)
    rows = _held(viewer, tool)
    if not rows and tool not in shipped():
        faults.append(Fault("tool", "there is no such tool.", "Go back to the list."))
    if rows and rows[-1].number != seen:
        faults.append(
            Fault(
                "tool",
                f"{rows[-1].by.name} kept another version in between.",
                "Look at it below, then decide.",
            )
        )
    if faults:
        raise Faults(faults)
    cause = Behind(rows[-1].cause) if rows else shipped()[tool].cause
    return _version(viewer, tool, rows, cause, said, known, evidence_on, "worded anew")


@transaction.atomic
def add(
    *, viewer: Viewer, cause: Behind, words: str, evidence: str = "", evidence_on: date | None = None
) -> ServiceTool:
    """Add a tool of the service's own; it stands before Accord's. Raises `Faults`."""
    said, known = words.strip(), " ".join(evidence.split())
    faults = _wrong(viewer, said, known, evidence_on)
    if faults:
        raise Faults(faults)
    return _version(viewer, f"own{new_key()}", [], cause, said, known, evidence_on, "added")


@transaction.atomic
def hide(*, viewer: Viewer, tool: str) -> ServiceTool | None:
    """Show it nowhere; hiding twice is hiding once. Raises `Faults` for one that is not there."""
    rows = _held(viewer, tool)
    if rows and not rows[-1].words:
        return None
    if not rows and tool not in shipped():
        raise refuse("tool", "there is no such tool.", "Go back to the list.")
    cause = Behind(rows[-1].cause) if rows else shipped()[tool].cause
    return _version(viewer, tool, rows, cause, "", "", None, "hid")


@transaction.atomic
def go_back(*, viewer: Viewer, tool: str, number: int) -> ServiceTool:
    """An earlier version is in force again, as a new one; 0 is as Accord ships it. Raises `Faults`."""
    rows = _held(viewer, tool)
    earlier = next((one for one in rows if one.number == number), None)
    ours = shipped().get(tool)
    if earlier is not None and earlier.words:
        cause, words, known, on = Behind(earlier.cause), earlier.words, earlier.evidence, earlier.evidence_on
    elif number == 0 and ours is not None:
        cause, words, known, on = ours.cause, ours.words, "", None
    else:
        raise refuse("version", "there is no such version.", "Choose one from the history.")
    return _version(viewer, tool, rows, cause, words, known, on, "went back", to=number)


def _held(viewer: Viewer, tool: str) -> list[ServiceTool]:
    """The versions in order; the service's row is held, so that two people never make one number."""
    Service.objects.select_for_update(no_key=True).get(pk=viewer.service.pk)
    return list(viewer.tools.filter(tool=tool).select_related("by").order_by("number"))


def _wrong(viewer: Viewer, said: str, known: str, on: date | None) -> list[Fault]:
    faults = []
    if not said:
        faults.append(
            Fault("words", "this field is empty.", "Write what to do and how to ask; or hide the tool.")
        )
    if len(said) > LONGEST_WORDS:
        faults.append(Fault("words", f"this has {len(said)} characters.", f"Keep it to {LONGEST_WORDS}."))
    if len(known) > LONGEST_EVIDENCE:
        faults.append(
            Fault("evidence", f"this has {len(known)} characters.", f"Keep it to {LONGEST_EVIDENCE}.")
        )
    if on is not None and on > clinic_day(now(), viewer.service.timezone):
        faults.append(Fault("day", "this day is not here yet.", "Say when the evidence was looked up."))
    return faults


def _version(
    viewer: Viewer,
    tool: str,
    rows: list[ServiceTool],
    cause: Behind,
    words: str,
    evidence: str,
    on: date | None,
    verb: str,
    **detail,
) -> ServiceTool:
    made = ServiceTool.objects.create(
        service_id=viewer.service.pk,
        tool=tool,
        number=rows[-1].number + 1 if rows else 1,
        cause=cause.value,
        words=words,
        evidence=evidence,
        evidence_on=on,
        by=viewer.staff,
        at=now(),
    )
    viewer.did(verb, "tool", made.key, tool=tool, version=made.number, **detail)
    return made
