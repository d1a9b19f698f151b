"""Asking for erasure: the clock, the decision in words, and what is then gone from the database."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from tests.web.therapy.telling import answer, even, tell

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.web.audit.actions import verify
from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link
from accord.web.checkin.models import Link, Message, Response, Score
from accord.web.people.noting import change_lists, note_traits
from accord.web.voice import doors, erasing_mail
from accord.web.voice.changes import say_changed
from accord.web.voice.concerns import Written, write
from accord.web.voice.erasing import ask_erasure, decide, take_back_erasure
from accord.web.voice.erasing_parts import PARTS
from accord.web.voice.models import Door, Erasure

SECRET = "heliotrope"  # in everything the client writes, and in what is written back
WHOLE = [name for name, part in PARTS.items() if part.of_whole]


@pytest.fixture
def told(clinic):
    clinic.service.erasure_days = 30
    clinic.service.save()
    change_lists(viewer=clinic.of("lead"), treatments=[], traits={"Grows": ["roses", SECRET]})
    made = tell(
        clinic,
        [even(70, said=f"More {SECRET}.", off=True), even(40, wellbeing=50, said=f"{SECRET} again")],
        name=f"Ana {SECRET}",
        mail=f"{SECRET}@x.example",
        phone=f"555 {SECRET}",
        channel="mail",
    )
    answer(  # sent again: the first words are still in the superseded row
        made.sessions[1], "accord-check-in", {1: 45.0}, now(), texts={7: f"No {SECRET} after all"}
    )
    write(course=made.course, written=Written("therapist", f"About {SECRET}.", "k" * 32))
    note_traits(viewer=made.viewer, client=made.client, traits={"Grows": SECRET})
    clinic.service.traits = {}  # the list is the service's own, no word of the client
    clinic.service.save()
    say_changed(viewer=made.viewer, course=made.course, words=f"We leave {SECRET} out.")
    return made


@pytest.fixture
def door(clinic, told):
    return doors.make_door(viewer=told.viewer, client=told.client)


@pytest.fixture
def asked(door):
    return ask_erasure(door=door)


def answered(clinic, asked, outcome="part", erased=("words",), decision="Your words go.", known=True):
    return decide(
        viewer=clinic.of("lead"),
        erasure=asked,
        outcome=outcome,
        decision=decision,
        erased=list(erased),
        known=known,
    )


def holding(word: str) -> list[str]:
    """Every column of every record in which `word` stands once it is readable: encrypted fields are opened."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("accord."):
            continue
        for row in model._default_manager.all().values():
            found += [f"{model.__name__}.{name}" for name, value in row.items() if word in str(value)]
    return sorted(set(found))


def test_the_clock_begins_when_they_ask_and_asking_twice_is_one_request(door, asked):
    assert asked.decide_by - asked.at == timedelta(days=30)
    assert ask_erasure(door=door) == asked
    assert list(Entry.objects.filter(kind="erasure").values_list("actor", "verb")) == [("client", "asked")]


def test_taken_back_it_is_decided_no_more_and_can_be_asked_again(clinic, door, asked):
    assert take_back_erasure(door=door) is True
    assert take_back_erasure(door=door) is False
    with pytest.raises(Faults) as refused:
        answered(clinic, asked)
    assert "taken back" in str(refused.value)
    assert SECRET in " ".join(Response.objects.values_list("texts", flat=True))
    assert ask_erasure(door=door) != asked


def test_nothing_of_the_erased_words_is_in_the_database(clinic, told, asked):
    assert holding(SECRET) == [
        "Changed.words", "Client.mail", "Client.name", "Client.phone", "ClientTrait.value", "Concern.words",
        "Response.texts",
    ]  # fmt: skip
    answered(clinic, asked, erased=["words"])
    assert holding(SECRET) == ["Client.mail", "Client.name", "Client.phone", "ClientTrait.value"]


def test_the_whole_leaves_no_word_no_number_and_no_way_to_reach_them(clinic, told, asked):
    link = make_link(told.sessions[1], "accord-alliance")
    answered(clinic, asked, outcome="granted", erased=WHOLE)
    told.client.refresh_from_db()
    assert holding(SECRET) == []
    mine = Response.objects.filter(session__course=told.course, respondent="client")
    assert mine.count() == 4  # that forms were answered is still there
    assert all(one.items == {} for one in mine)
    assert not Score.objects.filter(response__in=mine).exists()
    assert not told.course.signals.exists()
    assert Link.objects.get(pk=link.pk).withdrawn_at
    assert told.client.declined_all_at
    assert Door.objects.get().closed_at is None  # so that they can read the answer
    assert verify(clinic.service) == ()


def test_pages_of_staff_still_open_after_everything_is_gone(clinic, told, asked, signed_in):
    answered(clinic, asked, outcome="granted", erased=WHOLE)
    for role in ("therapist", "lead"):
        staff = signed_in(clinic.staff[role])
        for page in ("/", "/clients/", "/due/", f"/clients/{told.client.key}/"):
            shown = staff.get(page)
            assert shown.status_code == 200 and SECRET not in shown.text, (role, page)


