"""How each verdict is shown: its words, what they mean, and a mark, so that colour is never alone."""

import re
from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accord.evidence.claims import Verdict
from accord.evidence.rendering import render


@dataclass(frozen=True)
class Shown:
    """One verdict for a page: `icon` is a template in `icons/`; `meaning` is a sentence."""

    verdict: Verdict
    words: str
    meaning: str
    icon: str


VERDICTS = {
    one.verdict: one
    for one in (
        Shown(
            Verdict.SUPPORTED,
            _("supported"),
            _("What we found says so, about as it is worded."),
            "icons/supported.html",
        ),
        Shown(
            Verdict.PARTLY,
            _("partly supported"),
            _("True in part, or within limits that the claim leaves out."),
            "icons/partly.html",
        ),
        Shown(
            Verdict.NOT_SUPPORTED,
            _("not supported as worded"),
            _("What we found says something else."),
            "icons/not-supported.html",
        ),
        Shown(
            Verdict.UNVERIFIABLE,
            _("could not be checked"),
            _("We found nothing that tests it, or its figure has no source."),
            "icons/unverifiable.html",
        ),
        Shown(
            Verdict.CONTESTED,
            _("disputed"),
            _("Those who looked into it disagree."),
            "icons/contested.html",
        ),
    )
}

_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_BADGE = re.compile(r'<span class="verdict" data-verdict="([a-z_]+)">')


def rendered(markdown: str) -> SafeString:
    """The HTML of a text with a mark before the words of each verdict."""
    # `render` lets no HTML of a writer through, so that a badge is always one of its own.
    html = render(markdown, words=lambda verdict: str(VERDICTS[verdict].words))
    html = _ALIGNED.sub(r' class="to-\1"', html)  # the policy of our pages allows no style in an element
    return mark_safe(_BADGE.sub(lambda found: found[0] + _icon(Verdict(found[1])), html))


@cache
def _icon(verdict: Verdict) -> str:
    return render_to_string(VERDICTS[verdict].icon).strip()
