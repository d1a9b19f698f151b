"""The honesty page: the one text of `accord.evidence.honesty`, with verdicts beside its claims."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from accord.evidence.honesty import honesty
from accord.evidence.rendering import claims_in
from accord.web.voice.library.library_page import Count, counted
from accord.web.voice.library.verdicts import rendered


@dataclass(frozen=True)
class Part:
    """One part of the text: its place on the page, its heading, and its HTML."""

    id: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class HonestyPage:
    """The page."""

    title: str
    opening: SafeString
    parts: tuple[Part, ...]
    counts: tuple[Count, ...]


def honesty_page() -> HonestyPage:
    """The page as it stands in this version."""
    text = honesty()
    return HonestyPage(
        title=text.title,
        opening=rendered(text.opening),
        parts=tuple(Part(one.id, one.title, rendered(one.markdown)) for one in text.sections),
        counts=counted(claims_in(text.markdown)),
    )
