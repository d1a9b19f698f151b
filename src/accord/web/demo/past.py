"""What lies behind the demo: three years of earlier clients, for its learning part to learn from.

They come in as a clinic's own past would, as a table with a map (`past.yaml`) by the way of `accord import`; so nothing
of it waits to be read or looked at. All of it ended more than a year ago: whatever looks back twelve months, as the
alarm budget does, sees the present clients only. Nothing long ago is judged, here as after any import.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from accord.basics.clock import clinic_day
from accord.basics.faults import Faults
from accord.exchange.incoming import read_incoming
from accord.exchange.layout import lay_out
from accord.exchange.mapping import read_map
from accord.exchange.table import read_table
from accord.instruments.definition import Missing
from accord.simulate.parameters import change_parameters
from accord.simulate.service import SimulatedClient, SimulatedSession, simulate_service
from accord.web.checkin.importing import bring_in
from accord.web.demo.invented import HOURS, TOLD, TRAITS, TREATMENTS
from accord.web.demo.ledger import Ledger
from accord.web.people import noting
from accord.web.people.models import Client, Staff
from accord.web.people.viewer import Viewer

MAP = Path(__file__).with_name("past.yaml")
EACH = 50  # clients of each therapist
SEED = 23  # with which eleven of twelve are trained, on days that leave the study of it ten to compare with
NOTED = 26  # seed of languages and of what clients told; the form comes out alike in all groups, as it is
SINCE = timedelta(weeks=53)  # the last session was so long ago
SPANISH = 0.2  # share of clients who answer in it
TRAINING = "Talking about the alliance"
GROUPS = "Grew up"  # the trait that goes with something; age goes with nothing
# All of our choosing, within the ranges that the simulator names for each [design].
PARAMETERS: Mapping[str, object] = {
    "caseload": 62.5,  # clients; so three blocks of 250 have four therapists each, as many as the practice has
    "caseload_imbalance": 0,
    "intake_days": 940,  # the last courses then end after three years
    "therapist_outcome_sd": 0.22,
    "treatments": dict(enumerate(TREATMENTS.values(), start=1)),
    "treatment_sd": 0.1,
    "groups": dict(enumerate(TRAITS[GROUPS].values(), start=1)),
    "group_alliance": -0.2,
    "group_missing": 0.12,
    "group_leaving": 0.35,
    "trained": 0.85,
    "training_effect": 0.3,
    "training_day": 500,
    "training_day_spread": 320,
}
COLUMNS = (
    "client", "language", "therapist", "treatment", "planned", "begins", "kind", "attendance", "ended",
    "heard", "goals", "tasks", "whole", "own_heard", "own_goals", "own_tasks", "own_whole",
    "wellbeing_1", "wellbeing_2", "wellbeing_3", "wellbeing_4", "felt_off",
)  # fmt: skip
Row = tuple[str | float, ...]


def bring(viewer: Viewer, therapists: Sequence[Staff], present: datetime) -> None:
    """Write the earlier clients of these therapists, and who of them was trained when; the lead does it."""
    clients, chance = earlier_clients(len(therapists)), np.random.default_rng(NOTED)
    today = clinic_day(present, viewer.service.timezone)
    opened = today - SINCE - timedelta(days=max(_last_day(one) for one in clients.values()))
    opened -= timedelta(days=opened.weekday())  # a simulated service opens on a Monday
    _import(viewer, _rows(clients, therapists, opened, chance), today)
    _note_traits(viewer, clients, chance)
    trained = {one.therapist: one.trained_on for one in clients.values() if one.trained_on is not None}
    for place, day in sorted(trained.items()):
        when = opened + timedelta(days=day)
        noting.note_training(viewer=viewer, staff=therapists[place], training=TRAINING, day=when)


def earlier_clients(therapists: int) -> dict[str, SimulatedClient]:
    """The first clients of each therapist, by pseudonym."""
    parameters, of = change_parameters(PARAMETERS), Counter[int]()
    found: dict[str, SimulatedClient] = {}
    for one in simulate_service(round(therapists * parameters.caseload), SEED, parameters).clients:
        of[one.therapist] += 1
        if of[one.therapist] <= EACH:
            found[f"P-{len(found) + 1001}"] = one
    return found


def _last_day(client: SimulatedClient) -> int:
    return client.first_day + client.sessions[-1].day


def _rows(
    clients: Mapping[str, SimulatedClient],
    therapists: Sequence[Staff],
    opened: date,
    chance: np.random.Generator,
) -> Iterator[Row]:
    """A row per session, with the cells of `COLUMNS`."""
    for number, (code, client) in enumerate(clients.items()):
        first, hour = opened + timedelta(days=client.first_day), time(HOURS[number % len(HOURS)])
        language = "Spanish" if chance.random() < SPANISH else "English"
        address = therapists[client.therapist].user.email
        treatment = tuple(TREATMENTS)[client.treatment - 1]
        for one in client.sessions:
            begins = datetime.combine(first + timedelta(days=one.day), hour).isoformat()
            ended = "" if one is not client.sessions[-1] else "left" if client.dropped_out else "done"
            noted = (begins, one.kind.value, one.attendance.value, ended)
            yield code, language, address, treatment, client.planned, *noted, *_answers(one)


def _answers(one: SimulatedSession) -> Iterator[str | float]:
    """The answers about one session as they stand in the table: blank where a form was not given."""
    for form in (one.check_in, one.therapist_check_in, one.wellbeing):
        answers = ("",) * 4 if isinstance(form, Missing) else form
        yield from (answer.value if isinstance(answer, Missing) else answer for answer in answers)
    yield "" if isinstance(one.felt_off, Missing) else int(one.felt_off)


def _import(viewer: Viewer, rows: Iterable[Row], today: date) -> None:
    """Bring the table in by the map. Raises `Faults` when a row is refused."""
    service, chosen = viewer.service, read_map(MAP)
    with TemporaryDirectory(prefix="accord-demo-") as folder:
        file = Path(folder) / "earlier-clients.csv"
        with file.open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows((COLUMNS, *rows))
        table = read_table(file, chosen.file)
    layout = lay_out(chosen, table.columns, map_name=MAP.name, table_name=table.name)
    incoming = read_incoming(table, chosen, layout, clinic_zone=service.timezone, today=today)
    by = viewer.staff.key
    done = bring_in(service=service, incoming=incoming, chosen=chosen, map_name=MAP.name, by=by)
    if refused := (*incoming.faults, *done.conflicts):
        raise Faults([one.fault(table.name) for one in refused])


def _note_traits(viewer: Viewer, clients: Mapping[str, SimulatedClient], chance: np.random.Generator) -> None:
    """What clients told of themselves: the group that the simulation gave them, and an age."""
    ledger, ages, groups = Ledger(viewer.service), TRAITS["Age"], tuple(TRAITS[GROUPS])
    for client in Client.objects.filter(service=viewer.service, code__in=clients).order_by("code"):
        age = str(chance.choice(list(ages), p=list(ages.values())))
        for trait, group in (("Age", age), (GROUPS, groups[clients[client.code].group - 1])):
            if chance.random() < TOLD:
                ledger.trait(client, viewer.staff, trait, group)
    ledger.write()
