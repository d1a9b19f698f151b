"""What a client decides on their own page. Each action is one transaction, holds at once, and names the client."""

from django.db import transaction
from django.db.models import Q

from accord.basics.clock import now
from accord.web.checkin.models import Link
from accord.web.people.models import Client, Consent, Purpose
from accord.web.voice.doors import TooOften, a_day_ago, client_did
from accord.web.voice.models import Door

MOST_YES_A_DAY = 30  # a no is never refused, and without a yes between them there are no two


@transaction.atomic
def choose(*, door: Door, purpose: str, granted: bool) -> Consent | None:
    """The client gives or takes back one consent, for everybody; None when it stood like that already.

    A no to check-ins asks nothing more, as `checkin.actions.decline_all` does; a yes opens again what that closed.
    Raises `TooOften` for a yes after too many in one day.
    """
    decisions = Consent.objects.filter(client=door.client, purpose=purpose).order_by("-at", "-pk")
    newest = decisions.first()
    stands = newest is not None and newest.viewer_id is None and newest.granted == granted
    if stands and (purpose != Purpose.RATINGS or granted == _asked(door)):
        return None
    own = Consent.objects.filter(client=door.client, recorded_by=None, granted=True, at__gt=a_day_ago())
    if granted and own.count() >= MOST_YES_A_DAY:
        raise TooOften
    made = Consent.objects.create(
        service_id=door.service_id,
        client=door.client,
        purpose=purpose,
        granted=granted,
        at=now(),
        recorded_by=None,  # nobody of the staff: the client said so themselves
    )
    if purpose == Purpose.RATINGS:
        (_ask_again if granted else _ask_nothing)(door.client_id, made)
    client_did(door, "agreed" if granted else "refused", "consent", door.client.key, purpose=str(purpose))
    return made


def _asked(door: Door) -> bool:
    return Client.objects.filter(pk=door.client_id, declined_all_at=None).exists()


def _ask_nothing(client: int, said: Consent) -> None:
    Client.objects.filter(pk=client, declined_all_at=None).update(declined_all_at=said.at)
    waiting = Link.objects.filter(session__course__client=client, sent_at=None, declined_at=None)
    waiting.update(declined_at=said.at)


def _ask_again(client: int, said: Consent) -> None:
    """Take up again what the no had closed; a form that was declined by itself stays so."""
    since = Client.objects.filter(pk=client).values_list("declined_all_at", flat=True).get()
    if since is None:
        return
    closed_then = Q(session__course__client=client, sent_at=None, declined_at__gte=since)
    Link.objects.filter(closed_then).update(declined_at=None)
    Client.objects.filter(pk=client).update(declined_all_at=None)


@transaction.atomic
def choose_language(*, door: Door, language: str) -> None:
    """The language of the client's pages and messages from now on."""
    if Client.objects.filter(pk=door.client_id).exclude(language=language).update(language=language):
        client_did(door, "chose", "language", door.client.key, language=language)
