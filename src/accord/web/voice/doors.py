"""The door to a client's own page: a signed address without an account, open until staff close or replace it."""

from datetime import datetime, timedelta
from functools import cache

import segno
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language

from accord.basics.clock import now
from accord.web.audit import actions as audit
from accord.web.people.models import Client
from accord.web.people.viewer import Viewer
from accord.web.voice.models import Door

CLIENT = "client"  # the actor in the trail
_signer = signing.Signer(salt="accord.voice.door", sep=".")


class TooOften(Exception):
    """Something was done on one own page more often in a day than a person would; nothing was done now."""


def token(door: Door) -> str:
    """The door's key with a signature; opens this client's own page and nothing else."""
    return _signer.sign(door.key)


def door_behind(token_text: str) -> Door | None:
    """The door of a token, also a closed one; None when the token was made up or changed."""
    try:
        key = _signer.unsign(token_text)
    except signing.BadSignature:
        return None
    return Door.objects.filter(key=key).select_related("service", "client").first()


def open_door(client: Client) -> Door | None:
    """The client's open door, if there is one; one query."""
    return Door.objects.filter(client=client, closed_at=None).select_related("service", "client").first()


def page_address(door: Door, page: str = "page", **query: str) -> str:
    """The path of one of the own pages (`voice.client_urls`), in the language that is being read."""
    query = {"lang": get_language() or "en"} | query
    path = _path(page).replace("/TOKEN/", f"/{token(door)}/")
    return path + "?" + "&".join(f"{name}={value}" for name, value in query.items())


@cache
def _path(page: str) -> str:
    return reverse(f"me:{page}", args=["TOKEN"])


def own_page_of(client: Client) -> str:
    """The path of the client's own page, for other pages of theirs to link to; empty while no door is open."""
    door = open_door(client)
    return page_address(door) if door else ""


def address(door: Door) -> str:
    """The full web address of the own page, for a card or a QR code."""
    return settings.BASE_URL + reverse("me:page", args=[token(door)])


def qr_svg(door: Door) -> str:
    """The QR code of the address as inline SVG, dark on light in both themes so that every camera reads it."""
    code = segno.make(address(door), error="m")
    return code.svg_inline(
        scale=4, border=2, dark="#000", light="#fff", svgclass="qr", lineclass="", omitsize=True
    )


@transaction.atomic
def make_door(*, viewer: Viewer, client: Client) -> Door:
    """Open the way to the client's own page; the one that is open already where there is one."""
    made, new = Door.objects.get_or_create(
        client=client,
        closed_at=None,
        defaults={"service_id": client.service_id, "made_at": now(), "made_by": viewer.staff},
    )
    if new:
        viewer.did("opened", "door", made.key, client=client.key)
    return made


@transaction.atomic
def close_door(*, viewer: Viewer, client: Client) -> bool:
    """Close the client's own page: its address opens nothing from now on. False when none was open."""
    door = Door.objects.filter(client=client, closed_at=None).first()
    if door is None or not Door.objects.filter(pk=door.pk, closed_at=None).update(closed_at=now()):
        return False
    viewer.did("closed", "door", door.key, client=client.key)
    return True


@transaction.atomic
def replace_door(*, viewer: Viewer, client: Client) -> Door:
    """A new address for the own page; the old one opens nothing any more, whoever has it."""
    close_door(viewer=viewer, client=client)
    return make_door(viewer=viewer, client=client)


@transaction.atomic
def note_opened(door: Door) -> None:
    """Note the first time the client opens their page; later visits leave no trace."""
    if door.opened_at is None and Door.objects.filter(pk=door.pk, opened_at=None).update(opened_at=now()):
        client_did(door, "opened", "own page", door.client.key)


def a_day_ago() -> datetime:
    """Since when the things count that can be done a bounded number of times a day."""
    return now() - timedelta(days=1)


def client_did(door: Door, verb: str, kind: str, subject: str, **detail: object) -> None:
    """Note in the trail what the client did on their page; call it inside the change's transaction."""
    audit.record(service_id=door.service_id, actor=CLIENT, verb=verb, kind=kind, subject=subject, **detail)
