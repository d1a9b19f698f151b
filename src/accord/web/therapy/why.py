"""Why a signal is shown, as values: the rule in words, its data, how often it comes by chance, how often it is real."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accord.course.course import Course
from accord.course.session import Attendance
from accord.instruments.definition import Confidence
from accord.instruments.registry import identifiers
from accord.instruments.registry import instrument as definition
from accord.signals import attention
from accord.signals.learnt import PUBLISHED, Learnt
from accord.signals.rates import rates
from accord.signals.signal import Basis, Place, Seen, Signal
from accord.web.attention import odds, signal_words
from accord.web.attention.noticed import Noticed
from accord.web.attention.signal_words import Pill
from accord.web.attention.words import capital, day, scale_name
from accord.web.therapy.meeting_words import attendance_words

MOST_SESSIONS = 6  # of the evidence; the rest is in the table of the page
NARROW = 4  # as many have room on a phone
YES_OR_NO = ("felt off", "would like to talk", "tension, ")


@dataclass(frozen=True)
class Line:
    """One line of the data: what it is, and its value at each session."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """The evidence as a small table: sessions across, what was seen down; `last` is the session it is about."""

    sessions: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def wide(self) -> bool:
        """Whether it may need to scroll on a phone."""
        return len(self.sessions) > NARROW


@dataclass(frozen=True)
class Counted:
    """A share as shapes to count, and in words."""

    filled: int
    of: int
    words: str

    @property
    def shapes(self) -> tuple[bool, ...]:
        """One per shape, the filled ones first."""
        return tuple(place < self.filled for place in range(self.of))


@dataclass(frozen=True)
class Why:
    """Everything that the panel says about one signal. `key` is empty where it explains the line without one."""

    key: str
    heading: str
    pill: Pill | None
    sentence: str
    rule: str
    data: Data
    chance: Counted | None
    chance_words: str
    real: Counted | None
    real_words: str
    reliability: str
    version: str
    since: str = ""
    may_be_no_dip: bool = False
    may_be_useless: bool = False


def why(one: Noticed, course: Course, learnt: Learnt, *, pronoun: str, name: str, today: date) -> Why:
    """The panel of one signal."""
    signal = one.signal
    place = attention.place(signal)
    chance, chance_words = _chance(signal)
    real, real_words = _real(signal, learnt)
    return Why(
        key=one.key,
        heading=signal_words.title(signal),
        pill=signal_words.pill(signal, pronoun),
        sentence=signal_words.told(signal, pronoun, name, mine=one.mine),
        rule=" ".join(
            part
            for part in (signal_words.means(signal, pronoun, name, mine=one.mine), _error(signal, learnt))
            if part
        ),
        data=data_of(signal.evidence, course),
        chance=chance,
        chance_words=chance_words,
        real=real,
        real_words=real_words,
        reliability=_reliability(signal),
        version=_version(signal, learnt, today),
        may_be_no_dip=signal.rule == "dip",
        may_be_useless=place >= Place.STRAIN,
    )


def data_of(evidence: Sequence[Seen], course: Course) -> Data:
    """The evidence as a table, the latest sessions of it."""
    sessions = list(dict.fromkeys(one.session for one in evidence))[-MOST_SESSIONS:]
    kept = [one for one in evidence if one.session in sessions]
    by_key = {one.key: one for one in course.sessions}
    heads = []
    for key in sessions:
        number = next(one.number for one in kept if one.session == key)
        session = by_key.get(key)
        heads.append(str(number) if number else date_format(session.day, "j M") if session else "–")
    if all(one.value is None for one in kept):
        words = {key: [_seen(one.what) for one in kept if one.session == key] for key in sessions}
        lines = [Line(_("Seen"), tuple(", ".join(words[key]) for key in sessions))]
    else:
        lines = [_line(what, sessions, kept) for what in dict.fromkeys(one.what for one in kept)]
    expected = _expected(sessions, kept)
    return Data(tuple(heads), (*lines, *([expected] if expected else [])))


def _line(what: str, sessions: Sequence[str], kept: Sequence[Seen]) -> Line:
    found = {one.session: one for one in kept if one.what == what}
    return Line(_label(what), tuple(_cell(what, found.get(key)) for key in sessions))


def _cell(what: str, one: Seen | None) -> str:
    if one is None:
        return ""
    if one.value is None:
        return pgettext("no answer, in a table", "none")
    if what.startswith(YES_OR_NO):
        return _("yes") if one.value > 0.5 else _("no")
    return f"{one.value:.0f}"


def _expected(sessions: Sequence[str], kept: Sequence[Seen]) -> Line | None:
    """The range that a value was held against; too few where it could not be said yet."""
    judged = {one.session: one for one in kept if one.low is not None or one.high is not None}
    if not judged:
        return None
    both = any(one.low is not None and one.high is not None for one in judged.values())
    cells = []
    for key in sessions:
        one = judged.get(key)
        if one is None:
            cells.append(_("too few") if both else "")
        elif one.low is not None and one.high is not None:
            cells.append(f"{one.low:.0f}–{one.high:.0f}")
        elif one.low is not None:
            cells.append(_("from %(low)s") % {"low": round(one.low)})
        else:
            cells.append(_("to %(high)s") % {"high": round(one.high or 0.0)})
    return Line(_("Expected"), tuple(cells))


def _label(what: str) -> str:
    plain = {
        "rating": _("Rated"),
        "therapist": _("Therapist"),
        "wellbeing": _("Wellbeing"),
        "felt off": _("Felt off"),
        "would like to talk": _("Would like to talk"),
        "tension, client": _("Tension, client"),
        "tension, therapist": _("Tension, therapist"),
    }
    if what in ("bond", "goals", "tasks"):
        return capital(scale_name(what.upper()))
    return plain.get(what, capital(what))


def _seen(what: str) -> str:
    """What was not there, or how somebody came, in a cell."""
    if what in set(Attendance):
        return attendance_words(Attendance(what))
    if what in identifiers():
        return definition(what).title.removeprefix("Accord ")
    if what.startswith("line "):
        return _("%(line)s left out") % {"line": what}
    if what in ("check-in", "alliance rating"):
        return pgettext("no answer, in a table", "none")
    return what


def _error(signal: Signal, learnt: Learnt) -> str:
    if signal.rule != "dip":
        return ""
    said = _("One check-in carries an error of about %(points)s points, and that is counted in.")
    return said % {"points": round(learnt.parameters.error_sd)}


def chance_of(rate: float, *, people: bool = False) -> Counted:
    """Of 100 steady sessions, about 4 set this off for no reason."""
    filled = min(100, round(rate * 100))
    if not filled:
        return Counted(0, 100, _("Of 100 steady sessions, fewer than one sets this off for no reason."))
    facts = {"count": filled}
    words = (
        ngettext(
            "Of 100 people without one, about %(count)s sets this off for no reason.",
            "Of 100 people without one, about %(count)s set this off for no reason.",
            filled,
        )
        if people
        else ngettext(
            "Of 100 steady sessions, about %(count)s sets this off for no reason.",
            "Of 100 steady sessions, about %(count)s set this off for no reason.",
            filled,
        )
    )
    return Counted(filled, 100, words % facts)


def _chance(signal: Signal) -> tuple[Counted | None, str]:
    often = signal.often
    if often.basis is Basis.FACT:
        return None, _("It was said, or it happened. There is no chance in it.")
    if often.basis is Basis.UNKNOWN or often.rate is None:
        return None, _("Nobody has measured how often this comes for no reason.")
    measured = rates().get(signal.rule)
    counted = chance_of(often.rate, people=measured is not None and measured.per == "client")
    return counted, counted.words


def _real(signal: Signal, learnt: Learnt) -> tuple[Counted | None, str]:
    often = signal.often
    if often.basis is Basis.FACT:
        return None, _("Always, as a fact. What it means is found out by asking.")
    share = odds.real_share(signal, learnt)
    if share is None:
        return None, _("Not known. It is worth asking, no more.")
    some, of = odds.odds(share).counted
    words = odds.counted_words(share)
    return Counted(some, of, words), words


def _reliability(signal: Signal) -> str:
    if signal.reliable is None:
        return ""
    value, evidence = signal.reliable
    said = (
        _("Reliability of one such reading in this service: %(value)s.")
        if evidence.confidence is Confidence.CALCULATED
        else _("Reliability of one such reading: %(value)s (%(source)s).")
    )
    return said % {"value": f"{value:.2f}", "source": evidence.source}


def _version(signal: Signal, learnt: Learnt, today: date) -> str:
    parts = [
        _("Rule “%(rule)s”, version %(version)s") % {"rule": signal.rule, "version": signal.version},
        settings_words(signal.learnt, learnt, today),
        {
            Basis.SIMULATED: _("simulated check: %(source)s") % {"source": signal.often.source},
            Basis.FACT: _("a fact, no estimate"),
            Basis.UNKNOWN: _("not measured"),
        }[signal.often.basis],
    ]
    return " · ".join(part for part in parts if part)


def settings_words(version: str, learnt: Learnt, today: date) -> str:
    """Which settings stood behind it, and since when; empty where none were used."""
    if not version:
        return ""
    if version == PUBLISHED.version:
        return _("published settings, nothing learnt here yet")
    if version != learnt.version or not learnt.made_on:
        return _("service settings %(version)s") % {"version": version}
    made = day(date.fromisoformat(learnt.made_on), today)
    return _("service settings %(version)s, made %(day)s") % {"version": version, "day": made}
