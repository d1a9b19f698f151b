"""``accord etr`` and ``accord therapists``: what they print, write and refuse."""

import json

import pyarrow.parquet as pq
import pytest

from accord.simulate.snapshot import simulate_snapshot


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service") / "snapshot"
    simulate_snapshot(folder, clients=700, seed=6)
    return folder


def test_the_expected_course_is_told_and_written(accord, service, tmp_path):
    done = accord("etr", str(service), "--out", "expected", "--json")
    assert done.returncode == 0, done.stderr
    (study,) = json.loads(done.stdout)["studies"]
    assert (study["id"], study["verdict"]) == ("expected_course", "describes")
    curves = pq.read_table(tmp_path / "expected" / "expected_course-curves.parquet")
    assert curves.column_names[:3] == ["intake", "session", "middle"] and curves.num_rows > 20
    assert (tmp_path / "expected" / "expected_course-decision.csv").exists()


def test_it_is_told_in_words_with_what_it_cannot_say(accord, service):
    shown = accord("etr", str(service)).stdout
    assert "Its band for 8 in 10 held" in shown and "Vendors of some forms" in shown
    assert "Simulated: none of it ever happened." in shown


def test_one_therapist_sees_their_own_alone(accord, service):
    whole = json.loads(accord("therapists", str(service), "--json").stdout)["studies"][0]
    table = next(one for one in whole["tables"] if one["name"] == "therapists")
    key = table["rows"][0][0]
    told = json.loads(accord("therapists", str(service), "--therapist", key, "--json").stdout)
    assert told["own"]["therapist"] == key and told["own"]["clients"] >= 30
    assert not any(row[0] in json.dumps(told["others"]) for row in table["rows"])
    shown = accord("therapists", str(service), "--therapist", key).stdout
    assert "nobody can say who is better" in " ".join(shown.split())
    assert not any(row[0] in shown for row in table["rows"] if row[0] != key)


def test_a_therapist_with_few_people_is_told_so(accord, service):
    whole = json.loads(accord("therapists", str(service), "--json").stdout)["studies"][0]
    few = next(one for one in whole["tables"] if one["name"] == "too_few")
    key, clients = few["rows"][0]
    assert (
        f"too few to say ({clients} of 30)" in accord("therapists", str(service), "--therapist", key).stdout
    )


def test_what_cannot_be_is_refused_in_words(accord, service):
    near = accord("therapists", str(service), "--therapist", "t00001")
    assert near.returncode == 1 and "there is no 't00001'" in near.stderr and "t0000" in near.stderr
    both = accord("therapists", str(service), "--therapist", "t000001", "--out", "x")
    assert both.returncode == 1 and "--out: it writes every therapist's estimate." in both.stderr
    assert accord("etr", str(service / "nowhere")).returncode == 1


def test_a_form_that_nobody_answered_is_too_few_with_the_published_anchor(accord, service):
    done = accord("etr", str(service), "--outcome", "phq-9")
    assert done.returncode == 0, done.stderr
    assert "too few to say" in done.stdout and "15.4 CBTW" in done.stdout
