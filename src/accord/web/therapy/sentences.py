"""Sentences about one client's ratings, made in one place: facts and "worth asking about", never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import Absence, AtCeiling, NotAsked, NotScored, TooFew
from accord.course.dependability import Dependability
from accord.course.review import Difference, Review
from accord.instruments.definition import Confidence
from accord.web.attention.words import capital, number, scale_name
from accord.web.people.models import Pronoun
from accord.web.therapy.usual import UsualRange


@dataclass(frozen=True)
class Voice:
    """How a client is spoken of: she, her, hers."""

    they: str
    their: str
    them: str
    theirs: str
    like: str

    @property
    def words(self) -> dict[str, str]:
        """The forms by name, also with a capital letter, to be put into a sentence."""
        return {
            "they": self.they,
            "their": self.their,
            "them": self.them,
            "theirs": self.theirs,
            "like": self.like,
            "They": capital(self.they),
            "Their": capital(self.their),
        }


def voice(pronoun: str) -> Voice:
    """The forms of a pronoun."""
    forms = {
        Pronoun.SHE: (_("she"), _("her"), _("her"), _("hers"), _("likes")),
        Pronoun.HE: (_("he"), _("his"), _("him"), _("his"), _("likes")),
    }
    return Voice(*forms.get(pronoun, (_("they"), _("their"), _("them"), _("theirs"), _("like"))))


@dataclass(frozen=True)
class Latest:
    """What the latest rating is held against: the one before, and its usual range."""

    value: float | None
    before: float | None
    usual: UsualRange | TooFew
    rated: int


def points(value: float) -> int:
    """A difference as it is said: whole points."""
    return abs(round(value))


def moved(latest: float, before: float) -> str:
    """Down 14 since last time; from the numbers as they are printed, so that they add up on the page."""
    change = round(latest) - round(before)
    if not change:
        return _("The same as last time")
    words = _("Up %(points)s since last time") if change > 0 else _("Down %(points)s since last time")
    return words % {"points": abs(change)}


def headline(latest: Latest, pronoun: str) -> str:
    """The first line of a client's page while no signal leads it."""
    who = voice(pronoun).words
    if latest.value is None:
        return _("No check-in yet.")
    if latest.before is None:
        return _("One rating so far: %(value)s. Too few to say what is usual for %(them)s.") % {
            **who,
            "value": round(latest.value),
        }
    change = moved(latest.value, latest.before)
    if isinstance(latest.usual, TooFew):
        return _("%(change)s. %(count)s ratings so far, too few to say what is usual for %(them)s.") % {
            **who,
            "change": change,
            "count": capital(number(latest.rated)),
        }
    return _judged(latest.value, latest.before, latest.usual, change, who)


def _judged(value: float, before: float, usual: UsualRange, change: str, who: dict[str, str]) -> str:
    words = {**who, "change": change, "wobble": points(usual.wobble)}
    if usual.holds(value) and abs(round(value) - round(before)) > points(usual.wobble):
        return _("%(change)s, still inside %(their)s usual range.") % words
    if usual.holds(value):
        return _("%(change)s, inside %(their)s usual wobble of %(wobble)s.") % words
    if value > usual.high:
        return _("%(change)s, above %(their)s usual wobble of %(wobble)s. Worth asking what helped.") % words
    if usual.just_under(value):  # no signal came from it, and the page says why not
        return (
            _(
                "%(change)s, under %(their)s usual wobble of %(wobble)s. One in ten ordinary ratings lies there."
            )
            % words
        )
    return _("%(change)s, under %(their)s usual wobble of %(wobble)s.") % words


def withheld_headline(pronoun: str) -> str:
    """The first line for a therapist from whom the client keeps the answers."""
    return _("%(They)s did not agree that you see %(their)s answers.") % voice(pronoun).words


def covered_headline(numbers: Sequence[str], pronoun: str) -> str:
    """The first line while the latest answers wait under the cover."""
    said = ngettext(
        "Your own rating of session %(numbers)s comes first.",
        "Your own ratings of sessions %(numbers)s come first.",
        len(numbers),
    )
    return said % {"numbers": listed(list(numbers))}


