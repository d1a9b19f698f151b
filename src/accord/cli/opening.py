"""What several commands share: opening the web room, choosing a service, printing for people or for programs."""

import json
from typing import Any

import typer

from accord.basics.faults import refuse


def open_web() -> None:
    """Load the web room's settings and models; commands that need no database never call this."""
    from accord.web.standalone import start

    start()


def open_database() -> None:
    """Open the web room; fill an empty database, refuse one that lacks migrations: it may want a backup first."""
    open_web()
    from accord.web.standalone import is_empty, pending, prepare

    if is_empty():
        prepare()
    waiting = pending()
    if waiting:
        raise refuse(
            "database",
            f"it lacks {len(waiting)} migrations (the first is {waiting[0]}).",
            "'accord serve' and 'accord demo' apply them; so does 'accord doctor --mend'.",
        )


def services(slug: str | None) -> list[Any]:
    """The service named `slug`, or all of them; refuses an unknown name and an empty installation."""
    from accord.web.people.actions import service_named
    from accord.web.people.models import Service

    if slug is not None:
        return [service_named(slug)]
    found = list(Service.objects.order_by("slug"))
    if not found:
        raise refuse("services", "there is none yet.", "Make one: accord users add --help, or accord demo.")
    return found


def one_service(slug: str | None) -> Any:
    """The service named `slug`; without a name the only one there is."""
    found = services(slug)
    if len(found) > 1:
        names = ", ".join(service.slug for service in found)
        raise refuse("service", f"there are several: {names}.", "Say which with --service.")
    return found[0]


def print_json(value: object) -> None:
    """Print `value` as JSON on the output stream, and nothing else there."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def percent(share: float) -> str:
    """A share for people: ``4 %``, ``7.5 %``."""
    from accord.studies.numbers import number

    return number(share, "share")
