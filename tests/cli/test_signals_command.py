"""``accord signals``: what it writes, says and refuses."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from accord.cli.signals import Plan, what_is_known
from accord.exchange.course_table import Range, read_courses
from accord.signals.learnt import PUBLISHED, Note, SelfCheck

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEADER = ["client", "session", "p_dip", "alarm", "rule", "version", "reason"]


@pytest.fixture
def ratings(tmp_path):
    """Three courses of eight sessions, rows unsorted, one with a clear fall at session 6."""
    random = np.random.default_rng(4)
    rows = [[f"c{who}", n, int(random.normal(88, 2))] for who in range(3) for n in range(1, 9)]
    rows[13][2] = 40  # c1, session 6
    random.shuffle(rows)
    table = "client,session,rating\n" + "".join(f"{c},{n},{r}\n" for c, n, r in rows)
    (tmp_path / "r.csv").write_text(table)
    return tmp_path / "r.csv"


@pytest.fixture
def past(tmp_path):
    """Forty past courses that lie lower than published ones do."""
    random = np.random.default_rng(5)
    rows = [f"p{who},{n},{int(random.normal(60 + who % 7, 4))}" for who in range(40) for n in range(1, 9)]
    (tmp_path / "past.csv").write_text("client,session,rating\n" + "\n".join(rows) + "\n")
    return tmp_path / "past.csv"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_rows_are_printed_in_order_and_published_values_say_so(accord, ratings):
    done = accord("signals", "r.csv")
    assert done.returncode == 0, done.stderr
    rows = rows_of(done.stdout)
    assert list(rows[0]) == HEADER and len(rows) == 24
    assert [int(row["session"]) for row in rows if row["client"] == "c1"] == list(range(1, 9))
    (alarmed,) = (row for row in rows if row["alarm"] == "true")
    assert (alarmed["client"], alarmed["session"]) == ("c1", "6") and float(alarmed["p_dip"]) > 0.7
    assert alarmed["reason"].startswith("below the range")
    assert {row["alarm"] for row in rows if int(row["session"]) < 3} == {""}, "not judged is not false"
    assert "Published values" in done.stderr and "--learn-from" in done.stderr
    assert " 1 alarm (" in done.stderr and "4 % false alarms in clean sessions" in done.stderr


def test_csv_parquet_and_json_hold_the_same(accord, ratings, tmp_path):
    printed = rows_of(accord("signals", "r.csv").stdout)
    for name in ("o.csv", "o.parquet", "o.json"):
        told = json.loads(accord("signals", "r.csv", "--out", name, "--json").stdout)
        assert told["sessions"] == 24 and told["alarms"] == 1 and told["version"] == "published"
    assert rows_of((tmp_path / "o.csv").read_text()) == printed
    columns, listed = (
        pq.read_table(tmp_path / "o.parquet").to_pylist(),
        json.loads((tmp_path / "o.json").read_text()),
    )
    assert columns == listed == json.loads(accord("signals", "r.csv", "--json").stdout)
    as_text = {None: "", True: "true", False: "false"}
    assert [as_text[row["alarm"]] for row in listed] == [row["alarm"] for row in printed]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".o")]


def test_what_was_learnt_is_named_and_changes_what_alarms(accord, past, tmp_path):
    (tmp_path / "low.csv").write_text("client,session,rating\na,1,62\na,2,61\na,3,63\na,4,62\na,5,45\n")
    done = accord("signals", "low.csv", "--learn-from", "past.csv", "--false-alarms", "0.05")
    assert done.returncode == 0, done.stderr
    assert (
        "Learnt from past.csv: 40 clients, 320 ratings" in done.stderr and "5 % false alarms" in done.stderr
    )
    rows = rows_of(done.stdout)
    assert rows[-1]["alarm"] == "true" and re.fullmatch(r"[0-9a-f]{8}-0\.05", rows[-1]["version"])
    assert rows[-1]["p_dip"] != rows_of(accord("signals", "low.csv").stdout)[-1]["p_dip"]


def test_a_preset_says_what_it_is_and_gives_no_probability(accord, ratings):
    done = accord("signals", "r.csv", "--preset", "control-chart-3")
    rows = rows_of(done.stdout)
    (alarmed,) = (row for row in rows if row["alarm"] == "true")
    assert (alarmed["client"], alarmed["session"], alarmed["rule"]) == ("c1", "6", "control-chart-3")
    assert alarmed["reason"].startswith("the rule holds: Below the client's own mean")
    assert {row["p_dip"] for row in rows} == {""} and {row["version"] for row in rows} == {"presets 1"}
    assert "sees later sessions" in done.stderr and "states no rate of false alarms" in done.stderr


def test_a_preset_that_is_not_there_or_is_asked_to_learn(accord, ratings, past):
    refused = accord("signals", "r.csv", "--preset", "stile-2004", "--learn-from", "past.csv")
    assert refused.returncode == 1 and "Did you mean stiles-2004?" in refused.stderr
    assert "a preset learns nothing" in refused.stderr


def test_what_speaks_against_what_was_learnt_is_said(ratings, past):
    """The same sessions, alarms that are not as many as expected, a past that taught nothing."""
    one, other = (read_courses(path, Range(0, 100)) for path in (ratings, past))
    learnt = replace(PUBLISHED, check=SelfCheck(30, 10.0, 3.0), note=Note.TOP)
    scale = Range(0, 100)
    said = "\n".join(what_is_known(Plan(one, scale, learnt, learnt.setting, past=other)))
    assert "30 times in it where 10 (SE 3)" in said and "at the top of the scale" in said
    assert "sessions that were learnt from" not in said
    same = "\n".join(what_is_known(Plan(one, scale, PUBLISHED, PUBLISHED.setting, past=one)))
    assert "sessions that were learnt from" in same and "where" not in same


def test_all_wrong_options_are_told_at_once_and_say_what_to_do(accord, ratings, tmp_path):
    refused = accord("signals", "r.csv", "--range", "0-100", "--false-alarms", "0.9", "--out", "o.parqet")
    assert refused.returncode == 1
    assert [line.split(":")[0] for line in refused.stderr.splitlines()] == [
        "--range",
        "--false-alarms",
        "--out",
    ]
    assert "such as 0:100" in refused.stderr and "Did you mean .parquet?" in refused.stderr
    refused = accord("signals", "r.csv", "--range", "9:1", "--false-alarms", "0.07", "--out", "none/o.csv")
    assert (
        "LOW:HIGH" in refused.stderr
        and "--learn-from" in refused.stderr
        and "Make it first" in refused.stderr
    )
    before = ratings.read_text()
    assert "it would be lost" in accord("signals", "r.csv", "--out", "r.csv").stderr
    assert ratings.read_text() == before


def test_the_faults_of_both_tables_are_told_and_nothing_is_written(accord, ratings, tmp_path):
    (tmp_path / "bad.csv").write_text("client,session,rating\na,1,eighty\na,1,70\n")
    refused = accord("signals", "bad.csv", "--learn-from", "none.csv", "--out", "o.csv")
    assert refused.returncode == 1 and refused.stdout == ""
    assert "bad.csv: row 2, column rating" in refused.stderr and "already, in row 2" in refused.stderr
    assert "none.csv: there is no such file" in refused.stderr and "eighty" not in refused.stderr
    assert not (tmp_path / "o.csv").exists()


def test_ratings_that_published_values_do_not_fit_are_said_to(accord, tmp_path):
    random = np.random.default_rng(8)
    low = [f"c{who},{n},{int(random.normal(50, 12))}" for who in range(20) for n in range(1, 9)]
    (tmp_path / "low.csv").write_text("client,session,rating\n" + "\n".join(low) + "\n")
    assert "the stated rate does not hold" in accord("signals", "low.csv").stderr
    steady = [f"c{who},{n},{int(random.normal(90, 2))}" for who in range(20) for n in range(1, 9)]
    (tmp_path / "high.csv").write_text("client,session,rating\n" + "\n".join(steady) + "\n")
    assert "does not hold" not in accord("signals", "high.csv").stderr


def test_a_scale_of_another_range_needs_to_be_told(accord, tmp_path):
    (tmp_path / "srs.csv").write_text("client,session,rating\n" + "".join(f"a,{n},{r}\n" for n, r in enumerate(
        [37.1, 36.5, 37, 36.8, 20], 1)))  # fmt: skip
    assert rows_of(accord("signals", "srs.csv", "--range", "0:40").stdout)[-1]["alarm"] == "true"
    refused = accord("signals", "srs.csv", "--range", "0:10")
    assert refused.returncode == 1 and "--range LOW:HIGH" in refused.stderr


def test_the_example_of_the_docs_is_what_comes_out(accord, tmp_path):
    text = (DOCS / "signals.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^```csv\n(.*?)^```", text, re.M | re.S)
    (block,) = re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)
    (tmp_path / "ratings.csv").write_text(table)
    command, *printed = block.splitlines()
    done = accord(*command.removeprefix("$ accord ").split())
    assert done.returncode == 0, done.stderr
    shown, found = rows_of("\n".join(printed)), rows_of(done.stdout)
    for one, other in zip(shown, found, strict=True):
        assert float(one.pop("p_dip")) == pytest.approx(float(other.pop("p_dip")), abs=0.005)
        assert one == other
