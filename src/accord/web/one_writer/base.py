"""Django's SQLite backend with one lock around every transaction of this process.

SQLite has one writer, and whoever else begins a transaction asks again and again, with sleeps of up to 100 ms in
between: the disk idles, and the unlucky one waits long. Within a process a lock passes the turn on at once. Between
processes (the worker, a command) SQLite's own waiting still holds.
"""

import threading

from django.db.backends.sqlite3 import base

_turn = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before `BEGIN IMMEDIATE` and gives it back after the end of the transaction."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._has_turn = False

    def _start_transaction_under_autocommit(self):
        # Past this time SQLite decides, and says "locked" after its own time: a turn is never waited for without end.
        self._has_turn = not self._has_turn and _turn.acquire(
            timeout=self.settings_dict["OPTIONS"].get("timeout", 5)
        )
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

    def _give_back(self):
        if self._has_turn:
            self._has_turn = False
            _turn.release()
