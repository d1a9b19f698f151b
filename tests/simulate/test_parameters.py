"""Parameters: every number has a source, a file of one's own changes some, and its faults are told together."""

import pytest
import yaml

from accord.basics.faults import Faults
from accord.instruments.definition import Confidence
from accord.simulate.parameters import NAMES, OWN_FILE, descriptions, read_parameters


def faults(tmp_path, text: str) -> list[str]:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_parameters(file)
    return [str(fault) for fault in told.value.faults]


def test_every_parameter_says_where_it_comes_from_and_lies_where_it_says():
    assert set(yaml.safe_load(OWN_FILE.read_text("utf-8"))) == set(NAMES)
    for name, one in descriptions().items():
        assert one.source.endswith("."), name
        assert one.confidence is not Confidence.KNOWN_LOW, "a number of low confidence is never a default"
        if one.sweep:
            assert one.limits[0] <= one.sweep[0] <= one.value <= one.sweep[1] <= one.limits[1], name


def test_the_stated_benchmark_is_the_default():
    p = read_parameters()
    assert (p.therapist_sd, p.client_sd, p.state_sd, p.state_phi, p.error_sd) == (
        0.25,
        0.71,
        0.45,
        0.35,
        0.30,
    )
    assert (p.growth, p.growth_sd, p.missing) == (0.12, 0.15, 0.12)
    assert (p.dip_onset, p.dip_size, p.dip_size_sd, p.dip_size_least, p.dip_repair) == (
        0.06,
        1.1,
        0.5,
        0.3,
        0.45,
    )
    assert (p.leaving, p.leaving_alliance, p.leaving_dip, p.leaving_time) == (-3.55, -0.55, 0.75, -0.25)


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("missing: 0.4\ncourse_lengths: {10: 1}\ndip_onset: {value: 0.1, source: tried}\n")
    changed, ours = read_parameters(file), read_parameters()
    assert (changed.missing, changed.course_lengths, changed.dip_onset) == (0.4, ((10.0, 1.0),), 0.1)
    assert changed.client_sd == ours.client_sd


def test_a_copy_of_our_file_is_our_parameters():
    assert read_parameters(OWN_FILE) == read_parameters()


def test_all_faults_of_a_file_are_told_at_once_with_line_and_near_name(tmp_path):
    told = faults(
        tmp_path,
        "mising: 0.2\n"
        "dip_repair: 1.5\n"
        "sag: often\n"
        "growth: .nan\n"
        "session_kinds: {in_person: 0.5, videoo: 0.5}\n"
        "spacing_days: {7: 0.5, 14: 0.4}\n"
        "late: {value: 0.1, sources: me}\n",
    )
    assert told == [
        "mine.yaml:1: there is no parameter 'mising'. Did you mean missing?",
        "mine.yaml:2: 'dip_repair' lies outside 0 to 1. Give a value inside.",
        "mine.yaml:3: 'sag' is no number. Give a number, with a point for decimals.",
        "mine.yaml:4: 'growth' is no number. Give a number, with a point for decimals.",
        "mine.yaml:5: there is no session kind 'videoo'. Did you mean video?",
        "mine.yaml:6: the shares of 'spacing_days' do not add up to 1. Change one of them.",
        "mine.yaml:7: 'sources' says nothing about a parameter. Did you mean source?",
    ]


def test_a_list_or_an_empty_file(tmp_path):
    assert "list of parameters" in faults(tmp_path, "- missing\n")[0]
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    assert read_parameters(empty) == read_parameters()


def test_a_range_of_days_that_would_turn_the_order_round_is_refused(tmp_path):
    assert "outside 3 to 120" in faults(tmp_path, "spacing_days: {1: 1}\n")[0]
