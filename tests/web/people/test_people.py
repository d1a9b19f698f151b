"""Settings, plan, people, teams, clients and what they agreed to: kept, or refused with the fault at its field."""

from datetime import date

import pytest

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link
from accord.web.checkin.sending import plan_messages
from accord.web.people import actions
from accord.web.people.models import Client, Consent, Purpose, Role, Service, Staff, Team
from accord.web.people.planning import read_plan, rows
from accord.web.people.viewer import SEES, Viewer
from accord.web.therapy.models import Course, PlanLine

# Who may open which page of this room; every page of the room is in it.
MAY = {
    "/settings/": {"lead", "administrator"},
    "/settings/plan/": {"lead", "administrator"},
    "/settings/words/": {"lead", "administrator"},
    "/settings/people/": {"administrator"},
    "/settings/people/new/": {"administrator"},
    "/settings/people/{staff}/": {"administrator"},
    "/settings/teams/": {"administrator"},
    "/settings/teams/new/": {"administrator"},
    "/settings/teams/{team}/": {"administrator"},
    "/settings/clients/new/": {"therapist", "lead"},
    "/settings/clients/{client}/": {"therapist", "lead"},
    "/settings/clients/{client}/consent/": {"therapist", "lead"},
    "/trail/": {"administrator"},
}


@pytest.fixture
def ana(clinic):
    """A client of the clinic."""
    return clinic.client("A-1", name="Ana M.")


def filled(address: str, clinic, ana) -> str:
    keys = {
        "staff": clinic.staff["therapist"].key,
        "team": Team.objects.get(service=clinic.service).key,
        "client": ana.client.key,
    }
    return address.format(**keys)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_its_pages_and_no_others(clinic, ana, signed_in, role):
    browser = signed_in(clinic.staff[role])
    open_to = {one for one in MAY if browser.get(filled(one, clinic, ana)).status_code == 200}
    assert open_to == {one for one, roles in MAY.items() if role in roles}


@pytest.mark.parametrize("role", Role.values)
def test_nobody_of_another_service_opens_a_record(clinic, ana, neighbour, signed_in, role):
    browser = signed_in(neighbour.staff[role])
    theirs = [filled(one, clinic, ana) for one in MAY if "{" in one]
    assert {browser.get(one).status_code for one in theirs} <= {403, 404}
    assert {browser.post(one, {}).status_code for one in theirs} <= {403, 404}


def test_every_role_may_do_something_and_nothing_that_no_page_knows():
    known = {"today", "clients", "own", "team", "all", "due", "settings", "people", "trail", "export"}
    known |= {"findings", "studies"}
    assert set(SEES) == set(Role.values)
    assert set().union(*SEES.values()) == known
    assert not SEES[Role.ADMINISTRATOR] & {"own", "team", "all", "clients"}


def trail(service) -> list[tuple[str, str]]:
    return list(Entry.objects.filter(service=service).order_by("number").values_list("verb", "kind"))


# The service


def settings_of(service: Service) -> dict:
    from accord.web.people.forms import ServiceForm

    form = ServiceForm(instance=service)
    return {name: form[name].value() for name in form.fields if form[name].value() not in (False, None)}


