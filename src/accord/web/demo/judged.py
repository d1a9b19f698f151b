"""What the demo has learnt and noticed: a version made from its 250 present clients, and every course of theirs judged.

Fitting takes too long for a first start, so the fit lies in `learnt.json`; a test holds that the clients of a fresh
demo still agree with it, and `tools/demo_learnt.py` makes it again. The replay is of the demo's own days. The earlier
clients (`past.py`) come in after it, as an import does: the worker learns from them the next day, by itself.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from accord.signals.learnt import Learnt as Value
from accord.web.attention import models
from accord.web.attention.judge import judge_course
from accord.web.attention.past import read_past
from accord.web.attention.past_arrays import past_of
from accord.web.attention.replay import replay
from accord.web.attention.signal_actions import keep_version
from accord.web.people.models import Service, Staff
from accord.web.therapy.models import Course

FILE = Path(__file__).with_name("learnt.json")
ANSWERED_AFTER = timedelta(minutes=70)  # of the begin of a session


def learn(service: Service, present: datetime) -> None:
    """Keep the fit as the service's first version, with its past replayed."""
    named = dict(Staff.objects.filter(service=service).values_list("name", "key"))
    kept = Value.from_json(json.loads(FILE.read_text(encoding="utf-8")))
    found = replace(
        kept,
        made_on=present.date().isoformat(),
        therapists=tuple(
            (named[name], shift, error) for name, shift, error in kept.therapists if name in named
        ),
    )
    courses = read_past(service)
    keep_version(service, found, replay=replay(service, courses, past_of(courses), found, present))


def judge(service: Service, present: datetime) -> None:
    """Judge every course; a signal was raised when the answers came that it rests on."""
    for course in Course.objects.filter(service=service).values_list("pk", flat=True):
        judge_course(course, present)
    rows = list(models.Signal.objects.filter(service=service).select_related("about"))
    for row in rows:
        begun = row.about.starts_at
        row.raised_at = min(present, begun + ANSWERED_AFTER) if begun else present
    models.Signal.objects.bulk_update(rows, ["raised_at"], batch_size=200)
