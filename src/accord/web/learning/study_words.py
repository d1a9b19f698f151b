"""Numbers, intervals, counts, verdicts and absences of studies in words of the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, ngettext, ngettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.basics.absence import Absence, AtCeiling, NotAsked, NotScored, TooFew
from accord.studies import numbers
from accord.studies.result import Line, Published, Study, Verdict
from accord.studies.texts import counted
from accord.web.learning.rests_on import figure


@dataclass(frozen=True)
class Pill:
    """A verdict as shape, word and tone (a class of `.status`)."""

    words: str
    icon: str
    tone: str


PILLS = {
    Verdict.AGREES: (_l("Agrees"), "agrees", "agrees"),
    Verdict.DIFFERS: (_l("Differs"), "differs", "differs"),
    Verdict.TOO_FEW: (_l("Too few yet"), "too-few", "too-few"),
    Verdict.NO_ASSOCIATION: (_l("No link seen"), "steady", "steady"),
    Verdict.CANNOT_TELL: (_l("Cannot tell"), "unverifiable", "too-few"),
    Verdict.DESCRIBES: (_l("Described"), "review", "steady"),
}
LEVELS = {
    "clients": ngettext_lazy("client", "clients"),
    "people": ngettext_lazy("person", "people"),
    "courses": ngettext_lazy("course", "courses"),
    "sessions": ngettext_lazy("session", "sessions"),
    "therapists": ngettext_lazy("therapist", "therapists"),
    "services": ngettext_lazy("service", "services"),
    "ratings": ngettext_lazy("rating", "ratings"),
    "pairs": ngettext_lazy("pair of ratings", "pairs of ratings"),
    "events": ngettext_lazy("who left", "who left"),
}


def number(value: float, unit: str) -> str:
    """A value in its unit; kept in one piece where the page runs from right to left, else .28 would read 28."""
    told = numbers.number(value, unit)
    return f"\u2066{told}\u2069" if get_language_bidi() else told


def signed(value: float) -> str:
    """Points above or below the average, with their sign."""
    told = numbers.number(value, "points")
    told = f"+{told}" if value > 0 and told != "0" else told
    return f"\u2066{told}\u2069" if get_language_bidi() else told


def pill(verdict: Verdict, more: str = "") -> Pill:
    """The verdict's mark; `more` says what it means here, such as "no clear gap"."""
    words, icon, tone = PILLS[verdict]
    told = _("%(verdict)s: %(more)s") % {"verdict": words, "more": more} if more else str(words)
    return Pill(told, f"icons/{icon}.html", tone)


def value_words(value: float | Absence, unit: str) -> str:
    """A value, or why there is none."""
    if isinstance(value, int | float):
        return number(float(value), unit)
    return absence_words(value)


def absence_words(value: Absence) -> str:
    """Why there is no value."""
    match value:
        case TooFew(n, needed, under=True):
            if needed <= n:
                return _("too few to say (fewer than %(n)s)") % {"n": figure(n)}
            return _("too few to say (fewer than %(n)s of %(needed)s)") % {
                "n": figure(n),
                "needed": figure(needed),
            }
        case TooFew(n, needed):
            return _("too few to say (%(n)s of %(needed)s)") % {"n": figure(n), "needed": figure(needed)}
        case NotScored(reason):
            return reason
        case AtCeiling():
            return _("at the top of the scale")
        case NotAsked():
            return _("not asked")


def interval_words(low: float | None, high: float | None, unit: str) -> str:
    """From where to where; empty where that is not known."""
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": number(low, unit), "high": number(high, unit)}


def line_words(line: Line) -> str:
    """A line in one go: value, interval and what it rests on."""
    told = value_words(line.value, line.unit)
    interval = interval_words(line.low, line.high, line.unit)
    if interval:
        told = f"{told} ({interval})"
    rests = n_words(line.n)
    return f"{told}, {rests}" if rests and isinstance(line.value, int | float) else told


def n_words(n: Mapping[str, int]) -> str:
    """Counts by level: 412 courses, 31 therapists."""
    return ", ".join(
        f"{figure(count)} {LEVELS[name] % count}" if name in LEVELS else counted(name, count)
        for name, count in n.items()
    )


def published_words(one: Published, unit: str) -> str:
    """A value of the literature; where its interval was not seen, that is said."""
    interval = interval_words(one.low, one.high, unit)
    if one.value is None:
        return _("from %(interval)s") % {"interval": interval} if interval else _("no single figure")
    told = number(one.value, unit)
    return f"{told} ({interval})" if interval else _("%(value)s, interval not seen") % {"value": told}


def read_words(one: Published) -> str:
    """How far the source was read again for Accord."""
    return "" if one.read in ("seen", "calc") else _("not read again for Accord")


def agreement_words(studies: Sequence[Study]) -> str:
    """How the findings stand in one sentence: three agree with the studies, one differs, one needs more time."""
    counts = {one: sum(study.verdict is one for study in studies) for one in Verdict}
    parts = []
    for verdict, said in (
        (
            Verdict.AGREES,
            lambda n: ngettext("%(count)s agrees with the studies", "%(count)s agree with the studies", n),
        ),
        (Verdict.DIFFERS, lambda n: ngettext("%(count)s differs", "%(count)s differ", n)),
        (Verdict.NO_ASSOCIATION, lambda n: ngettext("%(count)s shows no link", "%(count)s show no link", n)),
        (Verdict.CANNOT_TELL, lambda n: ngettext("%(count)s cannot be told", "%(count)s cannot be told", n)),
        (Verdict.DESCRIBES, lambda n: ngettext("%(count)s is described", "%(count)s are described", n)),
        (Verdict.TOO_FEW, lambda n: ngettext("%(count)s needs more time", "%(count)s need more time", n)),
    ):
        if count := counts[verdict]:
            parts.append(said(count) % {"count": _count(count)})
    told = ", ".join(parts)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _count(count: int) -> str:
    from accord.web.attention.words import number as in_words

    return in_words(count)


def time_words(first: str, last: str) -> str:
    """The time that a run is about, in months; empty where no session had a day."""
    if not first or not last:
        return ""
    one, other = date.fromisoformat(first), date.fromisoformat(last)
    if (one.year, one.month) == (other.year, other.month):
        return date_format(one, "F Y")
    return _("%(first)s to %(last)s") % {"first": date_format(one, "F Y"), "last": date_format(other, "F Y")}
