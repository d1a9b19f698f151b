"""What must not go unread: safety answers with their clock, signals, what was said about them, and supervision."""

from django.db import models

from accord.web.records import Record
from accord.web.secrecy import EncryptedTextField


class Alert(Record):
    """A positive safety answer: who is to look, by when, who did and what was done."""

    response = models.OneToOneField("checkin.Response", on_delete=models.PROTECT, related_name="alert")
    course = models.ForeignKey("therapy.Course", on_delete=models.PROTECT, related_name="alerts")
    items = models.JSONField()
    clinician = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField()
    escalates_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    done = models.CharField("what was done", max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service", "acknowledged_at"])]


class Raised(Record):
    """A concern the client raised ("something felt off", "I would like to talk about it") has been talked about."""

    response = models.OneToOneField("checkin.Response", on_delete=models.PROTECT, related_name="raised")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Signal(Record):
    """A signal as it was raised (`accord.signals.signal`), with the version of the rule and of what was learnt.

    It is current until `ended_at`: the rule no longer finds it. `value` holds the frozen signal as JSON.
    """

    course = models.ForeignKey("therapy.Course", on_delete=models.CASCADE, related_name="signals")
    about = models.ForeignKey("therapy.Session", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    since = models.CharField(max_length=32, help_text="Key of the session since which it holds.")
    place = models.PositiveSmallIntegerField()
    value = models.JSONField()
    learnt = models.CharField(max_length=20, blank=True)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "rule", "since"],
                condition=models.Q(ended_at=None),
                name="a_current_signal_once",
            )
        ]
        indexes = [
            models.Index(fields=["service", "ended_at", "place"]),
            models.Index(fields=["course", "ended_at"]),
        ]


class Waiting(models.Model):
    """Answers came in, and the course is to be judged (`attention.waiting`); the row goes when that is done.

    `corrected` is the key of the session whose answers were sent again, if they were.
    """

    course = models.ForeignKey("therapy.Course", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    corrected = models.CharField(max_length=32, blank=True)


class Answered(models.TextChoices):
    """What a therapist said about a signal."""

    NOT_A_DIP = "not_a_dip", "it was not a dip"
    NOT_USEFUL = "not_useful", "this was not useful"


class Verdict(Record):
    """Somebody said that a signal was not a dip, or not useful: it leaves their pages and is counted."""

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="verdict")
    said = models.CharField(max_length=12, choices=Answered.choices)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Snooze(Record):
    """A person's signals rest until a day, with a reason.

    A safety answer, a new concern, and a new dip are never hidden.
    """

    course = models.ForeignKey("therapy.Course", on_delete=models.CASCADE, related_name="snoozes")
    reason = EncryptedTextField()
    until = models.DateField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["course", "until"])]


class Learnt(Record):
    """A version of what the service has learnt for its alarms (`accord.signals.learnt`), with its past replayed.

    The newest `number` is in force. `by` is the lead who chose the setting; None when it was refitted by itself.
    """

    number = models.PositiveIntegerField()
    value = models.JSONField()
    replay = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    by = models.ForeignKey("people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="a_version_of_what_was_learnt_once")
        ]


class Digest(Record):
    """A therapist's choice to be told by mail, without content, that people are worth a look."""

    class Every(models.TextChoices):
        """How often."""

        DAY = "day", "every working day"
        WEEK = "week", "every Monday"

    staff = models.OneToOneField("people.Staff", on_delete=models.CASCADE, related_name="digest")
    every = models.CharField(max_length=4, choices=Every.choices)
    sent_on = models.DateField(null=True, blank=True)


class Meeting(Record):
    """A supervision meeting: who led it, who was there, and when it was closed."""

    led_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    present = models.ManyToManyField("people.Staff", related_name="+", blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["led_by"], condition=models.Q(closed_at=None), name="one_open_meeting_each"
            )
        ]


class Talk(Record):
    """One person who was talked about in a meeting: why they were on the agenda, what was noted, what was agreed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="talks")
    course = models.ForeignKey("therapy.Course", on_delete=models.PROTECT, related_name="talks")
    why = models.JSONField(
        default=list, help_text="Keys of the signals and alerts that put the person there."
    )
    note = EncryptedTextField(blank=True, default="")
    agreed = EncryptedTextField(blank=True, default="")
    agreed_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreed_done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "course"], name="a_person_once_per_meeting")
        ]
