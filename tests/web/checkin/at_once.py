"""Sends answers from several threads in the same moment, on a real database file or server; run as a process by
``test_at_once.py``, because the tests' own database cannot be shared by threads and its trail cannot be emptied."""

import json
import sys
import threading
import uuid

from accord.web import standalone

standalone.start()
standalone.prepare()

from django.db import connection  # noqa: E402  Django is loaded by then
from tests.conftest import make_clinic  # noqa: E402
from tests.web.checkin.answers import answered  # noqa: E402

from accord.web.audit.actions import verify  # noqa: E402
from accord.web.checkin import actions  # noqa: E402
from accord.web.checkin.models import Response  # noqa: E402


def main(keys: list[str]) -> dict:
    """Send one form per key at once; what the threads got and what is there afterwards."""
    clinic = make_clinic(f"c{uuid.uuid4().hex[:10]}")
    session = clinic.client().session
    start, fresh, failures = threading.Barrier(len(keys)), [], []

    def send(key: str) -> None:
        try:
            start.wait(10)
            fresh.append(not actions.record_answers(session=session, answered=answered(key=key)).already)
        except Exception as failure:
            failures.append(f"{type(failure).__name__}: {failure}")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    there = Response.objects.filter(session=session)
    return {
        "failures": failures,
        "fresh": sum(fresh),
        "responses": there.count(),
        "counting": Response.objects.counting().filter(session=session).count(),
        "trail is whole": verify(clinic.service) == (),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
