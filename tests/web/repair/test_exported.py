"""Repairs in the clinic's export: every event by its ids, never what was written; nothing of them in research."""

from tests.web.repair.telling import begun

from accord.exchange.dictionary import CLINIC, RESEARCH, columns
from accord.repair.event import Ending, Strain
from accord.web.checkin.exporting import clinic_tables
from accord.web.repair import actions


def test_events_are_exported_without_any_word_that_was_written(clinic):
    story = begun(clinic, days_ago=3, name="Ana M.", strain=Strain.WITHDRAWAL)
    story.note("notice", "Only the two of us know.", signs=("short_answers", "late"))
    actions.close(
        viewer=story.viewer, repair=story.repair, ending=Ending.NOT_A_RUPTURE, reason="It was the exam."
    )
    table = clinic_tables(clinic.service)["repairs"]
    assert table.column_names == columns(CLINIC, "repairs")
    rows = table.to_pylist()
    assert [(row["event"], row["kind"]) for row in rows] == [(1, "began"), (2, "took"), (3, "closed")]
    assert (rows[0]["origin"], rows[0]["strain"]) == ("sense", "withdrawal")
    assert (rows[1]["step"], rows[1]["signs"]) == ("notice", "short_answers late")
    assert (rows[2]["ending"], rows[2]["signs"]) == ("not_a_rupture", None)
    assert rows[0]["client"] == story.told.client.code
    assert "two of us" not in str(rows) and "exam" not in str(rows)


def test_research_has_none_of_them(clinic):
    begun(clinic, days_ago=3)
    assert "repairs" not in clinic_tables(clinic.service, by_key=True)
    assert columns(RESEARCH, "repairs") == []
