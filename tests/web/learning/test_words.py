"""Worth a word before the next session: whose page says so, what makes it go, and who must not meet it."""

import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from tests.studies.leaving.services import going_on
from tests.web.therapy.telling import Meeting, answer, even, tell

from accord.basics.clock import now
from accord.course.layout import SCHEMAS
from accord.course.session import Attendance, SessionKind
from accord.studies.leaving.card import model_card
from accord.studies.leaving.reasons import WORDED, worth_a_word
from accord.studies.questions import QUESTIONS
from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.web.audit.models import Entry
from accord.web.checkin import links
from accord.web.learning import running
from accord.web.learning.models import LookedAt, State, StudyRun, TalkedAbout, WorthAWord
from accord.web.learning.study_actions import ask_run
from accord.web.learning.word_actions import not_talked, talked
from accord.web.learning.word_line import HOLDS, Word, past_words, stands, word_line
from accord.web.people import actions as people
from accord.web.people.viewer import Viewer
from accord.web.therapy import actions as therapy
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.reading import present
from accord.web.voice import doors, erasing

HEADING = "Worth a word before the next session"
PAST = {"share": 0.1, "right": 0.17, "caught": 0.34}
REASON = "The latest session was not rated."


@pytest.fixture
def colleague(clinic):
    """Another therapist of the clinic."""
    return people.add_staff(service=clinic.service, email="o@x.example", name="Other", roles=["therapist"])


@pytest.fixture
def ana(clinic):
    """A client with a session held, after which the last run saw that a word may help."""
    told = tell(clinic, [Meeting(), Meeting()], code="Ana M.", planned=False)
    proposed(told)
    return told


def proposed(told, **facts):
    """A run that was done, and what it kept of this course; the answers came before it."""
    at = now()
    run = StudyRun.objects.create(
        service=told.course.service, asked_at=at, started_at=at, finished_at=at, state=State.DONE,
        facts={"words": PAST, **facts},
    )  # fmt: skip
    return WorthAWord.objects.create(
        service=told.course.service, run=run, course=told.course, session=told.sessions[-1],
        reasons=["because_not_rated_high"],
    )  # fmt: skip


def page(told) -> str:
    return reverse("therapy:client", args=[told.client.key])


def hold_another(told):
    at = now() - timedelta(minutes=5)
    session = therapy.book(viewer=told.viewer, course=told.course, starts_at=at, kind=SessionKind.IN_PERSON)
    therapy.note_attendance(viewer=told.viewer, session=session, attendance=Attendance.ATTENDED)
    return session


def line_of(told, viewer=None, **changes):
    """The line as this viewer's page has it, with what is said otherwise of the file."""
    viewer = viewer or told.viewer
    told.course.refresh_from_db()
    file = read_client(viewer, told.course, present())
    return word_line(viewer, replace(file, **changes))


# --- the whole way ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A simulated service with enough who left: its snapshot, and one of the open courses where a word may help."""
    folder = going_on(tmp_path_factory.mktemp("words") / "of")
    with open_snapshot(folder) as opened:
        return folder, worth_a_word(opened, model_card(opened, Options())).words[0]


def taking(service, told):
    """Takes that snapshot in place of the clinic's own, with the course of `told` where a word may help."""
    folder, word = service
    ours = {word.course: told.course.key, word.session_key: told.session.key}

    def take(place: Path, service) -> None:
        shutil.copytree(folder, place)
        for file in place.rglob("*.parquet"):
            table = pq.read_table(file)
            for name in {"course", "session"} & set(table.column_names):
                column = table[name]
                for key, own in ours.items():
                    column = pc.if_else(pc.equal(column, key), pa.scalar(own, column.type), column)
                table = table.set_column(table.column_names.index(name), name, column)
            pq.write_table(table, file)

    return take


