"""A consent that a client takes back on their own page holds at once, on every page of every role and in every file.

Each kind of word is unlike any other of a page, so that finding one means that it came through. What a role does not
read before anything is taken back, it does not read after.
"""

import re

import pytest
from django.test import Client as Browser

from accord.basics.clock import now
from accord.web.attention.digest import worth_a_look
from accord.web.checkin.exporting import agreed_to_research
from accord.web.checkin.links import make_link, token
from accord.web.people.actions import set_consent
from accord.web.repair import actions as repairs
from accord.web.voice import doors
from accord.web.voice.concerns import Written, write
from accord.web.voice.me_actions import choose
from tests.web import addresses
from tests.web.repair.telling import begun
from tests.web.therapy.telling import answer, even

BACKEND = "django.contrib.auth.backends.ModelBackend"
RATING = re.compile(
    r"(?<![\w.#])(?:73|37)(?![\w.%])"
)  # by itself: not inside a key, nor in a drawing's points
IN_FORMS, WISH, MATTERS, LETTER, NOTE = "quince", "mulberry", "heliotrope", "periwinkle", "larkspur"
WORDS = (IN_FORMS, WISH, MATTERS, LETTER, NOTE)
ROLES = ("therapist", "supervisor", "lead", "administrator", "researcher")


@pytest.fixture
def told(clinic):
    """A client who agreed to everything, with a repair in supervision and something of each kind written."""
    made = begun(clinic, supervised=True, name="Ana Worldly")
    viewer = clinic.of("therapist")
    for purpose in ("ratings", "therapist", "supervision", "research"):
        set_consent(viewer=viewer, client=made.told.client, purpose=purpose, granted=True)
    made.note("name", words=NOTE)
    repairs.ask(viewer=viewer, repair=made.repair)
    made.met(even(73.0, said=IN_FORMS, off=True), days_ago=1)
    last = made.course.sessions.order_by("-starts_at").exclude(attendance="planned").first()
    answer(last, "accord-preferences", {1: 37.0, 2: 73.0, 3: 73.0}, now(), texts={4: WISH})
    answer(last, "accord-profile", dict.fromkeys(range(1, 9), 73.0), now())
    answer(last, "accord-matters", {}, now(), texts={1: MATTERS})
    write(course=made.course, written=Written("therapist", LETTER, "k" * 32))
    made.door = doors.make_door(viewer=viewer, client=made.told.client)
    made.session = last
    return made


def shown(clinic, told, role: str) -> dict[str, str]:
    """Every page about the client, or on which they may stand, that this role gets; refused ones are left out."""
    person = Browser(raise_request_exception=False)
    person.force_login(clinic.staff[role].user, backend=BACKEND)
    client, course, session = told.told.client.key, told.course.key, told.session.key
    concern = told.course.concerns.get().key
    paths = [
        "/", "/clients/", "/clients/?show=all", "/due/", "/repairs/", "/learning/repairs/",
        "/learning/repairs/?of=team", "/learning/repairs/?of=own", "/learning/repairs/?of=all", "/voice/",
        f"/voice/letters/{concern}/", f"/voice/courses/{course}/changed/", f"/repairs/{told.repair.key}/",
        f"/repairs/begin/{course}/",
        *(addresses.reverse(f"therapy:{name}", args=[client]) for name in
          ("client", "chart", "numbers", "review", "together")),
        addresses.reverse("therapy:chart", args=[client]) + "?of=review",
        addresses.reverse("therapy:chart", args=[client]) + "?narrow=1",
        addresses.reverse("attention:agenda"),
        addresses.reverse("people:client_edit", args=[client]),
        addresses.reverse("ask:session", args=[session]),
        addresses.reverse("audit:trail"),
        addresses.reverse("learning:budget"),
        addresses.reverse("attention:risk"),
        addresses.reverse("voice:inbox"),
    ]  # fmt: skip
    pages = {path: person.get(path) for path in paths}
    return {path: one.content.decode() for path, one in pages.items() if one.status_code == 200}


def words_in(pages: dict[str, str]) -> set[str]:
    return {word for word in WORDS for page in pages.values() if word in page}


def taken_back(told, purpose: str) -> None:
    assert choose(door=told.door, purpose=purpose, granted=False) is not None


READ = {
    "therapist": set(WORDS),
    "supervisor": {IN_FORMS, WISH, NOTE},
    "lead": {IN_FORMS, WISH},
    "administrator": set(),
    "researcher": set(),
}


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_reads_while_everything_is_agreed(clinic, told, role):
    pages = shown(clinic, told, role)
    assert words_in(pages) == READ[role]
    pages.pop(addresses.reverse("audit:trail"), None)  # its lines have numbers of their own
    assert any(RATING.search(page) for page in pages.values()) is bool(READ[role])


def test_kept_from_the_therapist_none_of_it_is_on_any_of_their_pages(clinic, told):
    others = {role: words_in(shown(clinic, told, role)) for role in ROLES[1:]}
    taken_back(told, "therapist")
    pages = shown(clinic, told, "therapist")
    assert words_in(pages) == {NOTE}  # what they wrote themselves
    assert {path for path, page in pages.items() if RATING.search(page)} == set()
    assert {role: words_in(shown(clinic, told, role)) for role in ROLES[1:]} == others


def test_without_supervision_the_supervisor_finds_no_trace_of_the_client(clinic, told):
    assert any("Worldly" in page for page in shown(clinic, told, "supervisor").values())
    taken_back(told, "supervision")
    pages = shown(clinic, told, "supervisor")
    assert words_in(pages) == set()
    assert {path for path, page in pages.items() if "Worldly" in page or told.course.key in page} == set()
    supervisor = clinic.of("supervisor")
    assert not supervisor.repairs.exists() and not supervisor.repair_notes.exists()
    assert not supervisor.responses.exists() and not supervisor.signals.exists()
    assert worth_a_look(supervisor, now()) == 0
    assert words_in(shown(clinic, told, "therapist")) == set(WORDS)  # nobody else loses anything


def test_a_no_to_research_holds_for_the_next_file(clinic, told):
    assert told.told.client.key in agreed_to_research(clinic.service)
    taken_back(told, "research")
    assert told.told.client.key not in agreed_to_research(clinic.service)


def test_a_no_to_check_ins_closes_the_forms_that_are_out(clinic, told, client):
    link = make_link(told.session, "accord-alliance")
    path = f"/c/{token(link)}/"
    assert client.get(path).status_code == 200
    taken_back(told, "ratings")
    assert client.get(path).status_code != 200
    assert client.post(path, {"item-1": "50", "idempotency_key": "late" * 8}).status_code != 302


def test_given_again_it_is_there_again(clinic, told):
    for purpose in ("therapist", "supervision"):
        taken_back(told, purpose)
        assert choose(door=told.door, purpose=purpose, granted=True) is not None
    for role in ("therapist", "supervisor"):
        assert words_in(shown(clinic, told, role)) == READ[role]
