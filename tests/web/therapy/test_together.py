"""Working together: what is wished for, what is given, when it changed, and who may read what."""

import csv
import io
import json

import pytest
from django.urls import reverse
from tests.web.therapy.telling import answer, even

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.instruments.definition import Missing
from accord.instruments.registry import instrument
from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link, token
from accord.web.checkin.models import Opening, Response
from accord.web.people.actions import set_consent
from accord.web.therapy import actions
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.reading import present
from accord.web.therapy.together_actions import say_given
from accord.web.therapy.together_page import together_page
from accord.web.therapy.together_reading import read_told
from accord.web.therapy.together_side import beside

DIRECTION, SPACE = {1: 90.0, 2: 50.0, 3: 50.0}, {1: 20.0, 2: 50.0, 3: 50.0}
SECRET = "the river town we left"


def reread(made):
    return type(made.course).objects.select_related("client", "service", "therapist").get(pk=made.course.pk)


def page_of(made, viewer=None):
    viewer, course = viewer or made.viewer, reread(made)
    file = read_client(viewer, course, present())
    return together_page(file, read_told(viewer, course, file), language="en")


def prefer(made, at, axes, texts=None):
    session = made.sessions[at]
    return answer(session, "accord-preferences", axes, session.starts_at, texts=texts)


def give(made, places, key="gives"):
    return say_given(viewer=made.viewer, course=reread(made), answers=places, once=key, language="en")


def address(made, name="together"):
    return reverse(f"therapy:{name}", args=[made.client.key])


@pytest.fixture
def ana(past):
    """Seven sessions, each rated by both."""
    return past([even(80.0, 75.0)] * 7)


# What the page says


def test_before_the_first_time_it_says_what_to_do(ana):
    page = page_of(ana)
    assert page.sentence == "How she likes to work has not been asked yet, or not been answered."
    assert page.axes == () and page.mismatches == () and page.table == ()
    assert [one.title for one in page.asks] == ["Preferences", "Profile", "Matters", "C-NIP"]
    assert [bool(one.url) for one in page.asks] == [
        True,
        True,
        True,
        False,
    ]  # there are no words of the C-NIP


def test_every_time_stands_on_the_axis_and_the_changed_one_is_marked(ana):
    prefer(ana, 0, DIRECTION)
    prefer(ana, 5, SPACE)
    page = page_of(ana)
    assert page.sentence == "What she would like has changed: now more space."
    assert page.lead == "Asked two times, last at session 6. Worth asking what made the difference."
    first, second = page.axes[0].rows
    assert (first.when, first.place, first.words, first.changed) == (
        "Session 1",
        10,
        "much more direction",
        False,
    )
    assert (second.when, second.place, second.words, second.changed) == ("Session 6", 80, "more space", True)
    assert (
        page.axes[0].changed == "Changed by session 6: more space. At session 1 it was: much more direction."
    )
    assert not any(row.changed for axis in page.axes[1:] for row in axis.rows)
    assert [cells[0] for _when, cells in page.table] == ["more space (80)", "much more direction (10)"]


def test_a_small_difference_is_no_change(ana):
    prefer(ana, 0, {1: 70.0, 2: 50.0, 3: 50.0})
    prefer(ana, 5, {1: 51.0, 2: 50.0, 3: 50.0})
    page = page_of(ana)
    assert page.lead == "Asked two times, last at session 6. Much as before."
    assert page.axes[0].changed == "" and not page.axes[0].rows[1].changed


def test_a_line_left_out_is_told_and_stands_as_it_was(ana):
    prefer(ana, 0, {1: 90.0, 2: Missing.DECLINED, 3: 50.0})
    prefer(ana, 5, {1: Missing.NOT_REACHED, 2: 50.0, 3: 50.0})
    give(ana, {1: 0.0, 2: 50.0, 3: 50.0})
    page = page_of(ana)
    assert page.axes[0].rows[1].words == "no answer" and page.axes[0].rows[1].place is None
    assert page.mismatches == ("You say you mostly give space; she would rather have direction.",)


