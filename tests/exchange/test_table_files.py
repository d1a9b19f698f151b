"""Files as they come: encodings, marks, NUL, ragged rows, headers, Parquet, and the number of each row."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from accord.basics.faults import Faults
from accord.exchange.mapping import FilePart
from accord.exchange.table import read_table


@pytest.fixture
def table(tmp_path):
    def call(raw: bytes, name: str = "t.csv", **how):
        path = tmp_path / name
        path.write_bytes(raw)
        return read_table(path, FilePart(**how))

    return call


def texts(table, column):
    found = table.column(column)
    return [found.texts[pick] for pick in found.picks]


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        ("a,b\nñ,2\n".encode(), {}),
        ("a,b\r\nñ,2\r\n\r\n".encode("utf-8-sig"), {}),
        ("a,b\nñ,2\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("a,b\nñ,2\n".encode("utf-16"), {}),
        ("a;b\n ñ ;2".encode(), {"delimiter": ";"}),
    ],
)
def test_the_same_cells_however_they_are_encoded(table, raw, how):
    read = table(raw, **how)
    assert (texts(read, "a"), texts(read, "b")) == (["ñ"], ["2"])


def test_rows_carry_the_number_a_spreadsheet_shows_also_after_a_broken_one(table):
    read = table(b'a,b\n"x\ny",1\n1,2,3\n\n5,6\n')
    assert read.rows.tolist() == [2, 4, 5]
    (broken,) = read.broken
    assert (broken.row, "3 cells" in broken.what) == (3, True)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"a,b\n1,\xff\n", ["line 2", "not utf-8", "encoding"]),
        (b"a,b\n1,2\n3,\0\n", ["line 3", "NUL"]),
        (b"a,a,\n1,2,3\n", ["'a' comes twice", "column 3 has no name"]),
        (b"  \n", ["empty"]),
        (b"a,b\n\n", ["no rows below its header"]),
        (b'a,b\n1,"2\n', ["quote"]),
    ],
)
def test_what_is_no_table_is_told_with_its_place(table, raw, told):
    with pytest.raises(Faults) as refused:
        table(raw)
    assert [word for word in told if word not in str(refused.value)] == []


def test_an_unknown_encoding_and_a_file_that_is_not_there(table, tmp_path):
    with pytest.raises(Faults, match="no encoding 'utf-9'"):
        table(b"a\n1\n", encoding="utf-9")
    with pytest.raises(Faults, match="no such file"):
        read_table(tmp_path / "nowhere.csv", FilePart())


def test_parquet_and_tsv_give_the_same_cells(table, tmp_path):
    pq.write_table(pa.table({"a": [1, None], "b": [1.5, 2.0]}), tmp_path / "t.parquet")
    read = read_table(tmp_path / "t.parquet", FilePart())
    assert (texts(read, "a"), texts(read, "b")) == (["1", ""], ["1.5", "2"])
    assert texts(table(b"a\tb\n1\t1.5\n", "t.tsv"), "b") == ["1.5"]
    with pytest.raises(Faults, match="damaged"):
        table(b"PAR1 and then nothing", "u.parquet")


def test_ten_megabytes_are_read(table):
    read = table(b"a,b\n" + b"some words of a longer kind,2\n" * 400_000)
    assert len(read) == 400_000
