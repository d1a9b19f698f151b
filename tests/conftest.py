"""What many tests start from: a clinic with people, and a client's session."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

PASSWORD = "a long enough password"


@dataclass
class Clinic:
    """One service with a member of staff per role; `of(role)` is the viewer."""

    service: object
    staff: dict

    def of(self, role: str):
        """The viewer with this role."""
        from accord.web.people.viewer import Viewer

        return Viewer(self.staff[role])

    def client(self, code: str = "Ana", **details):
        """A client in a course with the therapist, with one session held an hour ago."""
        from accord.basics.clock import now
        from accord.course.session import Attendance, SessionKind
        from accord.web.people import actions as people
        from accord.web.therapy import actions as therapy

        viewer = self.of("therapist")
        client = people.add_client(viewer=viewer, code=code, **details)
        course = therapy.begin_course(
            viewer=viewer, client=client, therapist=self.staff["therapist"], on=date(2026, 1, 5)
        )
        session = therapy.book(
            viewer=viewer,
            course=course,
            starts_at=now().replace(microsecond=0) - timedelta(hours=1),
            kind=SessionKind.IN_PERSON,
        )
        therapy.note_attendance(viewer=viewer, session=session, attendance=Attendance.ATTENDED)
        return SimpleNamespace(client=client, course=course, session=session)


def noon_zone() -> str:
    """A time zone in which it is about noon, so that "an hour ago" is today at whatever hour the tests run."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # the names of these zones count the other way round


def make_clinic(slug: str = "harbour") -> Clinic:
    """A service and its people; sign-ins are ``<role>@<slug>.example`` with `PASSWORD`."""
    from accord.web.people import actions
    from accord.web.people.models import Role

    service = actions.make_service(name=slug.title(), slug=slug, timezone=noon_zone())
    staff = {
        role: actions.add_staff(
            service=service,
            email=f"{role}@{slug}.example",
            name=f"{role.title()} {slug.title()}",
            roles=[role],
            password=PASSWORD,
        )
        for role in Role.values
    }
    actions.make_team(service=service, name="All", members=[staff["therapist"], staff["supervisor"]])
    return Clinic(service, staff)


@pytest.fixture
def clinic(db) -> Clinic:
    """One service with its people."""
    return make_clinic()


@pytest.fixture
def neighbour(db) -> Clinic:
    """Another service, whose people must see nothing of the first."""
    return make_clinic("hilltop")


@pytest.fixture
def signed_in(client):
    """Sign a member of staff in: `signed_in(staff)` gives the test client."""

    def sign_in(staff):
        client.force_login(staff.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
