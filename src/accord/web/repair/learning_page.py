"""What repairs teach, as a page: shares in natural numbers with their interval, what they are of, and the cautions.

Of other people's clients no count below five is shown, nor one that could be worked out from the rest.
Nothing here tells therapists apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import TooFew
from accord.charts.share import svg
from accord.instruments.definition import Confidence
from accord.repair import texts
from accord.repair.teaching import SHOWN, Share, Teaching
from accord.web.attention.words import address, capital, long_day, number, short
from accord.web.repair.learning import Later, Of
from accord.web.repair.page_side import ICONS


@dataclass(frozen=True)
class Line:
    """One share. `few`: too few to say; `kept_back`: it stands for so few people that it is not shown."""

    words: str
    of: str
    count: str
    interval: str
    picture: SafeString
    kept_back: bool = False
    few: bool = False


@dataclass(frozen=True)
class Pair:
    """The therapist's words and the client's later ones."""

    name: str
    url: str
    ending: str
    icon: str
    wrote: str
    wrote_when: str
    client: str
    client_when: str


@dataclass(frozen=True)
class Tab:
    """Whose repairs."""

    words: str
    url: str
    here: bool


@dataclass(frozen=True)
class TeachingPage:
    """The page. `few` says so when there is nothing to count yet."""

    heading: str
    lead: str
    few: str
    steps: tuple[Line, ...]
    endings: tuple[Line, ...]
    beside: tuple[str, ...]
    kept_back: bool
    pairs: tuple[Pair, ...]
    tabs: tuple[Tab, ...]
    caution: tuple[tuple[str, str, str], ...]


def teaching_page(
    found: Teaching, of: Of, may: Sequence[Of], later: Sequence[Later], today: date
) -> TeachingPage:
    """The page about these repairs; `later` are the words of a therapist's own."""
    others = of is not Of.OWN
    steps = _lines(_steps(found, mine=not others), others)
    endings = _lines(_endings(found), others, whole=True)
    return TeachingPage(
        heading=_("What repairs teach"),
        lead=_lead(found, of),
        few=_few(found),
        steps=steps,
        endings=endings,
        beside=_beside(found, others),
        kept_back=any(one.kept_back for one in (*steps, *endings)),
        pairs=tuple(_pair(one, today) for one in later),
        tabs=tuple(Tab(_whose(one), f"{address('repair:teaching')}?of={one.value}", one is of) for one in may)
        if len(may) > 1
        else (),
        caution=tuple(
            (
                one.say,
                one.backed_by.known,
                _("our own judgement")
                if one.backed_by.confidence is Confidence.DESIGN
                else one.backed_by.source,
            )
            for one in texts.caution()
        ),
    )


def _whose(of: Of) -> str:
    return {
        Of.OWN: _("Your own clients"),
        Of.TEAM: _("Your teams"),
        Of.SERVICE: _("The whole service"),
    }[of]


def _lead(found: Teaching, of: Of) -> str:
    whose = {
        Of.OWN: _("with your own clients"),
        Of.TEAM: _("in your teams, of clients who agreed to supervision"),
        Of.SERVICE: _("in this service"),
    }[of]
    said = ngettext(
        "%(count)s repair so far, %(whose)s.", "%(count)s repairs so far, %(whose)s.", found.repairs
    )
    return capital(said % {"count": number(found.repairs), "whose": whose})


def _few(found: Teaching) -> str:
    closed = found.repairs - found.open
    if closed >= SHOWN:
        return ""
    said = ngettext("%(count)s has closed.", "%(count)s have closed.", closed)
    return f"{capital(said % {'count': number(closed)})} {_('From five on, shares stand here.')}"


Named = tuple[str, str, Share | TooFew]


def _steps(found: Teaching, *, mine: bool) -> tuple[Named, ...]:
    of_closed = _("of those that closed and were a strain")
    own = _("You said your own part") if mine else _("The therapist said their own part")
    return (
        (_("Begun within two sessions"), _("of those whose sessions are known"), found.soon),
        (_("Named"), of_closed, found.named),
        (own, of_closed, found.owned),
        (_("Agreed on what next"), of_closed, found.agreed),
        (_("Taken to supervision"), _("of all"), found.supervision),
        (_("Closed"), _("of all"), found.closed),
    )


