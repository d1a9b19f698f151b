"""The small page on which a repair begins: from what, about which session, how it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from accord.repair.event import Origin, Strain
from accord.signals import attention
from accord.signals.signal import Place
from accord.web.attention import signal_words
from accord.web.attention.words import capital, long_day, short
from accord.web.repair.page_steps import Tick, strains_of
from accord.web.therapy.client_reading import ClientFile

FROM = frozenset({Place.STRAIN, Place.SILENCE, Place.GAP})  # signals that a repair can begin from
RAISED_WITHIN = timedelta(days=56)  # older concerns are offered no more
MOST_SESSIONS = 6


@dataclass(frozen=True)
class BeginPage:
    """Everything on the page. `sources` and `strains` are choices of one, `sessions` the last ones, newest first."""

    course: str
    client: str
    name: str
    short: str
    sources: tuple[Tick, ...]
    sessions: tuple[Tick, ...]
    strains: tuple[Tick, ...]
    faults: Mapping[str, str]


def begin_page(
    file: ClientFile,
    *,
    chosen: str = "",
    session: str = "",
    strain: str = "",
    faults: Mapping[str, str] | None = None,
) -> BeginPage:
    """The page; `chosen` is the source (`signal:KEY`, `concern:KEY`, `sense`, `supervisor`) that is set."""
    found = sources(file)
    chosen = chosen if chosen in found else next(iter(found))
    return BeginPage(
        course=file.course_key,
        client=file.client,
        name=file.name,
        short=short(file.name),
        sources=tuple(Tick(value, words, value == chosen) for value, words in found.items()),
        sessions=tuple(Tick(key, words, key == session) for key, words in sessions(file).items()),
        strains=strains_of(Strain(strain) if strain in set(Strain) else Strain.UNSURE),
        faults=faults or {},
    )


def sources(file: ClientFile) -> dict[str, str]:
    """What it can begin from, as far as it may be seen: value and words, the likeliest first."""
    found = {}
    for one in file.signals:
        if attention.place(one.signal) in FROM:
            found[f"signal:{one.key}"] = signal_words.told(one.signal, file.pronoun, file.name, mine=one.mine)
    for one in reversed(file.given):
        if one.raised and not one.superseded and one.day >= file.today - RAISED_WITHIN:
            said = _("%(name)s said that something felt off, %(day)s")
            found[f"concern:{one.key}"] = said % {
                "name": short(file.name),
                "day": long_day(one.day, file.today),
            }
    if file.mine:
        found[Origin.CONCERN.value] = _("What they wrote or said to me")
        found[Origin.SENSE.value] = _("My own sense that something is off")
    else:
        found[Origin.SUPERVISOR.value] = _("What came up in supervision")
    return found


def sessions(file: ClientFile) -> dict[str, str]:
    """The last sessions that were held or missed, by key, the newest first."""
    happened = [
        one for one in file.course.sessions if one.attendance.held or one.attendance.missed or one.ratings
    ]
    return {
        one.key: capital(
            _("session %(number)s, %(day)s") % {"number": one.number, "day": long_day(one.day, file.today)}
            if one.number and not one.attendance.missed
            else _("the one of %(day)s that was missed") % {"day": long_day(one.day, file.today)}
        )
        for one in list(reversed(happened))[:MOST_SESSIONS]
    }
