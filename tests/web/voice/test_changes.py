"""What changed after a client spoke: written in a line, read by the client, taken back."""

import pytest
from tests.web.therapy.telling import even, tell

from accord.basics.faults import Faults
from accord.web.audit.models import Entry
from accord.web.checkin.models import Response
from accord.web.voice.changes import LONGEST, changes_of, say_changed, take_back
from accord.web.voice.models import Changed


@pytest.fixture
def told(clinic):
    return tell(clinic, [even(70, said="More time at the end."), even(71)])


def spoken(told) -> Response:
    return Response.objects.get(session=told.sessions[0], instrument="accord-check-in")


def test_a_line_is_kept_once_and_named_in_the_trail_without_its_words(told):
    for _ in range(2):
        say_changed(
            viewer=told.viewer,
            course=told.course,
            words=" The last ten \n minutes are yours. ",
            response=spoken(told),
        )
    (one,) = changes_of(told.course)
    assert (one.words, one.by, one.response) == (
        "The last ten minutes are yours.",
        told.viewer.staff.name,
        spoken(told).key,
    )
    (entry,) = Entry.objects.filter(kind="change")
    assert (entry.actor, entry.verb, entry.subject) == (told.viewer.key, "told a change", one.key)
    assert "minutes" not in str(entry.detail)


@pytest.mark.parametrize("words", ["", "  \n ", "\0", "x" * (LONGEST + 1)])
def test_an_empty_line_and_a_long_one_are_refused(told, words):
    with pytest.raises(Faults) as refused:
        say_changed(viewer=told.viewer, course=told.course, words=words)
    assert [one.where for one in refused.value.faults] == ["words"]
    assert not Changed.objects.exists()


def test_all_faults_are_told_at_once(clinic, told):
    other = tell(clinic, [even(50)], code="Ben K.", planned=False)
    with pytest.raises(Faults) as refused:
        say_changed(viewer=told.viewer, course=other.course, words="", response=spoken(told))
    assert [one.where for one in refused.value.faults] == ["words", "response"]


def test_taken_back_it_is_read_no_more_and_stays_in_the_record(told):
    made = say_changed(viewer=told.viewer, course=told.course, words="Slower now.")
    take_back(viewer=told.viewer, changed=made)
    take_back(viewer=told.viewer, changed=made)
    assert changes_of(told.course) == ()
    assert Changed.objects.get().words == "Slower now."
    assert Entry.objects.filter(kind="change", verb="took back").count() == 1


def test_the_therapist_writes_it_beside_the_clients_words(told, signed_in):
    staff = signed_in(told.viewer.staff)
    page = staff.get(f"/clients/{told.client.key}/").content.decode()
    address = f"/voice/courses/{told.course.key}/changed/"
    assert f'action="{address}"' in page
    long = staff.post(address, {"words": "x" * 301, "response": spoken(told).key})
    assert long.status_code == 422
    assert "301 characters" in long.content.decode() and "x" * 301 in long.content.decode()
    done = staff.post(address, {"words": "Slower now.", "response": spoken(told).key})
    assert done.status_code == 302
    assert changes_of(told.course)[0].response == spoken(told).key
    before = staff.get(address).content.decode()
    assert "Slower now." in before
    staff.post(f"/voice/changed/{changes_of(told.course)[0].key}/back/")
    assert changes_of(told.course) == ()


def test_a_check_in_of_somebody_else_is_not_there(clinic, told, signed_in):
    other = tell(clinic, [even(50)], code="Ben K.", planned=False)
    address = f"/voice/courses/{other.course.key}/changed/"
    found = signed_in(told.viewer.staff).post(address, {"words": "Hm.", "response": spoken(told).key})
    assert found.status_code == 404
