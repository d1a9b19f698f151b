"""The server is killed in the middle of a load of check-ins, again and again: nothing acknowledged is lost or doubled.

What was sent and not acknowledged is sent once more after each start, as the queue on a client's device does it.
"""

import random
import sqlite3
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks._served import CLIENTS, Form, forms, press, served

CRASHES, COUNT = 20, 400
EARLIEST, LATEST = 0.1, 0.5  # seconds into the load, which takes longer than this anywhere


def rows() -> list[dict[str, Any]]:
    """One row: what was lost, what is there twice, and what is torn, after all crashes."""
    acknowledged: set[Form] = set()
    waiting: list[Form] = []
    cut_off = 0
    moments = random.Random(3)
    with served() as clinic:
        paths = clinic.make_links(CRASHES * COUNT)
        for n in range(CRASHES):
            clinic.start()
            acknowledged |= press(clinic.port, waiting).acknowledged
            fresh = forms(paths[n * COUNT : (n + 1) * COUNT])
            timer = threading.Timer(moments.uniform(EARLIEST, LATEST), clinic.crash)
            timer.start()
            acknowledged |= press(clinic.port, fresh).acknowledged
            timer.join()
            waiting = [form for form in fresh if form not in acknowledged]
            cut_off += len(waiting)
            if not waiting:
                raise RuntimeError("the load was over before the crash: this machine is too fast for COUNT")
        clinic.start()
        acknowledged |= press(clinic.port, waiting).acknowledged
        clinic.stop()
        found = stored(clinic.database)
        torn = torn_rows(clinic.database)
    lost = sum(found[link_of(form)] == 0 for form in acknowledged)
    twice = sum(count > 1 for count in found.values())
    refused = CRASHES * COUNT - len(acknowledged)
    return [
        {
            "name": "check-ins through crashes",
            "size": f"{CRASHES} x kill -9 under {CLIENTS} clients, {cut_off} of {CRASHES * COUNT} check-ins sent again",
            "result": f"{lost} lost, {twice} twice, {torn} torn, {refused} not taken in the end",
            "limit": "0 of each",
            "ratio": float(lost + twice + torn + refused),
            "holds": lost + twice + torn + refused == 0,
        }
    ]


def link_of(form: Form) -> str:
    """The key of the link in a form's path."""
    return form[0].split("/")[2].split(".")[0]


def stored(database: Path) -> Counter[str]:
    """How many responses there are behind each link."""
    sql = "select l.key from checkin_response r join checkin_link l on l.session_id = r.session_id"
    with sqlite3.connect(database) as db:
        return Counter(key for (key,) in db.execute(sql))


def torn_rows(database: Path) -> int:
    """Responses without all their scores, without their line of the trail, or with a link that says unanswered."""
    sql = """
        select count(*) from checkin_response r join checkin_link l on l.session_id = r.session_id
        where l.sent_at is null
        or (select count(*) from checkin_score s where s.response_id = r.id) <> 5
        or (select count(*) from audit_entry e where e.subject = r.key and e.verb = 'answered') <> 1
    """
    with sqlite3.connect(database) as db:
        (count,) = db.execute(sql).fetchone()
        (sound,) = db.execute("pragma integrity_check").fetchone()
    return count + (sound != "ok")
