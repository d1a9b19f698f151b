"""Django's SQLite backend with a queue of its own for those who want to write.

SQLite has one writer, and whoever else begins a transaction asks again and again, with sleeps of up to 100 ms in
between: the disk idles, and the unlucky one waits long. Here a lock passes the turn on within a process, and a lock
file beside the database between processes. Past the timeout SQLite's own waiting decides, and says "locked".
"""

import contextlib
import os
import threading
import time
from pathlib import Path

from django.db.backends.sqlite3 import base

try:
    import fcntl
except (
    ImportError
):  # Windows: within a process the turn is passed on, between processes SQLite waits as it does
    fcntl = None

_turn = threading.Lock()
ASK_AGAIN_SECONDS = 0.0005


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before `BEGIN IMMEDIATE` and gives it back after the end of the transaction."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._has_turn = False
        self._file: int | None = None

    def _start_transaction_under_autocommit(self):
        if not self._has_turn:
            self._take_turn(time.monotonic() + self.settings_dict["OPTIONS"].get("timeout", 5))
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_back()
            raise

    def _commit(self):
        super()._commit()
        self._give_back()  # a commit that failed is rolled back next, and gives it back then

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._give_back()

    def _close(self):
        try:
            super()._close()
        finally:
            self._give_back()
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _take_turn(self, until: float) -> None:
        self._has_turn = _turn.acquire(timeout=max(0.0, until - time.monotonic()))
        if not self._has_turn or fcntl is None or not Path(self.settings_dict["NAME"]).is_absolute():
            return
        if self._file is None:
            self._file = os.open(f"{self.settings_dict['NAME']}-turn", os.O_RDWR | os.O_CREAT, 0o600)
        while time.monotonic() < until:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(ASK_AGAIN_SECONDS)

    def _give_back(self):
        if self._has_turn:
            self._has_turn = False
            if self._file is not None and fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            _turn.release()
