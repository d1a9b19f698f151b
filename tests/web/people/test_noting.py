"""What is noted for learning: the lists of a service, what clients told, trainings; who may, and what is refused."""

import pytest
from django.urls import reverse

from accord.basics.faults import Faults
from accord.web.audit.models import Entry
from accord.web.people import noting
from accord.web.people.models import ClientTrait, Training
from accord.web.people.noting_forms import ListsForm

LISTS = {
    "treatments": "CBT\n  Schema  therapy\nCBT\n",
    "traits": "Age: under 25, 25 to 44 , 45 and over\nGrew up: here, elsewhere",
}
TRAITS = {"Age": ["under 25", "25 to 44", "45 and over"], "Grew up": ["here", "elsewhere"]}


@pytest.fixture
def lists(clinic):
    noting.change_lists(viewer=clinic.of("lead"), treatments=["CBT", "Schema therapy"], traits=TRAITS)


def last(verb: str) -> Entry:
    return Entry.objects.filter(verb=verb).order_by("-number").first()


def test_a_lead_writes_the_lists_one_a_line(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    browser.post(reverse("people:noted"), LISTS)
    clinic.service.refresh_from_db()
    assert clinic.service.treatments == ["CBT", "Schema therapy"]
    assert clinic.service.traits == TRAITS
    shown = browser.get(reverse("people:noted")).content.decode()
    assert "Age: under 25, 25 to 44, 45 and over" in shown and "None is noted yet." in shown


@pytest.mark.parametrize(
    ("posted", "field", "words"),
    [
        ({"traits": "Age"}, "traits", ["Line 1: write a name, a colon"]),
        ({"traits": "Age: one"}, "traits", ["Line 1: write a name, a colon"]),
        ({"traits": ": a, b"}, "traits", ["Line 1: write a name"]),
        ({"traits": "Age: a, b\nAge: c, d\nX"}, "traits", ["Line 2: Age is there already.", "Line 3: write"]),
        ({"traits": f"{'x' * 41}: a, b"}, "traits", ["at most 40 letters"]),
        ({"treatments": "x" * 61}, "treatments", ["Line 1 has more than 60 letters."]),
        ({"treatments": "\n".join(map(str, range(31)))}, "treatments", ["At most 30 lines fit."]),
    ],
)
def test_lines_that_cannot_be_are_told_all_at_once(posted, field, words):
    form = ListsForm({"treatments": "", "traits": ""} | posted)
    assert not form.is_valid() and list(form.errors) == [field]
    told = " ".join(form.errors[field])
    assert all(word in told for word in words)


def test_what_a_client_told_is_noted_where_they_are_edited(clinic, lists, signed_in):
    made = clinic.client()
    browser = signed_in(clinic.staff["therapist"])
    address = reverse("people:client_edit", args=[made.client.key])
    shown = browser.get(address).content.decode()
    assert "groups of five or more" in shown and '<option value="CBT"></option>' in shown
    details = {"code": "Ana", "pronoun": "they", "language": "en", "channel": "none"}
    noted = {"treatment": "CBT", "planned": "12", "trait-0": "25 to 44", "trait-1": ""}
    assert browser.post(address, details | noted).status_code == 302
    made.course.refresh_from_db()
    assert (made.course.treatment, made.course.planned) == ("CBT", 12)
    assert list(made.client.traits.values_list("trait", "value")) == [("Age", "25 to 44")]
    entry = Entry.objects.filter(kind="traits").get()
    assert entry.detail == {"fields": ["Age"]}  # never the group
    refused = browser.post(address, details | noted | {"trait-0": "ancient", "planned": "0"})
    assert refused.status_code == 422 and made.client.traits.get().value == "25 to 44"
    browser.post(address, details | noted | {"trait-0": ""})
    assert not ClientTrait.objects.exists()


def test_nothing_is_asked_where_the_service_asks_nothing(clinic, signed_in):
    made = clinic.client()
    shown = signed_in(clinic.staff["therapist"]).get(reverse("people:client_edit", args=[made.client.key]))
    assert "told of themselves" not in shown.content.decode()


def test_a_group_that_left_the_list_stays_until_another_is_chosen(clinic, lists, signed_in):
    made = clinic.client()
    viewer = clinic.of("therapist")
    noting.note_traits(viewer=viewer, client=made.client, traits={"Age": "under 25"})
    noting.change_lists(viewer=clinic.of("lead"), treatments=[], traits={"Age": ["young", "old"]})
    shown = signed_in(clinic.staff["therapist"]).get(reverse("people:client_edit", args=[made.client.key]))
    assert '<option value="under 25" selected>' in shown.content.decode()
    noting.note_traits(viewer=clinic.of("therapist"), client=made.client, traits={"Age": "under 25"})
    assert made.client.traits.get().value == "under 25"


def test_a_group_that_is_not_there_is_refused_with_the_near_one(clinic, lists):
    made = clinic.client()
    with pytest.raises(Faults, match="Did you mean elsewhere"):
        noting.note_traits(
            viewer=clinic.of("therapist"),
            client=made.client,
            traits={"Grew up": "elswhere", "Age": "under 25"},
        )
    assert not ClientTrait.objects.exists()


def test_a_new_client_begins_with_a_treatment_and_a_plan(clinic, lists, signed_in):
    browser = signed_in(clinic.staff["therapist"])
    posted = {"code": "Z-1", "pronoun": "they", "language": "en", "channel": "none", "on": "2026-03-02"}
    browser.post(
        reverse("people:client_new"),
        posted | {"therapist": clinic.staff["therapist"].key, "treatment": "CBT", "planned": "8"},
    )
    course = clinic.service.client_set.get(code="Z-1").courses.get()
    assert (course.treatment, course.planned) == ("CBT", 8)


def test_a_training_is_noted_once_and_taken_away(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    posted = {"staff": clinic.staff["therapist"].key, "training": " Repair  skills ", "day": "2026-03-14"}
    browser.post(reverse("people:training_new"), posted)
    made = Training.objects.get()
    assert (made.training, str(made.day)) == ("Repair skills", "2026-03-14")
    again = browser.post(reverse("people:training_new"), posted)
    assert again.status_code == 422 and "is noted for" in again.content.decode()
    assert "Repair skills" in browser.get(reverse("people:noted")).content.decode()
    browser.post(reverse("people:training_end", args=[made.key]))
    assert not Training.objects.exists() and last("took away").subject == made.key


def test_another_service_s_staff_and_trainings_are_out_of_reach(clinic, neighbour, signed_in):
    browser = signed_in(clinic.staff["lead"])
    theirs = neighbour.staff["therapist"]
    posted = {"staff": theirs.key, "training": "X", "day": "2026-03-14"}
    assert browser.post(reverse("people:training_new"), posted).status_code == 422
    made = noting.note_training(viewer=neighbour.of("lead"), staff=theirs, training="X", day=posted["day"])
    assert browser.post(reverse("people:training_end", args=[made.key])).status_code == 404
    assert Training.objects.count() == 1
