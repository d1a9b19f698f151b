"""What somebody may see of a run of the studies: which studies, and of therapists only what `for_viewer` gives out.

Everybody who sees clients sees the findings and the expected course, which are of the service as a whole, and of
therapists the unnamed spread; a therapist also their own estimate. The rest is for the lead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accord.basics.absence import NotScored
from accord.studies.result import CELL, Study, Table, Verdict
from accord.studies.stored import study_from_json
from accord.studies.texts import study_ids
from accord.web.learning.models import State, StudyRun
from accord.web.people.viewer import Viewer

if TYPE_CHECKING:
    from accord.studies.therapists.seen import Seen

THERAPISTS, EXPECTED, LEAVING, EQUITY = "therapists", "expected_course", "leaving", "equity"
FOR_ALL = frozenset({*study_ids("findings"), EXPECTED, THERAPISTS})
KEYS = frozenset({"therapist", "client", "course", "session_key", "staff"})  # columns that name somebody

BY_TRAIT = frozenset({"adjusted_for"})  # tables by what clients told of themselves, in studies for everybody


@dataclass(frozen=True)
class Policies:
    """Whether leads see therapists by name, since when and by whose choice; nobody and never at first.

    `was`: when and by whose choice they last began to, where that is over.
    """

    named: bool = False
    by: str = ""
    at: datetime | None = None
    was: tuple[datetime, str] | None = None


def read_policy(viewer: Viewer) -> Policies:
    """The choice that holds in the viewer's service, and the one before it; one query."""
    newest = list(viewer.names_policies.order_by("-pk").values_list("named", "by__name", "at")[:2])
    if not newest:
        return Policies()
    before = next(((at, by) for named, by, at in newest[1:] if named), None)
    return Policies(*newest[0], was=None if newest[0][0] else before)


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
    told = {one["id"]: without_keys(study_from_json(one)) for one in kept if may_see(viewer, one["id"])}
    if "studies" in viewer.may:
        return told
    if run.facts.get("therapists", 0) - 1 < CELL:
        return {id: without_values(one) for id, one in told.items() if id != EXPECTED}
    return {id: without_traits(one) for id, one in told.items()}


def without_keys(study: Study) -> Study:
    """The study without tables that name anybody; what may be told of therapists comes from `therapists_of`."""
    return replace(study, tables=tuple(one for one in study.tables if not KEYS & set(one.columns)))


def without_traits(study: Study) -> Study:
    """The study without tables that go by what clients told of themselves, which is the lead's."""
    return replace(study, tables=tuple(one for one in study.tables if one.name not in BY_TRAIT))


def without_values(study: Study) -> Study:
    """The study where there are fewer than five other therapists: less one's own, the rest would tell of them."""
    why = NotScored(f"there are fewer than {CELL} other therapists, of whom it would tell")
    lines = tuple(replace(one, value=why, low=None, high=None) for one in study.lines)
    return replace(study, verdict=Verdict.TOO_FEW, lines=lines, tables=(), notes=(), look_at=())


def in_spread(run: StudyRun) -> frozenset[str]:
    """Keys of the therapists who may be in the unnamed picture of a run; all with enough people in a run of before."""
    from accord.studies.therapists.seen import shown_keys

    kept = next((one for one in (run.result or {}).get("studies", []) if one["id"] == THERAPISTS), None)
    known = run.facts.get("spread")
    if known is not None:
        return frozenset(known)
    return shown_keys(study_from_json(kept)) if kept else frozenset()


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
    return for_viewer(study_from_json(kept), own, Policy.NAMED if named else Policy.OWN, in_spread(run))


def spread_table(seen: "Seen") -> Table:
    """The unnamed spread as a table to take along."""
    rows = tuple((one.estimate, one.low, one.high) for one in seen.others)
    return Table("spread", ("estimate", "low", "high"), rows)
