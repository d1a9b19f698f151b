"""``accord restore``: a backup back into an empty place."""

from pathlib import Path
from typing import Annotated

import typer

from accord.cli.backup import PassphraseFile, passphrase_from
from accord.cli.opening import open_web, print_json
from accord.exchange.archive import read_archive


def run(
    file: Annotated[Path, typer.Argument(help="A file that 'accord backup' wrote.")],
    passphrase_file: PassphraseFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came back as JSON.")] = False,
) -> None:
    """Bring a backup back into an empty place: a new data folder, or an empty database.

    All or nothing. Afterwards the trail is verified; exit code 1 when it is not whole. Everyone signs in anew.

    Example: ACCORD_DATA=new accord restore backup.age
    """
    open_web()
    from accord.web.copying import bring_back, refuse_full_place

    refuse_full_place()
    archive = read_archive(file, passphrase_from(passphrase_file))
    done = bring_back(archive)
    from accord.web.audit.actions import verify
    from accord.web.people.models import Service

    broken = [service.slug for service in Service.objects.order_by("slug") if verify(service)]
    if as_json:
        print_json(
            {
                "rows": done.rows,
                "text_packs": done.text_packs,
                "made_at": done.made_at,
                "key_fits": done.key_fits,
                "broken_trails": broken,
            }
        )
    else:
        typer.echo(f"{done.rows} rows and {done.text_packs} text packs are back, as of {done.made_at}.")
        typer.echo(
            "The trail is whole." if not broken else f"The trail is not whole in: {', '.join(broken)}."
        )
        if not done.key_fits:
            typer.echo(
                "The secret key here is not the one they were encrypted with. Put the old 'secret.key' into the data "
                "folder (or its line below the new one) before anyone signs in."
            )
    if broken:
        raise typer.Exit(1)
