"""Prints, as JSON, the keys of the demo's records that `screens.py` takes pictures of: "people" or "links"."""

import json
import sys
import time

from accord.web import standalone

standalone.start()

from accord.web.checkin.links import make_link, token  # noqa: E402  Django is loaded by then
from accord.web.learning.models import State, StudyRun  # noqa: E402  Django is loaded by then
from accord.web.learning.running import run_what_waits  # noqa: E402  Django is loaded by then
from accord.web.learning.study_actions import ask_run  # noqa: E402  Django is loaded by then
from accord.web.people.models import Client, Service, Staff, Team  # noqa: E402  Django is loaded by then
from accord.web.people.viewer import Viewer  # noqa: E402  Django is loaded by then
from accord.web.repair.models import Repair  # noqa: E402  Django is loaded by then
from accord.web.therapy.models import Session  # noqa: E402  Django is loaded by then
from accord.web.voice import doors  # noqa: E402  Django is loaded by then
from accord.web.voice.models import Door  # noqa: E402  Django is loaded by then


def client(code: str) -> str:
    """The key of the client with this pseudonym."""
    return Client.objects.get(service__slug="harbour-demo", code=code).key


def sessions(code: str) -> list[Session]:
    """Sessions of a client's course, the newest first, today's planned one included and later ones left out."""
    found = Session.objects.filter(course__client__code=code, service__slug="harbour-demo")
    last = found.filter(attendance="planned").order_by("starts_at").first()
    return list(found.filter(starts_at__lte=last.starts_at).order_by("-starts_at"))


def run_the_studies(service: Service) -> None:
    """The studies have been run once, so that their pages show something."""
    if not StudyRun.objects.filter(service=service).exists():
        ask_run(viewer=Viewer(Staff.objects.get(user__email="aske@harbour.example", service=service)))
    run_what_waits()
    until = time.monotonic() + 180  # the server of the demo may have taken it on itself
    while StudyRun.objects.filter(service=service, state__in=[State.WAITING, State.RUNNING]).exists():
        if time.monotonic() > until:
            raise TimeoutError("the run of the studies does not end")
        time.sleep(1)


def people() -> dict[str, str]:
    """Keys of people and sessions, and of the link that the demo itself has sent out."""
    ana, chidi = sessions("A-101"), sessions("C-120")
    harbour = Service.objects.get(slug="harbour-demo")
    run_the_studies(harbour)
    repairs = Repair.objects.filter(course__client__code="A-101", service=harbour).order_by("-begun_at")
    return {
        "ana": client("A-101"),
        "ben": client("B-114"),
        "chidi": client("C-120"),
        "dora": client("D-087"),
        "emil": client("E-105"),
        "hilltop": Client.objects.filter(service__slug="hilltop-demo")[0].key,
        "ended": Client.objects.filter(service=harbour).exclude(courses__ended_on=None)[0].key,
        "ana_session": ana[0].key,
        "ana_past": ana[1].key,
        "chidi_session": chidi[0].key,
        "emil_session": next(one for one in sessions("E-105") if one.attendance == "attended").key,
        "chidi_link": make_link(chidi[0], "accord-check-in").key,
        "staff": Staff.objects.get(user__email="ruiz@harbour.example", service=harbour).key,
        "hana_course": sessions("H-098")[0].course.key,
        "repair": repairs.exclude(stage="closed")[0].key,
        "repair_closed": repairs.filter(stage="closed")[0].key,
        "team": Team.objects.filter(service=harbour).order_by("name")[0].key,
    }


def door_of(code: str) -> Door:
    """The open door to a client's own page, made by their therapist where there is none."""
    client = Client.objects.get(service__slug="harbour-demo", code=code)
    therapist = client.courses.latest("started_on").therapist
    return doors.open_door(client) or doors.make_door(viewer=Viewer(therapist), client=client)


def links() -> dict[str, str]:
    """What stands in the addresses of forms; the links are made where they were not."""
    ana, chidi, dora = sessions("A-101")[0], sessions("C-120")[0], sessions("D-087")[0]
    return {
        "form": token(make_link(ana, "accord-check-in")),
        "wellbeing": token(make_link(ana, "accord-wellbeing")),
        "alliance": token(make_link(ana, "accord-alliance")),
        "preferences": token(make_link(dora, "accord-preferences")),
        "concern": token(make_link(dora, "accord-check-in")),
        "offline": token(make_link(chidi, "accord-check-in")),
        "safety": token(make_link(dora, "accord-wellbeing")),
        "door": doors.token(door_of("A-101")),
    }


if __name__ == "__main__":
    print(json.dumps({"people": people, "links": links}[sys.argv[1]]()))
