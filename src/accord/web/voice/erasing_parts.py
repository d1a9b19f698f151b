"""What can be erased of one client, part by part: one table, read by the page, the action and the docs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop

from accord.basics.clock import now
from accord.web.attention.models import Signal, Waiting
from accord.web.checkin.models import Link, Message, Response, Score
from accord.web.learning.models import TalkedAbout, WorthAWord
from accord.web.people.models import Channel, Client, ClientTrait, Consent, Purpose
from accord.web.people.viewer import Viewer
from accord.web.therapy.models import PatternSaid
from accord.web.voice.models import Changed, Concern, Door


@dataclass(frozen=True)
class Part:
    """One part: how staff and the client read it (`told`, translated when it is shown), how it is erased, and whether
    "the whole" includes it.

    `before`: ticked when the page opens. What the law often keeps is not.
    """

    title: str | Promise
    told: str
    help: str | Promise
    erase: Callable[[Viewer, Client], None]
    of_whole: bool = True
    before: bool = True


def _contact(viewer: Viewer, client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(mail="", phone="", channel=Channel.NONE)
    Message.objects.filter(client=client, sent_at=None, dropped_at=None).update(
        dropped_at=now(), outcome="the contact details were erased"
    )


def _name(viewer: Viewer, client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(name="")


def _answers(client: Client):
    return Response.objects.filter(session__course__client=client, respondent="client")


def _words(viewer: Viewer, client: Client) -> None:
    _answers(client).update(texts="")
    Concern.objects.filter(client=client).update(words="", answer="")
    Changed.objects.filter(course__client=client).update(words="")


def _links(viewer: Viewer, client: Client) -> None:
    waiting = Link.objects.filter(session__course__client=client, sent_at=None, withdrawn_at=None)
    waiting.update(withdrawn_at=now())


def _consents(viewer: Viewer, client: Client) -> None:
    at = now()
    Consent.objects.bulk_create(
        Consent(
            service_id=client.service_id,
            client=client,
            purpose=purpose,
            granted=False,
            at=at,
            recorded_by=viewer.staff,
        )
        for purpose in Purpose.values
    )
    Client.objects.filter(pk=client.pk, declined_all_at=None).update(declined_all_at=at)


def _traits(viewer: Viewer, client: Client) -> None:
    ClientTrait.objects.filter(client=client).delete()


def _numbers(viewer: Viewer, client: Client) -> None:
    """Every number, the scores made of them, and what was noticed in them; that forms were answered is still there."""
    Score.objects.filter(response__in=_answers(client)).delete()
    _answers(client).update(items={})
    Signal.objects.filter(course__client=client).delete()
    Waiting.objects.filter(course__client=client).delete()
    PatternSaid.objects.filter(course__client=client).delete()
    WorthAWord.objects.filter(course__client=client).delete()
    TalkedAbout.objects.filter(session__course__client=client).delete()


def _door(viewer: Viewer, client: Client) -> None:
    Door.objects.filter(client=client, closed_at=None).update(closed_at=now())


PARTS: dict[str, Part] = {
    "contact": Part(
        _l("Mail address and phone number"),
        gettext_noop("your mail address and phone number"),
        _l("Nothing is sent any more."),
        _contact,
    ),
    "words": Part(
        _l("Everything the client wrote"),
        gettext_noop("everything you wrote"),
        _l("In forms and to people here, with the answers to it and what was said to have changed."),
        _words,
    ),
    "links": Part(
        _l("Open links to forms"),
        gettext_noop("links to forms that were still open"),
        _l("They open nothing any more."),
        _links,
    ),
    "consents": Part(
        _l("What was agreed"),
        gettext_noop("your consents: they now all say no"),
        _l(
            "Every consent becomes a no: nothing is asked, and the therapist, supervisors and research see nothing."
        ),
        _consents,
    ),
    "traits": Part(
        _l("What the client told of themselves"),
        gettext_noop("what you told about yourself, such as your age group"),
        _l("Such as an age group. The service no longer counts it anywhere."),
        _traits,
    ),
    "name": Part(
        _l("The name"),
        gettext_noop("your name"),
        _l("The pseudonym takes its place on every page."),
        _name,
        before=False,
    ),
    "numbers": Part(
        _l("The numbers the client gave"),
        gettext_noop("the numbers you gave"),
        _l("With scores and signals made of them. Days, sessions and the therapist’s own ratings stay."),
        _numbers,
        before=False,
    ),
    "door": Part(
        _l("The way to the own page"),
        gettext_noop("the way to this page"),
        _l("Then the client cannot read your answer there. Tell them another way first."),
        _door,
        of_whole=False,
        before=False,
    ),
}
