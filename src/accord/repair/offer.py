"""Which endings a repair may have now, and why the others not yet. What somebody decides is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accord.repair.event import Ending, Step
from accord.repair.line import Reading
from accord.repair.state import Repair


@dataclass(frozen=True)
class Facts:
    """What is known beside the events: what the line says, sessions held and ratings since, is the course over."""

    reading: Reading = Reading.NO_LINE
    sessions_since: int = 0
    ratings_since: int = 0
    course_over: bool = False


@dataclass(frozen=True)
class Offer:
    """An ending: open to choose, or the id of the reason why not yet (`texts.yaml`, ``not_yet``)."""

    ending: Ending
    not_yet: str = ""

    @property
    def open(self) -> bool:
        """Whether it can be chosen."""
        return not self.not_yet


def offers(repair: Repair, facts: Facts) -> tuple[Offer, ...]:
    """Every ending in the order of the pages, with whether it can be chosen now."""
    not_yet: Mapping[Ending, str] = {
        Ending.CAME_BACK: _of_the_line(facts, Reading.CAME_BACK),
        Ending.ROSE_ABOVE: _of_the_line(facts, Reading.ROSE_ABOVE),
        Ending.UNCHANGED: _talked(repair, facts),
        Ending.LEFT: "" if facts.course_over else "not_over",
        Ending.NOT_A_RUPTURE: "",
    }
    return tuple(Offer(ending, not_yet[ending]) for ending in Ending)


def look_again(repair: Repair, newest_rating: datetime | None) -> bool:
    """Whether it is time to look again: somebody rated since it began, and since somebody looked last.

    Set by itself, after the next session; `newest_rating` is when the client's newest rating came, None without one.
    """
    last = repair.looked_at or repair.begun_at
    return repair.open and newest_rating is not None and newest_rating > last


def overdue(repair: Repair, at: datetime, days: int) -> bool:
    """Whether it has been open for longer than the service wants, and so belongs on the agenda of supervision."""
    return repair.open and at - repair.begun_at > timedelta(days=days)


def _of_the_line(facts: Facts, wanted: Reading) -> str:
    if facts.reading is wanted:
        return ""
    # A line that rose above is back as well.
    if wanted is Reading.CAME_BACK and facts.reading is Reading.ROSE_ABOVE:
        return ""
    if not facts.ratings_since:
        return "not_rated"
    return {
        Reading.NO_LINE: "no_line",
        Reading.NO_DIP: "no_dip" if wanted is Reading.CAME_BACK else "not_above",
        Reading.STILL_LOW: "still_low",
        Reading.UNCERTAIN: "uncertain",
    }.get(facts.reading, "not_above")


def _talked(repair: Repair, facts: Facts) -> str:
    if Step.NAME not in repair.steps:
        return "not_named"
    return "" if facts.sessions_since else "not_met"
