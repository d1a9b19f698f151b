"""Words of the clients' pages: collected, translated, compiled."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
translations = pytest.importorskip(
    "translations", reason="the tools lie beside the source, not in the package"
)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_translations_are_in_step_with_the_source(language):
    assert translations.out_of_step(language) == []


def test_every_text_of_a_client_is_there_in_spanish():
    assert translations.untranslated(translations.merged("es")) == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_translation_fills_in_what_the_text_fills_in(language):
    named = re.compile(r"%\((\w+)\)s|</?strong>")

    def fills(words):
        return set(named.findall(words if isinstance(words, str) else " ".join(words)))

    unlike = [
        one.id
        for one in translations.read(language)
        if one.id and one.string and fills(one.id) != fills(one.string)
    ]
    assert unlike == []


def test_texts_are_found_in_templates_and_modules():
    found = {one.words: one.file for one in translations.texts(translations.client_files())}
    assert found["Not your own phone?"] == "checkin/templates/checkin/_kept.html"
    assert found["This link has closed"] == "checkin/reasons.py"
    assert found["Go to the questions"] == "templates/client_base.html"
