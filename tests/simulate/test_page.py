"""docs/simulate.md says what the simulator does: columns, parameters, figures, and each command runs."""

import itertools
import re
import shlex
from pathlib import Path

import pytest

from accord.cli.simulate import check
from accord.simulate.calibration import KINDS as FIGURES
from accord.simulate.parameters import KINDS, SHARES, descriptions
from accord.simulate.snapshot import PARTS
from accord.simulate.tables import COLUMNS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """From this heading to the next one of its level or above."""
    level, _, _ = title.partition(" ")
    found = re.search(rf"^{re.escape(title)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", PAGE, re.M | re.S)
    assert found, title
    return found[1]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("table", COLUMNS)
def test_the_column_dictionary(table):
    expected = [[one.name, str(one.type), one.meaning.replace("`", "")] for one in COLUMNS[table]]
    assert [[cell.replace("`", "") for cell in row] for row in rows(section(f"### {table}"))] == expected


def test_the_truth_of_a_snapshot():
    expected = [[one.name, str(one.type), one.meaning] for one in PARTS if one not in COLUMNS["truth"]]
    assert rows(section("## As a snapshot")) == expected


def test_every_parameter_with_value_sweep_and_source():
    def shown(name, value):
        if name not in SHARES:
            return f"{value:g}"
        label = (
            (lambda key: KINDS[int(key)].value) if name == "session_kinds" else (lambda key: str(int(key)))
        )
        return ", ".join(f"{label(key)}: {share:g}" for key, share in value)

    expected = [
        [
            name,
            shown(name, one.value),
            f"{one.sweep[0]:g} to {one.sweep[1]:g}" if one.sweep else "",
            one.confidence.value,
            one.source,
        ]
        for name, one in descriptions().items()
    ]
    assert rows(section("## Parameters")) == expected


def test_every_source_that_a_parameter_names_is_listed():
    named = {
        key for one in descriptions().values() for key in re.findall(r"\b[A-Z]{3,4}\d\db?\b|GUMZ", one.source)
    }
    listed = section("## Parameters").split("Sources:")[1]
    assert named <= set(re.findall(r"\b[A-Z]{3,4}\d\db?\b|GUMZ", listed))


def test_the_figures_are_those_of_the_long_run_and_their_references():
    validation = Path(__file__).resolve().parents[1] / "validation" / "test_simulated_service.py"
    long_run = dict(re.findall(r'^    "(\w+)": (-?[\d.]+),$', validation.read_text(encoding="utf-8"), re.M))
    told = {name: (value, wanted) for name, value, wanted, _ in rows(section("## What it is held to"))}
    assert set(told) == {figure.name for figure in FIGURES} == set(long_run)
    for figure in FIGURES:
        value, wanted = told[figure.name]
        assert float(value) == pytest.approx(float(long_run[figure.name]), abs=0.0006)
        ends = [float(number) for number in wanted.split(" to ")]
        assert (ends[0], ends[-1]) == (figure.reference.low, figure.reference.high)


def test_the_commands_of_the_page_are_accepted():
    commands = re.findall(r"^accord simulate (.+)$", PAGE, re.M)
    assert len(commands) == 5
    for command in commands:
        words = shlex.split(command)
        given = {
            key: value for key, value in zip(words, [*words[1:], "--"], strict=True) if key.startswith("--")
        }
        check(
            Path(given["--out"]) if "--out" in given else None,
            int(given["--clients"]) if "--clients" in given else None,
            int(given["--sessions"]) if "--sessions" in given else None,
            int(given.get("--seed", 1)),
            [value for key, value in itertools.pairwise(words) if key == "--instrument"] or ["check-in"],
            given.get("--format", "parquet"),
            "--summary" in given,
            "--snapshot" in given,
        )  # fmt: skip


def test_the_file_of_parameters_on_the_page_is_read(tmp_path):
    from accord.simulate.parameters import read_parameters

    file = tmp_path / "stressed.yaml"
    file.write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.S)[1], encoding="utf-8")
    assert read_parameters(file).missing_informative == 0.75
