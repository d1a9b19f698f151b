"""What repairs teach: whose are counted for whom, what is too few or kept back, and whose words stand side by side."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.repair.telling import ago, agree, begun
from tests.web.therapy.telling import even, meet

from accord.basics.absence import TooFew
from accord.basics.clock import now
from accord.repair.event import Ending, Origin
from accord.repair.teaching import Share, Teaching, share, teach
from accord.web.checkin.actions import open_responses
from accord.web.people.models import Role, Staff
from accord.web.people.viewer import Viewer
from accord.web.repair import actions
from accord.web.repair.learning import Of, histories, later_words, may_learn
from accord.web.repair.learning_page import teaching_page

TODAY = now().date()


def closed(clinic, code="Ana M.", *, ending=Ending.UNCHANGED, days_ago=20.0, **more):
    """A repair that was named, met again about, and closed."""
    story = begun(clinic, days_ago=days_ago, code=code, **more)
    story.note("name", "I think I hurried you.")
    story.note("agree", "Slower at the start.", signs=("client",))
    story.met(even(64.0, said="Better, thank you."), 6)
    reason = "exam week" if ending is Ending.NOT_A_RUPTURE else ""
    actions.close(viewer=story.viewer, repair=story.repair, ending=ending, reason=reason)
    return story


def page(found, of=Of.OWN, later=()):
    return teaching_page(found, of, (of,), later, TODAY)


def counted(**more) -> Teaching:
    """Twenty repairs, all shares 12 of 20 unless said."""
    names = ("soon", "closed", "supervision", "not_a_rupture", "named", "owned", "agreed", "came_back")
    shares = dict.fromkeys((*names, "rose_above", "unchanged", "left"), share(12, 20))
    return Teaching(**{"repairs": 20, "open": 0, "in_supervision": 0, "no_rupture": 0, **shares, **more})


def test_a_history_knows_its_sessions_and_whether_the_line_fell(clinic):
    begun(clinic, days_ago=3)
    (fell,) = histories(clinic.of("therapist"), Of.OWN)
    assert (fell.about, fell.noticed, fell.dip) == (6, 6, True)


def test_one_that_began_three_sessions_later_was_not_noticed_soon(clinic):
    story = begun(clinic, days_ago=30)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="no")
    for days in (20, 13, 6):
        story.met(even(86.0), days)
    about = {"origin": Origin.SENSE, "about": story.dip, "at": ago(5)}
    actions.begin(viewer=story.viewer, course=story.course, **about)
    found = histories(clinic.of("therapist"), Of.OWN)
    assert [(one.about, one.noticed) for one in found] == [(6, 6), (6, 9)]


def test_what_is_covered_does_not_tell_that_a_line_fell(clinic):
    story = begun(clinic, days_ago=3)
    agree(clinic, story.told.client, "therapist", granted=False)
    (own,) = histories(clinic.of("therapist"), Of.OWN)
    assert not own.dip
    (of_lead,) = histories(clinic.of("lead"), Of.SERVICE)
    assert of_lead.dip


def test_whose_repairs_are_counted(clinic, neighbour):
    begun(clinic, days_ago=3)
    begun(clinic, days_ago=3, code="Agreed", supervised=True)
    begun(neighbour, days_ago=3)
    assert len(histories(clinic.of("therapist"), Of.OWN)) == 2
    assert len(histories(clinic.of("supervisor"), Of.TEAM)) == 1  # only who agreed to supervision
    assert len(histories(clinic.of("lead"), Of.SERVICE)) == 2
    assert may_learn(clinic.of("therapist")) == (Of.OWN,)
    both = Staff.objects.get(pk=clinic.staff["therapist"].pk)
    both.roles.create(service=clinic.service, role=Role.LEAD)
    assert may_learn(Viewer(both)) == (Of.SERVICE, Of.OWN)
    lead = Staff.objects.get(pk=clinic.staff["lead"].pk)
    lead.roles.create(service=clinic.service, role=Role.THERAPIST)
    assert histories(Viewer(lead), Of.OWN) == []  # of all that they may open, none is their own client's


def test_six_repairs_cost_as_many_queries_as_two(clinic):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            histories(clinic.of("lead"), Of.SERVICE)
        return len(captured)

    for n in range(2):
        begun(clinic, days_ago=3, code=f"C{n}")
    queries()  # how ratings differ here is kept for an hour
    few = queries()
    for n in range(2, 6):
        begun(clinic, days_ago=3, code=f"C{n}")
    assert queries() == few


def test_too_few_are_said_as_such(clinic, signed_in):
    closed(clinic)
    shown = signed_in(clinic.staff["therapist"]).get("/learning/repairs/").content.decode()
    assert "One repair so far, with your own clients." in shown
    assert "One has closed. From five on, shares stand here." in shown
    assert "How they ended" not in shown


def test_shares_are_told_in_natural_numbers_with_their_interval():
    found = page(counted(named=share(9, 12), owned=share(4, 7), agreed=TooFew(3, 5)))
    lines = {one.words: one for one in found.steps}
    assert (lines["Named"].count, lines["Named"].interval) == ("9 of 12", "plausibly 47 to 91 in 100")
    assert lines["You said your own part"].interval == "too few for an interval"
    assert lines["Agreed on what next"].count == "too few to say (three)"
    assert "picture" in lines["Named"].picture and not lines["Agreed on what next"].picture


def test_of_others_small_counts_are_kept_back_and_none_can_be_worked_out():
    found = page(
        counted(named=share(3, 20), owned=share(17, 20), left=share(2, 20), rose_above=share(5, 20)),
        Of.SERVICE,
    )
    lines = {one.words: one for one in (*found.steps, *found.endings)}
    assert lines["Named"].count == "fewer than five of 20" and not lines["Named"].picture
    assert lines["The therapist said their own part"].count == "16 or more of 20"
    assert lines["Client left"].kept_back
    assert lines["Rose above"].count == "not shown"  # the rest would tell how many left
    assert lines["Talked about, line unchanged"].count == "12 of 20"
    assert found.kept_back
    own = page(counted(named=share(3, 20)))
    assert {one.words: one.count for one in own.steps}["Named"] == "3 of 20" and not own.kept_back


def test_open_ones_and_those_that_were_no_rupture_are_told_beside():
    said = page(counted(open=6, no_rupture=1)).beside
    assert said[0].startswith("Six are still open") and said[1].startswith("One closed as “not a rupture”")
    assert page(counted(open=2), Of.SERVICE).beside[0].startswith("Fewer than five are still open")


def test_the_page_carries_the_cautions_and_ranks_nobody(clinic, signed_in):
    story = closed(clinic)
    shown = signed_in(clinic.staff["lead"]).get("/learning/repairs/").content.decode()
    assert "EUB18" in shown and "not settled" in shown
    assert "It does not compare therapists." in shown
    main = shown.split("<main")[1]
    assert clinic.staff["therapist"].name not in main and str(story.course.client) not in main


def test_the_clients_later_words_stand_beside_the_therapists_for_the_therapist_alone(clinic, signed_in):
    story = closed(clinic, name="Ana M.")
    viewer = story.viewer
    assert later_words(viewer) == ()  # nobody has opened that answer yet
    open_responses(viewer=viewer, responses=list(viewer.responses.filter(session__course=story.course)))
    (found,) = later_words(viewer)
    assert (found.wrote, found.client) == ("Slower at the start.", "Better, thank you.")
    shown = signed_in(clinic.staff["therapist"]).get("/learning/repairs/").content.decode()
    assert "Better, thank you." in shown and "Slower at the start." in shown
    for role in ("lead", "supervisor"):
        shown = signed_in(clinic.staff[role]).get("/learning/repairs/").content.decode()
        assert "Better, thank you." not in shown and "Slower at the start." not in shown
    agree(clinic, story.told.client, "therapist", granted=False)
    assert later_words(viewer) == ()


def test_words_from_before_it_began_are_not_later_words(clinic):
    story = begun(clinic, days_ago=20)
    story.note("name", "I think I hurried you.")
    story.met(even(64.0), 6)
    actions.close(viewer=story.viewer, repair=story.repair, ending=Ending.UNCHANGED)
    viewer = story.viewer
    open_responses(viewer=viewer, responses=list(viewer.responses.filter(session__course=story.course)))
    assert later_words(viewer) == ()  # "I wanted to talk about my job" was what it began from
    meet(viewer, story.course, now() - timedelta(hours=2), even(70.0, said="After it closed."))
    open_responses(viewer=viewer, responses=list(viewer.responses.filter(session__course=story.course)))
    assert [one.client for one in later_words(viewer)] == ["After it closed."]


def test_the_shares_are_those_of_the_pure_room(clinic):
    for n in range(6):
        closed(clinic, f"C{n}", ending=Ending.NOT_A_RUPTURE if n == 0 else Ending.UNCHANGED)
    found = teach(histories(clinic.of("lead"), Of.SERVICE))
    assert (found.repairs, found.open, found.no_rupture) == (6, 0, 1)
    assert isinstance(found.named, Share) and (found.named.n_of, found.named.n) == (5, 5)
    assert found.owned == Share(0, 5, None, None)
