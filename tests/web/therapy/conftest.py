"""What tests of this room start from: a course with a past."""

import pytest
from tests.web.therapy.telling import tell


@pytest.fixture
def therapist(clinic):
    """The viewer of the clinic's therapist."""
    return clinic.of("therapist")


@pytest.fixture
def past(clinic):
    """`past(meetings, **client)`: a course with these weekly meetings, and one planned for tomorrow."""

    def make(meetings, *, code="Ana M.", planned=True, **details):
        return tell(clinic, meetings, code=code, planned=planned, **details)

    return make
