"""Makes the people and sessions that a journey begins with, in the data folder of the served clinic.

Run as a process beside the server: one JSON object a line comes in, ``{"do": name, ...arguments}``, and one goes out.
Each function below is one thing to ask for; they use the same actions as the pages do.
"""

import json
import sys
import traceback
from datetime import date, datetime, timedelta

from accord.web import standalone

standalone.start()

from django.conf import settings  # noqa: E402  Django is loaded by then
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from accord.basics.clock import now  # noqa: E402
from accord.basics.identifiers import new_key  # noqa: E402
from accord.course.session import Attendance, SessionKind  # noqa: E402
from accord.instruments.definition import Missing  # noqa: E402
from accord.instruments.registry import instrument as definition  # noqa: E402
from accord.web.accounts.models import User  # noqa: E402
from accord.web.audit.actions import verify  # noqa: E402
from accord.web.checkin import actions as checkin  # noqa: E402
from accord.web.checkin import links  # noqa: E402
from accord.web.checkin.models import Link, Response  # noqa: E402
from accord.web.people import actions as people  # noqa: E402
from accord.web.people.models import Client, Role, Service, Staff  # noqa: E402
from accord.web.people.viewer import Viewer  # noqa: E402
from accord.web.therapy import actions as therapy  # noqa: E402
from accord.web.therapy.models import Session  # noqa: E402

PASSWORD = "a long enough password"
NAMES = {"therapist": "Dr Ruiz", "supervisor": "Sol Vega", "lead": "Lena Ortiz"}


def make_clinic(slug: str, **details) -> dict:
    """A service with one person per role; sign-ins are ``<role>@<slug>.example`` with `PASSWORD`."""
    chosen = {"name": "Harbour practice", "crisis_local_number": "555 0134", "contact": "Reception, 555 0100"}
    service = people.make_service(slug=slug, **(chosen | details))
    staff = [
        people.add_staff(
            service=service,
            email=f"{role}@{slug}.example",
            name=NAMES.get(role, role.title()),
            roles=[role],
        )
        for role in Role.values
    ]
    hashed = make_password(PASSWORD)  # once: a real hash takes half a second
    User.objects.filter(email__endswith=f"@{slug}.example").update(password=hashed)
    people.make_team(service=service, name="All", members=staff[:2])
    return {"slug": slug, "password": PASSWORD}


def make_client(slug: str, code: str, **details) -> dict:
    """A client of the clinic's therapist, with a course that began eight weeks ago and no session yet."""
    viewer = _viewer(slug)
    client = people.add_client(viewer=viewer, code=code, **details)
    began = (now() - timedelta(weeks=8)).date()
    course = therapy.begin_course(viewer=viewer, client=client, therapist=viewer.staff, on=began)
    return {"client": client.key, "course": course.key}


def make_session(
    client: str, hours_ago: float = 1, attendance: str = "attended", kind: str = "in_person"
) -> dict:
    """A session of a client; `hours_ago` below zero lies ahead, and is then planned whatever `attendance` says."""
    course = Client.objects.get(key=client).courses.order_by("-pk")[0]
    viewer = Viewer(course.therapist)
    starts = now().replace(second=0, microsecond=0) - timedelta(hours=hours_ago)
    session = therapy.book(viewer=viewer, course=course, starts_at=starts, kind=SessionKind(kind))
    if hours_ago >= 0:
        therapy.note_attendance(viewer=viewer, session=session, attendance=Attendance(attendance))
    return {"session": session.key}


def make_link(session: str, instrument: str = "accord-check-in", days: int | None = None) -> dict:
    """The link to a form for a session: its address and the QR code that staff show; `days` below zero has expired."""
    link = links.make_link(Session.objects.get(key=session), instrument, days=days)
    if days is not None:
        Link.objects.filter(pk=link.pk).update(expires_at=now() + timedelta(days=days))
    return {"link": link.key, "address": links.address(link), "qr": links.qr_svg(link)}


def answer(
    session: str, answers: dict, texts: dict | None = None, instrument: str = "accord-check-in"
) -> dict:
    """Answers of a client (or of the therapist, by the instrument) as if they had been sent just now."""
    found = Session.objects.get(key=session)
    one = definition(instrument)
    given = {int(n): Missing(a) if isinstance(a, str) else float(a) for n, a in answers.items()}
    answered = checkin.Answered(
        instrument=one,
        answers=given,
        texts={int(n): text for n, text in (texts or {}).items()},
        idempotency_key=new_key(),
        language="en",
        channel="link",
    )
    by = found.therapist if one.respondent.value == "therapist" else None
    return {"response": checkin.record_answers(session=found, answered=answered, by=by).response.key}