def test_from_the_leads_run_to_the_therapists_page_and_off_it_again(
    clinic, colleague, service, signed_in, monkeypatch
):
    monkeypatch.setattr("accord.studies.questions.QUESTIONS", [q for q in QUESTIONS if q.id == "leaving"])
    told = clinic.client("Ana M.")
    signed_in(clinic.staff["lead"]).post("/learning/run/")
    running.work(running._claim(), taking(service, told))
    kept = WorthAWord.objects.get()
    assert (kept.course, kept.session) == (told.course, told.session)
    assert set(kept.reasons) <= WORDED and kept.run.facts["words"].keys() == PAST.keys()

    assert signed_in(colleague).get(page(told)).status_code == 404
    browser = signed_in(clinic.staff["therapist"])
    shown = browser.get(page(told)).content.decode()
    (section,) = re.findall(rf'<section class="word.*?{HEADING}.*?</section>', shown, re.S)
    assert "of ten such marks about" in section.lower() and "no verdict" in section
    assert "Computed on" in section and "AUC" not in section and "%" not in section

    address = reverse("learning:talked", args=[told.course.key])
    after = browser.post(address, {"about": told.session.key}, follow=True).content.decode()
    assert HEADING not in after and "Noted: you talked about it." in after
    assert HEADING not in browser.get(page(told)).content.decode()
    browser.post(address, {"about": told.session.key, "said": "take_back"})
    assert HEADING in browser.get(page(told)).content.decode()
    trail = Entry.objects.filter(kind="word").order_by("number").values_list("verb", "subject", "actor")
    assert list(trail) == [
        (verb, told.course.key, clinic.staff["therapist"].key) for verb in ("talked about", "took back")
    ]

    told.viewer = clinic.of("therapist")
    hold_another(told)
    assert HEADING not in browser.get(page(told)).content.decode()


def test_a_look_taken_back_while_a_run_works_keeps_its_words_from_the_page(clinic, service, monkeypatch):
    monkeypatch.setattr("accord.studies.questions.QUESTIONS", [q for q in QUESTIONS if q.id == "leaving"])
    told, at = clinic.client("Ana M."), now()
    kept = {"suspects": ["fell_out"], "found": "Fine.", "by": clinic.staff["lead"], "at": at}
    look = LookedAt.objects.create(service=clinic.service, **kept)
    plain = taking(service, told)

    def take(place, of):
        LookedAt.objects.filter(pk=look.pk).update(ended_at=at)
        plain(place, of)

    ask_run(viewer=clinic.of("lead"))
    running.work(running._claim(), take)
    assert StudyRun.objects.get().state == State.DONE and not WorthAWord.objects.exists()


@pytest.mark.parametrize("clients", [30, None], ids=["too few", "a run that failed"])
def test_a_run_without_a_model_shows_nothing_and_only_one_that_is_done_takes_the_place(clinic, ana, clients):
    def take(folder, service):
        from accord.simulate.snapshot import simulate_snapshot

        if clients is None:
            raise OSError
        simulate_snapshot(folder, clients=clients, seed=1)

    ask_run(viewer=clinic.of("lead"))
    run = running._claim()
    running.work(run, take)
    run.refresh_from_db()
    assert "words" not in run.facts
    assert (line_of(ana) is None) is (clients is not None)


# --- what makes it go -------------------------------------------------------------------------------------------------
def ends(ana):
    therapy.end_course(viewer=ana.viewer, course=ana.course, on=date.today())


def is_not_held(ana):
    therapy.note_attendance(viewer=ana.viewer, session=ana.sessions[-1], attendance=Attendance.CANCELLED)


def is_answered(ana):
    answer(ana.sessions[-1], "accord-wellbeing", dict.fromkeys((1, 2, 3, 4), 50.0), now())


def closes_the_answers(ana):
    people.set_consent(viewer=ana.viewer, client=ana.client, purpose="therapist", granted=False)


def is_had(ana):
    talked(viewer=ana.viewer, course=ana.course, about=ana.sessions[-1].key)


def is_taken_back(ana):
    is_had(ana)
    not_talked(viewer=ana.viewer, course=ana.course, about=ana.sessions[-1].key)


def books_ahead(ana):
    ahead = now() + timedelta(days=2)
    therapy.book(viewer=ana.viewer, course=ana.course, starts_at=ahead, kind=SessionKind.IN_PERSON)


@pytest.mark.parametrize(
    ("happens", "stays"),
    [
        (lambda ana: None, True),
        (books_ahead, True),
        (hold_another, False),
        (is_not_held, False),
        (ends, False),
        (is_answered, False),  # the reasons may be out of date
        (closes_the_answers, False),
        (is_had, False),
        (is_taken_back, True),
    ],
)
def test_what_makes_the_line_go(ana, happens, stays):
    assert line_of(ana).reasons == (REASON,)
    happens(ana)
    assert (line_of(ana) is not None) is stays


@pytest.mark.parametrize(("age", "stays"), [(HOLDS, True), (HOLDS + timedelta(seconds=1), False)])
def test_a_run_that_is_too_old_says_nothing(ana, age, stays):
    file = read_client(ana.viewer, ana.course, present())
    word = Word(ana.sessions[-1].key, ("because_not_rated_high",), file.now - age, PAST, False)
    assert stands(word, file) is stays


