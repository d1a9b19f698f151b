"""Sends answers to a database file that is really locked or really full; run as a process by `test_cannot_write.py`."""

import json
import sqlite3
import sys
import uuid

from accord.web import standalone

standalone.start()
standalone.prepare()

from django.conf import settings  # noqa: E402  Django is loaded by then
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from tests.conftest import make_clinic  # noqa: E402

from accord.web.audit.actions import verify  # noqa: E402
from accord.web.checkin.links import make_link, token  # noqa: E402
from accord.web.checkin.models import Message, Response, Score  # noqa: E402

FORM = {"item-1": "78", "item-2": "60", "item-3": "71", "item-4": "63", "item-5": "0", "version": "1"}


def locked() -> object:
    """Another program holds the write lock; gives what releases it."""
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    other.execute("begin immediate")
    return lambda: other.execute("rollback")


def full() -> object:
    """Not one page more fits into the file, as on a disk without room; gives what makes room again."""
    with connection.cursor() as cursor:
        cursor.execute("pragma page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"pragma max_page_count = {pages}")

    def make_room() -> None:
        with connection.cursor() as cursor:
            cursor.execute("pragma max_page_count = 1000000")

    return make_room


def counts() -> list[int]:
    return [model.objects.count() for model in (Response, Score, Message)]


def main(trouble: str) -> dict:
    """What a device is told while it lasts, what is there then, and what comes of sending again afterwards."""
    connection.settings_dict["OPTIONS"]["timeout"] = 1
    connection.close()
    clinic = make_clinic("harbour")
    address = f"/c/{token(make_link(clinic.client().session, 'accord-check-in'))}/"
    body = FORM | {"idempotency_key": uuid.uuid4().hex, "text-7": "long words " * 180}
    person, before = Browser(raise_request_exception=False, SERVER_NAME="127.0.0.1"), counts()
    end = {"locked": locked, "full": full}[trouble]()
    # A file has some room inside its pages; the full one is filled up until it says so.
    for _ in range(200 if trouble == "full" else 1):
        told = person.post(address, body, headers={"Accept": "application/json"})
        if told.status_code != 200:
            break
        before, body = counts(), body | {"idempotency_key": uuid.uuid4().hex}
    during = counts()
    end()
    again = person.post(address, body, headers={"Accept": "application/json"})
    return {
        "status": told.status_code,
        "retry": bool(told.headers.get("Retry-After")),
        "nothing half-written": during == before,
        "again": again.json()["status"],
        "kept once": counts()[0] - before[0],
        "trail is whole": verify(clinic.service) == (),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
