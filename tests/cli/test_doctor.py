"""``accord doctor``: each thing that can be wrong is found and told with what to do."""

import json

import pytest

from accord.basics.faults import refuse
from accord.cli import doctor
from accord.cli.doctor import State, look


def findings(done) -> dict[str, list[dict]]:
    by_check: dict[str, list[dict]] = {}
    for one in json.loads(done.stdout):
        by_check.setdefault(one["check"], []).append(one)
    return by_check


def wrong(done) -> dict[str, list[dict]]:
    only = {name: [one for one in rows if one["state"] == "wrong"] for name, rows in findings(done).items()}
    return {name: rows for name, rows in only.items() if rows}


def test_a_fresh_place_lacks_its_migrations_and_mend_applies_them(accord):
    before = accord("doctor", "--json")
    assert before.returncode == 1
    assert set(wrong(before)) >= {"database"}
    mended = accord("doctor", "--mend", "--json")
    assert wrong(mended) == {}
    assert mended.returncode == 0
    assert findings(mended)["mail"][0]["state"] == "note"


def test_every_wrong_finding_says_what_to_do(accord):
    for rows in wrong(
        accord("doctor", "--json", ACCORD_DEBUG="true", ACCORD_BASE_URL="https://a.example")
    ).values():
        assert all(one["do"] for one in rows)


def test_debug_and_missing_tls_are_exposure(accord):
    accord("doctor", "--mend")
    shown = wrong(accord("doctor", "--json", ACCORD_DEBUG="true", ACCORD_BASE_URL="https://a.example"))
    assert len(shown["exposure"]) == 2


def test_a_key_that_others_can_read_is_found_and_mended(accord, tmp_path):
    accord("doctor", "--mend")
    key = tmp_path / "var" / "secret.key"
    key.chmod(0o644)
    assert set(wrong(accord("doctor", "--json"))) == {"secret key"}
    assert accord("doctor", "--mend", "--json").returncode == 0
    assert key.stat().st_mode & 0o077 == 0


def test_an_unreachable_database_is_told_without_a_trace(accord):
    shown = accord("doctor", "--json", ACCORD_DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    assert shown.returncode == 1
    assert "database" in wrong(shown)
    assert "Traceback" not in shown.stderr


def test_the_table_for_people_names_state_and_remedy(accord):
    shown = accord("doctor")
    assert "WRONG" in shown.stdout
    assert "accord doctor --mend" in shown.stdout


def test_a_check_that_breaks_is_a_finding_without_its_message():
    def clock():
        raise ValueError("I wanted to talk about my job")
        yield

    (found,) = look(clock)
    assert found.state is State.WRONG
    assert "my job" not in f"{found}"


def test_faults_of_a_check_are_findings():
    def instruments():
        raise refuse("definition.yaml:3", "no such method.", "Did you mean mean?")
        yield

    (found,) = look(instruments)
    assert (found.what, found.do) == ("definition.yaml:3: no such method.", "Did you mean mean?")


def test_an_old_python_is_wrong(monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (9, 0))
    assert [one.state for one in look(doctor.python)] == [State.WRONG]


def test_a_missing_package_and_an_old_one_are_named(monkeypatch):
    lines = ["nowhere-to-be-found>=1", "typer>=999", "rich; extra == 'x'"]
    monkeypatch.setattr(doctor.importlib.metadata, "requires", lambda name: lines)
    found = look(doctor.dependencies)
    assert [one.state for one in found] == [State.WRONG, State.WRONG, State.FINE]
    assert "nowhere-to-be-found" in found[0].what
    assert "typer" in found[1].what


@pytest.mark.parametrize("check", doctor.CHECKS, ids=lambda one: one.__name__)
def test_every_check_says_what_stands_well(check):
    assert check.__doc__ and check.__doc__.endswith(".")


def test_spark_without_java_is_a_note_with_what_to_install(monkeypatch):
    from accord.statistics.mixed import engines

    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr(engines, "has_java", lambda: False)
    fine, note = doctor.engines()
    assert fine.state is State.FINE and "spark" not in fine.what and "polars" in fine.what
    assert note.state is State.NOTE and "Java 17" in note.do
