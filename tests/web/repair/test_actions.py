"""What staff do about a repair: every action, what it refuses and in which words, two people at once."""

import pytest
from tests.web.repair.telling import ago, agree, begun, fallen
from tests.web.therapy.telling import even

from accord.basics.faults import Faults
from accord.repair import texts
from accord.repair.event import Ending, Kind, Origin, Step, Strain
from accord.repair.state import Stage
from accord.web.audit.models import Entry
from accord.web.repair import actions, noting
from accord.web.repair.models import Repair, RepairEvent
from accord.web.repair.noting import Noted
from accord.web.repair.rows import replayed
from accord.web.repair.writing import Meanwhile
from accord.web.therapy.actions import end_course
from accord.web.therapy.models import Course

SECRET = "She looked at the clock."


def words(raised) -> str:
    return str(raised.value)


def test_a_repair_begins_with_who_when_and_what_it_is_about(clinic):
    story = begun(clinic, origin=Origin.SENSE, strain=Strain.WITHDRAWAL)
    row = story.fresh()
    assert (row.stage, row.origin, row.about, row.events_count) == ("open", "sense", story.dip, 1)
    state = replayed([row.pk])[row.pk]
    assert (state.begun_by, state.session, state.strain) == (
        story.viewer.key,
        story.dip.key,
        Strain.WITHDRAWAL,
    )


def test_a_second_repair_of_a_course_is_the_one_that_is_open(clinic):
    story = begun(clinic)
    again = actions.begin(viewer=story.viewer, course=story.course, origin=Origin.CONCERN)
    assert (again.repair, again.new) == (story.repair, False)
    assert Repair.objects.count() == 1


def test_the_database_holds_one_open_repair_per_course(clinic):
    from django.db import IntegrityError

    story = begun(clinic)
    with pytest.raises(IntegrityError):
        Repair.objects.create(
            service=clinic.service,
            course=story.course,
            origin="sense",
            begun_by=story.viewer.staff,
            begun_at=ago(0),
        )


def test_an_ended_course_is_refused_with_words(clinic):
    told = fallen(clinic)
    end_course(viewer=told.viewer, course=told.course, on=ago(0).date())
    with pytest.raises(Faults) as raised:
        actions.begin(viewer=told.viewer, course=told.course, origin=Origin.SENSE)
    assert "this course has ended. A repair needs a session to come: begin a new course" in words(raised)
    assert not Repair.objects.exists()


def test_what_is_of_another_course_is_refused_all_at_once(clinic):
    ana, ben = fallen(clinic), fallen(clinic, code="Ben K.")
    with pytest.raises(Faults) as raised:
        actions.begin(
            viewer=ana.viewer,
            course=ana.course,
            origin=Origin.SIGNAL,
            about=ben.sessions[-1],
            signal=ben.course.signals.first(),
            response=ben.sessions[-1].responses.first(),
        )
    assert [one.where for one in raised.value.faults] == ["session", "signal", "response"]


def test_a_step_keeps_what_was_ticked_and_written_and_the_session_it_was_noted_in(clinic):
    story = begun(clinic)
    story.note("notice", SECRET, signs=("short_answers", "silence"), strain=Strain.WITHDRAWAL)
    event = RepairEvent.objects.get(repair=story.repair, number=2)
    assert (event.kind, event.step, event.note, event.session) == ("took", "notice", SECRET, story.dip)
    state = replayed([story.repair.pk])[story.repair.pk]
    assert state.steps[Step.NOTICE].signs == ("short_answers", "silence")
    assert state.strain is Strain.WITHDRAWAL


def test_what_did_not_change_is_not_noted_again(clinic):
    story = begun(clinic)
    form = [Noted(Step.NOTICE, signs=("silence",), words=SECRET), Noted(Step.NAME), Noted(Step.AGREE)]
    first = noting.note(viewer=story.viewer, repair=story.repair, noted=form)
    again = noting.note(viewer=story.viewer, repair=story.repair, noted=form)
    assert (first.steps, again.steps) == ((Step.NOTICE,), ())
    assert story.fresh().events_count == 2


