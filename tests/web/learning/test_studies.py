"""Studies on the page: who sees what of a run, how a run begins, fails and is told, and what is taken along."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.web.learning.runs import kept_run

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.studies.question import Question
from accord.studies.result import Line, Study, Verdict
from accord.studies.stored import run_from_json
from accord.studies.texts import study_file
from accord.web.audit.models import Entry
from accord.web.checkin.models import Response
from accord.web.learning import running
from accord.web.learning.models import NamesPolicy, Reason, State, StudyRun
from accord.web.learning.study_actions import SILENT, ask_run, choose_names, let_go
from accord.web.people import actions as people

HOME = "/learning/"


@pytest.fixture
def colleague(clinic):
    """A second therapist of the clinic."""
    return people.add_staff(
        service=clinic.service, email="other@harbour.example", name="Quentin Colleague", roles=["therapist"]
    )


@pytest.fixture
def run(clinic, colleague):
    """The last run, in which the clinic's therapist and the colleague have enough people."""
    return kept_run(clinic.service, clinic.staff["therapist"].key, colleague.key)


def others(run, own: str) -> list[str]:
    """Keys of every other therapist in a run, also of those with too few people."""
    study = next(one for one in run.result["studies"] if one["id"] == "therapists")
    tables = [table for table in study["tables"] if table["columns"][0] == "therapist"]
    return [row[0] for table in tables for row in table["rows"] if row[0] != own]


def text(response) -> str:
    return response.content.decode()


def test_the_lead_sees_the_sentence_five_cards_and_everything_else(clinic, run, signed_in):
    shown = text(signed_in(clinic.staff["lead"]).get(HOME))
    assert "390 finished courses, 11 therapists, January 2025 to October 2026." in shown
    assert shown.count('class="card finding"') == len(run.result["studies"]) - 1
    assert all(f"Finding {place}" in shown for place in range(1, 6))
    for id in ("leaving", "equity", "expected_course", "structure"):
        assert f'data-study="{id}"' in shown
    assert "Last run today" in shown and "Run again" in shown