def responses(session: str, instrument: str = "accord-check-in") -> list:
    """Every stored response to a form of a session, first to last, as a clinician's record would show them."""
    rows = Response.objects.filter(session__key=session, instrument=instrument).order_by("pk")
    return [
        {
            "key": row.key,
            "items": row.items,
            "texts": list(checkin.texts_of(row).values()),
            "standing": row.standing,
            "language": row.language,
            "supersedes": row.supersedes.key if row.supersedes else None,
            "scores": {score.scale: score.value for score in row.scores.all()},
        }
        for row in rows
    ]


def open_answers(session: str) -> dict:
    """The therapist has opened the answers of a session."""
    found = Session.objects.get(key=session)
    viewer = Viewer(found.course.therapist)
    checkin.open_responses(viewer=viewer, responses=list(found.responses.all()))
    return {}


def link_state(link: str) -> dict:
    """Which of a link's moments have come: opened, sent, withdrawn, declined."""
    found = Link.objects.get(key=link)
    return {
        name: getattr(found, f"{name}_at") is not None for name in ("opened", "sent", "withdrawn", "declined")
    }


def withdraw(link: str) -> dict:
    """Staff close a link."""
    from accord.web.checkin.sending import withdraw as close

    found = Link.objects.get(key=link)
    close(viewer=Viewer(found.session.course.therapist), link=found)
    return {}


def alerts(client: str) -> list:
    """Safety alerts of a client: who is told, whether someone acknowledged, what was done."""
    rows = Client.objects.get(key=client).courses.values_list(
        "alerts__key", "alerts__clinician__name", "alerts__acknowledged_at", "alerts__done"
    )
    return [
        {"key": key, "clinician": clinician, "acknowledged": at is not None, "done": done}
        for key, clinician, at, done in rows
        if key
    ]


def let_time_pass(client: str, minutes: int) -> dict:
    """Safety alerts of a client as they would stand `minutes` later: their clocks and messages are moved back."""
    from accord.web.attention.models import Alert
    from accord.web.checkin.models import Message

    for alert in Alert.objects.filter(course__client__key=client):
        back = timedelta(minutes=minutes)
        alert.raised_at, alert.escalates_at = alert.raised_at - back, alert.escalates_at - back
        alert.save()
        for message in Message.objects.filter(about=alert.key):
            message.not_before -= back
            message.save()
    return {}


def days_pass(client: str, days: float) -> dict:
    """Everything about a client's courses as it would stand `days` later: sessions, answers, repairs move back."""
    from accord.basics.clock import clinic_day
    from accord.web.repair.models import Repair, RepairEvent

    back = timedelta(days=days)
    course = Client.objects.get(key=client).courses.select_related("service").order_by("-pk")[0]
    for one in course.sessions.all():
        one.starts_at -= back
        one.day = clinic_day(one.starts_at, course.service.timezone)
        one.save()
    for one in Response.objects.filter(session__course=course):
        times = {"finished_at": one.finished_at - back, "received_at": one.received_at - back}
        Response.objects.filter(pk=one.pk).update(**times)
    for one in Repair.objects.filter(course=course):
        Repair.objects.filter(pk=one.pk).update(begun_at=one.begun_at - back)
    for one in RepairEvent.objects.filter(repair__course=course):
        RepairEvent.objects.filter(pk=one.pk).update(at=one.at - back)
    return {}


def messages(client: str) -> list:
    """Messages about safety answers of a client, first to last: kind, to whom, whether and how it went out."""
    from accord.web.attention.models import Alert
    from accord.web.checkin.models import Message

    keys = Alert.objects.filter(course__client__key=client).values("key")
    return [
        {
            "kind": one.kind,
            "to": one.staff.user.email,
            "sent": one.sent_at is not None,
            "outcome": one.outcome,
        }
        for one in Message.objects.filter(about__in=keys).select_related("staff__user").order_by("pk")
    ]


def make_staff(slug: str, who: str, roles: list) -> dict:
    """One more person of a clinic, with `PASSWORD`; their sign-in begins with the first word of the name."""
    email = f"{who.split()[0].lower()}@{slug}.example"
    service = Service.objects.get(slug=slug)
    staff = people.add_staff(service=service, email=email, name=who, roles=roles, password=PASSWORD)
    return {"staff": staff.key, "email": email}


def name_people(slug: str, second: str, complaints: str, outside: str = "The Ombudsman, 555 0199") -> dict:
    """Whom clients can write to instead of their therapist, and who answers complaints, by their keys."""
    named = {
        "second_person": Staff.objects.get(key=second),
        "complaints_person": Staff.objects.get(key=complaints),
    }
    Service.objects.filter(slug=slug).update(**named, complaints_outside=outside)
    return {}


