"""Letters for tests: a clinic with a named second person and somebody for complaints, and a client who writes."""

from types import SimpleNamespace

from accord.web.people.actions import add_staff
from accord.web.people.models import Service
from accord.web.voice import concerns
from accord.web.voice.models import Concern

SAID = "I felt talked over when I spoke about my mother."


def named(clinic):
    """A second person (Adler, a supervisor of no team) and somebody for complaints (Berg, an administrator)."""
    adler = add_staff(service=clinic.service, email="adler@x.example", name="Dr Adler", roles=["supervisor"])
    berg = add_staff(service=clinic.service, email="berg@x.example", name="Berg", roles=["administrator"])
    Service.objects.filter(pk=clinic.service.pk).update(
        second_person=adler, complaints_person=berg, complaints_outside="The Ombudsman, 555 0199"
    )
    clinic.service.refresh_from_db()
    for one in clinic.staff.values():
        one.service = clinic.service
    return SimpleNamespace(adler=adler, berg=berg)


def write(course, to: str = "second", words: str = SAID, key: str = "k1", **more) -> Concern:
    """A letter as the client's page sends it."""
    course.refresh_from_db()
    return concerns.write(course=course, written=concerns.Written(to, words, key, **more))
