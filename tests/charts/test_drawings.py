"""Every picture twice: what the SVG shows, the interactive drawing shows, in the same places; and nothing overlaps."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.basics.absence import TooFew
from accord.charts import drawing, line, line_spec, line_svg
from accord.charts.line import Column, Line, LineWords
from accord.charts.small import look_first_svg, own_line_svg
from accord.charts.table import CHARTS
from accord.course.course import Point
from accord.course.session import Attendance, Session

POINTS = ("client", "therapist", "mean", "step", "studies", "own", "other")  # layers whose rows are marks
SVG = "{http://www.w3.org/2000/svg}"


def tree(svg: str) -> ElementTree.Element:
    """The picture as a browser reads it: inline SVG carries no namespace of its own."""
    return ElementTree.fromstring(svg)


def svg_points(svg: str) -> set[tuple[str, str, float]]:
    """Every mark with what it stands for."""
    marks = [one for one in tree(svg).iter() if one.get("data-mark")]
    return {
        (one.get("data-mark"), one.get("data-at"), round(float(one.get("data-value")), 6)) for one in marks
    }


def spec_points(spec: dict) -> set[tuple[str, str, float]]:
    """Every point that the specification draws and says something about."""
    layers = [one for one in spec["layer"] if one.get("name") in POINTS]
    return {
        (layer["name"], row["at"], round(row["value"], 6))
        for layer in layers
        for row in layer["data"]["values"]
    }


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", CHARTS)
def test_both_drawings_show_the_same_points(name, narrow):
    chart = CHARTS[name]
    picture = chart.example()
    shown = svg_points(chart.svg(picture, narrow=narrow))
    assert shown and shown == spec_points(chart.spec(picture, narrow=narrow))


@pytest.mark.parametrize("narrow", [False, True])
def test_both_drawings_put_the_points_in_the_same_places(narrow):
    picture = line.example()
    marks = [one for one in tree(line_svg.svg(picture, narrow=narrow)).iter("circle") if one.get("data-mark")]
    spec = line_spec.spec(picture, narrow=narrow)
    client = next(one for one in spec["layer"] if one.get("name") == "client")
    low, high = client["encoding"]["y"]["scale"]["domain"]
    top, plot = spec["padding"]["top"], spec["height"]
    for mark, row in zip(marks, client["data"]["values"], strict=True):
        assert float(mark.get("cx")) == pytest.approx(row["x"], abs=0.06)
        # The y of the SVG read back through the axis of the specification is the value itself.
        assert low + (top + plot - float(mark.get("cy"))) / plot * (high - low) == pytest.approx(
            row["value"], abs=0.1
        )


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_has_a_name_and_no_style_script_or_id(name):
    svg = CHARTS[name].svg(CHARTS[name].example())
    root = tree(svg)
    assert root.get("role") == "img" and root.find("title").text
    assert root.get("direction") == "ltr"
    # The Content-Security-Policy refuses style attributes; without ids two pictures on a page cannot clash.
    assert not re.search(r"\sstyle=|<script|\sid=|\bhref=|\son\w+=", svg)


@pytest.mark.parametrize("name", CHARTS)
def test_a_specification_needs_no_expression_and_no_address(name):
    spec = CHARTS[name].spec(CHARTS[name].example())
    written = repr(spec)
    assert "'expr'" not in written and "'url'" not in written and "'transform'" not in written


def course(count: int, *, name: str = "Ana", high: float = 96.0) -> Line:
    """A course of many sessions, some missed, some unrated, one handed over, one to come."""
    columns, number = [], 0
    for n in range(count):
        held = n % 11 != 5
        number += held
        rated = held and n % 7 != 3
        columns.append(
            Column(
                label=str(number) if held else "missed",
                day=f"{1 + n % 28} {('Jan', 'Feb', 'Mar')[n // 28 % 3]}",
                client=high - (n * 13) % 37 if rated else None,
                therapist=high - (n * 7) % 31 if rated else None,
                usual=(58.0, 82.0) if held and n > 2 else None,
                too_few=held and n < 2,
                held=held,
                kind=("screen", "online") if n % 9 in (3, 4) else None,
                therapist_name="Dr Lindgren" if n == count // 2 and n else "",
            )
        )
    columns.append(Column(str(number + 1), "31 Dec", coming=True))
    return Line(tuple(columns), LineWords("Check-in", client=name, therapist="You"))


def boxes(svg: str) -> list[tuple[float, float, float, float, str]]:
    """Where each word stands: left, right, top, bottom, by the width that the layout reckons with."""
    found = []
    for one in tree(svg).iter("text"):
        tone = one.get("class") or ""
        width = drawing.bold(one.text) if "__end-" in tone else drawing.width_of(one.text)
        x, y = float(one.get("x")), float(one.get("y"))
        left = x - {"start": 0, "middle": width / 2, "end": width}[one.get("text-anchor")]
        found.append((left, left + width, y - 10, y + 2, one.text))
    return found


def assert_words_have_room(svg: str) -> None:
    """No word leaves the picture, and none touches another."""
    width, height = (float(tree(svg).get(side)) for side in ("width", "height"))
    placed = boxes(svg)
    for left, right, top, bottom, words in placed:
        assert left >= 0 and right <= width + 0.5, words
        assert top >= 0 and bottom <= height, words
    for n, one in enumerate(placed):
        for other in placed[n + 1 :]:
            apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
            assert apart, f"{one[4]!r} touches {other[4]!r}"


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 25, 60])
def test_words_neither_touch_nor_leave_the_picture(count, narrow):
    assert_words_have_room(line_svg.svg(course(count, name="Bartholomew-Alexander"), narrow=narrow))


ratings = st.none() | st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
sessions = st.builds(
    lambda client, therapist, held, few, handover, low: Column(
        label="12" if held else "missed",
        day="28 Nov",
        client=client if held else None,
        therapist=therapist if held else None,
        usual=(low, min(100.0, low + 14)) if held and not few else None,
        too_few=few,
        held=held,
        therapist_name="Dr Lindgren" if handover else "",
    ),
    ratings,
    ratings,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.floats(0, 90),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(sessions, max_size=12), st.booleans(), st.booleans())
def test_words_have_room_whatever_was_rated(columns, narrow, ahead):
    coming = (Column("13", "5 Dec", coming=True),) if ahead else ()
    words = LineWords(
        "x", client="Ana", therapist="Dr Lindgren", outside=("her usual here", "would be 77 to 89")
    )
    picture = Line((*columns, *coming), words)
    assert_words_have_room(line_svg.svg(picture, narrow=narrow))
    assert svg_points(line_svg.svg(picture, narrow=narrow)) == {
        (who, one.label, round(value, 6))
        for one in columns
        for who, value in (("client", one.client), ("therapist", one.therapist))
        if value is not None
    }


def test_sessions_are_never_closer_than_a_dot_is_wide():
    xs = [
        float(one.get("cx"))
        for one in tree(line_svg.svg(course(60), narrow=True)).iter("circle")
        if one.get("data-mark")
    ]
    assert min(b - a for a, b in pairwise(xs)) >= 19.9


def test_a_missed_session_breaks_the_line_and_the_band():
    svg = line_svg.svg(line.example())
    assert svg.count('class="picture__line picture__line--client"') == 2
    assert svg.count('class="picture__band"') == 2
    assert svg.count('class="picture__missed"') == 1 and svg.count('class="picture__stem"') == 1


def test_a_ring_marks_what_raised_a_signal_and_only_that():
    picture = line.example()
    assert line_svg.svg(picture).count('class="picture__ring"') == 1
    outside_only = replace(
        picture.columns[8], marked=False
    )  # one in five ordinary ratings lies outside the band
    assert 'class="picture__ring"' not in line_svg.svg(
        replace(picture, columns=(*picture.columns[:8], outside_only))
    )


def test_the_axis_starts_where_it_says():
    assert line.example().start == 40
    assert drawing.drawn_from([3.0], low=0, high=100, step=20) == 0
    assert drawing.drawn_from([], low=0, high=100, step=20) == 60
    assert (
        drawing.drawn_from([61.0, 90.0], low=0, high=100, step=20) == 40
    )  # a point does not stand on the frame


def test_labels_of_lines_that_end_together_stand_apart():
    columns = (
        Column("1", "2 Jan", client=80.0, therapist=79.0),
        Column("2", "9 Jan", client=80.0, therapist=79.0),
    )
    ends = [
        one
        for one in boxes(line_svg.svg(Line(columns, LineWords("x", client="Ana", therapist="You"))))
        if one[4][0] in "AY"
    ]
    assert abs(ends[0][2] - ends[1][2]) >= 16


def test_words_are_escaped():
    svg = line_svg.svg(Line((Column("1", "<b>", client=50.0, said="&"),), LineWords("<i>", client='"&<')))
    assert "<b>" not in svg and "<i>" not in svg
    assert tree(svg).find("title").text == "<i>"


def session(number: int, attendance: Attendance = Attendance.ATTENDED) -> Session:
    from datetime import date

    return Session(
        f"s{number}", date(2026, 3, number), number if attendance.held else None, attendance=attendance
    )


def test_look_first_draws_the_last_six_with_their_band_and_ring():
    values = [80, 82, 79, 81, 80, None, 82, 81, 40]
    points = [
        Point(
            session(n + 1, Attendance.MISSED_WITHOUT_NOTICE if v is None else Attendance.ATTENDED),
            TooFew(0, 1) if v is None else float(v),
        )
        for n, v in enumerate(values)
    ]
    usual = [None, None, *[(74.0, 88.0)] * 7]
    svg = look_first_svg(points, usual, marked={points[-1].session.key}, title="Ana")
    assert svg_points(svg) == {("client", str(n), float(values[n - 1])) for n in (4, 5, 7, 8, 9)}
    assert svg.count("picture__ring") == 1 and svg.count("picture__missed") == 1


def test_own_line_shows_every_rating_and_says_today():
    svg = own_line_svg([62, None, 57, 76], today="today", title="Your line so far")
    assert svg_points(svg) == {("client", "1", 62.0), ("client", "3", 57.0), ("client", "4", 76.0)}
    assert svg.count("picture__line--client") == 1  # the first rating stands alone
    assert [one.text for one in tree(svg).iter("text")][-1] == "today"
    assert len(own_line_svg([50.0] * 60, today="today", title="x")) < 9000
