"""What staff do about signals: let them rest with a reason, say that one was none, choose how often they come."""

from datetime import date, timedelta

from django.db import transaction

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.signals.learnt import Learnt as Value
from accord.web.attention.learnt import learnt_of, replay_of
from accord.web.attention.models import Answered, Digest, Learnt, Signal, Snooze, Verdict
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course

LONGEST_REASON = 300
LONGEST_SNOOZE = timedelta(days=60)  # [design]; who rests longer is looked at again before that
TAKE_BACK = "take_back"


@transaction.atomic
def snooze(*, viewer: Viewer, course: Course, reason: str, until: date) -> Snooze:
    """Let a person's signals rest until the day `until` begins; an earlier snooze ends. Raises every fault at once."""
    line, today = " ".join(reason.split()), clinic_day(now(), viewer.service.timezone)
    faults = []
    if not line:
        faults.append(Fault("reason", "this line is empty.", "Write in a few words why this can wait."))
    if len(line) > LONGEST_REASON:
        faults.append(
            Fault("reason", f"this line has {len(line)} characters.", f"Keep it to {LONGEST_REASON}.")
        )
    if until <= today:
        faults.append(Fault("until", "this day is not in the future.", "Choose tomorrow or a later day."))
    elif until - today > LONGEST_SNOOZE:
        faults.append(
            Fault("until", "this is a long time.", f"Choose a day within {LONGEST_SNOOZE.days} days.")
        )
    if faults:
        raise Faults(faults)
    _resting(course).update(ended_at=now())
    made = Snooze.objects.create(
        service_id=course.service_id, course=course, reason=line, until=until, by=viewer.staff, at=now()
    )
    viewer.did("snoozed", "course", course.key, until=until.isoformat())
    return made


@transaction.atomic
def unsnooze(*, viewer: Viewer, course: Course) -> None:
    """Bring a person's signals back now."""
    if _resting(course).update(ended_at=now()):
        viewer.did("ended snooze", "course", course.key)


def _resting(course: Course):
    return Snooze.objects.filter(course=course, ended_at=None)


@transaction.atomic
def say(*, viewer: Viewer, signal: Signal, said: str) -> None:
    """Say that a signal was not a dip, or not useful: it leaves the pages and is counted; ``take_back`` undoes it.

    Raises `Faults` for another word.
    """
    words = [*Answered.values, TAKE_BACK]
    if said not in words:
        raise refuse("said", f"there is no {said!r}.", hint(said, words) or f"There are: {', '.join(words)}.")
    if said == TAKE_BACK:
        if Verdict.objects.filter(signal=signal).delete()[0]:
            viewer.did("took back", "signal", signal.key)
        return
    before = Verdict.objects.filter(signal=signal).values_list("said", flat=True).first()
    if before == said:
        return
    Verdict.objects.update_or_create(
        signal=signal,
        defaults={"service_id": signal.service_id, "said": said, "by": viewer.staff, "at": now()},
    )
    viewer.did("judged", "signal", signal.key, said=said, rule=signal.rule)


@transaction.atomic
def choose_setting(*, viewer: Viewer, false_alarms: float) -> Value:
    """Choose how often clean sessions may raise a dip, as a new version; it holds from now on.

    Raises `Faults` for a share that is not among the settings. The same choice again changes nothing.
    """
    before = learnt_of(_held(viewer.service))
    if before.setting is before.at(false_alarms):
        return before
    made = keep_version(
        viewer.service,
        before.choosing(false_alarms, before.version),
        replay=replay_of(viewer.service),
        by=viewer,
    )
    viewer.did(
        "chose", "alarms", viewer.service.key, before=before.chosen, now=made.chosen, version=made.version
    )
    return made


@transaction.atomic
def keep_version(service: Service, value: Value, *, replay: dict, by: Viewer | None = None) -> Value:
    """Write what was learnt as the next version and give it back with its number as its name."""
    newest = Learnt.objects.filter(service=_held(service)).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    made = value.choosing(value.chosen, str(number))
    Learnt.objects.create(
        service=service,
        number=number,
        value=made.as_json(),
        replay=replay,
        made_at=now(),
        by=by.staff if by else None,
    )
    return made


def _held(service: Service) -> Service:
    """The service's row, held until the transaction ends, so that two versions never get one number."""
    return Service.objects.select_for_update(no_key=True).get(pk=service.pk)


@transaction.atomic
def choose_digest(*, viewer: Viewer, every: str | None) -> None:
    """Choose a mail without content every working day or every Monday; None: none. Raises `Faults` for another word."""
    known = Digest.Every.values
    if every is not None and every not in known:
        raise refuse(
            "mail", f"there is no {every!r}.", hint(every, known) or f"There are: {', '.join(known)}."
        )
    before = Digest.objects.filter(staff=viewer.staff).values_list("every", flat=True).first()
    if before == every:
        return
    if every is None:
        Digest.objects.filter(staff=viewer.staff).delete()
    else:
        Digest.objects.update_or_create(
            staff=viewer.staff, defaults={"service": viewer.service, "every": every}
        )
    viewer.did("chose", "mail", viewer.key, every=every or "none")
