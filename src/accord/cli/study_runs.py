"""The process that runs studies for the worker of ``accord serve``; people use the page or ``accord findings``."""

import sys
import threading

from accord.cli.learn import give_way
from accord.cli.opening import open_web
from accord.cli.serve import end_with


def run_in_background(parent: int) -> None:
    """Run what waits, until the worker that wants it ends; what is not whole is told as such and can be asked again."""
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    give_way()
    open_web()
    from accord.web.learning.running import run_what_waits

    run_what_waits()


if __name__ == "__main__":
    run_in_background(int(sys.argv[1]))
