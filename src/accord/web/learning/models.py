"""Runs of the studies on a service's own sessions, what of them is of people, and what leads decided about them."""

from django.db import models

from accord.web.records import Record


class State(models.TextChoices):
    """How far a run is."""

    WAITING = "waiting", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"


class Reason(models.TextChoices):
    """Why a run failed; the page has the words."""

    DIED = "died", "its process ended before it was done"
    SNAPSHOT = "snapshot", "the sessions could not be read"
    MISTAKE = "mistake", "a mistake of ours"


class StudyRun(Record):
    """One run of every study: who asked (None: by itself, monthly), how far it is, and what came of it.

    `step` is the id of the study at work, `steps_done` of `steps` are behind it; `beat_at`: it lives.
    `result` is an `accord.studies.result.Run` (`accord.studies.stored`); `lacking` are ids of studies that failed, and
    `reference` finds the mistake in the log. `version` is that of Accord.
    """

    by = models.ForeignKey("people.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    steps = models.PositiveSmallIntegerField(default=0)
    steps_done = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    reference = models.CharField(max_length=20, blank=True)
    version = models.CharField(max_length=40, blank=True)
    result = models.JSONField(null=True, blank=True)
    facts = models.JSONField(default=dict)  # of the snapshot: courses, ended, therapists, first and last day
    lacking = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["service", "state", "finished_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["service"],
                condition=models.Q(state__in=[State.WAITING, State.RUNNING]),
                name="one_open_run_per_service",
            )
        ]


class NamesPolicy(Record):
    """A choice whether a lead sees therapists by name; the newest one holds, and none at all means no."""

    named = models.BooleanField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class WorthAWord(Record):
    """An open course where a word before the next session may help, as a run saw it after `session`, the newest held.

    `reasons` are keys of sentences (`studies.leaving.reasons`), the weightiest first; there is no number, and no order
    of people. Only those of the last run are kept.
    """

    run = models.ForeignKey(StudyRun, on_delete=models.CASCADE, related_name="words")
    course = models.OneToOneField("therapy.Course", on_delete=models.CASCADE, related_name="word")
    session = models.ForeignKey("therapy.Session", on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField()


class TalkedAbout(Record):
    """Somebody said after a session that the word was had: it is proposed no more until another session is held."""

    session = models.OneToOneField("therapy.Session", on_delete=models.CASCADE, related_name="talked_about")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class LookedAt(Record):
    """A lead looked at the suspects of a model that foretells too well, and says what was found.

    It holds for `suspects` (names of predictors, in order of the alphabet) and for fewer, until it is taken back;
    another suspect asks again.
    """

    suspects = models.JSONField()
    found = models.CharField(max_length=300)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
