"""Something feels off: who is offered by name, what is kept of it, what is refused, and what comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from tests.web.voice.letters import SAID, named, write

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.web.attention.words import local as local_clock
from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link, token
from accord.web.checkin.models import Link
from accord.web.people.actions import add_staff, set_active, set_consent
from accord.web.people.models import Client, Service, Staff
from accord.web.therapy import actions as therapy
from accord.web.voice import concerns
from accord.web.voice.concern_readers import promised, reader_of, readers
from accord.web.voice.doors import make_door
from accord.web.voice.doors import token as door_token
from accord.web.voice.models import Concern


@pytest.fixture
def people(clinic):
    return named(clinic)


@pytest.fixture
def case(clinic, people):
    return clinic.client("Hana", name="Hana L.")


@pytest.fixture
def off(case):
    return f"/c/{token(make_link(case.session, 'accord-check-in'))}/off"


def offered(course) -> dict[str, str]:
    course.refresh_from_db()
    course.service.refresh_from_db()
    return {one.to.value: one.staff.name for one in readers(course)}


# Until when

FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "days", "zone", "day"),
    [
        (FRIDAY, 3, "Europe/Madrid", "2026-11-30"),
        (FRIDAY, 1, "Europe/Madrid", "2026-11-30"),  # a Saturday moves to the Monday
        (FRIDAY, 2, "Europe/Madrid", "2026-11-30"),  # a Sunday too
        (FRIDAY, 6, "Europe/Madrid", "2026-12-03"),
        (
            datetime(2026, 11, 30, 23, 30, tzinfo=UTC),
            1,
            "Europe/Madrid",
            "2026-12-02",
        ),  # Tuesday there already
        (datetime(2026, 3, 26, 12, tzinfo=UTC), 4, "Europe/Madrid", "2026-03-30"),  # over the clock's change
    ],
)
def test_the_promise_is_the_end_of_a_working_day_on_the_clinics_calendar(at, days, zone, day):
    from zoneinfo import ZoneInfo

    local = promised(at, days, zone).astimezone(ZoneInfo(zone))
    assert (local.date().isoformat(), local.strftime("%H:%M:%S")) == (day, "23:59:59")


# Who reads it


def test_three_ways_each_with_a_name(clinic, case):
    assert offered(case.course) == {
        "therapist": "Therapist Harbour",
        "second": "Dr Adler",
        "complaint": "Berg",
    }


def test_where_nobody_is_named_leads_stand_in(clinic):
    case = clinic.client("Hana")
    assert offered(case.course) == {
        "therapist": "Therapist Harbour",
        "second": "Lead Harbour",
        "complaint": "Lead Harbour",
    }


def test_a_second_person_who_treats_or_treated_the_client_or_has_left_is_replaced(clinic, case, people):
    therapist = clinic.staff["therapist"]
    Service.objects.filter(pk=clinic.service.pk).update(second_person=therapist, complaints_person=therapist)
    assert offered(case.course)["second"] == offered(case.course)["complaint"] == "Lead Harbour"
    # Handed over, the therapist of before is still not somebody to complain to.
    other = add_staff(service=clinic.service, email="o@x.example", name="Other", roles=["therapist"])
    therapy.transfer(viewer=clinic.of("lead"), course=case.course, to=other, on=case.session.day)
    assert offered(case.course) == {
        "therapist": "Other",
        "second": "Lead Harbour",
        "complaint": "Lead Harbour",
    }
    Service.objects.filter(pk=clinic.service.pk).update(second_person=people.adler)
    assert offered(case.course)["second"] == "Dr Adler"
    set_active(staff=people.adler, active=False)
    assert offered(case.course)["second"] == "Lead Harbour"


def test_a_practice_of_one_offers_no_false_way_round(db, client):
    from tests.conftest import Clinic

    from accord.web.people import actions

    service = actions.make_service(name="Solo", slug="solo", complaints_outside="The Ombudsman")
    one = actions.add_staff(
        service=service, email="s@x.example", name="Dr Solo", roles=["therapist", "lead", "administrator"]
    )
    case = Clinic(service, {"therapist": one}).client("Hana")
    assert offered(case.course) == {"therapist": "Dr Solo"}
    page = client.get(f"/c/{token(make_link(case.session, 'accord-check-in'))}/off").text
    assert "The Ombudsman" in page
    assert 'value="second"' not in page and 'value="complaint"' not in page


def test_who_keeps_answers_from_the_therapist_is_not_offered_them(clinic, case, client, off):
    set_consent(viewer=clinic.of("therapist"), client=case.client, purpose="therapist", granted=False)
    assert set(offered(case.course)) == {"second", "complaint"}
    assert "So you cannot write to Therapist Harbour here." in client.get(off).text
    assert client.post(off, {"to": "therapist", "words": SAID}).status_code == 422
    assert not Concern.objects.exists()


# Writing


def test_it_is_kept_encrypted_promised_and_told_in_the_trail_without_a_word(case, clinic):
    made = write(case.course)
    assert (made.recipient.name, made.words) == ("Dr Adler", SAID)
    assert made.answer_by == promised(made.at, clinic.service.answer_days, clinic.service.timezone)
    with connection.cursor() as cursor:
        cursor.execute("select words from voice_concern")
        assert "mother" not in cursor.fetchone()[0]
    entry = Entry.objects.get(verb="wrote", kind="concern")
    assert (entry.actor, entry.subject) == ("client", made.key)
    assert "second" not in str(entry.detail) and case.client.key not in str(entry.detail)


def test_the_page_names_who_reads_it_and_until_when(client, case, off):
    page = client.get(off).text
    for shown in (
        "Therapist Harbour",
        "Dr Adler",
        "Berg",
        "The Ombudsman",
        "Nobody is watching this page live.",
    ):
        assert shown in page
    made = write(case.course)
    local = local_clock(made.answer_by, case.course.service.timezone)
    assert f"answers by <strong>{local:%A} {local.day} {local:%B}</strong>" in page
    assert client.get(off).cookies == {}


def test_sent_twice_is_one_letter_and_one_page(client, off):
    fields = {"to": "second", "words": SAID, "idempotency_key": "a" * 32}
    first, second = client.post(off, fields), client.post(off, fields)
    assert first["Location"] == second["Location"]
    assert Concern.objects.count() == 1
    page = client.get(first["Location"])
    assert "Sent to Dr Adler" in page.text and SAID in page.text
    assert page["Referrer-Policy"] == "no-referrer" and "no-store" in page["Cache-Control"]


def test_the_same_key_of_another_client_is_another_letter(clinic, case):
    assert write(case.course).pk != write(clinic.client("Ben").course).pk


def test_every_fault_at_once_and_what_was_typed_stays(client, off):
    page = client.post(off, {"words": " \x00 ", "idempotency_key": "k", "by_mail": "1"})
    assert page.status_code == 422
    assert page.text.count('class="fault"') == 2
    page = client.post(off, {"to": "second", "words": "x" * 10_000})
    assert page.status_code == 422
    assert "x" * 10_000 in page.text and "10000 letters" in page.text
    assert client.post(off, {"to": "nobody", "words": SAID}).status_code == 422
    assert not Concern.objects.exists()


def test_what_no_database_stores_is_taken_out_and_paragraphs_stay(case):
    made = write(case.course, words="One\x00 two\r\n\r\n\r\n\r\nthree \ud800 <b>")
    assert Concern.objects.get(pk=made.pk).words == "One two\n\nthree <b>"


def test_a_flood_is_stopped_with_a_sentence(case):
    for number in range(concerns.MOST_A_DAY):
        write(case.course, key=f"k{number}")
    with pytest.raises(Faults, match="many today"):
        write(case.course, key="one more")
    Concern.objects.update(at=now() - timedelta(days=2))
    assert write(case.course, key="tomorrow")


def test_a_database_that_cannot_write_keeps_the_words_on_the_page(client, off, monkeypatch):
    def away(**_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(concerns, "write", away)
    page = client.post(off, {"to": "second", "words": SAID})
    assert page.status_code == 503
    assert SAID in page.text and "cannot take this just now" in page.text


@pytest.mark.parametrize("field", ["expires_at", "declined_at"])
def test_speaking_up_has_no_closing_time(client, off, field):
    Link.objects.update(**{field: now() - timedelta(days=1)})
    assert client.get(off).status_code == 200
    assert client.post(off, {"to": "second", "words": SAID}).status_code == 302


def test_a_form_that_staff_closed_opens_nothing(client, off):
    Link.objects.update(withdrawn_at=now())
    assert client.get(off).status_code == client.post(off, {"to": "second", "words": SAID}).status_code == 410
    assert not Concern.objects.exists()


def test_from_the_own_page_without_any_form(client, clinic, case):
    door = make_door(viewer=clinic.of("therapist"), client=case.client)
    address = f"/c/me/{door_token(door)}/off"
    assert "Dr Adler" in client.get(address).text
    assert client.post(address, {"to": "second", "words": SAID}).status_code == 302
    assert Concern.objects.get().course == case.course


def test_an_ended_course_can_still_be_complained_about(clinic, case, client, off):
    therapy.end_course(viewer=clinic.of("therapist"), course=case.course, on=case.session.day)
    assert client.post(off, {"to": "complaint", "words": SAID}).status_code == 302


@pytest.mark.parametrize("wrong", ["x", "x.y", "\x00", "letter"])
def test_a_made_up_address_tells_nothing(client, case, wrong):
    made = write(case.course)
    for tried in (wrong, made.key, concerns.token(made)[:-1] + "_"):
        page = client.get(f"/c/me/letter/{tried}/")
        assert page.status_code in (400, 404)
        assert "Adler" not in page.text and "mother" not in page.text


# What comes back


def shown(client, concern, at="") -> str:
    return client.get(f"/c/me/letter/{concerns.token(concern)}/").text


def test_the_letters_page_tells_read_and_answered_by_name(client, case, people):
    from accord.web.people.viewer import Viewer

    made = write(case.course)
    assert "not yet" in shown(client, made)
    adler = Viewer(people.adler)
    concerns.read(viewer=adler, concern=adler.concerns.get())
    assert "Dr Adler has read it" in shown(client, made)
    assert concerns.answer(viewer=adler, concern=adler.concerns.get(), words="Thank you.\n\nShall we talk?")
    page = shown(client, made)
    assert "Dr Adler answered you" in page and "<p>Shall we talk?</p>" in page
    assert "Keep this address" not in page


def test_a_broken_promise_is_called_one(client, case):
    made = write(case.course)
    Concern.objects.update(answer_by=now() - timedelta(hours=1))
    assert "That day is over. This is not your fault." in shown(client, made)


def test_whoever_left_is_named_with_who_stands_in(client, clinic, case, people):
    made = write(case.course)
    set_active(staff=people.adler, active=False)
    made.refresh_from_db()
    assert reader_of(made) == clinic.staff["lead"]
    assert "Dr Adler no longer works here. Lead Harbour reads it instead." in shown(client, made)


def test_closed_to_the_therapist_afterwards_nobody_reads_it_and_the_page_says_so(client, clinic, case):
    made = write(case.course, "therapist")
    therapist = clinic.of("therapist")
    assert therapist.concerns.count() == 1
    set_consent(viewer=therapist, client=case.client, purpose="therapist", granted=False)
    assert therapist.concerns.count() == 0 and clinic.of("lead").concerns.count() == 0
    assert "So this is closed too, and nobody reads it." in shown(client, made)
    set_active(staff=clinic.staff["therapist"], active=False)
    assert clinic.of("lead").concerns.count() == 0


def test_in_the_clients_language_and_from_right_to_left(client, case, off):
    Client.objects.filter(pk=case.client.pk).update(language="ar")
    page = client.get(off).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="es" dir="ltr">' in client.get(off + "?lang=es").text
    location = client.post(off + "?lang=es", {"to": "second", "words": SAID})["Location"]
    assert "lang=es" in location


def test_a_name_with_markup_is_shown_as_it_is(client, people, case, off):
    Staff.objects.filter(pk=people.adler.pk).update(name="<b>Adler</b>")
    assert "&lt;b&gt;Adler" in client.get(off).text
