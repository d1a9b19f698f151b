"""Which versions of what was learnt there were, newest first, without their bulk."""

from dataclasses import dataclass
from datetime import datetime

from accord.web.people.viewer import Viewer

MOST = 9  # versions on the page; the trail has all of them


@dataclass(frozen=True)
class Version:
    """One version: its number, when it was made, by whom (empty: learnt in the background), and what is in it."""

    number: int
    at: datetime
    by: str
    chosen: float
    clients: int
    ratings: int


def read_versions(viewer: Viewer) -> tuple[Version, ...]:
    """The newest versions of the viewer's service; one query."""
    rows = viewer.learnt.order_by("-number").values_list(
        "number", "made_at", "by__name", "value__chosen", "value__clients", "value__ratings"
    )
    return tuple(
        Version(number, at, by or "", float(chosen), int(clients), int(ratings))
        for number, at, by, chosen, clients, ratings in rows[:MOST]
    )
