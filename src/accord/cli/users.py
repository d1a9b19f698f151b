"""``accord users``: the people who sign in, and what they may do."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.cli.opening import one_service, open_database, print_json, services

app = typer.Typer(no_args_is_help=True)

Service = Annotated[str | None, typer.Option("--service", help="Short name of the service.")]
Email = Annotated[str, typer.Argument(help="The address they sign in with.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="therapist, supervisor, lead, administrator or researcher; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@app.callback()
def users() -> None:
    """Add and list people who sign in, and change their roles.

    Example: accord users add ruiz@example.org --name "Dr Ruiz" --role therapist --new-service "Harbour practice"
    """


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="How clients and colleagues see them.")],
    role: Roles,
    service: Service = None,
    new_service: Annotated[
        str | None, typer.Option(help="Make this service first, by its full name.")
    ] = None,
) -> None:
    """Add a member of staff. Someone new gets a password, which is printed once.

    Example: accord users add ruiz@example.org --name "Dr Ruiz" --role therapist --role lead
    """
    open_database()
    from accord.web.accounts.actions import new_password
    from accord.web.accounts.models import User
    from accord.web.people import actions

    known = User.objects.filter(email=email.lower()).exists()
    password = None if known else new_password()
    actions.checked_roles(role)  # before a service is made for somebody who is then refused
    place = actions.make_service(name=new_service) if new_service else one_service(service)
    actions.add_staff(service=place, email=email, name=name, roles=role, password=password)
    typer.echo(f"{name} works in {place.name} as {', '.join(role)}.")
    if password:
        typer.echo(f"Password, shown only now: {password}")


@app.command("list")
def list_(service: Service = None, as_json: Json = False) -> None:
    """List who works where, with their roles.

    Example: accord users list --service harbour --json
    """
    open_database()
    rows = [row for place in services(service) for row in staff_rows(place)]
    if as_json:
        print_json(rows)
        return
    table = Table("service", "e-mail", "name", "roles", "active")
    for row in rows:
        cells = (
            row["service"],
            row["email"],
            row["name"],
            ", ".join(row["roles"]),
            "yes" if row["active"] else "no",
        )
        table.add_row(*cells)
    Console().print(table)


@app.command()
def roles(email: Email, role: Roles, service: Service = None) -> None:
    """Replace someone's roles.

    Example: accord users roles ruiz@example.org --role therapist --role supervisor
    """
    open_database()
    from accord.web.people import actions

    actions.set_roles(staff=staff_named(one_service(service), email), roles=role)
    typer.echo(f"{email} is now {', '.join(role)}.")


@app.command()
def reset(
    email: Email,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="Also forget a lost phone.")] = False,
) -> None:
    """Give someone a new password, which is printed once, and end their sessions.

    Example: accord users reset ruiz@example.org --second-factor
    """
    open_database()
    from accord.web.accounts import actions

    password = actions.reset_password(user=actions.user_named(email), second_factor=second_factor)
    typer.echo(f"Password, shown only now: {password}")


def staff_rows(place: Any) -> list[dict[str, Any]]:
    """The staff of one service as plain rows, sorted by address."""
    staff = place.staff_set.select_related("user").prefetch_related("roles").order_by("user__email")
    return [
        {
            "service": place.slug,
            "email": one.user.email,
            "name": one.name,
            "roles": sorted(role.role for role in one.roles.all()),
            "active": one.active,
        }
        for one in staff
    ]


def staff_named(place: Any, email: str) -> Any:
    """The member of staff with this address; refuses with the near one."""
    found = place.staff_set.filter(user__email=email.lower()).first()
    if found is None:
        known = list(place.staff_set.values_list("user__email", flat=True))
        raise refuse("e-mail", f"nobody works in {place.name} as {email}.", hint(email, known))
    return found
