"""The part of the learning page on therapists: how they differ, as far as this person may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accord.basics.absence import Absence
from accord.charts import caterpillar
from accord.studies.result import Study
from accord.studies.texts import sentence, study_file, without_claims
from accord.web.attention.words import address
from accord.web.learning.rests_on import figure
from accord.web.learning.seen import THERAPISTS
from accord.web.learning.studies_card import Picture
from accord.web.learning.study_words import absence_words, number, signed

if TYPE_CHECKING:
    from accord.studies.therapists.seen import Own, Seen


@dataclass(frozen=True)
class Named:
    """One therapist under the policy that names them; in the order of the names."""

    name: str
    estimate: str
    interval: str
    people: str


@dataclass(frozen=True)
class Therapists:
    """How therapists differ, as far as this person may know; `own` is their own estimate, or why there is none."""

    title: str
    sentence: str
    axis: str
    picture: Picture | None
    own: str
    note: tuple[str, ...]
    named: tuple[Named, ...]
    url: str


def therapists_part(study: Study, seen: "Seen", names: Mapping[str, str]) -> Therapists:
    """What `seen` allows; `names` are those of therapists by key."""
    words = study_file(THERAPISTS)
    return Therapists(
        title=words.title,
        sentence=without_claims(sentence(study)),
        axis=words.picture,
        picture=_caterpillar(seen, words.title, without_claims(sentence(study))),
        own=_own(seen.own),
        note=_therapist_notes(study, seen),
        named=tuple(
            sorted(
                (
                    Named(
                        names.get(one.therapist, _("has left")),
                        signed(one.estimate),
                        _("%(low)s to %(high)s") % {"low": signed(one.low), "high": signed(one.high)},
                        figure(one.clients),
                    )
                    for one in seen.named
                ),
                key=lambda one: one.name.casefold(),
            )
        ),
        url=address("learning:study", THERAPISTS),
    )


def _caterpillar(seen: "Seen", title: str, description: str) -> Picture | None:
    from accord.studies.therapists.seen import Own

    rows = [caterpillar.Row(one.estimate, one.low, one.high) for one in seen.others]
    if isinstance(seen.own, Own):
        one = seen.own
        rows.append(caterpillar.Row(one.estimate, one.low, one.high, own=True, said=signed(one.estimate)))
    if not rows:
        return None
    picture = caterpillar.Caterpillar(tuple(rows), title, description, own_word=_("you"))
    return Picture(
        mark_safe(caterpillar.svg(picture)), mark_safe(caterpillar.svg(picture, narrow=True)), title
    )


def _own(own: "Own | Absence | None") -> str:
    if own is None:
        return ""
    if isinstance(own, Absence):
        return _("Your own: %(why)s.") % {"why": absence_words(own)}
    return _(
        "Your own: %(estimate)s points against the average here, plausibly %(low)s to %(high)s, from %(people)s "
        "people. It can be leaned on to %(reliability)s, where 1 is wholly."
    ) % {
        "estimate": signed(own.estimate),
        "low": signed(own.low),
        "high": signed(own.high),
        "people": figure(own.clients),
        "reliability": number(own.reliability, "r"),
    }


def _therapist_notes(study: Study, seen: "Seen") -> tuple[str, ...]:
    said = []
    if seen.others:
        said.append(
            _(
                "Each line is one therapist with 30 people or more, pulled towards the average and adjusted for how "
                "people began. The order shows the spread; it says nothing of who is better."
            )
        )
    few = study.facts.get("few", 0)
    if isinstance(few, int) and few:
        said.append(
            ngettext(
                "%(count)s therapist with fewer than 30 people is left out.",
                "%(count)s therapists with fewer than 30 people are left out.",
                few,
            )
            % {"count": figure(few)}
        )
    if seen.kept_back and seen.others:
        said.append(
            ngettext(
                "%(count)s who came to have 30 people since is not in the picture yet. They join five at a time: "
                "whoever is new beside the last picture could be told by it.",
                "%(count)s who came to have 30 people since are not in the picture yet. They join five at a time: "
                "whoever is new beside the last picture could be told by it.",
                seen.kept_back,
            )
            % {"count": figure(seen.kept_back)}
        )
    elif seen.kept_back:
        said.append(_("The others are fewer than five, so they are not shown: somebody could be recognised."))
    return tuple(said)
