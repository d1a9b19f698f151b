"""What must not go unread: safety answers with their clock."""

from django.db import models

from accord.web.records import Record


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
