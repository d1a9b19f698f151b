"""The client's own page: what they read, what they decide, and that it holds at once."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.therapy.telling import answer, even, tell

from accord.basics.absence import TooFew
from accord.basics.clock import now
from accord.web.attention.models import Raised
from accord.web.audit.models import Entry
from accord.web.checkin.actions import open_responses, skip_rating
from accord.web.checkin.links import make_link, token
from accord.web.checkin.models import Response
from accord.web.people.actions import set_consent
from accord.web.people.models import Purpose
from accord.web.therapy.cover import withheld_courses
from accord.web.therapy.usual import UsualRange
from accord.web.voice import doors
from accord.web.voice.changes import say_changed, take_back
from accord.web.voice.concerns import Written, write
from accord.web.voice.me_page import line_words
from accord.web.voice.me_reading import Line, read_line

PAGES = ("", "who", "choices", "copy", "erasing")


@pytest.fixture
def told(clinic):
    return tell(
        clinic,
        [even(80, own=11), even(78), even(60, said="More time at the end, please.", off=True)],
        name="Ana Worldly",
    )


@pytest.fixture
def door(told):
    return doors.make_door(viewer=told.viewer, client=told.client)


@pytest.fixture
def me(client, door):
    """The client's browser on a page of theirs."""

    def go(page: str = "", **sent):
        path = f"/c/me/{doors.token(door)}/{page}"
        return client.post(path, sent) if sent else client.get(path)

    return go


def stands(told, purpose) -> bool:
    return told.client.consents.filter(purpose=purpose).order_by("-at", "-pk")[0].granted


# The line


RANGE = UsualRange(60.4, 80.2, 5)


@pytest.mark.parametrize(
    ("values", "usual", "expected"),
    [
        ((70.0, 71.0), RANGE, "So it is much as usual for you."),
        ((70.0, 60.4), RANGE, "So it is much as usual for you."),
        ((70.0, 60.0), RANGE, "So it is lower than usual for you. A hard but good session can do that too."),
        ((70.0, 81.0), RANGE, "So it is higher than usual for you."),
        ((70.0, 71.0), TooFew(2, 3), "There are too few answers yet to say what is usual for you."),
        ((70.0, None), None, "The last time you gave 70 of 100."),
    ],
)
def test_what_the_line_says(values, usual, expected):
    words = " ".join(line_words(Line(values, usual)))
    assert expected in words


def test_a_range_that_reaches_past_the_scale_is_told_within_it():
    assert "about 90 to 100" in line_words(Line((95.0, 96.0), UsualRange(89.6, 104.0, 4)))[1]


def test_the_line_holds_the_clients_ratings_alone(told, me):
    assert read_line(told.course).values == (80.0, 78.0, 60.0)  # and not the therapist's own 11
    page = me().text
    assert "<svg" in page and "The last time you gave 60 of 100." in page
    for verdict in ("rupture", "dip", "alarm", "signal", "patient"):
        assert verdict not in page.lower()


def test_the_service_may_keep_the_line_away(clinic, me):
    clinic.service.shows_own_line = False
    clinic.service.save()
    page = me().text
    assert "<svg" not in page.split("</header>")[1].split("spoken")[0]
    assert "Your line is not shown here." in page and "60 of 100" not in page


# After they spoke


def test_what_became_of_their_words(told, me):
    response = Response.objects.get(session=told.sessions[2], instrument="accord-check-in")
    before = me().text
    assert "More time at the end, please." in before
    assert "Read by" not in before  # and nothing false: the therapist was told of it without opening the rest
    assert "Nobody has opened it yet" not in before
    open_responses(viewer=told.viewer, responses=[response])
    change = say_changed(
        viewer=told.viewer, course=told.course, words="The last ten minutes are yours.", response=response
    )
    Raised.objects.create(service=told.client.service, response=response, by=told.viewer.staff, at=change.at)
    after = me().text
    assert "Read by Therapist Harbour on" in after
    assert "You and Therapist Harbour talked about it on" in after
    assert "The last ten minutes are yours." in after
    take_back(viewer=told.viewer, changed=change)
    assert "ten minutes" not in me().text


def test_words_that_were_sent_again_stand_in_the_place_of_the_first(told, me):
    answer(told.sessions[2], "accord-check-in", {1: 60.0}, now(), texts={7: "Just slower."})
    page = me().text
    assert "Just slower." in page and "More time at the end" not in page


