"""A map that is wrong says where, what, and what was probably meant; all of it at once."""

import pytest
from tests.exchange.conftest import MAPS, PHQ, phq_file, phq_row

from accord.basics.faults import Faults
from accord.exchange.mapping import read_map


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_map_of_the_docs_is_one(path):
    assert read_map(path).about


def faults_of(tmp_path, text: str) -> str:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as refused:
        read_map(path)
    return str(refused.value)


def test_wrong_names_come_with_their_line_and_the_near_name(tmp_path):
    told = faults_of(
        tmp_path, PHQ.replace("about", "abuot").replace("formats", "fromats").replace("items:", "itms:")
    )
    assert "map.yaml:2: 'abuot' is not known here. Did you mean about?" in told
    assert "map.yaml:5: 'fromats' is not known here. Did you mean formats?" in told
    assert "map.yaml:7: 'itms' is not known here. Did you mean items?" in told
    assert "'about' is missing" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("a_row_is: session", "a_row_is: client"), "'session: numbers' goes together with"),
        (
            ("{date: {column: day", "{undated: {first_day: 2020-01-01}, date: {column: day"),
            "either 'date' or 'undated'",
        ),
        (('items: "q{item}"', 'items: "q{item}", scores: {TOTAL: t}'), "exactly one of"),
        (("absent:", "labels: {No: 0}, absent:"), "quotes"),
        (("column: client}", "column: client, consents: [reserch]}"), "'research'"),
        (('["%d.%m.%Y", iso]', "[iso], timezone: Mars/Olympus"), "time zone"),
    ],
)
def test_what_does_not_go_together_is_told(tmp_path, change, told):
    assert told in faults_of(tmp_path, PHQ.replace(*change))


def test_columns_instruments_scales_and_versions_get_near_names(read):
    wrong = """
about: every name a little wrong
a_row_is: session
client: {column: cleint}
session: {date: {column: day}}
forms:
  - {instrument: phq9, items: "q{item}"}
  - {instrument: gad-7, version: 9, items: "q{item}"}
  - {instrument: wai-36, scores: {TOTALL: q1}}
  - {instrument: who-5, items: {1: q1, 12: q2, 3: w3}}
ignore: [q99]
"""
    with pytest.raises(Faults) as refused:
        read(phq_file(phq_row("a", "2026-01-05")), wrong)
    told = str(refused.value)
    for part in (
        "no column 'cleint'. Did you mean client?",
        "there is no such instrument. Did you mean phq-9?",
        "there is no version 9 of it; there are: 1.",
        "no scale 'TOTALL'. Did you mean TOTAL?",
        "no item 12",
        "there is no column 'w3'",
        "no column 'q99'",
    ):
        assert part in told
