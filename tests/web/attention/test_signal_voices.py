"""Whom a signal speaks to: the therapist of the session is "you", and to anybody else they are "the therapist"."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from tests.web.therapy.telling import answer, even, tell

from accord.basics.clock import now
from accord.course.session import SessionKind
from accord.web.attention.noticed import noticed
from accord.web.people.actions import set_consent
from accord.web.therapy.actions import book

FELL = "Her rating fell 40 points while {yours} rose 10; {you} may not have seen it."
TENSE = "{You} noticed tension, Ana did not."
APART = "{Your} ratings lie 40 points under those of Ben over"
YOU = {"yours": "yours", "you": "you", "Your": "Your", "You": "You"}
THEY = {"yours": "the therapist’s", "you": "the therapist", "Your": "The therapist’s", "You": "The therapist"}
# What speaks to whoever looks, and of nobody else.
TO_THE_READER = (
    r"In your (service|teams?)|Your notes are encrypted, and you alone read them|"
    r"Who leads: you|with your name"
)


@pytest.fixture
def people(clinic):
    """Ana, whose last fall went unseen and who did not notice the tension, and Ben, whom the therapist rates far lower.

    Both have a session today.
    """
    ana = tell(clinic, [even(90, 50), even(90, 50), even(90, 50), even(50, 60)], name="Ana M.")
    ben = tell(clinic, [even(90, 50)] * 4, code="Ben", name="Ben K.")
    last = ana.sessions[-1]
    answer(last, "accord-tension", {1: 0.0}, now())
    answer(last, "accord-tension-therapist", {1: 1.0}, now(), by=ana.viewer.staff)
    for one in (ana, ben):
        set_consent(viewer=one.viewer, client=one.client, purpose="supervision", granted=True)
        book(viewer=one.viewer, course=one.course, starts_at=now(), kind=SessionKind.IN_PERSON)
    return ana, ben


def words(response) -> str:
    """What the page says, without what is a quotation."""
    page = re.search(r"<main.*</main>(.*</aside>)?", response.text, re.S).group()
    said = re.sub(r"\s+", " ", strip_tags(page))
    return re.sub(r"“[^”]*”", "", said)


def page_of(person) -> str:
    return reverse("therapy:client", args=[person.client.key])


@pytest.mark.parametrize(("role", "voice"), [("therapist", YOU), ("supervisor", THEY), ("lead", THEY)])
def test_the_page_of_a_client_speaks_to_the_therapist_and_to_others_of_them(
    people, clinic, signed_in, role, voice
):
    browser = signed_in(clinic.staff[role])
    ana, ben = (words(browser.get(page_of(one))) for one in people)
    assert FELL.format(**voice) in ana and TENSE.format(**voice) in ana
    assert APART.format(**voice) in ben
    assert ("things to try" if voice is YOU else "things the therapist could try") in ana


@pytest.mark.parametrize(("role", "more"), [("supervisor", ["/supervision/"]), ("lead", [])])
def test_nobody_but_the_therapist_reads_you(people, clinic, signed_in, role, more):
    browser = signed_in(clinic.staff[role])
    for address in ["/", *map(page_of, people), *more]:
        said = words(browser.get(address))
        assert any(one.format(**THEY) in said for one in (FELL, TENSE, APART)), address
        assert not re.search(r"\b(you|yours?)\b", re.sub(TO_THE_READER, "", said), re.I), (address, said)


def test_whoever_took_a_client_over_did_not_hold_the_session(people, clinic):
    ana, _ben = people
    before = ana.sessions[-1]
    before.therapist = clinic.staff["lead"]
    before.save()
    found = noticed(ana.viewer, [ana.course.pk])[ana.course.pk]
    assert {one.signal.about == before.key: one.mine for one in found} == {True: False, False: True}
