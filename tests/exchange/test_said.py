"""What a file says of a whole course: read from any layout, noted once, and never chosen or overwritten in silence."""

import pytest
from tests.exchange.conftest import PHQ, phq_file, phq_row
from tests.exchange.test_importing import counts

from accord.basics.faults import Faults
from accord.course.ending import Ending
from accord.web.audit.models import Entry
from accord.web.people.models import Client
from accord.web.therapy.models import Course, Session

NOTED = (
    PHQ.replace(
        "column: client}", 'column: client, language: {column: lang, values: {DE: de, ES: es, "": null}}}'
    )
    + """
course:
  ending:
    column: end
    values: {"": null, done: as_planned, stopped: left, moved: {ending: other, how: moved away}, closed: {how: closed}}
  treatment: therapy
  planned: plan
"""
)
ROWS = (
    ("ana", "2026-01-05", "", "CBT", "12", "DE"),
    ("ana", "2026-01-12", "stopped", "CBT", "", "DE"),
    ("ana", "2026-01-19", "", "", "", ""),
    ("ben", "2026-01-06", "moved", "", "", "ES"),
    ("ben", "2026-01-13", "moved", "", "", ""),
    ("cas", "2026-01-07", "closed", "", "", ""),
    ("dee", "2026-01-08", "", "", "20", ""),
)


def noted_file(rows=ROWS) -> str:
    header, *told = phq_file(*(phq_row(client, day) for client, day, *_ in rows)).splitlines()
    added = [f"{one},{','.join(row[2:])}" for one, row in zip(told, rows, strict=True)]
    return "\n".join([f"{header},end,therapy,plan,lang", *added]) + "\n"


def changed(number, **cells) -> str:
    """The file with other cells in one of its rows."""
    names = ("client", "day", "end", "therapy", "plan", "lang")
    row = dict(zip(names, ROWS[number], strict=True)) | cells
    return noted_file([*ROWS[:number], tuple(row.values()), *ROWS[number + 1 :]])


def courses() -> dict[str, tuple]:
    fields = ("client__code", "ended_on", "ending", "ended_how", "treatment", "planned", "client__language")
    return {code: (str(day), *rest) for code, day, *rest in Course.objects.values_list(*fields)}


EXPECTED = {
    "ana": ("2026-01-12", "left", "", "CBT", 12, "de"),
    "ben": ("2026-01-13", "other", "moved away", "", None, "es"),
    "cas": ("2026-01-07", "", "closed", "", None, "en"),
    "dee": ("None", "", "", "", 20, "en"),
}


def test_ending_treatment_plan_and_language_are_noted_and_the_file_again_changes_nothing(bring, clinic):
    assert bring(clinic.service, noted_file(), NOTED, dry_run=True).ended == 3
    assert not courses()
    done = bring(clinic.service, noted_file(), NOTED)
    assert (done.ended, done.noted, done.conflicts, courses()) == (3, 1, [], EXPECTED)
    line = Entry.objects.get(verb="imported").detail
    assert (line["ended"], line["noted"]) == (3, 1)
    before = counts()
    assert not bring(clinic.service, noted_file(), NOTED).written
    assert (counts(), courses()) == (before, EXPECTED)


def test_a_clinic_that_brought_its_past_without_endings_brings_them_later(bring, clinic):
    plain = noted_file().replace("stopped", "closed")
    bring(clinic.service, plain, NOTED)
    assert courses()["ana"][:3] == ("2026-01-12", "", "closed")
    done = bring(clinic.service, noted_file(), NOTED)
    assert (done.ended, done.noted, done.written) == (0, 1, True)
    assert courses()["ana"][:2] == ("2026-01-12", "left")


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ({"end": "done"}, "end", "how this course ended is noted otherwise already"),
        ({"therapy": "EFT"}, "therapy", "another treatment is noted"),
        ({"plan": "30"}, "plan", "another number of planned sessions is noted"),
    ],
)
def test_what_is_noted_here_is_not_overwritten(bring, clinic, cells, column, told):
    bring(clinic.service, noted_file(), NOTED)
    only = [("ana", "2026-01-12", "stopped", "CBT", "", "DE")]
    row = dict(zip(("client", "day", "end", "therapy", "plan", "lang"), only[0], strict=True)) | cells
    done = bring(clinic.service, noted_file([tuple(row.values())]), NOTED)
    assert [(one.row, one.column) for one in done.conflicts] == [(2, column)]
    assert told in done.conflicts[0].what and "client's page" in done.conflicts[0].do
    assert not done.written and courses() == EXPECTED


