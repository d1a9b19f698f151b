"""One service after another: drawn, learnt from, judged; each kept as a line of JSON so that a run can go on later.

A line is used again only when the seed and the code that made it are the same (`digest`).
"""

import hashlib
import json
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import accord
from accord.signals.dip.model import Parameters
from benchmarks.signals import detectors
from benchmarks.signals.detectors import Detector
from benchmarks.signals.drawn import Bools
from benchmarks.signals.judging import GRID, Ordered, Sessions, auc, calibration, outcome, plain
from benchmarks.signals.reference import reference
from benchmarks.signals.settings import BY_ID, NEW_CLIENTS, RATES, Cell

Line = dict[str, Any]
PROCESSES = 2
KEPT_IN = "cells.jsonl"
_HERE = Path(__file__).parent
_FOUND_BY = ("drawn", "generator", "other", "third", "settings", "detectors", "judging", "reference", "cells")


def run_cell(cell: Cell, seed: int, known: Parameters | None = None) -> Line:
    """Draw one service, learn from its past, judge all detectors on its new clients."""
    began = time.perf_counter()
    generator = BY_ID[cell.setting].generator
    entropy = [seed, zlib.crc32(cell.setting.encode()), cell.sessions, cell.past, cell.service]
    drawing, lots = (np.random.default_rng(one) for one in np.random.SeedSequence(entropy).spawn(2))
    staff = generator.therapists(drawing)
    past = generator.draw(drawing, cell.past, cell.sessions, staff)
    new = generator.draw(drawing, NEW_CLIENTS, cell.sessions, staff)
    learnt = detectors.learn(past, int(lots.integers(2**31)))
    learning = time.perf_counter() - began
    sessions = Sessions.of(new)
    ours: Ordered | None = None
    judged: dict[str, Any] = {}
    for one in detectors.everyone(learnt, new, known):
        ordered = Ordered(one.score, sessions, lots)
        ours = ours or ordered  # Accord's own comes first
        judged[one.id] = judge(one, sessions, ordered, ours)
    return {
        "cell": asdict(cell),
        "seed": seed,
        "clean": int(sessions.clean.sum()),
        "onsets": int(sessions.onset.sum()),
        "can_be_judged": round(float(sessions.onset.sum() / max(1, sessions.dips.sum())), 5),
        "at_top": round(float((new.ratings[sessions.answered] >= detectors.HIGH).mean()), 5),
        "self_check": None if learnt.check is None else learnt.check.agrees,
        "detectors": judged,
        "seconds": [round(learning, 3), round(time.perf_counter() - began - learning, 3)],
    }


def judge(one: Detector, sessions: Sessions, ordered: Ordered, ours: Ordered) -> Line:
    """All figures of one detector; for a rule also what Accord's filter (`ours`) sees at its own false alarms."""
    found: Line = {
        "auc": round(auc(one.score, sessions), 5),
        "roc": [round(ordered.seen(rate), 5) for rate in GRID],
        "equal": {str(rate): plain(outcome(ordered.alarms(rate), sessions)) for rate in RATES},
    }
    if one.stated:
        found["stated"] = {
            str(rate): plain(outcome(above(one, limit), sessions)) for rate, limit in one.stated.items()
        }
    if one.own is not None:
        own = outcome(one.own, sessions)
        found["own"] = plain(own)
        found["ours_there"] = plain(outcome(ours.alarms(own.false_alarms), sessions))
    if one.p_dip is not None:
        found["p"] = calibration(one.p_dip, sessions)
    return found


def above(one: Detector, limit: float) -> Bools:
    """Sessions whose score is above a limit."""
    with np.errstate(invalid="ignore"):
        found: Bools = one.score > limit
    return found


def run_all(
    cells: Iterable[Cell], seed: int, folder: Path | None = None, say: Callable[[str], None] | None = None
) -> list[Line]:
    """The lines of all these cells, from the folder where it has them; two processes (threads do not help)."""
    wanted, code = list(cells), digest()
    lines = {cell: line for cell, line in kept(folder, seed, code) if cell in set(wanted)}
    left = [cell for cell in wanted if cell not in lines]
    if left:
        say = say or (lambda words: print(words, file=sys.stderr, flush=True))
        say(f"{len(lines)} of {len(wanted)} services are there already; drawing {len(left)}.")
        for done, (cell, line) in enumerate(_parallel(left, seed), start=1):
            lines[cell] = line
            if folder is not None:
                with (folder / KEPT_IN).open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"digest": code, **line}) + "\n")
            if done % 20 == 0 or done == len(left):
                say(f"{done} of {len(left)} services")
    return [lines[cell] for cell in wanted]


def _parallel(cells: list[Cell], seed: int) -> Iterator[tuple[Cell, Line]]:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before the processes start: each has one core
    needed = {(cell.setting, cell.sessions) for cell in cells if _has_no_truth(cell.setting)}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        known = {one: pool.submit(_reference, *one, seed) for one in needed}
        # Services whose truth is known need not wait for the parameters of those whose truth is not.
        running = {
            pool.submit(run_cell, cell, seed): cell
            for cell in cells
            if (cell.setting, cell.sessions) not in needed
        }
        for cell in cells:
            if found := known.get((cell.setting, cell.sessions)):
                running[pool.submit(run_cell, cell, seed, found.result())] = cell
        for future in as_completed(running):
            yield running[future], future.result()


def _reference(setting: str, sessions: int, seed: int) -> Parameters:
    return reference(BY_ID[setting].generator, sessions, seed)


def _has_no_truth(setting: str) -> bool:
    generator, random = BY_ID[setting].generator, np.random.default_rng(0)
    return generator.draw(random, 1, 2, generator.therapists(random)).truth is None


def kept(folder: Path | None, seed: int, code: str) -> Iterator[tuple[Cell, Line]]:
    """Services that an earlier run of the same code with the same seed has left; a broken last line is passed over."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEPT_IN
    if not path.is_file():
        return
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:  # the run was stopped while it wrote this
            continue
        if line["digest"] == code and line["seed"] == seed:
            yield Cell(**line["cell"]), line


def digest() -> str:
    """Of all code that a service's figures come from."""
    signals = Path(accord.__file__).parent / "signals"
    files = [_HERE / f"{name}.py" for name in _FOUND_BY]
    files += sorted(path for path in (signals / "dip").rglob("*.py"))
    files += sorted(path for path in signals.glob("presets*"))
    files += [signals / name for name in ("learnt.py", "criterion.py")]
    parts = hashlib.sha256()
    for path in files:
        parts.update(path.read_bytes())
    return parts.hexdigest()[:12]
