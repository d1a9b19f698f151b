"""The learning page as values: the sentence, cards of the findings, therapists, what else was asked, the last run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.studies.result import Study, Verdict
from accord.studies.texts import study_ids
from accord.web.attention.words import clock, day, local
from accord.web.learning.models import StudyRun
from accord.web.learning.policy_words import policy_words
from accord.web.learning.rests_on import figure
from accord.web.learning.seen import EXPECTED, LEAVING, THERAPISTS, Policies
from accord.web.learning.studies_card import Card, card
from accord.web.learning.studies_progress import Progress, progress
from accord.web.learning.studies_therapists import Therapists, therapists_part
from accord.web.learning.study_words import agreement_words, time_words

if TYPE_CHECKING:
    from accord.studies.therapists.seen import Seen


@dataclass(frozen=True)
class LearningPage:
    """The page. `empty` says what to do when nothing was run yet."""

    heading: str
    lead: str
    empty: str
    cards: tuple[Card, ...]
    more: tuple[Card, ...]
    therapists: Therapists | None
    lacking: str
    last: str
    progress: Progress | None
    policy: str
    named: bool
    may_run: bool


def learning_page(
    studies: Mapping[str, Study],
    run: StudyRun | None,
    attempt: StudyRun | None,
    seen: "Seen | None",
    policy: Policies,
    names: Mapping[str, str],
    *,
    at: datetime,
    zone: str,
    may_run: bool,
) -> LearningPage:
    """The page at the instant `at`; `names` are those of therapists by key, used only where the policy names them."""
    findings = [one for id, one in studies.items() if id in study_ids("findings")]
    rest = [one for id, one in studies.items() if id not in study_ids("findings") and id != THERAPISTS]
    return LearningPage(
        heading=_("Five findings, tested on our own sessions"),
        lead=_lead(run, findings) if run else "",
        empty="" if run else _empty(may_run),
        cards=tuple(
            card(one, _("Finding %(place)s") % {"place": place})
            for place, one in enumerate(findings, start=1)
        ),
        more=tuple(card(one, _eyebrow(one.id)) for one in rest),
        therapists=therapists_part(studies[THERAPISTS], seen, names)
        if seen and THERAPISTS in studies
        else None,
        lacking=_lacking(run),
        last=_last(run, at, zone) if run else "",
        progress=progress(attempt, at) if attempt else None,
        policy=policy_words(policy, at, zone),
        named=policy.named,
        may_run=may_run,
    )


def _lead(run: StudyRun, findings: Sequence[Study]) -> str:
    facts = run.facts
    courses = ngettext("%(count)s finished course", "%(count)s finished courses", facts.get("ended", 0)) % {
        "count": figure(facts.get("ended", 0))
    }
    therapists = ngettext("%(count)s therapist", "%(count)s therapists", facts.get("therapists", 0)) % {
        "count": figure(facts.get("therapists", 0))
    }
    when = time_words(facts.get("first", ""), facts.get("last", ""))
    start = ", ".join(part for part in (courses, therapists, when) if part)
    if findings and all(one.verdict is Verdict.TOO_FEW for one in findings):
        return f"{start}. {_('Too few yet to tell any of them; this page fills by itself as people answer.')}"
    return f"{start}. {agreement_words(findings)}".strip()


def _empty(may_run: bool) -> str:
    if may_run:
        return _(
            "Nothing has been asked of your sessions yet. Run the studies once: it takes seconds to minutes, in the "
            "background, and nothing leaves this machine."
        )
    return _("Nothing has been asked of the sessions here yet. Your service lead can start it.")


def _eyebrow(id: str) -> str:
    if id == EXPECTED:
        return _("Expected course")
    if id == LEAVING:
        return _("Who leaves: the model's card")
    return _("Further question")


def _lacking(run: StudyRun | None) -> str:
    if run is None or not run.lacking:
        return ""
    return _(
        "%(which)s could not be computed: a mistake of ours. Tell us the reference %(reference)s; the others are whole."
    ) % {"which": ", ".join(one.replace("_", " ") for one in run.lacking), "reference": run.reference}


def _last(run: StudyRun, at: datetime, zone: str) -> str:
    finished = run.finished_at
    if finished is None:
        return ""
    when = day(clinic_day(finished, zone), clinic_day(at, zone))
    return _("Last run %(day)s at %(time)s, with Accord %(version)s.") % {
        "day": when,
        "time": clock(local(finished, zone)),
        "version": run.version,
    }