def test_all_that_cannot_be_is_told_at_once_with_what_to_write(read):
    text = (
        changed(1, end="stoped", therapy="C" * 61, plan="0", lang="FR")
        .replace("moved,,,ES", "moved,,x,ES")
        .replace("2026-01-13,1,1,1,1,1,1,1,1,0,moved", "2026-01-13,1,1,1,1,1,1,1,1,0,done")
    )
    _, incoming = read(text, NOTED)
    told = {(one.row, one.column): f"{one.what} {one.do}" for one in incoming.faults}
    assert set(told) == {(3, "end"), (3, "therapy"), (3, "plan"), (3, "lang"), (5, "plan"), (6, "end")}
    assert "Did you mean stopped?" in told[3, "end"] and all(one in told[3, "end"] for one in Ending)
    assert "1 to 400" in told[3, "plan"] and "60 characters" in told[3, "therapy"]
    assert told[6, "end"].startswith("row 5 says something else of this client.")
    assert not any(cell in " ".join(told.values()) for cell in ("stoped", "CCC", "FR"))


def test_a_row_that_is_refused_ends_nothing(bring, clinic):
    text = changed(1, day="2026-02-31")
    assert bring(clinic.service, text, NOTED, partial=True).ended == 2
    assert courses()["ana"][0] == "None"


def test_endings_that_do_not_exist_get_the_near_name_and_columns_too(read):
    with pytest.raises(Faults, match=r"(?s)Did you mean left\?"):
        read(noted_file(), NOTED.replace("stopped: left", "stopped: lfet"))
    with pytest.raises(
        Faults, match=r"course: planned: ratings.csv has no column 'plann'. Did you mean plan\?"
    ):
        read(noted_file(), NOTED.replace("planned: plan", "planned: plann"))
    with pytest.raises(Faults, match=r"'edning' is not known here. Did you mean ending\?"):
        read(noted_file(), NOTED.replace("  ending:", "  edning:"))


def test_a_row_may_be_a_client(bring, clinic):
    chosen = """
about: a whole course a row
a_row_is: client
client: {column: who}
session: {numbers: 1-3, undated: {first_day: 2020-01-06}}
course: {ending: {column: end, values: {1: as_planned, 2: left, 0: null}}, planned: plan}
forms:
  - {instrument: phq-9, scores: {TOTAL: "s{session}"}}
"""
    bring(clinic.service, "who,s1,s2,s3,end,plan\nana,9,8,7,1,3\nben,9,8,,2,\ncas,9,,8,0,\n", chosen)
    told = {code: one[:2] + one[4:5] for code, one in courses().items()}
    assert told == {
        "ana": ("2020-01-20", "as_planned", 3),
        "ben": ("2020-01-13", "left", None),  # the last session with an answer
        "cas": ("None", "", None),
    }


def test_what_was_planned_after_the_end_is_cancelled(bring, clinic):
    there = clinic.client("ana")
    later = Session.objects.create(
        service=clinic.service, course=there.course, day="2027-01-01", attendance="planned"
    )
    day = there.session.day.isoformat()
    bring(clinic.service, noted_file([("ana", day, "done", "", "", "")]), NOTED, today=there.session.day)
    later.refresh_from_db()
    assert later.attendance == "cancelled" and courses()["ana"][:2] == (day, "as_planned")
    assert Client.objects.get(code="ana").language == "en"


def test_of_several_courses_the_one_of_that_day_is_meant(bring, clinic):
    bring(clinic.service, noted_file(ROWS[:2]), NOTED)
    client = Client.objects.get(code="ana")
    later = Course.objects.create(service=clinic.service, client=client, started_on="2026-02-01")
    bring(clinic.service, noted_file([("ana", "2026-02-09", "done", "", "", "")]), NOTED)
    later.refresh_from_db()
    assert (str(later.ended_on), later.ending) == ("2026-02-09", "as_planned")
    assert Course.objects.get(client=client, ending="left")
