"""Repairs as their events, with the notes of staff kept apart; and a service's own support tools."""

from django.db import models

from accord.repair.event import Ending, Kind, Origin, Step, Strain
from accord.repair.state import Stage
from accord.web.records import Record
from accord.web.secrecy import EncryptedTextField


def _choices(words):
    return [(one.value, one.value.replace("_", " ")) for one in words]


class Repair(Record):
    """One repair. Its events say everything (`accord.repair.state.replay`); the rest here is what queries ask for.

    `signal` or `response` is what it began from, if it did. `events_count` is how many events it has: whoever saves
    says how many they had seen, so that two people who edit at once are told.
    """

    course = models.ForeignKey("therapy.Course", on_delete=models.PROTECT, related_name="repairs")
    about = models.ForeignKey(
        "therapy.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signal = models.ForeignKey(
        "attention.Signal", null=True, blank=True, on_delete=models.SET_NULL, related_name="repairs"
    )
    response = models.ForeignKey(
        "checkin.Response", null=True, blank=True, on_delete=models.PROTECT, related_name="repairs"
    )
    origin = models.CharField(max_length=12, choices=_choices(Origin))
    stage = models.CharField(max_length=12, choices=_choices(Stage), default=Stage.OPEN.value)
    begun_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ending = models.CharField(max_length=16, choices=_choices(Ending), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    events_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["service", "stage", "begun_at"]),
            models.Index(fields=["course", "stage"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course"],
                condition=~models.Q(stage=Stage.CLOSED.value),
                name="one_open_repair_per_course",
            )
        ]


class RepairEvent(Record):
    """One event of a repair (`accord.repair.event.Event`); never changed. `number` counts from 1.

    `value` holds its ids (signs, ways, strain); `note` is what somebody wrote, the stricter class: encrypted, read only
    by `Viewer.repair_notes`, in no export unless it is asked for by name.
    """

    repair = models.ForeignKey(Repair, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=_choices(Kind))
    step = models.CharField(max_length=12, choices=_choices(Step), blank=True)
    session = models.ForeignKey(
        "therapy.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    value = models.JSONField(default=dict)
    note = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["repair", "number"], name="events_of_a_repair_in_order")
        ]


class ServiceTool(Record):
    """A version of one of the service's support tools (`accord.repair.tools`); the newest `number` is in force.

    `tool` is the id of one that Accord ships or of the service's own. An empty `words` hides it. History stays.
    """

    tool = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    evidence_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "tool", "number"], name="a_version_of_a_tool_once")
        ]


STRAINS = _choices(Strain)
