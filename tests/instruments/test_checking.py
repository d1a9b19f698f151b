"""``check`` tells every fault of a folder at once, with file, line and near name."""

import pytest

from accord.instruments.checking import check
from accord.instruments.registry import LIBRARY


def told(folder) -> str:
    return "\n".join(map(str, check(folder).faults))


def mend(folder, was, becomes, name="definition.yaml"):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")


def test_a_folder_without_a_fault(small):
    assert check(small).faults == ()
    assert check(small / "definition.yaml").instrument.id == "small"


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("title:", "titel:", "definition.yaml:3: titel: 'titel' is not known here. Did you mean title?"),
        ("method: sum", "method: summ", "definition.yaml:19: scales.1.method: 'summ' is not one of:"),
        ("method: sum", "method: summ", "Did you mean sum?"),
        ("version: 1", "version: one", "definition.yaml:2: version: this is not a whole number."),
        ("own: true", "own: yes please", "definition.yaml:6: own: this is not true or false."),
        ("items: 1-4", "items: 1-5", "definition.yaml:18: TOTAL uses item 5, which is not defined."),
        ("reversed: 2", "reversed: 9", "definition.yaml:20: TOTAL: item 9 is reversed but not in the scale."),
        ("reversed: 2", "reversed: 2, 2", "an item is reversed twice, which changes nothing."),
        (
            "high: 16",
            "high: 27",
            "definition.yaml:21: TOTAL: its items reach from 0 to 16, not from 0 to 27.",
        ),
        ("risk_at: 1", "risk_at: 9", "definition.yaml:14: items 4: risk_at 9 must lie above 0"),
        ("numbers: 4,", "numbers: 5,", "definition.yaml:12: the items are not numbered 1 to 4; lacking: 4."),
        ("numbers: 4,", "numbers: 3,", "item 3 is defined 2 times."),
        ("main_scale: TOTAL", "main_scale: TOTL", "there is no scale TOTL. Did you mean TOTAL?"),
        ("main_scale: TOTAL", "order: 1-3\nmain_scale: TOTAL", "it does not name every item exactly once."),
        ("enabled: true", "enabled: false", "definition.yaml:8: it is not enabled and does not say why."),
        (
            "key: {confidence: design",
            "key: {confidence: known-l",
            "known with low confidence only (known-l).",
        ),
        ("may_miss: 1", "may_miss: 4", "4 of 4 items may be missing: that leaves none."),
        ("may_miss: 1", "may_miss: 1, only: 4", "item 4 is a safety item and is never filled in."),
        ("    low: 0", "    risk: true\n    low: 0", "a risk scale is never filled in."),
        ("    low: 0", "    weights: [1, 2]\n    low: 0", "weights and items do not match."),
        ("    low: 0", "    factor: 4\n    low: 0", "only a scaled sum or a scaled mean takes a factor."),
        (
            "validated: false",
            "validated: true",
            "words of our own are unvalidated until a study says otherwise.",
        ),
        ("id: small", "id: smaller", "the folder is called small, not smaller."),
        ("recall: today", "recall: today\ntwin: phq9", "there is no phq9. Did you mean phq-9?"),
        ("recall: today", "recall: today\ntwin: phq-9", "phq-9 does not name small as its twin."),
        ("recall: today", "recall: today\nrecall: now", "definition.yaml:12: 'recall' is written twice."),
        ("recall: today", "recall: [today", "this is not YAML"),
        ("kind: choice", "kind: text", "definition.yaml:13: items 1-3: a text item has no low and high"),
        ("1-3, kind", "1-3; kind", "definition.yaml:13: this is not YAML"),
    ],
)
def test_each_fault_is_told_with_its_line(small, was, becomes, line):
    mend(small, was, becomes)
    assert line in told(small)


def test_all_faults_are_told_together(small):
    mend(small, "title:", "titel:")
    mend(small, "version: 1", "version: one")
    mend(small, "method: sum", "method: summ")
    assert len(check(small).faults) == 4  # the title is also missing


