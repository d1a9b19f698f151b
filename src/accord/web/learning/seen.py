"""What somebody may see of a run of the studies: which studies, and of therapists only what `for_viewer` gives out.

Everybody who sees clients sees the findings and the expected course, which are of the service as a whole, and of
therapists the unnamed spread; a therapist also their own estimate. The rest is for the lead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accord.studies.result import Study, Table
from accord.studies.stored import study_from_json
from accord.studies.texts import study_ids
from accord.web.learning.models import State, StudyRun
from accord.web.people.viewer import Viewer

if TYPE_CHECKING:
    from accord.studies.therapists.seen import Seen

THERAPISTS, EXPECTED, LEAVING, EQUITY = "therapists", "expected_course", "leaving", "equity"
FOR_ALL = frozenset({*study_ids("findings"), EXPECTED, THERAPISTS})
KEYS = frozenset({"therapist", "client", "course", "session_key", "staff"})  # columns that name somebody


@dataclass(frozen=True)
class Policies:
    """Whether leads see therapists by name, since when and by whose choice; nobody and never at first."""

    named: bool = False
    by: str = ""
    at: datetime | None = None


def read_policy(viewer: Viewer) -> Policies:
    """The choice that holds in the viewer's service; one query."""
    newest = viewer.names_policies.order_by("-pk").values_list("named", "by__name", "at").first()
    return Policies(*newest) if newest else Policies()


def newest_run(viewer: Viewer) -> StudyRun | None:
    """The last run that was done."""
    return viewer.study_runs.filter(state=State.DONE).order_by("-finished_at", "-pk").first()


def newest_attempt(viewer: Viewer) -> StudyRun | None:
    """The last run that was asked for, whatever became of it, without its bulk."""
    return viewer.study_runs.defer("result").order_by("-asked_at", "-pk").first()


def may_see(viewer: Viewer, study: str) -> bool:
    """Whether this person may open this study."""
    return "studies" in viewer.may or study in FOR_ALL


def studies_of(viewer: Viewer, run: StudyRun) -> Mapping[str, Study]:
    """The studies of a run that this person may open, by id, without anybody's key."""
    kept: list[dict[str, Any]] = (run.result or {}).get("studies", [])
    return {one["id"]: without_keys(study_from_json(one)) for one in kept if may_see(viewer, one["id"])}


def without_keys(study: Study) -> Study:
    """The study without tables that name anybody; what may be told of therapists comes from `therapists_of`."""
    return replace(study, tables=tuple(one for one in study.tables if not KEYS & set(one.columns)))


def therapists_of(viewer: Viewer, run: StudyRun, policy: Policies) -> "Seen | None":
    """What this person sees of the therapists' study; None where the run has none."""
    from accord.studies.therapists.seen import (
        Policy,
        for_viewer,
    )  # loads what fits models: only who looks waits for it

    kept = next((one for one in (run.result or {}).get("studies", []) if one["id"] == THERAPISTS), None)
    if kept is None:
        return None
    own = viewer.key if "own" in viewer.may else None
    named = policy.named and "studies" in viewer.may
    return for_viewer(study_from_json(kept), own, Policy.NAMED if named else Policy.OWN)


def spread_table(seen: "Seen") -> Table:
    """The unnamed spread as a table to take along."""
    rows = tuple((one.estimate, one.low, one.high) for one in seen.others)
    return Table("spread", ("estimate", "low", "high"), rows)
