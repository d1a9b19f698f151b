"""Rows become visits and responses, or faults with row and column; never a guess, never the cell itself."""

from datetime import date

import numpy as np
import pytest
from tests.exchange.conftest import LONG, PHQ, long_file, phq_file, phq_row

from accord.exchange.incoming import DECLINED, NOT_REACHED

TODAY_LATER = date(2026, 6, 1)


def told(incoming) -> list[str]:
    return [str(fault.fault(incoming.table.name)) for fault in incoming.faults]


def test_a_sound_file(read):
    _, incoming = read(
        phq_file(phq_row("ana", "05.01.2026", 3, "-9", ""), phq_row("ben", "2026-01-06", *[""] * 9)), PHQ
    )
    (batch,) = incoming.batches
    assert told(incoming) == []
    assert [(visit.client, visit.day.isoformat()) for visit in incoming.visits] == [
        ("ana", "2026-01-05"),
        ("ben", "2026-01-06"),
    ]
    assert batch.values[0, 0] == 3 and np.isnan(batch.values[0, 1])
    assert batch.kinds[0, :3].tolist() == [0, DECLINED, NOT_REACHED]
    assert (len(batch), incoming.empty) == (1, 1)  # ben came, and filled in nothing


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (phq_row("ana", "31.02.2026"), "day", "no such day"),
        (phq_row("ana", "2026-02-31"), "day", "no such day"),
        (phq_row("ana", "0203-01-05"), "day", "before 1900"),
        (phq_row("ana", "2031-01-05"), "day", "still to come"),
        (phq_row("ana", "5 January"), "day", "no date in the form"),
        (phq_row("ana", ""), "day", "no date"),
        (phq_row("", "2026-01-05"), "client", "no client"),
        (phq_row("x" * 41, "2026-01-05"), "client", "longer than 40"),
        (phq_row("ana", "2026-01-05", 4), "q1", "out of range: 0 to 3"),
        (phq_row("ana", "2026-01-05", 1.5), "q1", "out of range"),
        (phq_row("ana", "2026-01-05", -1), "q1", "out of range"),
        (phq_row("ana", "2026-01-05", "never felt like this"), "q1", "not a number"),
        (phq_row("ana", "2026-01-05", "nan"), "q1", "not a number"),
        (phq_row("ana", "2026-01-05", "٣"), "q1", "not a number"),
        (phq_row("ana", "2026-01-05", '"1,5"'), "q1", "decimal comma"),
    ],
)
def test_each_kind_of_wrong_cell_is_told_with_row_and_column_and_not_shown(read, row, column, what):
    _, incoming = read(phq_file(phq_row("ben", "2026-01-05"), row), PHQ)
    (line,) = told(incoming)
    assert line.startswith(f"ratings.csv: row 3, column {column}: ") and what in line
    assert "never felt" not in line and "1,5" not in line and "ana" not in line
    assert [visit.client for visit in incoming.visits] == ["ben"]


def test_all_faults_of_a_file_come_together(read):
    rows = [phq_row("ana", "31.02.2026", 9, 9), phq_row("", "2026-01-05"), "too,few"]
    _, incoming = read(phq_file(*rows), PHQ)
    assert [(fault.row, fault.column) for fault in incoming.faults] == [
        (2, "day"),
        (2, "q1"),
        (2, "q2"),
        (3, "client"),
        (4, ""),
    ]


def test_a_second_row_for_the_same_session_is_told_with_the_first(read):
    row = phq_row("ana", "2026-01-05")
    _, incoming = read(phq_file(row, row), PHQ)
    assert told(incoming) == [
        "ratings.csv: row 3: row 2 has the same session and form (phq-9) already. Keep one of the two."
    ]


def test_times_are_wall_time_and_a_session_belongs_to_the_clinics_day(read):
    chosen = PHQ.replace('["%d.%m.%Y", iso]', '["%Y-%m-%d %H:%M", iso], timezone: America/New_York')
    rows = ["2026-01-05 20:30", "2026-01-05T20:30:00+01:00", "2026-03-08 02:30"]
    _, incoming = read(
        phq_file(*(phq_row(f"c{n}", one) for n, one in enumerate(rows))), chosen, today=TODAY_LATER
    )
    assert [(visit.day.isoformat(), visit.at.isoformat()) for visit in incoming.visits] == [
        ("2026-01-06", "2026-01-06T01:30:00+00:00"),
        ("2026-01-05", "2026-01-05T19:30:00+00:00"),
    ]
    assert "clocks skipped this hour" in told(incoming)[0]


def test_one_answer_a_row_gives_the_same_responses_as_a_row_a_session(read):
    _, tall = read(long_file(), LONG)
    wide_map = LONG.replace("a_row_is: answer", "a_row_is: session").split("forms:")[0] + (
        'forms:\n  - {instrument: gad-7, items: "q{item}"}\n'
    )
    header = "who,nr," + ",".join(f"q{item}" for item in range(1, 8))
    _, wide = read(header + "\nana,1," + ",".join(str(item % 4) for item in range(1, 8)) + "\n", wide_map)
    assert told(tall) == told(wide) == []
    np.testing.assert_array_equal(tall.batches[0].values, wide.batches[0].values)
    assert tall.batches[1].values.tolist() == [[30.0]]
    assert [v.order for v in tall.visits] == [v.order for v in wide.visits] == [1]


def test_a_form_with_one_refused_answer_is_refused_whole(read):
    _, incoming = read(
        long_file("ana,2,G,2,9", "ana,2,G,3,1", "ben,1,G,99,1", "ben,1,G,1,1", "cas,1,G,1,1"), LONG
    )
    whats = {(fault.row, fault.what.split(".")[0]) for fault in incoming.faults}
    assert (10, "this is out of range: 0 to 3 in steps of 1") in whats
    assert (11, "another row of this session is refused") in whats
    assert (12, "this names no item or scale of the form") in whats
    assert sorted({visit.client for visit in incoming.visits}) == ["ana", "cas"]
    assert len(incoming.batches[0]) == 2


def test_columns_that_the_map_does_not_mention_are_listed(read):
    text = phq_file(phq_row("ana", "2026-01-05")).replace("q9", "q9,mood,notes", 1)
    text = text.replace(",0\n", ",0,5,words\n")
    _, incoming = read(text, PHQ)
    assert incoming.unknown == ("mood", "notes")
