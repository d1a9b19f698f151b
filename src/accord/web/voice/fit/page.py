"""The fit check as one self-contained file: its words, a service's own numbers, its style, its script, its policy.

Why this page alone has a style and a script inside it: people keep it. It has to work from a file on a device without
a connection, where no stylesheet of ours can be reached. The strict policy stays: it names both blocks by the hash of
their exact bytes, allows nothing else, forbids every connection and every form, and is written into the file as well,
so that a saved copy cannot send anything either.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accord.web.people.models import Service
from accord.web.voice.fit.texts import LANGUAGES, Filled, Texts, Words, texts

EUROPE, NORTH_AMERICA = "112", "911"  # where no service says its own


@dataclass(frozen=True)
class Inside:
    """What stands inside the file, and the policy that allows exactly that."""

    style: SafeString
    script: SafeString
    policy: str

    @property
    def header(self) -> str:
        """The policy as a header, which can also say that no other page may frame this one."""
        return f"{self.policy}; frame-ancestors 'none'"


@dataclass(frozen=True)
class FitPage:
    """Everything the template prints. `t` holds the words; `service` is empty on the page for everybody."""

    t: Texts
    language: str
    languages: dict[str, str]
    inside: Inside
    service: str
    of_service: Filled | None
    simulated: bool
    crisis: Filled
    turn_to: tuple[Filled | Words, ...]

    @property
    def title(self) -> str:
        """The title in the language that the page begins in; its script follows the choice."""
        return self.t.page["title"][self.language]


def fit_page(service: Service | None, language: str) -> FitPage:
    """The page of a service, or the one for everybody, beginning in `language` where there are words for it."""
    words = texts()
    crisis = crisis_words(words, service)
    return FitPage(
        t=words,
        language=language if language in LANGUAGES else "en",
        languages=LANGUAGES,
        inside=inside(),
        service=service.name if service else "",
        of_service=words.page["of_service"].filled(service=service.name) if service else None,
        simulated=bool(service and service.simulated),
        crisis=crisis,
        turn_to=(crisis, *_whom(words, service)),
    )


def service_called(slug: str) -> Service | None:
    """The service whose name in addresses is `slug`; what the page shows of it is what every client may know."""
    return Service.objects.filter(slug=slug).first()


def crisis_words(words: Texts, service: Service | None) -> Filled:
    """Whom to call: a service's own numbers, else how to find one's own."""
    numbers = [service.crisis_number, service.crisis_local_number] if service else []
    match [_call(number) for number in numbers if number]:
        case [first, second]:
            return words.crisis["two"].filled(first=first, second=second)
        case [first]:
            return words.crisis["one"].filled(first=first)
        case _:
            return words.crisis["anywhere"].filled(first=_call(EUROPE), second=_call(NORTH_AMERICA))


def _whom(words: Texts, service: Service | None) -> tuple[Filled | Words, ...]:
    never = words.never
    contact = service.contact if service else ""
    outside = service.complaints_outside if service else ""
    here = never["service"].filled(service=service.name, contact=contact) if service and contact else None
    there = never["outside"].filled(outside=outside) if outside else None
    return (
        never["someone"],
        here or never["any_service"],
        there or never["any_outside"],
        never["police"],
        never["note"],
    )


def _call(number: str) -> SafeString:
    dialled = re.sub(r"[^\d+*#]", "", number)
    return format_html('<a href="tel:{}" dir="ltr">{}</a>', dialled, number)


@cache
def inside() -> Inside:
    """The style, the script and the policy; made once, since they lie in the wheel."""
    sheets = _read("accord.web", "static/accord/tokens.css") + _read(__package__, "fit.css")
    # Both blocks are our own files; nothing that a person wrote is in them.
    style = mark_safe(_tight(sheets) + _said_on_paper(texts()))
    script = mark_safe(_read(__package__, "fit.js"))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "img-src data:",  # the icon of the tab, so that no browser asks for one
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        ]
    )
    return Inside(style, script, policy)


def _said_on_paper(words: Texts) -> str:
    """Which words are printed where no script chose them: one rule for each thing that can be marked."""
    marked = [one.id for one in (*words.reflections, *words.signs)]
    rules = [
        f'html:not(.js) main:has([data-says="{id}"]:checked) .say#say-{id}{{display:block}}' for id in marked
    ]
    return "\n@media print {\n" + "\n".join(rules) + "\n}"


def _read(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")


def _tight(style: str) -> str:
    """A style sheet without its comments and indents."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", style, flags=re.S)).strip()


def _hash(block: str) -> str:
    return f"'sha256-{b64encode(sha256(block.encode()).digest()).decode()}'"
