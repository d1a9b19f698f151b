"""Words on their way in: taken whole and for certain, or refused with every reason and nothing written."""

import json

import pytest

from accord.basics.faults import Faults
from accord.instruments.packs import add, read_pack
from accord.instruments.registry import instrument
from accord.instruments.text import NoText, add_text, languages, text_pack

GAD_YAML = """\
instrument: gad-7
version: 1
language: en
title: A form
lead: The past two weeks
unvalidated: false
source: Supplied by the clinic
choices: {0: a, 1: b, 2: c, 3: d}
items:
""" + "".join(f"  {n}: {{prompt: Item {n}}}\n" for n in range(1, 8))

LOADED = [  # file, instrument, words of a note that must be told
    ("cirg_asbi/Questionnaire-GAD7.json", "gad-7", "uses the code LA18938-3 for 2"),
    (
        "cirg_asbi/Questionnaire-PHQ9.json",
        "phq-9",
        "/69722-7 is not part of the key of phq-9 and is left out. It carries",
    ),
    ("cirg_asbi/Questionnaire-PHQ9.json", "phq-9", "codes name no system"),
    ("hl7_phr/Questionnaire-gad7.json", "gad-7", "'asked-declined' is left out"),
    ("hl7_phr/Questionnaire-phq9.json", "phq-9", "'asked-declined' is left out"),
    (
        "mii_pro/Questionnaire-mii-qst-pro-phq-9.json",
        "phq-9",
        "answers were taken from ValueSet-mii-vs-pro-phq-9",
    ),
    (
        "nlm_lforms/Questionnaire-argonaut-phq9-ish.json",
        "phq-9",
        "g1.q9 names its answers by an outside address",
    ),
    ("nlm_lforms/Questionnaire-argonaut-phq9-ish.json", "phq-9", "narrative of the file is not valid"),
    ("nlm_lforms/Questionnaire-phq9-variables.json", "phq-9", "expression in the file is not valid"),
    (
        "nlm_lforms/Questionnaire-phq9-weight-function.json",
        "phq-9",
        "computed by an expression, which is not used",
    ),
]
REFUSED = [
    ("beda_emr/Questionnaire-gad-7.yaml", "gad-7", "a vendor's YAML form of FHIR"),
    ("beda_emr/Questionnaire-phq2phq9.yaml", "phq-9", "a vendor's YAML form of FHIR"),
    ("cirg_asbi/Questionnaire-GDS.json", "phq-9", "no item has the LOINC code 44250-9"),
    ("cirg_asbi/Questionnaire-GAD7.json", "phq-9", "no item has the LOINC code 44250-9"),
    ("hl7_sdc/Questionnaire-phq9.json", "phq-9", "no item has the LOINC code 44250-9"),
    ("hl7_sdc/QuestionnaireResponse-phq9.json", "phq-9", "a QuestionnaireResponse, not a Questionnaire"),
    ("hl7_sdc/CodeSystem-CSPHQ9-before-FHIR-50104.json", "phq-9", "a CodeSystem, not a Questionnaire"),
    ("cirg_asbi/Questionnaire-PHQ9.json", "who-5", "has no LOINC codes to match by"),
]


@pytest.mark.parametrize(("file", "name", "note"), LOADED)
def test_a_vendors_questionnaire_is_matched_by_code_and_its_traps_are_told(fhir, packs, file, name, note):
    pack, notes = add_text(name, fhir / file, language="en")
    assert note in "\n".join(notes)
    assert set(pack.items) == {item.number for item in instrument(name).items}
    assert all([value for value, _ in words.choices] == [0, 1, 2, 3] for words in pack.items.values())
    assert text_pack(name, "en").items == pack.items


@pytest.mark.parametrize(("file", "name", "fault"), REFUSED)
def test_what_cannot_be_matched_is_refused_and_nothing_is_written(fhir, packs, file, name, fault):
    with pytest.raises(Faults) as refused:
        add_text(name, fhir / file, language="en")
    assert fault in str(refused.value)
    assert not list(packs.rglob("*.*"))


