"""Asking and answering: links, raw responses, their scores, what was declined, and the outbox of messages."""

from django.db import models

from accord.web.records import Record
from accord.web.secrecy import EncryptedTextField


class Link(Record):
    """One invitation to fill in one form for one session. Its address is the signed key and opens nothing else."""

    session = models.ForeignKey("therapy.Session", on_delete=models.CASCADE, related_name="links")
    instrument = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "instrument"], name="one_link_per_form_and_session")
        ]


class ResponseQuerySet(models.QuerySet):
    """Responses by what they are good for."""

    def counting(self):
        """Those that are scored and drawn: not superseded, and not changed after they were read."""
        return self.filter(superseded_by=None).exclude(standing=Response.Standing.AFTER_READING)


class Response(Record):
    """Raw answers, never changed after they are written; a correction is a new row that supersedes.

    `items` maps the item number to a number, "declined", "not_reached" or "not_asked"; `texts` is an encrypted JSON
    object of free lines. `standing` says how it arrived; only "current" and "late" rows are scored and drawn.
    """

    class Standing(models.TextChoices):
        CURRENT = "current", "current"
        LATE = "late", "sent after the link had closed"
        AFTER_READING = "after_reading", "changed after the therapist had opened the answers"

    session = models.ForeignKey("therapy.Session", on_delete=models.PROTECT, related_name="responses")
    instrument = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    respondent = models.CharField(max_length=10)
    items = models.JSONField()
    texts = EncryptedTextField(blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField()
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=12)  # link, screen, paper, import, demo
    language = models.CharField(max_length=8)
    idempotency_key = models.CharField(max_length=64)
    standing = models.CharField(max_length=16, choices=Standing.choices, default=Standing.CURRENT)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    entered_by = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField(max_length=200, blank=True)  # file and row of an import
    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "idempotency_key"], name="an_answer_arrives_once"),
        ]
        indexes = [models.Index(fields=["session", "instrument"])]


class Score(models.Model):
    """What one response amounts to on one scale; thrown away and computed again at will."""

    service = models.ForeignKey("people.Service", on_delete=models.PROTECT, related_name="+", db_index=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="scores")
    scale = models.CharField(max_length=30)
    value = models.FloatField(null=True)
    reason = models.CharField(max_length=120, null=True)
    answered = models.PositiveSmallIntegerField()
    scorer = models.PositiveSmallIntegerField()


class Skip(Record):
    """The therapist chose not to rate a session, so the client's answers are uncovered without a rating."""

    session = models.OneToOneField("therapy.Session", on_delete=models.CASCADE, related_name="skip")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Opening(Record):
    """A member of staff opened a response for the first time; from then on the client can no longer change it."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="openings")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "by"], name="opened_first_once")]


class Decline(Record):
    """A client does not want one kind of form; not asked again until they say otherwise."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="declines")
    instrument = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "instrument"], name="declined_once")]


class Message(Record):
    """One message to send, written in the transaction that is its reason and marked sent after sending.

    The words are made when it is sent; the row holds only what it is about. `dedupe` keeps a reason from speaking
    twice.
    """

    kind = models.CharField(max_length=30)
    about = models.CharField(max_length=64)  # key of the link, alert or user that it is about
    client = models.ForeignKey(
        "people.Client", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    staff = models.ForeignKey(
        "people.Staff", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    dedupe = models.CharField(max_length=120, unique=True)
    not_before = models.DateTimeField()
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "dropped_at", "not_before"])]


class Beat(models.Model):
    """When the worker that sends messages was last alive; one row."""

    at = models.DateTimeField()


class DeclaredScale(Record):
    """A scale of imported scores that Accord has no key for: it is kept, and cannot be checked or rebuilt.

    Responses to it hold no items and an `instrument` that the registry does not know.
    """

    instrument = models.CharField(max_length=60)
    scale = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    low = models.FloatField()
    high = models.FloatField()
    higher_is_better = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "instrument", "scale"], name="a_scale_is_declared_once"
            )
        ]
