"""The rest of a simulated service: the clients of `accord.simulate`, laid over the working week that leads up to now.

Their ratings, gaps, dips and drop-outs are simulated with known truth; this module only says who they are called, when
they come, and what else a clinic has on file. Intervals are rounded to weeks, so that everyone keeps a day and an hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from accord.basics.clock import clinic_day
from accord.course.ending import Ending
from accord.course.session import Attendance
from accord.instruments.definition import Answer, Missing
from accord.simulate.service import SimulatedClient, SimulatedSession, simulate_service
from accord.web.demo.ledger import Ledger
from accord.web.people.models import Channel, Pronoun, Purpose, Service, Staff
from accord.web.therapy.models import Course, Session

SESSION = timedelta(minutes=50)
HOURS = (9, 10, 11, 12, 14, 15, 16, 17)
OVER = 0.45  # share of courses that are over
AHEAD = 4  # sessions that are booked in an open course
SPARED_CLIENTS = 16  # of the therapist whose day was drawn; on other days of the week
STILL_COVERED = timedelta(days=3)  # after that therapists of the demo have rated, skipped and looked
NOTED = 6  # seed of what is noted for learning
TREATMENTS = {"CBT": 0.5, "Schema therapy": 0.2, "Psychodynamic": 0.3}
TRAITS = {
    "Age": {"under 25": 0.2, "25 to 44": 0.5, "45 and over": 0.3},
    "Grew up": {"in this country": 0.78, "elsewhere": 0.22},
}
TOLD = 0.85  # share of clients who tell a trait when asked
AGREED = ((Purpose.SUPERVISION, 0.85), (Purpose.RESEARCH, 0.6))  # which share agrees
FIRST_NAMES = (
    "Abel", "Alma", "Amir", "Anouk", "Arif", "Asta", "Bea", "Bruno", "Carla", "Cem", "Chloe", "Dario", "Dina", "Edda",
    "Eli", "Elsa", "Enzo", "Esra", "Filip", "Gina", "Greta", "Hakim", "Heidi", "Idris", "Ines", "Ivo", "Jana", "Joel",
    "Kaito", "Kira", "Lars", "Lena", "Lior", "Luz", "Malik", "Mara", "Milo", "Mina", "Nadia", "Nils", "Nora", "Olga",
    "Otto", "Pia", "Quim", "Rana", "Remi", "Rosa", "Samir", "Selma", "Taro", "Tess", "Ugo", "Vera", "Wim", "Yara",
    "Yusuf", "Zoe",
)  # fmt: skip
INITIALS = "ABCDEFGHJKLMNOPRSTVWZ"
REMARKS = (
    "More time at the end, please.", "I liked the drawing.", "Could we start with my week?", "It was a lot today.",
    "Next time I want to talk about my sister.", "Slower, please.", "The breathing helped.", "Less homework.",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Whose client it is, and when in the week: days before today (0 to 6) and the hour; `settled`: nothing waits."""

    therapist: Staff
    ago: int
    hour: int
    settled: bool = False


def fill(
    service: Service,
    therapists: Sequence[Staff],
    count: int,
    present: datetime,
    *,
    seed: int,
    ledger: Ledger | None = None,
    spared: Staff | None = None,
) -> None:
    """Write `count` invented clients and what is in `ledger`; `spared` gets a few, but not yesterday and today."""
    made = _Week(ledger or Ledger(service), present, np.random.default_rng(seed))
    places = made.places(therapists, spared)
    for number, client in enumerate(simulate_service(count, seed=seed).clients):
        made.client(number, client, next(places))
    made.ledger.write()


