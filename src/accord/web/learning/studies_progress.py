"""How far a run of the studies is, or how the last one ended."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accord.studies.texts import study_file
from accord.web.learning.models import Reason, State, StudyRun
from accord.web.learning.study_actions import SILENT


@dataclass(frozen=True)
class Progress:
    """The run under way, or how the last one ended. `poll`: it is still going, look again soon."""

    words: str
    detail: str
    done: int
    of: int
    failed: bool
    poll: bool


def progress(attempt: StudyRun, at: datetime) -> Progress | None:
    """How far the run under way is, or why the last one failed; None when it was done."""
    if attempt.state == State.DONE:
        return None
    if attempt.state == State.WAITING:
        return Progress(_("Asked for; it begins in a moment."), "", 0, 0, False, True)
    silent = attempt.beat_at is not None and attempt.beat_at < at - SILENT
    if attempt.state == State.RUNNING and not silent:
        words = _("Running: reading the sessions.")
        if attempt.step:
            words = _("Running: %(which)s.") % {"which": _title(attempt.step)}
        said = (
            _("%(done)s of %(of)s questions answered.") % {"done": attempt.steps_done, "of": attempt.steps}
            if attempt.steps
            else ""
        )
        return Progress(words, said, attempt.steps_done, attempt.steps, False, True)
    reason = Reason.DIED if silent else attempt.reason
    return Progress(_("The last run did not finish."), _why(reason, attempt.reference), 0, 0, True, False)


def _title(step: str) -> str:
    try:
        return study_file(step).title
    except KeyError:
        return step.replace("_", " ")


def _why(reason: str, reference: str) -> str:
    said = {
        Reason.DIED: _(
            "It ended before it was done: perhaps the machine was restarted. Nothing was lost; run it again."
        ),
        Reason.SNAPSHOT: _(
            "The sessions could not be read. Tell your administrator the reference %(reference)s."
        ),
        Reason.MISTAKE: _(
            "That was a mistake of ours. Run it again, or tell us the reference %(reference)s."
        ),
    }.get(Reason(reason) if reason else Reason.MISTAKE, "")
    return said % {"reference": reference} if "%(reference)s" in said else said
