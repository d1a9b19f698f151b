"""What the dip filter and the presets do on open data sets: makes the table of ``docs/method/real-data.md``.

Run ``python -m tests.validation.real_signals`` in the checkout, with the data sets beside it. Nothing is tuned on them:
the filter takes its published values, or learns from one half of the clients and judges the other.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import beta

from accord.signals.dip import batch
from accord.signals.dip.alarm import alarms, eligible
from accord.signals.dip.learning import learn
from accord.signals.dip.model import published
from accord.signals.dip.observed import Observed
from accord.signals.learnt import PUBLISHED, Learnt
from accord.signals.presets import alarms as preset_alarms
from accord.signals.presets import presets

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "method" / "real-data.md"
OPENING, CLOSING = "<!-- table of tests/validation/real_signals.py -->", "<!-- end of the table -->"
FEWEST_CLIENTS, FEWEST_SESSIONS = 20, 30  # below either a share is "too few" [design]
NINETY = 1.645
DRAWS, SEED = 2000, 4
LEARN_DRAWS = 5_000  # courses drawn for a threshold: a quarter of the product's, for the sake of time


@dataclass(frozen=True)
class Set:
    """One line of ratings per client, the higher the better (n x T, NaN for none), and its scale."""

    name: str
    ratings: np.ndarray
    low: float
    high: float
    step: float

    @property
    def enough(self) -> bool:
        """Whether shares can be told."""
        return len(self.ratings) >= FEWEST_CLIENTS and self.judged.sum() >= FEWEST_SESSIONS

    @property
    def judged(self) -> np.ndarray:
        """The answers that the filter judges."""
        return eligible(Observed(self.ratings))


def rows_of(*path: str) -> list[dict[str, str]]:
    with SHARED.joinpath(*path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grid(places: list[tuple[str, int, float]]) -> np.ndarray:
    """(client, session from 1, rating) as clients x sessions."""
    clients = {client: n for n, client in enumerate(dict.fromkeys(client for client, _, _ in places))}
    ratings = np.full((len(clients), max(session for _, session, _ in places)), np.nan)
    for client, session, rating in places:
        ratings[clients[client], session - 1] = rating
    return ratings


def srs() -> Set:
    """SRS of the simulated clients; a client is a pairing (`dyad_id` lumps two runs together)."""
    rows = rows_of("ai_psychotherapy_eval", "survey_srs_logs_with_total.csv")
    places = [(row["pairing_id"], int(row["session_id"]), float(row["total"])) for row in rows]
    return Set("SRS, simulated clients", grid(places), 0, 40, 0.1)


def wai() -> Set:
    """WAI-36 of the same, scored by the published key: the source reverses item 28 instead of 29."""
    folder = "ai_psychotherapy_eval"
    known = json.loads((SHARED / folder / "expected.json").read_text(encoding="utf-8"))
    labels, turned = known["response_labels"], set(known["reversed_items_standard"])

    def total(row: dict[str, str]) -> float:
        answers = {n: labels[row[f"question{n}"]] for n in range(1, 37)}
        return float(sum(8 - value if n in turned else value for n, value in answers.items()))

    rows = rows_of(folder, "survey_wai_logs.csv")
    return Set(
        "WAI-36, simulated clients",
        grid([(row["pairing_id"], int(row["session_id"]), total(row)) for row in rows]),
        36,
        252,
        1,
    )


def bdi() -> Set:
    """63 - BDI of 43 people over sessions 0 to 12: a symptom score turned round, no alliance; follow-ups left out."""
    rows = rows_of("suddengains", "sgdata.csv")
    places = [
        (row["id"], n + 1, 63 - float(cell) if (cell := row[f"bdi_s{n}"]) not in ("", "NA") else np.nan)
        for row in rows
        for n in range(13)
    ]
    return Set("63 − BDI, 43 people", grid(places), 0, 63, 1)


def wai_sr() -> Set:
    """Sum of WAI-SR over ten weeks; the attention checks between the items are none of them."""
    labels = json.loads((SHARED / "wai_rct_simulated" / "scoring.json").read_text(encoding="utf-8"))[
        "wai_labels"
    ]
    places = [
        (
            f"{row['分组']} {row['编号']}",
            int(row["week"]),
            float(sum(labels[row[f"wai{n}"]] for n in range(1, 13))),
        )
        for row in rows_of("wai_rct_simulated", "therapeutic_relationship.csv")
    ]
    return Set("WAI-SR, simulated clients", grid(places), 12, 60, 1)


SETS: tuple[Callable[[], Set], ...] = (srs, wai, bdi, wai_sr)


@dataclass(frozen=True)
class Known:
    """The filter over one set: alarms, and which answers lie in the range expected of them for nine in ten."""

    alarms: np.ndarray
    inside: np.ndarray


def with_learnt(one: Set, learnt: Learnt, threshold: float) -> Known:
    """The filter with these values."""
    observed = Observed(one.ratings)
    filtered = batch.run(learnt.parameters, observed)
    low = filtered.expected - NINETY * filtered.expected_sd
    high = filtered.expected + NINETY * filtered.expected_sd
    top = learnt.parameters.at_top
    # An answer at the top means "this or more": it is inside where the range reaches the top.
    inside = np.where(one.ratings >= top, high >= top, (one.ratings >= low) & (one.ratings <= high))
    return Known(alarms(filtered, observed, threshold), inside)


def with_published(one: Set) -> Known:
    """Published values, which know nothing of this set but its scale."""
    learnt = Learnt(
        version="published",
        parameters=published(one.low, one.high, one.step),
        settings=PUBLISHED.settings,
        chosen=PUBLISHED.chosen,
        low_start=0.0,
    )
    return with_learnt(one, learnt, PUBLISHED.setting.threshold)


def with_other_half(one: Set) -> Known:
    """Each half of the clients judged by what the other half taught."""
    halves = np.array_split(np.random.default_rng(SEED).permutation(len(one.ratings)), 2)
    found, inside = np.zeros(one.ratings.shape, bool), np.zeros(one.ratings.shape, bool)
    for past, new in (halves, halves[::-1]):
        learnt = learn(
            Observed(one.ratings[past]),
            low=one.low,
            high=one.high,
            step=one.step,
            version="half",
            seed=SEED,
            draws=LEARN_DRAWS,
        )
        part = Set(one.name, one.ratings[new], one.low, one.high, one.step)
        known = with_learnt(part, learnt, learnt.setting.threshold)
        found[new], inside[new] = known.alarms, known.inside
    return Known(found, inside)


def share(flags: np.ndarray, of: np.ndarray) -> str:
    """A share of the sessions `of` and its 95 % interval over clients (bootstrap; exact at 0 and 100 %)."""
    hits, counts = (flags & of).sum(axis=1), of.sum(axis=1)
    hits, counts = hits[counts > 0], counts[counts > 0]
    value, clients = hits.sum() / counts.sum(), len(counts)
    if value in (0, 1):
        far = beta.ppf(0.975, 1, clients)
        low, high = (0.0, far) if value == 0 else (1 - far, 1.0)
    else:
        drawn = np.random.default_rng(SEED).integers(clients, size=(DRAWS, clients))
        low, high = np.quantile(hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def column(one: Set) -> dict[str, str]:
    """One set's column of the table."""
    answered = ~np.isnan(one.ratings)
    told = {
        "clients with an answer": str(answered.any(axis=1).sum()),
        "answers": str(answered.sum()),
        "answers that can be judged": str(one.judged.sum()),
    }
    top = one.ratings >= one.high - one.step / 2
    told["at the top of the scale"] = share(top, answered) if len(answered) >= FEWEST_CLIENTS else TOO_FEW
    names = list(labels())
    if not one.enough:
        return told | dict.fromkeys(names, TOO_FEW)
    by_published, by_half = with_published(one), with_other_half(one)
    values = [
        share(by_published.inside, one.judged),
        share(by_half.inside, one.judged),
        share(by_published.alarms, one.judged),
        share(by_half.alarms, one.judged),
        *(share(preset_alarms(rule, one.ratings, one.low, one.high), one.judged) for rule in presets()),
    ]
    return told | dict(zip(names, values, strict=True))


TOO_FEW = "too few"


def labels() -> Iterator[str]:
    """The rows below the counts."""
    yield "inside the 90 % range, published values"
    yield "inside the 90 % range, learnt from the other half"
    yield "dip filter at 4 %, published values"
    yield "dip filter at 4 %, learnt from the other half"
    for rule in presets():
        yield f"{rule.title} (`{rule.id}`)" + ("" if rule.online else ", sees later sessions")


def table() -> str:
    """The whole table as Markdown."""
    sets = [make() for make in SETS]
    columns = [column(one) for one in sets]
    lines = ["| | " + " | ".join(one.name for one in sets) + " |", "|---|" + "---|" * len(sets)]
    lines += [f"| {label} | " + " | ".join(one[label] for one in columns) + " |" for label in columns[0]]
    return "\n".join(lines)


def stated() -> str:
    """The table as the page has it."""
    return PAGE.read_text(encoding="utf-8").split(OPENING)[1].split(CLOSING)[0].strip()


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(OPENING)
    _, after = rest.split(CLOSING)
    PAGE.write_text(f"{before}{OPENING}\n\n{table()}\n\n{CLOSING}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
