"""Repairs with a past: a course whose line fell, a repair begun about that session, and what came after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.web.therapy.telling import even, meet, tell

from accord.basics.clock import now
from accord.repair.event import Origin, Step, Strain
from accord.web.people.actions import set_consent
from accord.web.repair import actions, noting
from accord.web.repair.noting import Noted

STEADY = [even(86.0), even(88.0), even(87.0), even(86.0), even(88.0)]
FELL = even(62.0, said="I wanted to talk about my job.")


@dataclass
class Story:
    """A course, its people, and the repair that is about its last session."""

    clinic: object
    told: object
    repair: object

    @property
    def course(self):
        """The row of the course."""
        return self.told.course

    @property
    def viewer(self):
        """The therapist."""
        return self.clinic.of("therapist")

    @property
    def dip(self):
        """The session in which the line fell."""
        return self.told.sessions[-1]

    def fresh(self):
        """The repair as it is in the database now."""
        self.repair.refresh_from_db()
        return self.repair

    def note(self, step="name", words="", **more):
        """The therapist notes a step."""
        return noting.note(
            viewer=self.viewer, repair=self.repair, noted=[Noted(Step(step), words=words, **more)]
        )

    def met(self, one, days_ago=0.0):
        """A session since, with what was said about it."""
        return meet(self.viewer, self.course, now() - timedelta(days=days_ago, hours=2), one)


def fallen(clinic, *, days_ago=7, **details):
    """A course whose line fell in its last session, some days ago; the next session is tomorrow."""
    told = tell(clinic, [], **details)
    weeks = len(STEADY)
    told.sessions = [
        meet(told.viewer, told.course, ago(days_ago + 7 * (weeks - place)), one)
        for place, one in enumerate([*STEADY, FELL])
    ]
    return told


def begun(clinic, *, days_ago=6.5, supervised=False, origin=Origin.SENSE, strain=Strain.UNSURE, **details):
    """The same with a repair that began some days ago, half a day after that session."""
    told = fallen(clinic, days_ago=days_ago + 0.5, **details)
    if supervised:
        agree(clinic, told.client)
    made = actions.begin(
        viewer=clinic.of("therapist"),
        course=told.course,
        origin=origin,
        about=told.sessions[-1],
        strain=strain,
        at=ago(days_ago),
    )
    return Story(clinic, told, made.repair)


def agree(clinic, client, purpose="supervision", granted=True):
    """What a client agrees to, or takes back."""
    set_consent(viewer=clinic.of("therapist"), client=client, purpose=purpose, granted=granted)


def ago(days: float) -> datetime:
    """An instant before now."""
    return now() - timedelta(days=days)
