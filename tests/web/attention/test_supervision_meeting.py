"""A supervision meeting: who is reached, what is kept and encrypted, what the trail says, and who never sees a note."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.repair.telling import begun
from tests.web.therapy.telling import even, tell

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.instruments.registry import instrument
from accord.web.attention import risk
from accord.web.attention import supervision_actions as actions
from accord.web.attention.models import Alert, Meeting, Signal, Talk
from accord.web.attention.supervision_reading import open_meeting_of, read_agenda
from accord.web.audit.models import Entry
from accord.web.checkin.actions import Answered, record_answers
from accord.web.checkin.models import Response
from accord.web.people.actions import add_staff, set_consent
from accord.web.repair import actions as repairs
from accord.web.therapy.actions import end_course

AGENDA = "/supervision/"
SAID = "Plan is sound. Ring again on Sunday."


@pytest.fixture
def ana(clinic):
    """Ana, who agreed to supervision and gave a safety answer that her therapist acted on."""
    made = clinic.client("Ana", name="Ana M.", pronoun="she")
    agree(clinic, made)
    answer(made, "accord-wellbeing", {1: 50.0, 2: 50.0, 3: 50.0, 4: 50.0, 5: 2.0})
    alert = Alert.objects.get(course=made.course)
    risk.acknowledge(viewer=clinic.of("therapist"), alert=alert, done="Called, safe.")
    return made


def agree(clinic, made, granted=True, purpose="supervision"):
    set_consent(viewer=clinic.of("therapist"), client=made.client, purpose=purpose, granted=granted)


def answer(made, name, answers):
    given = Answered(instrument(name), answers, {}, f"{name}-{made.session.key}", "en", "link")
    return record_answers(session=made.session, answered=given).response


def sol(clinic, signed_in):
    """The supervisor's browser."""
    return signed_in(clinic.staff["supervisor"])


def talk_url(made) -> str:
    return reverse("attention:talk", args=[made.course.key])


def note(page, made, **fields):
    return page.post(talk_url(made), {"do": "note", "note": SAID, **fields}, follow=True)


