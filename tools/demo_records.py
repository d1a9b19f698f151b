"""Prints, as JSON, the keys of the demo's records that `screens.py` takes pictures of."""

import json

from accord.web import standalone

standalone.start()

from accord.web.checkin.links import make_link, token  # noqa: E402  Django is loaded by then
from accord.web.people.models import Client, Service, Staff, Team  # noqa: E402
from accord.web.therapy.models import Session  # noqa: E402


def client(code: str) -> str:
    """The key of the client with this pseudonym."""
    return Client.objects.get(service__slug="harbour-demo", code=code).key


def sessions(code: str) -> list[Session]:
    """Sessions of a client's course, the newest first, today's planned one included and later ones left out."""
    found = Session.objects.filter(course__client__code=code, service__slug="harbour-demo")
    last = found.filter(attendance="planned").order_by("starts_at").first()
    return list(found.filter(starts_at__lte=last.starts_at).order_by("-starts_at"))


def link_token(session: Session, instrument: str) -> str:
    """What stands in the address of a form."""
    return token(make_link(session, instrument))


def records() -> dict[str, str]:
    """Names that addresses in `screens.SHOTS` may hold, with their keys."""
    ana, chidi, dora = sessions("A-101"), sessions("C-120"), sessions("D-087")
    emil = next(one for one in sessions("E-105") if one.attendance == "attended")
    there = Client.objects.filter(service__slug="hilltop-demo").first()
    ended = Client.objects.filter(service__slug="harbour-demo", courses__ended_on__isnull=False)
    return {
        "ana": client("A-101"),
        "ben": client("B-114"),
        "chidi": client("C-120"),
        "dora": client("D-087"),
        "emil": client("E-105"),
        "hilltop": there.key if there else "",
        "ended": ended.first().key if ended.exists() else "",
        "ana_session": ana[0].key,
        "ana_past": ana[1].key,
        "chidi_session": chidi[0].key,
        "emil_session": emil.key,
        "chidi_link": make_link(chidi[0], "accord-check-in").key,
        "form": link_token(ana[0], "accord-check-in"),
        "wellbeing": link_token(ana[0], "accord-wellbeing"),
        "alliance": link_token(ana[0], "accord-alliance"),
        "preferences": link_token(dora[0], "accord-preferences"),
        "concern": link_token(dora[0], "accord-check-in"),
        "offline": link_token(chidi[0], "accord-check-in"),
        "answered": link_token(ana[1], "accord-check-in"),
        "safety": link_token(dora[0], "accord-wellbeing"),
        "staff": Staff.objects.get(user__email="ruiz@harbour.example", service__slug="harbour-demo").key,
        "team": Team.objects.filter(service=Service.objects.get(slug="harbour-demo")).order_by("name")[0].key,
    }


if __name__ == "__main__":
    print(json.dumps(records()))
