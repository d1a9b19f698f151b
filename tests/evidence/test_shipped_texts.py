"""No text that ships makes a scientific claim with a number and no source.

What a claim is, and what a source: `accord.evidence.unsourced`. How a text is cut: `tests.evidence.shipped`.
"""

from pathlib import Path

import pytest
from tests.evidence.shipped import from_markdown, from_python, from_template, from_yaml, units

from accord.evidence.claims import is_claim, refused_in
from accord.evidence.unsourced import Speaker, named_claims, unsourced

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "accord"

# Left out, each with its reason.
OWN_MEASUREMENTS = "reports what Accord measured itself, with how; the numbers are the page's own"
LEFT_OUT = {
    "docs/method": OWN_MEASUREMENTS,
    "docs/simulate.md": OWN_MEASUREMENTS,
    "docs/commands.md": "written from the commands, whose texts are read where they stand",
    "src/accord/evidence/claims.yaml": "is where claims have their sources; tests/evidence/test_claims.py",
    "src/accord/evidence/articles": "held to more: tests/evidence/test_own_articles.py",
}


def shipped() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    found += SOURCE.rglob("*.yaml")
    found += [path for path in SOURCE.rglob("templates/**/*") if path.suffix in (".html", ".txt")]
    found += [path for path in (SOURCE / "web").rglob("*.py") if "migrations" not in path.parts]
    left_out = tuple(str(ROOT / one) for one in LEFT_OUT)
    return sorted(path for path in found if not str(path).startswith(left_out))


FILES = shipped()


def test_all_kinds_of_text_are_read():
    assert {path.suffix for path in FILES} >= {".md", ".html", ".yaml", ".py"}
    assert len(FILES) > 200
    assert all((ROOT / one).exists() for one in LEFT_OUT), "a reason for nothing"


@pytest.fixture(scope="module")
def read():
    return [unit for path in FILES for unit in units(path, ROOT)]


def test_every_number_that_makes_a_scientific_claim_has_its_source(read):
    bare = [
        f"{unit.where}: {', '.join(one.written for one in found)}: {unit.said}"
        for unit in read
        if (found := unsourced(unit.said, unit.beside, Speaker.PRODUCT))
    ]
    assert bare == [], "\n".join(
        ["Link each to a claim, or name the key of its source in the sentence:", *bare]
    )


def test_no_text_repeats_what_is_not_supported(read):
    assert [f"{unit.where}: {unit.said}" for unit in read if refused_in(unit.said)] == []


def test_every_claim_that_a_text_names_exists(read):
    named = {
        (unit.where, id) for unit in read for id in named_claims(unit.beside) if unit.beside.count("claim:")
    }
    assert {(where, id) for where, id in named if "src/accord" in where and not is_claim(id)} == set()


FLAGGED = [
    (from_markdown, "Feedback helps a little (d = .15)."),
    (from_markdown, "Claim `feedback-effect`. Feedback helps (d = .15)."),
    (from_markdown, "- `feedback-effect`\n- Feedback helps (d = .15)."),
    (from_template, "<p>Feedback helps a little (d = .15).</p><p>FLU18</p>"),
    (from_template, '<p>{% translate "In studies it is 8 % of outcome." %}</p>'),
    (from_template, '<td aria-label="r = .28 in studies">x</td>'),
    (from_yaml, "a: {known: 'Helps (d .15).', by: us}\nb: {source: DEJ21}"),
    (from_python, 'x = _("It helps a little (d = .15).")\n\n\ny = "DEJ21"'),
]
SPARED = [
    (from_markdown, "Feedback helps a little (DEJ21: d = .15)."),
    (from_markdown, "| DEJ21 | d = .15 |"),
    (from_markdown, "- Claim `feedback-effect`.\n  It helps.\n  Feedback helps (d = .15)."),
    (from_markdown, "The bar is 40 % wide."),
    (from_template, '<p>Helps (d = .15) <a href="/library/claims/feedback-effect/">why</a>.</p>'),
    (from_template, '<p data-claim="claim:feedback-effect">x</p><div style="width: 40%">12 % of 30</div>'),
    (from_template, "<p>{# r = .9 #}{{ r }} = .9 {% if r == 0.9 %}</p>"),
    (from_yaml, "a: {known: 'Helps (d .15).', source: DEJ21}"),
    (from_yaml, "claim: feedback-effect\nsteps:\n  - say: 'Helps (d .15).'"),
    (from_python, 'x = "d = .15"\ny = _("Helps (d = .15).")  # claim:feedback-effect'),
]


@pytest.mark.parametrize("reader,text", FLAGGED)
def test_texts_that_are_flagged(reader, text):
    assert [unit for unit in reader(text, "x") if unsourced(unit.said, unit.beside, Speaker.PRODUCT)]


@pytest.mark.parametrize("reader,text", SPARED)
def test_texts_that_are_spared(reader, text):
    assert not [unit for unit in reader(text, "x") if unsourced(unit.said, unit.beside, Speaker.PRODUCT)]
