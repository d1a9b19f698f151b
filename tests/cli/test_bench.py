"""``accord bench``: rows of promises, for people and for programs."""

import json
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from accord.basics.faults import Faults
from accord.cli import bench
from accord.cli.bench import benchmark_names, checkout, measure

ROW = {"name": "fast", "size": "10 rows", "result": "2 ms", "limit": "<= 3", "ratio": 2.0, "holds": True}


LONG = """
def rows(*, quick=False, report=None):
    return [{"name": f"{quick} {report}", "size": "", "result": "", "limit": "", "ratio": 1, "holds": True}]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (tmp_path / "benchmarks" / "speed.py").touch()
    (tmp_path / "benchmarks" / "_shared.py").touch()
    (tmp_path / "benchmarks" / "long").mkdir()
    (tmp_path / "benchmarks" / "long" / "__init__.py").write_text(LONG)
    monkeypatch.setattr(bench, "checkout", lambda: tmp_path)
    return tmp_path


def call(*arguments: str):
    app = typer.Typer()
    app.command()(bench.run)
    return CliRunner().invoke(app, list(arguments))


def test_names_leave_out_what_is_shared(folder):
    assert benchmark_names(folder) == ["long", "speed"]


@pytest.fixture
def importable(folder, monkeypatch):
    modules = {"long": {}, "speed": {}}
    exec(LONG, modules["long"])
    modules["speed"]["rows"] = lambda: [ROW]
    monkeypatch.setattr(
        bench, "import_module", lambda name: SimpleNamespace(**modules[name.rpartition(".")[2]])
    )


def test_a_named_benchmark_runs_in_full_and_takes_its_options(importable):
    assert [row["name"] for row in json.loads(call("long", "--json").stdout)] == ["False None"]
    done = call("long", "--quick", "--report", "there", "--json")
    assert [row["name"] for row in json.loads(done.stdout)] == ["True there"]


def test_without_a_name_a_long_benchmark_is_sampled(importable):
    assert [row["name"] for row in json.loads(call("--json").stdout)] == ["True None", "fast"]


@pytest.mark.parametrize("arguments", [("speed", "--quick"), ("speed", "--report", "x"), ("--report", "x")])
def test_an_option_that_is_not_taken_is_refused_with_who_takes_it(importable, arguments):
    done = call(*arguments)
    assert isinstance(done.exception, Faults)
    assert "takes it: long" in str(done.exception)
    assert arguments[-2 if "x" in arguments else -1] in str(done.exception)


def test_rows_as_json_and_exit_code(folder, monkeypatch):
    monkeypatch.setattr(
        bench, "measure", lambda name, **options: [ROW, {**ROW, "name": "slow", "holds": False}]
    )
    done = call("speed", "--json")
    assert done.exit_code == 1
    assert [row["holds"] for row in json.loads(done.stdout)] == [True, False]


def test_a_table_for_people(folder, monkeypatch):
    monkeypatch.setattr(bench, "measure", lambda name, **options: [ROW])
    monkeypatch.setattr(bench, "options_of", lambda name: ())
    done = call()
    assert done.exit_code == 0
    assert "fast" in done.stdout


def test_an_unknown_name_gets_the_near_one(folder):
    done = call("sped")
    assert isinstance(done.exception, Faults)
    assert "Did you mean speed?" in str(done.exception)


def test_the_checkout_is_found_and_its_absence_is_told(tmp_path, monkeypatch):
    assert (checkout() / "pyproject.toml").is_file()
    monkeypatch.setattr(bench.accord, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Faults, match="checkout"):
        checkout()


def test_a_row_without_a_field_is_an_error(monkeypatch):
    class Module:
        @staticmethod
        def rows():
            return [{"name": "x"}]

    monkeypatch.setattr(bench, "import_module", lambda name: Module)
    with pytest.raises(KeyError):
        measure("x")
