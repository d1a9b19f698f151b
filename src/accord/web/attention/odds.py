"""A share in natural numbers, and the one place where the share of alarms that follow a real dip is put into words.

Today, the panel that explains a signal and the page of the alarm budget all say it from here.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.signals.learnt import Learnt
from accord.signals.signal import Signal

# Parts that people can picture: from 1 in 10 to 9 in 10, simple ones first.
PARTS = (
    (1, 2),
    (1, 3),
    (2, 3),
    (1, 4),
    (3, 4),
    (1, 5),
    (2, 5),
    (3, 5),
    (4, 5),
    (1, 10),
    (3, 10),
    (7, 10),
    (9, 10),
)
MOST = 10  # shapes to count


@dataclass(frozen=True)
class Odds:
    """About `some` in `of`."""

    some: int
    of: int

    @property
    def counted(self) -> tuple[int, int]:
        """The same as shapes to count, ten at most: 1 in 3 is 3 of 9."""
        times = MOST // self.of
        return self.some * times, self.of * times


def odds(share: float) -> Odds:
    """The simple part that lies nearest to a share between 0 and 1; of two equally near ones the simpler."""
    if share < 0.05:
        return Odds(0, MOST)
    if share > 0.95:
        return Odds(MOST, MOST)
    some, of = min(PARTS, key=lambda part: abs(part[0] / part[1] - share))
    return Odds(some, of)


def follows(share: float) -> str:
    """About 1 in 3 like these follows a real dip."""
    found = odds(share)
    if not found.some:
        return _("Hardly any like these follows a real dip.")
    if found.some == found.of:
        return _("Nearly all like these follow a real dip.")
    return ngettext(
        "About %(some)s in %(of)s like these follows a real dip.",
        "About %(some)s in %(of)s like these follow a real dip.",
        found.some,
    ) % {"some": found.some, "of": found.of}


def counted_words(share: float) -> str:
    """Of 9 alarms like this, about 3 follow a real dip."""
    some, of = odds(share).counted
    return ngettext(
        "Of %(of)s alarms like this, about %(some)s follows a real dip.",
        "Of %(of)s alarms like this, about %(some)s follow a real dip.",
        some,
    ) % {"some": some, "of": of}


def real_share(signal: Signal, learnt: Learnt) -> float | None:
    """How many signals like this one follow something real: by the setting in force, or as it was when raised."""
    if signal.learnt and signal.learnt == learnt.version:
        return learnt.setting.real
    return signal.often.real
