"""``accord doctor``: what is wrong with this installation, and how to mend it.

Each check is a function that yields findings, and `CHECKS` is the table of them. A check that cannot run is itself
a finding. Nothing here leaves the machine, but for ``--mail``, which knocks at the mail server.
"""

import importlib.metadata
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.table import Table

from accord.basics.clock import now
from accord.basics.faults import Faults
from accord.cli.opening import open_web, print_json

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
WORKER_SILENT = timedelta(minutes=3)  # it beats once a minute
SQLITE_FULL = 2  # value of ``pragma synchronous`` that survives a power cut


class State(StrEnum):
    """How a finding weighs: only `WRONG` makes the exit code 1."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: where, how it stands, and what to do if it does not stand well."""

    check: str
    state: State
    what: str
    do: str = ""


Check = Callable[[], Iterator[Finding]]


def python() -> Iterator[Finding]:
    """Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("python", State.WRONG, f"Python {version} is too old.", "Install Python 3.11 or newer.")
    else:
        yield Finding("python", State.FINE, f"Python {version}")


def dependencies() -> Iterator[Finding]:
    """Every package that Accord names is here in a version it accepts."""
    from packaging.requirements import Requirement

    do = "Install from the lock: pip install --require-hashes -r requirements.lock"
    count = 0
    for line in importlib.metadata.requires("accord") or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding("dependencies", State.WRONG, f"{requirement.name} is missing.", do)
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wanted = f"{requirement.name} is {found}, and {requirement.specifier} is needed."
            yield Finding("dependencies", State.WRONG, wanted, do)
    yield Finding("dependencies", State.FINE, f"{count} packages looked at")


def settings() -> Iterator[Finding]:
    """The settings and the web room load; most findings below need that."""
    open_web()
    yield Finding("settings", State.FINE, "they load")


def data_folder() -> Iterator[Finding]:
    """The data folder can be written and has room."""
    from accord.web.configuration import configuration

    folder = configuration().data.resolve()
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"doctor")
    except OSError as reason:
        yield Finding(
            "data folder",
            State.WRONG,
            f"{folder} cannot be written ({reason.strerror}).",
            "Give the account that runs Accord the right to write there, or set ACCORD_DATA to another folder.",
        )
        return
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield Finding(
            "data folder",
            State.WRONG,
            f"only {free / 1e6:,.0f} MB are free at {folder}.",
            "Make room: a full disk refuses new answers.",
        )
    yield Finding("data folder", State.FINE, f"{folder}, {free / 1e9:,.0f} GB free")


def secret_key() -> Iterator[Finding]:
    """The key that signs links and encrypts fields is there, and only its owner can read it."""
    from accord.web.configuration import configuration

    chosen = configuration()
    if chosen.secret_keys:
        yield Finding("secret key", State.FINE, "set by ACCORD_SECRET_KEYS")
        return
    path = chosen.data / "secret.key"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            "secret key",
            State.WRONG,
            f"{path} can be read by others (mode {mode:o}).",
            "Close it: accord doctor --mend, or chmod 600.",
        )
    else:
        yield Finding(
            "secret key", State.FINE, "only its owner can read it; keep a copy apart from the backups"
        )


def database() -> Iterator[Finding]:
    """The database answers, is up to date and writes durably."""
    from accord.web.standalone import database_facts, pending

    facts = database_facts()
    yield Finding("database", State.FINE, f"{facts.vendor} answers ({facts.place})")
    if waiting := pending():
        yield Finding(
            "database",
            State.WRONG,
            f"{len(waiting)} migrations are not applied; the first is {waiting[0]}.",
            "Apply them: accord doctor --mend (accord serve does it too).",
        )
    if facts.vendor != "sqlite":
        return
    if facts.journal_mode != "wal":
        yield Finding(
            "database",
            State.WRONG,
            f"the journal mode is {facts.journal_mode}, not wal.",
            "Put the data folder on a local disk: SQLite cannot use WAL on a network share.",
        )
    if facts.synchronous is not None and facts.synchronous < SQLITE_FULL:
        yield Finding(
            "database",
            State.WRONG,
            f"synchronous is {facts.synchronous}: a power cut could lose acknowledged answers.",
            "Do not change the pragmas of settings.py.",
        )


def clock() -> Iterator[Finding]:
    """Time zones are known, and the clock does not stand before what was already written."""
    from accord.web.checkin.models import Response
    from accord.web.people.models import Service

    unknown = []
    for service in Service.objects.order_by("slug"):
        try:
            ZoneInfo(service.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            unknown.append(service)
    for service in unknown:
        yield Finding(
            "clock",
            State.WRONG,
            f"the time zone of service '{service.slug}' is unknown.",
            "Choose one such as Europe/Madrid in its settings; install the package tzdata.",
        )
    newest = Response.objects.order_by("-received_at").values_list("received_at", flat=True).first()
    if newest and newest > now() + timedelta(minutes=5):
        yield Finding(
            "clock",
            State.WRONG,
            "the newest answer was received in the future.",
            "Set the machine's clock, by NTP if it can.",
        )
    yield Finding("clock", State.FINE, f"{now():%Y-%m-%d %H:%M} UTC")


def mail() -> Iterator[Finding]:
    """Mail leaves the machine, or it is known that it does not."""
    from accord.web.configuration import configuration

    if configuration().mail_url:
        yield Finding("mail", State.FINE, "a mail server is set (--mail knocks at it)")
    else:
        yield Finding(
            "mail",
            State.NOTE,
            "no mail server is set: mails are printed where Accord runs.",
            "Set ACCORD_MAIL_URL, such as smtp+tls://user:password@host:587.",
        )


def mail_server() -> Iterator[Finding]:
    """The mail server opens the door; the only check that speaks to another machine, and only when asked for."""
    from django.core.mail import get_connection

    try:
        with get_connection(timeout=10):
            yield Finding("mail server", State.FINE, "it answers and accepts the sign-in")
    except OSError as reason:
        yield Finding(
            "mail server",
            State.WRONG,
            f"it does not answer ({type(reason).__name__}).",
            "Check host, port, user and password in ACCORD_MAIL_URL, and that smtp+tls or smtps is what it speaks.",
        )


def worker() -> Iterator[Finding]:
    """Messages are being sent."""
    from accord.web.checkin.models import Beat, Message

    beat = Beat.objects.first()
    silent = beat is None or now() - beat.at > WORKER_SILENT
    waiting = Message.objects.filter(
        sent_at=None, dropped_at=None, not_before__lte=now() - WORKER_SILENT
    ).count()
    if waiting:
        yield Finding(
            "worker",
            State.WRONG,
            f"{waiting} messages should have left by now.",
            "Start 'accord serve', which runs the worker" + ("." if silent else ", and look at its log."),
        )
    elif silent:
        yield Finding(
            "worker", State.NOTE, "it is not running, and nothing waits.", "It runs with 'accord serve'."
        )
    else:
        yield Finding("worker", State.FINE, "alive")


def pictures() -> Iterator[Finding]:
    """The chart bundle can be made without asking another host."""
    import vl_convert

    yield Finding("charts", State.FINE, f"Vega {vl_convert.get_vega_version()} is in the installation")


def engines() -> Iterator[Finding]:
    """Which engines add up what a study asks of many sessions; without Java, all but Spark."""
    from importlib.util import find_spec

    from accord.statistics.mixed.engines import ENGINES, has_java

    here = [name for name, one in ENGINES.items() if find_spec(one.package) and (has_java() or not one.java)]
    yield Finding("engines", State.FINE, f"{', '.join(here)} can add up for accord fit")
    if find_spec(ENGINES["spark"].package) and not has_java():
        yield Finding(
            "engines",
            State.NOTE,
            "Spark is installed, and the Java that it needs is not.",
            "Only needed for accord fit --engine spark: install Java 17 (openjdk-17-jre-headless).",
        )


def instruments() -> Iterator[Finding]:
    """Definitions and text packs load, and every form that a service asks has words in its language."""
    from accord.instruments.registry import all_instruments
    from accord.instruments.text import languages
    from accord.web.people.models import Service
    from accord.web.therapy.models import PlanLine

    known = {one.id for one in all_instruments()}
    for service in Service.objects.order_by("slug"):
        for name in sorted(
            set(PlanLine.objects.filter(service=service).values_list("instrument", flat=True))
        ):
            if name not in known:
                do = "Take it out of the plan, or restore its folder."
                yield Finding(
                    "instruments", State.WRONG, f"'{service.slug}' asks {name}, which is not here.", do
                )
            elif service.language not in languages(name):
                yield Finding(
                    "instruments",
                    State.WRONG,
                    f"'{service.slug}' asks {name}, which has no words in '{service.language}'.",
                    f"Load words you may use: accord instruments add-text {name} FILE",
                )
    yield Finding("instruments", State.FINE, f"{len(known)} definitions load")


def exposure() -> Iterator[Finding]:
    """What the outside sees fits how Accord is set."""
    from accord.web.configuration import configuration

    chosen = configuration()
    if chosen.debug:
        yield Finding(
            "exposure", State.WRONG, "ACCORD_DEBUG is on: error pages would show data.", "Unset it."
        )
    if chosen.base_url.startswith("https:") and not chosen.tls:
        do = "Set ACCORD_TLS=true, so that cookies travel over TLS only and HSTS is sent."
        yield Finding("exposure", State.WRONG, "the address is https, but ACCORD_TLS is off.", do)
    if not chosen.tls:
        yield Finding(
            "exposure",
            State.NOTE,
            "served without TLS.",
            "Right for this machine alone; see docs/operations.md.",
        )


CHECKS: tuple[Check, ...] = (
    python,
    dependencies,
    settings,
    data_folder,
    secret_key,
    database,
    clock,
    mail,
    worker,
    pictures,
    engines,
    instruments,
    exposure,
)


def run(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="First mend what can be mended safely.")] = False,
    ask_mail: Annotated[bool, typer.Option("--mail", help="Also knock at the mail server.")] = False,
) -> None:
    """Say what is wrong with this installation and how to mend it. Exit code 1 when something is.

    Example: accord doctor --json
    """
    if mend:
        open_web()
        mend_installation()
    checks = (*CHECKS, mail_server) if ask_mail else CHECKS
    findings = [finding for check in checks for finding in look(check)]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_findings(findings)
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(1)


def look(check: Check) -> list[Finding]:
    """What a check finds; one that breaks down is a finding, without the message, which may hold content."""
    name = check.__name__.replace("_", " ")
    try:
        return list(check())
    except Faults as faults:
        return [Finding(name, State.WRONG, f"{one.where}: {one.what}", one.do) for one in faults.faults]
    except Exception as problem:
        do = "The findings above may say why; mend those first."
        return [Finding(name, State.WRONG, f"this could not be looked at ({type(problem).__name__}).", do)]


def mend_installation() -> None:
    """Apply migrations and close the secret key to others: what is safe to do without asking."""
    from accord.web.configuration import configuration
    from accord.web.standalone import prepare

    path = configuration().data / "secret.key"
    if path.exists():
        path.chmod(0o600)
    prepare()


def print_findings(findings: list[Finding]) -> None:
    """The findings as a table, worst last so that they stand where one looks."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "check", "finding"):
        table.add_column(heading)
    signs = {State.FINE: "ok", State.NOTE: "note", State.WRONG: "WRONG"}
    order = list(State)
    for finding in sorted(findings, key=lambda one: order.index(one.state)):
        text = finding.what + (f"\n→ {finding.do}" if finding.do else "")
        table.add_row(signs[finding.state], finding.check, text)
    Console().print(table)
