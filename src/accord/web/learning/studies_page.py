"""The learning page as values: the sentence, cards of the findings, therapists, what else was asked, the last run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import Absence
from accord.basics.clock import clinic_day
from accord.charts import caterpillar
from accord.charts.of_study import Drawn, axis_words, main_picture, shows
from accord.studies.result import Line, Study, Verdict
from accord.studies.texts import filled, notes_of, sentence, study_file, study_ids, without_claims
from accord.web.attention.words import address, clock, day, local
from accord.web.learning.models import Reason, State, StudyRun
from accord.web.learning.policy_words import policy_words
from accord.web.learning.rests_on import figure
from accord.web.learning.seen import EXPECTED, LEAVING, THERAPISTS, Policies
from accord.web.learning.study_actions import SILENT
from accord.web.learning.study_words import (
    Pill,
    absence_words,
    agreement_words,
    line_words,
    number,
    pill,
    published_words,
    signed,
    time_words,
)

if TYPE_CHECKING:
    from accord.studies.therapists.seen import Own, Seen


@dataclass(frozen=True)
class Picture:
    """A picture in two widths, and whose values it shows."""

    wide: SafeString
    narrow: SafeString
    title: str


@dataclass(frozen=True)
class Card:
    """One study in short: what it claims, the picture, what studies and what own sessions say, the verdict."""

    id: str
    eyebrow: str
    title: str
    axis: str
    picture: Picture | None
    studies: tuple[tuple[str, str], ...]  # what was published, and where
    here: str
    pill: Pill
    sentence: str
    why: tuple[str, ...]  # what stands in the way, where nothing can be told
    look_at: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Named:
    """One therapist under the policy that names them; in the order of the names."""

    name: str
    estimate: str
    interval: str
    people: str


@dataclass(frozen=True)
class Therapists:
    """How therapists differ, as far as this person may know; `own` is their own estimate, or why there is none."""

    title: str
    sentence: str
    axis: str
    picture: Picture | None
    own: str
    note: tuple[str, ...]
    named: tuple[Named, ...]
    url: str


@dataclass(frozen=True)
class Progress:
    """The run under way, or how the last one ended. `poll`: it is still going, look again soon."""

    words: str
    detail: str
    done: int
    of: int
    failed: bool
    poll: bool


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
        therapists=_therapists(studies[THERAPISTS], seen, names) if seen and THERAPISTS in studies else None,
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


def card(study: Study, eyebrow: str) -> Card:
    """One study in short."""
    words, line = study_file(study.id), study.line(study.main)
    known = [one for one in study.published if one.line == study.main]
    return Card(
        id=study.id,
        eyebrow=eyebrow,
        title=words.title,
        axis=axis_words(study),
        picture=_main(study),
        studies=tuple((published_words(one, line.unit), one.source) for one in known),
        here=without_claims(sentence(study)) if _is_count(line) else line_words(line),
        pill=pill(study.verdict, words.pills.get(study.verdict, "")),
        sentence=without_claims(sentence(study)),
        why=_why_not(study),
        look_at=tuple(filled(words.look_at[key], study.facts) for key in study.look_at),
        url=address("learning:study", study.id),
    )


def _why_not(study: Study) -> tuple[str, ...]:
    """Why nothing can be told although there is a number; an absence says so itself."""
    if study.verdict is Verdict.CANNOT_TELL:
        return notes_of(study)
    there = isinstance(study.line(study.main).value, int | float)
    return (without_claims(sentence(study)),) if there and study.verdict is Verdict.TOO_FEW else ()


def _is_count(line: Line) -> bool:
    """Whether a line counts things, and says nothing without what of: a card then has the sentence."""
    return line.unit == "count" and isinstance(line.value, int | float)


def _main(study: Study) -> Picture | None:
    """The main picture; None where neither studies nor own sessions give it anything to show."""
    found = main_picture(study)
    return drawn(found) if shows(found) else None


def drawn(one: Drawn) -> Picture:
    """A picture for a page; made by `charts`, which escapes."""
    return Picture(mark_safe(one.svg()), mark_safe(one.svg(narrow=True)), one.title)


def _eyebrow(id: str) -> str:
    if id == EXPECTED:
        return _("Expected course")
    if id == LEAVING:
        return _("Who leaves: the model's card")
    return _("Further question")


def _therapists(study: Study, seen: "Seen", names: Mapping[str, str]) -> Therapists:
    words = study_file(THERAPISTS)
    return Therapists(
        title=words.title,
        sentence=without_claims(sentence(study)),
        axis=words.picture,
        picture=_caterpillar(seen, words.title, without_claims(sentence(study))),
        own=_own(seen.own),
        note=_therapist_notes(study, seen),
        named=tuple(
            sorted(
                (
                    Named(
                        names.get(one.therapist, _("has left")),
                        signed(one.estimate),
                        _("%(low)s to %(high)s") % {"low": signed(one.low), "high": signed(one.high)},
                        figure(one.clients),
                    )
                    for one in seen.named
                ),
                key=lambda one: one.name.casefold(),
            )
        ),
        url=address("learning:study", THERAPISTS),
    )


def _caterpillar(seen: "Seen", title: str, description: str) -> Picture | None:
    from accord.studies.therapists.seen import Own

    rows = [caterpillar.Row(one.estimate, one.low, one.high) for one in seen.others]
    if isinstance(seen.own, Own):
        one = seen.own
        rows.append(caterpillar.Row(one.estimate, one.low, one.high, own=True, said=signed(one.estimate)))
    if not rows:
        return None
    picture = caterpillar.Caterpillar(tuple(rows), title, description, own_word=_("you"))
    return Picture(
        mark_safe(caterpillar.svg(picture)), mark_safe(caterpillar.svg(picture, narrow=True)), title
    )


def _own(own: "Own | Absence | None") -> str:
    if own is None:
        return ""
    if isinstance(own, Absence):
        return _("Your own: %(why)s.") % {"why": absence_words(own)}
    return _(
        "Your own: %(estimate)s points against the average here, plausibly %(low)s to %(high)s, from %(people)s "
        "people. It can be leaned on to %(reliability)s, where 1 is wholly."
    ) % {
        "estimate": signed(own.estimate),
        "low": signed(own.low),
        "high": signed(own.high),
        "people": figure(own.clients),
        "reliability": number(own.reliability, "r"),
    }


def _therapist_notes(study: Study, seen: "Seen") -> tuple[str, ...]:
    said = []
    if seen.others:
        said.append(
            _(
                "Each line is one therapist with 30 people or more, pulled towards the average and adjusted for how "
                "people began. The order shows the spread; it says nothing of who is better."
            )
        )
    few = study.facts.get("few", 0)
    if isinstance(few, int) and few:
        said.append(
            ngettext(
                "%(count)s therapist with fewer than 30 people is left out.",
                "%(count)s therapists with fewer than 30 people are left out.",
                few,
            )
            % {"count": figure(few)}
        )
    if seen.kept_back and seen.others:
        said.append(
            ngettext(
                "%(count)s who came to have 30 people since is not in the picture yet. They join five at a time: "
                "whoever is new beside the last picture could be told by it.",
                "%(count)s who came to have 30 people since are not in the picture yet. They join five at a time: "
                "whoever is new beside the last picture could be told by it.",
                seen.kept_back,
            )
            % {"count": figure(seen.kept_back)}
        )
    elif seen.kept_back:
        said.append(_("The others are fewer than five, so they are not shown: somebody could be recognised."))
    return tuple(said)


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
