"""Who must not see: whatever role tries, no colleague, no client and no handful can be had from what was learnt."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from tests.web.learning.runs import kept_run
from tests.web.learning.test_snapshot import copy_to

from accord.studies.numbers import number
from accord.studies.question import Question
from accord.studies.result import CELL, Line, Study, Table, Verdict
from accord.studies.stored import as_json, study_from_json
from accord.studies.therapists.seen import for_viewer, spread_after
from accord.studies.therapists.therapists import TABLE
from accord.web.audit.models import Entry
from accord.web.configuration import configuration
from accord.web.learning import running
from accord.web.learning.background import Studies
from accord.web.learning.models import State, StudyRun
from accord.web.learning.study_actions import ask_run, choose_names
from accord.web.learning.workplace import clear_left_behind, root, workplace
from accord.web.people import actions as people

HOME = "/learning/"
FILES = [f"{HOME}therapists.{form}" for form in ("csv", "json", "svg")]
REPORTS = [f"{HOME}annual-report.{form}" for form in ("html", "pdf")]
RANKS = re.compile(
    r"\b(rank\w*|percentile\w*|quartile\w*|decile\w*|league|ordinal|worst|best|top \d+)\b", re.I
)
COLUMNS = ("therapist", "estimate", "low", "high", "clients", "reliability")


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


def text(response) -> str:
    return response.content.decode()


def table_of(run) -> Table:
    """Everybody's estimate, as it is stored."""
    kept = next(one for one in run.result["studies"] if one["id"] == "therapists")
    return next(one for one in study_from_json(kept).tables if one.name == TABLE)


def traces(row) -> list[str]:
    """What would give a therapist away: the key, and each figure as it is, in full or as pages print it."""
    key, estimate, low, high, clients, reliability = row
    return [
        key,
        *(repr(one) for one in (estimate, low, high, reliability)),
        f"{clients} people",
        f"{estimate:.3f}",
    ]


def therapists(rows, few=()) -> Study:
    tables = (Table(TABLE, COLUMNS, tuple(rows)), Table("too_few", ("therapist", "clients"), tuple(few)))
    return Study("therapists", Verdict.AGREES, "share", (Line("share", 0.05),), tables=tables)


def row(key: str, estimate: float, width: float, clients: int = 40):
    return key, estimate, estimate - width, estimate + width, clients, 0.6


# --- who opens what ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["administrator", "researcher"])
def test_who_sees_no_clients_sees_nothing_that_was_learnt(clinic, run, signed_in, role):
    browser = signed_in(clinic.staff[role])
    for address in (HOME, f"{HOME}state/", f"{HOME}therapists/", f"{HOME}equity/", *FILES, *REPORTS):
        assert browser.get(address).status_code == 403, address
    assert {browser.post(f"{HOME}{one}/").status_code for one in ("run", "names")} == {403}


def test_signed_out_there_is_only_the_sign_in(clinic, run, client):
    for address in (HOME, f"{HOME}state/", f"{HOME}therapists/", *FILES, *REPORTS):
        response = client.get(address)
        assert response.status_code == 302 and "/accounts/login/" in response["Location"], address


def test_another_services_lead_gets_neither_files_nor_report(clinic, neighbour, run, signed_in):
    browser = signed_in(neighbour.staff["lead"])
    for address in (*FILES, *REPORTS):
        assert browser.get(address).status_code == 302
    assert not Entry.objects.filter(verb="downloaded").exists()
    browser.post(f"{HOME}names/", {"named": "yes"})
    assert "by name here" not in text(signed_in(clinic.staff["therapist"]).get(HOME))


# --- a colleague ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("named", [False, True])
def test_no_page_gives_a_therapist_a_colleagues_figures(clinic, colleague, run, signed_in, named):
    choose_names(viewer=clinic.of("lead"), named=named)
    own = clinic.staff["therapist"].key
    others = [one for one in table_of(run).rows if one[0] != own]
    browser = signed_in(clinic.staff["therapist"])
    ids = [one["id"] for one in run.result["studies"]]
    for address in (HOME, *(f"{HOME}{id}/" for id in ids)):
        shown = text(browser.get(address))
        assert not [trace for one in others for trace in traces(one) if trace in shown], address


@pytest.mark.parametrize("named", [False, True])
def test_files_and_report_give_a_lead_nobodys_figures(clinic, run, signed_in, named):
    choose_names(viewer=clinic.of("lead"), named=named)
    browser = signed_in(clinic.staff["lead"])
    for address in (*FILES, REPORTS[0]):
        content = text(browser.get(address))
        assert not [trace for one in table_of(run).rows for trace in traces(one) if trace in content], address
        assert "Quentin" not in content and "Therapist Harbour" not in content


