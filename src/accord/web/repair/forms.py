"""What people send about a repair, read without trusting it: the begin form, the steps, the buttons beside them."""

from dataclasses import dataclass

from django.http import QueryDict

from accord.basics.faults import Faults
from accord.repair.event import Step, Strain
from accord.web.attention.words import capital
from accord.web.repair.noting import Noted


@dataclass(frozen=True)
class Sent:
    """The steps as they were sent, how many events the sender had seen, and the line for the client (None: none)."""

    noted: tuple[Noted, ...]
    seen: int
    tell: str | None
    back_to: str


def read_steps(sent: QueryDict) -> Sent:
    """The form of the four steps."""
    return Sent(
        noted=tuple(_noted(sent, step) for step in Step),
        seen=read_seen(sent),
        tell=sent.get("tell", "") if sent.get("tell-it") else None,
        back_to=sent.get("keep", "") if sent.get("keep") in set(Step) else "",
    )


def read_seen(sent: QueryDict) -> int:
    """How many events the page showed; none when that cannot be read, so that nothing is overwritten unseen."""
    written = sent.get("seen", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def told(faults: Faults) -> dict[str, str]:
    """The faults of an action by the field they belong to."""
    found: dict[str, str] = {}
    for one in faults.faults:
        said = capital(f"{one.what} {one.do}".strip())
        found[one.where] = f"{found[one.where]} {said}" if one.where in found else said
    return found


def _noted(sent: QueryDict, step: Step) -> Noted:
    strain = sent.get("strain", "") if step is Step.NOTICE else ""
    ticked = {Step.NOTICE: "signs", Step.AGREE: "who"}.get(step)
    return Noted(
        step=step,
        signs=tuple(dict.fromkeys(sent.getlist(ticked))) if ticked else (),
        ways=tuple(dict.fromkeys(sent.getlist(f"ways-{step.value}"))),
        words=_text(sent.get(f"words-{step.value}", "")),
        strain=Strain(strain) if strain in set(Strain) else None,
    )


def _text(written: str) -> str:
    return written.replace("\r\n", "\n").replace("\0", "").strip()
