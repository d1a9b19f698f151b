"""The client's door, knocked at in every way: each outcome is a clear sentence, and nothing is half-written."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from tests.web.checkin.answers import answered

from accord.basics.clock import now
from accord.web.checkin import actions
from accord.web.checkin.links import make_link, token
from accord.web.checkin.models import Link, Response

FIELDS = {"version": "1", "language": "en", "idempotency_key": "a" * 32, "item-1": "78", "item-4": "60"}
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def link(clinic):
    return make_link(clinic.client().session, "accord-check-in")


@pytest.fixture
def form(link):
    return f"/c/{token(link)}/"


def set_link(link, **changes):
    Link.objects.filter(pk=link.pk).update(**changes)


def test_the_form_sets_no_cookie_and_is_kept_by_no_cache(client, form):
    page = client.get(form)
    assert page.status_code == 200
    assert page.cookies == {}
    assert "no-store" in page["Cache-Control"]
    assert "csrf" not in page.text
    posted = client.post(form, FIELDS)
    assert posted.cookies == {}
    assert client.get(posted["Location"]).cookies == {}


def test_looking_is_noted_once(client, form, link):
    client.head(form)
    link.refresh_from_db()
    assert link.opened_at is None
    client.get(form)
    link.refresh_from_db()
    first = link.opened_at
    client.get(form)
    link.refresh_from_db()
    assert first
    assert link.opened_at == first


def test_sent_twice_is_one_response_and_the_same_thanks(client, form):
    first, second = client.post(form, FIELDS, **JSON).json(), client.post(form, FIELDS, **JSON).json()
    assert (first["status"], first["already"]) == ("received", False)
    assert (second["status"], second["already"]) == ("received", True)
    assert first["next"] == second["next"]
    assert Response.objects.count() == 1


def test_long_keys_that_begin_alike_are_different(client, form):
    for end in "ab":
        client.post(form, FIELDS | {"idempotency_key": "x" * 100 + end})
    assert Response.objects.count() == 2
    assert Response.objects.counting().count() == 1


def test_a_correction_starts_with_what_was_sent(client, form):
    client.post(form, FIELDS | {"skip-2": "1", "text-7": "Slower <b>"})
    page = client.get(form + "?change=1").text
    assert 'name="item-1" type="text" inputmode="numeric" maxlength="6" value="78"' in page
    assert "Slower &lt;b&gt;" in page
    assert page.count(" checked") == 1


def test_late_answers_are_taken_and_the_page_says_so(client, form, link):
    set_link(link, expires_at=now() - timedelta(days=1))
    assert client.get(form).status_code == 410
    told = client.post(form, FIELDS, **JSON).json()
    assert told["standing"] == "late"
    assert "They came after the link had closed." in client.get(told["next"]).text


def test_an_expired_link_does_not_show_the_clients_line(client, form, link, clinic):
    earlier = clinic.client("Ben").session
    earlier.course = link.session.course
    earlier.save()
    actions.record_answers(session=earlier, answered=answered())
    client.post(form, FIELDS | {"item-2": "70", "item-3": "70"})
    assert "Your line so far" in client.get(form + "sent").text
    set_link(link, expires_at=now() - timedelta(days=1))
    page = client.get(form + "sent")
    assert page.status_code == 200
    assert "Your line so far" not in page.text


@pytest.mark.parametrize("field", ["withdrawn_at", "declined_at"])
def test_a_closed_link_takes_nothing_new_but_confirms_what_it_took(client, form, link, field):
    client.post(form, FIELDS)
    set_link(link, **{field: now()})
    assert client.post(form, FIELDS, **JSON).json()["already"]
    refused = client.post(form, FIELDS | {"idempotency_key": "other"}, **JSON)
    assert refused.status_code == 410
    assert refused.json()["message"]
    assert Response.objects.count() == 1
    assert client.get(form).status_code == 410


def test_changed_after_reading(client, form, link, clinic):
    client.post(form, FIELDS)
    actions.open_responses(viewer=clinic.of("therapist"), responses=list(Response.objects.all()))
    told = client.post(form, FIELDS | {"idempotency_key": "b"}, **JSON).json()
    assert told["standing"] == "after_reading"
    assert "had opened your first answers" in client.get(told["next"]).text
    assert client.get(form + "?change=1").status_code == 410


@pytest.mark.parametrize("page", ["", "sent", "who", "decline"])
def test_a_forged_link_tells_nothing_of_anybody(client, form, page):
    forged = client.get(form[:-3] + "zz/" + page)
    assert forged.status_code == 404
    assert "This link does not open a form" in forged.text
    assert "Ruiz" not in forged.text and "Harbour" not in forged.text


@pytest.mark.parametrize("version", ["2", "99999999", "-1", "x", "²", "1.0", " 1"])
def test_an_unknown_version_is_not_scored_with_another_key(client, form, version):
    refused = client.post(form, FIELDS | {"version": version}, **JSON)
    assert refused.status_code == 422
    assert refused.json()["status"] == "version"
    assert Response.objects.count() == 0


def test_a_form_without_words_says_what_to_do(client, clinic):
    link = make_link(clinic.client().session, "phq-9")
    page = client.get(f"/c/{token(link)}/")
    assert page.status_code == 503
    assert "The clinic can add a text pack." in page.text


def test_a_form_of_an_instrument_that_is_gone(client, clinic):
    link = make_link(clinic.client().session, "accord-gone")
    assert client.get(f"/c/{token(link)}/").status_code == 503
    assert client.post(f"/c/{token(link)}/", FIELDS).status_code == 422


def test_faults_keep_what_was_typed_and_the_same_key(client, form):
    page = client.post(form, FIELDS | {"item-1": "7x", "skip-2": "1", "text-7": "Slower"})
    assert page.status_code == 422
    for kept in ('value="7x"', "Slower", "This is not a number.", f'value="{"a" * 32}"', 'value="60"'):
        assert kept in page.text
    assert Response.objects.count() == 0
    refused = client.post(form, FIELDS | {"item-1": "7x"}, **JSON)
    assert refused.json()["faults"] == {
        "1": "This is not a number. Write one from 0 to 100, or skip this line."
    }


@pytest.mark.parametrize(
    "problem", ["database is locked", "database or disk is full", "attempt to write a readonly database"]
)
def test_a_database_that_cannot_write_keeps_the_answers_where_they_are(client, form, monkeypatch, problem):
    def fail(*args, **kwargs):
        raise OperationalError(problem)

    monkeypatch.setattr("accord.web.checkin.actions.audit.record", fail)
    page = client.post(form, FIELDS | {"text-7": "Slower"})
    assert page.status_code == 503
    assert "Nothing is lost: please send it again" in page.text
    assert "Slower" in page.text
    told = client.post(form, FIELDS, **JSON)
    assert told.status_code == 503
    assert told["Retry-After"]
    assert Response.objects.count() == 0
    monkeypatch.undo()
    assert client.post(form, FIELDS, **JSON).json()["status"] == "received"


def test_ten_megabytes(client, form):
    refused = client.post(
        form, "text-7=" + "a" * 10_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert refused.status_code == 413
    assert "too large" in refused.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"item-1=%ff%fe&text-7=caf\xe9&version=1", "application/x-www-form-urlencoded"),
        ("item-1=78&version=1".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
        (b"item-1=78&version=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"item-1=78&version=1", "application/x-www-form-urlencoded; charset=latin-1"),
        (b"\x00\x01\x02", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"&".join(b"item-%d=1" % n for n in range(1000)), "application/x-www-form-urlencoded"),
        (b"idempotency_key=%00&language=%00&version=1&text-7=%00%F0%9F", "application/x-www-form-urlencoded"),
        (
            b"started_at=9999-99-99&finished_at=0001-01-01T00:00:00%2B23:59&version=1",
            "application/x-www-form-urlencoded",
        ),
    ],
)
def test_strange_bodies_are_never_our_fault(client, form, body, kind):
    client.raise_request_exception = False
    assert client.generic("POST", form, body, content_type=kind).status_code in (302, 400, 415, 422)
    assert all("\x00" not in str(actions.texts_of(one)) for one in Response.objects.all())


@pytest.mark.parametrize(("method", "page"), [("put", ""), ("delete", ""), ("post", "sent"), ("post", "who")])
def test_other_methods_are_refused(client, form, method, page):
    assert getattr(client, method)(form + page).status_code == 405


def test_the_language_of_the_link_then_of_the_person(client, clinic):
    session = clinic.client(language="es").session
    form = f"/c/{token(make_link(session, 'accord-check-in'))}/"
    assert 'lang="es"' in client.get(form).text
    assert 'lang="en"' in client.get(form + "?lang=en").text
    assert 'dir="rtl"' in client.get(form + "?lang=ar").text
    assert 'lang="es"' in client.get(form + "?lang=tlh").text
    assert "?lang=ar" in client.post(form, FIELDS | {"language": "ar"})["Location"]


def test_a_name_is_shown_as_a_name(client, clinic, link, form):
    therapist = clinic.staff["therapist"]
    therapist.name = '<script>"x"</script> %(d)s {therapist}'
    therapist.save()
    page = client.get(form).text
    assert "<script>&quot;" not in page and '<script>"x"' not in page
    assert "&lt;script&gt;" in page


def test_the_worker_reaches_the_clients_pages_alone(client, db):
    script = client.get("/c/sw.js")
    assert script["Service-Worker-Allowed"] == "/c/"
    assert script["Content-Type"].startswith("text/javascript")


def test_who_sees_it_follows_what_the_client_agreed_to(client, form, link, clinic):
    from accord.web.people.actions import set_consent

    assert "Supervisor" not in client.get(form + "who").text
    client_of = link.session.course.client
    set_consent(viewer=clinic.of("therapist"), client=client_of, purpose="supervision", granted=True)
    assert "Supervisor" in client.get(form + "who").text
    set_consent(viewer=clinic.of("therapist"), client=client_of, purpose="supervision", granted=False)
    assert "Supervisor" not in client.get(form + "who").text


def test_other_forms_of_the_session_are_offered_after_sending(client, form, link):
    other = make_link(link.session, "accord-wellbeing")
    page = client.get(client.post(form, FIELDS)["Location"]).text
    assert token(other) in page
    client.post(f"/c/{token(other)}/decline", {"what": "form"})
    assert token(other) not in client.get(form + "sent").text


def test_a_concern_that_was_talked_about_is_answered_on_the_clients_page(client, form, clinic):
    from accord.web.attention.models import Raised

    client.post(form, FIELDS | {"item-5": "1", "text-7": "More time at the end, please."})
    assert "After you spoke up" not in client.get(form + "sent").text
    Raised.objects.create(
        service=clinic.service, response=Response.objects.get(), by=clinic.staff["therapist"], at=now()
    )
    page = client.get(form + "sent").text
    assert "After you spoke up" in page
    assert "More time at the end, please." in page
    assert "You and Therapist Harbour talked about it on" in page