def test_a_step_noted_again_stands_in_its_place_and_history_keeps_both(clinic):
    story = begun(clinic)
    story.note("name", "Did I miss it?")
    story.note("name", "Did I miss it? She nodded.")
    notes = list(RepairEvent.objects.filter(step="name").order_by("number").values_list("note", flat=True))
    assert notes == ["Did I miss it?", "Did I miss it? She nodded."]


def test_emptying_a_step_is_a_change_too(clinic):
    story = begun(clinic)
    story.note("own", "My doing.")
    assert story.note("own", "").steps == (Step.OWN,)


def test_every_fault_of_a_form_is_told_at_once_and_nothing_is_kept(clinic):
    story = begun(clinic)
    form = [
        Noted(Step.NOTICE, signs=("short_answer",), words="x" * 2001),
        Noted(Step.NAME, ways=("nonsense",)),
        Noted(Step.AGREE, signs=("silence",)),
    ]
    with pytest.raises(Faults) as raised:
        noting.note(viewer=story.viewer, repair=story.repair, noted=form, tell="  ")
    told = words(raised)
    assert "there is no 'short_answer'. Did you mean short_answers?" in told
    assert "this note has 2001 characters. Keep it to 2000." in told
    assert "there is no 'nonsense'" in told and "there is no 'silence'" in told
    assert "tell: this line is empty" in told
    assert story.fresh().events_count == 1


def test_what_changed_is_told_to_the_client_with_the_agreement(clinic):
    from accord.web.voice.models import Changed

    story = begun(clinic)
    noting.note(
        viewer=story.viewer,
        repair=story.repair,
        noted=[Noted(Step.AGREE, signs=("client", "therapist"), words="Job first.")],
        tell="We begin with your job now.",
    )
    line = Changed.objects.get()
    assert (line.words, line.repair, line.course) == (
        "We begin with your job now.",
        story.repair,
        story.course,
    )
    assert RepairEvent.objects.get(step="agree").note == "Job first."


# Two people at once -------------------------------------------------------------------------------------------------


def test_two_who_noted_different_steps_lose_nothing_and_the_second_is_told(clinic):
    story = begun(clinic)
    story.note("notice", "first", signs=("silence",))
    untouched = [
        Noted(Step.NOTICE),
        Noted(Step.OWN, words="second"),
    ]  # a form opened before the first was kept
    saved = noting.note(viewer=story.viewer, repair=story.repair, noted=untouched, seen=1)
    assert (saved.steps, saved.meanwhile) == ((Step.OWN,), (2,))
    state = replayed([story.repair.pk])[story.repair.pk]
    assert set(state.steps) == {Step.NOTICE, Step.OWN}
    assert RepairEvent.objects.get(step="notice").note == "first"


def test_a_step_left_as_it_was_does_not_undo_what_somebody_wrote_in_it_meanwhile(clinic):
    story = begun(clinic)
    story.note("notice", "first")
    story.note("notice", "second")  # while another form still shows the first
    form = [Noted(Step.NOTICE, words="first"), Noted(Step.OWN, words="mine")]
    saved = noting.note(viewer=story.viewer, repair=story.repair, noted=form, seen=2)
    assert saved.steps == (Step.OWN,)
    notes = RepairEvent.objects.filter(step="notice").order_by("number").values_list("note", flat=True)
    assert list(notes) == ["first", "second"]


def test_two_who_noted_the_same_step_the_second_sees_the_first_and_can_keep_both(clinic):
    story = begun(clinic)
    story.note("name", "first")
    mine = [Noted(Step.NAME, words="second")]
    with pytest.raises(Meanwhile) as raised:
        noting.note(viewer=story.viewer, repair=story.repair, noted=mine, seen=1)
    assert raised.value.numbers == (2,)
    assert story.fresh().events_count == 2
    noting.note(viewer=story.viewer, repair=story.repair, noted=mine, seen=2)
    assert list(RepairEvent.objects.filter(step="name").values_list("note", flat=True)) == ["first", "second"]