def test_notes_of_a_repair_are_not_on_it(told, me):
    from accord.repair.event import Kind, Origin
    from accord.web.repair.models import Repair, RepairEvent

    common = {"service": told.client.service}
    repair = Repair.objects.create(
        **common,
        course=told.course,
        origin=Origin.SENSE.value,
        begun_by=told.viewer.staff,
        begun_at=now(),
    )
    RepairEvent.objects.create(
        **common,
        repair=repair,
        number=1,
        kind=next(iter(Kind)).value,
        by=told.viewer.staff,
        at=now(),
        note="Between us.",
    )
    assert all("Between us." not in me(page).text for page in PAGES)


def test_letters_past_the_therapist_are_not_on_a_page_whose_address_the_therapist_knows(told, me):
    write(course=told.course, written=Written("therapist", "A word to you.", "a" * 32))
    write(course=told.course, written=Written("complaint", "A complaint.", "b" * 32))
    assert "A word to you." in me().text
    assert all("A complaint." not in me(page).text for page in PAGES)
    assert b"A complaint." not in ZipFile(BytesIO(me("copy", what="make").content)).read("my-copy.json")


def test_words_are_words_and_never_markup(told, me):
    write(course=told.course, written=Written("therapist", "<b>x</b> & y", "a" * 32))
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in me().text


def test_the_page_costs_few_queries_whatever_there_is(told, door, client):
    with CaptureQueriesContext(connection) as few:
        client.get(f"/c/me/{doors.token(door)}/")
    for n in range(15):
        write(course=told.course, written=Written("therapist", f"Word {n}", f"{n}" * 16)) if n < 9 else None
        say_changed(viewer=told.viewer, course=told.course, words=f"Change {n}")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/c/me/{doors.token(door)}/")
    assert len(many) <= len(few) <= 32


# Who


def test_who_sees_follows_the_consents(clinic, told, me):
    page = me("who").text
    assert "Therapist Harbour" in page and "Supervisor Harbour" not in page
    me("choices", purpose="supervision", granted="yes")
    me("choices", purpose="therapist", granted="no")
    page = me("who").text
    assert "Supervisor Harbour" in page
    assert "to prepare your next session" not in page


def test_who_looked_is_told_by_name_and_no_key_of_staff_is_on_the_page(clinic, told, me, signed_in):
    signed_in(told.viewer.staff).get(f"/clients/{told.client.key}/")
    page = me("who").text
    assert (
        "<strong>Therapist Harbour</strong>, your therapist: read your answers, opened the page about you"
        in page
    )
    assert all(one.key not in page for one in clinic.staff.values())


# Consents


def test_the_supervisor_loses_sight_at_once(clinic, told, me, signed_in):
    supervisor = signed_in(clinic.staff["supervisor"])
    address = f"/clients/{told.client.key}/"
    me("choices", purpose="supervision", granted="yes")
    assert supervisor.get(address).status_code == 200
    me("choices", purpose="supervision", granted="no")
    assert supervisor.get(address).status_code == 404
    assert told.client.code not in supervisor.get("/clients/").text


def test_a_no_for_everybody_stands_above_an_earlier_yes_for_one(clinic, told, me):
    supervisor = clinic.of("supervisor")
    set_consent(
        viewer=told.viewer, client=told.client, purpose="supervision", granted=True, to=supervisor.staff
    )
    assert supervisor.courses.filter(pk=told.course.pk).exists()
    me("choices", purpose="supervision", granted="no")
    assert not supervisor.courses.filter(pk=told.course.pk).exists()


def test_the_therapist_loses_sight_of_answers_and_words_at_once(told, me, signed_in):
    me("choices", purpose="therapist", granted="no")
    assert withheld_courses(told.viewer, [told.course.pk])
    page = signed_in(told.viewer.staff).get(f"/clients/{told.client.key}/").text
    assert "More time at the end" not in page
    me("choices", purpose="therapist", granted="yes")
    assert not withheld_courses(told.viewer, [told.course.pk])


def test_research_leaves_them_out(clinic, told, me):
    from accord.web.checkin.exporting import agreed_to_research

    me("choices", purpose="research", granted="yes")
    assert agreed_to_research(clinic.service) == {told.client.key}
    me("choices", purpose="research", granted="no")
    assert agreed_to_research(clinic.service) == set()


def test_no_more_check_ins_closes_what_waits_and_undo_opens_exactly_that(told, me, client):
    waiting = make_link(told.sessions[2], "accord-alliance")
    declined = make_link(told.sessions[1], "accord-alliance")
    client.post(f"/c/{token(declined)}/decline", {"what": "form"})
    sent = make_link(told.sessions[2], "accord-check-in")
    me("choices", purpose="ratings", granted="no")
    told.client.refresh_from_db()
    assert told.client.declined_all_at
    assert client.get(f"/c/{token(waiting)}/").status_code == 410
    undo = me("choices?noted=ratings").text
    assert "No form comes any more." in undo and "Undo" in undo
    me("choices", purpose="ratings", granted="yes")
    told.client.refresh_from_db()
    assert told.client.declined_all_at is None
    assert client.get(f"/c/{token(waiting)}/").status_code == 200
    declined.refresh_from_db()
    assert declined.declined_at  # the form they declined by itself stays declined
    sent.refresh_from_db()