def _endings(found: Teaching) -> tuple[Named, ...]:
    of_closed = _("of those that closed and were a strain")
    title = {one: texts.ending(one).title for one in texts.texts().endings}
    ids = {one.value: said for one, said in title.items()}
    return (
        (ids["came_back"], _("of those that began from a fall"), found.came_back),
        (ids["rose_above"], of_closed, found.rose_above),
        (ids["unchanged"], of_closed, found.unchanged),
        (ids["left"], of_closed, found.left),
        (ids["not_a_rupture"], _("of all that closed"), found.not_a_rupture),
    )


def _lines(named: Sequence[Named], others: bool, *, whole: bool = False) -> tuple[Line, ...]:
    """The lines; of other people's clients small counts are kept back. `whole`: the shares add up to all."""
    lines = [_line(*one, others=others) for one in named]
    kept = [n for n, one in enumerate(lines) if one.kept_back]
    if others and whole and len(kept) == 1:
        # One alone could be worked out from the rest: the smallest of those goes with it.
        rest = [
            (share.n_of, n)
            for n, (_words, _of, share) in enumerate(named)
            if isinstance(share, Share) and n not in kept
        ]
        for _count, n in sorted(rest)[:1]:
            lines[n] = replace(
                lines[n], count=_("not shown"), interval="", picture=mark_safe(""), kept_back=True
            )
    return tuple(lines)


def _line(words: str, of: str, share: Share | TooFew, *, others: bool) -> Line:
    if isinstance(share, TooFew):
        said = _("too few to say (%(n)s)") % {"n": _small(share.n, others)}
        return Line(words, of, said, "", mark_safe(""), few=True)
    if others and min(share.n_of, share.n - share.n_of) < SHOWN:
        said = (
            _("fewer than five of %(n)s") % {"n": share.n}
            if share.n_of < SHOWN
            else _("%(least)s or more of %(n)s") % {"least": share.n - SHOWN + 1, "n": share.n}
        )
        return Line(words, of, said, "", mark_safe(""), kept_back=True)
    count = _("%(k)s of %(n)s") % {"k": share.n_of, "n": share.n}
    title = f"{words}: {count}"
    drawn = mark_safe(svg(share.value, share.low, share.high, title=title))  # made by `charts`, which escapes
    return Line(words, of, count, _interval(share), drawn)


def _small(count: int, others: bool) -> str:
    if others:
        return _("fewer than five")
    return number(count) if count else _("none")


def _interval(share: Share) -> str:
    """In 100 like these: from 32 to 81."""
    if share.low is None or share.high is None:
        return _("too few for an interval")
    facts = {"low": round(100 * share.low), "high": round(100 * share.high)}
    return _("plausibly %(low)s to %(high)s in 100") % facts


def _beside(found: Teaching, others: bool) -> tuple[str, ...]:
    """What the shares leave out."""
    said = []
    if found.open:
        going = _small(found.open, True) if others and found.open < SHOWN else number(found.open)
        words = ngettext(
            "%(count)s is still open: what it comes to is not known yet, and it is in no share of endings.",
            "%(count)s are still open: what they come to is not known yet, and they are in no share of endings.",
            found.open,
        )
        said.append(capital(words % {"count": going}))
    if found.no_rupture:
        out = (
            _small(found.no_rupture, True)
            if others and found.no_rupture < SHOWN
            else number(found.no_rupture)
        )
        words = ngettext(
            "%(count)s closed as “not a rupture”. Nothing was to be repaired, so it is left out where it says so.",
            "%(count)s closed as “not a rupture”. Nothing was to be repaired, so they are left out where it says so.",
            found.no_rupture,
        )
        said.append(capital(words % {"count": out}))
    return tuple(said)


def _pair(one: Later, today: date) -> Pair:
    ending = texts.ending(one.ending).title
    return Pair(
        name=one.name,
        url=address("repair:repair", one.key),
        ending=_("%(ending)s, %(day)s") % {"ending": ending, "day": long_day(one.closed_on, today)},
        icon=f"icons/{ICONS[one.ending.value]}.html",
        wrote=one.wrote,
        wrote_when=_("You, %(day)s") % {"day": long_day(one.wrote_on, today)} if one.wrote_on else _("You"),
        client=one.client,
        client_when=_("%(name)s, %(day)s")
        % {"name": short(one.name), "day": long_day(one.client_on, today) if one.client_on else ""},
    )
