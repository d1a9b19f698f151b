"""Asking that everything is erased, and deciding it: the clock, the answer in words, and what is then erased.

What the law makes a service keep is the service's own sentence (`Service.record_law`). A lead decides part by part
(`erasing_parts.PARTS`). Raw answers are never changed but here: a right that stands above the convention.
"""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from accord.basics.clock import now
from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.voice import erasing_mail
from accord.web.voice.doors import TooOften, a_day_ago, client_did
from accord.web.voice.erasing_parts import PARTS
from accord.web.voice.models import Door, Erasure

LONGEST_DECISION = 1000  # characters
MOST_A_DAY = 5  # requests of one client in 24 hours: each writes to the leads


def waiting_erasure(door: Door) -> Erasure | None:
    """The client's request that waits for a decision; None without one."""
    return Erasure.objects.filter(client=door.client, taken_back_at=None, decided_at=None).first()


@transaction.atomic
def ask_erasure(*, door: Door) -> Erasure:
    """The client asks for erasure and the clock begins; leads are told without content. Asked twice it stays one.

    Raises `TooOften` after too many requests in one day.
    """
    Client.objects.select_for_update(no_key=True).get(pk=door.client_id)  # two at once are one
    before = waiting_erasure(door)
    if before is not None:
        return before
    if Erasure.objects.filter(client=door.client, at__gt=a_day_ago()).count() >= MOST_A_DAY:
        raise TooOften
    at = now()
    made = Erasure.objects.create(
        service_id=door.service_id,
        client=door.client,
        at=at,
        decide_by=at + timedelta(days=door.service.erasure_days),
    )
    client_did(door, "asked", "erasure", made.key)
    erasing_mail.tell(made)
    return made


@transaction.atomic
def take_back_erasure(*, door: Door) -> bool:
    """The client takes their request back; False when none was waiting any more."""
    waiting = waiting_erasure(door)
    free = Erasure.objects.filter(taken_back_at=None, decided_at=None)
    if waiting is None or not free.filter(pk=waiting.pk).update(taken_back_at=now()):
        return False
    client_did(door, "took back", "erasure", waiting.key)
    return True


def _refused(
    erasure: Erasure, outcome: str, decision: str, erased: Collection[str], known: bool
) -> list[Fault]:
    """Everything that is wrong with a decision."""
    faults = []
    if erasure.decided_at or erasure.taken_back_at:
        how = "decided" if erasure.decided_at else "taken back"
        faults.append(
            Fault("request", f"this request was {how} in the meantime.", "Nothing was erased. Go back.")
        )
    if outcome not in Erasure.Outcome.values:
        near = hint(outcome, Erasure.Outcome.values) if outcome else ""
        faults.append(
            Fault("outcome", "it is not said what was decided.", near or "Choose one of the three.")
        )
    if not decision:
        faults.append(Fault("decision", "this is empty.", "Write to the client what was decided, and why."))
    if len(decision) > LONGEST_DECISION:
        faults.append(
            Fault("decision", f"this has {len(decision)} characters.", f"Keep it to {LONGEST_DECISION}.")
        )
    whole = {name for name, part in PARTS.items() if part.of_whole}
    if unknown := sorted(set(erased) - set(PARTS)):
        faults.append(Fault("parts", f"there is no part {unknown[0]!r}.", hint(unknown[0], PARTS)))
    if outcome == Erasure.Outcome.GRANTED and whole - set(erased):
        faults.append(Fault("parts", "the whole means every part.", "Tick them all, or choose: in part."))
    if outcome == Erasure.Outcome.PART and not erased:
        faults.append(Fault("parts", "no part is ticked.", "Tick what is erased, or choose: refused."))
    if outcome == Erasure.Outcome.REFUSED and erased:
        faults.append(
            Fault("parts", "parts are ticked, but it is refused.", "Untick them, or choose: in part.")
        )
    if erased and not known:
        faults.append(
            Fault(
                "known", "this cannot be taken back.", "Tick that you know, after a look at what is erased."
            )
        )
    return faults


@transaction.atomic
def decide(
    *, viewer: Viewer, erasure: Erasure, outcome: str, decision: str, erased: Collection[str], known: bool
) -> Erasure:
    """Decide a request in words that the client reads, and erase the parts named. Raises every fault at once.

    `known`: the person deciding has said that they know it cannot be taken back.
    """
    words = decision.replace("\0", " ").strip()
    erasure = Erasure.objects.select_for_update().select_related("client").get(pk=erasure.pk)
    if faults := _refused(erasure, outcome, words, erased, known):
        raise Faults(faults)
    chosen = [name for name in PARTS if name in erased]
    for name in chosen:
        PARTS[name].erase(viewer, erasure.client)
    Erasure.objects.filter(pk=erasure.pk).update(
        outcome=outcome, decision=words, erased=chosen, decided_at=now(), decided_by=viewer.staff
    )
    viewer.did("decided", "erasure", erasure.key, outcome=outcome, client=erasure.client.key)
    if chosen:
        viewer.did("erased", "client", erasure.client.key, parts=chosen)
    erasure.refresh_from_db()
    return erasure
