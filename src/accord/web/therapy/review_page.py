"""The session-3 review as values: the ratings so far together, how far they carry, and one way to open the talk."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.charts.dependability import Steps
from accord.charts.intervals import Intervals, Row
from accord.charts.line import Line
from accord.course.dependability import ENOUGH, dependability
from accord.course.review import REVIEW_AT, Pooled, Review, review
from accord.instruments.definition import Confidence
from accord.web.attention.words import capital, long_day, number, scale_name, short
from accord.web.therapy import pictures, sentences
from accord.web.therapy.client_page import Covered, client_page
from accord.web.therapy.client_reading import ClientFile
from accord.web.therapy.client_side import Axis, Said
from accord.web.therapy.sentences import voice

SHOWN_STEPS = 4  # numbers of ratings in the picture of dependability, more when there are more ratings


@dataclass(frozen=True)
class ReviewPage:
    """Everything on the page. `state` is not_yet, too_few, ready or done; the pictures are None without ratings."""

    file: ClientFile
    name: str
    short: str
    voice: sentences.Voice
    next: str
    state: str
    sentence: str
    lead: str
    done: str
    together: str
    intervals: Intervals | None
    interval_words: str
    gap: Line | None
    gap_words: str
    gap_source: str
    steps: Steps | None
    steps_words: str
    to_say: str
    covered: tuple[Covered, ...]
    said: tuple[Said, ...]
    axes: tuple[Axis, ...]
    axes_asked: str


def review_page(file: ClientFile) -> ReviewPage:
    """The review of one course from its client's file; what is covered is in none of its numbers."""
    beside = client_page(file)
    found = review(file.course, file.spreads, instrument=file.main, twin=file.twin)
    held = sum(one.attendance.held for one in file.course.sessions)
    early = held < REVIEW_AT
    made = found if isinstance(found, Review) else None
    return ReviewPage(
        file=file,
        name=file.name,
        short=short(file.name),
        voice=voice(file.pronoun),
        next=beside.next,
        state=_state(file, found, early),
        sentence=_sentence(file, found, early, held),
        lead=sentences.lean_words(made.dependability) if made else _few(file, found),
        done=_("Looked at on %(day)s.") % {"day": long_day(file.reviewed_on, file.today)}
        if file.reviewed_on
        else "",
        together=_together(made, file) if made else "",
        intervals=_intervals(made, file) if made else None,
        interval_words=_interval_words(made) if made else "",
        gap=_gap(file) if made else None,
        gap_words=sentences.gap_words(made, file.pronoun, _therapist(file)) if made else "",
        gap_source=_(
            "Across 52 data sets clients rate higher, d = .63 (TRY07). A gap is described, not judged."
        )
        if made and made.gap is not None
        else "",
        steps=_steps(made, file) if made else None,
        steps_words=_steps_words(made) if made else "",
        to_say=sentences.to_say(found, file.pronoun),
        covered=beside.covered,
        said=beside.said[:2],
        axes=beside.axes,
        axes_asked=beside.axes_asked,
    )


def _state(file: ClientFile, found: Review | TooFew, early: bool) -> str:
    if file.reviewed_on:
        return "done"
    if isinstance(found, TooFew):
        return "not_yet" if early else "too_few"
    return "not_yet" if early else "ready"


def _sentence(file: ClientFile, found: Review | TooFew, early: bool, held: int) -> str:
    if isinstance(found, Review):
        return sentences.review_headline(found, file.pronoun)
    if early:
        left = REVIEW_AT - held
        said = ngettext(
            "The review comes after one more session.",
            "The review comes after %(count)s more sessions.",
            left,
        )
        return said % {"count": number(left)}
    return {
        0: _("No rating to review yet."),
    }.get(found.n, _("One rating so far, too few to put together."))


def _few(file: ClientFile, found: Review | TooFew) -> str:
    if file.covered:
        return _(
            "Answers that are still covered are not counted. Rate those sessions, or say that you did not."
        )
    needed = found.needed if isinstance(found, TooFew) else 0
    return _("It takes %(needed)s ratings or more. Asking in person needs none.") % {"needed": number(needed)}


def _together(found: Review, file: ClientFile) -> str:
    return _("%(Their)s %(count)s ratings together") % {
        **voice(file.pronoun).words,
        "count": number(found.total.n),
    }


def _intervals(found: Review, file: ClientFile) -> Intervals:
    parts = sorted(found.parts.items(), key=lambda pair: -pair[1].mean)
    rows = [_row(_("Overall"), found.total), *(_row(capital(scale_name(scale)), one) for scale, one in parts)]
    total = found.total
    described = _("Overall %(mean)s, likely %(low)s to %(high)s.") % {
        "mean": round(total.mean),
        "low": round(total.low),
        "high": round(total.high),
    }
    return Intervals(tuple(rows), _together(found, file), described)


def _row(label: str, one: Pooled) -> Row:
    said = _("%(label)s: average %(mean)s, likely %(low)s to %(high)s") % {
        "label": label,
        "mean": round(one.mean),
        "low": round(one.low),
        "high": round(one.high),
    }
    return Row(label, one.mean, one.low, one.high, said)


def _interval_words(found: Review) -> str:
    rows = [found.total, *found.parts.values()]
    start = Intervals(tuple(_row("", one) for one in rows), "").start
    scale = _("0 to 100, drawn from %(start)s.") % {"start": round(start)} if start else _("0 to 100.")
    if found.lowest is None:
        return scale
    more = (
        sentences.difference_words(found.lowest)
        if found.lowest.clear
        else _("No part lies clearly below another.")
    )
    return f"{scale} {more}"


def _therapist(file: ClientFile) -> str:
    """The current therapist's name, empty when that is the person looking."""
    return "" if file.mine else next((one.name for one in reversed(file.periods) if one.until is None), "")


def _gap(file: ClientFile) -> Line | None:
    """Both voices, the last sessions at most; None when the therapist rated none."""
    picture = pictures.line_picture(file, _("%(Their)s view beside yours") % voice(file.pronoun).words)
    if not any(one.therapist is not None for one in picture.columns):
        return None
    rated = [
        one
        for one in picture.columns
        if one.client is not None or (one.therapist is not None and not one.covered)
    ]
    return replace(picture, columns=tuple(rated[-6:]), repairs=())  # their places are those of all columns


def _steps(found: Review, file: ClientFile) -> Steps:
    among = file.spreads["TOTAL"]
    here = found.total.n
    most = max(SHOWN_STEPS, min(here + 1, 8))
    values = tuple(dependability(k, among).value for k in range(1, most + 1))
    own = among.evidence.confidence is Confidence.CALCULATED
    said = _("Dependability %(value)s with %(count)s ratings; %(enough)s is enough.") % {
        "value": f"{found.dependability.value:.2f}",
        "count": here,
        "enough": f"{ENOUGH:.2f}",
    }
    return Steps(values, here, own, ENOUGH, _("Dependability, by number of ratings"), _("enough"), said)


def _steps_words(found: Review) -> str:
    evidence = found.dependability.evidence
    if evidence.confidence is Confidence.CALCULATED:
        return _("Dependability, by number of ratings (this service, %(n)s clients)") % {
            "n": found.dependability.clients
        }
    return _("Dependability, by number of ratings (published: %(source)s)") % {"source": evidence.source}