def test_a_mismatch_is_something_to_talk_about_with_its_small_evidence(ana):
    prefer(ana, 0, {1: 20.0, 2: 90.0, 3: 50.0})
    give(ana, {1: 75.0, 2: 0.0, 3: 75.0})
    page = page_of(ana)
    assert page.sentence == (
        "You say you mostly work on solving things; she would rather give time to feelings."
    )
    assert page.mismatches[1] == "You say you mostly give direction; she would rather have space."
    assert page.lead == "Worth asking how today should go. There is one more line like this."
    evidence = " ".join(page.evidence)
    for figure in ("d = .28", "OR = 1.79", "53 studies", "470", "SWI18"):
        assert figure in evidence
    assert "COO21" in page.evidence_foot


def test_others_read_it_as_the_therapists_own_word(ana, clinic):
    prefer(ana, 0, SPACE)
    give(ana, {1: 100.0})
    assert page_of(ana, clinic.of("lead")).sentence == (
        "The therapist’s own word is that they mostly give direction; the client would rather have space."
    )


def test_what_a_therapist_before_gave_is_history_and_sets_nothing_off(ana, clinic):
    from accord.web.people.actions import add_staff

    prefer(ana, 0, SPACE)
    give(ana, {1: 100.0})
    other = add_staff(service=clinic.service, email="o@harbour.example", name="Dr Other", roles=["therapist"])
    actions.transfer(viewer=clinic.of("lead"), course=reread(ana), to=other, on=ana.sessions[-1].day)
    page = page_of(ana, type(ana.viewer)(other))
    assert page.mismatches == () and not page.still_so
    assert page.gives_rows[0].by == "Therapist Harbour"


def test_her_words_stand_under_the_questions_the_newest_first(ana):
    prefer(ana, 0, SPACE, {4: "A job.", 5: "Walking."})
    prefer(ana, 5, SPACE, {4: "Sleep."})
    hope, helped = page_of(ana).questions
    assert hope.asked == "What do you hope to take from our time together?"
    assert [said.text for said in hope.answers] == ["Sleep.", "A job."]
    assert [said.text for said in helped.answers] == ["Walking."]


# What the therapist gives


def test_it_is_kept_as_raw_answers_and_said_again_it_is_history(ana, signed_in):
    person = signed_in(ana.viewer.staff)
    for key, place in (("a", "75"), ("b", "25")):
        sent = {"item-1": place, "item-2": "50", "idempotency_key": key}
        assert person.post(address(ana, "gives"), sent).status_code == 302
    rows = Response.objects.filter(instrument="accord-preferences-therapist").order_by("pk")
    assert [row.items for row in rows] == [
        {"1": 75.0, "2": 50.0, "3": "not_reached"},
        {"1": 25.0, "2": 50.0, "3": "not_reached"},
    ]
    assert {row.entered_by for row in rows} == {ana.viewer.staff} and rows[0].session == ana.sessions[-1]
    page = page_of(ana)
    assert [row.cells for row in page.gives_rows] == [("more space", "in the middle", "no answer")]
    assert page.axes[0].rows[-1].therapist and page.axes[0].rows[-1].place == 75


def test_still_as_i_said_last_is_one_tap(ana, signed_in):
    give(ana, {1: 75.0, 2: 25.0, 3: 50.0})
    sent = signed_in(ana.viewer.staff).post(address(ana, "gives"), {"still": "1", "idempotency_key": "c"})
    assert sent.status_code == 302
    rows = Response.objects.filter(instrument="accord-preferences-therapist")
    assert [row.items for row in rows] == [{"1": 75.0, "2": 25.0, "3": 50.0}] * 2


