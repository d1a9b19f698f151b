"""The rest of a simulated service: clients with courses of different lengths, spread over the working week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from accord.basics.clock import clinic_day
from accord.course.session import Attendance, SessionKind
from accord.instruments.definition import Answer, Missing
from accord.web.demo.ledger import Ledger
from accord.web.people.models import Channel, Pronoun, Purpose, Service, Staff
from accord.web.therapy.models import Course, Session

SESSION = timedelta(minutes=50)
HOURS = (9, 10, 11, 12, 14, 15, 16, 17)
SPARED_CLIENTS = 16  # of the therapist whose day was drawn; on other days of the week
FIRST_NAMES = (
    "Abel", "Alma", "Amir", "Anouk", "Arif", "Asta", "Bea", "Bruno", "Carla", "Cem", "Chloe", "Dario", "Dina", "Edda",
    "Eli", "Elsa", "Enzo", "Esra", "Filip", "Gina", "Greta", "Hakim", "Heidi", "Idris", "Ines", "Ivo", "Jana", "Joel",
    "Kaito", "Kira", "Lars", "Lena", "Lior", "Luz", "Malik", "Mara", "Milo", "Mina", "Nadia", "Nils", "Nora", "Olga",
    "Otto", "Pia", "Quim", "Rana", "Remi", "Rosa", "Samir", "Selma", "Taro", "Tess", "Ugo", "Vera", "Wim", "Yara",
    "Yusuf", "Zoe",
)  # fmt: skip
REMARKS = (
    "More time at the end, please.", "I liked the drawing.", "Could we start with my week?", "It was a lot today.",
    "Next time I want to talk about my sister.", "Slower, please.", "The breathing helped.", "Less homework.",
)  # fmt: skip
AGREED = ((Purpose.SUPERVISION, 0.85), (Purpose.RESEARCH, 0.6))  # which share agrees
ENDINGS = ("agreed between both", "client stopped coming", "moved away", "referred on")


@dataclass(frozen=True)
class Line:
    """One client's true levels: how they rate on the whole, per part, and how the therapist and their week fit in."""

    level: float
    growth: float
    parts: tuple[float, float, float, float]
    wellbeing: float
    therapist: float


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
    """Write `count` invented clients besides what is in `ledger`.

    `spared` gets a few clients, on days other than yesterday and today.
    """
    made = _Week(ledger or Ledger(service), present, np.random.default_rng(seed))
    slots = made.slots(therapists, spared)
    for number in range(count):
        made.client(number, *next(slots))
    made.ledger.write()


