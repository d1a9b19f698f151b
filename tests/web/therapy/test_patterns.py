"""Four pitfalls on a page: told from what may be seen, put away for a while, and never an alarm."""

from datetime import timedelta

import pytest
from tests.web.therapy.telling import Meeting, answer, even, tell

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.web.attention.models import Signal
from accord.web.audit.models import Entry
from accord.web.checkin.links import make_link
from accord.web.people.actions import set_consent
from accord.web.therapy.client_reading import read_client
from accord.web.therapy.models import PatternSaid
from accord.web.therapy.pattern_actions import RESTS, put_away, take_back
from accord.web.therapy.patterns import patterns_panel
from accord.web.therapy.reading import present

DOWN = [Meeting(92 - 7 * n, 90, 90 - 8 * n, 88 - 6 * n) for n in range(5)]
APART = [Meeting(92, 76, 90, 86)] * 4
TOP = [even(100)] * 8
LOW_LINE = {1: 80.0, 2: 85.0, 3: 75.0, 4: 30.0, 5: 80.0, 6: 80.0, 7: 80.0, 8: 80.0}


def panel(viewer, course):
    return patterns_panel(read_client(viewer, course, present()), viewer)


def ids(viewer, course):
    return {one.id for one in panel(viewer, course).told}


def profile(told, place, **more):
    session = told.sessions[place]
    answer(session, "accord-profile", {**LOW_LINE, **more}, session.starts_at + timedelta(hours=2))


def wants_and_gives(told):
    first = told.sessions[0]
    answer(first, "accord-preferences", {1: 20.0, 2: 50.0, 3: 50.0}, first.starts_at + timedelta(hours=2))
    given = {1: 80.0, 2: 50.0, 3: 50.0}
    answer(first, "accord-preferences-therapist", given, first.starts_at, by=told.viewer.staff)


def test_the_expert_trap_is_told_with_its_sessions_its_question_and_its_claim(clinic):
    told = tell(clinic, APART)
    assert panel(told.viewer, told.course).sentence == "None shows. That is no proof that all is well."
    assert any("preferences" in one for one in panel(told.viewer, told.course).lacking)
    wants_and_gives(told)
    (one,) = panel(told.viewer, told.course).told
    assert (one.id, one.since) == ("expert_trap", "since session 4")
    assert "16 points under feeling heard, over four ratings" in one.seen
    assert "She would rather have space; your own answer says: mostly direction." in one.seen
    assert one.question.count("?") == 1
    assert [stands.verdict for stands in one.stands] == ["Could not be checked", "Supported"]
    labels = {line.label for line in one.data.lines}
    assert {"Bond", "Goals", "Would like direction", "Gives direction"} == labels


def test_a_lead_reads_of_the_therapist_and_not_of_themselves(clinic):
    told = tell(clinic, APART)
    wants_and_gives(told)
    found = panel(clinic.of("lead"), told.course)
    assert "the therapist’s own answer says" in found.told[0].seen
    assert (found.mine, found.may_change) == (False, True)


def test_no_pattern_is_a_signal_and_none_is_kept(clinic):
    told = tell(clinic, DOWN)
    assert ids(told.viewer, told.course) == {"technique_over_relationship"}
    assert not Signal.objects.filter(rule="technique_over_relationship").exists()
    assert not PatternSaid.objects.exists()


@pytest.mark.parametrize("by", ["repair", "change", "talked"])
def test_what_was_done_about_the_relationship_counts(clinic, by):
    from accord.repair.event import Origin
    from accord.web.attention.actions import talked_about
    from accord.web.repair.actions import begin
    from accord.web.voice.models import Changed

    told = tell(clinic, [*DOWN[:3], Meeting(71, 90, 66, 70, off=True), DOWN[4], Meeting()])
    assert ids(told.viewer, told.course) == {"technique_over_relationship"}
    if by == "repair":
        begin(viewer=told.viewer, course=told.course, origin=Origin.SENSE, about=told.sessions[3])
    elif by == "change":
        Changed.objects.create(
            service=clinic.service, course=told.course, words="Slower.", by=told.viewer.staff, at=now()
        )
    else:
        response = told.sessions[3].responses.get(instrument="accord-check-in")
        talked_about(viewer=told.viewer, response=response)
    assert ids(told.viewer, told.course) == set()