def test_what_was_said_on_another_day_stays_in_the_history(ana):
    last = ana.sessions[-1]
    answer(last, "accord-preferences-therapist", {1: 75.0}, last.starts_at, by=ana.viewer.staff)
    give(ana, {1: 25.0})  # for the same session: as raw answers it takes the place of the first
    assert [row.cells[0] for row in page_of(ana).gives_rows] == ["more space", "more direction"]


def test_sent_twice_it_is_there_once(ana):
    give(ana, {1: 75.0}, key="same")
    assert give(ana, {1: 75.0}, key="same").already


def test_no_place_and_no_number_are_told_and_what_was_tapped_stays(ana, signed_in):
    person = signed_in(ana.viewer.staff)
    empty = person.post(address(ana, "gives"), {})
    assert empty.status_code == 422 and "No place was tapped. Tap a place" in empty.content.decode()
    odd = person.post(address(ana, "gives"), {"item-1": "900", "item-2": "25"})
    body = odd.content.decode()
    assert odd.status_code == 422 and "0 to 100" in body
    assert 'name="item-2" value="25" checked' in body
    assert not Response.objects.filter(instrument="accord-preferences-therapist").exists()


def test_all_faults_are_told_at_once(ana, clinic):
    actions.end_course(viewer=clinic.of("lead"), course=reread(ana), on=ana.sessions[-1].day, how="agreed")
    with pytest.raises(Faults) as refused:
        say_given(viewer=clinic.of("lead"), course=reread(ana), answers={}, once="x", language="en")
    assert {one.where for one in refused.value.faults} == {"therapist", "course", "places"}


def test_saying_it_uncovers_nothing(past, clinic, signed_in):
    made = past([even(80.0, 75.0), even(61.37, None, skipped=False)], planned=False)
    person = signed_in(made.viewer.staff)
    assert "comes first" in person.get(address(made, "client")).content.decode()
    give(made, {1: 75.0})
    body = person.get(address(made, "client")).content.decode()
    assert "comes first" in body and "61" not in body.split("</main>")[0].split("<h1>")[1][:200]
    assert read_client(made.viewer, reread(made), present()).covered == {made.sessions[1].key}


def test_the_session_can_still_be_rated_after_it(past, signed_in):
    made = past([even(61.37, None, skipped=False)], planned=False)
    give(made, {1: 75.0})
    assert (
        signed_in(made.viewer.staff).get(reverse("ask:rate", args=[made.sessions[0].key])).status_code == 200
    )


# The profile and the C-NIP


def test_the_profile_is_read_line_by_line_and_has_no_total(ana):
    for at, level in ((2, 60.0), (5, 80.0)):
        lines = dict.fromkeys(range(1, 9), level) | {4: Missing.DECLINED if at == 5 else 40.0}
        answer(ana.sessions[at], "accord-profile", lines, ana.sessions[at].starts_at)
    found = page_of(ana).profile
    assert [one.name for one in found.qualities] == [
        "empathic attunement", "positive regard", "authenticity", "cultural humility",
    ]  # fmt: skip
    assert [one.name for one in found.contributions] == ["engagement", "hope", "honesty", "feedback"]
    assert found.qualities[3].latest == "no answer"
    assert found.qualities[3].words == "session 3: 40; session 6: no answer"
    assert [bar.height for bar in found.qualities[0].bars] == [18.0, 24.0]
    key = instrument("accord-profile")
    assert sorted(scale.items for scale in key.scales) == [(n,) for n in range(1, 9)]
    scored = Response.objects.filter(instrument="accord-profile").last().scores
    assert {one.scale for one in scored.all()} == {scale.id for scale in key.scales}


def test_old_profiles_keep_their_own_version():
    assert [scale.id for scale in instrument("accord-profile", 1).scales] == ["QUALITIES", "CONTRIBUTIONS"]