def test_from_the_agenda_to_the_record(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    shown = page.get(AGENDA)
    assert [row.name for row in shown.context["page"].rows] == ["Ana M."]
    assert "Called, safe." in shown.text
    ruiz = clinic.staff["therapist"]
    page.post("/supervision/open/", {"present": [ruiz.key, "nobody"]})
    page.post(talk_url(ana), {"do": "tick"})
    kept = note(page, ana, agreed="ask Ana about sleep", agreed_by=ruiz.key)
    assert SAID in kept.text and "1 of 1 talked about" in kept.text
    record = page.post("/supervision/close/", follow=True)
    assert record.redirect_chain[0][0] == reverse("attention:meeting", args=[Meeting.objects.get().key])
    for words in ("Ana M.", SAID, "ask Ana about sleep", ruiz.name, "A safety answer."):
        assert words in record.text
    # It rests now, and what was agreed is left to do.
    after = page.get(AGENDA)
    assert after.context["page"].rows == ()
    (left,) = after.context["page"].left
    assert left.sentence == f"{ruiz.name}: ask Ana about sleep"
    page.post(left.url, {"done": "yes"})
    assert page.get(AGENDA).context["page"].left[0].done
    page.post(left.url, {"done": "no"})
    assert not page.get(AGENDA).context["page"].left[0].done


def test_a_note_is_ciphertext_in_the_database_and_in_no_line_of_the_trail(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    note(page, ana, agreed="ask Ana about sleep", agreed_by=clinic.staff["therapist"].key)
    with connection.cursor() as cursor:
        cursor.execute("select note, agreed from attention_talk")
        assert all("Sunday" not in text and "sleep" not in text and text for text in cursor.fetchone())
    page.get(reverse("attention:meeting", args=[Meeting.objects.get().key]))
    lines = [
        (one.verb, one.kind, str(one.detail))
        for one in Entry.objects.filter(actor=clinic.of("supervisor").key)
    ]
    done = {(verb, kind) for verb, kind, _detail in lines}
    assert {("began", "meeting"), ("talked about", "course"), ("noted", "course")} <= done
    assert {("saw", "agenda"), ("saw", "meeting")} <= done
    told = " ".join(detail for *_rest, detail in lines)
    assert not [word for word in ("Sunday", "sleep", "Ana") if word in told]


def test_only_consenting_clients_of_the_own_team(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    alone = clinic.client("Ben", name="Ben K.")  # never asked about supervision
    assert read_agenda(clinic.of("supervisor"), now()).not_agreed == 1
    assert page.post(talk_url(alone), {"do": "tick"}).status_code == 404
    other = add_staff(service=clinic.service, email="o@harbour.example", name="Other", roles=["supervisor"])
    assert read_agenda(type(clinic.of("lead"))(other), now()).teams == 0
    agree(clinic, ana, granted=False)
    assert page.get(AGENDA).context["page"].rows == ()
    assert page.post(talk_url(ana), {"do": "tick"}).status_code == 404
    assert not Talk.objects.exists()


def test_a_record_counts_people_whose_course_is_no_longer_open(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    note(page, ana)
    page.post("/supervision/close/")
    agree(clinic, ana, granted=False)
    record = page.get(reverse("attention:meeting", args=[Meeting.objects.get().key]))
    assert SAID not in record.text and "Ana M." not in record.text
    assert "One more person was talked about" in record.text


@pytest.mark.parametrize("role", ["therapist", "lead", "administrator"])
def test_nobody_else_reads_a_note(clinic, ana, signed_in, role):
    page = sol(clinic, signed_in)
    note(page, ana, agreed="ask Ana about sleep", agreed_by=clinic.staff["therapist"].key)
    Meeting.objects.get().present.add(clinic.staff["therapist"])
    page.post("/supervision/close/")
    person = signed_in(clinic.staff[role])
    key = Meeting.objects.get().key
    for address in ("/", AGENDA, reverse("attention:meeting", args=[key]), f"/clients/{ana.client.key}/"):
        told = person.get(address, follow=True)
        assert SAID not in told.text and "about sleep" not in told.text, (role, address)


def test_another_supervisor_of_the_same_team_reads_no_note(clinic, ana, signed_in):
    note(sol(clinic, signed_in), ana)
    other = add_staff(service=clinic.service, email="o@harbour.example", name="Other", roles=["supervisor"])
    clinic.service.team_set.get().members.add(other)
    Meeting.objects.get().present.add(other)
    page = signed_in(other)
    assert page.get(reverse("attention:meeting", args=[Meeting.objects.get().key])).status_code == 404
    shown = page.get(AGENDA)
    assert [row.name for row in shown.context["page"].rows] == ["Ana M."] and SAID not in shown.text


def test_answers_that_a_client_keeps_from_the_therapist_are_not_on_a_list_read_to_them(clinic, signed_in):
    made = clinic.client("Ana", name="Ana M.")
    agree(clinic, made)
    answer(made, "accord-check-in", {1: 70.0, 2: 70.0, 3: 70.0, 4: 70.0, 5: 1.0, 6: 1.0})
    (row,) = sol(clinic, signed_in).get(AGENDA).context["page"].rows
    assert row.pill.name == "raised"
    agree(clinic, made, granted=False, purpose="therapist")
    assert sol(clinic, signed_in).get(AGENDA).context["page"].rows == ()


def test_what_nobody_opened_comes_up_after_the_services_days(clinic, signed_in):
    made = clinic.client("Ana", name="Ana M.")
    agree(clinic, made)
    answer(made, "accord-check-in", {1: 90.0, 2: 90.0, 3: 90.0, 4: 90.0, 5: 0.0})
    assert sol(clinic, signed_in).get(AGENDA).context["page"].empty == "quiet"
    week = timedelta(days=clinic.service.unread_days, minutes=1)
    Response.objects.update(received_at=now() - week)
    (row,) = sol(clinic, signed_in).get(AGENDA).context["page"].rows
    assert row.pill.words == "Not read yet"
    from accord.web.checkin.actions import open_responses

    open_responses(viewer=clinic.of("therapist"), responses=list(Response.objects.all()))
    assert sol(clinic, signed_in).get(AGENDA).context["page"].rows == ()


def test_ticking_twice_is_one_tick_and_the_tick_can_be_taken_back(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    for _ in range(2):
        page.post(talk_url(ana), {"do": "tick"})
    assert Talk.objects.count() == Meeting.objects.count() == 1
    page.post(talk_url(ana), {"do": "untick"})
    assert not Talk.objects.exists()
    note(page, ana)
    told = page.post(talk_url(ana), {"do": "untick"}, follow=True)
    assert "Empty the note first" in told.text
    assert Talk.objects.get().note == SAID


def test_every_fault_of_a_note_at_once_and_nothing_is_lost(clinic, ana, signed_in):
    page = sol(clinic, signed_in)
    told = note(page, ana, note="x" * 2001, agreed="ask Ana about sleep")
    assert told.status_code == 422
    assert "This note has 2001 characters." in told.text and "Nobody is named." in told.text
    assert "x" * 2001 in told.text and "ask Ana about sleep" in told.text
    assert Talk.objects.get().note == ""


def test_a_closed_record_stays_as_it_is(clinic, ana):
    viewer = clinic.of("supervisor")
    talk = actions.talk(viewer=viewer, course=ana.course, why=[])
    first = actions.close_meeting(viewer=viewer, meeting=talk.meeting).closed_at
    assert actions.close_meeting(viewer=viewer, meeting=talk.meeting).closed_at == first
    talk.refresh_from_db()
    with pytest.raises(Faults, match="closed"):
        actions.note(viewer=viewer, talk=talk, note="later", agreed="", agreed_by=None)
    with pytest.raises(Faults, match="closed"):
        actions.take_back(viewer=viewer, talk=talk)
    assert open_meeting_of(viewer) is None


def test_closing_without_a_meeting_says_so(clinic, signed_in):
    told = sol(clinic, signed_in).post("/supervision/close/", follow=True)
    assert "nothing to close" in told.text and not Meeting.objects.exists()


def test_the_agenda_takes_a_fixed_number_of_queries(clinic, ana):
    viewer = clinic.of("supervisor")

    def asked(people: int) -> int:
        for number in range(clinic.service.client_set.count(), people):
            made = clinic.client(f"C{number}")
            agree(clinic, made)
            answer(made, "accord-check-in", {1: 70.0, 2: 70.0, 3: 70.0, 4: 70.0, 5: 1.0, 6: 1.0})
        read_agenda(viewer, now())  # what is kept in memory is there
        with CaptureQueriesContext(connection) as queries:
            assert len(read_agenda(viewer, now()).cases) == people
        return len(queries)

    assert asked(3) == asked(8) < 32


def test_the_agenda_says_how_it_stands_now_and_not_how_it_was_raised(clinic):
    past = tell(clinic, [even(90), even(90), even(90), even(50), even(52)])
    agree(clinic, past)
    (raised,) = Signal.objects.filter(course=past.course, rule="dip")
    assert raised.value["facts"]["sessions"] == 1
    (case,) = read_agenda(clinic.of("supervisor"), now()).cases
    (dip,) = [one.signal for one in case.found if one.signal.rule == "dip"]
    assert (dip.shape, dip.facts["sessions"], dip.about) == ("still", 2, raised.about.key)


def test_a_repair_taken_to_supervision_is_talked_about_given_back_and_in_the_record(clinic, signed_in):
    story = begun(clinic, supervised=True, name="Ana M.")
    story.note("name", "Something only the two of us should read.")
    repairs.ask(viewer=story.viewer, repair=story.repair, words="Am I pushing?")
    page = sol(clinic, signed_in)
    shown = page.get(AGENDA).content.decode()
    assert "Repair, asked about" in shown and f"/repairs/{story.repair.key}/" in shown
    assert "Give the repair back" not in shown  # first it is talked about
    assert "Am I pushing?" not in shown and "only the two of us" not in shown  # the list is read out
    page.post(talk_url(story), {"do": "tick"})
    assert "Give the repair back" in page.get(AGENDA).content.decode()
    told = page.post(talk_url(story), {"do": "give_back"}, follow=True).content.decode()
    assert "is with Therapist Harbour again" in told
    assert story.fresh().stage == "open"
    again = page.post(talk_url(story), {"do": "give_back"}, follow=True).content.decode()
    assert "not in supervision any more" in again
    meeting = open_meeting_of(clinic.of("supervisor"))
    assert story.repair.key in meeting.talks.get().why
    record = page.post(reverse("attention:meeting_close"), follow=True).content.decode()
    assert "A repair that was open." in record


def test_an_open_repair_ages_onto_the_agenda_also_of_an_ended_course(clinic):
    story = begun(clinic, days_ago=20, supervised=True)
    end_course(viewer=story.viewer, course=story.course, on=clinic_day(now(), "Etc/GMT"), how="moved away")
    (one,) = read_agenda(clinic.of("supervisor"), now()).cases
    assert one.repair is not None and not one.repair.overdue and not one.repair.calls
    clinic.service.repair_days = 14
    clinic.service.save()
    (one,) = read_agenda(clinic.of("supervisor"), now()).cases
    assert one.repair.overdue and one.repair.calls


def test_a_repair_leaves_the_agenda_with_the_consent(clinic):
    story = begun(clinic, days_ago=60, supervised=True)
    assert len(read_agenda(clinic.of("supervisor"), now()).cases) == 1
    agree(clinic, story.told, granted=False)
    assert read_agenda(clinic.of("supervisor"), now()).cases == ()