def test_the_width_of_an_interval_does_not_tell_who_has_the_most_people():
    """Seven with caseloads from 30 to 300: each interval is as wide as that of four others at least."""
    rows = [row(f"k{place}", place / 2, 8 / (place + 1)) for place in range(7)]
    seen = for_viewer(therapists(rows), None)
    widths = [round(one.high - one.low, 9) for one in seen.others]
    assert max(widths) - min(widths) <= 2 * 0.5 + 1e-9  # what rounding outwards makes of one width
    assert all(
        one.low <= low and one.high >= high
        for one, (_, _, low, high, _, _) in zip(seen.others, rows, strict=True)
    )
    many = for_viewer(therapists([row(f"k{place}", place / 2, 1 + place // 5) for place in range(15)]), None)
    assert (
        len({round(one.high - one.low) for one in many.others}) == 3
    )  # five and five: the spread stays to be seen


def test_who_is_new_beside_the_last_run_is_not_in_the_picture():
    six = [row(f"k{place}", place / 3, 2.0) for place in range(6)]
    first = spread_after(therapists(six), ())
    assert first == {one[0] for one in six}
    seven = [*six, row("new", 4.0, 2.0)]
    second = spread_after(therapists(seven), first)
    assert second == first
    before, after = (
        for_viewer(therapists(six), None, spread=first),
        for_viewer(therapists(seven), None, spread=second),
    )
    assert before.others == after.others and after.kept_back == 1
    eleven = [*six, *(row(f"n{place}", 1.0, 2.0) for place in range(5))]
    assert len(spread_after(therapists(eleven), second)) == 11
    assert spread_after(therapists(six[:4]), ()) == frozenset()


def test_a_run_keeps_who_may_be_in_the_picture(clinic, colleague, run, signed_in):
    """The run before had six; in this one somebody more has thirty people."""
    stored = next(one for one in run.result["studies"] if one["id"] == "therapists")
    study = study_from_json(stored)
    table = next(one for one in study.tables if one.name == TABLE)
    more = replace(table, rows=(*table.rows, ("fresh", 5.123456, 3.0, 7.0, 31, 0.6)))

    def again(snapshot, options) -> Study:
        return replace(study, tables=tuple(more if one.name == TABLE else one for one in study.tables))

    ask_run(viewer=clinic.of("lead"))
    running.work(running._claim(), simulated, (Question("therapists", again),))
    newest = StudyRun.objects.order_by("-pk").first()
    assert newest.state == State.DONE and newest.facts["spread"] == sorted(one[0] for one in table.rows)
    browser = signed_in(clinic.staff["supervisor"])
    shown = text(browser.get(f"{HOME}therapists/"))
    assert shown.count('data-mark="other"') == 2 * len(table.rows)  # wide and narrow
    assert "1 who came to have 30 people since is not in the picture yet." in shown
    report = text(signed_in(clinic.staff["lead"]).get(REPORTS[0]))
    assert f"{len(table.rows)} unnamed therapists" in report


def test_where_colleagues_are_few_the_whole_less_the_own_is_not_told(clinic, run, signed_in):
    """With two therapists the service's dropout, less one's own, is the other one's."""
    run.facts["therapists"] = 5
    run.save()
    browser = signed_in(clinic.staff["therapist"])
    page = text(browser.get(f"{HOME}dropout_alliance/"))
    study = study_from_json(next(one for one in run.result["studies"] if one["id"] == "dropout_alliance"))
    rate = study.line("rate_left_judged").value
    assert "fewer than 5 other therapists" in page and number(rate, "share") not in page
    assert 'data-study="expected_course"' not in text(browser.get(HOME))
    assert number(rate, "share") in text(signed_in(clinic.staff["lead"]).get(f"{HOME}dropout_alliance/"))
    run.facts["therapists"] = 6
    run.save()
    assert number(rate, "share") in text(signed_in(clinic.staff["therapist"]).get(f"{HOME}dropout_alliance/"))


def test_a_lead_who_looked_at_names_and_chose_otherwise_again_is_told_of(clinic, run, signed_in):
    for named in (True, False):
        choose_names(viewer=clinic.of("lead"), named=named)
    shown = text(signed_in(clinic.staff["therapist"]).get(HOME))
    assert "service leads saw therapists by name; Lead Harbour had chosen that." in shown


@pytest.mark.parametrize("address", [HOME, f"{HOME}therapists/"])
def test_the_trail_says_whether_names_were_on_the_page(clinic, run, signed_in, address):
    browser = signed_in(clinic.staff["lead"])
    for named in (False, True):
        choose_names(viewer=clinic.of("lead"), named=named)
        browser.get(address)
        assert Entry.objects.filter(verb="saw").order_by("-pk").first().detail["named"] is named


def test_nothing_anywhere_ranks_anybody(clinic, run, signed_in):
    browser = signed_in(clinic.staff["lead"])
    choose_names(viewer=clinic.of("lead"), named=True)
    for address in (HOME, f"{HOME}therapists/", *FILES, REPORTS[0]):
        content = re.sub(r"<style.*?</style>|data:image[^\"]*", "", text(browser.get(address)), flags=re.S)
        assert not RANKS.findall(content), address
    page = text(browser.get(f"{HOME}therapists/"))
    names = re.findall(r'<th scope="row">(Quentin Colleague|Therapist Harbour|has left)</th>', page)
    assert (
        names == sorted(names, key=str.casefold) and len(names) >= 2
    )  # by the alphabet, not by the estimate


# --- a client ---------------------------------------------------------------------------------------------------------
def test_what_clients_told_of_themselves_is_the_leads(clinic, run, signed_in):
    study = next(one for one in run.result["studies"] if one["id"] == "therapists")
    table = next(one for one in study["tables"] if one["name"] == "adjusted_for")
    table["rows"].append(["trait faith: quaker", 0.1, -1.0, 1.0])
    run.save()
    for role in ("therapist", "supervisor"):
        assert "quaker" not in text(signed_in(clinic.staff[role]).get(f"{HOME}therapists/"))
    assert "quaker" in text(signed_in(clinic.staff["lead"]).get(f"{HOME}therapists/"))


@pytest.mark.django_db(transaction=connection.vendor == "postgresql")  # as in test_snapshot.py
def test_a_run_holds_no_key_of_a_client_and_nothing_of_it_stays_behind(clinic, tmp_path, monkeypatch):
    made = [clinic.client(code=f"C{place}") for place in range(6)]
    if connection.vendor == "sqlite":
        copy_to(tmp_path / "accord.sqlite3")
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "accord.sqlite3"))
    ask_run(viewer=clinic.of("lead"))
    running.work(running._claim())
    run = StudyRun.objects.get()
    assert run.state == State.DONE and not run.lacking and run.facts["courses"] == 6
    kept = json.dumps([run.result, run.facts])
    for one in made:
        assert not [key for key in (one.client.key, one.course.key, one.session.key) if key in kept]
    assert [one.name for one in root().iterdir()] == ["lock"]


def simulated(folder: Path, service) -> None:
    from accord.simulate.snapshot import simulate_snapshot

    simulate_snapshot(folder, clients=30, seed=1)


def test_only_the_owner_can_open_where_a_run_works(clinic):
    with workplace() as place:
        assert place.is_relative_to(configuration().data)
        assert [one.stat().st_mode & 0o077 for one in (root(), place)] == [0, 0]
        assert clear_left_behind() == 0 and place.is_dir()  # somebody works there
    assert not place.exists()


def test_what_a_killed_run_left_behind_is_thrown_away(clinic, monkeypatch):
    code = (
        "import os; from accord.web.learning.workplace import workplace\n"
        "with workplace() as place: (place / 'people.parquet').write_text('x'); print(place, flush=True); os._exit(9)"
    )
    environment = {**os.environ, "ACCORD_DATA": str(configuration().data.resolve())}
    for clear in (clear_left_behind, lambda: Studies().plan(running.now()), lambda: workplace().__enter__()):
        told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        left = Path(told.stdout.strip())
        assert told.returncode == 9 and (left / "people.parquet").is_file(), told.stderr
        clear()
        assert not left.exists()


# --- many runs --------------------------------------------------------------------------------------------------------
def test_however_often_and_by_whomever_it_is_asked_there_is_one_run(clinic, neighbour, signed_in):
    second = people.add_staff(
        service=clinic.service, email="second@harbour.example", name="Second Lead", roles=["lead"]
    )
    for staff in (clinic.staff["lead"], second, clinic.staff["lead"]):
        signed_in(staff).post(reverse("learning:run"))
    for role in ("therapist", "supervisor", "administrator", "researcher"):
        assert signed_in(clinic.staff[role]).post(reverse("learning:run")).status_code == 403
    assert StudyRun.objects.filter(service=clinic.service).count() == 1
    assert signed_in(clinic.staff["lead"]).get(reverse("learning:run")).status_code == 405


def test_small_counts_are_nowhere_in_what_is_stored(run):
    """Numbers of people from one to four: in no line, sentence, table or count of what was kept back."""
    people_of = {"clients", "courses", "left", "switched", "trained", "controls", "people", "worse"}
    for kept in run.result["studies"]:
        study = study_from_json(kept)
        for line in study.lines:
            assert not [
                (line.name, line.n) for name, n in line.n.items() if name in people_of and 0 < n < CELL
            ]
        for table in study.tables:
            if table.columns[0] == "therapist":
                continue  # a therapist's own, which `for_viewer` gives to nobody else
            places = [place for place, name in enumerate(table.columns) if name in people_of]
            assert not [row for row in table.rows for place in places if row[place] and 0 < row[place] < CELL]
        assert as_json(study) == kept
