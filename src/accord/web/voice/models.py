"""The client's voice: the door to their own page, what they write besides forms, what changed, what they ask for."""

from django.db import models

from accord.web.records import Record
from accord.web.secrecy import EncryptedTextField


class Door(Record):
    """The way to a client's own page: its address is the signed key, open until it is closed or replaced."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="doors")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(closed_at=None), name="one_open_door_per_client"
            )
        ]


class Concern(Record):
    """Something that felt off, written by a client at any time, to one named person; or a complaint.

    `recipient` is who was named when it was sent; nobody else of the staff may read it, but who stands in for them when
    they have left (`voice.concern_readers`). `answer_by` is the promise made on the page: the last second of that day.
    `answer` goes back to the client.
    """

    class To(models.TextChoices):
        """To whom: the therapist, a second person instead, or as a complaint past the therapist."""

        THERAPIST = "therapist", "their therapist"
        SECOND = "second", "a second person"
        COMPLAINT = "complaint", "whoever answers complaints"

    client = models.ForeignKey("people.Client", on_delete=models.PROTECT, related_name="concerns")
    course = models.ForeignKey("therapy.Course", on_delete=models.PROTECT, related_name="concerns")
    to = models.CharField(max_length=10, choices=To.choices)
    recipient = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField()
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64)
    tell_by_mail = models.BooleanField(
        default=False, help_text="The client asked for a mail, without content, when it is answered."
    )
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = EncryptedTextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "idempotency_key"], name="a_concern_arrives_once")
        ]
        indexes = [models.Index(fields=["recipient", "answered_at"])]


class Changed(Record):
    """What was changed after a client spoke, in the therapist's words; the client reads it.

    `response` is the check-in in which they spoke, `repair` the repair in which it was agreed; both may be empty.
    """

    course = models.ForeignKey("therapy.Course", on_delete=models.PROTECT, related_name="changes")
    response = models.ForeignKey(
        "checkin.Response", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    repair = models.ForeignKey(
        "repair.Repair", null=True, blank=True, on_delete=models.SET_NULL, related_name="changes"
    )
    words = EncryptedTextField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["course", "at"])]


class Erasure(Record):
    """A client asked for their data to be erased: when, until when it is decided, and what was decided, by whom.

    `erased` lists the parts that were erased then (`voice.erasing_parts.PARTS`).
    """

    class Outcome(models.TextChoices):
        """What was decided."""

        GRANTED = "granted", "granted"
        PART = "part", "granted in part"
        REFUSED = "refused", "refused"

    client = models.ForeignKey("people.Client", on_delete=models.PROTECT, related_name="erasures")
    at = models.DateTimeField()
    decide_by = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    decision = EncryptedTextField(blank=True, default="", help_text="In words the client reads.")
    erased = models.JSONField(default=list, blank=True)
