"""What else the alarm budget shows: what each rule adds, what published rules would have done, who changed it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.clock import clinic_day
from accord.signals import presets
from accord.signals.examples import rule_file
from accord.signals.learnt import PUBLISHED, Learnt
from accord.signals.rules import RULES
from accord.web.learning.rests_on import figure, plain
from accord.web.learning.versions import Version


def same(one: float, other: float) -> bool:
    """Whether two shares are the same setting."""
    return abs(one - other) < 1e-9


@dataclass(frozen=True)
class Adds:
    """What one rule marked in the replayed past, and what nothing but it marked."""

    title: str
    signals: str
    alone: str


@dataclass(frozen=True)
class Preset:
    """What a published rule would have done on the same past."""

    name: str
    remark: str
    week: str
    sessions: str


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    day: str
    sentence: str


def weekly(week: float | None) -> str:
    """Alarms per therapist and week as a figure; empty where they are not known."""
    if week is None:
        return ""
    if week < 0.005:
        return _("under 0.01") if week else "0"
    return figure(week, 2 if week < 0.995 else 1 if week < 9.95 else 0)


def rules_from(replay: Mapping[str, Any]) -> str:
    """How many courses the rules were asked again in: the newest ones of a large service."""
    courses = replay.get("courses")
    if not courses:
        return ""
    said = ngettext(
        "Every rule was asked again after every session of the newest course.",
        "Every rule was asked again after every session of the %(count)s newest courses.",
        courses,
    )
    return said % {"count": figure(courses)}


def rules_added(replay: Mapping[str, Any]) -> tuple[Adds, ...]:
    """The rules in the order of their table; those that marked nothing are there too, since that is news."""
    counts = {row["rule"]: row for row in replay.get("rules", ())}
    return tuple(
        Adds(
            title=rule_file(rule.id).title,
            signals=figure(counts[rule.id]["signals"]),
            alone=figure(counts[rule.id]["alone"]),
        )
        for rule in RULES
        if rule.id in counts
    )


def presets_again(replay: Mapping[str, Any]) -> tuple[Preset, ...]:
    """The published rules on the replayed past, as they were counted there."""
    known = {one.title: one for one in presets.presets()}
    return tuple(
        Preset(
            name=row["name"],
            remark=_remark(known.get(row["name"])),
            week=weekly(row["per_therapist_week"]),
            sessions=_("%(count)s of 100") % {"count": _marked(row["share_of_sessions"])},
        )
        for row in replay.get("presets", ())
    )


def _marked(share: float) -> str:
    return plain(100 * share) if share < 0.095 else figure(100 * share)


def _remark(preset: presets.Preset | None) -> str:
    """What must be said beside a published rule: that we rebuilt it, or that it could warn nobody in time."""
    if preset is None:
        return ""
    said = (
        _("rebuilt from descriptions") if preset.reconstruction else "",
        "" if preset.online else _("uses later sessions too"),
    )
    return "; ".join(part for part in said if part)


def changes_of(versions: Sequence[Version], zone: str, today: date) -> Iterator[Change]:
    """What happened, newest first."""
    for place, one in enumerate(versions):
        day = date_format(clinic_day(one.at, zone), "j M" if one.at.year == today.year else "j M Y")
        before = _before(versions, place)
        if not one.by:
            yield Change(day, _("Learnt from %(clients)s clients") % {"clients": figure(one.clients)})
        elif before is None or same(before, one.chosen):
            yield Change(day, _("%(who)s: %(now)s of 100") % {"who": one.by, "now": plain(100 * one.chosen)})
        else:
            facts = {"who": one.by, "now": plain(100 * one.chosen), "before": plain(100 * before)}
            yield Change(day, _("%(who)s: %(now)s of 100 instead of %(before)s") % facts)


def _before(versions: Sequence[Version], place: int) -> float | None:
    """The share in force before this version: the published one before the first; None where it was not read."""
    if place + 1 < len(versions):
        return versions[place + 1].chosen
    return PUBLISHED.chosen if versions[place].number == 1 else None


def back_to(versions: Sequence[Version], learnt: Learnt) -> float | None:
    """The share before the last change, where that was a person's: what undo goes back to."""
    if not versions or not versions[0].by:
        return None
    before = _before(versions, 0)
    if before is None or same(versions[0].chosen, before):
        return None
    return before if any(same(one.false_alarms, before) for one in learnt.settings) else None