def test_a_button_pressed_on_an_old_page_does_nothing_yet(clinic):
    story = begun(clinic)
    story.note("name", "first")
    for do in (actions.look, actions.reopen):
        with pytest.raises((Meanwhile, Faults)):
            do(viewer=story.viewer, repair=story.repair, seen=1)
    with pytest.raises(Meanwhile):
        actions.close(
            viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam", seen=1
        )
    assert story.fresh().stage == "open"


def test_what_was_closed_meanwhile_takes_no_step(clinic):
    story = begun(clinic)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam week")
    with pytest.raises(Faults) as raised:
        story.note("name", "late")
    assert words(raised) == "repair: this repair is closed. Open it again, or begin a new one."


# Looking again, supervision, closing --------------------------------------------------------------------------------


def test_an_ending_that_is_not_open_yet_is_refused_with_its_reason(clinic):
    story = begun(clinic)
    wanted = {
        Ending.CAME_BACK: "not_rated",
        Ending.ROSE_ABOVE: "not_rated",
        Ending.UNCHANGED: "not_named",
        Ending.LEFT: "not_over",
    }
    for ending, reason in wanted.items():
        with pytest.raises(Faults) as raised:
            actions.close(viewer=story.viewer, repair=story.repair, ending=ending)
        assert texts.not_yet(reason) in words(raised), ending
    assert story.fresh().stage == "open"


def test_a_repair_that_came_back_can_say_so(clinic):
    story = begun(clinic, days_ago=20)
    story.met(even(86.0), 14)
    story.met(even(88.0), 7)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.CAME_BACK)
    row = story.fresh()
    assert (row.stage, row.ending) == ("closed", "came_back")
    assert row.closed_at is not None


def test_it_did_not_come_back_by_one_rating_or_while_it_is_low(clinic):
    story = begun(clinic, days_ago=20)
    story.met(even(87.0), 14)
    with pytest.raises(Faults, match=texts.not_yet("uncertain")):
        actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.CAME_BACK)
    story.met(even(60.0), 7)
    story.met(even(61.0), 1)
    with pytest.raises(Faults, match=texts.not_yet("still_low")):
        actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.CAME_BACK)


def test_covered_ratings_close_nothing_before_the_therapist_has_rated(clinic):
    from accord.web.checkin.actions import skip_rating

    story = begun(clinic, days_ago=20)
    sessions = [story.met(even(86.0, skipped=False), 14), story.met(even(88.0, skipped=False), 7)]
    with pytest.raises(Faults, match=texts.not_yet("not_rated")):
        actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.CAME_BACK)
    for one in sessions:
        skip_rating(viewer=story.viewer, session=one)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.CAME_BACK)


def test_not_a_rupture_asks_what_it_was(clinic):
    story = begun(clinic)
    with pytest.raises(Faults, match="Say in a few words what it was instead"):
        actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="  ")
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam week")
    assert RepairEvent.objects.get(kind="closed").note == "exam week"


def test_when_the_course_ended_it_closes_as_left_and_does_not_open_again(clinic):
    story = begun(clinic)
    end_course(viewer=story.viewer, course=story.course, on=ago(0).date())
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.LEFT)
    story.repair.course = Course.objects.get(pk=story.course.pk)
    with pytest.raises(Faults, match="this course has ended"):
        actions.reopen(viewer=story.viewer, repair=story.repair)


def test_a_closed_repair_opens_again_unless_another_is_open(clinic):
    story = begun(clinic)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam")
    actions.reopen(viewer=story.viewer, repair=story.repair)
    row = story.fresh()
    assert (row.stage, row.ending, row.closed_at) == ("open", "", None)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam")
    actions.begin(viewer=story.viewer, course=story.course, origin=Origin.SENSE)
    with pytest.raises(Faults, match="another repair of this course is open"):
        actions.reopen(viewer=story.viewer, repair=story.repair)