class _Week:
    """Lays simulated clients into the ledger, each with an hour of the week."""

    def __init__(self, ledger: Ledger, present: datetime, chance: np.random.Generator) -> None:
        self.ledger, self.present, self.chance = ledger, present, chance
        self.noted = np.random.default_rng(NOTED)  # of its own, so that it moves nothing else
        self.zone = ZoneInfo(ledger.service.timezone)
        self.today = clinic_day(present, ledger.service.timezone)

    def places(self, therapists: Sequence[Staff], spared: Staff | None) -> Iterator[Place]:
        """Each free hour once, and then again, for people who left make room."""
        # On a weekend today and yesterday are working days too, so that the demo is alive then.
        days = [ago for ago in range(7) if (self.today - timedelta(days=ago)).weekday() < 5 or ago < 2]
        if spared:
            free = [Place(spared, ago, hour, settled=True) for ago in days if ago > 1 for hour in HOURS]
            yield from (free[int(i)] for i in self.chance.permutation(len(free))[:SPARED_CLIENTS])
        everything = [Place(one, ago, hour) for one in therapists for ago in days for hour in HOURS]
        while True:
            yield from (everything[int(i)] for i in self.chance.permutation(len(everything)))

    def client(self, number: int, simulated: SimulatedClient, place: Place) -> None:
        """One client and their course: over some weeks ago, or open with the latest session in the past week."""
        chance, weeks = self.chance, _weeks(simulated.sessions)
        over = chance.random() < OVER
        latest = len(weeks) - 1 if over else int(chance.integers(len(weeks)))
        quiet = timedelta(weeks=int(chance.integers(1, 20)) if over else 0)
        last = self.today - timedelta(days=place.ago) - quiet
        days = [last + timedelta(weeks=week - weeks[latest]) for week in weeks]
        course = self._course(number, place, days[0], last if over else None, simulated)
        held = 0
        for day, session in zip(days[: latest + 1], simulated.sessions, strict=False):
            held += self._past(course, place, self._at(day, place.hour), session)
        for day, session in list(zip(days, simulated.sessions, strict=True))[latest + 1 :][:AHEAD]:
            self.ledger.session(course, self._at(day, place.hour), Attendance.PLANNED, session.kind)
        if held >= 4:
            self.ledger.reviewed(course, place.therapist, self._at(days[3], 18))

    def _course(
        self, number: int, place: Place, first: date, ended: date | None, simulated: SimulatedClient
    ) -> Course:
        chance = self.chance
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {INITIALS[(number * 8) % len(INITIALS)]}."
        client = self.ledger.client(
            f"H-{number + 200}",
            at=self._at(first, 9),
            by=place.therapist,
            agreed=tuple(purpose for purpose, share in AGREED if chance.random() < share),
            name=name if chance.random() < 0.8 else "",
            pronoun=str(chance.choice(Pronoun.values, p=[0.48, 0.42, 0.10])),
            language=str(chance.choice(["en", "es"], p=[0.8, 0.2])),
            channel=Channel.NONE,
        )
        for trait, groups in TRAITS.items():
            group = self._one_of(groups)
            if self.noted.random() < TOLD:
                self.ledger.trait(client, place.therapist, trait, group)
        how = "client stopped coming" if simulated.dropped_out else "agreed between both"
        ending = Ending.LEFT if simulated.dropped_out else Ending.AS_PLANNED
        return self.ledger.course(
            client,
            place.therapist,
            first,
            ended,
            how if ended else "",
            ending=ending.value if ended else "",
            treatment=self._one_of(TREATMENTS),
            planned=simulated.planned,
        )

    def _one_of(self, shares: Mapping[str, float]) -> str:
        return str(self.noted.choice(list(shares), p=list(shares.values())))

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone)

    def _past(self, course: Course, place: Place, at: datetime, simulated: SimulatedSession) -> bool:
        """One session up to today with what was answered; returns whether it was held. One still to come is planned."""
        if at + SESSION > self.present:
            session = self.ledger.session(course, at, Attendance.PLANNED, simulated.kind)
            if at - timedelta(hours=3) < self.present:
                self._wellbeing(session, simulated, place, opened=False)
            return False
        session = self.ledger.session(course, at, simulated.attendance, simulated.kind)
        if not simulated.attendance.held:
            return False
        settled = place.settled or self.present - at > STILL_COVERED
        self._check_in(session, simulated, place, opened=settled)
        self._wellbeing(session, simulated, place, opened=settled)
        self._longer_forms(session, simulated, place, opened=settled)
        if settled or self.chance.random() < 0.5:
            self._own_rating(session, simulated, place)
        return True

    def _check_in(self, session: Session, simulated: SimulatedSession, place: Place, *, opened: bool) -> None:
        if isinstance(simulated.check_in, Missing):
            return
        felt_off = simulated.felt_off is True
        raised = felt_off and self.chance.random() < 0.6
        answers: dict[int, Answer] = dict(enumerate(simulated.check_in, start=1))
        answers[5] = simulated.felt_off if isinstance(simulated.felt_off, Missing) else float(felt_off)
        answers[6] = 1.0 if raised else Missing.NOT_REACHED
        wrote = self.chance.random() < 0.12
        texts = {7: REMARKS[int(self.chance.integers(len(REMARKS)))]} if wrote else None
        ended = session.starts_at + SESSION
        response = self.ledger.answer(session, "accord-check-in", answers, self._soon(ended), texts=texts)
        if opened:
            self.ledger.opened(response, place.therapist, ended + timedelta(days=2))
        if opened and felt_off:
            self.ledger.talked_about(response, place.therapist, ended + timedelta(days=7))

    def _own_rating(self, session: Session, simulated: SimulatedSession, place: Place) -> None:
        at = session.starts_at + SESSION + timedelta(minutes=5)
        if isinstance(simulated.therapist_check_in, Missing):
            self.ledger.skip(session, place.therapist, at)
            return
        own: dict[int, Answer] = dict(enumerate(simulated.therapist_check_in, start=1))
        own |= {5: 0.0, 6: Missing.NOT_ASKED}
        self.ledger.answer(session, "accord-check-in-therapist", own, at, by=place.therapist)

    def _wellbeing(
        self, session: Session, simulated: SimulatedSession, place: Place, *, opened: bool
    ) -> None:
        if not isinstance(simulated.wellbeing, Missing):
            answers: dict[int, Answer] = dict(enumerate(simulated.wellbeing, start=1)) | {5: 0.0}
            at = session.starts_at - timedelta(hours=3)
            self._form(session, "accord-wellbeing", answers, at, place, opened)

    def _longer_forms(
        self, session: Session, simulated: SimulatedSession, place: Place, *, opened: bool
    ) -> None:
        """What the plan asks now and then; the simulation has no items for it, so they lie around the check-in's."""
        number, after = simulated.number or 0, self._soon(session.starts_at + SESSION)
        if isinstance(simulated.check_in, Missing):
            return
        if number % 3 == 0 and self.chance.random() < 0.8:
            near = [95.0 if isinstance(one, Missing) else one for one in simulated.check_in[:3]]
            long: dict[int, Answer] = {n: self._point(near[(n - 1) % 3] - 3, 5) for n in range(1, 13)}
            self._form(session, "accord-alliance", long, after, place, opened)
        if (number == 1 or number % 6 == 0) and self.chance.random() < 0.8:
            axes: dict[int, Answer] = {n: self._point(50, 18) for n in (1, 2, 3)}
            self._form(session, "accord-preferences", axes, after, place, opened)

    def _form(self, session: Session, name: str, answers, at: datetime, place: Place, opened: bool) -> None:
        response = self.ledger.answer(session, name, answers, min(at, self.present))
        if opened:
            self.ledger.opened(response, place.therapist, session.starts_at + timedelta(days=1))

    def _point(self, level: float, spread: float) -> float:
        return float(round(min(100.0, max(0.0, self.chance.normal(level, spread)))))

    def _soon(self, ended: datetime) -> datetime:
        return min(self.present, ended + timedelta(minutes=int(self.chance.integers(2, 90))))


def _weeks(sessions: Sequence[SimulatedSession]) -> list[int]:
    """The week of each session since the first: intervals rounded, one week at least."""
    weeks = [0]
    for before, after in pairwise(sessions):
        weeks.append(weeks[-1] + max(1, round((after.day - before.day) / 7)))
    return weeks
