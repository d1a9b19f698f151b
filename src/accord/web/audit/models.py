"""The trail of who saw and changed what: one hash chain per service, append-only by trigger."""

from django.db import models

from accord.web.records import Record


class Chain(models.Model):
    """The head of a service's chain: how many entries there are and the hash of the last."""

    service = models.OneToOneField("people.Service", on_delete=models.PROTECT, primary_key=True)
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class Entry(Record):
    """One line: who (`actor`) did what (`verb`) to which record (`kind`, `subject`). No client content."""

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="one_entry_per_number")]
        indexes = [models.Index(fields=["service", "subject"])]  # for those who ask who looked
        verbose_name_plural = "entries"