def test_a_profile_waits_under_the_cover_with_its_session(past, clinic):
    made = past([even(80.0, 75.0), even(60.0, None, skipped=False)], planned=False)
    answer(made.sessions[1], "accord-profile", dict.fromkeys(range(1, 9), 33.0), now())
    mine, theirs = page_of(made).profile, page_of(made, clinic.of("lead")).profile
    assert mine.times == () and mine.held_back == 1
    assert theirs.times == ("session 2",) and theirs.held_back == 0


def test_the_c_nip_says_how_it_comes_and_then_shows_four_places(ana):
    page = page_of(ana)
    assert page.cnip.state == "no_words" and "accord instruments add-text c-nip FILE" in page.cnip.how
    strong = dict.fromkeys(range(1, 6), 2.0) | dict.fromkeys(range(6, 11), -1.0)
    answer(ana.sessions[5], "c-nip", strong | dict.fromkeys(range(11, 18), 0.0), ana.sessions[5].starts_at)
    page = page_of(ana)
    direction, intensity, past, support = page.cnip.wishes
    assert page.cnip.state == "answered" and not page.cnip.reread
    assert (direction.place, direction.words) == (16.7, "a strong wish: direction by the therapist")
    assert intensity.words == "a strong wish: emotional reserve" and past.words == "no strong wish"
    assert support.place is None and support.words.startswith("no score: ")
    assert [limit.words for limit in direction.limits] == [
        "direction by the therapist",
        "direction by the client",
    ]


# What matters: for the therapist of the course alone


@pytest.fixture
def told(ana, clinic):
    """Ana, who wrote what matters to her; she agreed to supervision and to research."""
    for purpose in ("supervision", "research"):
        set_consent(viewer=ana.viewer, client=ana.client, purpose=purpose, granted=True)
    answer(ana.sessions[5], "accord-matters", {}, ana.sessions[5].starts_at, texts={1: SECRET, 2: ""})
    return ana


def test_the_therapist_reads_it_and_it_is_noted_as_read(told, signed_in):
    body = signed_in(told.viewer.staff).get(address(told)).content.decode()
    assert SECRET in body
    assert Opening.objects.filter(response__instrument="accord-matters", by=told.viewer.staff).exists()


@pytest.mark.parametrize("role", ["supervisor", "lead"])
def test_nobody_else_reads_it_or_learns_that_it_was_asked(told, clinic, signed_in, role):
    body = signed_in(clinic.staff[role]).get(address(told)).content.decode()
    assert SECRET not in body and "for their therapist alone" in body
    assert "Matters" not in [one.title for one in page_of(told, clinic.of(role)).asks]


@pytest.mark.parametrize("role", ["therapist", "supervisor", "lead", "administrator", "researcher"])
def test_no_other_page_of_anybody_holds_it(told, clinic, signed_in, role):
    person = signed_in(clinic.staff[role])
    session, client = told.sessions[5], told.client
    about = ("client", "chart", "numbers", "review", "book", "transfer", "end")
    paths = [address(told, name) for name in about]
    paths += [reverse("therapy:clients"), reverse("attention:today"), reverse("attention:due")]
    paths += [
        reverse("attention:agenda"),
        reverse("audit:trail"),
        reverse("people:client_edit", args=[client.key]),
    ]
    paths += [
        reverse("ask:session", args=[session.key]),
        reverse("ask:qr", args=[session.key, "accord-matters"]),
    ]
    paths += [reverse("ask:paper", args=[session.key, "accord-matters"])]
    for path in paths:
        assert SECRET not in person.get(path).content.decode(), path