def test_the_language_is_never_guessed(fhir, packs):
    with pytest.raises(Faults, match="does not say its language"):
        add_text("gad-7", fhir / "hl7_phr/Questionnaire-gad7.json")
    with pytest.raises(Faults, match="no language code"):
        add_text("gad-7", fhir / "hl7_phr/Questionnaire-gad7.json", language="../../x")
    german, _ = add_text("phq-9", fhir / "mii_pro/Questionnaire-mii-qst-pro-phq-9.json")
    assert german.language == "de"
    assert german.items[1].choices[3][1] == "Beinahe jeden Tag"
    english, _ = add_text("phq-9", fhir / "mii_pro/Questionnaire-mii-qst-pro-phq-9.json", language="en")
    assert english.items[1].choices[3][1] == "Nearly every day"
    assert languages("phq-9") == ("en", "de")
    with pytest.raises(Faults, match="has no 'fr' words here"):
        add_text("phq-9", fhir / "mii_pro/Questionnaire-mii-qst-pro-phq-9.json", language="fr")


def test_answers_that_lie_elsewhere_are_not_fetched(fhir, packs, tmp_path):
    alone = tmp_path / "form.json"
    alone.write_bytes((fhir / "mii_pro/Questionnaire-mii-qst-pro-phq-9.json").read_bytes())
    with pytest.raises(Faults, match="its answers lie elsewhere") as refused:
        add_text("phq-9", alone)
    assert len([f for f in refused.value.faults if "lie elsewhere" in f.what]) == 9


def questionnaire(change=lambda form: None) -> str:
    """A made-up GAD-7 form with the right codes, changed by `change`."""
    codes = [item.loinc for item in instrument("gad-7").items]
    answers = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
    form = {
        "resourceType": "Questionnaire",
        "status": "active",
        "language": "en",
        "title": "Made up",
        "item": [
            {
                "linkId": f"q{number}",
                "type": "choice",
                "text": f"Question {number}",
                "code": [{"system": "http://loinc.org", "code": code}],
                "answerOption": [
                    {"valueCoding": {"system": "http://loinc.org", "code": one, "display": f"answer {one}"}}
                    for one in answers
                ],
            }
            for number, code in enumerate(codes, 1)
        ],
    }
    change(form)
    return json.dumps(form)


def weigh(form, value):
    url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    form["item"][0]["answerOption"][3]["extension"] = [{"url": url, "valueDecimal": value}]


def option(form, **coding):
    form["item"][0]["answerOption"][3] = {"valueCoding": coding}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda f: weigh(f, 4), "its answer LA6571-9 has the weight 4, in the key it is 3"),
        (lambda f: option(f, code="always", display="always"), "its answer always has no value"),
        (lambda f: option(f, system="http://loinc.org", code="LA6571-9"), "its answer 3 has no words"),
        (
            lambda f: f["item"][0]["answerOption"].pop(),
            "its answers have the values 0, 1, 2; the key has 0 to 3",
        ),
        (lambda f: f["item"].append(f["item"][0] | {"linkId": "again"}), "stands here a second time"),
        (lambda f: f["item"].pop(), "no item has the LOINC code 69736-7"),
        (lambda f: f["item"][0].pop("text"), "it has no text"),
        (lambda f: f["item"][0].update(type="string", answerOption=[]), "string"),
        (lambda f: f["item"][0]["code"][0].update(system="http://example.org"), "not to LOINC"),
        (lambda f: f.update(status="ready", itemz=[]), "not valid FHIR R4"),
        (lambda f: f["item"][0].update(text="Dear {name}"), "placeholder {name}"),
    ],
)
def test_an_uncertain_form_is_refused_whole(packs, tmp_path, change, fault):
    path = tmp_path / "form.json"
    path.write_text(questionnaire(change), encoding="utf-8")
    with pytest.raises(Faults) as refused:
        add_text("gad-7", path)
    assert fault in str(refused.value)
    assert not list(packs.rglob("*.*"))


