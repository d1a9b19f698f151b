"""Where a word before the next session may help: kept with the last run, for one course at a time, without a number."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accord.web.learning.models import LookedAt, StudyRun, WorthAWord
from accord.web.people.models import Service
from accord.web.therapy.models import Session

if TYPE_CHECKING:
    from accord.studies.leaving.looked import Looked
    from accord.studies.leaving.reasons import Words


def looks_of(service: Service) -> "tuple[Looked, ...]":
    """What leads found who looked at suspects, the newest first; what was taken back is not among them."""
    from accord.studies.leaving.looked import Looked  # loads what fits models: only a run waits for it

    rows = LookedAt.objects.filter(service=service, ended_at=None).order_by("-pk")
    return tuple(Looked(one.found, frozenset(one.suspects)) for one in rows)


def keep_words(run: StudyRun, words: "Words | None") -> None:
    """Keep where a word may help in place of what the run before it kept; nothing where no model may be used."""
    WorthAWord.objects.filter(service=run.service).delete()
    found = {one.session_key: one for one in words.words} if words else {}
    rows = Session.objects.filter(service=run.service, key__in=found).order_by("key")
    WorthAWord.objects.bulk_create(_kept(run, rows, {key: one.reasons for key, one in found.items()}))


def _kept(
    run: StudyRun, rows: Iterable[Session], reasons: dict[str, tuple[str, ...]]
) -> Iterable[WorthAWord]:
    for one in rows:
        yield WorthAWord(
            service_id=run.service_id,
            run=run,
            course_id=one.course_id,
            session=one,
            reasons=list(reasons[one.key]),
        )


def past_of(words: "Words") -> dict[str, float]:
    """What such marks meant in the service's past, for the facts of a run."""
    return {"share": words.share, "right": words.right, "caught": words.caught}
