"""What administrators and staff do with people: services, accounts, roles, teams, clients, consent."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.text import slugify

from accord.basics.clock import now
from accord.basics.faults import refuse
from accord.basics.near import hint
from accord.course.plan import DEFAULT_PLAN
from accord.web.accounts.models import User
from accord.web.attention.judge import judge_all_again
from accord.web.audit import actions as audit
from accord.web.people.models import Client, Consent, Purpose, Role, Service, Staff, StaffRole, Team
from accord.web.people.viewer import Viewer
from accord.web.therapy.actions import begin_course
from accord.web.therapy.models import Moment, PlanLine

SYSTEM = "accord"  # the actor of changes made on the command line


@transaction.atomic
def make_service(*, name: str, slug: str = "", by: str = SYSTEM, **settings) -> Service:
    """Make a service with the default plan of forms."""
    service = Service.objects.create(name=name, slug=slug or slugify(name), **settings)
    PlanLine.objects.bulk_create(
        PlanLine(
            service=service,
            instrument=line.instrument,
            moment=Moment.BEFORE if line.before else Moment.AFTER,
            at=list(line.at),
            every=line.every,
        )
        for line in DEFAULT_PLAN
    )
    audit.record(service_id=service.pk, actor=by, verb="made", kind="service", subject=service.key)
    return service


def service_named(slug: str) -> Service:
    """The service with this short name; raises `Faults` with the near name."""
    found = Service.objects.filter(slug=slug).first()
    if found is None:
        slugs = list(Service.objects.values_list("slug", flat=True))
        there = f"There are: {', '.join(slugs)}." if slugs else "There is none yet: accord users add --help."
        raise refuse("service", f"there is no service {slug!r}.", hint(slug, slugs) or there)
    return found


def checked_roles(roles: Iterable[str]) -> list[str]:
    """The roles as stored; raises `Faults` naming every one that does not exist, with the near name."""
    wanted = list(dict.fromkeys(roles))
    unknown = [role for role in wanted if role not in Role.values]
    if unknown:
        told = "; ".join(f"{role!r}. {hint(role, Role.values)}".strip() for role in unknown)
        raise refuse("roles", f"unknown: {told}", f"There are: {', '.join(Role.values)}.")
    return wanted


@transaction.atomic
def add_staff(
    *,
    service: Service,
    email: str,
    name: str,
    roles: Iterable[str],
    password: str | None = None,
    by: str = SYSTEM,
) -> Staff:
    """Add a member of staff and, where the address is new, their account.

    Without a password the account cannot sign in until it is set through the reset mail. Raises `Faults` for an
    unknown role or a person who is there already.
    """
    wanted = checked_roles(roles)
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password)
    if Staff.objects.filter(service=service, user=user).exists():
        raise refuse("e-mail", f"{email} works in {service.name} already.", "Change their roles instead.")
    staff = Staff.objects.create(service=service, user=user, name=name)
    StaffRole.objects.bulk_create(StaffRole(service=service, staff=staff, role=role) for role in wanted)
    audit.record(service_id=service.pk, actor=by, verb="added", kind="staff", subject=staff.key, roles=wanted)
    return staff


@transaction.atomic
def set_roles(*, staff: Staff, roles: Iterable[str], by: str = SYSTEM) -> None:
    """Replace a person's roles."""
    wanted = checked_roles(roles)
    staff.roles.all().delete()
    StaffRole.objects.bulk_create(StaffRole(service=staff.service, staff=staff, role=role) for role in wanted)
    audit.record(
        service_id=staff.service_id, actor=by, verb="set roles", kind="staff", subject=staff.key, roles=wanted
    )


@transaction.atomic
def set_active(*, staff: Staff, active: bool, by: str = SYSTEM) -> None:
    """Let a person in or keep them out; their records stay."""
    Staff.objects.filter(pk=staff.pk).update(active=active)
    audit.record(
        service_id=staff.service_id,
        actor=by,
        verb="let in" if active else "kept out",
        kind="staff",
        subject=staff.key,
    )


@transaction.atomic
def make_team(*, service: Service, name: str, members: Iterable[Staff], by: str = SYSTEM) -> Team:
    """Make a team."""
    team = Team.objects.create(service=service, name=name)
    team.members.set(members)
    audit.record(service_id=service.pk, actor=by, verb="made", kind="team", subject=team.key)
    return team


@transaction.atomic
def let_in(
    *, viewer: Viewer, email: str, name: str, roles: Iterable[str], deputy: Staff | None = None
) -> Staff:
    """An administrator adds a colleague, who chooses a password through the reset mail."""
    staff = add_staff(service=viewer.service, email=email, name=name, roles=roles, by=viewer.key)
    if deputy is not None:
        Staff.objects.filter(pk=staff.pk).update(deputy=deputy)
    return staff


