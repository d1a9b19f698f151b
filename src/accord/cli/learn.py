"""``accord learn``: what a service's own past says about its alarms."""

import os
import sys
import threading
from dataclasses import asdict
from typing import Annotated

import typer

from accord.cli.opening import open_database, open_web, percent, print_json, services
from accord.cli.serve import end_with
from accord.course.expected import ExpectedCourse, Lack, NoCourse

LACKING = {
    Lack.COURSES: "{n} of {needed} courses have ended.",
    Lack.THERAPISTS: "it takes {needed} therapists, none of them with most of the courses.",
    Lack.RATINGS: "too few are rated at sessions 2 to 6.",
    Lack.FIT: "no model could be fitted. {reason}",
    Lack.BANDS: "its band for 80 of 100 held {inside} of people it was not learnt from.",
}


def run(
    service: Annotated[str | None, typer.Option(help="Short name of one service; without it, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was learnt as JSON.")] = False,
) -> None:
    """Fit the dip filter to the service's own check-ins, set its threshold, and replay the last twelve months.

    The worker of 'accord serve' does this once a day when there are new answers. Each time is a new version; alarms
    that were raised before keep theirs, and the setting that was chosen stays.

    Example: accord learn --service harbour
    """
    open_database()
    from accord.web.attention.learning import refit

    made = []
    for one in services(service):
        learnt = refit(one)
        setting = learnt.setting
        made.append({"service": one.slug, **learnt.as_json()})
        if not as_json:
            typer.echo(
                f"{one.slug}: version {learnt.version} from {learnt.clients} clients, {learnt.ratings} ratings. "
                f"{percent(setting.false_alarms)} of clean sessions may alarm: {percent(setting.real)} of the alarms "
                f"are real, {percent(setting.seen_in_time)} of the dips are seen in time."
            )
            if learnt.check is not None and not learnt.check.agrees:
                typer.echo(
                    f"  The past raised {learnt.check.observed} alarms where {learnt.check.expected:.0f} were "
                    "expected: take the shares with care."
                )
            typer.echo(f"  {expected_words(learnt.expected)}")
    if as_json:
        print_json(made)


def expected_words(found: ExpectedCourse | NoCourse) -> str:
    """The expected course in one line, or why there is none."""
    if isinstance(found, ExpectedCourse):
        return f"The expected course of wellbeing is known up to session {found.until}, from {found.courses} courses."
    inside = "?" if found.inside is None else percent(found.inside)
    said = LACKING[found.lack].format_map({**asdict(found), "inside": inside})
    return f"There is no expected course of wellbeing: {said}"


def learn_in_background(parent: int) -> None:
    """Learn for every service that is due, until the worker that wants it ends; nothing is kept before it is whole."""
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    give_way()
    open_web()
    from accord.web.attention.background import learn_what_is_due

    learn_what_is_due()


def give_way() -> None:
    """Let this process run only while no other wants the processor: people who answer never wait for it."""
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(19)


if __name__ == "__main__":
    learn_in_background(int(sys.argv[1]))
