"""The table of commands: help, near names, exit codes, completion."""

import subprocess
import sys

import pytest
import typer

from accord.basics.faults import Fault, Faults
from accord.cli import COMMANDS, Entry, load, main


def test_help_lists_every_command_and_its_purpose(accord):
    shown = accord("--help")
    assert shown.returncode == 0
    for name, entry in COMMANDS.items():
        assert name in shown.stdout
        assert entry.purpose[:40] in shown.stdout


def test_help_imports_neither_django_nor_numpy():
    code = (
        "import sys, typer\n"
        "from accord import cli\n"
        "command = typer.main.get_command(cli.app)\n"
        "command(['--help'], standalone_mode=False)\n"
        "print(sorted(sys.modules.keys() & {'django', 'numpy', 'granian', 'pyarrow', 'accord.web'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(accord, name):
    command = load(name)
    shown = accord(name, "--help")
    assert shown.returncode == 0, shown.stderr
    assert f"accord {name}" in shown.stdout.split("Usage:", 1)[1].split("\n", 1)[1], "no example in the help"
    assert not {p.name for p in command.params} & {"install_completion", "show_completion"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_shows_an_example(accord, name):
    for sub in getattr(load(name), "commands", {}):
        shown = accord(name, sub, "--help")
        assert f"accord {name} {sub}" in shown.stdout.split("Usage:", 1)[1].split("\n", 1)[1], f"{name} {sub}"


def test_an_unknown_command_gets_the_near_name_and_exit_code_2(accord):
    refused = accord("docter")
    assert refused.returncode == 2
    assert "doctor" in refused.stderr
    assert accord("zzzz").returncode == 2


def test_an_unknown_option_is_exit_code_2(accord):
    assert accord("doctor", "--nonsense").returncode == 2


def test_version(accord):
    assert accord("--version").stdout.startswith("accord 0.")


def test_completion_offers_commands(accord):
    offered = accord(_ACCORD_COMPLETE="complete_bash", COMP_WORDS="accord do", COMP_CWORD="1")
    assert offered.stdout.split() == ["doctor"]


def called_with(monkeypatch, error: Exception) -> int:
    """Exit code of a command that raises `error`."""

    def run() -> None:
        raise error

    monkeypatch.setitem(COMMANDS, "broken", Entry("accord.cli.doctor", "Breaks."))
    monkeypatch.setattr("accord.cli.doctor.run", run)
    monkeypatch.setattr(sys, "argv", ["accord", "broken"])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_faults_are_told_one_by_one(monkeypatch, capsys):
    faults = Faults(
        [Fault("map.yaml:3", "no column 'q1'.", "Did you mean Q1?"), Fault("map.yaml:9", "twice.")]
    )
    assert called_with(monkeypatch, faults) == 1
    told = capsys.readouterr().err
    assert told.splitlines() == ["map.yaml:3: no column 'q1'. Did you mean Q1?", "map.yaml:9: twice."]


def test_a_mistake_of_ours_has_a_reference_and_no_content(monkeypatch, capsys):
    assert called_with(monkeypatch, ValueError("I wanted to talk about my job")) == 70
    told = capsys.readouterr().err
    assert "Reference" in told
    assert "ValueError" in told
    assert "my job" not in told


def test_a_chosen_exit_code_is_kept(monkeypatch):
    assert called_with(monkeypatch, typer.Exit(3)) == 3


@pytest.mark.parametrize("name", COMMANDS)
def test_help_flows_to_the_width_of_the_terminal_and_cuts_no_name_of_an_option(accord, name):
    shown = accord(name, "--help", COLUMNS="60")
    assert "<bool>" not in shown.stdout
    told = " ".join(shown.stdout.split())
    said = load(name).help
    assert " ".join(said.split()) in told and "\n" not in said.replace("\n\n", "")
    options = [param for param in load(name).params if param.param_type_name == "option"]
    assert all(name in shown.stdout for option in options for name in option.opts)