def test_a_card_says_what_stands_in_the_way_and_what_a_verdict_means_here(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    cards = dict(re.findall(r'data-study="(\w+)">(.*?)</article>', text(browser.get(HOME)), re.S))
    assert "Cannot tell" in cards["session_three"] and "what counts as enough" in cards["session_three"]
    assert "Too few yet" in cards["therapist_treatment"] and "are needed" in cards["therapist_treatment"]
    assert "Differs: a clear gap" in cards["whose_rating"]
    # A count is told in a sentence, never drawn; where nothing can be drawn, nothing is taken along as a picture.
    assert "<svg" not in cards["equity"].split("</h2>")[1]
    assert browser.get(f"{HOME}equity.svg").status_code == 302


@pytest.mark.parametrize("role", ["therapist", "supervisor"])
def test_others_see_the_findings_and_nothing_that_is_the_leads(clinic, run, signed_in, role):
    browser = signed_in(clinic.staff[role])
    shown = text(browser.get(HOME))
    assert 'data-study="alliance_outcome"' in shown and 'data-study="expected_course"' in shown
    for id in ("leaving", "equity", "training", "structure"):
        assert f'data-study="{id}"' not in shown
        assert browser.get(f"{HOME}{id}/").status_code == 403
    assert browser.get(f"{HOME}alliance_outcome/").status_code == 200
    for address in (f"{HOME}alliance_outcome.csv", f"{HOME}therapists.json", f"{HOME}annual-report.pdf"):
        assert browser.get(address).status_code == 403
    assert browser.post(f"{HOME}run/").status_code == 403 and browser.post(f"{HOME}names/").status_code == 403
    assert not StudyRun.objects.exclude(pk=run.pk).exists()


@pytest.mark.parametrize("named", [False, True])
def test_a_therapist_sees_the_own_estimate_and_no_one_elses(clinic, run, signed_in, named):
    own = clinic.staff["therapist"].key
    choose_names(viewer=clinic.of("lead"), named=named)
    browser = signed_in(clinic.staff["therapist"])
    for address in (HOME, f"{HOME}therapists/"):
        shown = text(browser.get(address))
        assert "Your own:" in shown and 'data-mark="own"' in shown
        assert "Quentin" not in shown and not [key for key in others(run, own) if key in shown]
    if named:
        assert "Service leads see therapists by name here. Lead Harbour chose that" in text(browser.get(HOME))


def test_a_therapist_with_too_few_people_is_told_so(clinic, colleague, signed_in):
    kept_run(clinic.service)
    assert "Your own: too few to say (0 of 30)" in text(signed_in(colleague).get(HOME))


def test_a_lead_sees_names_only_where_the_policy_says_so_and_the_trail_keeps_it(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    assert "Quentin" not in text(browser.get(HOME))
    browser.post(f"{HOME}names/", {"named": "yes"})
    assert "Quentin Colleague" in text(browser.get(HOME))
    line = Entry.objects.filter(kind="names of therapists").get()
    assert (line.verb, line.detail["named"]) == ("chose", True)
    browser.post(f"{HOME}names/", {"named": "yes"})
    assert NamesPolicy.objects.count() == 1
    browser.post(f"{HOME}names/", {"named": "no"})
    assert "Quentin" not in text(browser.get(HOME))


def test_another_service_sees_nothing_of_it(clinic, neighbour, run, signed_in):
    shown = text(signed_in(neighbour.staff["lead"]).get(HOME))
    assert "No run yet" in shown and "finished courses" not in shown


@pytest.mark.parametrize("form", ["csv", "json", "svg"])
@pytest.mark.parametrize("study", ["therapists", "alliance_outcome"])
def test_what_is_taken_along_is_audited_and_names_nobody(clinic, run, signed_in, study, form):
    choose_names(viewer=clinic.of("lead"), named=True)
    response = signed_in(clinic.staff["lead"]).get(reverse("learning:take", args=[study, form]))
    assert response.status_code == 200 and study in response["Content-Disposition"]
    content = text(response)
    assert len(content) > 500
    assert not [key for key in others(run, "") if key in content]
    line = Entry.objects.filter(verb="downloaded").get()
    assert (line.detail["what"], line.detail["form"]) == (study, form)


def test_the_table_has_every_line_with_its_interval(clinic, run, signed_in):
    content = text(signed_in(clinic.staff["lead"]).get(f"{HOME}alliance_outcome.csv"))
    study = next(one for one in run.result["studies"] if one["id"] == "alliance_outcome")
    rows = content.splitlines()
    for line in study["lines"]:
        assert any(row.startswith(f"{line['name']},") for row in rows)
    assert str(study["lines"][0]["low"]) in content


def test_the_report_is_there_in_both_forms(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    assert browser.get(f"{HOME}annual-report.pdf").content.startswith(b"%PDF")
    page = text(browser.get(f"{HOME}annual-report.html"))
    assert "What our sessions taught us" in page and not [key for key in others(run, "") if key in page]
    assert browser.get(f"{HOME}annual-report.docx").status_code == 404


def test_every_study_has_its_page(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    for one in run.result["studies"]:
        shown = text(browser.get(f"{HOME}{one['id']}/"))
        assert "How it was done" in shown and "What it cannot tell" in shown
        assert "claim:" not in shown and "{" not in shown
        assert {table["name"] for table in one["tables"]} <= set(study_file(one["id"]).tables)
    assert browser.get(f"{HOME}no_such_study/").status_code == 404


def test_numbers_stay_in_one_piece_where_a_page_runs_from_right_to_left(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    shown = text(browser.get(HOME, headers={"accept-language": "ar"}))
    assert 'dir="rtl"' in shown and "\u2066.28\u2069" in shown
    assert "\u2066" not in text(browser.get(HOME))


# --- runs -------------------------------------------------------------------------------------------------------------
def test_asking_twice_is_one_run_and_is_audited(clinic, signed_in):
    browser = signed_in(clinic.staff["lead"])
    for _ in range(2):
        assert browser.post(f"{HOME}run/").status_code == 302
    run = StudyRun.objects.get()
    assert (run.state, run.by) == (State.WAITING, clinic.staff["lead"])
    assert Entry.objects.filter(kind="studies", verb="asked").count() == 1
    shown = text(browser.get(HOME))
    assert (
        "Asked for; it begins in a moment." in shown and "htmx-2.min.js" in shown and "Run again" not in shown
    )
    assert "HX-Refresh" not in browser.get(f"{HOME}state/", headers={"HX-Request": "true"})


def test_progress_is_told_and_the_page_loads_itself_when_it_is_over(clinic, signed_in):
    run = ask_run(viewer=clinic.of("lead"))
    changes = {
        "state": State.RUNNING,
        "beat_at": now(),
        "steps": 13,
        "steps_done": 4,
        "step": "alliance_outcome",
    }
    StudyRun.objects.filter(pk=run.pk).update(**changes)
    browser = signed_in(clinic.staff["lead"])
    shown = text(browser.get(f"{HOME}state/", headers={"HX-Request": "true"}))
    assert "4 of 13 questions answered." in shown and "every 3s" in shown and 'value="4"' in shown
    StudyRun.objects.filter(pk=run.pk).update(state=State.DONE)
    assert browser.get(f"{HOME}state/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_run_that_died_is_told_and_can_be_begun_again(clinic, signed_in):
    run = ask_run(viewer=clinic.of("lead"))
    StudyRun.objects.filter(pk=run.pk).update(
        state=State.RUNNING, beat_at=now() - SILENT - timedelta(seconds=1)
    )
    browser = signed_in(clinic.staff["lead"])
    shown = text(browser.get(HOME))
    assert "The last run did not finish." in shown and "every 3s" not in shown
    browser.post(f"{HOME}run/")
    run.refresh_from_db()
    assert (run.state, run.reason) == (State.FAILED, Reason.DIED)
    assert StudyRun.objects.filter(state=State.WAITING).count() == 1


def test_a_run_that_lives_is_not_let_go(clinic):
    run = ask_run(viewer=clinic.of("lead"))
    StudyRun.objects.filter(pk=run.pk).update(state=State.RUNNING, beat_at=now())
    assert let_go(now()) == 0


def take_simulated(folder, service):
    from accord.simulate.snapshot import simulate_snapshot

    simulate_snapshot(folder, clients=30, seed=1)


def claimed(clinic) -> StudyRun:
    """A run that is asked for and claimed."""
    ask_run(viewer=clinic.of("lead"))
    return running._claim()


def fine(snapshot, options) -> Study:
    return Study("alliance_outcome", Verdict.TOO_FEW, "r", (Line("r", 0.2, unit="r"),))


def broken(snapshot, options) -> Study:
    raise ZeroDivisionError("secret words")


def test_a_study_that_fails_takes_no_other_with_it(clinic, caplog):
    run = claimed(clinic)
    running.work(run, take_simulated, (Question("equity", broken), Question("alliance_outcome", fine)))
    run.refresh_from_db()
    assert (run.state, run.lacking, run.steps_done) == (State.DONE, ["equity"], 2)
    assert [one.id for one in run_from_json(run.result).studies] == ["alliance_outcome"]
    assert run.facts["courses"] == 30 and run.reference
    assert run.reference in caplog.text and "secret" not in caplog.text


@pytest.mark.parametrize(
    ("problem", "reason"), [(refuse("x", "y"), Reason.SNAPSHOT), (OSError("disk"), Reason.MISTAKE)]
)
def test_a_run_that_fails_says_why(clinic, signed_in, problem, reason):
    def take(folder, service):
        raise problem

    run = claimed(clinic)
    running.work(run, take, ())
    run.refresh_from_db()
    assert (run.state, run.reason) == (State.FAILED, reason)
    assert run.reference in text(signed_in(clinic.staff["lead"]).get(HOME))


def test_a_run_is_claimed_once(clinic):
    assert claimed(clinic) is not None
    assert running._claim() is None


def test_a_new_service_has_too_few_everywhere(clinic, signed_in):
    run = claimed(clinic)
    running.work(run, take_simulated)
    run.refresh_from_db()
    assert (run.state, run.lacking) == (State.DONE, []), run.reason
    shown = text(signed_in(clinic.staff["lead"]).get(HOME))
    assert "Too few yet to tell any of them" in shown or "need more time" in shown
    # Whatever cannot be told from thirty people says so; nothing is drawn as zero and nothing fails.
    told = {one["id"]: one["verdict"] for one in run.result["studies"]}
    assert {told[id] for id in ("alliance_outcome", "therapist_treatment", "therapists", "leaving")} <= {
        "too_few", "cannot_tell",
    }  # fmt: skip
    assert "agrees" not in told.values() and "differs" not in told.values()


@pytest.mark.parametrize(
    ("answers", "minutes", "last_days", "since", "due"),
    [
        (30, 10, None, True, True),
        (29, 10, None, True, False),  # too little to ask
        (30, 1, None, True, False),  # somebody is answering
        (30, 10, 31, True, True),
        (30, 10, 29, True, False),  # not a month yet
        (30, 50_000, 31, False, False),  # nothing new since
    ],
)
def test_once_a_month_by_itself(clinic, answers, minutes, last_days, since, due):
    made = clinic.client()
    at = now()
    for n in range(answers):
        Response.objects.create(
            service=clinic.service, session=made.session, instrument="accord-check-in", version=1, items={},
            idempotency_key=f"k{n}", received_at=at - timedelta(minutes=minutes), finished_at=at, language="en",
            respondent="client", channel="link",
        )  # fmt: skip
    if last_days:
        StudyRun.objects.create(
            service=clinic.service, asked_at=at - timedelta(days=last_days), state=State.DONE
        )
    assert running.month_is_over(clinic.service, at) is due


def test_stored_runs_come_back_as_they_were(run):
    from accord.studies.stored import as_json

    assert json.loads(json.dumps(as_json(run_from_json(run.result)))) == run.result
