"""The door to a client's own page: one at a time, signed, open until staff close or replace it."""

import pytest
from django.core import signing

from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link
from accord.web.checkin.links import token as link_token
from accord.web.voice import doors
from accord.web.voice.models import Door


@pytest.fixture
def ana(clinic):
    return clinic.client("Ana", name="Ana Worldly")


@pytest.fixture
def door(clinic, ana):
    return doors.make_door(viewer=clinic.of("therapist"), client=ana.client)


def path(door) -> str:
    return f"/c/me/{doors.token(door)}/"


def test_there_is_one_door_and_its_opening_is_noted_once(clinic, ana, door, client):
    assert doors.make_door(viewer=clinic.of("lead"), client=ana.client) == door
    assert client.head(path(door)).status_code == 200
    assert Door.objects.get().opened_at is None  # something that only asks for the head is nobody who reads
    client.get(path(door))
    first = Door.objects.get().opened_at
    client.get(path(door))
    assert first and Door.objects.get().opened_at == first
    assert list(Entry.objects.filter(kind="own page").values_list("actor", "verb")) == [("client", "opened")]


def test_the_page_sets_no_cookie_and_is_kept_by_no_cache_found_by_no_search(door, client):
    page = client.get(path(door))
    assert page.cookies == {}
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert "csrf" not in page.text


def test_replaced_the_old_address_opens_nothing_and_says_so(clinic, ana, door, client):
    fresh = doors.replace_door(viewer=clinic.of("therapist"), client=ana.client)
    old = client.get(path(door))
    assert old.status_code == 410
    assert "This page was closed" in old.text and "Worldly" not in old.text
    assert client.get(path(fresh)).status_code == 200
    assert (
        client.post(path(door) + "choices", {"purpose": "supervision", "granted": "yes"}).status_code == 410
    )
    assert not ana.client.consents.filter(purpose="supervision").exists()


def test_closed_twice_is_closed_once(clinic, ana, door):
    viewer = clinic.of("therapist")
    assert doors.close_door(viewer=viewer, client=ana.client) is True
    assert doors.close_door(viewer=viewer, client=ana.client) is False
    assert Entry.objects.filter(kind="door", verb="closed").count() == 1


@pytest.mark.parametrize("page", ["", "who", "choices", "copy", "erasing", "language"])
def test_a_made_up_address_learns_nothing_of_anybody(door, client, page):
    forged = client.get(path(door)[:-3] + "zz/" + page)
    assert forged.status_code == 404
    assert "This link does not open a page" in forged.text
    assert "Worldly" not in forged.text and "Harbour" not in forged.text


def test_a_link_to_a_form_is_no_key_to_the_page(clinic, ana, door, client):
    link = make_link(ana.session, "accord-check-in")
    assert client.get(f"/c/me/{link_token(link)}/").status_code == 404
    assert client.get(f"/c/{doors.token(door)}/").status_code == 404
    for other in (signing.Signer(sep="."), signing.Signer(salt="accord.checkin.link", sep=".")):
        assert client.get(f"/c/me/{other.sign(door.key)}/").status_code == 404


def test_staff_open_show_print_replace_and_close_it(clinic, ana, signed_in):
    staff = signed_in(clinic.staff["therapist"])
    address = f"/voice/clients/{ana.client.key}/door/"
    assert "has no page of their own yet" in staff.get(address).text
    assert staff.get(address + "card/").status_code == 302  # nothing to print yet
    staff.post(address, {"what": "make"})
    door = Door.objects.get()
    shown = staff.get(address).text
    assert doors.address(door) in shown and "<svg" in shown
    assert doors.address(door) in staff.get(address + "card/").text
    staff.post(address, {"what": "replace"})
    assert Door.objects.filter(closed_at=None).get() != door
    staff.post(address, {"what": "close"})
    assert not Door.objects.filter(closed_at=None).exists()


def test_the_card_speaks_the_clients_language(clinic, signed_in):
    ana = clinic.client("Aya", language="ar").client
    doors.make_door(viewer=clinic.of("therapist"), client=ana)
    page = signed_in(clinic.staff["therapist"]).get(f"/voice/clients/{ana.key}/door/card/")
    assert 'dir="rtl"' in page.text


def test_a_client_without_a_course_has_a_page_all_the_same(clinic, client):
    from accord.web.people.actions import add_client

    viewer = clinic.of("lead")
    door = doors.make_door(viewer=viewer, client=add_client(viewer=viewer, code="New"))
    for page in ("", "who", "choices", "copy", "erasing"):
        assert client.get(path(door) + page).status_code == 200
