"""The annual report: sentences first, nobody named, what was made up said on every page, the same on both."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.web.learning.runs import answered

from accord.basics.absence import TooFew
from accord.reports.annual import MOST_ROWS, annual
from accord.reports.page import as_html
from accord.reports.paper import as_pdf, as_png
from accord.studies.result import Line, Verdict
from accord.studies.stored import run_from_json


@pytest.fixture(scope="module")
def run():
    return run_from_json(json.loads(answered()))


class Headings(HTMLParser):
    """The levels of a page's headings in order, and its pictures without words."""

    def __init__(self):
        super().__init__()
        self.levels, self.mute = [], 0

    def handle_starttag(self, tag, attrs):
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))
        if tag == "img" and not dict(attrs).get("alt"):
            self.mute += 1


def test_sentences_come_first_and_every_study_is_there(run):
    made = annual(run)
    assert [one.id for one in (*made.findings, *made.further)] == [one.id for one in run.studies]
    page = as_html(made)
    assert page.index(made.lead.split(",")[0]) < page.index("<img") and "Simulated: none of these" in page
    assert all(page.count(f'id="{one.id}"') == 1 for one in run.studies)
    assert "claim:" not in page


def test_the_page_can_be_walked_by_its_headings_and_every_picture_has_words(run):
    reader = Headings()
    reader.feed(as_html(annual(run)))
    assert reader.levels[0] == 1 and reader.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(reader.levels, reader.levels[1:], strict=False))
    assert reader.mute == 0


def test_nobody_is_named(run):
    study = next(one for one in run.studies if one.id == "therapists")
    keys = [row[0] for one in study.tables if one.columns[0] == "therapist" for row in one.rows]
    page = as_html(annual(run))
    assert keys and not [key for key in keys if f">{key}<" in page or f'"{key}"' in page]
    assert "unnamed therapists with their intervals" in page
    assert "rank" not in page.lower()


def test_too_few_is_said_and_long_tables_are_cut_with_a_word(run):
    first = run.studies[0]
    few = replace(
        first, verdict=Verdict.TOO_FEW, lines=(Line(first.main, TooFew(3, 50), unit="r"),), facts=Facts()
    )
    many = replace(first, lines=first.lines * MOST_ROWS)
    section = annual(replace(run, studies=(few,))).findings[0]
    assert section.rows[0].here == "too few to say (3 of 50)" and section.verdict == "too few yet"
    long = annual(replace(run, studies=(many,))).findings[0]
    assert len(long.rows) == MOST_ROWS and "further numbers" in long.left_out[0]


class Facts(dict):
    """Any fact: the words of a study without its numbers."""

    def __missing__(self, key):
        return 0


def test_words_of_a_service_are_text_and_no_markup(run):
    made = replace(annual(run), service='<b>#strong[x] "A" & $1$')
    assert "&lt;b&gt;#strong[x]" in as_html(made)
    assert as_pdf(made).startswith(b"%PDF")


def test_the_pdf_has_tags_and_its_pages_can_be_looked_at(run):
    made = annual(run)
    assert b"pdfuaid" in as_pdf(made)
    pages = as_png(made, 20)
    assert len(pages) > 5 and all(one.startswith(b"\x89PNG") for one in pages)