def make_world(slug: str) -> dict:
    """One client with everything an address of `tests/web/addresses.py` can be about: the keys of its records."""
    from dataclasses import asdict
    from types import SimpleNamespace

    from tests.web.addresses import world_of

    service = Service.objects.get(slug=slug)
    staff = {role: _viewer(slug, role).staff for role in Role.values}

    def client(code: str, **details) -> SimpleNamespace:
        made = make_client(slug, code, **details)
        session = Session.objects.get(key=make_session(made["client"])["session"])
        return SimpleNamespace(client=session.course.client, course=session.course, session=session)

    clinic = SimpleNamespace(service=service, staff=staff, client=client, of=lambda role: Viewer(staff[role]))
    return asdict(world_of(clinic, "W1"))


def agree(client: str, purpose: str = "supervision", granted: bool = True) -> dict:
    """A client agrees to something, or takes it back; the therapist writes it down."""
    found = Client.objects.get(key=client)
    viewer = Viewer(found.courses.order_by("-pk")[0].therapist)
    people.set_consent(viewer=viewer, client=found, purpose=purpose, granted=granted)
    return {}


def make_door(client: str) -> dict:
    """The way to a client's own page, opened by the therapist: its address."""
    from accord.web.voice import doors

    found = Client.objects.get(key=client)
    viewer = Viewer(found.courses.order_by("-pk")[0].therapist)
    return {"address": doors.address(doors.make_door(viewer=viewer, client=found))}


def replayed(slug: str) -> dict:
    """The clinic has learnt from a year of 1,940 ratings: 0.45 alarms a week at 1 of 100, and in step with it."""
    from dataclasses import replace

    from accord.signals.learnt import PUBLISHED
    from accord.web.attention.signal_actions import keep_version

    today = now().date()
    settings = [
        {"false_alarms": one.false_alarms, "alarms": 0, "per_therapist_week": 45 * one.false_alarms}
        for one in PUBLISHED.settings
    ]
    past = {"from": (today - timedelta(days=364)).isoformat(), "to": today.isoformat(), "ratings": 1940}
    found = replace(PUBLISHED, clients=412, ratings=1940, made_on=today.isoformat())
    keep_version(Service.objects.get(slug=slug), found, replay={**past, "settings": settings})
    return {}


def studied(slug: str) -> dict:
    """The clinic has a run of the studies, of a simulated service in which its therapist has enough people."""
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.web.learning.runs import kept_run

    staff = {one.name: one.key for one in Staff.objects.filter(service__slug=slug)}
    run = kept_run(Service.objects.get(slug=slug), staff[NAMES["therapist"]])
    study = next(one for one in run.result["studies"] if one["id"] == "therapists")
    keys = [
        row[0] for table in study["tables"] if table["columns"][0] == "therapist" for row in table["rows"]
    ]
    return {"own": staff[NAMES["therapist"]], "keys": keys, "verdicts": len(run.result["studies"])}


def worth_a_word(client: str) -> dict:
    """The last run of the studies saw that a word with this client may help after the newest session."""
    from accord.web.learning.models import State, StudyRun, WorthAWord

    session = Session.objects.filter(course__client__key=client).order_by("-day", "-starts_at").first()
    at, service = now(), session.service
    run = StudyRun.objects.create(
        service=service, asked_at=at, started_at=at, finished_at=at, state=State.DONE,
        facts={"words": {"share": 0.1, "right": 0.17, "caught": 0.34}},
    )  # fmt: skip
    WorthAWord.objects.create(
        service=service, run=run, course=session.course, session=session, reasons=["because_not_rated_high"]
    )
    return {}


def trail(slug: str, kind: str) -> list:
    """Lines of the trail about one kind of record, first to last: who did what, and the detail."""
    from accord.web.audit.models import Entry

    names = dict(Staff.objects.filter(service__slug=slug).values_list("key", "name"))
    rows = Entry.objects.filter(service__slug=slug, kind=kind).order_by("number")
    return [{"who": names.get(one.actor, ""), "verb": one.verb, "detail": one.detail} for one in rows]


def trail_is_whole(slug: str) -> bool:
    """Whether the audit trail of a clinic verifies."""
    return not verify(Service.objects.get(slug=slug))


def sign_in(email: str) -> dict:
    """The cookie of a signed-in session, so that a journey need not begin with the sign-in page."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}


def _viewer(slug: str, role: str = "therapist") -> Viewer:
    return Viewer(Staff.objects.filter(service__slug=slug, roles__role=role).order_by("pk")[0])


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def main() -> None:
    """Prepare the database, say so, then answer until the input ends."""
    standalone.prepare()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            name = asked.pop("do")
            told = {"value": globals()[name](**asked)}
        except Exception:  # the journey shows it; this process goes on
            told = {"error": traceback.format_exc()}
        print(json.dumps(told, default=_plain), flush=True)


if __name__ == "__main__":
    main()
