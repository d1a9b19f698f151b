"""The study: what is true of simulated therapists, too few in words, 30 people or none, and no ranks anywhere."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.basics.absence import NotScored, TooFew
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.result import Options, Study, Verdict
from accord.studies.running import run_studies
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.stored import as_json, run_from_json
from accord.studies.texts import sentence, study_file
from accord.studies.therapists import THERAPISTS
from accord.studies.therapists.therapists import clients_needed, reliability

FILE = study_file("therapists")
RANKS = re.compile(
    r"\b(rank\w*|percentile\w*|quartile\w*|decile\w*|league|position|ordinal|nth|best|worst|top \d+)\b"
)


def made(folder, clients, seed=1, **parameters):
    simulate_snapshot(folder, clients=clients, seed=seed, parameters=parameters)
    return folder


def answered(folder, **options):
    with open_snapshot(folder) as snapshot:
        return run_studies(snapshot, THERAPISTS, Options(**options))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    example = FILE.examples[0]
    folder = tmp_path_factory.mktemp("therapists") / "s"
    return answered(made(folder, example.clients, example.seed, **example.parameters))


@pytest.fixture(scope="module")
def study(run) -> Study:
    return run.studies[0]


def test_the_first_example_comes_out(study):
    assert study.verdict is FILE.examples[0].verdict


def test_therapists_who_differ_in_truth_are_found_to(tmp_path):
    """On the outcome that the truth speaks of: SD 1, of which the therapist's own part and the alliance's are known."""
    folder = made(tmp_path / "s", 4000, seed=9, therapist_outcome_sd=0.3, outcome_loading=0.0)
    found = answered(folder, outcome="simulated-outcome").studies[0]
    share, true = found.line("share"), 0.09 / (0.09 + 1)
    assert share.low < true < share.high and share.low > 0.03
    assert "no_intake" in found.notes


def test_therapists_who_do_not_differ_are_not_told_apart(tmp_path):
    folder = made(tmp_path / "s", 2500, seed=4, outcome_loading=0.0)
    found = answered(folder, outcome="simulated-outcome").studies[0]
    share = found.line("share")
    assert share.low == 0 and share.high < 0.04
    assert found.verdict in (Verdict.NO_ASSOCIATION, Verdict.TOO_FEW)
    rows = found.tables[0].rows
    assert sum(row[2] <= 0 <= row[3] for row in rows) >= 0.93 * len(rows)


def test_nobody_with_fewer_than_thirty_people_is_in_the_table(study):
    shown, few = study.tables[0], study.tables[1]
    assert shown.rows and min(row[4] for row in shown.rows) >= 30
    assert few.rows and max(row[1] for row in few.rows) < 30
    assert {row[0] for row in shown.rows}.isdisjoint({row[0] for row in few.rows})
    assert len(shown.rows) + len(few.rows) == study.n["therapists"]


def test_the_table_is_in_order_of_the_estimate_with_its_reliability_beside(study):
    rows = study.tables[0].rows
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    icc = study.line("share").value
    for _key, estimate, low, high, clients, reliable in rows:
        assert low <= estimate <= high
        assert reliable == pytest.approx(clients * icc / (1 + (clients - 1) * icc))


@pytest.mark.parametrize(("icc", "needed"), [(0.05, 76), (0.08, 46)])
def test_people_needed_are_those_of_the_design_paper(icc, needed):
    assert clients_needed(icc) == needed  # science.md 7 [calc]
    assert reliability(needed, icc) >= 0.8 > reliability(needed - 1, icc)
    assert reliability(30, 0.05) == pytest.approx(0.61, abs=0.005)


def test_without_differences_no_number_of_people_is_enough():
    assert clients_needed(0.0) is None


def test_there_are_no_ranks_anywhere(run, study):
    told = [sentence(study), FILE.title, FILE.method, *FILE.assumptions, *FILE.limits, *FILE.notes.values()]
    told += [line.label + line.means for line in FILE.lines.values()] + list(FILE.sentences.values())
    told += [column for table in study.tables for column in table.columns]
    assert RANKS.findall(" ".join(told).lower().replace("_", " ")) == []
    assert not RANKS.search(json.dumps(as_json(run)).lower())
    # nor a column that only counts the rows
    for table in study.tables:
        for cells in zip(*table.rows, strict=True):
            assert (
                list(cells) not in (list(range(len(cells))), list(range(1, len(cells) + 1))) or len(cells) < 2
            )


def test_every_line_and_note_has_its_words(study):
    assert {line.name for line in study.lines} == set(FILE.lines)
    for key in study.notes:
        assert FILE.notes[key].format_map(study.facts)
    for text in FILE.sentences.values():
        assert text.format_map({"why": "", **study.facts})


def test_it_comes_back_from_what_is_stored(run):
    assert run_from_json(json.loads(json.dumps(as_json(run)))) == run


def test_a_new_service_says_too_few(tmp_path):
    example = FILE.examples[1]
    study = answered(made(tmp_path / "s", example.clients, example.seed)).studies[0]
    assert study.verdict is Verdict.TOO_FEW and isinstance(study.line("share").value, TooFew)
    assert study.tables[0].name == "too_few" and sentence(study)


def test_one_therapist_only_is_too_few(tmp_path):
    study = answered(made(tmp_path / "s", 300, caseload=250, caseload_imbalance=0)).studies[0]
    assert study.line("share").value == TooFew(study.n["therapists"], 10)


def changed(folder, table, change):
    rows = pq.read_table(folder / f"{table}.parquet")
    pq.write_table(change(rows), folder / f"{table}.parquet")


def test_outcomes_that_are_all_equal_end_in_words(tmp_path):
    folder = made(tmp_path / "s", 900)

    def equal(rows):
        values = [None if one is None else 50.0 for one in rows.column("value").to_pylist()]
        place = rows.schema.get_field_index("value")
        return rows.set_column(place, rows.schema.field(place), pa.array(values, pa.float64()))

    changed(folder, "ratings", equal)
    study = answered(folder).studies[0]
    assert study.verdict in (Verdict.CANNOT_TELL, Verdict.TOO_FEW, Verdict.NO_ASSOCIATION)
    if study.verdict is Verdict.CANNOT_TELL:
        assert isinstance(study.line("share").value, NotScored) and study.facts["why"]
    assert sentence(study)


def test_people_are_set_right_for_language_where_five_speak_it(tmp_path):
    folder = made(tmp_path / "s", 900)

    def languages(rows):
        values = ["es" if n % 4 == 0 else "ar" if n < 4 else "en" for n in range(rows.num_rows)]
        place = rows.schema.get_field_index("language")
        return rows.set_column(place, rows.schema.field(place), pa.array(values))

    changed(folder, "courses", languages)
    study = answered(folder).studies[0]
    (adjusted,) = [one for one in study.tables if one.name == "adjusted_for"]
    assert [row[0] for row in adjusted.rows] == ["intake", "language: es"]
