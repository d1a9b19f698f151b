"""Writes ``docs/commands.md`` from the commands themselves, so that the page cannot say something else."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

from accord.cli import COMMANDS, load

WIDTH = 120  # of a line of prose
PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
OPENING = """# Commands

This page is written by `make docs` from the commands themselves. `accord --install-completion` sets up completion in
your shell. Exit codes: 0 done; 1 something is wrong with the input or the installation, told with what to do; 2 a wrong
option or name; 70 a mistake of ours, with a reference to report; above 128 a signal ended it, such as 130: Ctrl-C.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [OPENING, *(line for name in COMMANDS for line in section(f"accord {name}", load(name), 2))]
    )


def section(name: str, command: Any, depth: int) -> Iterator[str]:
    """One command, then the commands inside it."""
    yield f"{'#' * depth} {name}\n"
    yield prose(command.help or command.callback.__doc__ or "")
    rows = [row(param) for param in command.params if param.name != "help" and not param.hidden]
    if rows:
        yield "| option | meaning |\n|---|---|\n" + "\n".join(rows) + "\n"
    for inner in getattr(command, "commands", {}).values():
        yield from section(f"{name} {inner.name}", inner, depth + 1)


def prose(text: str) -> str:
    """A help text as Markdown: its example becomes a block that can be copied."""
    said, _, example = text.replace("\f", "").strip().partition("Example: ")
    lines = [line for part in said.strip().splitlines() for line in wrap(part, WIDTH) or [""]]
    block = f"\n\n```\n{' '.join(example.split())}\n```\n" if example else "\n"
    return "\n".join(lines) + block


def row(param: Any) -> str:
    """One option or argument as a table row."""
    names = ", ".join(param.opts) if param.param_type_name == "option" else param.name.upper()
    meaning = (getattr(param, "help", "") or "").replace("|", "\\|")
    usual = param.default
    said = "" if usual in (None, False, ()) or callable(usual) or param.required else f" Usual: {usual}."
    return f"| `{names}` | {meaning}{' Required.' if param.required else said} |"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0 if PAGE.read_text(encoding="utf-8") == page() else "docs/commands.md is old: run make docs"
        )
    PAGE.write_text(page(), encoding="utf-8")
