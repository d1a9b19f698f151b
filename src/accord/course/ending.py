"""How a course ended, as staff say it, and the limits of what is noted about a course."""

from enum import StrEnum

LONGEST_WORDS = 60  # characters: of a treatment, and of what is said beside an ending
MOST_PLANNED = 400  # sessions


class Ending(StrEnum):
    """A closed set, so that endings can be counted; what else there is to say stands beside it in words."""

    AS_PLANNED = "as_planned"
    AGREED_EARLY = "agreed_early"  # earlier than planned, both agreed
    LEFT = "left"  # the client stopped coming, or ended it without agreement
    REFERRED = "referred"
    OTHER = "other"  # moved away, fell ill, died, the service ended it
