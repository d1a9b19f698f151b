"""What people do about signals on the pages: snooze with a reason, say that it was none, take that back."""

from datetime import timedelta

import pytest
from tests.web.therapy.telling import Meeting, even, tell

from accord.basics.clock import clinic_day, now
from accord.web.attention.models import Signal, Snooze, Verdict
from accord.web.audit.models import Entry
from accord.web.therapy.actions import mark_reviewed

STEADY = [even(v, 78) for v in (82, 84, 83, 85, 84)]
DROP = Meeting(82, 56, 76, 60, 66, said="I wanted to talk about my job.")


@pytest.fixture
def ana(clinic):
    """Ana, whose last rating raised a dip, with a session today."""
    made = tell(clinic, [*STEADY, DROP], planned=False)
    made.dip = Signal.objects.get(course=made.course, rule="dip", ended_at=None)
    return made


def days(clinic, count):
    return (clinic_day(now(), clinic.service.timezone) + timedelta(days=count)).isoformat()


def body(response):
    return response.content.decode()


def page(browser, made):
    return body(browser.get(f"/clients/{made.client.key}/"))


def test_a_snooze_takes_it_off_today_and_is_told_with_its_reason_to_who_wrote_it(ana, clinic, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    assert "Not here today" in body(browser.get("/"))
    form = body(browser.get(f"/signals/{ana.course.key}/snooze/"))
    assert "Let Ana’s signals rest" in form
    sent = browser.post(
        f"/signals/{ana.course.key}/snooze/",
        {"reason": "exam week, we spoke about it", "until": days(clinic, 9)},
    )
    assert sent.status_code == 302
    today = body(browser.get("/"))
    assert "Not here today" not in today and "You wrote: “exam week, we spoke about it”" in today
    shown = page(browser, ana)
    assert "Snoozed until" in shown and "exam week" in shown and "Down " in shown
    lead = page(signed_in(clinic.staff["lead"]), ana)
    assert "Snoozed until" in lead and "exam week" not in lead
    assert not Entry.objects.filter(detail__icontains="exam").exists()


def test_ending_the_snooze_brings_it_back(ana, clinic, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    browser.post(f"/signals/{ana.course.key}/snooze/", {"reason": "exams", "until": days(clinic, 9)})
    assert browser.post(f"/signals/{ana.course.key}/unsnooze/").status_code == 302
    assert "Not here today" in body(browser.get("/")) and "Snoozed until" not in page(browser, ana)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": "", "until": "9"}, "This line is empty."),
        ({"reason": " ", "until": "9"}, "Write in a few words why this can wait."),
        ({"reason": "x" * 301, "until": "9"}, "This line has 301 characters."),
        ({"reason": "exams", "until": "0"}, "This day is not in the future."),
        ({"reason": "exams", "until": "400"}, "This is a long time."),
        ({"reason": "exams", "until": ""}, "Choose a day."),
        ({"reason": "exams", "until": "soon"}, "There is no such day."),
        ({"reason": "", "until": "soon"}, "This line is empty."),
    ],
)
def test_what_is_missing_is_told_beside_its_field_and_what_was_typed_stays(
    ana, clinic, signed_in, sent, said
):
    until = days(clinic, int(sent["until"])) if sent["until"].isdigit() else sent["until"]
    answer = signed_in(clinic.staff["therapist"]).post(
        f"/signals/{ana.course.key}/snooze/", {**sent, "until": until}
    )
    assert answer.status_code == 422 and said in body(answer)
    assert f'value="{sent["reason"]}"' in body(answer) or not sent["reason"].strip()
    assert not Snooze.objects.exists()


def test_it_was_not_a_dip_is_noted_counted_and_can_be_taken_back(ana, clinic, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    assert "It was not a dip" in page(browser, ana)
    sent = browser.post(f"/signals/{ana.dip.key}/say/", {"said": "not_a_dip"}, follow=True)
    assert "Noted: it was not a dip." in body(sent) and "Undo" in body(sent)
    assert Verdict.objects.get().said == "not_a_dip"
    shown = page(browser, ana)
    assert "It was not a dip" not in shown and "found one, and it was said to be none" in shown
    browser.post(f"/signals/{ana.dip.key}/say/", {"said": "take_back"})
    assert not Verdict.objects.exists() and "It was not a dip" in page(browser, ana)


def test_another_word_changes_nothing(ana, clinic, signed_in):
    answer = signed_in(clinic.staff["therapist"]).post(
        f"/signals/{ana.dip.key}/say/", {"said": "not_adip"}, follow=True
    )
    assert "not_a_dip" in body(answer) and not Verdict.objects.exists()


@pytest.mark.parametrize("role", ["supervisor", "lead", "therapist"])
def test_strangers_find_nothing_to_act_on(ana, neighbour, signed_in, role):
    browser = signed_in(neighbour.staff[role])
    found = [
        browser.post(f"/signals/{ana.course.key}/snooze/", {"reason": "x", "until": "2027-01-01"}),
        browser.post(f"/signals/{ana.course.key}/unsnooze/"),
        browser.post(f"/signals/{ana.dip.key}/say/", {"said": "not_a_dip"}),
    ]
    assert {one.status_code for one in found} == ({403} if role == "supervisor" else {404})
    assert not Verdict.objects.exists() and not Snooze.objects.exists()


def test_a_dip_under_the_cover_is_on_no_page_and_in_no_count(clinic, signed_in):
    covered = Meeting(40, 40, 40, 40, None, skipped=False)
    made = tell(clinic, [*STEADY, covered])
    assert Signal.objects.filter(course=made.course, rule="dip").exists()
    browser = signed_in(clinic.staff["therapist"])
    today = body(browser.get("/"))
    assert "None so far." in today and "Worth asking about" not in today
    assert "A dip" not in page(browser, made) and "It was not a dip" not in page(browser, made)
    assert "Worth asking about" not in body(browser.get("/clients/"))
    assert "Worth asking about" in body(signed_in(clinic.staff["lead"]).get("/clients/"))


def test_a_dip_that_goes_on_is_told_as_it_stands_and_keeps_its_ring_where_it_began(clinic, signed_in):
    made = tell(clinic, [*STEADY, DROP, even(64, 80)], planned=False)
    (dip,) = Signal.objects.filter(course=made.course, rule="dip", ended_at=None)
    shown = page(signed_in(clinic.staff["therapist"]), made)
    assert "64 now. The dip has lasted two ratings" in shown and "since last time, to 68" not in shown
    assert dip.about.key == made.sessions[5].key


def test_a_review_that_was_looked_at_leaves_even_where_a_form_of_that_session_is_late(clinic):
    made = tell(clinic, [even(81, 70), even(88, 71), even(92, 78)], planned=False)
    overdue = Signal.objects.filter(course=made.course, rule="overdue", ended_at=None)
    assert overdue.get().value["shape"] == "review"
    mark_reviewed(viewer=made.viewer, course=made.course)
    assert [one.value["shape"] for one in overdue.all()] == ["form"]
