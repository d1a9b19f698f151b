"""How a command ends when it is told to: by Ctrl-C, by a terminal that closes, by whoever runs services.

The signal becomes an exception, so what was begun is cleared up: private folders go, files are whole or not there.
"""

import signal
from types import FrameType
from typing import NoReturn

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # not every system has the last
BY_SIGNAL = 128  # exit codes of what a signal ended, as shells count them

_told: list[int] = []


def clear_up_when_told_to_end() -> None:
    """Let signals end this process by `SystemExit`; one that is ignored stays so (nohup), the server sets its own."""
    for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def told_to_end() -> int | None:
    """The exit code when a signal came: a library may have made an error of its own out of it. Else None."""
    return _told[0] if _told else None


def _end(number: int, _: FrameType | None) -> NoReturn:
    _told.append(BY_SIGNAL + number)
    raise SystemExit(BY_SIGNAL + number)
