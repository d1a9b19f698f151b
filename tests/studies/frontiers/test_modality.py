"""Ways of meeting: who always does against who switched; too few; small cells."""

import pytest
from tests.studies.frontiers.test_examples import check_words

from accord.basics.absence import TooFew
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.frontiers import modality
from accord.studies.result import Line, Options, Published, Verdict
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.verdict import Enough


def answered(folder, clients, **parameters):
    simulate_snapshot(folder / "s", clients=clients, seed=11, parameters=parameters)
    with open_snapshot(folder / "s") as snapshot:
        study = modality.run(snapshot, Options())
    check_words(study)
    return study


def test_a_lower_alliance_by_video_is_seen_in_those_who_switched(tmp_path):
    study = answered(tmp_path, 600, video_shift=-0.5, kind_switch=0.2)
    within = study.line("video_within")
    assert within.high < -0.2
    assert within.n["switched"] >= 100
    assert study.line("phone_within").low < 0 < study.line("phone_within").high


def test_where_nobody_switches_only_clients_are_compared(tmp_path):
    study = answered(tmp_path, 150, kind_switch=0.0, session_kinds={"in_person": 0.6, "video": 0.4})
    assert study.line("video_within").value == TooFew(0, 20)
    assert isinstance(study.line("video").value, float)
    assert "few_switched" in study.notes


def test_a_kind_of_few_people_is_not_counted_out(tmp_path):
    study = answered(tmp_path, 60, session_kinds={"in_person": 0.98, "video": 0.02}, kind_switch=0.0)
    assert study.verdict is Verdict.TOO_FEW
    counts = [row[2] for row in study.tables[0].rows]
    assert all(count is None or count >= 5 for count in counts)


STUDY = Published("video", -0.30, -0.67, 0.07, "NOR18", "alliance-by-video")


@pytest.mark.parametrize(
    "low, high, verdict",
    [
        (-0.5, 0.1, Verdict.TOO_FEW),  # neither none nor what studies found can be ruled out
        (-0.4, -0.1, Verdict.AGREES),
        (-0.2, 0.1, Verdict.NO_ASSOCIATION),  # -.30 is ruled out, none is not
        (-0.1, 0.1, Verdict.NO_ASSOCIATION),
        (0.1, 0.3, Verdict.DIFFERS),
        (-1.2, -0.8, Verdict.DIFFERS),
    ],
)
def test_the_verdict_by_the_interval(low, high, verdict):
    line = Line("video", (low + high) / 2, low, high, "d")
    assert modality._verdict(line, Enough(100, 30, 20), STUDY) is verdict
    assert modality._verdict(line, Enough(29, 30, 20), STUDY) is Verdict.TOO_FEW


def test_numbers_of_people_are_in_fives_so_that_who_never_switched_cannot_be_had(tmp_path):
    study = answered(tmp_path, 150, kind_switch=0.4)
    told = [line.n[name] for line in study.lines for name in ("clients", "switched") if name in line.n]
    told += [study.n["clients"], *(cell for row in study.tables[0].rows for cell in row[2:] if cell)]
    assert told and all(one % 5 == 0 for one in told)
