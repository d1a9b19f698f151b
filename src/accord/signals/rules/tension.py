"""Tension that client or therapist reported, or both, or on which they differ.

Direct report, not scores: each party sees what the other does not (clients report fewer than therapists, MUR09 in
science.md 3.2), and what both noticed went with the worst symptoms at the next session (RUB18b). The therapist's list
has signs of moving away (3-7) and moving against (8-12); an empty box says nothing, so signs alone count from two on.
"""

from dataclasses import dataclass

from accord.course.course import Course
from accord.course.session import Rating, Session
from accord.instruments.definition import Respondent
from accord.signals.known import TENSION, TENSION_TWIN, Known
from accord.signals.reading import held, seen
from accord.signals.signal import FACT, Seen, Signal, Step

VERSION = 1
NEWS = 2  # sessions held after the last report, then it is no news any more [design]
SIGNS_ALONE = 2  # ticked signs that count when the therapist did not answer whether there was strain [design]
AWAY, AGAINST = range(3, 8), range(8, 13)
STRENGTH = {
    "both": 1.0,
    "client": 0.8,
    "client_only": 0.8,
    "therapist": 0.7,
    "therapist_only": 0.6,
    "signs": 0.4,
}  # [design]; up to a quarter of it off or on by how strong it was


@dataclass(frozen=True)
class _Report:
    """What the two said about one session: None where somebody did not say."""

    session: Session
    client: bool | None
    therapist: bool | None
    away: int
    against: int
    strong: float | None  # the stronger of the two, 0 to 100

    @property
    def given(self) -> bool:
        return self.client is not None or self.therapist is not None or self.signs

    @property
    def signs(self) -> bool:
        return self.therapist is None and self.away + self.against >= SIGNS_ALONE

    @property
    def shape(self) -> str | None:
        """Which sentence fits; None when nobody saw tension."""
        if self.client and self.therapist:
            return "both"
        if self.client:
            return "client" if self.therapist is None else "client_only"
        if self.therapist:
            return "therapist" if self.client is None else "therapist_only"
        return "signs" if self.signs else None


def detect(course: Course, known: Known) -> list[Signal]:
    """One signal while the latest report has tension, since the first of the reports in a row that do."""
    run = _run(held(course))
    if not run:
        return []
    last = run[-1]
    shape = last.shape or ""
    return [
        Signal(
            rule="tension",
            version=VERSION,
            since=run[0].session.key,
            about=last.session.key,
            strength=_strength(STRENGTH[shape], last.strong),
            evidence=tuple(part for one in run for part in _evidence(one)),
            often=FACT,
            step=Step.NAME,
            shape=shape,
            facts={"away": float(last.away), "against": float(last.against), "sessions": float(len(run))},
        )
    ]


def _run(sessions: list[Session]) -> list[_Report]:
    """The latest reports in a row that have tension, in order; none when the latest report is no news any more."""
    run: list[_Report] = []
    for back, session in enumerate(reversed(sessions)):
        one = _report(session)
        if (one.given and one.shape is None) or (not run and back > NEWS):
            break
        if one.given:
            run.append(one)
    return run[::-1]


def _report(session: Session) -> _Report:
    theirs = _numbers(session.rating(TENSION))
    own = _numbers(session.rating(TENSION_TWIN, Respondent.THERAPIST))
    return _Report(
        session=session,
        client=theirs[1] == 1 if 1 in theirs else None,
        therapist=own[1] == 1 if 1 in own else None,
        away=sum(own.get(item) == 1 for item in AWAY),
        against=sum(own.get(item) == 1 for item in AGAINST),
        strong=max((one[2] for one in (theirs, own) if 2 in one), default=None),
    )


def _numbers(rating: Rating | None) -> dict[int, float]:
    """The items that were answered with a number."""
    return {n: one for n, one in rating.answers.items() if isinstance(one, float)} if rating else {}


def _strength(base: float, strong: float | None) -> float:
    return min(1.0, base * (1.0 if strong is None else 0.75 + 0.5 * strong / 100))


def _evidence(one: _Report) -> list[Seen]:
    """What each of the two said, and how many signs of each kind were ticked, where any were."""
    said = [("client", one.client), ("therapist", one.therapist)]
    signs = [("moving away", one.away), ("moving against", one.against)]
    return [
        seen(one.session, f"tension, {who}", None if yes is None else float(yes)) for who, yes in said
    ] + [seen(one.session, f"signs of {kind}", float(count)) for kind, count in signs if count]
