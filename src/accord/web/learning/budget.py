"""The alarm budget as values: what each setting costs and brings, from what the service learnt and its replayed past.

Shares of real dips come from `Learnt` alone, so that this page, Today and "Why am I seeing this?" say the same. How
many alarms a therapist would have had comes from the replay. Nothing is computed here that takes longer than a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.signals.learnt import Learnt, Setting
from accord.web.attention.odds import odds
from accord.web.attention.words import address, long_day, number
from accord.web.learning.compared import (
    Adds,
    Change,
    Preset,
    back_to,
    changes_of,
    presets_again,
    rules_added,
    rules_from,
    same,
    weekly,
)
from accord.web.learning.rests_on import (
    check_words,
    figure,
    learnt_from_words,
    note_words,
    plain,
    version_words,
    what_it_means,
)
from accord.web.learning.versions import Version


@dataclass(frozen=True)
class Choice:
    """One setting: what it means, what it would have brought, and how it differs from the one in force."""

    at: str
    stated: str
    short: str
    week: str
    unit: str
    rhythm: str
    of: str
    bubbles: tuple[bool, ...]
    follow: str
    rest: str
    real: str
    seen: str
    costs: str
    now: bool
    shown: bool
    url: str


@dataclass(frozen=True)
class Page:
    """The page. `back` is the share to go back to after a lead's change (empty: nothing to undo)."""

    lead: str
    choices: tuple[Choice, ...]
    place: int
    replayed: str
    assumption: str
    check: str
    agrees: bool
    checked: bool
    learnt_from: str
    means: str
    version: str
    note: str
    rules: tuple[Adds, ...]
    rules_from: str
    presets: tuple[Preset, ...]
    changes: tuple[Change, ...]
    back: str
    back_words: str