def test_the_made_up_form_itself_is_fine(packs, tmp_path):
    path = tmp_path / "form.json"
    path.write_text(questionnaire(), encoding="utf-8")
    pack, notes = add_text("gad-7", path)
    assert len(pack.items) == 7
    assert any("no opening line" in note for note in notes)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[1]", "no FHIR resource"),
        (b'{"resourceType": ', "form.json:1: this is not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "this is not JSON"),
    ],
)
def test_a_broken_file_is_refused_in_words(packs, tmp_path, content, fault):
    path = tmp_path / "form.json"
    path.write_bytes(content)
    with pytest.raises(Faults, match=fault.replace("(", r"\(")):
        add_text("gad-7", path)


def test_a_yaml_pack_is_taken_and_read_back(packs, tmp_path):
    path = tmp_path / "gad.yaml"
    path.write_text(GAD_YAML, encoding="utf-8")
    pack, notes = add_text("gad-7", path)
    assert notes == ()
    assert pack.source_file == "gad.yaml"
    assert text_pack("gad-7", "en-GB").items[3].prompt == "Item 3"
    with pytest.raises(NoText, match="no words in 'es'"):
        text_pack("gad-7", "es")


def test_words_that_are_there_need_replace(packs, tmp_path):
    path = tmp_path / "gad.yaml"
    path.write_text(GAD_YAML, encoding="utf-8")
    add_text("gad-7", path)
    with pytest.raises(Faults, match="--replace"):
        add_text("gad-7", path)
    path.write_text(GAD_YAML.replace("Item 3", "Third"), encoding="utf-8")
    add_text("gad-7", path, replace=True)
    assert text_pack("gad-7", "en").items[3].prompt == "Third"


def test_own_words_give_way_only_to_a_pack_that_was_added_to_replace_them(packs, tmp_path):
    path = tmp_path / "arrival.yaml"
    path.write_text(
        "instrument: accord-arrival\nversion: 1\nlanguage: en\ntitle: Ours\nunvalidated: true\nsource: The clinic\n"
        "items:\n  1: {prompt: Hello, low: no, high: yes}\n".replace(
            "low: no, high: yes", "low: 'no', high: 'yes'"
        ),
        encoding="utf-8",
    )
    with pytest.raises(Faults, match="Accord ships words in 'en'"):
        add_text("accord-arrival", path)
    stray = packs / "accord-arrival" / "en.yaml"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(path.read_bytes())
    assert text_pack("accord-arrival", "en").title == "Before you start"
    add_text("accord-arrival", path, replace=True)
    assert text_pack("accord-arrival", "en").title == "Ours"


def test_a_key_that_is_not_enabled_takes_no_words(packs, tmp_path):
    with pytest.raises(Faults, match="not enabled"):
        add(instrument("calpas-12"), tmp_path / "x.yaml", packs)


def test_a_pack_for_another_version_or_instrument_is_refused(tmp_path):
    path = tmp_path / "gad.yaml"
    path.write_text(GAD_YAML.replace("version: 1", "version: 3"), encoding="utf-8")
    with pytest.raises(Faults, match="these words are for version 3"):
        read_pack(instrument("gad-7"), path)
    path.write_text(GAD_YAML, encoding="utf-8")
    with pytest.raises(Faults, match="these words are for 'gad-7', not phq-9"):
        read_pack(instrument("phq-9"), path)


def test_a_failed_write_leaves_what_was_there(packs, tmp_path, monkeypatch):
    path = tmp_path / "gad.yaml"
    path.write_text(GAD_YAML, encoding="utf-8")
    add_text("gad-7", path)
    before = (packs / "gad-7" / "en.yaml").read_bytes()

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("accord.instruments.packs.os.fsync", full)
    with pytest.raises(Faults, match="No space left"):
        add_text("gad-7", path, replace=True)
    assert [one.name for one in (packs / "gad-7").iterdir()] == ["en.yaml"]
    assert (packs / "gad-7" / "en.yaml").read_bytes() == before
