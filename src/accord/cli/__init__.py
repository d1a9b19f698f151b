"""The command ``accord``: one file per command, and this table of them.

A command is imported only when it is used, so that ``accord --help`` and completion in the shell stay fast.
Exit codes: 0 done; 1 something is wrong with the input or the installation, told with what to do; 2 a wrong
option or name; 70 a mistake of ours, with a reference; above 128 a signal ended it (130: Ctrl-C).
"""

import os
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from accord import __version__
from accord.basics.faults import Faults
from accord.basics.identifiers import reference
from accord.basics.near import hint
from accord.basics.private import clear_left_behind
from accord.cli.ending import clear_up_when_told_to_end, told_to_end

WRONG_INPUT = 1
OUR_MISTAKE = 70  # EX_SOFTWARE of sysexits.h


@dataclass(frozen=True)
class Entry:
    """Where a command lives and what it is for; the module has ``app`` (a Typer) or ``run`` (a function)."""

    module: str
    purpose: str


COMMANDS: dict[str, Entry] = {
    "serve": Entry("accord.cli.serve", "Start the web application and the worker that sends messages."),
    "demo": Entry("accord.cli.demo", "Make a simulated clinic to look around in."),
    "import": Entry("accord.cli.import_", "Read answers or scores from a table, by a map."),
    "export": Entry("accord.cli.export", "Write answers and scores as tables, also de-identified."),
    "snapshot": Entry("accord.cli.snapshot", "Write the sessions of a service as Parquet, for studies."),
    "simulate": Entry("accord.cli.simulate", "Make a service that never existed, with known truth."),
    "signals": Entry("accord.cli.signals", "Find dips in a table of ratings, for researchers."),
    "instruments": Entry(
        "accord.cli.instruments", "List, show, score and check instruments; add their words."
    ),
    "claims": Entry("accord.cli.claims", "List what is claimed about the alliance, and how well it stands."),
    "articles": Entry("accord.cli.articles", "Check articles: form, links, and whether what they say is so."),
    "learn": Entry("accord.cli.learn", "Learn from a service's own past how often its alarms come."),
    "fit": Entry("accord.cli.fit", "Fit a linear mixed model to a table, exactly, for researchers."),
    "findings": Entry("accord.cli.findings", "Test the five findings on a service's own sessions."),
    "dropout": Entry(
        "accord.cli.dropout", "How well leaving can be foretold here, and where a word may help."
    ),
    "etr": Entry("accord.cli.etr", "Where people who begin alike usually go, and who falls below it."),
    "therapists": Entry(
        "accord.cli.therapists", "How far therapists differ, and how little is known of each."
    ),
    "equity": Entry("accord.cli.equity", "Whether everyone is served alike: groups of clients compared."),
    "report": Entry("accord.cli.report", "Write the annual report of a service as PDF or HTML."),
    "frontiers": Entry(
        "accord.cli.frontiers", "Training, kinds of meeting, groups, and how well forms measure."
    ),
    "rescore": Entry("accord.cli.rescore", "Compute every score again from the raw answers."),
    "audit": Entry("accord.cli.audit", "Check that the audit trail was not changed."),
    "users": Entry("accord.cli.users", "Add and list people who sign in, and change their roles."),
    "backup": Entry("accord.cli.backup", "Write everything into one encrypted file."),
    "restore": Entry("accord.cli.restore", "Bring a backup back into an empty place."),
    "doctor": Entry("accord.cli.doctor", "Say what is wrong with this installation and how to mend it."),
    "bench": Entry("accord.cli.bench", "Measure the promises of speed, size and safety."),
}

HELP = ["-h", "--help"]
COMPLETION_PARAMETERS = {"install_completion", "show_completion"}


def load(name: str) -> Any:
    """The command `name`, imported now; KeyError for a name that is not in the table."""
    module = import_module(COMMANDS[name].module)
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer()
        app.command()(module.run)
    command = typer.main.get_command(app)
    set_for_reading(command)
    command.name = name
    # Typer gives every app its own completion; only the outermost one is meant.
    command.params = [param for param in command.params if param.name not in COMPLETION_PARAMETERS]
    for one in (command, *getattr(command, "commands", {}).values()):
        set_for_reading(one)
    return command


def set_for_reading(command: Any) -> None:
    """Let the help flow to the width of the terminal, and name no kind of value where an option takes none."""
    paragraphs = cleandoc(command.help or "").split("\n\n")
    command.help = "\n\n".join(" ".join(one.split()) for one in paragraphs)
    asked = typer.Context(command, help_option_names=HELP)
    for param in command.get_params(asked):
        if getattr(param, "is_flag", False):
            param.metavar = ""


class Table(TyperGroup):
    """A group whose members come from `COMMANDS` and are imported only when one of them is run."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with name and purpose: all that help and completion ask for."""
        entry = COMMANDS.get(cmd_name)
        return TyperCommand(cmd_name, help=entry.purpose) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if name not in COMMANDS:
            ctx.fail(f"There is no command '{name}'. {hint(name, COMMANDS)}".rstrip())
        return name, load(name), args[1:]


app = typer.Typer(
    cls=Table,
    name="accord",
    no_args_is_help=True,
    context_settings={"help_option_names": HELP},
    epilog="Example: accord demo --serve",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"accord {__version__}")
        raise typer.Exit


@app.callback()
def accord(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Accord listens to the therapeutic alliance."""


def tell_faults(faults: Faults) -> None:
    """Print each fault on its own line of the error stream."""
    for fault in faults.faults:
        typer.echo(str(fault), err=True)


def tell_mistake(mistake: BaseException) -> None:
    """Print a reference and the places in the code, never the message: it may hold what a client wrote."""
    steps = traceback.extract_tb(mistake.__traceback__)
    places = [f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in steps][-4:]
    typer.echo(f"Something went wrong that Accord did not expect. Reference {reference()}.", err=True)
    typer.echo(f"  {type(mistake).__name__} at {' > '.join(places)}", err=True)
    typer.echo(
        "  'accord doctor' may say why. ACCORD_TRACE=1 shows the whole trace, which can hold clients' words: "
        "read it before you pass it on.",
        err=True,
    )


def main() -> NoReturn:
    """Run the command line and exit with a code that means something."""
    command = typer.main.get_command(app)
    set_for_reading(command)
    clear_up_when_told_to_end()
    clear_left_behind()
    try:
        command(prog_name="accord")
    except Faults as faults:
        tell_faults(faults)
        sys.exit(WRONG_INPUT)
    except Exception as mistake:
        if (code := told_to_end()) is not None:
            sys.exit(code)
        if os.environ.get("ACCORD_TRACE"):
            raise
        tell_mistake(mistake)
        sys.exit(OUR_MISTAKE)
    sys.exit(0)
