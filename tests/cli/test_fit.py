"""``accord fit``: what it says of a table, and what it refuses."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

ASKED = ("--outcome", "y", "--fixed", "t", "--random", "client:1,t", "--random", "therapist:1")


@pytest.fixture
def sessions(tmp_path):
    """Sixteen therapists, six clients each, five sessions, one of them without an outcome."""
    random = np.random.default_rng(7)
    client = np.repeat(np.arange(96), 5)
    t = np.tile(np.log(np.arange(1, 6)), 96)
    y = 50 - 3 * t + random.normal(0, 5, 96)[client] + random.normal(0, 2, 96)[client] * t
    y += random.normal(0, 3, 16)[client // 6] + random.normal(0, 2, 480)
    table = pa.table({"client": client, "therapist": client // 6, "t": t, "y": pa.array([None, *y[1:]])})
    pq.write_table(table, tmp_path / "s.parquet")
    pyarrow.csv.write_csv(table, tmp_path / "s.csv")
    return tmp_path


def test_a_researcher_reads_a_fit(accord, sessions):
    done = accord("fit", "s.parquet", *ASKED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("'y' in 479 rows in 96 'client' in 16 'therapist', by REML. Of what")
    assert "Certified: nothing nearby is better." in done.stdout
    assert "Left out: 1 row, since 'y' is empty." in done.stdout


def test_json_holds_all_of_it(accord, sessions):
    told = json.loads(accord("fit", "s.parquet", *ASKED, "--json").stdout)
    assert set(told) >= {
        "criterion",
        "fixed",
        "random",
        "residual_sd",
        "n",
        "notes",
        "converged",
        "certificate",
        "dropped",
    }
    assert set(told["fixed"]) == {"1", "t"}
    assert set(told["fixed"]["t"]) == {"estimate", "se", "df", "low", "high"}
    assert told["n"] == {"rows": 479, "client": 96, "therapist": 16}
    assert told["dropped"] == {"'y' is empty": 1}
    assert told["converged"] and told["certificate"]["optimal"]
    assert told["random"]["client"]["columns"] == ["1", "t"]
    assert told["residual_sd"] == pytest.approx(2.0, abs=0.25)


def test_every_engine_and_csv_say_the_same(accord, sessions):
    one = json.loads(accord("fit", "s.parquet", *ASKED, "--json").stdout)
    for other in (("s.parquet", "--engine", "polars"), ("s.csv", "--memory", "200MB")):
        two = json.loads(accord("fit", *other, *ASKED, "--json").stdout)
        assert two["criterion"] == pytest.approx(one["criterion"], rel=1e-9)
        assert two["fixed"]["t"]["se"] == pytest.approx(one["fixed"]["t"]["se"], rel=1e-6)


def test_names_may_be_odd_and_spreadsheets_write_semicolons(accord, sessions):
    lines = (sessions / "s.csv").read_text().replace('"', "").splitlines()
    rows = [line.replace(",", ";").replace(".", ",") for line in lines[1:]]
    (sessions / "odd.csv").write_text("\n".join(["client;therapist;t, ÿ [b];o'ut", *rows]))
    asked = ("--outcome", "o'ut", "--fixed", "t, ÿ [b]", "--random", "client:1", "--random", "therapist:1")
    done = accord("fit", "odd.csv", *asked)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("'o'ut' in 479 rows") and "t, ÿ [b]" in done.stdout
    told = json.loads(accord("fit", "odd.csv", *asked, "--json").stdout)
    plain = json.loads(
        accord("fit", "s.csv", *ASKED[:4], "--random", "client:1", *ASKED[6:], "--json").stdout
    )
    assert told["fixed"]["t, ÿ [b]"] == pytest.approx(plain["fixed"]["t"])


def test_maximum_likelihood_is_another_criterion(accord, sessions):
    one = json.loads(accord("fit", "s.parquet", *ASKED, "--json").stdout)
    two = json.loads(accord("fit", "s.parquet", *ASKED, "--json", "--ml").stdout)
    assert one["reml"] and not two["reml"] and two["criterion"] != one["criterion"]


def test_other_intervals_stand_beside_the_first(accord, sessions):
    done = accord("fit", "s.parquet", *ASKED, "--profile", "--robust", "--bootstrap", "100", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    effect = told["fixed"]["t"]
    for way in ("profile", "robust", "bootstrap"):
        assert effect[way]["low"] < effect["estimate"] < effect[way]["high"]
    assert told["bootstrap"] == told["bootstrap"] | {"kind": "cluster", "refits": 100, "failed": 0}
    assert told["random"]["client"]["bootstrap"]["t"]["low"] > 0


def test_everything_wrong_with_the_options_is_said_at_once(accord, sessions):
    done = accord(
        "fit",
        "s.parquet",
        "--outcome",
        "y",
        "--random",
        "client:",
        "--engine",
        "duckbd",
        "--kind",
        "x",
        "--bootstrap",
        "3",
    )
    assert done.returncode == 1
    for said in (
        "'client:' cannot be read",
        "Did you mean duckdb?",
        "there is no 'x'",
        "3 refits tell no interval",
    ):
        assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("s.parquet", "--outcome", "why"), "there is no column 'why'"),
        (("none.parquet", "--outcome", "y"), "there is no such file"),
        (("none.csv", "--outcome", "y"), "there is no such file"),
        (("bad.csv", "--outcome", "y"), "cannot be read as CSV"),
        (("s.parquet", "--outcome", "y", "--random", "client:1,t"), "add it there"),
        (
            ("s.parquet", "--outcome", "y", "--random", "therapist:1", "--random", "client:1"),
            "more than one 'client'",
        ),
        (("s.parquet", "--outcome", "y", "--memory", "-5"), "'-5' is no size"),
        (("s.parquet", "--outcome", "y", "--memory", "2GB", "--engine", "polars"), "only duckdb has such"),
        (("head.csv", "--outcome", "y"), "head.csv: it has no rows below its 2 column names"),
        (("latin.csv", "--outcome", "y"), "latin.csv: its column names are not UTF-8"),
        (("text.csv", "--outcome", "y"), "text.csv: column 'y' holds string, no numbers"),
        (("far.csv", "--outcome", "y"), "The numbers of 'y' are too large"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_words(accord, sessions, arguments, said):
    (sessions / "bad.csv").write_text("a,b\n1,2\n3\n")
    (sessions / "head.csv").write_text("g,y\n")
    (sessions / "latin.csv").write_bytes("größe,y\n1,2\n".encode("latin-1"))
    (sessions / "text.csv").write_text("g,y\n1,.\n2,5\n")
    (sessions / "far.csv").write_text("y\n1e180\n-3e180\n2e180\n")
    done = accord("fit", *arguments)
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split()), done.stderr
    assert "Traceback" not in done.stderr
