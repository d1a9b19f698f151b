"""Where a run works: a folder in the data folder that only its owner can open, gone when the run is over.

A process that is killed cannot clear up, and a snapshot is about people. So whoever looks next, the worker once a
minute or the next run, throws away what no living process works in.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from accord.web.configuration import configuration

try:
    import fcntl
except ImportError:  # no such locks there: one run at a time is all that keeps two apart
    fcntl = None  # type: ignore[assignment]

PREFIX = "run-"


def root() -> Path:
    """The folder of all runs; made where it is not there."""
    found = configuration().data / "studies"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder for one run."""
    with (root() / "lock").open("w") as lock:
        _clear_unused(lock.fileno())
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_SH)  # whoever works holds a share; who clears must have it alone
        place = Path(mkdtemp(prefix=PREFIX, dir=root()))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def clear_left_behind() -> int:
    """Throw away what runs that were killed left behind; how many folders those were."""
    with (root() / "lock").open("w") as lock:
        return _clear_unused(lock.fileno())


def _clear_unused(lock: int) -> int:
    if fcntl is not None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 0
    left = [one for one in root().iterdir() if one.name.startswith(PREFIX)]
    for one in left:
        shutil.rmtree(one, ignore_errors=True)
    return len(left)