def listed(words: Sequence[str]) -> str:
    """Words in a row: bond, goals and tasks."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


@dataclass(frozen=True)
class PartLatest:
    """One part of the alliance at the latest rating: its value, the one before, and its usual range."""

    scale: str
    value: float | None
    before: float | None
    usual: UsualRange | TooFew

    @property
    def outside(self) -> bool:
        """Whether it lies outside its usual wobble."""
        return (
            self.value is not None and isinstance(self.usual, UsualRange) and not self.usual.holds(self.value)
        )


def parts_sentence(parts: Sequence[PartLatest], *, whole_outside: bool = True) -> str:
    """Which parts moved and which stayed; empty where that cannot be said.

    "Mostly goals" explains a total that moved; where it did not, a part that did is named by itself.
    """
    judged = [one for one in parts if one.value is not None and isinstance(one.usual, UsualRange)]
    out = [scale_name(one.scale) for one in judged if one.outside]
    stayed = [scale_name(one.scale) for one in judged if not one.outside]
    if not judged:
        return ""
    if not out:
        return _("%(parts)s stayed inside their wobble.") % {"parts": capital(listed(stayed))}
    if not stayed:
        return _("%(parts)s all moved outside their wobble.") % {"parts": capital(listed(out))}
    stay = _("%(parts)s stayed inside their wobble.") % {"parts": capital(listed(stayed))}
    if whole_outside:
        return f"{_('Mostly %(parts)s.') % {'parts': listed(out)}} {stay}"
    return f"{_('%(parts)s moved outside their wobble.') % {'parts': capital(listed(out))}} {stay}"


def part_words(part: PartLatest, pronoun: str) -> str:
    """The words under one small line: down 28, outside her wobble."""
    if part.value is None:
        return _("not rated last time")
    if part.before is None:
        return _("one rating so far")
    change = round(part.value) - round(part.before)
    moves = _("the same") if not change else (_("up %s") if change > 0 else _("down %s")) % abs(change)
    if isinstance(part.usual, TooFew):
        return _("%(moves)s, too few to say what is usual") % {"moves": moves}
    where = _("outside %(their)s wobble") if part.outside else _("inside %(their)s wobble")
    return f"{moves}, {where % voice(pronoun).words}"


def beside_own(client: float, own: float, pronoun: str, therapist: str = "") -> str:
    """The therapist's own rating of the same session beside the client's, in words; `therapist` empty means you."""
    who = {**voice(pronoun).words, "name": therapist or _("You")}
    if points(client - own) < 3:  # too little for words to make anything of it
        return _("%(name)s rated the day much as %(they)s did.") % who
    said = (
        _("%(name)s rated the day higher than %(they)s did.")
        if own > client
        else _("%(name)s rated the day lower than %(they)s did.")
    )
    return said % who


def absence(value: Absence, *, declined: bool = False, covered: bool = False) -> str:
    """Why there is no number, for a table."""
    if covered:
        return _("covered")
    match value:
        case NotScored(reason):
            return _("no score: %(reason)s") % {"reason": reason}
        case TooFew(n, needed):
            return _("too few to say (%(n)s of %(needed)s)") % {"n": n, "needed": needed}
        case AtCeiling():
            return _("at the top of the scale")
        case NotAsked():
            return _("declined") if declined else _("no answer")


def rule_words(latest: Latest, pronoun: str) -> str:
    """How the line is judged while nothing stands out."""
    who = voice(pronoun).words
    made = _(
        "%(Their)s usual wobble is where about 8 of 10 ordinary ratings of %(their)s would lie, made from "
        "%(their)s earlier ratings alone, with growth, the top of the scale and past dips counted in."
    )
    if isinstance(latest.usual, TooFew) or latest.value is None:
        start = _("Ratings are judged from the third on.")
    elif latest.usual.holds(latest.value):
        start = _("The last rating lies inside the range that the earlier ones lead us to expect.")
    elif latest.value < latest.usual.low:
        start = _("The last rating lies under the range that the earlier ones lead us to expect.")
    else:
        start = _("The last rating lies above the range that the earlier ones lead us to expect.")
    return f"{start} {made % who}"


def reliability_words(found: Dependability) -> str:
    """How much one rating carries, and where that is known from."""
    if found.evidence.confidence is Confidence.CALCULATED:
        said = _(
            "One rating tells clients of this service apart with a dependability of %(value)s (%(n)s clients)."
        )
        return said % {"value": f"{found.one_session:.2f}", "n": found.clients}
    said = _(
        "One rating tells clients apart with a dependability of %(value)s. That number is published (%(source)s)."
    )
    return said % {"value": f"{found.one_session:.2f}", "source": found.evidence.source}


def usual_here(usual: UsualRange, pronoun: str) -> tuple[str, str]:
    """The two lines beside a ring in the picture."""
    return (
        _("%(their)s usual here") % voice(pronoun).words,
        _("would be %(low)s to %(high)s") % {"low": round(usual.low), "high": round(usual.high)},
    )


def review_headline(found: Review, pronoun: str) -> str:
    """Three ratings, average 84. Goals sit below bond, which is worth asking about."""
    start = _("%(count)s ratings, average %(mean)s.") % {
        "count": capital(number(found.total.n)),
        "mean": round(found.total.mean),
    }
    if found.lowest is not None and found.lowest.clear:
        more = _("%(part)s below %(above)s, which is worth asking about.") % {
            "part": _sit(found.lowest.scale),
            "above": scale_name(found.lowest.below),
        }
    else:
        more = _("No part stands clearly below another.")
    return f"{start} {more}"


def _sit(scale: str) -> str:
    name = capital(scale_name(scale))
    return f"{name} {_('sits') if scale == 'BOND' else _('sit')}"


def lean_words(found: Dependability) -> str:
    """Whether the average can be leaned on."""
    value = f"{found.value:.2f}"
    if found.enough:
        return _("Together they are dependable enough to lean on (%(value)s). Any single one is not.") % {
            "value": value
        }
    return _(
        "Together they are not yet dependable enough to lean on (%(value)s; .80 is). More ratings will tell."
    ) % {"value": value}


def difference_words(found: Difference) -> str:
    """Goals lie below bond by 16 (7 to 25)."""
    said = _("%(part)s below %(above)s by %(points)s (%(low)s to %(high)s).")
    lies = _("lies") if found.scale == "BOND" else _("lie")
    return said % {
        "part": f"{capital(scale_name(found.scale))} {lies}",
        "above": scale_name(found.below),
        "points": round(found.points),
        "low": round(found.low),
        "high": round(found.high),
    }


def gap_words(found: Review, pronoun: str, therapist: str = "") -> str:
    """The therapist's average beside the client's, described and not judged."""
    if found.gap is None or not found.pairs:
        return _("No session was rated by both yet.")
    you = not therapist
    who = therapist or _("You")
    gap = points(found.gap)
    if not gap:
        return _("%(who)s and %(they)s rate alike on average.") % {**voice(pronoun).words, "who": who}
    verb = _("rate") if you else _("rates")
    side = _("lower") if found.gap < 0 else _("higher")
    said = _("%(who)s %(verb)s %(side)s by %(points)s on average.") % {
        "who": who,
        "verb": verb,
        "side": side,
        "points": gap,
    }
    return f"{said} {_('Most therapists rate lower.')}" if found.gap < 0 else said


def to_say(found: Review | TooFew, pronoun: str) -> str:
    """A way to open the talk, by the part that sits lowest; to be said in one's own words."""
    scale = found.lowest.scale if isinstance(found, Review) and found.lowest and found.lowest.clear else ""
    return _OPENERS.get(scale, _OPENERS[""])()


def could_ask(out: Sequence[str]) -> tuple[str, ...]:
    """Two or three ways to ask, by the parts that moved; for any session."""
    asked = [_ASKING[scale]() for scale in out if scale in _ASKING]
    return (*asked[:2], *(make() for make in _ASKING_ALWAYS))[:3]


_OPENERS = {
    "GOALS": lambda: _("“We have met a few times. If this goes well, what will be different by spring?”"),
    "BOND": lambda: _("“How is it for you to sit here with me? Is there something I could do differently?”"),
    "TASKS": lambda: _(
        "“What we do here, does it fit how you would like to work? What would you do more of?”"
    ),
    "": lambda: _("“Before we go on: what should stay as it is, and what should we do differently?”"),
}
_ASKING = {
    "GOALS": lambda: _("“Were we working on what matters to you last time?”"),
    "BOND": lambda: _("“Was there a moment last time when I did not quite get you?”"),
    "TASKS": lambda: _("“Did what we did last time suit you, or would you have wanted it another way?”"),
}
_ASKING_ALWAYS = (
    lambda: _("“Last time felt different for you than the times before. What was it like?”"),
    lambda: _("“What would make today worth coming for?”"),
)
