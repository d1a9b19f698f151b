"""A clinic that never existed: two simulated services to look around in, and one sign-in per role."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.web.accounts.actions import new_password
from accord.web.configuration import configuration
from accord.web.demo import drawn, invented, judged, past, repairs
from accord.web.people import actions as people
from accord.web.people import noting
from accord.web.people.models import Role, Service, Staff
from accord.web.people.viewer import Viewer

HARBOUR, HILLTOP = "harbour-demo", "hilltop-demo"
CLIENTS, NEIGHBOURS = 250, 12


@dataclass(frozen=True)
class SignIn:
    """Who can sign in to the demo, and how."""

    role: str
    name: str
    email: str
    password: str


# One sign-in per role; Maya Lind works in both services, so that the switch between them can be seen.
SIGN_INS = (
    (Role.THERAPIST, "Dr Ruiz", "ruiz@harbour.example"),
    (Role.SUPERVISOR, "Maya Lind", "lind@harbour.example"),
    (Role.LEAD, "Jon Aske", "aske@harbour.example"),
    (Role.ADMINISTRATOR, "Noor Haddad", "haddad@harbour.example"),
    (Role.RESEARCHER, "Inés Costa", "costa@harbour.example"),
)
COLLEAGUES = (
    "Lea Brandt", "Tom Okafor", "Sofia Marin", "Per Nyström", "Aiko Tanaka", "Ewa Nowak", "Sam Byrne",
    "Leila Karimi", "Hugo Silva", "Mette Holm", "Omar Said",
)  # fmt: skip


def make_demo() -> list[SignIn]:
    """Make the demo if there is none, and return its sign-ins; a second call changes nothing.

    Raises `Faults` where real services are: invented people do not belong beside real ones.
    """
    refuse_real_services()
    if not Service.objects.filter(slug=HARBOUR).exists():
        with transaction.atomic():
            _make()
    return [
        SignIn(str(role), name, email, password)
        for (role, name, email), password in zip(SIGN_INS, _passwords().values(), strict=True)
    ]


def refuse_real_services() -> None:
    """Raise `Faults` when this installation holds a service that is not simulated."""
    real = Service.objects.filter(simulated=False).count()
    if real:
        raise refuse(
            "demo",
            f"this data folder holds {real} real service{'s' if real > 1 else ''}.",
            "Choose another folder for the demo: ACCORD_DATA=demo accord demo.",
        )


def passwords_file() -> Path:
    """Where the demo's passwords are kept, readable by the owner alone; nothing else uses it."""
    return configuration().data / "demo.json"


def _passwords() -> Mapping[str, str]:
    """The password of each sign-in by address; a lost or foreign file is made again and its passwords are set."""
    path = passwords_file()
    addresses = [email for _, _, email in SIGN_INS]
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {email: kept[email] for email in addresses}
    except (OSError, ValueError, KeyError, TypeError):
        return _new_passwords(path, addresses)


def _new_passwords(path: Path, addresses: list[str]) -> Mapping[str, str]:
    made = {email: new_password() for email in addresses}
    for staff in Staff.objects.filter(user__email__in=addresses, service__slug=HARBOUR).select_related(
        "user"
    ):
        staff.user.set_password(made[staff.user.email])
        staff.user.save(update_fields=["password"])
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
    part.replace(path)
    return made


def _make() -> None:
    present = now()
    harbour = _service("Harbour practice (simulated)", HARBOUR)
    roles = {email: _staff(harbour, name, email, role) for role, name, email in SIGN_INS}
    ruiz, lind = roles["ruiz@harbour.example"], roles["lind@harbour.example"]
    others = [_staff(harbour, name, _address(name, "harbour"), Role.THERAPIST) for name in COLLEAGUES]
    _deputies([ruiz, *others])
    people.make_team(service=harbour, name="North", members=[lind, ruiz, *others[:5]])
    people.make_team(service=harbour, name="South", members=others[5:])
    lead = Viewer(roles["aske@harbour.example"])
    _note_lists(lead)
    made = drawn.people(harbour, ruiz, others[0], present)
    invented.fill(harbour, others, CLIENTS - len(made.clients), present, seed=3, ledger=made, spared=ruiz)
    judged.learn(harbour, present)
    drawn.warn(harbour)
    judged.judge(harbour, present)
    drawn.rest(harbour, ruiz, present)
    repairs.tell(harbour, present)
    _name_readers(harbour, second=lind, complaints=roles["aske@harbour.example"])
    drawn.write_past(harbour)
    past.bring(lead, [ruiz, *others], present)

    hilltop = _service("Hilltop (simulated)", HILLTOP)
    grey = _staff(hilltop, "Ana Grey", "grey@hilltop.example", Role.THERAPIST)
    people.add_staff(service=hilltop, email="lind@harbour.example", name="Maya Lind", roles=[Role.LEAD])
    invented.fill(hilltop, [grey], NEIGHBOURS, present, seed=5)
    judged.judge(hilltop, present)


def _service(name: str, slug: str) -> Service:
    return people.make_service(
        name=name,
        slug=slug,
        simulated=True,
        crisis_number="112",
        crisis_local_number="555 0100",
        contact="the front desk, 555 0199",
    )


def _staff(service: Service, name: str, email: str, role: str) -> Staff:
    return people.add_staff(service=service, email=email, name=name, roles=[role])


def _name_readers(service: Service, *, second: Staff, complaints: Staff) -> None:
    """Whom clients can write to instead of their therapist, who answers complaints, and what the law keeps."""
    service.second_person, service.complaints_person = second, complaints
    service.complaints_outside = "the ombudsperson of the region, 555 0142 (made up)"
    service.record_law = "ten years after the last session (made up)"
    service.save(update_fields=["second_person", "complaints_person", "complaints_outside", "record_law"])


def _note_lists(viewer: Viewer) -> None:
    """The service's lists of what it notes for learning."""
    noting.change_lists(
        viewer=viewer,
        treatments=list(invented.TREATMENTS),
        traits={trait: list(groups) for trait, groups in invented.TRAITS.items()},
    )


def _address(name: str, place: str) -> str:
    plain = name.lower().replace("ö", "o").replace("é", "e").split()[-1]
    return f"{plain}@{place}.example"


def _deputies(therapists: list[Staff]) -> None:
    """Each stands in for the next one."""
    for one, other in zip(therapists, [*therapists[1:], therapists[0]], strict=True):
        one.deputy = other
    Staff.objects.bulk_update(therapists, ["deputy"])


def as_rows(signs: list[SignIn]) -> list[dict[str, str]]:
    """The sign-ins as plain rows."""
    return [asdict(sign) for sign in signs]
