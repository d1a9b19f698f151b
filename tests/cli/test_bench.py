"""``accord bench``: rows of promises, for people and for programs."""

import json

import pytest
import typer
from typer.testing import CliRunner

from accord.basics.faults import Faults
from accord.cli import bench
from accord.cli.bench import benchmark_names, checkout, measure

ROW = {"name": "fast", "size": "10 rows", "result": "2 ms", "limit": "<= 3", "ratio": 2.0, "holds": True}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").touch()
    (tmp_path / "benchmarks" / "speed.py").touch()
    (tmp_path / "benchmarks" / "_shared.py").touch()
    monkeypatch.setattr(bench, "checkout", lambda: tmp_path)
    return tmp_path


def call(*arguments: str):
    app = typer.Typer()
    app.command()(bench.run)
    return CliRunner().invoke(app, list(arguments))


def test_names_leave_out_what_is_shared(folder):
    assert benchmark_names(folder) == ["speed"]


def test_rows_as_json_and_exit_code(folder, monkeypatch):
    monkeypatch.setattr(bench, "measure", lambda name: [ROW, {**ROW, "name": "slow", "holds": False}])
    done = call("speed", "--json")
    assert done.exit_code == 1
    assert [row["holds"] for row in json.loads(done.stdout)] == [True, False]


def test_a_table_for_people(folder, monkeypatch):
    monkeypatch.setattr(bench, "measure", lambda name: [ROW])
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
