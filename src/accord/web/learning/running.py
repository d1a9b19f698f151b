"""One run of the studies in a process of its own: a snapshot in a folder of its own, then study after study.

Whatever fails in one study does not take the others with it: the page says which one is lacking. Progress is written as
it goes, and a sign of life every few seconds, so that a run that died is told as such.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection, transaction

from accord import __version__
from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.basics.identifiers import reference
from accord.web.attention.lull import can_learn
from accord.web.checkin.models import Response
from accord.web.learning.models import Reason, State, StudyRun
from accord.web.learning.seen import LEAVING
from accord.web.learning.study_actions import let_go
from accord.web.learning.words import keep_words, looks_of, past_of
from accord.web.learning.workplace import workplace
from accord.web.people.models import Service

log = logging.getLogger("accord.studies")
EVERY = timedelta(days=30)  # by itself, when there are new answers [design]
BEAT_SECONDS = 20.0


def plan_runs(at: datetime) -> bool:
    """Whether a run is waiting; asks for the monthly ones first, and lets go of those whose process has died."""
    let_go(at)
    for service in Service.objects.all():
        if month_is_over(service, at):
            StudyRun.objects.create(service=service, asked_at=at)
    return StudyRun.objects.filter(state=State.WAITING).exists()


def month_is_over(service: Service, at: datetime) -> bool:
    """Whether the last run is a month old, with answers since, and nobody is answering just now."""
    last = StudyRun.objects.filter(service=service).order_by("-asked_at").first()
    if last and (last.state in (State.WAITING, State.RUNNING) or last.asked_at > at - EVERY):
        return False
    answers = Response.objects.filter(service=service)
    return can_learn(answers, last.asked_at if last else None, at)


def run_what_waits() -> None:
    """Run what is waiting, the oldest first, until nothing is."""
    while run := _claim():
        work(run)


def last_run(service: Service) -> Any:
    """What the last run that was done came to (`accord.studies.result.Run`); None where there is none."""
    from accord.studies.stored import run_from_json

    done = StudyRun.objects.filter(service=service, state=State.DONE).order_by("-finished_at", "-pk").first()
    return run_from_json(done.result) if done else None


def _claim() -> StudyRun | None:
    """The oldest waiting run, claimed by compare-and-set, or None."""
    for run in StudyRun.objects.filter(state=State.WAITING).order_by("asked_at", "pk"):
        at = now()
        mine = StudyRun.objects.filter(pk=run.pk, state=State.WAITING)
        if mine.update(state=State.RUNNING, started_at=at, beat_at=at, version=__version__):
            run.refresh_from_db()
            return run
    return None


def work(
    run: StudyRun, take: Callable[[Path, Service], Any] | None = None, questions: Sequence[Any] | None = None
) -> None:
    """Do one claimed run and keep what came of it; `take` writes the snapshot, `questions` are what is asked."""
    words: list[Any] = []  # where a word may help, once that was asked
    try:
        looks = looks_of(run.service)
        asked = _questions(looks, words) if questions is None else questions
        with _beating(run.pk), workplace() as place:
            folder = place / "snapshot"
            (take or _take)(folder, run.service)
            kept = _answered(run, folder, asked)
    except Faults as faults:
        _fail(run, Reason.SNAPSHOT, faults)
    except Exception as problem:
        _fail(run, Reason.MISTAKE, problem)
    else:
        _done(run, kept, words[0] if words and looks == looks_of(run.service) else None)


def _questions(looks: Sequence[Any], words: list[Any]) -> list[Any]:
    """Every question; who leaves heeds what was found about suspects, and tells `words` where a word may help."""
    from accord.studies.leaving.leaving import question
    from accord.studies.questions import QUESTIONS  # what fits models is loaded in this process only

    heeding = question(looks=looks, tell=words.append)
    return [heeding if one.id == LEAVING else one for one in QUESTIONS]


@transaction.atomic
def _done(run: StudyRun, kept: dict[str, Any], words: Any) -> None:
    """Keep what a run came to, with where a word may help (None: no model may be used)."""
    facts = kept["facts"] | ({"words": past_of(words)} if words else {})
    if _keep(run, state=State.DONE, step="", finished_at=now(), **{**kept, "facts": facts}):
        keep_words(run, words)


def _take(folder: Path, service: Service) -> None:
    from accord.web.learning.snapshot import take_snapshot

    take_snapshot(folder, service=service)


def _answered(run: StudyRun, folder: Path, questions: Sequence[Any]) -> dict[str, Any]:
    from accord.studies.result import Options, Run
    from accord.studies.running import run_one
    from accord.studies.snapshot.opened import open_snapshot
    from accord.studies.snapshot.tables import prepare
    from accord.studies.stored import as_json

    options, studies, lacking, mark = Options(), [], [], ""
    with open_snapshot(folder, spill=folder.parent) as opened:
        _keep(run, steps=len(questions))
        prepare(opened, options)
        for place, question in enumerate(questions):
            _keep(run, step=question.id, steps_done=place)
            try:
                studies.append(run_one(opened, question, options))
            except Exception as problem:
                mark = mark or reference()
                lacking.append(question.id)
                log.error("study %s failed (%s), reference %s", question.id, type(problem).__name__, mark)
        about = opened.about
        made = Run(
            service=run.service.name,
            simulated=about.simulated,
            taken_at=datetime.fromisoformat(about.taken_at),
            finished_at=datetime.now(UTC),
            version=__version__,
            studies=tuple(studies),
        )
        facts = _facts(opened, run.service) | {"spread": sorted(_spread(run, studies))}
    return {
        "result": as_json(made),
        "facts": facts,
        "lacking": lacking,
        "reference": mark,
        "steps_done": len(questions),
    }


def _facts(opened: Any, service: Service) -> dict[str, Any]:
    """What the first sentence of the page says: how much there was, and of which time."""
    row = opened.query(
        "SELECT (SELECT count(*) FROM people) AS courses, (SELECT count(*) FROM people WHERE ended) AS ended,"
        " (SELECT count(DISTINCT therapist) FROM people) AS therapists, (SELECT count(*) FROM rated) AS sessions,"
        " (SELECT min(day) FROM rated) AS first, (SELECT max(day) FROM rated) AS last"
    ).to_pylist()[0]
    days = {name: row[name].isoformat() if row[name] else "" for name in ("first", "last")}
    today = clinic_day(now(), service.timezone).isoformat()
    return {**row, **days, "on": today}


def _spread(run: StudyRun, studies: Sequence[Any]) -> frozenset[str]:
    """Keys of the therapists who may be in the unnamed picture, given who was in that of the run before."""
    from accord.studies.therapists.seen import spread_after
    from accord.web.learning.seen import THERAPISTS, in_spread

    found = next((one for one in studies if one.id == THERAPISTS), None)
    if found is None:
        return frozenset()
    before = (
        StudyRun.objects.filter(service=run.service, state=State.DONE).order_by("-finished_at", "-pk").first()
    )
    return spread_after(found, in_spread(before) if before else frozenset())


def _fail(run: StudyRun, reason: Reason, problem: BaseException) -> None:
    mark = reference()
    log.error("a run of the studies failed (%s), reference %s", type(problem).__name__, mark)
    _keep(run, state=State.FAILED, reason=reason, reference=mark, finished_at=now())


def _keep(run: StudyRun, **values: Any) -> bool:
    """Write down how far it is, and whether that is so; a run that was let go meanwhile stays let go."""
    found = StudyRun.objects.filter(pk=run.pk, state=State.RUNNING)
    return bool(found.update(beat_at=now(), **values))


@contextmanager
def _beating(pk: int) -> Iterator[None]:
    """A sign of life while a long study works, from a thread with a connection of its own."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            close_old_connections()
            StudyRun.objects.filter(pk=pk, state=State.RUNNING).update(beat_at=now())
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(5)
