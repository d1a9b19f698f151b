"""How often the frontiers are wrong, on simulated services with known truth; writes ``rates.json`` beside this file.

Run: ``OMP_NUM_THREADS=1 python tests/validation/frontiers/rates.py [services]``. Two series of services of 600 clients:
`nothing` (no training, way of meeting or group makes a difference) and `something` (all of them do). What is true in
the second is read from one service of 30,000 clients by plain means, or, for training and video, from the same service
with and without the effect, session by session; never by the studies themselves.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from accord.simulate.snapshot import simulate_snapshot
from accord.studies.frontiers import equity, invariance, modality, structure, training
from accord.studies.result import Options, Study, Verdict
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare

HERE = Path(__file__).parent
CLIENTS, MANY = 600, 30_000
BOTH = {"groups": {1: 0.5, 2: 0.5}, "trained": 0.5, "training_day_spread": 120}
NOTHING = {**BOTH}
SOMETHING = {
    **BOTH, "training_effect": 0.4, "video_shift": -0.25, "group_missing": 0.15, "group_leaving": 0.6,
    "group_alliance": -0.3,
}  # fmt: skip
OPTIONS = Options(draws=200)
GAPS = ("completion_gap", "level_gap", "left_gap")
LINES = ("alliance", "trend", "video", "video_within", *GAPS)


def studies(seed: int, parameters: dict, clients: int = CLIENTS) -> dict[str, Study]:
    """Every frontier of one simulated service."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "snapshot"
        simulate_snapshot(out, clients=clients, seed=seed, parameters=parameters)
        with open_snapshot(out) as opened:
            rooms = (training, modality, equity, invariance, structure)
            return {room.ID: room.run(opened, OPTIONS) for room in rooms}


def lines(told: dict[str, Study]) -> dict[str, tuple[float, float, float] | None]:
    """Value and interval of the lines that are checked."""
    found: dict[str, tuple[float, float, float] | None] = dict.fromkeys(LINES)
    for study in told.values():
        for line in study.lines:
            if (
                line.name in found
                and isinstance(line.value, float)
                and line.low is not None
                and line.high is not None
            ):
                # Which group is the larger one is chance; gaps are told as the second less the first.
                turn = -1 if line.name in GAPS and "group-1 against" in line.by else 1
                ends = sorted((turn * line.low, turn * line.high))
                found[line.name] = (turn * line.value, ends[0], ends[1])
    return found


def truth() -> dict[str, float]:
    """What is true of `SOMETHING`."""
    with TemporaryDirectory() as folder:
        means = _gaps(Path(folder) / "all", SOMETHING)
        without_training = {**SOMETHING, "training_effect": 0}
        without_video = {**SOMETHING, "video_shift": 0}
        trained = _paired(Path(folder), SOMETHING, without_training, "trained")
        video = _paired(Path(folder), SOMETHING, without_video, "video")
    return {
        **means,
        "alliance": trained[0],
        "trend": 0.0,
        "video": video[0] / video[1],
        "video_within": video[0] / video[1],
    }


def _gaps(out: Path, parameters: dict) -> dict[str, float]:
    simulate_snapshot(out, clients=MANY, seed=77, parameters=parameters)
    with open_snapshot(out) as opened:
        prepare(opened, OPTIONS)
        row = opened.query(
            """
            WITH grouped AS (SELECT client, value = 'group-2' AS second FROM traits)
            SELECT
              (SELECT avg(given) FILTER (second) - avg(given) FILTER (NOT second)
               FROM (SELECT client, (alliance IS NOT NULL)::INT AS given FROM rated)
               JOIN grouped USING (client)) AS completion_gap,
              avg(alliance_mean) FILTER (second) - avg(alliance_mean) FILTER (NOT second) AS level_gap,
              avg(left_judged::INT) FILTER (second) - avg(left_judged::INT) FILTER (NOT second) AS left_gap
            FROM people JOIN grouped USING (client)
            """
        ).to_pylist()[0]
    return {name: float(row[name]) for name in GAPS}


def _paired(folder: Path, one: dict, other: dict, what: str) -> tuple[float, float]:
    """Mean difference of the same sessions with and without an effect, where it acts; and the SD of a rating."""
    found = []
    for name, parameters in (("with", one), ("without", other)):
        out = folder / f"{what}-{name}"
        simulate_snapshot(out, clients=MANY // 3, seed=78, parameters=parameters)
        with open_snapshot(out) as opened:
            prepare(opened, OPTIONS)
            found.append(
                opened.query(
                    "SELECT session, alliance, kind, rated.day - trainings.day BETWEEN 0 AND 179 AS after "
                    "FROM rated LEFT JOIN trainings USING (therapist) WHERE alliance IS NOT NULL"
                ).to_pylist()
            )
    before = {row["session"]: row["alliance"] for row in found[1]}
    acts = (lambda row: row["after"]) if what == "trained" else (lambda row: row["kind"] == "video")
    moved = [
        row["alliance"] - before[row["session"]] for row in found[0] if acts(row) and row["session"] in before
    ]
    return float(np.mean(moved)), float(np.std([row["alliance"] for row in found[0]]))


def series(parameters: dict, services: int, true: dict[str, float], first_seed: int) -> dict:
    """Coverage, bias, and verdicts over so many services."""
    told = [studies(first_seed + seed, parameters) for seed in range(services)]
    found = [lines(one) for one in told]
    result: dict = {"services": services, "lines": {}, "verdicts": {}}
    for name in LINES:
        there = [one[name] for one in found if one[name] is not None]
        if there:
            values = np.array(there)
            result["lines"][name] = {
                "n": len(there),
                "true": round(true[name], 4),
                "mean": round(float(values[:, 0].mean()), 4),
                "covered": round(
                    float(((values[:, 1] <= true[name]) & (true[name] <= values[:, 2])).mean()), 3
                ),
                "clear_of_zero": round(float(((values[:, 1] > 0) | (values[:, 2] < 0)).mean()), 3),
            }
    for room in told[0]:
        counted = {verdict.value: sum(one[room].verdict is verdict for one in told) for verdict in Verdict}
        result["verdicts"][room] = {name: count for name, count in counted.items() if count}
    result["services_with_a_gap_worth_asking"] = sum(bool(one["equity"].look_at) for one in told)
    result["services_with_a_form_not_alike"] = sum("not_alike" in one["invariance"].look_at for one in told)
    result["services_with_an_item_shifted"] = sum("items" in one["invariance"].look_at for one in told)
    return result


def main() -> None:
    """Both series."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    true = truth()
    told = {
        "clients": CLIENTS,
        "nothing": series(NOTHING, services, dict.fromkeys(LINES, 0.0), 1000),
        "something": series(SOMETHING, services, true, 5000),
    }
    (HERE / "rates.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
