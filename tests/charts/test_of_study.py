"""The pictures of a study: found by its tables and lines, and whole as files of their own."""

import re
from importlib.resources import files as packaged
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from tests.charts.test_drawings import svg_points

from accord.basics.absence import NotScored, TooFew
from accord.charts.of_study import files, main_picture, pictures
from accord.charts.standalone import LOOKS, TOKENS, standalone
from accord.charts.table import CHARTS
from accord.studies.result import Line, Published, Study, Table, Verdict

OURS = ("finding", "caterpillar", "calibration", "decision", "groups")


def study(**changes) -> Study:
    lines = (
        Line("auc", 0.66, 0.6, 0.7, "r"),
        Line("group_auc", 0.6, 0.5, 0.7, "r", by="video"),
        Line("group_auc", TooFew(3, 30), unit="r", by="phone"),
    )
    curve = ((50, 0.1, 0.12, 0.05, 0.2), (50, 0.3, 0.28, 0.2, 0.4))
    benefit = ((2, 0.1, 0.05, 0.01), (2, 0.2, 0.02, -0.1), (4, 0.1, 0.4, 0.4))
    tables = (
        Table("curve", ("sessions", "foretold", "seen", "low", "high"), curve),
        Table("decision", ("session", "threshold", "model", "all"), benefit),
        Table("suspects", ("predictor", "falls"), (("x", 0.1),)),
    )
    published = (Published("auc", 0.658, None, None, "BEN22"), Published("brier", 0.1, None, None, "X"))
    values = {"lines": lines, "tables": tables, "published": published}
    return Study("leaving", Verdict.AGREES, "auc", **{**values, **changes})


def test_pictures_are_found_by_what_there_is():
    found = {one.name: one for one in pictures(study())}
    assert {name: one.chart for name, one in found.items()} == {
        "finding": "finding", "curve": "calibration", "decision": "decision", "groups-group_auc": "groups",
    }  # fmt: skip
    # Only the first session of a table that holds several, and said so.
    assert found["decision"].picture.chances == (0.1, 0.2) and "session 2" in found["decision"].title
    assert svg_points(found["groups-group_auc"].svg()) == {("own", "video", 0.6)}


def test_the_main_picture_has_the_literature_of_its_line_only():
    assert svg_points(main_picture(study()).svg()) == {("studies", "1", 0.658), ("own", "0", 0.66)}
    few = study(lines=(Line("auc", TooFew(3, 100), unit="r"),), tables=())
    assert svg_points(main_picture(few).svg()) == {("studies", "1", 0.658)}


def test_no_picture_of_a_mere_count_and_none_without_anything_to_show():
    for main in (Line("gaps", 2.0, unit="count"), Line("gaps", TooFew(0, 5), unit="share")):
        told = Study("equity", Verdict.DESCRIBES, "gaps", (main,))
        assert pictures(told) == ()


LONG = "came here in the last five years against was born here"


@pytest.mark.parametrize("narrow", [False, True])
def test_groups_are_named_whole_under_what_they_are_groups_of(narrow):
    lines = (
        Line("left", 0.2, 0.1, 0.3, "share", by="Age: 18 to 29"),
        Line("left", 0.3, 0.2, 0.4, "share", by="Age: 30 to 44"),
        Line("left", 0.3, 0.2, 0.4, "share", by=f"origin: {LONG}"),
        Line("left", NotScored("the form means another thing"), unit="share", by="origin: other"),
    )
    main = Line("gaps", 0.0, unit="count")
    (drawn,) = pictures(Study("equity", Verdict.DESCRIBES, "gaps", (main, *lines)))
    told = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.svg(narrow=narrow))
    assert told.count("Age") == told.count("Origin") == 1
    assert LONG in " ".join(told) and not [one for one in told if "…" in one and "form" not in one]
    assert any(one.startswith("the form means") for one in told) and "too few" not in told
    rows = re.findall(r'<text x="0" y="([\d.]+)" class="picture__row"', drawn.svg(narrow=narrow))
    assert len(rows) >= 5  # one label takes two lines
    assert all(float(after) - float(before) >= 16 for before, after in pairwise(rows))


def test_the_axis_of_a_chance_to_tell_apart_begins_at_one_half():
    main = Line("auc", 0.66, 0.63, 0.68, "AUC")
    ticks = re.findall(
        r'class="picture__tick"[^>]*>([^<]*)<', main_picture(study(lines=(main,), tables=())).svg()
    )
    assert ticks[0] == ".50" and all(not one.startswith("0.") for one in ticks)


@pytest.mark.parametrize("name", OURS)
def test_a_file_of_its_own_has_a_look_for_every_mark(name):
    alone = standalone(CHARTS[name].svg(CHARTS[name].example()))
    root = ElementTree.fromstring(alone)
    classes = {
        c for one in root.iter() for c in (one.get("class") or "").split() if c.startswith("picture__")
    }
    assert classes <= {f"picture__{look}" for look in LOOKS}
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and "var(" not in alone


def test_colours_of_files_are_the_tokens_of_the_pages():
    css = (packaged("accord.web") / "static/accord/tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", css.split("@media")[0]))
    assert {name: light[name] for name in TOKENS} == dict(TOKENS)


def test_files_are_svg_and_png():
    made = files(study(tables=()))
    assert set(made) == {
        "leaving-finding.svg", "leaving-finding.png", "leaving-groups-group_auc.svg", "leaving-groups-group_auc.png",
    }  # fmt: skip
    assert made["leaving-finding.png"].startswith(b"\x89PNG")
