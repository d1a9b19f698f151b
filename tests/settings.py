"""Accord's settings for tests: a data folder of its own, so that no test touches the clinic of `make run`."""

import os
import tempfile

# Workers of pytest-xdist inherit the folder of the process that started them; what one works in, no other may clear.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if "ACCORD_DATA" not in os.environ or os.environ.get("ACCORD_TESTS_OF", "") != WORKER:
    os.environ["ACCORD_DATA"] = tempfile.mkdtemp(prefix="accord-tests-")
    os.environ["ACCORD_TESTS_OF"] = WORKER

from accord.web.settings import *  # noqa: E402, F403  settings are made to be taken over whole, after the folder

# A real hash costs a tenth of a second for each of thousands of made-up people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "accord.web.one_writer":  # noqa: F405
    # Said here because pytest-xdist knows to leave only Django's own SQLite engine in memory.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
