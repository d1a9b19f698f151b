"""A table of ratings is read whatever its order and kind, and everything wrong with it is told at once."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.basics.faults import Faults
from accord.exchange.course_table import Range, near_columns, read_courses, step_of

POINTS = Range(0, 100)


@pytest.fixture
def read(tmp_path):
    """Reads text as a file."""

    def call(text, name="r.csv", scale=POINTS):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_courses(tmp_path / name, scale)

    return call


def told(read, text, **how):
    with pytest.raises(Faults) as found:
        read(text, **how)
    return [str(fault) for fault in found.value.faults]


def test_rows_come_in_any_order_and_absent_is_not_zero(read):
    table = read("rating,client,session,therapist\n70,b,2,T\n,a,1,\n80,a,2,U\n60,b,1,T\nNA,b,3,T\n")
    assert [table.clients[n] for n in table.client] == ["b", "b", "b", "a", "a"]
    assert table.session.tolist() == [1, 2, 3, 1, 2]
    assert np.array_equal(table.ratings, [60, 70, np.nan, np.nan, 80], equal_nan=True)
    assert [table.therapists[n] if n >= 0 else None for n in table.therapist] == ["T", "T", "T", None, "U"]
    assert table.days is None and set(table.answers) == {"rating"}


def test_every_fault_is_told_with_its_row_and_what_to_do(read):
    faults = told(
        read,
        "client,session,rating,date,tension,arrival\n"
        "a,1,80,2024-01-01,yes,\n"
        ",2,70,2024-01-08,no,\n"
        "a,2,much,2024-01-08,no,\n"
        "a,3,101,2024-01-15,perhaps,50\n"
        "a,3,70,2024-01-15,,\n"
        "a,4,70,2024-01-14,,-1\n"
        "b,1,70,,,\n"
        "b,two,70,tomorrow,,\n",
    )
    assert [fault.split(":")[1].strip() for fault in faults] == [
        "row 3, column client",
        "row 4, column rating",
        "row 5, column rating",
        "row 5, column tension",
        "row 6, column session",
        "row 7, column arrival",
        "row 7, column date",
        "row 8, column date",
        "row 9, column session",
        "row 9, column date",
    ]
    assert "already, in row 5" in faults[4] and "in row 6" in faults[6]
    assert "--range" in faults[2] and "leave it empty" in faults[1] and "evenly spaced" in faults[7]
    assert not any(word in "".join(faults) for word in ("much", "perhaps", "tomorrow", "101"))


def test_one_mistake_is_told_once(read):
    """Rows without a client are no client of their own; a session that is there twice has no order of dates."""
    faults = told(read, "client,session,rating,date\n,1,50,2024-01-01\n,1,50,2024-01-01\n")
    assert [fault.split(": ")[1] for fault in faults] == ["row 2, column client", "row 3, column client"]
    (fault,) = told(read, "client,session,rating,date\na,1,50,2024-01-08\na,1,50,2024-01-01\n")
    assert "already, in row 2" in fault


def test_missing_columns_are_told_together_with_near_names(read):
    first, second = told(read, "clients,session,raiting,note\na,1,80,x\n")
    assert "no column 'client'. Rename 'clients'" in first
    assert "no column 'rating'. Rename 'raiting'" in second
    assert "It has: client, when" in told(read, "client,when\na,1\n")[0]


def test_a_column_that_looks_like_one_of_ours_is_named(read):
    table = read("client,session,rating,therapst,colour\na,1,80,T,red\n")
    assert near_columns(table) == [("therapst", "therapist")] and table.unused == ("therapst", "colour")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it is empty"),
        ("client,session,rating\n", "no rows below its header"),
        ("client,session,rating\na,1\n", "it has 2 cells"),
        ("client,session,rating\na,20240131,50\n", "not the number of a session"),
        ('client,session,rating\na,1,"50\n', "quote"),
    ],
)
def test_what_is_no_table_of_courses_says_so(read, text, what):
    faults = told(read, text)
    assert what in faults[0] and len(faults[0].split(". ")) >= 2, "it says what to do"


def test_names_and_encodings_that_do_not_fit_speak_of_no_map(read, tmp_path):
    assert "Name it .csv" in told(read, "client\n", name="r.doc")[0]
    (tmp_path / "l.csv").write_bytes("client,session,rating\nä,1,50\n".encode("latin-1"))
    with pytest.raises(Faults) as found:
        read_courses(tmp_path / "l.csv", POINTS)
    assert "UTF-8" in str(found.value) and "map" not in str(found.value)
    with pytest.raises(Faults, match="no such file"):
        read_courses(tmp_path / "n.csv", POINTS)


def test_what_spreadsheets_write_with_a_decimal_comma_is_read(read):
    table = read("client;session;rating\na;1;7,5\na;2;8\n", scale=Range(0, 10))
    assert table.ratings.tolist() == [7.5, 8.0]
    assert "not a number" in told(read, 'client,session,rating\na,1,"7,5"\n')[0]


def test_many_faults_are_counted(read):
    faults = told(read, "client,session,rating\n" + "".join(f"a,{n},x\n" for n in range(1, 201)))
    assert len(faults) == 41 and "200 faults in all" in faults[-1]
    assert "row 41" in faults[39]


def test_parquet_gives_the_same_as_csv(read, tmp_path):
    text = "client,session,rating,date\na,1,72.3,2024-01-01 09:30:00\na,2,,2024-01-08\n"
    rows = {
        "client": ["a", "a"],
        "session": pa.array([1.0, 2.0]),
        "rating": pa.array([72.3, float("nan")]),
        "date": pa.array([1704101400000000000, 1704672000000000000], pa.timestamp("ns")),
    }
    pq.write_table(pa.table(rows), tmp_path / "r.parquet")
    one, other = read(text), read_courses(tmp_path / "r.parquet", POINTS)
    for name in ("ratings", "session", "days"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name


def test_a_parquet_file_without_rows_says_so(tmp_path):
    pq.write_table(
        pa.table({name: pa.array([], pa.string()) for name in ("client", "session", "rating")}),
        tmp_path / "e.parquet",
    )
    with pytest.raises(Faults, match="no rows below its header"):
        read_courses(tmp_path / "e.parquet", POINTS)


@pytest.mark.parametrize(
    ("ratings", "scale", "step"),
    [
        ([50, 70, np.nan], POINTS, 1),
        ([3.5, 4], Range(1, 5), 0.5),
        ([34.3, 16.0], Range(0, 40), 0.1),
        ([0.25, 0.5], Range(0, 1), 0.25),
        ([1 / 3], Range(0, 1), 0.001),
    ],
)
def test_the_step_of_a_scale_shows_in_its_answers(ratings, scale, step):
    assert step_of(np.array(ratings), scale) == pytest.approx(step)
