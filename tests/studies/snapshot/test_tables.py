"""The tables that studies ask: who was rated when, who left by which definition, and nothing dropped in silence."""

from math import inf, nan

import pytest
from tests.studies.snapshot.making import ALLIANCE, OUTCOME, TWIN, Told, make_snapshot

from accord.studies.result import Options
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import DROPOUT, FEW, LEFT_OUT, PAIRS, prepare

MISSED, CANCELLED, PLANNED = "missed_no_notice", "cancelled", "planned"


@pytest.fixture
def asked(tmp_path):
    """Ask a snapshot of these courses; gives rows of a table as dictionaries."""

    def ask(table: str, *courses: Told, options: Options | None = None, **rows):
        folder = tmp_path / f"snapshot-{len(list(tmp_path.iterdir()))}"
        with open_snapshot(make_snapshot(folder, courses, **rows)) as snapshot:
            prepare(snapshot, options or Options())
            return snapshot.query(f"SELECT * FROM {table}").to_pylist()

    return ask


def person(asked, told: Told, **options):
    (row,) = asked("people", told, **options)
    return row


def test_sessions_held_are_numbered_and_know_what_fell_out_before(asked):
    rows = asked(
        "rated", Told("a", ("attended", MISSED, CANCELLED, "late", "attended", MISSED, PLANNED), ended=False)
    )
    assert [(one["number"], one["fell_out_before"], one["last"], one["ended"]) for one in rows] == [
        (1, 0, False, False),
        (2, 2, False, False),
        (3, 0, True, False),
    ]
    assert [one["attendance"] for one in rows] == ["attended", "late", "attended"]


def test_absence_is_empty_with_its_reason_and_never_zero(asked):
    told = Told(
        "a",
        ("attended",) * 4,
        ratings=[
            (1, ALLIANCE, 80.0),
            (2, ALLIANCE, None),
            (3, ALLIANCE, nan),
            (1, TWIN, inf),
            (4, TWIN, 70.0),
        ],
        felt_off={1: 1.0, 2: 0.0, 3: None},
    )
    rows = asked("rated", told)
    assert [(one["alliance"], one["alliance_reason"]) for one in rows] == [
        (80.0, None),
        (None, "declined"),
        (None, "not_finite"),
        (None, "not_asked"),
    ]
    assert [one["therapist_rating"] for one in rows] == [None, None, None, 70.0]
    assert [one["felt_off"] for one in rows] == [1, 0, None, None]


def test_what_is_not_used_is_counted_with_its_reason(asked):
    rows = asked(
        "left_out",
        Told(
            "a",
            ("attended", CANCELLED),
            ratings=[
                (1, ALLIANCE, nan),
                (1, ALLIANCE, 80.0, {"version": 2}),
                (2, ALLIANCE, 70.0),
                (2, ALLIANCE, None),
                (9, ALLIANCE, 70.0),
                (9, "phq-9", 3.0),
                (1, ALLIANCE, 60.0, {"scale": "BOND"}),
            ],
        ),
        sessions=[
            {
                "session": "x",
                "course": "nobody",
                "client": "a",
                "order": 1,
                "kind": "text",
                "attendance": "late",
            }
        ],
    )
    assert {row["why"]: row["rows"] for row in rows} == {
        "no_such_course": 1,
        "no_such_session": 1,
        "not_held": 1,
        "not_finite": 1,
        "twice": 1,
    }
    assert {row["why"] for row in rows} == set(LEFT_OUT)
    assert asked("left_out", Told("a", ratings=[(1, ALLIANCE, 80.0)])) == []


def test_of_a_form_that_came_twice_the_newest_version_with_a_value_counts(asked):
    told = Told(
        "a",
        ratings=[
            (1, ALLIANCE, 50.0),
            (1, ALLIANCE, 60.0, {"version": 2}),
            (1, ALLIANCE, None, {"version": 3}),
        ],
    )
    assert [row["alliance"] for row in asked("rated", told)] == [60.0]


def test_means_and_first_ratings_use_what_is_there(asked):
    row = person(
        asked,
        Told(
            "a",
            ("attended",) * 7,
            ratings=[
                (1, ALLIANCE, 60.0),
                (3, ALLIANCE, 80.0),
                (7, ALLIANCE, 100.0),
                (3, TWIN, 50.0),
                (4, TWIN, 70.0),
            ],
        ),
    )
    assert [row[f"a{n}"] for n in range(1, 7)] == [60.0, None, 80.0, None, None, None]
    assert (row["alliance_first3"], row["alliance_mean"]) == (70.0, 80.0)
    assert (row["therapist_mean"], row["pairs"], row["held"]) == (60.0, 1, 7)


@pytest.mark.parametrize(
    ("outcomes", "intake", "final", "number"),
    [
        ({1: 40.0, 5: 60.0}, 40.0, 60.0, 5),
        ({2: 41.0, 3: 60.0}, 41.0, 60.0, 3),
        ({1: 40.0, 2: 55.0}, 40.0, 55.0, 2),
        ({1: 40.0}, 40.0, None, None),
        ({2: 40.0}, 40.0, None, None),
        ({5: 60.0}, None, 60.0, 5),
        ({}, None, None, None),
        ({1: 40.0, 4: nan}, 40.0, None, None),
    ],
)
def test_intake_and_final_are_two_different_sessions(asked, outcomes, intake, final, number):
    row = person(
        asked,
        Told("a", ("attended",) * 5, ratings=[(place, OUTCOME, value) for place, value in outcomes.items()]),
    )
    assert (row["intake"], row["final"], row["final_number"]) == (intake, final, number)


