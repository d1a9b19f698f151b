"""What the line says about a repair, in words: what was compared, how sure that is, and what follows."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.repair.line import Level, Reading
from accord.web.attention.words import number
from accord.web.repair.reading import RepairFile

Z_95 = 1.96  # how wide the stated range is: 19 of 20


def read_sentence(one: RepairFile, said: Mapping[str, str]) -> str:
    """One sentence about the line since the repair began; empty before there is a rating to judge."""
    if not one.judged.facts.ratings_since:
        return ""
    return {
        Reading.CAME_BACK: _("%(Their)s line is back where it stood."),
        Reading.ROSE_ABOVE: _("%(Their)s line is clearly higher than before."),
        Reading.STILL_LOW: _("%(Their)s line is still clearly lower than before."),
        Reading.UNCERTAIN: _("Too close, or too few ratings, to tell."),
        Reading.NO_LINE: _("There is nothing to compare with: too few ratings from before."),
        Reading.NO_DIP: _("%(Their)s line had not fallen, so there is nothing to come back from."),
    }[one.judged.facts.reading] % said


def beside(one: RepairFile) -> str:
    """The levels behind it: before, in the dip, since, with how far each may be off."""
    judged = one.judged
    if judged.since is None or judged.before is None:
        return ""
    parts = [_("Before: about %(level)s.") % {"level": _level(judged.before)}]
    if judged.dip is not None:
        parts.append(_("In the dip: %(value)s.") % {"value": round(judged.dip.value)})
    count = judged.since.ratings
    since = ngettext(
        "Since: about %(level)s, from %(count)s rating.",
        "Since: about %(level)s, from %(count)s ratings.",
        count,
    )
    parts.append(since % {"level": _level(judged.since), "count": number(count)})
    return " ".join(parts)


def _level(level: Level) -> str:
    return _("%(value)s (give or take %(error)s)") % {
        "value": round(level.value),
        "error": max(1, round(Z_95 * level.error)),
    }