def test_the_viewer_is_where_it_is_decided(told, clinic):
    def there(viewer):
        return viewer.responses.filter(instrument="accord-matters").count()

    assert there(told.viewer) == 1
    assert [there(clinic.of(role)) for role in ("supervisor", "lead", "administrator", "researcher")] == [
        0
    ] * 4
    # Whoever is named in a safety answer may open the course, and reads no more than others do.
    wellbeing = instrument("accord-wellbeing")
    risk = {number: wellbeing.item(number).risk_at for number in wellbeing.risk_numbers}
    alert = answer(told.sessions[5], "accord-wellbeing", {1: 40.0, **risk}, now()).alert
    alert.deputy = clinic.staff["administrator"]
    alert.save()
    named = clinic.of("administrator")
    assert named.courses.filter(pk=told.course.pk).exists() and there(named) == 0


def test_after_a_hand_over_the_new_therapist_reads_it_and_the_old_one_does_not(told, clinic):
    from accord.web.people.actions import add_staff

    other = add_staff(service=clinic.service, email="o@harbour.example", name="Dr Other", roles=["therapist"])
    actions.transfer(viewer=clinic.of("lead"), course=reread(told), to=other, on=told.sessions[-1].day)
    assert told.viewer.responses.filter(instrument="accord-matters").count() == 0
    assert type(told.viewer)(other).responses.filter(instrument="accord-matters").count() == 1


def test_withheld_answers_are_withheld_here_too(told, clinic):
    prefer(told, 0, SPACE, {4: "A job."})
    set_consent(viewer=clinic.of("lead"), client=told.client, purpose="therapist", granted=False)
    page = page_of(told)
    assert page.sentence == "She did not agree that you see her answers."
    assert page.matters == () and page.questions == () and page.table == () and page.profile.times == ()


def test_no_export_and_no_trail_holds_it(told, clinic):
    from accord.web.checkin.exporting import clinic_tables

    tables = clinic_tables(clinic.service)
    written = "".join(str(table.to_pylist()) for table in tables.values())
    assert "accord-matters" not in written and SECRET not in written
    trail = json.dumps([[one.verb, one.kind, one.subject, one.detail] for one in Entry.objects.all()])
    assert SECRET not in trail
    stored = Response.objects.filter(instrument="accord-matters").extra(select={"raw": "texts"}).values("raw")
    assert SECRET not in str(list(stored))


def test_the_numbers_of_the_page_hold_none_of_it(told, signed_in):
    prefer(told, 0, SPACE, {4: "A job."})
    body = signed_in(told.viewer.staff).get(address(told, "numbers")).content.decode()
    assert "A job." not in body and SECRET not in body
    assert len(list(csv.reader(io.StringIO(body)))) == 9


def test_the_form_and_the_page_behind_it_say_who_reads_it(ana, client):
    link = make_link(ana.sessions[-1], "accord-matters")
    form = client.get(reverse("checkin:form", args=[token(link)])).content.decode()
    assert "Only your therapist can read what you write here." in form
    who = client.get(reverse("checkin:who", args=[token(link)])).content.decode()
    assert "Therapist Harbour" in who and "Service lead" not in who and "Research" not in who


# The client's page


def test_a_changed_wish_is_told_until_it_was_looked_at(ana, signed_in):
    prefer(ana, 0, DIRECTION)
    prefer(ana, 5, SPACE)

    def changed():
        return beside(ana.viewer, read_client(ana.viewer, reread(ana), present())).changed

    assert changed() == ("Changed: now more space.",)
    signed_in(ana.viewer.staff).get(address(ana))
    assert changed() == ()


def test_nothing_changed_asks_the_database_nothing(ana, django_assert_num_queries):
    prefer(ana, 0, DIRECTION)
    file = read_client(ana.viewer, reread(ana), present())
    with django_assert_num_queries(0):
        assert beside(ana.viewer, file).changed == ()


def test_opening_the_page_is_noted_and_opens_only_what_it_shows(ana, signed_in):
    shown = prefer(ana, 0, SPACE)
    signed_in(ana.viewer.staff).get(address(ana))
    assert {one.response_id for one in Opening.objects.filter(by=ana.viewer.staff)} == {shown.pk}
    assert Entry.objects.filter(verb="saw", kind="course", detail__page="together").exists()
