"""Repairs on one client's page: where one begins, which is open, which closed, and their marks under the line."""

from django.urls import reverse
from tests.web.repair.telling import agree, begun, fallen
from tests.web.therapy.telling import even

from accord.basics.clock import now
from accord.repair.event import Ending
from accord.web.attention.words import long_day
from accord.web.repair import actions
from accord.web.therapy.client_page import client_page
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.models import Course


def page(clinic, told, role="therapist"):
    course = Course.objects.select_related("client", "service", "therapist").get(pk=told.course.pk)
    return client_page(read_client(clinic.of(role), course, now()))


def shown(signed_in, clinic, told, role="therapist"):
    address = reverse("therapy:client", args=[told.client.key])
    return signed_in(clinic.staff[role]).get(address).content.decode()


def ended(story, ending=Ending.UNCHANGED):
    story.note("name", "I think I hurried you.")
    story.met(even(64.0), 1)
    actions.close(viewer=story.viewer, repair=story.repair, ending=ending)
    return story


def test_beside_a_dip_a_repair_can_be_begun_from_it(clinic, signed_in):
    told = fallen(clinic)
    found = page(clinic, told)
    signal = told.course.signals.get(rule="dip")
    assert found.begin == f"/repairs/begin/{told.course.key}/?from=signal:{signal.key}"
    body = shown(signed_in, clinic, told)
    assert f'href="{found.begin}">Begin a repair</a>' in body
    assert signed_in(clinic.staff["therapist"]).get(found.begin).status_code == 200
    assert "None so far." in body


def test_who_may_not_begin_one_is_not_offered_to(clinic, signed_in):
    told = fallen(clinic)
    assert "Begin" not in shown(signed_in, clinic, told, "lead")
    agree(clinic, told.client)
    assert page(clinic, told, "supervisor").begin
    assert "Begin a repair" in shown(signed_in, clinic, told, "supervisor")


def test_a_concern_offers_one_from_what_was_raised(clinic, signed_in):
    told = begun(clinic).told
    actions.close(
        viewer=told.viewer, repair=told.course.repairs.get(), ending=Ending.NOT_A_RUPTURE, reason="no"
    )
    from tests.web.therapy.telling import meet

    meet(told.viewer, told.course, now(), even(80.0, off=True, said="I felt hurried."))
    (concern,) = [one for one in page(clinic, told).concerns if not one.talked]
    assert concern.begin.endswith(f"?from=concern:{concern.response}")
    assert concern.begin in shown(signed_in, clinic, told)


def test_an_open_one_stands_on_the_page_and_beside_it_and_none_can_be_begun(clinic, signed_in):
    story = begun(clinic, days_ago=1)
    found = page(clinic, story.told)
    assert (found.begin, found.repairs.open.aged) == ("", "A repair, day 2.")
    assert found.repairs.open.waits.startswith("Look again after the session")
    body = shown(signed_in, clinic, story.told)
    assert body.count(f"/repairs/{story.repair.key}/") == 2 and "Begin" not in body


def test_a_closed_one_stands_in_the_history_with_its_ending_and_its_sessions(clinic, signed_in):
    story = ended(begun(clinic, days_ago=8))
    found = page(clinic, story.told)
    (one,) = found.repairs.closed
    assert (one.when, one.ending) == ("sessions 6 to 7", "Talked about, line unchanged")
    assert found.repairs.open is None and found.repairs.begin
    body = shown(signed_in, clinic, story.told)
    assert "Sessions 6 to 7" in body and "None is open." in body
    notes = {row.label: row.note for row in found.rows}
    assert notes["6"].endswith("a repair began")
    assert notes["7"].endswith("the repair closed: talked about, line unchanged")


def test_the_line_marks_where_it_began_and_where_it_closed(clinic):
    story = ended(begun(clinic, days_ago=8))
    (mark,) = page(clinic, story.told).line.repairs
    assert (mark.first, mark.last, mark.ending) == (5, 6, "unchanged")
    assert mark.words == "repair; talked about, line unchanged"
    reopened = actions.reopen(viewer=story.viewer, repair=story.repair)
    (mark,) = page(clinic, story.told).line.repairs
    assert (mark.first, mark.last, mark.words) == (5, None, "repair, open") and reopened


def test_an_ended_course_begins_none(clinic):
    told = fallen(clinic)
    told.course.ended_on = now().date()
    told.course.save()
    found = page(clinic, told)
    assert found.repairs.begin == found.begin == ""
    assert long_day(now().date(), now().date()) in found.ended


def test_who_is_kept_from_the_answers_still_sees_their_repair(clinic):
    story = begun(clinic, days_ago=1)
    agree(clinic, story.told.client, "therapist", granted=False)
    found = page(clinic, story.told)
    assert found.repairs.open is not None and found.begin == ""
