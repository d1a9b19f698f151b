"""Whether the five findings find what is true: coverage of their intervals, and how often they see what is not there.

Run here: ``python tests/validation/findings/truth.py SET SERVICES`` (`effects` or `nothing`); adds to ``truth.json``.
``truth.py tables`` prints the tables of docs/findings.md from it.

What is true comes from three places, written beside each line: `algebra` from the parameters, `calibrated` from what
the simulator was set to, `large` from one service of 120,000 clients with the same parameters (for lines that ceilings,
gaps and leaving put beyond algebra; there the check is of the interval, not of the estimate).
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from accord.simulate.block import make_blocks
from accord.simulate.parameters import change_parameters
from accord.simulate.snapshot import OUTCOME, write_snapshot
from accord.studies.findings import FINDINGS
from accord.studies.result import Options, Study
from accord.studies.running import run_one
from accord.studies.snapshot.opened import open_snapshot

KEPT = Path(__file__).with_name("truth.json")
CLIENTS, LARGE = 1500, 120_000
KNOWN_OUTCOME = {"outcome_missing": 0, "outcome_missing_left": 0}
SETS = {
    "effects": {
        "treatments": {1: 0.5, 2: 0.3, 3: 0.2},
        "treatment_sd": 0.15,
        "therapist_outcome_sd": 0.25,
        **KNOWN_OUTCOME,
    },
    "nothing": {
        "outcome_loading": 0,
        "leaving_alliance": 0,
        "leaving_dip": 0,
        "missed_slope": 0,
        "treatments": {1: 0.5, 2: 0.3, 3: 0.2},
        **KNOWN_OUTCOME,
    },
}
TOLD = "accord-wellbeing"


def answers(parameters: dict, clients: int, seed: int) -> dict[str, Study]:
    """Every finding by its id; with ":known" those that are asked of the outcome that the truth speaks of as well."""
    with TemporaryDirectory(prefix="findings-") as place:
        folder = Path(place) / "snapshot"
        chosen = change_parameters(parameters)
        write_snapshot(
            make_blocks(chosen, seed, clients=clients),
            folder,
            parameters=chosen,
            instruments=("accord-check-in",),
        )
        with open_snapshot(folder) as snapshot:
            found = {one.id: run_one(snapshot, one, Options()) for one in FINDINGS}
            for one in FINDINGS:
                if one.id in ("therapist_treatment", "session_three"):
                    found[f"{one.id}:known"] = run_one(snapshot, one, Options(outcome=OUTCOME))
    return found


def from_parameters(parameters: dict) -> dict[str, tuple[float, str]]:
    """What is true by algebra, of the outcome that the truth speaks of; and what the simulator was calibrated to."""
    p = change_parameters(parameters)
    between = p.therapist_sd**2 / (p.therapist_sd**2 + p.client_sd**2)
    whole = 1 + p.therapist_outcome_sd**2 + p.treatment_sd**2
    therapist = (p.outcome_loading**2 * between + p.therapist_outcome_sd**2) / whole
    treatment = p.treatment_sd**2 / whole
    true = {
        "therapist_treatment:known/therapist": (therapist, "algebra"),
        "therapist_treatment:known/treatment": (treatment, "algebra"),
        "therapist_treatment:known/difference": (therapist - treatment, "algebra"),
        "alliance_outcome/r_within": (0.0, "algebra"),
    }
    if p.outcome_loading == 0:
        for name in ("alliance_outcome/r", "alliance_outcome/r_unadjusted"):
            true[name] = (0.0, "algebra")
        for name in ("r_session_3", "known/r_session_3"):
            true[f"session_three{':' if 'known' in name else '/'}{name}"] = (0.0, "algebra")
        for name in ("client", "therapist", "difference"):
            true[f"whose_rating/{name}"] = (0.0, "algebra")
        true["dropout_alliance/d"] = (0.0, "algebra")
    elif p.therapist_outcome_sd == 0 and p.treatment_sd == 0:
        true["session_three:known/r_session_3"] = (0.278, "calibrated")
    return true


def lines(found: dict[str, Study]) -> Iterator[tuple[str, object]]:
    """Every line with an interval, by study and name."""
    for id, study in found.items():
        for line in study.lines:
            if (
                not line.by
                and isinstance(line.value, float)
                and line.low is not None
                and line.high is not None
            ):
                yield f"{id}/{line.name}", line


def run(name: str, services: int) -> None:
    """Answer `services` services of the set, and keep what came out."""
    parameters = SETS[name]
    true = {key: (line.value, "large") for key, line in lines(answers(parameters, LARGE, 900_000))}
    true |= from_parameters(parameters)
    seen: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    off: Counter[str] = Counter()
    nought: Counter[str] = Counter()
    verdicts: dict[str, Counter[str]] = {}
    for seed in range(1, services + 1):
        found = answers(parameters, CLIENTS, 1_000 + seed)
        for id, study in found.items():
            verdicts.setdefault(id, Counter())[study.verdict.value] += 1
        for key, line in lines(found):
            value = true[key][0]
            seen[key] += 1
            covered[key] += line.low <= value <= line.high
            nought[key] += line.low <= 0 <= line.high
            off[key] += line.value - value
        if seed % 10 == 0 or seed == services:
            keep(name, parameters, seed, true, seen, covered, nought, off, verdicts)


def keep(name, parameters, services, true, seen, covered, nought, off, verdicts) -> None:
    """Write what is known so far."""
    kept = json.loads(KEPT.read_text()) if KEPT.is_file() else {}
    kept[name] = {
        "parameters": {
            key: {str(k): v for k, v in value.items()} if isinstance(value, dict) else value
            for key, value in parameters.items()
        },
        "clients": CLIENTS,
        "services": services,
        "lines": {
            key: {
                "true": round(true[key][0], 4),
                "from": true[key][1],
                "covered": round(covered[key] / count, 4),
                "holds_0": round(nought[key] / count, 4),
                "bias": round(off[key] / count, 5),
                "services": count,
            }
            for key, count in sorted(seen.items())
        },
        "verdicts": {id: dict(sorted(counts.items())) for id, counts in sorted(verdicts.items())},
    }
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")


SHOWN = (
    ("alliance_outcome/r", "r, early alliance and outcome"),
    ("alliance_outcome/r_within", "r within clients"),
    ("alliance_outcome/r_clients", "r between clients of one therapist"),
    ("alliance_outcome/share_corrected", "share, corrected"),
    ("therapist_treatment:known/therapist", "therapists' share"),
    ("therapist_treatment:known/treatment", "treatment's share"),
    ("therapist_treatment:known/difference", "their difference"),
    ("session_three/three", "dependability of three"),
    ("session_three/three_apart", "the same from distant ratings"),
    ("session_three/part_therapist", "therapists' part of one rating"),
    ("session_three/foretold_3", "r, what three foretell"),
    ("dropout_alliance/d", "d, stayed less left"),
    ("dropout_alliance/odds_mean", "odds of leaving, usual rating"),
    ("dropout_alliance/odds_change", "odds of leaving, latest rating"),
    ("dropout_alliance/odds_therapists", "odds of leaving, another therapist"),
    ("dropout_alliance/rate_left_judged", "share that left"),
    ("whose_rating/difference", "client's r less therapist's"),
    ("whose_rating/tracking", "tracking"),
)


def tables() -> Iterator[str]:
    """Coverage by line, and verdicts where nothing goes with anything, as Markdown."""
    kept = json.loads(KEPT.read_text())
    effects, nothing = kept["effects"], kept["nothing"]
    yield "| line | true | from | held | bias |"
    yield "|---|---|---|---|---|"
    for key, label in SHOWN:
        line = effects["lines"][key]
        yield f"| {label} | {line['true']:.3f} | {line['from']} | {line['covered']:.2f} | {line['bias']:+.3f} |"
    yield ""
    yield "| finding | no association | agrees | differs | too few | cannot tell |"
    yield "|---|---|---|---|---|---|"
    for id in (one.id for one in FINDINGS):
        counts = nothing["verdicts"][id]
        shares = (counts.get(name, 0) / nothing["services"] for name in VERDICTS)
        yield f"| `{id}` | " + " | ".join(f"{share:.3f}" for share in shares) + " |"


VERDICTS = ("no_association", "agrees", "differs", "too_few", "cannot_tell")


if __name__ == "__main__":
    if sys.argv[1] == "tables":
        print("\n".join(tables()))
    else:
        run(sys.argv[1], int(sys.argv[2]))
