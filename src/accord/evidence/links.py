"""What an address looks like and what is known of it, without following it: Accord makes no outbound calls.

`links.yaml` holds the addresses somebody looked into. The rest is judged by its look: runs of digits up or down, the
same digit again and again, *example*, and words that stand for something to be filled in are how made-up links look.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from accord.instruments.reading import read_yaml, validated

FILE = Path(__file__).with_name("links.yaml")
RUN = 6  # digits in a row that count up, down or stand still: in 1 of 10,000 numbers of ten digits by chance [calc]

_FILLED_IN_LATER = re.compile(
    r"(?<![a-z])(?:example\d*|placeholder|lorem|your[-_](?:link|url|site|domain)|todo|tbd|x{3,})(?![a-z])"
    r"|^(?:localhost|[^/]*\.(?:test|invalid|example|localhost))(?:[/:]|$)",
    re.I,
)
_SCHEMES = ("http", "https", "mailto")
_DIGITS = re.compile(rf"\d{{{RUN},}}")


class Standing(StrEnum):
    """What is known of an address."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    PLACEHOLDER = "placeholder"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judged:
    """What is known of one address, and why; `instead` is a better address where there is one."""

    standing: Standing
    why: str = ""
    instead: str = ""


class _Known(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    at: Annotated[str, Field(min_length=4)]
    standing: Annotated[Standing, BeforeValidator(lambda written: Standing(written))]
    why: str
    instead: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    version: int
    links: list[_Known]


@cache
def _known() -> tuple[_Known, ...]:
    return tuple(validated(read_yaml(FILE), _File).links)


def bare(address: str) -> str:
    """An address without scheme, www., closing slash and letter case: what two spellings of it share."""
    return re.sub(r"^(?:[a-z]+:)?//(?:www\.)?", "", address.strip().lower()).rstrip("/")


def judge(address: str) -> Judged:
    """What is known of an address: by the file first, then by its look."""
    short = bare(address)
    for one in _known():
        at = one.at.lower()
        if short == at or short.startswith((f"{at}/", f"{at}?", f"{at}#")):
            return Judged(one.standing, one.why, one.instead)
    looks = _looks_made_up(short)
    return Judged(Standing.PLACEHOLDER, looks) if looks else Judged(Standing.UNKNOWN)


def _looks_made_up(short: str) -> str:
    found = _FILLED_IN_LATER.search(short)
    if found:
        return f"'{found[0].strip('/:')}' stands for something to be filled in."
    for digits in _DIGITS.findall(short):
        for step, name in ((1, "count up"), (-1, "count down"), (0, "are all the same")):
            run = _longest(digits, step)
            if len(run) >= RUN:
                return f"the digits {run} {name}, as in a made-up number."
    return ""


def _longest(digits: str, step: int) -> str:
    """The longest part in which each digit differs from the one before by `step`."""
    best = current = digits[:1]
    for before, now in pairwise(digits):
        current = current + now if int(now) - int(before) == step else now
        best = max(best, current, key=len)
    return best


def is_web_address(address: str) -> bool:
    """Whether it is a whole http or https address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in parts.netloc and not re.search(r"\s", address.strip())


def is_safe(address: str) -> bool:
    """Whether a link to it does no harm: the web, a mail address, a claim, or a place on the same site."""
    scheme = re.match(r"^[\s\x00-\x1f]*([a-z][a-z0-9+.-]*):", address, re.I)
    return scheme is None or scheme[1].lower() in (*_SCHEMES, "claim")