def test_to_supervision_and_back(clinic):
    story = begun(clinic, supervised=True)
    actions.ask(viewer=story.viewer, repair=story.repair, words="I am stuck.")
    assert story.fresh().stage == Stage.SUPERVISION.value
    with pytest.raises(Faults, match="it is in supervision already"):
        actions.ask(viewer=story.viewer, repair=story.repair)
    actions.give_back(viewer=clinic.of("supervisor"), repair=story.repair)
    assert story.fresh().stage == "open"
    with pytest.raises(Faults, match="it is not in supervision"):
        actions.give_back(viewer=story.viewer, repair=story.repair)


def test_nothing_goes_to_a_supervision_where_nobody_would_see_it(clinic):
    story = begun(clinic)  # the client has not agreed
    with pytest.raises(Faults, match="nobody would see it there"):
        actions.ask(viewer=story.viewer, repair=story.repair)
    agree(clinic, story.told.client)
    actions.ask(viewer=story.viewer, repair=story.repair)


# What every event keeps ---------------------------------------------------------------------------------------------


def test_the_events_replayed_give_what_the_row_says_after_every_one(clinic):
    story = begun(clinic, days_ago=20, supervised=True)
    therapist, row = story.viewer, story.repair

    def agrees():
        one, state = story.fresh(), replayed([row.pk])[row.pk]
        assert (one.stage, one.ending, one.closed_at, one.events_count) == (
            state.stage.value,
            state.ending.value if state.ending else "",
            state.closed_at,
            state.events,
        )
        assert (one.begun_at, one.origin, one.begun_by.key) == (
            state.begun_at,
            state.origin.value,
            state.begun_by,
        )

    agrees()
    story.note("notice", signs=("silence",))
    agrees()
    actions.look(viewer=therapist, repair=row)
    agrees()
    actions.ask(viewer=therapist, repair=row)
    agrees()
    story.note("name", "In supervision we found words.")
    actions.give_back(viewer=clinic.of("supervisor"), repair=row)
    agrees()
    story.met(even(63.0), 3)
    actions.close(viewer=therapist, repair=row, ending=Ending.UNCHANGED)
    agrees()
    actions.reopen(viewer=therapist, repair=row)
    agrees()
    numbers = list(RepairEvent.objects.filter(repair=row).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 9))


def test_the_trail_has_who_and_what_and_no_word_of_a_note(clinic):
    story = begun(clinic, supervised=True)
    story.note("notice", SECRET, signs=("silence",))
    actions.ask(viewer=story.viewer, repair=story.repair, words="What did I miss?")
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="exam week")
    lines = Entry.objects.filter(kind="repair", subject=story.repair.key).order_by("pk")
    assert [(one.actor, one.verb) for one in lines] == [
        (story.viewer.key, verb) for verb in ("began", "noted", "took to supervision", "closed")
    ]
    everything = str([(one.verb, one.detail) for one in Entry.objects.all()])
    assert not [one for one in (SECRET, "What did I miss", "exam week", "clock") if one in everything]


def test_a_note_is_unreadable_in_the_database(clinic):
    from django.db import connection

    story = begun(clinic)
    story.note("notice", SECRET)
    with connection.cursor() as cursor:
        cursor.execute("select note, value from repair_repairevent")
        assert SECRET not in str(cursor.fetchall())


def test_a_clock_set_back_does_not_break_the_order(clinic, monkeypatch):
    story = begun(clinic, days_ago=-1)  # the server was a day ahead
    story.note("notice", "after all")
    assert replayed([story.repair.pk])[story.repair.pk].events == 2


def test_every_kind_of_event_has_its_verb():
    from accord.web.repair.writing import VERBS

    assert set(VERBS) == set(Kind)