def share(text: str) -> float | None:
    """A share from an address or a form, such as 0.04; None when it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and 0 < value < 1 else None


def in_words(false_alarms: float) -> str:
    """A share of false alarms as people count: 4 of 100 steady sessions."""
    return _("%(count)s of 100 steady sessions") % {"count": plain(100 * false_alarms)}


def budget_page(
    learnt: Learnt,
    replay: Mapping[str, Any],
    versions: Sequence[Version],
    *,
    at: datetime,
    zone: str,
    wanted: float | None = None,
) -> Page:
    """The page at the instant `at`; `wanted` is the setting looked at, the one in force where there is no such."""
    settings = sorted(learnt.settings, key=lambda one: one.false_alarms)
    looked = next((one for one in settings if wanted and same(one.false_alarms, wanted)), learnt.setting)
    weeks = {one.false_alarms: _per_week(replay, one.false_alarms) for one in settings}
    choices = tuple(_choice(one, learnt, looked, weeks) for one in settings)
    today = clinic_day(at, zone)
    back = back_to(versions, learnt)
    return Page(
        lead=_("Now %(stated)s may raise an alarm for no reason. Fewer alarms miss more dips.")
        % {"stated": in_words(learnt.chosen)},
        choices=choices,
        place=next(place for place, one in enumerate(choices) if one.shown),
        replayed=_replayed(replay, today),
        assumption=_assumption(learnt),
        check=check_words(learnt.check),
        agrees=learnt.check is None or learnt.check.agrees,
        checked=learnt.check is not None,
        learnt_from=learnt_from_words(learnt),
        means=what_it_means(learnt.clients, learnt.chosen),
        version=version_words(learnt, today),
        note=note_words(learnt.note),
        rules=rules_added(replay),
        rules_from=rules_from(replay),
        presets=presets_again(replay),
        changes=tuple(changes_of(versions, zone, today)),
        back=f"{back:g}" if back else "",
        back_words=in_words(back) if back else "",
    )


def _per_week(replay: Mapping[str, Any], false_alarms: float) -> float | None:
    """Alarms per therapist and week in the replayed past; None when there was nothing to replay."""
    if not replay.get("ratings"):
        return None
    for row in replay.get("settings", ()):
        if same(row["false_alarms"], false_alarms):
            return float(row["per_therapist_week"])
    return None


def _choice(one: Setting, learnt: Learnt, looked: Setting, weeks: Mapping[float, float | None]) -> Choice:
    real, of = odds(one.real).counted
    now = one is learnt.setting
    week = weeks[one.false_alarms]
    return Choice(
        at=f"{one.false_alarms:g}",
        stated=in_words(one.false_alarms),
        short=_("%(count)s of 100") % {"count": plain(100 * one.false_alarms)},
        week=weekly(week),
        unit=_("alarms per therapist and week")
        if week is not None
        else _("How many alarms a week is not known: no past was replayed."),
        rhythm=_rhythm(week),
        of=ngettext("Of %(count)s alarm", "Of %(count)s alarms", of) % {"count": number(of)},
        bubbles=tuple(place < real for place in range(of)),
        follow=ngettext("%(count)s follows a real dip.", "%(count)s follow a real dip.", real)
        % {"count": real},
        rest=ngettext("%(count)s does not.", "%(count)s do not.", of - real) % {"count": of - real},
        real=one_in(one.real),
        seen=_("%(count)s of 10") % {"count": round(10 * one.seen_in_time)},
        costs="" if now else _costs(one, learnt.setting, week, weeks[learnt.setting.false_alarms]),
        now=now,
        shown=one is looked,
        url=address("learning:budget") + f"?at={one.false_alarms:g}",
    )


def _rhythm(week: float | None) -> str:
    if week is None or not 0 < week < 0.95:
        return ""
    count = round(1 / week)
    return ngettext(
        "About one a week for each therapist.", "About one in %(count)s weeks for each therapist.", count
    ) % {"count": count}


def one_in(value: float) -> str:
    """A share as people count, such as 1 in 3; said from the same place as on Today and in "Why am I seeing this?"."""
    found = odds(value)
    if not found.some:
        return _("hardly any")
    return _("%(some)s in %(of)s") % {"some": found.some, "of": found.of}


def _costs(one: Setting, now: Setting, week: float | None, week_now: float | None) -> str:
    """What this setting costs and brings against the one in force, in one or two sentences."""
    parts = []
    if week is not None and week_now:
        parts.append(_fewer(week / week_now))
    seen, seen_now = round(100 * one.seen_in_time), round(100 * now.seen_in_time)
    if seen == seen_now:
        parts.append(_("About as many dips are seen in time."))
    elif seen < seen_now:
        parts.append(
            ngettext(
                "Of 100 dips, %(count)s fewer is seen in time.",
                "Of 100 dips, %(count)s fewer are seen in time.",
                seen_now - seen,
            )
            % {"count": seen_now - seen}
        )
    else:
        parts.append(
            ngettext(
                "Of 100 dips, %(count)s more is seen in time.",
                "Of 100 dips, %(count)s more are seen in time.",
                seen - seen_now,
            )
            % {"count": seen - seen_now}
        )
    return " ".join(parts)


def _fewer(ratio: float) -> str:
    if 0.45 <= ratio <= 0.55:
        return _("About half as many alarms as now.")
    if ratio < 0.95:
        return _("Of 100 alarms now, %(share)s would be left.") % {"share": round(100 * ratio)}
    if ratio <= 1.05:
        return _("About as many alarms as now.")
    return _("%(times)s times as many alarms as now.") % {"times": figure(ratio, 1)}


def _replayed(replay: Mapping[str, Any], today: date) -> str:
    if not replay.get("ratings"):
        return _(
            "No past has been replayed yet: that takes answers of a few weeks. Until then only the shares are known."
        )
    ratings = figure(replay["ratings"])
    first = date.fromisoformat(replay["from"][:10])
    if (date.fromisoformat(replay["to"][:10]) - first).days >= 330:
        start = _("Replayed on your last 12 months, %(ratings)s ratings.") % {"ratings": ratings}
    else:
        start = _("Replayed on your sessions since %(day)s, %(ratings)s ratings.") % {
            "day": long_day(first, today),
            "ratings": ratings,
        }
    return f"{start} {_('Move it and look; nothing changes until you keep it.')}"


def _assumption(learnt: Learnt) -> str:
    """Why the share of real dips is a calculation and no count."""
    return _(
        "Nobody marks which dips were real, so this share is not counted: it is calculated from the model fitted "
        "to your sessions. It holds if dips here are as the model takes them: they begin between two sessions, "
        "lie %(depth)s points deep on average, and end again; and begin in about %(onset)s of 100 sessions."
    ) % {
        "depth": round(learnt.parameters.depth),
        "onset": figure(100 * learnt.parameters.onset),
    }