@transaction.atomic
def change_staff(
    *, viewer: Viewer, staff: Staff, name: str, roles: Iterable[str], deputy: Staff | None, active: bool
) -> None:
    """Change what a colleague is called, may do, who stands in for them, and whether they work here now.

    Raises `Faults` when nobody would be left who can let people in.
    """
    wanted = checked_roles(roles)
    kept = active and Role.ADMINISTRATOR in wanted
    if not kept and only_administrator(staff):
        raise refuse("roles", "this is the only administrator.", "Make somebody else one first.")
    Staff.objects.filter(pk=staff.pk).update(name=name, deputy=deputy)
    viewer.did("changed", "staff", staff.key, fields=["deputy", "name"])
    if sorted(wanted) != sorted(role.role for role in staff.roles.all()):
        set_roles(staff=staff, roles=wanted, by=viewer.key)
    if active != staff.active:
        set_active(staff=staff, active=active, by=viewer.key)


def only_administrator(staff: Staff) -> bool:
    """Whether this person is the last one who can let people in."""
    others = StaffRole.objects.filter(
        service_id=staff.service_id, role=Role.ADMINISTRATOR, staff__active=True
    ).exclude(staff=staff)
    return staff.roles.filter(role=Role.ADMINISTRATOR).exists() and not others.exists()


@transaction.atomic
def change_team(*, viewer: Viewer, team: Team, name: str, members: Iterable[Staff]) -> None:
    """Rename a team or change who is in it; supervisors see the courses of its therapists at once."""
    team.name = name
    team.save(update_fields=["name"])
    team.members.set(members)
    viewer.did("changed", "team", team.key)


@transaction.atomic
def end_team(*, viewer: Viewer, team: Team) -> None:
    """Take a team away; its people stay."""
    viewer.did("ended", "team", team.key)
    team.delete()


@transaction.atomic
def admit(
    *,
    viewer: Viewer,
    therapist: Staff,
    on: date,
    treatment: str = "",
    planned: int | None = None,
    **details,
) -> Client:
    """Add a client and begin their course: a client without a course could be opened by nobody."""
    client = add_client(viewer=viewer, **details)
    begin_course(
        viewer=viewer, client=client, therapist=therapist, on=on, treatment=treatment, planned=planned
    )
    return client


@transaction.atomic
def add_client(*, viewer: Viewer, code: str, **details) -> Client:
    """Add a client by pseudonym or name. Raises `Faults` when the pseudonym is taken."""
    if Client.objects.filter(service=viewer.service, code=code).exists():
        raise refuse("pseudonym", "this one is taken.", "Choose another; nobody but staff sees it.")
    client = Client.objects.create(service=viewer.service, code=code, **details)
    viewer.did("added", "client", client.key)
    for purpose in (Purpose.RATINGS, Purpose.THERAPIST):
        set_consent(viewer=viewer, client=client, purpose=purpose, granted=True)
    return client


@transaction.atomic
def change_client(*, viewer: Viewer, client: Client, **details) -> None:
    """Change how a client is called or reached."""
    for field, value in details.items():
        setattr(client, field, value)
    client.save(update_fields=list(details))
    viewer.did("changed", "client", client.key, fields=sorted(details))


@transaction.atomic
def set_consent(
    *, viewer: Viewer, client: Client, purpose: str, granted: bool, to: Staff | None = None
) -> Consent:
    """Write down a client's decision for one purpose; earlier decisions stay as history.

    Who refuses to be asked is asked nothing more; agreeing takes it up again. What the other purposes close is decided
    where it is read: `people.viewer`, `therapy.cover` and the research export.
    """
    consent = Consent.objects.create(
        service_id=client.service_id,
        client=client,
        purpose=purpose,
        viewer=to,
        granted=granted,
        at=now(),
        recorded_by=viewer.staff,
    )
    viewer.did("agreed" if granted else "refused", "consent", client.key, purpose=str(purpose))
    if not granted and purpose == Purpose.RATINGS:
        Client.objects.filter(pk=client.pk, declined_all_at=None).update(declined_all_at=consent.at)
    elif granted and purpose == Purpose.RATINGS:
        Client.objects.filter(pk=client.pk).update(declined_all_at=None)
    return consent


@transaction.atomic
def change_settings(*, viewer: Viewer, **settings) -> None:
    """Change the settings of the viewer's service."""
    service = viewer.service
    for field, value in settings.items():
        setattr(service, field, value)
    service.full_clean()
    service.save(update_fields=list(settings))
    viewer.did("changed settings", "service", service.key, fields=sorted(settings))
    judge_all_again(service.pk)


@transaction.atomic
def change_plan(*, viewer: Viewer, lines: Iterable[PlanLine]) -> None:
    """Replace which forms this service asks when."""
    viewer.plan.delete()
    made = list(lines)
    for line in made:
        line.service = viewer.service
    PlanLine.objects.bulk_create(made)
    viewer.did(
        "changed plan", "service", viewer.service.key, instruments=sorted(line.instrument for line in made)
    )
    judge_all_again(viewer.service.pk)
