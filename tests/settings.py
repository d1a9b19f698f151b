"""Accord's settings for tests: a data folder of its own, so that no test touches the clinic of `make run`."""

import os
import tempfile

os.environ.setdefault("ACCORD_DATA", tempfile.mkdtemp(prefix="accord-tests-"))

from accord.web.settings import *  # noqa: F403  settings are made to be taken over whole

# A real hash costs a tenth of a second for each of thousands of made-up people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "accord.web.one_writer":  # noqa: F405
    # Said here because pytest-xdist knows to leave only Django's own SQLite engine in memory.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