def test_what_is_kept_stays_as_it_was(clinic, told, asked):
    items = list(Response.objects.order_by("pk").values_list("items", flat=True))
    scores = Score.objects.count()
    answered(clinic, asked, erased=["contact", "words", "links", "consents"])
    assert list(Response.objects.order_by("pk").values_list("items", flat=True)) == items
    assert Score.objects.count() == scores
    told.client.refresh_from_db()
    assert (told.client.mail, told.client.phone, told.client.channel) == ("", "", "none")


def test_a_neighbour_in_the_same_service_keeps_everything(clinic, told, asked):
    other = tell(
        clinic, [even(70, said="Mine.", wellbeing=40)], code="Ben K.", planned=False, mail="b@x.example"
    )
    before = [
        Response.objects.filter(session__course=other.course).values_list("items", "texts"),
        Score.objects.filter(response__session__course=other.course).values_list("value"),
    ]
    kept = [list(rows.order_by("pk")) for rows in before]
    answered(clinic, asked, outcome="granted", erased=[*WHOLE, "door"])
    assert [list(rows.order_by("pk")) for rows in before] == kept
    other.client.refresh_from_db()
    assert other.client.mail == "b@x.example"


@pytest.mark.parametrize(
    ("outcome", "erased", "decision", "known", "wrong"),
    [
        ("", ["words"], "Yes.", True, {"outcome"}),
        ("grant", ["words"], "Yes.", True, {"outcome"}),
        ("granted", ["words"], "Yes.", True, {"parts"}),
        ("part", [], "Yes.", True, {"parts"}),
        ("refused", ["words"], "No.", True, {"parts"}),
        ("part", ["word"], "Yes.", True, {"parts"}),
        ("part", ["words"], " \n", True, {"decision"}),
        ("part", ["words"], "x" * 1001, True, {"decision"}),
        ("part", ["words"], "Yes.", False, {"known"}),
        ("", ["words"], "", False, {"outcome", "decision", "known"}),
    ],
)
def test_a_decision_that_does_not_fit_erases_nothing(clinic, asked, outcome, erased, decision, known, wrong):
    before = holding(SECRET)
    with pytest.raises(Faults) as refused:
        answered(clinic, asked, outcome, erased, decision, known)
    assert {one.where for one in refused.value.faults} == wrong
    assert holding(SECRET) == before
    assert not Erasure.objects.get().decided_at


def test_decided_once_is_decided(clinic, asked):
    answered(clinic, asked, "refused", [], "The law says ten years.")
    with pytest.raises(Faults):
        answered(clinic, asked)
    assert Erasure.objects.get().outcome == "refused"
    verbs = Entry.objects.filter(subject__in=[asked.key, asked.client.key]).values_list("verb", flat=True)
    assert "decided" in verbs and "erased" not in verbs


def test_the_trail_says_which_parts_and_no_word(clinic, asked):
    answered(clinic, asked, erased=["words", "contact"])
    entry = Entry.objects.get(verb="erased")
    assert (entry.actor, entry.detail) == (clinic.staff["lead"].key, {"parts": ["contact", "words"]})
    assert all(SECRET not in str(one.detail) for one in Entry.objects.all())


def test_the_lead_decides_on_a_page_and_the_client_reads_it(clinic, told, door, asked, signed_in, client):
    page = f"/voice/erasures/{asked.key}/"
    lead = signed_in(clinic.staff["lead"])
    assert "One request to erase waits" in lead.get("/voice/erasures/").text
    half = lead.post(page, {"outcome": "part", "parts": ["words"], "decision": "Words go; numbers stay."})
    assert half.status_code == 422
    assert "This cannot be taken back." in half.text and "Words go; numbers stay." in half.text
    done = lead.post(
        page, {"outcome": "part", "parts": ["words"], "decision": "Words go; numbers stay.", "known": "1"}
    )
    assert done.status_code == 302
    read = client.get(f"/c/me/{doors.token(door)}/erasing").text
    assert "A part of it was erased." in read
    assert "Words go; numbers stay." in read and "everything you wrote" in read
    assert "Lead Harbour" in read


def test_a_late_answer_is_called_late_on_both_sides(clinic, told, door, asked, signed_in, client):
    Erasure.objects.update(decide_by=now() - timedelta(days=1))
    assert "It is late, and that is not your fault." in client.get(f"/c/me/{doors.token(door)}/erasing").text
    assert ">Late<" in signed_in(clinic.staff["lead"]).get("/voice/erasures/").text


def test_leads_are_told_by_mail_without_a_name_and_again_near_the_day(clinic, told, asked):
    rows = Message.objects.filter(about=asked.key).order_by("not_before")
    assert [(one.kind, one.staff) for one in rows] == [
        ("erasure", clinic.staff["lead"]),
        ("erasure due", clinic.staff["lead"]),
    ]
    assert rows[1].not_before == asked.decide_by - erasing_mail.NEAR
    assert rows[0].client is None  # lists of messages to a client are seen by their therapist
    made = erasing_mail.mail(rows[0])
    assert made.to == "lead@harbour.example" and "/voice/erasures/" in made.body
    assert SECRET not in made.subject + made.body and "Ana" not in made.subject + made.body
    answered(clinic, asked)
    assert erasing_mail.mail(rows[1]) == "decided or taken back"
    assert mail.outbox == []
