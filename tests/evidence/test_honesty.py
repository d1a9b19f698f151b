"""One text about what is validated: the public page and the docs say the same, and every finding has its claim."""

import subprocess
import sys
from pathlib import Path

import pytest

from accord.evidence.claims import is_claim, refused_in
from accord.evidence.honesty import FILE, for_docs, for_site, honesty
from accord.evidence.rendering import claims_in, plain
from accord.evidence.sentences import sentences
from accord.evidence.unsourced import Speaker, named_claims, not_in_claims, unsourced

ROOT = Path(__file__).resolve().parents[2]
TEXT = FILE.read_text(encoding="utf-8")


def test_the_docs_say_what_the_page_says():
    found = subprocess.run(
        [sys.executable, ROOT / "tools" / "honesty_reference.py", "--check"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("sentence", sentences(TEXT), ids=lambda one: str(one.line))
def test_every_finding_has_its_claim_with_its_number(sentence):
    assert all(is_claim(id) for id in named_claims(sentence.raw))
    assert not unsourced(sentence.text, sentence.raw, Speaker.PRODUCT)
    assert not not_in_claims(sentence.text, sentence.raw)
    assert not refused_in(sentence.text)


def test_it_says_where_feedback_failed_or_harmed_and_what_is_untested():
    parts = {one.id: one for one in honesty().sections}
    failed = claims_in(parts["where-feedback-failed-or-did-harm"].markdown)
    assert {"feedback-effect", "feedback-alone", "training-effect"} <= set(failed)
    assert {"alliance-outcome", "dropout-forty-percent"} <= set(
        claims_in(parts["what-the-numbers-cannot-say"].markdown)
    )
    assert "fit check are unvalidated too" in plain(parts["our-own-instruments"].markdown)


def test_links_lead_where_each_reader_can_follow():
    text = "[a](docs/fit-check.md) [b](docs/method/dip.md) [c](claim:preferences) [d](https://e.org)"
    assert for_site(text) == "[a](/fit/) b [c](claim:preferences) [d](https://e.org)"
    assert "](docs/" not in for_docs() and "claim:" not in for_docs()
    assert "(`training-effect`)" in for_docs() and "](method/real-data.md)" in for_docs()
