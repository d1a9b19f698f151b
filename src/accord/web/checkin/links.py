"""Links to one form: signed, expiring, for a single purpose."""

from datetime import timedelta

import segno
from django.conf import settings
from django.core import signing
from django.urls import reverse

from accord.basics.clock import now
from accord.web.checkin.models import Link, Response
from accord.web.prepared import Prepared
from accord.web.therapy.models import Session

_signer = signing.Signer(salt="accord.checkin.link", sep=".")
# A page tells who is who; an answer on its way in needs little, and many come at once.
_for_pages = Prepared(
    lambda key: Link.objects.select_related(
        "service", "session__course__client", "session__therapist", "session__course__therapist"
    ).filter(key=key)
)
_for_answers = Prepared(lambda key: Link.objects.select_related("service", "session").filter(key=key))


def token(link: Link) -> str:
    """The link's key with a signature; opens this one form and nothing else."""
    return _signer.sign(link.key)


def link_behind(token_text: str, *, answering: bool = False) -> Link | None:
    """The link of a token, or None when the token was made up or changed."""
    try:
        key = _signer.unsign(token_text)
    except signing.BadSignature:
        return None
    return (_for_answers if answering else _for_pages).first(key)


def address(link: Link) -> str:
    """The full web address of the form, for a mail, a card or a QR code."""
    return settings.BASE_URL + reverse("checkin:form", args=[token(link)])


def qr_svg(link: Link) -> str:
    """The QR code of the address as inline SVG, dark on light in both themes so that every camera reads it."""
    code = segno.make(address(link), error="m")
    return code.svg_inline(
        scale=4, border=2, dark="#000", light="#fff", svgclass="qr", lineclass="", omitsize=True
    )


def make_link(session: Session, instrument: str, *, days: int | None = None) -> Link:
    """The link to `instrument` for `session`; the same one when it was made before."""
    made = now()
    link, _ = Link.objects.get_or_create(
        session=session,
        instrument=instrument,
        defaults={
            "service_id": session.service_id,
            "made_at": made,
            "expires_at": max(made, session.starts_at or made)
            + timedelta(days=days if days is not None else session.service.link_days),
        },
    )
    return link


def current_response(link: Link) -> Response | None:
    """The client's newest counting answers to this link's form and session."""
    counting = Response.objects.counting()
    return counting.filter(session=link.session_id, instrument=link.instrument, respondent="client").first()


def open_beside(link: Link) -> list[Link]:
    """Other forms of the same session that wait for an answer."""
    waiting = Link.objects.filter(
        session=link.session_id, sent_at=None, withdrawn_at=None, declined_at=None, expires_at__gt=now()
    )
    found = list(waiting.exclude(pk=link.pk).order_by("pk"))
    for other in found:
        other.session = link.session
    return found