def test_every_decision_is_the_clients_own_in_history_and_trail(told, me):
    for purpose in Purpose.values:
        for said in ("no", "no", "yes"):
            me("choices", purpose=purpose, granted=said)
        newest = told.client.consents.filter(purpose=purpose).order_by("-at", "-pk")
        assert [one.granted for one in newest[:2]] == [True, False]  # the second no changed nothing
        assert newest[0].recorded_by is None
    own = Entry.objects.filter(kind="consent", actor="client", subject=told.client.key)
    assert own.count() == 2 * len(Purpose.values)


@pytest.mark.parametrize(
    "sent", [{"purpose": "supervision"}, {"purpose": "everything", "granted": "yes"}, {"granted": "maybe"}]
)
def test_half_a_choice_changes_nothing_and_says_so(told, me, sent):
    before = told.client.consents.count()
    page = me("choices", **sent)
    assert page.status_code == 422 and "Nothing was changed: choose yes or no." in page.text
    assert told.client.consents.count() == before


# Copy


def test_the_copy_holds_what_they_answered_and_wrote_and_nothing_of_staff(told, me):
    skip_rating(viewer=told.viewer, session=told.sessions[1])
    write(course=told.course, written=Written("therapist", "=HYPERLINK(1)", "a" * 32))
    say_changed(viewer=told.viewer, course=told.course, words="Slower now.")
    made = me("copy", what="make")
    assert made["Content-Disposition"] == 'attachment; filename="my-copy.zip"'
    with ZipFile(BytesIO(made.content)) as file:
        assert file.testzip() is None
        found = json.loads(file.read("my-copy.json"))
        rows = list(csv.DictReader(StringIO(file.read("my-answers.csv").decode("utf-8-sig"))))
        page = file.read("my-copy.html").decode()
    assert len(found["answers"]) == 3
    numbers = [[i["value"] for i in one["items"] if i["number"] == 4] for one in found["answers"]]
    assert numbers == [[80.0], [78.0], [60.0]]
    assert found["changed"][0]["words"] == "Slower now."
    assert found["written"][0]["words"] == "=HYPERLINK(1)"
    assert any(row["answer"] == "More time at the end, please." for row in rows)
    assert "More time at the end, please." in page and "Slower now." in page
    # The therapist's own rating (11 on all lines) and the reason of nothing else of theirs.
    assert all(one["instrument"] != "accord-check-in-therapist" for one in found["answers"])
    assert 11.0 not in [item["value"] for one in found["answers"] for item in one["items"]]
    entry = Entry.objects.get(kind="copy")
    assert (entry.actor, entry.verb, entry.detail) == ("client", "took", {"answers": 3})


def test_a_table_never_begins_a_formula(told, me):
    Response.objects.filter(session=told.sessions[2], instrument="accord-check-in").update(
        texts=json.dumps({"7": "=1+1"})
    )
    with ZipFile(BytesIO(me("copy", what="make").content)) as file:
        assert "'=1+1" in file.read("my-answers.csv").decode("utf-8-sig")
        assert "'=1+1" not in file.read("my-copy.json").decode()


def test_opening_the_page_of_the_copy_makes_none(me):
    assert me("copy").status_code == 200
    assert not Entry.objects.filter(kind="copy").exists()


# Language


def test_the_language_they_choose_is_kept(told, me, client, door):
    went = me("language", language="es")
    assert went.status_code == 302
    told.client.refresh_from_db()
    assert told.client.language == "es"
    assert 'lang="es"' in me().text
    assert 'dir="rtl"' in me("?lang=ar").text  # looking at another one keeps nothing
    told.client.refresh_from_db()
    assert told.client.language == "es"
    me("language", language="tlh")
    told.client.refresh_from_db()
    assert told.client.language == "es"
    assert Entry.objects.get(kind="language").detail == {"language": "es"}


# Always


@pytest.mark.parametrize("page", PAGES)
def test_every_page_ends_with_whom_to_call(clinic, me, page):
    shown = me(page).text
    assert 'href="tel:112"' in shown
    assert shown.index("crisis-line") > shown.index("<h1>")


@pytest.mark.parametrize("page", ["choices", "copy", "erasing", "language"])
@pytest.mark.parametrize("sent", [{"what": "\0"}, {"purpose": "x" * 10_000}, {"language": "\0"}])
def test_odd_bodies_are_no_fault_of_ours(me, page, sent):
    assert me(page, **sent).status_code < 500