class _Week:
    """Invents clients into the ledger, each with an hour of the week."""

    def __init__(self, ledger: Ledger, present: datetime, chance: np.random.Generator) -> None:
        self.ledger, self.present, self.chance = ledger, present, chance
        self.zone = ZoneInfo(ledger.service.timezone)
        self.today = clinic_day(present, ledger.service.timezone)

    def slots(self, therapists: Sequence[Staff], spared: Staff | None) -> Iterator[tuple[Staff, int, int]]:
        """Therapist, days before today (0 to 6) and hour, each free slot once and then again for people who left."""
        # On a weekend today and yesterday are working days too, so that the demo is alive then.
        days = [ago for ago in range(7) if (self.today - timedelta(days=ago)).weekday() < 5 or ago < 2]
        if spared:
            free = [(spared, ago, hour) for ago in days if ago > 1 for hour in HOURS]
            yield from (free[int(i)] for i in self.chance.permutation(len(free))[:SPARED_CLIENTS])
        everything = [(one, ago, hour) for one in therapists for ago in days for hour in HOURS]
        while True:
            yield from (everything[int(i)] for i in self.chance.permutation(len(everything)))

    def client(self, number: int, therapist: Staff, ago: int, hour: int) -> None:
        """One client and their course, weekly at the same hour."""
        chance = self.chance
        weeks = int(min(40, 1 + chance.geometric(0.09)))
        over = chance.random() < 0.45
        quiet_weeks = int(chance.integers(1, 20)) if over else 0
        last = self.today - timedelta(days=ago, weeks=quiet_weeks)
        first = last - timedelta(weeks=weeks - 1)
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {'ABCDEFGHIJKLMNOPRSTVWZ'[(number * 7) % 22]}."
        client = self.ledger.client(
            f"H-{number + 200}",
            at=self._at(first, 9),
            by=therapist,
            agreed=tuple(
                p
                for p, share in ((Purpose.SUPERVISION, 0.85), (Purpose.RESEARCH, 0.6))
                if chance.random() < share
            ),
            name=name if chance.random() < 0.8 else "",
            pronoun=str(chance.choice(Pronoun.values, p=[0.48, 0.42, 0.10])),
            language=str(chance.choice(["en", "es"], p=[0.8, 0.2])),
            channel=Channel.NONE,
        )
        ended = last if over else None
        how = ENDINGS[int(chance.choice(4, p=[0.5, 0.3, 0.1, 0.1]))] if over else ""
        course = self.ledger.course(client, therapist, first, ended, how)
        line = self._line()
        held = 0
        for week in range(weeks):
            held += self._past(
                course, therapist, self._at(first + timedelta(weeks=week), hour), held + 1, line
            )
        for week in range(0 if over else 4):
            self.ledger.session(
                course, self._at(last + timedelta(weeks=week + 1), hour), Attendance.PLANNED, self._kind()
            )
        if held >= 4:
            self.ledger.reviewed(course, therapist, self._at(first + timedelta(weeks=4), 9))

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone)

    def _kind(self) -> SessionKind:
        kinds = (SessionKind.IN_PERSON, SessionKind.VIDEO, SessionKind.PHONE)
        return kinds[int(self.chance.choice(3, p=[0.75, 0.2, 0.05]))]

    def _line(self) -> Line:
        chance = self.chance
        return Line(
            level=float(chance.normal(82, 9)),
            growth=float(chance.normal(0.5, 0.6)),
            parts=(*(float(v) for v in chance.normal((3, -2, 0), (3, 4, 4))), 1.0),
            wellbeing=float(chance.normal(46, 13)),
            therapist=float(chance.normal(-6, 4)),
        )

    def _past(self, course: Course, therapist: Staff, at: datetime, number: int, line: Line) -> bool:
        """One session up to today with what was answered; returns whether it was held. One still to come is planned."""
        chance = self.chance
        if at + SESSION > self.present:
            session = self.ledger.session(course, at, Attendance.PLANNED, self._kind())
            if at - timedelta(hours=3) < self.present and chance.random() < 0.7:
                self._wellbeing(session, line, number, therapist, opened=False)
            return False
        kinds = (Attendance.ATTENDED, Attendance.LATE, Attendance.CANCELLED)
        kinds += (Attendance.MISSED_WITH_NOTICE, Attendance.MISSED_WITHOUT_NOTICE)
        attendance = kinds[int(chance.choice(5, p=[0.84, 0.05, 0.04, 0.04, 0.03]))]
        session = self.ledger.session(course, at, attendance, self._kind())
        if not attendance.held:
            return False
        old = self.present - at > timedelta(days=3)
        self._answers(session, therapist, line, number, opened=old)
        return True

    def _answers(self, session: Session, therapist: Staff, line: Line, number: int, *, opened: bool) -> None:
        chance, ended = self.chance, session.starts_at + SESSION
        wobble = float(chance.normal(0, 6)) - (20 if chance.random() < 0.03 else 0)
        level = line.level + line.growth * number + wobble
        if chance.random() < 0.88:
            answers: dict[int, Answer] = {n: self._point(level + line.parts[n - 1], 3) for n in (1, 2, 3, 4)}
            felt_off = chance.random() < (0.25 if wobble < -10 else 0.03)
            answers |= {
                5: float(felt_off),
                6: 1.0 if felt_off and chance.random() < 0.6 else Missing.NOT_REACHED,
            }
            if chance.random() < 0.03:
                answers[int(chance.integers(1, 5))] = Missing.DECLINED
            texts = {7: REMARKS[int(chance.integers(len(REMARKS)))]} if chance.random() < 0.12 else None
            response = self.ledger.answer(session, "accord-check-in", answers, self._soon(ended), texts=texts)
            if opened:
                self.ledger.opened(response, therapist, ended + timedelta(days=2))
            if opened and (felt_off or answers[6] == 1.0):
                self.ledger.talked_about(response, therapist, ended + timedelta(days=7))
        if opened or chance.random() < 0.5:
            if chance.random() < 0.85:
                own: dict[int, Answer] = {
                    n: self._point(level * 0.5 + 41 + line.therapist, 4) for n in (1, 2, 3, 4)
                }
                own |= {5: 0.0, 6: Missing.NOT_REACHED}
                self.ledger.answer(
                    session, "accord-check-in-therapist", own, ended + timedelta(minutes=5), by=therapist
                )
            else:
                self.ledger.skip(session, therapist, ended + timedelta(minutes=5))
        if chance.random() < 0.85:
            self._wellbeing(session, line, number, therapist, opened=opened)
        if number % 3 == 0 and chance.random() < 0.8:
            long = {n: self._point(level + line.parts[(n - 1) % 3], 5) for n in range(1, 13)}
            self._form(session, "accord-alliance", long, self._soon(ended), therapist, opened)
        if (number == 1 or number % 6 == 0) and chance.random() < 0.8:
            axes = {n: self._point(50, 18) for n in (1, 2, 3)}
            self._form(session, "accord-preferences", axes, self._soon(ended), therapist, opened)

    def _wellbeing(
        self, session: Session, line: Line, number: int, therapist: Staff, *, opened: bool
    ) -> None:
        level = line.wellbeing + 1.1 * number
        answers = {n: self._point(level, 6) for n in (1, 2, 3, 4)} | {5: 0.0}
        self._form(
            session, "accord-wellbeing", answers, session.starts_at - timedelta(hours=3), therapist, opened
        )

    def _form(
        self, session: Session, instrument: str, answers, at: datetime, therapist: Staff, opened: bool
    ) -> None:
        response = self.ledger.answer(session, instrument, answers, min(at, self.present))
        if opened:
            self.ledger.opened(response, therapist, session.starts_at + timedelta(days=1))

    def _point(self, level: float, spread: float) -> float:
        return float(round(min(100.0, max(0.0, self.chance.normal(level, spread)))))

    def _soon(self, ended: datetime) -> datetime:
        return min(self.present, ended + timedelta(minutes=int(self.chance.integers(2, 90))))