def test_a_client_with_two_therapists_belongs_to_who_held_most_and_both_are_counted(asked):
    row = person(asked, Told("a", ("attended",) * 5, by={1: "t2", 2: "t2"}))
    assert (row["therapist"], row["therapists"]) == ("t1", 2)
    tied = person(asked, Told("a", ("attended",) * 4, by={1: "t2", 2: "t2"}))
    assert tied["therapist"] == "t2"  # who came first
    nobody = person(asked, Told("a", (MISSED,), therapist="t9"))
    assert (nobody["therapist"], nobody["therapists"], nobody["held"]) == ("t9", 0, 0)


# What each definition of dropout says of the same courses; None: not known.
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told("stayed", ("attended",) * 8, ending="as_planned", planned=8), (False, False, False, False, False)),
        (Told("left", ("attended",) * 3 + (MISSED,), ending="left", planned=8), (True, True, True, True, None)),
        (Told("agreed", ("attended",) * FEW, ending="agreed_early", planned=8), (False, False, False, True, None)),
        (Told("unsaid", ("attended",) * 5), (None, False, False, None, None)),
        (Told("cancelled", ("attended",) * 5 + (CANCELLED,), ending="other"), (False, False, False, None, None)),
        (Told("came back", ("attended", MISSED, "attended", PLANNED), ending="left"), (True, False, True, None, None)),
        (Told("goes on", ("attended", MISSED), planned=8, ended=False), (None,) * 5),
    ],
    ids=lambda value: value.client if isinstance(value, Told) else None,
)  # fmt: skip
def test_dropout_by_every_definition(asked, told, expected):
    row = person(asked, told)
    assert tuple(row[name] for name in DROPOUT) == expected


@pytest.mark.parametrize(
    ("outcome", "intake", "final", "before_change", "good_leaver"),
    [
        ("core-10", 25.0, 19.0, False, True),  # six points less are a reliable change, and less is better
        ("core-10", 25.0, 20.0, True, False),
        ("core-10", 19.0, 25.0, True, False),
        ("accord-wellbeing", 40.0, 90.0, None, None),  # no published change, and too few to tell the own one
        ("of-our-own", 40.0, 90.0, None, None),
    ],
)
def test_who_left_with_a_change_is_told_apart(asked, outcome, intake, final, before_change, good_leaver):
    told = Told("a", ("attended",) * 3, ending="left", ratings=[(1, outcome, intake), (3, outcome, final)])
    row = person(asked, told, options=Options(outcome=outcome))
    assert (row["left_before_change"], row["good_leaver"]) == (before_change, good_leaver)


def test_without_a_published_change_the_service_s_own_weeks_give_one(asked):
    def courses(count):
        return [
            Told(
                f"c{n}",
                ("attended",) * 2,
                ratings=[(1, OUTCOME, 50.0), (2, OUTCOME, 50.0 + (10 if n % 2 else -10))],
            )
            for n in range(count)
        ]

    (change,) = asked("reliable_change", *courses(PAIRS))
    assert change["origin"] == "own" and change["pairs"] == PAIRS
    assert change["points"] == pytest.approx(1.96 * 10 * (PAIRS / (PAIRS - 1)) ** 0.5)
    assert asked("reliable_change", *courses(PAIRS - 1))[0]["points"] is None
    published = asked("reliable_change", Told("a"), options=Options(outcome="core-10"))[0]
    assert (published["points"], published["origin"], published["better"]) == (6.0, "published", -1)


def test_one_therapist_equal_outcomes_and_sessions_without_a_day_work(asked):
    courses = [
        Told(f"c{n}", ("attended",) * 4, days=False, ratings=[(1, OUTCOME, 50.0), (4, OUTCOME, 50.0)])
        for n in range(40)
    ]
    rows = asked("people", *courses)
    assert len(rows) == 40 and {row["final"] for row in rows} == {50.0}
    assert asked("reliable_change", *courses)[0]["points"] is None
    assert {row["day"] for row in asked("rated", *courses)} == {None}


def test_an_empty_snapshot_gives_empty_tables(asked):
    assert asked("rated") == asked("people") == asked("left_out") == []


def test_other_instruments_make_the_tables_anew_and_the_same_ones_do_not(tmp_path):
    told = Told("a", ratings=[(1, ALLIANCE, 80.0), (1, "srs", 38.0)])
    with open_snapshot(make_snapshot(tmp_path / "one", [told])) as snapshot:
        prepare(snapshot, Options())
        snapshot.connection.execute("UPDATE rated SET alliance = 1")
        prepare(snapshot, Options(seed=2, draws=9))
        assert snapshot.query("SELECT alliance FROM rated")["alliance"].to_pylist() == [1.0]
        prepare(snapshot, Options(alliance="srs"))
        assert snapshot.query("SELECT alliance FROM rated")["alliance"].to_pylist() == [38.0]
