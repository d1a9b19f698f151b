"""A table of answers: read whole, or refused with every fault by row and column and no word of what was written."""

import pytest

from accord.basics.faults import Faults
from accord.instruments.definition import Missing
from accord.instruments.registry import instrument
from accord.instruments.sheet import read_sheet

WHO = "item1,item2,item3,item4,item5\n"


def read(tmp_path, content, name="who-5"):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sheet(instrument(name), path)


def told(tmp_path, content, name="who-5") -> list[str]:
    with pytest.raises(Faults) as refused:
        read(tmp_path, content, name)
    return [str(fault) for fault in refused.value.faults]


def test_numbers_empty_and_declined(tmp_path):
    rows = read(tmp_path, WHO + "0,5,,declined,3.0\n1,1,1,1,1\n")
    assert rows[0] == {1: 0.0, 2: 5.0, 3: Missing.NOT_REACHED, 4: Missing.DECLINED, 5: 3.0}
    assert len(rows) == 2


def test_a_column_that_is_not_there_was_not_asked(tmp_path):
    assert read(tmp_path, "item2,item1\n4,5\n") == [
        {1: 5.0, 2: 4.0, **dict.fromkeys((3, 4, 5), Missing.NOT_ASKED)}
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + WHO.encode() + b"1,2,3,4,5\n",
        WHO.replace(",", ";").encode() + b"1;2;3;4;5\n",
        WHO.replace(",", "\t").encode() + b"1\t2\t3\t4\t5\n",
        WHO.replace("\n", "\r\n").encode() + b"1,2,3,4,5\r\n\r\n",
        WHO.upper().encode() + b'"1","2","3","4","5"',
        WHO.encode() + b" 1, 2 ,3,4,5\n",
        WHO.encode() + "١,٢,٣,٤,٥\n".encode(),
    ],
)
def test_the_usual_kinds_of_file(tmp_path, content):
    assert read(tmp_path, content) == [{1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0, 5: 5.0}]


def test_decimal_commas_where_semicolons_separate(tmp_path):
    assert read(tmp_path, "item1;item2;item3;item4\n9,5;10;0;7,25\n", "srs")[0][1] == 9.5


def test_all_faults_at_once_with_row_and_column(tmp_path):
    steps = "It takes 0 to 5, in steps of 1."
    faults = told(tmp_path, "item1,itm2,item3,item4,item5,age\n6,1,x,1,1,30\n1,1,1.5,-1,1,30\n1,2,3\n")
    assert faults == [
        "a.csv column 2: 'itm2' is no item of who-5. Did you mean item2?",
        "a.csv column 6: 'age' is no item of who-5. who-5 has item1,item2,…,item5; leave other columns out.",
        "a.csv row 1 column item1: the answer is out of range. " + steps,
        "a.csv row 1 column item3: this is neither a number, nor empty, nor 'declined'. " + steps,
        "a.csv row 2 column item3: the answer is out of range. " + steps,
        "a.csv row 2 column item4: the answer is out of range. " + steps,
        "a.csv row 3: it has 3 fields, the header has 6. Put a field with a separator in it in quotes.",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        (WHO, "a header and no rows"),
        ("1,2,3,4,5\n", "no column is named after an item"),
        ("itemm1\n3\n", "Did you mean item1?"),
        (WHO.replace("item2", "item1") + "1,2,3,4,5\n", "item1 stands 2 times"),
        ("item1|item2\n1|2\n", "no column is named"),
        (WHO + '"1,2,3,4,5\n', "cannot be read as a table"),
        (WHO.encode("utf-16"), "not UTF-8"),
        (WHO.encode() + b"1,2,3,4,\xff\n", "a.csv:2: this is not UTF-8"),
        (WHO + "1,2,3,4,nan\n", "neither a number"),
        (WHO + "1,2,3,4,1e0\n", "neither a number"),
        (WHO + "1,2,3,4,\x00\n", "a.csv"),
    ],
)
def test_what_is_no_table_of_answers(tmp_path, content, fault):
    assert fault in "\n".join(told(tmp_path, content))


def test_what_a_client_wrote_never_enters_a_message(tmp_path):
    assert "my job" not in "\n".join(told(tmp_path, WHO + "1,2,3,4,I lost my job\n"))


def test_words_of_a_text_item_are_taken_and_not_kept(tmp_path):
    rows = read(
        tmp_path, 'item1,item2,item3,item4,item7\n50,50,50,50,"a line, with a comma"\n', "accord-check-in"
    )
    assert rows[0][7] is Missing.NOT_ASKED
    assert rows[0][1] == 50.0


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Faults, match="no such file"):
        read_sheet(instrument("who-5"), tmp_path / "none.csv")
