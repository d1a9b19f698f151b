"""What goes past the therapist stays past the therapist: no page, count, mail or line of the trail tells of it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from tests.web import addresses
from tests.web.voice.letters import SAID, named, write

from accord.basics.clock import now
from accord.web.checkin.models import Message
from accord.web.checkin.outbox import send_next
from accord.web.people.actions import set_active, set_roles
from accord.web.people.models import Service
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import Course
from accord.web.voice import concerns
from accord.web.voice.models import Concern

BACKEND = "django.contrib.auth.backends.ModelBackend"
VOLATILE = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{32}|[\dT:.-]*\d\d:\d\d[\d.]*')


@pytest.fixture
def people(clinic):
    return named(clinic)


@pytest.fixture
def world(clinic, people):
    return addresses.world_of(clinic, "Ana")


def pages_of(staff, world) -> dict[str, str]:
    """Every page of the application as this person sees it, without what differs from request to request."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(staff.user, backend=BACKEND)
    shown = {}
    for name, address in addresses.STAFF.items():
        if not address.sends:
            response = browser.get(addresses.url(name, world))
            shown[name] = f"{response.status_code} " + VOLATILE.sub(
                "", response.content.decode(errors="replace")
            )
    for name in addresses.CLIENTS:  # the therapist makes these links, so could open them
        if name not in ("me:letter", "me:copy", "checkin:service_worker"):
            response = browser.get(addresses.url(name, world))
            shown[name] = f"{response.status_code} " + VOLATILE.sub(
                "", response.content.decode(errors="replace")
            )
    return shown


@pytest.mark.parametrize("to", ["second", "complaint"])
@pytest.mark.parametrize(
    "roles", [["therapist"], ["therapist", "lead"], ["therapist", "lead", "administrator"]]
)
def test_no_page_of_a_therapist_changes_by_a_letter_past_them(clinic, people, world, to, roles):
    """Also of one who leads the service or reads its trail: the trail's own lines about looking are left out."""
    set_roles(staff=clinic.staff["therapist"], roles=roles)
    pages_of(clinic.staff["therapist"], world)  # what is noted at the first look is noted now
    before = pages_of(clinic.staff["therapist"], world)
    course = Course.objects.get(key=world.course)
    made = write(course, to, key="past")
    Concern.objects.filter(pk=made.pk).update(answer_by=now() - timedelta(days=2))
    Message.objects.filter(about=made.key).update(not_before=now() - timedelta(hours=1), attempts=3)
    reader = Viewer(made.recipient)
    concerns.read(viewer=reader, concern=made)
    after = pages_of(clinic.staff["therapist"], world)
    before.pop("audit:trail"), after.pop("audit:trail")
    assert {name for name in after if after[name] != before[name]} == set()


def test_the_trail_of_a_therapist_who_administers_leaves_it_out_and_that_of_others_has_it(clinic, people):
    set_roles(staff=clinic.staff["therapist"], roles=["therapist", "administrator"])
    case = clinic.client("Hana")
    own, past = write(case.course, "therapist", key="a"), write(case.course, "complaint", key="b")
    concerns.answer(viewer=Viewer(people.berg), concern=past, words="Thank you.")
    theirs = Viewer(clinic.staff["therapist"])
    assert set(theirs.trail.filter(kind="concern").values_list("subject", flat=True)) == {own.key}
    others = clinic.of("administrator").trail.filter(kind="concern")
    assert set(others.values_list("subject", flat=True)) == {own.key, past.key}


@pytest.mark.parametrize("to", ["second", "complaint"])
def test_no_mail_to_the_therapist(clinic, people, to):
    Service.objects.filter(pk=clinic.service.pk).update(quiet_from="00:00", quiet_until="00:00")
    set_roles(staff=clinic.staff["therapist"], roles=["therapist", "lead", "administrator"])
    made = write(clinic.client("Hana").course, to)
    Message.objects.filter(about=made.key).update(not_before=now())
    while send_next("worker"):
        pass
    assert mail.outbox
    assert "therapist@harbour.example" not in {one for sent in mail.outbox for one in sent.to}


def test_a_lead_who_treats_the_client_does_not_inherit_what_went_past_them(clinic, people):
    set_roles(staff=clinic.staff["therapist"], roles=["therapist", "lead"])
    made = write(clinic.client("Hana").course, "second")
    set_active(staff=people.adler, active=False)
    therapist = Viewer(clinic.staff["therapist"])
    assert not therapist.concerns.exists() and not therapist.promises.exists()
    assert clinic.of("lead").concerns.get() == made


def test_the_public_page_names_the_route_and_needs_no_account(client, clinic, people):
    page = client.get(f"/complaints/{clinic.service.slug}/").text
    for shown in ("Berg", "at most: 3;", "The Ombudsman, 555 0199", clinic.service.crisis_number):
        assert shown in page
    set_active(staff=people.berg, active=False)
    page = client.get(f"/complaints/{clinic.service.slug}/").text
    assert "Berg" not in page and "Lead Harbour" in page
    assert client.get("/complaints/nowhere/").status_code == 404


def test_settings_name_people_of_this_service_alone(clinic, neighbour, people, signed_in):
    from tests.web.people.test_people import settings_of

    browser = signed_in(clinic.staff["lead"])
    fields = settings_of(clinic.service)
    stranger = fields | {"second_person": str(neighbour.staff["lead"].pk)}
    assert browser.post("/settings/", stranger).status_code == 422
    wrong = fields | {"answer_days": "0", "erasure_days": "900", "repair_days": "0", "record_law": "x" * 301}
    response = browser.post("/settings/", wrong)
    assert response.status_code == 422 and response.text.count('class="fault"') == 4
    chosen = fields | {"second_person": str(clinic.staff["lead"].pk), "answer_days": "5"}
    assert browser.post("/settings/", chosen).status_code == 302
    clinic.service.refresh_from_db()
    assert (clinic.service.second_person, clinic.service.answer_days) == (clinic.staff["lead"], 5)


def test_who_was_named_and_left_is_shown_as_such_and_other_settings_can_be_kept(clinic, people, signed_in):
    from tests.web.people.test_people import settings_of

    set_active(staff=people.adler, active=False)
    browser = signed_in(clinic.staff["lead"])
    assert "Dr Adler (has left; somebody stands in)" in browser.get("/settings/").text
    clinic.service.refresh_from_db()
    assert browser.post("/settings/", settings_of(clinic.service) | {"answer_days": "4"}).status_code == 302
    clinic.service.refresh_from_db()
    assert clinic.service.second_person == people.adler


def test_no_word_of_a_letter_reaches_a_log(clinic, people, client, caplog):
    from accord.web.checkin.links import make_link, token

    off = f"/c/{token(make_link(clinic.client('Hana').session, 'accord-check-in'))}/off"
    client.post(off, {"to": "second", "words": SAID})
    client.post(off, {"to": "nobody", "words": SAID})
    assert "mother" not in caplog.text
