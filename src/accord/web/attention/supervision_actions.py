"""What a supervisor does in a meeting: begin it, tick and note who was talked about, close it; later, what was done.

Notes and agreements are encrypted and never in the trail, which holds only who wrote about which course.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Fault, Faults, refuse
from accord.web.attention.models import Meeting, Talk
from accord.web.people.models import Staff
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course

MOST_NOTE, MOST_AGREED = 2000, 300  # characters


@transaction.atomic
def open_meeting(*, viewer: Viewer, present: Iterable[Staff] | None = None) -> Meeting:
    """The meeting that this supervisor leads now, begun if there is none; `present` says who is in the room."""
    at = now()
    meeting, new = Meeting.objects.get_or_create(
        led_by=viewer.staff,
        closed_at=None,
        service=viewer.service,
        defaults={"day": clinic_day(at, viewer.service.timezone), "opened_at": at},
    )
    if new:
        viewer.did("began", "meeting", meeting.key)
    if present is not None:
        chosen = list(present)
        if new or {one.pk for one in chosen} != set(meeting.present.values_list("pk", flat=True)):
            meeting.present.set(chosen)
            viewer.did("noted who is there", "meeting", meeting.key, present=[one.key for one in chosen])
    return meeting


@transaction.atomic
def talk(*, viewer: Viewer, course: Course, why: Sequence[str]) -> Talk:
    """This person was talked about; the meeting is begun if there is none. Ticking twice is one tick."""
    meeting = open_meeting(viewer=viewer)
    made, new = Talk.objects.get_or_create(
        meeting=meeting,
        course=course,
        defaults={"service": viewer.service, "why": list(why), "by": viewer.staff, "at": now()},
    )
    if new:
        viewer.did("talked about", "course", course.key, meeting=meeting.key)
    return made


@transaction.atomic
def note(*, viewer: Viewer, talk: Talk, note: str, agreed: str, agreed_by: Staff | None) -> Talk:
    """What was said, and what was agreed by whom. Raises `Faults`: a text too long, an agreement that is nobody's."""
    _refuse_closed(talk)
    said, will = note.strip(), " ".join(agreed.split())
    faults = []
    if len(said) > MOST_NOTE:
        faults.append(Fault("note", f"this note has {len(said)} characters.", f"Keep it to {MOST_NOTE}."))
    if len(will) > MOST_AGREED:
        faults.append(Fault("agreed", f"this line has {len(will)} characters.", f"Keep it to {MOST_AGREED}."))
    if will and agreed_by is None:
        faults.append(Fault("agreed by", "nobody is named.", "Say who does it."))
    if faults:
        raise Faults(faults)
    talk.note, talk.agreed, talk.agreed_by = said, will, agreed_by if will else None
    talk.by, talk.at = viewer.staff, now()
    talk.save(update_fields=["note", "agreed", "agreed_by", "by", "at"])
    viewer.did("noted", "course", talk.course.key, meeting=talk.meeting.key)
    return talk


@transaction.atomic
def take_back(*, viewer: Viewer, talk: Talk) -> None:
    """The tick goes; raises `Faults` while something is written, since undoing must not lose words."""
    _refuse_closed(talk)
    if talk.note or talk.agreed:
        raise refuse("note", "something is written here.", "Empty the note first, then take the tick away.")
    viewer.did("not talked about", "course", talk.course.key, meeting=talk.meeting.key)
    talk.delete()


@transaction.atomic
def close_meeting(*, viewer: Viewer, meeting: Meeting) -> Meeting:
    """The meeting is over and its record is kept; closing twice is closing once."""
    fresh = Meeting.objects.filter(pk=meeting.pk, closed_at=None).update(closed_at=now())
    if fresh:
        viewer.did("closed", "meeting", meeting.key, people=meeting.talks.count())
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def agreed_done(*, viewer: Viewer, talk: Talk, done: bool) -> Talk:
    """What was agreed has been done, or has not after all."""
    wanted = Talk.objects.filter(pk=talk.pk, agreed_done_at__isnull=done)
    if wanted.update(agreed_done_at=now() if done else None):
        viewer.did("did" if done else "not done yet", "agreement", talk.key)
    talk.refresh_from_db()
    return talk


def _refuse_closed(talk: Talk) -> None:
    if talk.meeting.closed_at is not None:
        raise refuse("meeting", "this meeting is closed.", "Its record stays as it is; begin a new one.")
