"""What the alarm budget rests on, in words: how much was learnt from, how far off a share may be, the self-check."""

from datetime import date
from math import ceil

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accord.signals.learnt import Learnt, Note, SelfCheck
from accord.web.attention.words import long_day

# How far the realised share may lie from the stated one in four services of five, by past clients, for settings of
# about 2, 4 and 8 of 100 (dip-filter.md, "Promises that can be kept").
KEPT: tuple[tuple[int, tuple[float, float, float]], ...] = (
    (2000, (0.15, 0.15, 0.15)),
    (200, (0.30, 0.22, 0.18)),
    (50, (0.50, 0.40, 0.30)),
)


def check_words(check: SelfCheck | None) -> str:
    """Whether the past raised as many alarms as the model expected, and what it means when it did not."""
    if check is None:
        return _("Not checked yet: that takes a past of your own.")
    low = max(0, round(check.expected - 2 * check.error))
    facts = {
        "observed": figure(check.observed),
        "expected": figure(check.expected),
        "low": low,
        "high": round(check.expected + 2 * check.error),
    }
    if check.agrees:
        said = _(
            "Your past raised %(observed)s alarms; the model expected %(expected)s (%(low)s to %(high)s)."
        )
        return f"{said % facts} {_('The two agree.')}"
    said = (
        _(
            "Your past raised %(observed)s alarms, and the model expected %(expected)s (%(low)s to %(high)s). "
            "They do not agree: "
        )
        % facts
    )
    if check.observed > check.expected:
        return said + _("more alarms come than stated, so take the shares on this page as too good.")
    return said + _("fewer alarms come than stated, so more dips may be missed than this page says.")


def learnt_from_words(learnt: Learnt) -> str:
    """How many clients and ratings stand behind this."""
    if not learnt.clients:
        return _("Nothing was learnt here yet: these are published values, not your own.")
    return ngettext(
        "Learnt from %(clients)s client, %(ratings)s ratings.",
        "Learnt from %(clients)s clients, %(ratings)s ratings.",
        learnt.clients,
    ) % {
        "clients": figure(learnt.clients),
        "ratings": figure(learnt.ratings),
    }


NOTES = {
    Note.EVEN: _l(
        "Every client ticks the same box each time here, so the spread of ratings is a published one."
    ),
    Note.TOP: _l("Every answer here is at the top of the scale. There a dip can hardly be told."),
    Note.START: _l(
        "Your answers did not settle the model, so most of it is published values around your median."
    ),
}


def note_words(note: Note) -> str:
    """What has to be said about how it was learnt; empty when nothing."""
    return str(NOTES.get(note, ""))


def what_it_means(clients: int, stated: float) -> str:
    """What a stated share amounts to when so many clients were learnt from; four services in five lie in the range."""
    count = plain(100 * stated)
    if not clients:
        return _("What %(count)s of 100 amounts to in your service is not known.") % {"count": count}
    off = next((errors for least, errors in KEPT if clients >= least), KEPT[-1][1])
    error = off[0 if stated < 0.03 else 1 if stated < 0.06 else 2]
    # In halves of a point, the upper end never rounded down: 4 of 100 learnt from 50 clients is 2.5 to 6.
    low, high = round(200 * stated * (1 - error)) / 2, ceil(round(200 * stated * (1 + error), 6)) / 2
    facts = {"count": count, "low": plain(low), "high": plain(high)}
    said = _("%(count)s of 100 then means %(low)s to %(high)s, in four services of five.") % facts
    if clients < KEPT[-1][0]:
        return f"{said} {_('With so few clients it can be further off.')}"
    return said


def figure(value: float, places: int = 0) -> str:
    """A number as the language writes it, rounded: Django's own function cuts digits off."""
    return number_format(round(value, places), places, use_l10n=True, force_grouping=True)


def plain(value: float) -> str:
    """A number without needless digits: 4, 2.5."""
    return figure(value, 0 if round(value, 1) == int(round(value, 1)) else 1)


def version_words(learnt: Learnt, today: date) -> str:
    """Which version this is, and of which day."""
    if not learnt.made_on:
        return _("Version: %(version)s.") % {"version": learnt.version}
    day = long_day(date.fromisoformat(learnt.made_on[:10]), today)
    return _("Version %(version)s, learnt %(day)s.") % {"version": learnt.version, "day": day}