def test_own_without_words_and_published_with_words(small):
    (small / "text" / "en.yaml").unlink()
    assert "definition.yaml:6: an instrument of our own needs its words." in told(small)
    (small / "text" / "de.yaml").write_text("x", encoding="utf-8")
    mend(small, "own: true", "own: false")
    assert "text/de.yaml: the words of a published instrument are not shipped." in told(small)


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("  4: {prompt: Four}\n", "", "text/en.yaml:8: item 4 has no words."),
        ("4: {prompt: Four}", "5: {prompt: Four}", "small has no item 5."),
        (", 4: always", "", "item 1 has no words for the answer 4."),
        ("4: always", "5: always", "item 1 has no answer 5 in the key."),
        ("4: always", "4: often", "the same words for two answers."),
        ("Two}", "'Two {name}'}", "text/en.yaml:10: item 2 has the placeholder {name}. Only {therapist}"),
        ("{prompt: One}", "{promt: One}", "'promt' is not known here. Did you mean prompt?"),
        ("language: en", "language: es", "text/en.yaml: its language is 'es'."),
        ("unvalidated: true", "unvalidated: false", "words of our own are unvalidated."),
        ("version: 1", "version: 2", "these words are for version 2; the key is version 1."),
    ],
)
def test_faults_in_the_words(small, was, becomes, line):
    mend(small, was, becomes, "text/en.yaml")
    assert line in told(small)


def test_earlier_versions_are_checked_too(small):
    (small / "earlier").mkdir()
    text = (small / "definition.yaml").read_text(encoding="utf-8")
    (small / "earlier" / "v1.yaml").write_text(text.replace("reversed: 2", "reversed: 7"), encoding="utf-8")
    assert "v1.yaml:20: TOTAL: item 7 is reversed but not in the scale." in told(small)
    assert "v1.yaml:2: it holds version 1 of small, the newest is 1 of small." in told(small)


def test_what_is_not_there(small, tmp_path):
    (small / "examples.yaml").unlink()
    assert "examples.yaml: there is no such file." in told(small)
    assert "definition.yaml: there is no such file." in told(tmp_path / "nowhere" / "definition.yaml")


def test_a_new_instrument_touches_only_its_folder(small, monkeypatch, tmp_path):
    """The folder alone is enough: list, form and scores follow from it."""
    from accord.instruments import registry, text
    from accord.instruments.scoring import score

    monkeypatch.setattr(registry, "LIBRARY", tmp_path)
    monkeypatch.setattr(text, "LIBRARY", tmp_path)
    for cached in (registry.identifiers, registry.instrument, registry.all_instruments):
        cached.cache_clear()
    try:
        one = registry.instrument("small")
        assert [each.id for each in registry.all_instruments()] == ["small"]
        assert text.text_pack("small", "en").items[4].prompt == "Four"
        assert score(one, {1: 4.0, 2: 4.0, 3: 4.0, 4: 4.0})["TOTAL"].value == 12.0
    finally:
        for cached in (registry.identifiers, registry.instrument, registry.all_instruments):
            cached.cache_clear()
    assert (LIBRARY / "phq-9").is_dir()


def test_a_form_of_words_alone_has_no_scale_and_needs_no_examples(small):
    path = small / "definition.yaml"
    head, _scales = path.read_text(encoding="utf-8").split("items:\n")
    words = "items:\n  - {numbers: 1-4, kind: text}\n"
    path.write_text(head + words, encoding="utf-8")
    (small / "examples.yaml").unlink()
    pack = small / "text" / "en.yaml"
    pack.write_text(
        "".join(line for line in pack.read_text(encoding="utf-8").splitlines(True) if "choices" not in line),
        encoding="utf-8",
    )
    assert check(small).faults == ()
    path.write_text(head + words + "main_scale: TOTAL\n", encoding="utf-8")
    assert "words have no scale. Leave main_scale out." in "\n".join(map(str, check(small).faults))
    path.write_text(head + "items:\n  - {numbers: 1-4, kind: choice, low: 0, high: 4}\n", encoding="utf-8")
    assert "only a form of words alone goes without" in "\n".join(map(str, check(small).faults))