@pytest.mark.parametrize(
    ("meetings", "shown"),
    [
        (TOP, {"avoiding_feedback"}),
        ([*TOP[:7], even(100, said="The walk was good.")], set()),
        ([even(100, said="Good."), *TOP], set()),
        ([*TOP[:7], even(100, off=True)], set()),
        ([*TOP[:7], even(96)], set()),
    ],
    ids=["never a word", "a line was written", "a line long ago", "something felt off", "off the top"],
)
def test_the_top_for_ever_counts_only_without_a_word(clinic, meetings, shown):
    told = tell(clinic, meetings)
    assert ids(told.viewer, told.course) == shown


def test_what_lies_under_the_cover_is_not_in_it(clinic):
    """Eight at the top, the last of them not rated by the therapist: seven are seen, until the cover is lifted."""
    told = tell(clinic, [*TOP[:7], even(100, skipped=False)])
    assert ids(told.viewer, told.course) == set()
    assert ids(clinic.of("lead"), told.course) == {"avoiding_feedback"}
    answer(
        told.sessions[-1],
        "accord-check-in-therapist",
        dict.fromkeys((1, 2, 3, 4), 90.0),
        now(),
        by=told.viewer.staff,
    )
    assert ids(told.viewer, told.course) == {"avoiding_feedback"}


def test_a_profile_of_a_covered_session_waits_with_it(clinic):
    told = tell(clinic, [even(90, 80), even(90, skipped=False)])
    profile(told, 0)
    profile(told, 1)
    assert ids(told.viewer, told.course) == set()
    assert ids(clinic.of("lead"), told.course) == {"cultural_misattunement"}
    answer(
        told.sessions[1],
        "accord-check-in-therapist",
        dict.fromkeys((1, 2, 3, 4), 90.0),
        now(),
        by=told.viewer.staff,
    )
    (one,) = panel(told.viewer, told.course).told
    assert {line.label for line in one.data.lines} == {"Interest in background", "Other qualities, mean"}


def test_a_concern_under_the_cover_is_known_as_the_client_was_promised(clinic):
    """What they raised is told at once, so the page does not say that they never said a word."""
    told = tell(clinic, [*TOP, even(100, off=True, skipped=False)])
    assert ids(told.viewer, told.course) == set()


def test_whoever_is_kept_from_the_answers_is_told_nothing(clinic):
    told = tell(clinic, TOP)
    set_consent(viewer=clinic.of("lead"), client=told.client, purpose="therapist", granted=False)
    found = panel(told.viewer, told.course)
    assert (found.told, found.lacking) == ((), ())
    assert found.sentence == "The client keeps the answers, so nothing is looked for."


def asked_for_what_matters(told, days=8):
    link = make_link(told.sessions[0], "accord-matters")
    type(link).objects.filter(pk=link.pk).update(made_at=now() - timedelta(days=days))
    return link


def test_what_matters_unanswered_counts_only_beside_a_low_line_and_only_for_the_therapist(clinic):
    told = tell(clinic, [even(90, 80)] * 2)
    asked_for_what_matters(told)
    assert ids(told.viewer, told.course) == set()  # it is optional, and says nothing by itself
    profile(told, 1)
    assert ids(told.viewer, told.course) == {"cultural_misattunement"}
    assert ids(clinic.of("lead"), told.course) == set()  # nobody else knows whether anything was written
    assert "What matters to her was asked, and not answered." in panel(told.viewer, told.course).told[0].seen


@pytest.mark.parametrize("answered", ["written", "declined", "asked yesterday"])
def test_who_wrote_or_would_rather_not_has_answered(clinic, answered):
    from accord.web.checkin.models import Decline

    told = tell(clinic, [even(90, 80)] * 2)
    asked_for_what_matters(told, days=1 if answered == "asked yesterday" else 8)
    profile(told, 1)
    if answered == "written":
        answer(told.sessions[0], "accord-matters", {}, now(), texts={1: "My faith."})
    elif answered == "declined":
        Decline.objects.create(
            service=clinic.service, client=told.client, instrument="accord-matters", at=now()
        )
    assert ids(told.viewer, told.course) == set()