def test_settings_are_kept_and_only_what_changed_is_named(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    fields = settings_of(clinic.service) | {"crisis_number": "116 123", "quiet_from": "22:30"}
    assert browser.post("/settings/", fields).status_code == 302
    clinic.service.refresh_from_db()
    assert clinic.service.crisis_number == "116 123"
    assert clinic.service.quiet_from.hour == 22
    entry = Entry.objects.get(verb="changed settings")
    assert entry.detail == {"fields": ["crisis_number", "quiet_from"]}


def test_faults_of_settings_stand_at_their_fields(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    wrong = {
        "timezone": "Europe/Madird",
        "reminders": "9",
        "risk_minutes": "0",
        "quiet_from": "25:00",
        "name": "",
    }
    response = browser.post("/settings/", settings_of(clinic.service) | wrong)
    assert response.status_code == 422
    page = response.content.decode()
    assert "There is no time zone Europe/Madird" in page
    assert "Europe/Madrid" in page
    assert page.count('class="fault"') == len(wrong)
    assert Service.objects.get(pk=clinic.service.pk).reminders == 1


def test_nobody_turns_a_simulated_service_into_a_real_one(clinic, signed_in):
    Service.objects.filter(pk=clinic.service.pk).update(simulated=True)
    signed_in(clinic.staff["lead"]).post("/settings/", settings_of(clinic.service) | {"simulated": ""})
    assert Service.objects.get(pk=clinic.service.pk).simulated


# The plan


def plan_fields(**of) -> dict:
    fields = {}
    for name, (every, at, moment) in of.items():
        form = "accord-" + name.replace("_", "-")
        fields |= {f"asked-{form}": "1", f"every-{form}": every, f"at-{form}": at, f"moment-{form}": moment}
    return fields


def test_the_plan_page_begins_with_the_usual_plan(clinic):
    asked = {
        row.instrument: row.says for row in rows(PlanLine.objects.filter(service=clinic.service)) if row.asked
    }
    assert asked == {
        "accord-check-in": "After: at every session",
        "accord-alliance": "After: at sessions 3, 6, 9 …",
        "accord-wellbeing": "Before: at every session",
        "accord-preferences": "After: at session 1 and at sessions 6, 12, 18 …",
    }


def test_a_changed_plan_is_kept_and_asks_accordingly(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    fields = plan_fields(check_in=("2", "", "after"), arrival=("", "1, 4 2", "before"))
    assert browser.post("/settings/plan/", fields).status_code == 302
    kept = {line.instrument: (line.every, line.at, line.moment) for line in PlanLine.objects.all()}
    assert kept == {"accord-check-in": (2, [], "after"), "accord-arrival": (None, [1, 2, 4], "before")}
    assert ("changed plan", "service") in trail(clinic.service)


def test_faults_of_a_plan_are_all_told_and_nothing_is_changed(clinic, signed_in):
    wrong = plan_fields(
        check_in=("0", "", "after"), arrival=("", "", "after"), profile=("", "first", "after")
    )
    response = signed_in(clinic.staff["lead"]).post("/settings/plan/", wrong)
    assert response.status_code == 422
    assert response.content.count(b'class="fault plan__fault"') == 3
    assert PlanLine.objects.filter(service=clinic.service).count() == 4


def test_a_form_without_words_cannot_be_planned_and_the_page_says_why(clinic, signed_in):
    read, lines = read_plan(plan_fields() | {"asked-phq-9": "1", "every-phq-9": "1"})
    assert lines == ()
    assert "phq-9" not in {row.instrument for row in read}
    page = signed_in(clinic.staff["lead"]).get("/settings/plan/").content.decode()
    assert "accord instruments add-text phq-9 FILE" in page


# Staff and teams


def test_an_administrator_lets_somebody_in_who_chooses_a_password(clinic, signed_in):
    browser = signed_in(clinic.staff["administrator"])
    fields = {"name": "Lea Brandt", "email": "Lea@Harbour.example", "roles": ["therapist"], "active": "on"}
    fields["deputy"] = clinic.staff["therapist"].key
    assert browser.post("/settings/people/new/", fields).status_code == 302
    lea = Staff.objects.get(name="Lea Brandt")
    assert (lea.service, lea.deputy) == (clinic.service, clinic.staff["therapist"])
    assert not lea.user.has_usable_password()
    again = browser.post("/settings/people/new/", fields)
    assert again.status_code == 422
    assert b"works in Harbour already" in again.content


def test_the_last_administrator_stays_one(clinic, signed_in):
    staff = clinic.staff["administrator"]
    browser = signed_in(staff)
    response = browser.post(f"/settings/people/{staff.key}/", {"name": "Noor", "roles": ["lead"]})
    assert response.status_code == 422
    assert response.content.count(b"This is the only administrator") == 2
    assert Viewer(Staff.objects.get(pk=staff.pk)).roles == {"administrator"}
    with pytest.raises(Faults, match="the only administrator"):
        actions.change_staff(
            viewer=Viewer(staff), staff=staff, name="Noor", roles=["administrator"], deputy=None, active=False
        )


def test_who_is_kept_out_is_out_at_once(clinic, signed_in):
    from django.test import Client as Browser

    supervisor, admin = clinic.staff["supervisor"], signed_in(clinic.staff["administrator"])
    theirs = Browser()
    theirs.force_login(supervisor.user, backend="django.contrib.auth.backends.ModelBackend")
    assert theirs.get("/clients/").status_code == 200
    admin.post(f"/settings/people/{supervisor.key}/", {"name": supervisor.name, "roles": ["supervisor"]})
    assert theirs.get("/clients/").status_code == 403
    assert ("kept out", "staff") in trail(clinic.service)


def test_a_team_is_made_changed_and_ended(clinic, signed_in):
    browser = signed_in(clinic.staff["administrator"])
    members = [clinic.staff["lead"].key]
    browser.post("/settings/teams/new/", {"name": "South", "members": members})
    south = Team.objects.get(name="South")
    assert [one.key for one in south.members.all()] == members
    browser.post(f"/settings/teams/{south.key}/", {"name": "South-east", "members": []})
    south.refresh_from_db()
    assert (south.name, south.members.count()) == ("South-east", 0)
    browser.post(f"/settings/teams/{south.key}/end/")
    assert not Team.objects.filter(pk=south.pk).exists()


def test_a_colleague_of_another_service_is_in_no_choice(clinic, neighbour, signed_in):
    browser = signed_in(clinic.staff["administrator"])
    stranger = neighbour.staff["therapist"]
    response = browser.post("/settings/teams/new/", {"name": "South", "members": [stranger.key]})
    assert response.status_code == 422
    assert stranger.name not in browser.get("/settings/teams/new/").content.decode()


def test_who_works_in_two_services_goes_from_one_to_the_other(clinic, neighbour, signed_in):
    supervisor = clinic.staff["supervisor"]
    actions.add_staff(
        service=neighbour.service, email=supervisor.user.email, name="Maya Lind", roles=["lead"]
    )
    browser = signed_in(supervisor)
    assert b"Go to Hilltop" in browser.get("/clients/").content
    assert browser.get("/settings/").status_code == 403
    assert browser.post("/settings/switch/hilltop/").status_code == 302
    page = browser.get("/settings/")
    assert page.context["service"] == neighbour.service
    stranger = signed_in(clinic.staff["therapist"])
    assert stranger.post("/settings/switch/hilltop/").status_code == 404


# Clients


def new_client(clinic, **fields) -> dict:
    start = {"code": "B-2", "pronoun": "he", "language": "en", "channel": "none", "on": "2026-03-12"}
    return start | {"therapist": clinic.staff["therapist"].key} | fields


def test_a_new_client_has_a_course_and_encrypted_ways(clinic, signed_in):
    from django.db import connection

    browser = signed_in(clinic.staff["therapist"])
    fields = new_client(
        clinic, name="Ben K.", channel="mail", mail="ben@client.example", phone="+34 600 000 000"
    )
    assert browser.post("/settings/clients/new/", fields).status_code == 302
    ben = Client.objects.get(code="B-2")
    assert (ben.mail, ben.phone) == ("ben@client.example", "+34 600 000 000")
    assert Course.objects.get(client=ben).started_on == date(2026, 3, 12)
    with connection.cursor() as cursor:
        cursor.execute("select mail, phone from people_client where id = %s", [ben.pk])
        assert not any("ben" in cell or "600" in cell for cell in cursor.fetchone())


def test_faults_of_a_new_client_are_all_told(clinic, ana, signed_in):
    wrong = new_client(clinic, code="A-1", channel="mail", phone="call me", on="2026-02-30")
    response = signed_in(clinic.staff["therapist"]).post("/settings/clients/new/", wrong)
    assert response.status_code == 422
    page = response.content.decode()
    for fault in ("This one is taken", "Write the address", "A number has digits", "There is no such day"):
        assert fault in page
    assert Client.objects.count() == 1


def test_a_therapist_takes_clients_on_and_a_lead_gives_them_to_anybody(clinic, signed_in):
    lea = actions.add_staff(
        service=clinic.service, email="lea@harbour.example", name="Lea", roles=["therapist"]
    )
    given = new_client(clinic, therapist=lea.key)
    assert signed_in(clinic.staff["therapist"]).post("/settings/clients/new/", given).status_code == 422
    assert signed_in(clinic.staff["lead"]).post("/settings/clients/new/", given).status_code == 302
    assert Course.objects.get().therapist == lea


def test_another_course_begins_when_the_last_is_over(clinic, ana, signed_in):
    from accord.web.therapy.actions import end_course

    browser = signed_in(clinic.staff["therapist"])
    address = f"/settings/clients/{ana.client.key}/course/"
    fields = {"therapist": clinic.staff["therapist"].key, "on": "2026-04-01"}
    browser.post(address, fields)
    assert Course.objects.count() == 1
    end_course(viewer=clinic.of("therapist"), course=ana.course, on=date(2026, 3, 1))
    browser.post(address, fields)
    assert Course.objects.count() == 2


# What was agreed


def agree(browser, ana, purpose: str, granted: str, to: str = "") -> None:
    address = f"/settings/clients/{ana.client.key}/consent/"
    assert browser.post(address, {"purpose": purpose, "granted": granted, "to": to}).status_code == 302


def test_decisions_stay_as_history_and_the_newest_stands(clinic, ana, signed_in):
    browser, supervisor = signed_in(clinic.staff["therapist"]), clinic.of("supervisor")
    assert not supervisor.courses.exists()
    agree(browser, ana, "supervision", "yes")
    assert supervisor.courses.get() == ana.course
    agree(browser, ana, "supervision", "no")
    assert not supervisor.courses.exists()
    kept = Consent.objects.filter(purpose=Purpose.SUPERVISION)
    assert list(kept.order_by("pk").values_list("granted", flat=True)) == [True, False]
    assert (
        browser.get(f"/settings/clients/{ana.client.key}/consent/").content.count(b"Therapist Harbour") >= 2
    )


def test_supervision_can_be_agreed_for_one_supervisor_alone(clinic, ana, signed_in):
    other = actions.add_staff(
        service=clinic.service, email="other@harbour.example", name="Other", roles=["supervisor"]
    )
    Team.objects.get(service=clinic.service).members.add(other)
    browser = signed_in(clinic.staff["therapist"])
    agree(browser, ana, "supervision", "yes", to=other.key)
    assert Viewer(other).courses.get() == ana.course
    assert not clinic.of("supervisor").courses.exists()
    agree(browser, ana, "supervision", "no")
    assert not Viewer(other).courses.exists()


def test_who_takes_back_that_they_are_asked_is_asked_nothing_more(clinic, ana, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    Client.objects.update(channel="mail", mail="ana@client.example")
    make_link(ana.session, "accord-check-in")
    agree(browser, ana, "ratings", "no")
    assert plan_messages(now()) == 0
    agree(browser, ana, "ratings", "yes")
    assert plan_messages(now()) > 0


def test_half_a_decision_is_none(clinic, ana, signed_in):
    browser, before = signed_in(clinic.staff["therapist"]), Consent.objects.count()
    agree(browser, ana, "supervision", "")
    agree(browser, ana, "everything", "yes")
    agree(browser, ana, "research", "yes", to=clinic.staff["supervisor"].key)
    assert Consent.objects.count() == before
