"""What staff do with letters: told without content, read and seen, answered in time, reminded, stood in for."""

from datetime import timedelta

import pytest
from django.core import mail
from tests.web.voice.letters import SAID, named, write

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.web.attention.day_reading import read_day
from accord.web.audit.models import Entry
from accord.web.checkin.models import Message
from accord.web.checkin.outbox import send_next
from accord.web.people.actions import set_active
from accord.web.people.models import Client, Service
from accord.web.people.viewer import Viewer
from accord.web.voice import concerns
from accord.web.voice.concerns import letters
from accord.web.voice.letter_words import letter_sentence
from accord.web.voice.models import Concern


@pytest.fixture
def people(clinic):
    return named(clinic)


@pytest.fixture
def letter(clinic, people):
    Service.objects.filter(pk=clinic.service.pk).update(quiet_from="00:00", quiet_until="00:00")
    return write(clinic.client("Zebra", name="Hana Lund", pronoun="she").course)


def send_all() -> list:
    before = len(mail.outbox)
    while send_next("worker"):
        pass
    return mail.outbox[before:]


def days_pass(days: int) -> None:
    """As if the letter had been written `days` ago."""
    back = timedelta(days=days)
    for one in Concern.objects.all():
        Concern.objects.filter(pk=one.pk).update(at=one.at - back, answer_by=one.answer_by - back)
    for one in Message.objects.filter(sent_at=None, dropped_at=None):
        Message.objects.filter(pk=one.pk).update(not_before=one.not_before - back)


def to(mails) -> set[str]:
    return {one for each in mails for one in each.to}


# Mails


def test_the_reader_gets_one_mail_without_a_name_or_a_word(letter):
    (told,) = send_all()
    assert told.to == ["adler@x.example"]
    assert told.subject == "Accord: somebody wrote to you"
    assert "/voice/" in told.body
    for secret in ("Hana", "Lund", "Zebra", "mother", "Therapist", "complain"):
        assert secret not in told.subject + told.body
    assert send_all() == []


def test_reminded_on_the_day_then_those_who_answer_for_the_service(letter, clinic):
    send_all()
    days_pass(7)
    late = send_all()
    assert to(late) == {
        "adler@x.example",
        "lead@harbour.example",
        "berg@x.example",
        "administrator@harbour.example",
    }
    missing = next(one for one in late if one.to == ["lead@harbour.example"])
    assert missing.subject == "Accord: an answer is missing"
    assert "not for you to see" in missing.body and "Hana" not in missing.body


def test_never_to_somebody_who_treats_the_client(clinic, letter):
    from accord.web.people.actions import set_roles

    set_roles(staff=clinic.staff["therapist"], roles=["therapist", "lead", "administrator"])
    other = write(clinic.client("Ben").course, "complaint")
    days_pass(7)
    assert "therapist@harbour.example" not in to(send_all())
    assert not Message.objects.filter(about=other.key, staff=clinic.staff["therapist"]).exists()


def test_answered_nobody_is_reminded(letter, people):
    send_all()
    adler = Viewer(people.adler)
    concerns.answer(viewer=adler, concern=adler.concerns.get(), words="Thank you.")
    days_pass(7)
    assert send_all() == []


def test_who_left_is_replaced_by_who_stands_in(letter, clinic, people):
    set_active(staff=people.adler, active=False)
    assert [one.name for one in letters(clinic.of("lead"), now())] == ["Hana Lund"]
    assert to(send_all()) == {"lead@harbour.example"}
    letter.refresh_from_db()
    assert letter.recipient == clinic.staff["lead"]
    assert Entry.objects.filter(verb="passed on", kind="concern", subject=letter.key).count() == 1


def test_the_client_is_told_by_mail_only_where_they_asked_for_it(clinic, people):
    case = clinic.client("Zebra", name="Hana Lund")
    Client.objects.filter(pk=case.client.pk).update(mail="hana@home.example")
    Service.objects.filter(pk=clinic.service.pk).update(quiet_from="00:00", quiet_until="00:00")
    case.course.client.refresh_from_db()
    quiet, told = write(case.course, key="a"), write(case.course, key="b", tell_by_mail=True)
    send_all()
    adler = Viewer(people.adler)
    for one in (quiet, told):
        concerns.answer(viewer=adler, concern=one, words="I am sorry about that.")
    (sent,) = send_all()
    assert sent.to == ["hana@home.example"]
    assert concerns.address(told) in sent.body
    assert "sorry" not in sent.body and "Adler" not in sent.body
    # No list of messages to clients, which therapists see, holds it.
    assert not clinic.of("therapist").messages.filter(kind__startswith="letter").exists()


# Reading and answering