# --- putting away


def test_not_so_rests_for_ninety_days_and_is_noted_without_saying_what(clinic):
    told = tell(clinic, TOP)
    made = put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert made.until - clinic_day(now(), clinic.service.timezone) == timedelta(days=90) == RESTS
    found = panel(told.viewer, told.course)
    assert found.told == ()
    assert [one.id for one in found.away] == ["avoiding_feedback"]
    assert "by you until" in found.away[0].words
    assert "Therapist Harbour" in panel(clinic.of("lead"), told.course).away[0].words
    line = Entry.objects.get(verb="put away")
    assert (line.kind, line.subject, line.actor) == ("pattern", made.key, told.viewer.key)
    assert "avoiding" not in str(line.detail)
    PatternSaid.objects.update(until=clinic_day(now(), clinic.service.timezone))
    assert ids(told.viewer, told.course) == {"avoiding_feedback"}


def test_twice_is_once_and_taken_back_it_stands_again(clinic):
    told = tell(clinic, TOP)
    first = put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback") == first
    for _twice in range(2):
        take_back(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert ids(told.viewer, told.course) == {"avoiding_feedback"}
    assert Entry.objects.filter(kind="pattern").count() == 2
    put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert PatternSaid.objects.filter(ended_at=None).count() == 1


def test_after_its_time_it_can_be_put_away_again(clinic):
    told = tell(clinic, TOP)
    put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    PatternSaid.objects.update(until=clinic_day(now(), clinic.service.timezone))
    again = put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert PatternSaid.objects.get(ended_at=None) == again
    assert again.until > clinic_day(now(), clinic.service.timezone)


def test_a_pattern_that_is_none_is_refused_with_the_near_name(clinic):
    told = tell(clinic, [even(90)])
    with pytest.raises(Faults, match="expert_trap"):
        put_away(viewer=told.viewer, course=told.course, pattern="expert_trapp")


def test_another_client_is_not_touched(clinic):
    told, other = tell(clinic, TOP), tell(clinic, TOP, code="Ben K.")
    put_away(viewer=told.viewer, course=told.course, pattern="avoiding_feedback")
    assert ids(told.viewer, other.course) == {"avoiding_feedback"}


def test_it_is_put_away_and_brought_back_from_the_page(clinic, signed_in):
    told = tell(clinic, TOP)
    page = signed_in(told.viewer.staff)
    url = panel(told.viewer, told.course).told[0].url
    answered = page.post(url, {"said": "not_so"})
    assert answered.status_code == 302
    assert "/together/" in answered.headers["Location"]
    assert PatternSaid.objects.filter(ended_at=None).exists()
    page.post(url, {"said": "take_back"})
    assert not PatternSaid.objects.filter(ended_at=None).exists()
    assert page.post(url.replace("avoiding_feedback", "nothing"), {"said": "not_so"}).status_code == 404


def test_a_supervisor_reads_and_does_not_put_away(clinic, signed_in):
    told = tell(clinic, TOP)
    set_consent(viewer=told.viewer, client=told.client, purpose="supervision", granted=True)
    supervisor = clinic.of("supervisor")
    found = panel(supervisor, told.course)
    assert ({one.id for one in found.told}, found.may_change) == ({"avoiding_feedback"}, False)
    assert signed_in(supervisor.staff).post(found.told[0].url, {"said": "not_so"}).status_code in (403, 404)


def test_the_panel_is_drawn_in_full(clinic, rf):
    from django.template.loader import render_to_string

    told = tell(clinic, [*APART, *APART])
    wants_and_gives(told)
    drawn = render_to_string(
        "therapy/_patterns.html", {"patterns": panel(told.viewer, told.course)}, rf.get("/")
    )
    for words in ("The expert trap", "Not so", "No study validates these four", "Could not be checked"):
        assert words in drawn
    assert "alarm" in drawn  # that it is none
    put_away(viewer=told.viewer, course=told.course, pattern="expert_trap")
    drawn = render_to_string(
        "therapy/_patterns.html", {"patterns": panel(told.viewer, told.course)}, rf.get("/")
    )
    assert "Bring it back" in drawn
