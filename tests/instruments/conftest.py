"""Instruments in tests: a definition written in a few lines, and packs that go to a folder of their own."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("unhurried")

DEFINITION = """\
id: small
version: 1
title: Small
family: outcome
respondent: client
own: true
validated: false
enabled: true
source: Written for a test
licence: Free
recall: today
items:
  - {numbers: 1-3, kind: choice, low: 0, high: 4}
  - {numbers: 4, kind: choice, low: 0, high: 4, risk_at: 1}
main_scale: TOTAL
scales:
  - id: TOTAL
    items: 1-4
    method: sum
    reversed: 2
    low: 0
    high: 16
    higher_is_better: false
    key: {confidence: design, source: a test}
    missing: {may_miss: 1, confidence: design, source: a test}
"""

EXAMPLES = """\
- name: the lowest
  answers: {1: 0, 2: 4, 3-4: 0}
  scores: {TOTAL: 0}
- name: the highest
  answers: {1: 4, 2: 0, 3-4: 4}
  scores: {TOTAL: 16}
  positive: 4
- name: one missing
  answers: {1: 3, 2: 4, 4: 0}
  scores: {TOTAL: 4}
"""

WORDS = """\
instrument: small
version: 1
language: en
title: Small
unvalidated: true
source: Written for a test
choices: {0: never, 1: seldom, 2: at times, 3: often, 4: always}
items:
  1: {prompt: One}
  2: {prompt: Two}
  3: {prompt: Three}
  4: {prompt: Four}
"""


@pytest.fixture
def small(tmp_path):
    """The folder of a small instrument without a fault."""
    folder = tmp_path / "small"
    (folder / "text").mkdir(parents=True)
    (folder / "definition.yaml").write_text(DEFINITION, encoding="utf-8")
    (folder / "examples.yaml").write_text(EXAMPLES, encoding="utf-8")
    (folder / "text" / "en.yaml").write_text(WORDS, encoding="utf-8")
    return folder


@pytest.fixture
def packs(tmp_path, monkeypatch) -> Path:
    """An empty folder for a clinic's packs."""
    folder = tmp_path / "packs"
    monkeypatch.setenv("ACCORD_TEXT_PACKS", str(folder))
    return folder


@pytest.fixture
def fhir() -> Path:
    """The FHIR files of several vendors, beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "../shared/data/fhir"
    if not folder.is_dir():
        pytest.skip("../shared/data/fhir is not beside this checkout")
    return folder