def test_opening_it_is_what_the_client_is_told(letter, people, signed_in):
    page = signed_in(people.adler).get(f"/voice/letters/{letter.key}/").text
    assert SAID in page and "Hana Lund" in page
    letter.refresh_from_db()
    first = letter.read_at
    assert letter.read_by == people.adler
    signed_in(people.adler).get(f"/voice/letters/{letter.key}/")
    letter.refresh_from_db()
    assert letter.read_at == first
    assert Entry.objects.filter(verb="saw", kind="concern", subject=letter.key).count() == 2


def test_the_list_says_what_waits_and_shows_no_word_of_it(letter, people, signed_in):
    page = signed_in(people.adler).get("/voice/").text
    assert "One letter waits for you." in page and "Not opened yet" in page
    assert "mother" not in page
    letter.refresh_from_db()
    assert letter.read_at is None
    days_pass(9)
    assert "One letter waits for you. One is overdue." in signed_in(people.adler).get("/voice/").text


def test_an_answer_once_and_the_first_stands(letter, people, signed_in):
    browser = signed_in(people.adler)
    address = f"/voice/letters/{letter.key}/answer/"
    assert browser.post(address, {"answer": "Thank you."}).status_code == 302
    page = browser.post(address, {"answer": "Something else"}, follow=True).text
    assert "This was answered before." in page and "Something else" not in page
    letter.refresh_from_db()
    assert (letter.answer, letter.answered_by) == ("Thank you.", people.adler)
    entry = Entry.objects.get(verb="answered", kind="concern")
    assert entry.detail == {}


@pytest.mark.parametrize("words", ["", " \x00 ", "x" * 3001])
def test_an_answer_has_words_and_what_was_typed_stays(letter, people, signed_in, words):
    page = signed_in(people.adler).post(f"/voice/letters/{letter.key}/answer/", {"answer": words})
    assert page.status_code == 422
    assert words.strip("\x00 ") in page.text and 'aria-invalid="true"' in page.text
    with pytest.raises(Faults):
        concerns.answer(viewer=Viewer(people.adler), concern=letter, words=words)
    assert Concern.objects.get().answered_at is None


@pytest.mark.parametrize("role", ["therapist", "supervisor", "lead", "administrator", "researcher"])
def test_nobody_else_opens_it(letter, clinic, signed_in, role):
    browser = signed_in(clinic.staff[role])
    assert browser.get(f"/voice/letters/{letter.key}/").status_code == 404
    assert browser.post(f"/voice/letters/{letter.key}/answer/", {"answer": "x"}).status_code == 404
    assert "Hana" not in browser.get("/voice/").text


def test_a_letter_to_the_therapist_can_begin_a_repair_and_one_past_them_cannot(clinic, people, signed_in):
    case = clinic.client("Hana")
    direct = write(case.course, "therapist")
    page = signed_in(clinic.staff["therapist"]).get(f"/voice/letters/{direct.key}/").text
    assert "Begin a repair" in page and "Nobody else reads it: no supervisor, no lead." in page
    past = write(case.course, "second", key="k2")
    page = signed_in(people.adler).get(f"/voice/letters/{past.key}/").text
    assert "Begin a repair" not in page
    assert "speak to Therapist Harbour about it only if the client agrees" in page


# Today


def test_today_says_who_wrote_and_what_they_were_told(clinic, people, signed_in):
    case = clinic.client("Hana", name="Hana Lund", pronoun="she")
    write(case.course, "therapist")
    page = signed_in(clinic.staff["therapist"]).get("/").text
    assert "Hana wrote to you today. She was told: an answer by" in page
    assert "mother" not in page
    assert "A quiet day" not in page


@pytest.mark.parametrize(
    ("pronoun", "days", "sentence"),
    [
        ("she", 0, "Hana wrote to you today. She was told: an answer by "),
        ("they", 0, "Hana wrote to you today. They were told: an answer by "),
        ("he", 9, "He was promised an answer by "),
        ("they", 9, "They were promised an answer by "),
    ],
)
def test_sentences_by_pronoun_and_day(clinic, people, pronoun, days, sentence):
    letter = write(clinic.client("Hana", name="Hana Lund", pronoun=pronoun).course)
    days_pass(days)
    (waiting,) = letters(Viewer(people.adler), now())
    assert sentence in letter_sentence(waiting, now(), clinic.service.timezone)
    assert waiting.key == letter.key


def test_by_promised_day_and_only_what_waits(clinic, people):
    case = clinic.client("Hana")
    first, second = write(case.course, key="a"), write(case.course, key="b")
    Concern.objects.filter(pk=second.pk).update(answer_by=first.answer_by - timedelta(days=2))
    adler = Viewer(people.adler)
    assert [one.key for one in letters(adler, now())] == [second.key, first.key]
    concerns.answer(viewer=adler, concern=second, words="Thank you.")
    assert [one.key for one in letters(adler, now())] == [first.key]
    assert read_day(clinic.of("therapist"), now()).letters == ()


def test_whoever_has_no_today_lands_on_their_letters(clinic, people, signed_in):
    write(clinic.client("Hana").course, "complaint")
    assert signed_in(people.berg).get("/").headers["Location"] == "/voice/"
