"""How many of the newest ratings should say where a line stands since: 2, 3 or 4, for docs/method/repair.md.

    python -m tests.validation.repair_window [CLIENTS] [SEED]

More ratings have less error, but after a long dip some of them still lie in it. Dips that were told of, by the ratings
alone with the spread of a service's own past. *Long*: three sessions or more in the dip. Told back: *came back* or
*rose above* at the second rating after the dip. Wrongly: *came back* at any look with two or more in a deep dip.
Bare: the same if the rating in the dip is taken as if it had no error.
"""

import sys
from dataclasses import replace
from unittest import mock

import numpy as np
from tests.validation import repair_line as line

from accord.course.course import Course
from accord.course.dependability import Spread, spread
from accord.repair import levels
from accord.repair.line import Reading, read_line
from accord.signals.known import MAIN, TOTAL
from accord.simulate.parameters import read_parameters

CLIENTS, SEED = 7_000, 21
WINDOWS, LONG = (2, 3, 4), 3
BACK = {Reading.CAME_BACK, Reading.ROSE_ABOVE}


def measure(count: int, seed: int) -> dict[int, dict[str, list[bool]]]:
    """By window: what was told of each dip."""
    random = np.random.default_rng(seed)
    past = line.clients(read_parameters(), line.PAST, seed + 1)
    own = spread([Course(one.key, one.sessions).values(MAIN, TOTAL) for one in past])
    found = {window: {"long": [], "short": [], "wrongly": [], "bare": []} for window in WINDOWS}
    for one in line.clients(read_parameters(), count, seed):
        strain = line.SITUATIONS["still"].begins(one, random)
        if strain is not None:
            for window in WINDOWS:
                with mock.patch.object(levels, "SINCE", window):
                    _tell(found[window], own, one, strain)
    return found


def _tell(found: dict[str, list[bool]], own: Spread, one: line.Held, strain: int) -> None:
    length = len(one.sessions)
    low = one.depth[:length] > 0
    over = next((place for place in range(strain + 1, length) if not low[place]), length)
    again = next((place for place in range(over, length) if low[place]), length)
    out = [place for place in range(over, again) if one.rated(place)]
    if len(out) >= 2:
        found["long" if over - strain >= LONG else "short"].append(_read(own, one, strain, out[1]) in BACK)
    inside = [place for place in range(strain + 1, over) if one.rated(place) and one.in_dip[place]]
    if one.depth[strain] >= line.DEEP and len(inside) >= 2:
        for name, bare in (("wrongly", False), ("bare", True)):
            readings = [_read(own, one, strain, place, bare=bare) for place in inside[1:]]
            found[name].append(Reading.CAME_BACK in readings)


def _read(own: Spread, one: line.Held, strain: int, place: int, *, bare: bool = False) -> Reading:
    course, about = Course(one.key, one.sessions[: place + 1]), one.sessions[strain].key
    found = levels.levels(course, about, own, instrument=MAIN, scale=TOTAL, signalled=True)
    if bare and found.dip:
        found = found._replace(dip=replace(found.dip, error=0.0))
    return read_line(*found)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    count = int(arguments[0]) if arguments else CLIENTS
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    for window, told in measure(count, seed).items():
        cells = [f"{100 * np.mean(said):.0f} ({len(said)})" for said in told.values()]
        print(f"| {window} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
