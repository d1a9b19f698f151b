"""``accord backup``: everything in one encrypted file."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from accord.basics.faults import refuse
from accord.cli.opening import open_database, print_json
from accord.exchange.archive import refuse_taken_file, write_archive

VARIABLE = "ACCORD_BACKUP_PASSPHRASE"
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help=f"File with the passphrase; else {VARIABLE}, else you are asked."),
]


def run(
    file: Annotated[Path, typer.Argument(help="The file to write, such as backup.age.")],
    passphrase_file: PassphraseFile = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file when it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
) -> None:
    """Write the database and the text packs into one encrypted file, as they are at this instant.

    Check-ins go on meanwhile. The secret key is not in it: keep 'secret.key' apart, or encrypted fields cannot be read.

    Example: accord backup backup.age --passphrase-file /etc/accord/passphrase
    """
    refuse_taken_file(file, replace=replace)
    passphrase = passphrase_from(passphrase_file, twice=True)
    open_database()
    from accord.web.copying import PACKS, copy_all, note_backup

    archive = copy_all()
    digest = write_archive(file, archive, passphrase, replace=replace)
    note_backup(digest)
    rows = sum(archive.about["rows"].values())
    packs = sum(name.startswith(PACKS) for name in archive.parts)
    if as_json:
        size = file.stat().st_size
        print_json({"file": str(file), "sha256": digest, "bytes": size, "rows": rows, "text_packs": packs})
        return
    typer.echo(f"{file}: {rows} rows and {packs} text packs, encrypted.")
    typer.echo("The secret key is not in it. Keep it, and the passphrase, apart from the backups.")


def passphrase_from(file: Path | None, *, twice: bool = False) -> str:
    """The passphrase from a file, from the environment, or asked for in the terminal."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as failure:
            raise refuse(str(file), f"it cannot be read ({failure.strerror}).") from None
        except UnicodeDecodeError:
            raise refuse(str(file), "this is not UTF-8.", "Save the passphrase as plain text.") from None
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise refuse(
            "passphrase", "there is none, and nobody to ask.", f"Use --passphrase-file, or set {VARIABLE}."
        )
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))
