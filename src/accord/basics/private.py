"""Folders for what must not be left lying about: only their owner can open them, and they go when the work is done.

A process that is killed at once cannot clear up, and what it worked on is about people. So each start of a command
throws away what such a one left behind. Who works holds a lock on the folder; what cleans /tmp by age respects it too.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from accord.basics.clock import now

PREFIX = "accord-private-"
LEFT_AFTER = timedelta(days=1)  # [design]
LOCKS = (
    find_spec("fcntl") is not None
)  # where there are none, only its age tells that a folder was left behind


@contextmanager
def private_folder(what: str, within: Path | None = None) -> Iterator[Path]:
    """An empty folder, gone when the block ends; its name says `what`. `within` None: where the system keeps such."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{what}-", dir=within) as place, _working_in(place):
        yield Path(place)


def clear_left_behind(at: datetime | None = None) -> int:
    """Throw away private folders of this user that nobody has touched for a day; how many those were.

    By name, owner and kind: a link is not followed, and what belongs to somebody else stays, whatever it is called.
    """
    before = ((at or now()) - LEFT_AFTER).timestamp()
    cleared = 0
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as found:
        for one in found:
            if one.name.startswith(PREFIX) and _is_left(one, before):
                shutil.rmtree(one, ignore_errors=True)
                cleared += 1
    return cleared


def _is_left(one: os.DirEntry[str], before: float) -> bool:
    """Whether it is a folder of ours, last touched before then (seconds since 1970), in which nobody works."""
    try:
        about = one.stat(follow_symlinks=False)
        ours = not hasattr(os, "geteuid") or about.st_uid == os.geteuid()
        if not (ours and stat.S_ISDIR(about.st_mode) and about.st_mtime < before):
            return False
        with _working_in(one.path):
            return True
    except OSError:  # somebody works there, or it went meanwhile
        return False


@contextmanager
def _working_in(place: str) -> Iterator[None]:
    """Hold the folder `place`; BlockingIOError when somebody does."""
    if not LOCKS:
        yield
        return
    import fcntl

    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
