"""Studies in the worker: a process of its own for each time something waits, never more than one."""

import os
import subprocess
import sys
from datetime import datetime

from django.db import OperationalError

from accord.web.learning.models import State, StudyRun
from accord.web.learning.running import log, plan_runs
from accord.web.learning.workplace import clear_left_behind


class Studies:
    """The studies of one worker: `plan` once a minute, `look` every second for a lead who asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def plan(self, at: datetime) -> None:
        """Ask for the monthly runs, and start what waits; throw away what a run that was killed left behind."""
        if self._working():
            return
        clear_left_behind()
        if plan_runs(at):
            self._start()

    def look(self) -> None:
        """Start what waits; whatever is wrong here keeps no message from leaving."""
        try:
            if not self._working() and StudyRun.objects.filter(state=State.WAITING).exists():
                self._start()
        except OperationalError:
            raise
        except Exception as problem:
            log.error("studies could not be started (%s)", type(problem).__name__)

    def _working(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        command = [sys.executable, "-m", "accord.cli.study_runs", str(os.getpid())]
        self._process = subprocess.Popen(command, close_fds=False)
