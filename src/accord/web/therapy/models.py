"""Courses of therapy: sessions, who the therapist was when, which forms are planned, the session-3 review."""

from django.db import models

from accord.course.ending import Ending
from accord.course.session import Attendance, SessionKind
from accord.web.records import Record


def _choices(kinds):
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


class Course(Record):
    """One client's therapy in order.

    `ending` is how it ended from a closed set, `ended_how` the words beside it. `treatment` (in the service's words),
    `planned` (sessions) and `ending` are noted for what the service learns; each may be empty: nobody said.
    """

    client = models.ForeignKey("people.Client", on_delete=models.PROTECT, related_name="courses")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_how = models.CharField(max_length=60, blank=True)
    ending = models.CharField(max_length=12, choices=_choices(Ending), blank=True, default="", db_default="")
    treatment = models.CharField(max_length=60, blank=True, default="", db_default="")
    planned = models.PositiveSmallIntegerField(null=True, blank=True)
    therapist = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="courses")
    deputy = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class TherapistPeriod(Record):
    """Who was the therapist of a course from when until when; a transfer closes one and opens the next."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="periods")
    therapist = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)


class Session(Record):
    """One meeting, planned or past. `day` is the clinic's day of `starts_at`; imported sessions may know only the day,
    and those whose file has neither carry their order alone."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sessions")
    therapist = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveIntegerField(
        default=0, help_text="Order within a day, or of an import without dates."
    )
    day_assumed = models.BooleanField(
        default=False, help_text="The file had no dates: only the order is known."
    )
    kind = models.CharField(max_length=12, choices=_choices(SessionKind), default=SessionKind.IN_PERSON.value)
    attendance = models.CharField(
        max_length=20, choices=_choices(Attendance), default=Attendance.PLANNED.value
    )

    class Meta:
        indexes = [
            models.Index(fields=["service", "day"]),
            models.Index(fields=["course", "day"]),
            models.Index(fields=["service", "starts_at"]),
        ]


class Moment(models.TextChoices):
    """When a form belongs to a session."""

    BEFORE = "before", "before the session"
    AFTER = "after", "after the session"


class PlanLine(Record):
    """Which instrument a service asks when: at the sessions in `at`, and at every `every`-th."""

    instrument = models.CharField(max_length=60)
    moment = models.CharField(max_length=6, choices=Moment.choices, default=Moment.AFTER)
    at = models.JSONField(default=list, blank=True)
    every = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "instrument"], name="one_plan_line_each")]


class Review(Record):
    """The session-3 review of one course was looked at and talked about, or put off."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="review")
    done_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()


class PatternSaid(Record):
    """Somebody said of a pattern (`accord.signals.patterns`) that it is not so for a client: it rests until a day."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="patterns_said")
    pattern = models.CharField(max_length=40)
    until = models.DateField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "pattern"],
                condition=models.Q(ended_at=None),
                name="a_pattern_put_away_once",
            )
        ]
