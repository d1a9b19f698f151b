"""Equity: what differs is seen, what cannot be compared is said, and nobody can be told apart."""

from datetime import timedelta

import pytest
from tests.studies.frontiers.test_examples import check_words
from tests.studies.snapshot.making import ALLIANCE, BEGAN, Told, make_snapshot

from accord.basics.absence import NotScored, TooFew
from accord.simulate.snapshot import simulate_snapshot
from accord.studies.frontiers import equity
from accord.studies.frontiers.groups import traits
from accord.studies.result import Options, Verdict
from accord.studies.snapshot.opened import open_snapshot
from accord.studies.snapshot.tables import prepare


def course(client: int, *, rated: int = 6, therapist: int | None = None, ending: str = "as_planned") -> Told:
    return Told(
        f"c{client}", ["attended"] * 8, therapist=f"t{client % 8 if therapist is None else therapist}",
        ratings=[(place, ALLIANCE, 60 + place + client % 7) for place in range(1, rated + 1)], ending=ending,
    )  # fmt: skip


def told(client: int, value: str, trait: str = "origin") -> dict[str, str]:
    return {"client": f"c{client}", "trait": trait, "value": value}


def signal(client: int, *, days: int, said: str | None = None, repaired: bool = False) -> dict[str, object]:
    return {
        "course": f"k-c{client}", "session": f"k-c{client}-3", "rule": "dip", "version": 1, "raised_on": BEGAN,
        "ended_on": BEGAN + timedelta(days=days), "said": said, "repaired": repaired,
    }  # fmt: skip


def answered(path, only: tuple[str, ...] = ()):
    with open_snapshot(path) as snapshot:
        return equity.run(snapshot, Options(), only)


@pytest.fixture(scope="module")
def alarms(tmp_path_factory):
    """Forty clients of each of two origins; signals of the second stand longer, and fewer are answered."""
    courses = [
        course(one, rated=7 if one < 40 else 4, ending="left" if one % 4 == 0 else "as_planned")
        for one in range(80)
    ]
    signals = [
        signal(one, days=2 + one % 3 + (10 if one >= 40 else 0), said="not_a_dip" if one % 6 == 0 else None,
               repaired=one % 2 == 0 if one < 40 else one % 5 == 0)
        for one in range(80)
    ]  # fmt: skip
    traits_told = [told(one, "north" if one < 40 else "south") for one in range(80)]
    return answered(
        make_snapshot(tmp_path_factory.mktemp("equity") / "s", courses, signals=signals, traits=traits_told)
    )


def test_what_differs_is_worth_asking_about_and_what_does_not_is_not(alarms):
    assert alarms.verdict is Verdict.DESCRIBES
    assert {"completion_gap", "days_gap"} <= set(alarms.look_at)
    assert "left_gap" not in alarms.look_at
    gap = alarms.line("days_gap", "origin: south against north")
    assert gap.low < 10 < gap.high
    assert alarms.line("completion", "origin: north").value == pytest.approx(7 / 8)
    assert alarms.facts["days_where"] == "origin: south"
    check_words(alarms)


def test_alarms_are_compared_by_what_was_done_about_them(alarms):
    assert alarms.line("repaired", "origin: north").value == pytest.approx(20 / 40)
    assert alarms.line("repaired", "origin: south").value == pytest.approx(8 / 40)
    assert alarms.line("answered", "origin: north").value == pytest.approx(20 / 40)
    assert alarms.line("dips", "origin: north").value == pytest.approx(1 / 7)


def test_means_are_not_compared_before_the_form_is_shown_to_be_alike(alarms):
    line = alarms.line("level", "origin: north")
    assert isinstance(line.value, TooFew | NotScored)
    assert "level_not_compared" in alarms.notes
    assert not any(one.name == "level_gap" for one in alarms.lines)


def test_a_small_group_is_nowhere_and_the_next_one_neither(tmp_path):
    groups = {
        **dict.fromkeys(range(40), "north"),
        **dict.fromkeys(range(40, 70), "south"),
        **dict.fromkeys(range(70, 73), "east"),
    }
    courses = [course(one, rated=4 + one % 5) for one in range(73)]
    study = answered(make_snapshot(tmp_path / "s", courses, traits=[told(*one) for one in groups.items()]))
    everything = repr(study)
    assert "east" not in everything
    # South and east together are all but north: shown, south would tell of east.
    assert "south" not in everything
    assert study.kept_back["groups of origin (completion)"] == 2
    assert study.verdict is Verdict.TOO_FEW
    check_words(study)


def test_numbers_of_people_are_rounded_everywhere(alarms):
    assert all(line.n.get("clients", 0) % 5 == 0 for line in alarms.lines)


def test_only_the_traits_that_are_asked_for(tmp_path):
    courses = [course(one, rated=4 + one % 5) for one in range(60)]
    rows = [told(one, "ab"[one % 2]) for one in range(60)] + [
        told(one, "xy"[one % 2], "age") for one in range(60)
    ]
    path = make_snapshot(tmp_path / "s", courses, traits=rows)
    assert {line.by.split(":")[0] for line in answered(path, ("age",)).lines if line.by} == {"age"}
    assert {line.by.split(":")[0] for line in answered(path).lines if line.by} == {"age", "origin"}


def test_who_is_told_two_ways_counts_as_not_told(tmp_path):
    rows = [told(one, "ab"[one % 2]) for one in range(20)] + [told(0, "b")]
    with open_snapshot(
        make_snapshot(tmp_path / "s", [course(one) for one in range(20)], traits=rows)
    ) as snapshot:
        prepare(snapshot, Options())
        (origin,) = traits(snapshot)
    assert origin.several == 1
    assert origin.group["c0"] == "not told"


def test_one_therapist_alone_is_too_few(tmp_path):
    courses = [course(one, rated=4 + one % 4, therapist=1) for one in range(60)]
    study = answered(
        make_snapshot(tmp_path / "s", courses, traits=[told(one, "ab"[one % 2]) for one in range(60)])
    )
    assert study.verdict is Verdict.TOO_FEW
    assert study.line("completion", "origin: a").value == TooFew(1, 3)
    check_words(study)


def test_a_level_that_is_lower_is_seen_where_the_form_is_alike(tmp_path):
    simulate_snapshot(
        tmp_path / "s", clients=900, seed=9, parameters={"groups": {1: 0.5, 2: 0.5}, "group_alliance": -0.6}
    )
    study = answered(tmp_path / "s")
    (gap,) = [line for line in study.lines if line.name == "level_gap"]
    assert abs(gap.value) > 2 and (gap.low > 0 or gap.high < 0)
    assert "level_gap" in study.look_at
