"""A model that foretells too well: used only once a lead has said what they found, for as long as they stand by it."""

from dataclasses import replace

import pytest
from tests.web.learning.runs import kept_run

from accord.studies.result import Line, Study, Table, Verdict
from accord.studies.stored import as_json
from accord.web.audit.models import Entry
from accord.web.learning.models import LookedAt, State, StudyRun, WorthAWord
from accord.web.learning.word_actions import MOST_SAID
from accord.web.learning.words import looks_of
from accord.web.people import actions as people

PAGE, LOOKED = "/learning/leaving/", "/learning/leaving/looked/"
FOUND = "Letters are filed on the day itself; 20 courses were checked."
LEAK = Study(
    id="leaving",
    verdict=Verdict.CANNOT_TELL,
    main="auc",
    lines=(Line("auc", 0.82, 0.79, 0.85, unit="AUC"),),
    facts={"auc": 0.82, "low": 0.79, "high": 0.85, "events": 210, "courses": 700, "suspects": "fell out", "looked": ""},
    tables=(
        Table(
            "suspects",
            ("predictor", "auc_falls_by", "known_later"),
            (("fell_out", 0.2, False), ("intake", 0.01, False)),
        ),
    ),
    notes=("definition_left_judged", "leak", "not_looked"),
    look_at=("suspects",),
)  # fmt: skip


def leaking(clinic, study=LEAK) -> StudyRun:
    """A run that was done and says so."""
    run = kept_run(clinic.service)
    others = [one for one in run.result["studies"] if one["id"] != "leaving"]
    run.result = {**run.result, "studies": [*others, as_json(study)]}
    run.save()
    return run


def suspecting(*names: str) -> Study:
    rows = tuple((name, 0.2, False) for name in names)
    return replace(LEAK, tables=(replace(LEAK.tables[0], rows=rows),))


@pytest.fixture
def lead(clinic, signed_in):
    """The lead's browser, after a run that foretells too well."""
    leaking(clinic)
    return signed_in(clinic.staff["lead"])


def say(browser, found=FOUND, suspects="fell_out"):
    return browser.post(LOOKED, {"found": found, "suspects": suspects}, follow=True)


def test_the_lead_says_what_was_found_and_the_studies_run_again(clinic, lead):
    before = lead.get(PAGE).content.decode()
    assert "Too good to be true?" in before and "We have looked" in before and "fell out" in before
    after = say(lead).content.decode()
    assert "Kept, with your name." in after and f"Lead {clinic.service.name} looked at them on" in after
    assert FOUND in after and "It counts from the next run" in after and "We have looked" not in after
    (look,) = looks_of(clinic.service)
    assert (look.found, look.suspects) == (FOUND, {"fell_out"})
    assert StudyRun.objects.filter(state=State.WAITING).count() == 1
    line = Entry.objects.get(verb="looked at")
    assert (line.actor, line.detail) == (clinic.staff["lead"].key, {"suspects": ["fell_out"]})


def test_taken_back_nothing_is_proposed_from_that_moment_on(clinic, lead):
    say(lead)
    made = clinic.client()
    run = StudyRun.objects.filter(state=State.DONE).get()
    kept = {"run": run, "course": made.course, "session": made.session, "reasons": ["because_fall_high"]}
    WorthAWord.objects.create(service=clinic.service, **kept)
    look = LookedAt.objects.get()
    shown = lead.post(LOOKED, {"said": "take_back", "look": look.key}, follow=True).content.decode()
    assert "We have looked" in shown and FOUND not in shown
    assert not looks_of(clinic.service) and not WorthAWord.objects.exists()
    assert Entry.objects.filter(verb="took back", kind="suspects").count() == 1


@pytest.mark.parametrize(
    ("suspects", "asks"),
    [(("fell_out",), False), (("fell_out", "not_rated"), True), (("not_rated",), True)],
)
def test_a_new_suspect_asks_again(clinic, lead, suspects, asks):
    say(lead)
    StudyRun.objects.all().delete()
    leaking(clinic, suspecting(*suspects))
    shown = lead.get(PAGE).content.decode()
    assert ("We have looked" in shown) is asks
    assert ("New since: not rated." in shown) is asks


@pytest.mark.parametrize(
    ("found", "suspects", "says"),
    [
        (" ", "fell_out", "Nothing is written. Say in a sentence what you found."),
        ("x" * (MOST_SAID + 1), "fell_out", f"This is longer than {MOST_SAID} characters."),
        (FOUND, "intake", "These are not the suspects of the last run."),
        (FOUND, "", "These are not the suspects of the last run."),
    ],
)
def test_what_is_not_kept_says_why_and_loses_nothing(lead, found, suspects, says):
    refused = say(lead, found, suspects)
    assert refused.status_code == 422 and says in refused.content.decode()
    assert f'value="{found}"' in refused.content.decode()
    assert not LookedAt.objects.exists()


@pytest.mark.parametrize(
    "study",
    [
        replace(LEAK, notes=("leak", "ahead"), facts={**LEAK.facts, "ahead": "later"}),
        replace(LEAK, notes=("definition_left_judged",), tables=(), look_at=()),
        replace(LEAK, notes=("told_without_fail",), tables=()),
    ],
    ids=["looks ahead", "no warning", "cannot be fitted"],
)
def test_where_looking_does_not_help_it_is_not_asked(clinic, lead, study):
    StudyRun.objects.all().delete()
    leaking(clinic, study)
    assert "We have looked" not in lead.get(PAGE).content.decode()
    assert say(lead).status_code == 422
    assert not LookedAt.objects.exists()


def test_it_holds_for_one_service_and_is_the_leads_to_say(clinic, neighbour, lead, signed_in):
    say(lead)
    look = LookedAt.objects.get()
    assert not looks_of(neighbour.service)
    other = people.add_staff(service=clinic.service, email="o@x.example", name="Other", roles=["therapist"])
    for person in (other, clinic.staff["supervisor"], clinic.staff["administrator"]):
        assert signed_in(person).post(LOOKED, {"found": FOUND, "suspects": "fell_out"}).status_code == 403
    stranger = signed_in(neighbour.staff["lead"])
    stranger.post(LOOKED, {"said": "take_back", "look": look.key})
    look.refresh_from_db()
    assert look.ended_at is None and FOUND not in stranger.get(PAGE).content.decode()
