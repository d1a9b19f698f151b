"""Who sees what: one's own, others as a shape without names, and nothing that orders people."""

import json

import pytest

from accord.basics.absence import NotScored, TooFew
from accord.studies.result import Line, Study, Table, Verdict
from accord.studies.stored import as_json
from accord.studies.therapists.seen import Own, Policy, Unnamed, for_viewer

COLUMNS = ("therapist", "estimate", "low", "high", "clients", "reliability")
ROWS = tuple((f"key{n}", n / 3 - 1.117, n / 3 - 3.333, n / 3 + 1.234, 30 + 7 * n, 0.6) for n in range(7))


def study(rows=ROWS, few=(("new", 12),)) -> Study:
    return Study(
        id="therapists",
        verdict=Verdict.AGREES,
        main="share",
        lines=(Line("share", 0.05),),
        tables=(Table("therapists", COLUMNS, rows), Table("too_few", ("therapist", "clients"), few)),
    )


def test_a_therapist_sees_their_own_and_the_others_without_names():
    seen = for_viewer(study(), "key2")
    assert seen.own == Own(*ROWS[2])
    assert len(seen.others) == 6 and seen.kept_back == 0 and seen.named == ()
    told = repr(seen.others)
    assert "key" not in told and not any(str(row[4]) in told for row in ROWS)  # nor how many people


def test_others_are_rounded_outwards_and_in_order_of_their_values_alone():
    seen = for_viewer(study(), None)
    assert list(seen.others) == sorted(seen.others, key=lambda one: (one.estimate, one.low, one.high))
    again = for_viewer(study(rows=tuple(reversed(ROWS))), None)
    assert again == seen  # where a row stood says nothing
    for one, row in zip(seen.others, ROWS, strict=True):
        assert one.low <= row[2] and one.high >= row[3]
        assert (one.low * 2) % 1 == pytest.approx(0, abs=1e-9)  # a twentieth of 4.6 points: halves
        assert (one.estimate * 2) % 1 == pytest.approx(0, abs=1e-9) and abs(one.estimate - row[1]) <= 0.25


def test_fewer_than_five_others_are_kept_back():
    seen = for_viewer(study(rows=ROWS[:5]), "key0")
    assert seen.others == () and seen.kept_back == 4 and isinstance(seen.own, Own)
    assert len(for_viewer(study(rows=ROWS[:5]), None).others) == 5
    assert len(for_viewer(study(rows=ROWS[:6]), "key0").others) == 5


def test_too_few_people_are_said_and_not_estimated():
    assert for_viewer(study(), "new").own == TooFew(12, 30)
    assert for_viewer(study(), "nobody").own == TooFew(0, 30)
    assert isinstance(for_viewer(study(rows=(), few=(("old", 44),)), "old").own, NotScored)


def test_names_come_only_with_the_policy_and_never_to_a_therapist():
    assert for_viewer(study(), None).named == ()
    assert [one.therapist for one in for_viewer(study(), None, Policy.NAMED).named] == [
        row[0] for row in ROWS
    ]
    seen = for_viewer(study(), "key1", Policy.NAMED)
    assert seen.named == () and seen == for_viewer(study(), "key1")


def test_nothing_in_what_is_seen_orders_people_by_number():
    fields = set(Unnamed.__dataclass_fields__) | set(Own.__dataclass_fields__)
    assert not {one for one in fields for word in ("rank", "place", "position", "percentile") if word in one}
    written = json.dumps(as_json(study()))
    assert "rank" not in written and "percentile" not in written