def test_while_an_answer_is_covered_its_reasons_are_too(clinic):
    told = tell(clinic, [even(80), even(40, skipped=False)], planned=False)
    proposed(told)
    assert line_of(told) is None
    assert line_of(told, clinic.of("lead")) is not None  # who does not rate is shown what they may see anyway
    own = dict.fromkeys((1, 2, 3, 4), 70.0)
    answer(told.sessions[-1], "accord-check-in-therapist", own, now(), by=told.viewer.staff)
    assert line_of(told) is not None


@pytest.mark.parametrize(
    ("past", "says"),
    [
        (
            PAST,
            "about two were the last session; the others were not. Of ten clients who left, about three had",
        ),
        ({**PAST, "right": 0.1}, "about one was the last session"),
        ({**PAST, "right": 0.04}, "about one, or fewer, was the last session"),
    ],
)
def test_how_often_such_a_mark_was_right_is_said_of_ten(past, says):
    assert says in past_words(past)


# --- who must not meet it ---------------------------------------------------------------------------------------------
def test_another_therapist_and_another_service_change_nothing(clinic, neighbour, colleague, ana, signed_in):
    address = reverse("learning:talked", args=[ana.course.key])
    sent = {"about": ana.sessions[-1].key}
    for stranger, refused in (
        (colleague, 404),
        (neighbour.staff["therapist"], 404),
        (neighbour.staff["lead"], 404),
        (clinic.staff["supervisor"], 403),
        (clinic.staff["researcher"], 403),
    ):
        assert signed_in(stranger).post(address, sent).status_code == refused
        assert signed_in(stranger).get(page(ana)).status_code in (403, 404)
    assert not TalkedAbout.objects.exists()
    assert not Viewer(colleague).words.exists() and not clinic.of("supervisor").words.exists()
    assert not neighbour.of("lead").words.exists() and clinic.of("lead").words.count() == 1


def test_a_therapist_who_supervises_another_says_nothing_for_them(clinic, colleague, ana, signed_in):
    people.set_consent(viewer=ana.viewer, client=ana.client, purpose="supervision", granted=True)
    people.set_roles(staff=colleague, roles=["therapist", "supervisor"])
    clinic.service.team_set.get().members.add(colleague)
    browser = signed_in(colleague)
    assert HEADING in browser.get(page(ana)).content.decode()
    address = reverse("learning:talked", args=[ana.course.key])
    assert browser.post(address, {"about": ana.sessions[-1].key}).status_code == 404


def test_a_supervisor_reads_it_where_the_client_agreed_and_says_nothing(clinic, ana, signed_in):
    people.set_consent(viewer=ana.viewer, client=ana.client, purpose="supervision", granted=True)
    shown = signed_in(clinic.staff["supervisor"]).get(page(ana)).content.decode()
    assert HEADING in shown and "We talked about it" not in shown


def test_what_was_proposed_after_an_earlier_session_cannot_be_said_of_this_one(ana):
    assert talked(viewer=ana.viewer, course=ana.course, about=ana.sessions[0].key) is None
    assert line_of(ana) is not None


def test_said_once_it_stays_said_when_the_next_run_sees_the_same(ana):
    is_had(ana)
    is_had(ana)
    assert Entry.objects.filter(kind="word").count() == 1
    WorthAWord.objects.all().delete()
    proposed(ana)
    assert line_of(ana) is None


def test_no_list_no_link_no_file_and_no_page_of_the_clients_own_has_it(clinic, ana, client):
    link = links.make_link(ana.sessions[-1], "accord-check-in")
    own = f"/c/me/{doors.token(doors.make_door(viewer=ana.viewer, client=ana.client))}/"
    theirs = [f"/c/{links.token(link)}/", own, f"{own}who"]
    for address in theirs:
        shown = client.get(address)
        assert shown.status_code == 200
        assert HEADING not in shown.content.decode() and REASON not in shown.content.decode()
    lists = ["attention:today", "therapy:clients", "attention:due", "learning:home", "attention:agenda"]
    for role, name in [(role, name) for role in ("therapist", "supervisor", "lead") for name in lists]:
        client.force_login(clinic.staff[role].user, backend="django.contrib.auth.backends.ModelBackend")
        shown = client.get(reverse(name)).content.decode()
        assert HEADING not in shown and REASON not in shown
    assert not {"words", "hints"} & set(SCHEMAS)


def test_it_goes_with_the_numbers_it_came_from(clinic, ana):
    is_had(ana)
    door = doors.make_door(viewer=ana.viewer, client=ana.client)
    erasing.decide(
        viewer=clinic.of("lead"),
        erasure=erasing.ask_erasure(door=door),
        outcome="part",
        decision="Gone.",
        erased=["numbers"],
        known=True,
    )
    assert not WorthAWord.objects.exists() and not TalkedAbout.objects.exists()
