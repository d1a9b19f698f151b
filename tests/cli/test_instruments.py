"""``accord instruments``: as a person and as a program call it."""

import json


def test_list_names_every_instrument_and_why_one_is_not_enabled(accord):
    rows = {row["id"]: row for row in json.loads(accord("instruments", "list", "--json").stdout)}
    assert len(rows) == 30
    assert rows["accord-check-in"]["languages"] == ["en", "ar", "es"]
    assert rows["accord-check-in"]["validated"] is False
    assert rows["phq-9"]["state"] == "scores only: no words"
    assert "not verified" in rows["calpas-12"]["disabled_reason"]
    assert "wai-36" in accord("instruments", "list").stdout


def test_show_says_how_sure_each_number_is(accord):
    shown = accord("instruments", "show", "phq-9").stdout
    assert "reliable change: 6 points (CBTW; read in the source)" in shown
    assert "safety items: 9" in shown
    scale = json.loads(accord("instruments", "show", "phq-9", "--json").stdout)["scales"][0]
    assert scale["change"]["evidence"]["confidence"] == "seen"


def test_an_unknown_instrument_gets_the_near_name(accord):
    refused = accord("instruments", "show", "phq9")
    assert refused.returncode == 1
    assert "Did you mean phq-9?" in refused.stderr


def test_score_gives_values_and_reasons_by_row(accord, tmp_path):
    header = ",".join(f"item{n}" for n in range(1, 10))
    (tmp_path / "a.csv").write_text(
        f"{header}\n1,2,3,0,1,,2,3,0\n1,1,1,1,1,1,1,1,declined\n", encoding="utf-8"
    )
    done = accord("instruments", "score", "phq-9", "a.csv", "--json")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    assert first == {"row": 1, "scores": {"TOTAL": {"value": 13.5, "reason": None, "answered": 8}}}
    assert second["row"] == 2
    assert second["scores"]["TOTAL"]["value"] is None
    assert "a safety item is never filled in" in second["scores"]["TOTAL"]["reason"]
    assert "13.5" in accord("instruments", "score", "phq-9", "a.csv").stdout


def test_score_tells_all_faults_and_prints_no_scores(accord, tmp_path):
    (tmp_path / "a.csv").write_text("item1,itm2\n9,1\n7,1\n", encoding="utf-8")
    refused = accord("instruments", "score", "gad-7", "a.csv", "--json")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 3
    assert "Did you mean item2?" in refused.stderr


def test_a_key_that_is_not_enabled_scores_nothing_and_says_why(accord, tmp_path):
    header = ",".join(f"item{n}" for n in range(1, 13))
    (tmp_path / "a.csv").write_text(header + "\n" + ",".join("4" * 12) + "\n", encoding="utf-8")
    (row,) = json.loads(accord("instruments", "score", "calpas-12", "a.csv", "--json").stdout)
    assert row["scores"]["TOTAL"]["value"] is None
    assert "not enabled" in row["scores"]["TOTAL"]["reason"]


def test_check_passes_what_ships_and_refuses_what_does_not_hold(accord, checkout, tmp_path):
    library = checkout / "src/accord/instruments/library"
    assert "30 checked" in accord("instruments", "check").stdout
    assert accord("instruments", "check", str(library / "phq-9")).returncode == 0
    broken = tmp_path / "phq-9"
    broken.mkdir()
    text = (library / "phq-9" / "definition.yaml").read_text(encoding="utf-8")
    (broken / "definition.yaml").write_text(text.replace("method: sum", "method: som"), encoding="utf-8")
    refused = accord("instruments", "check", "phq-9")
    assert refused.returncode == 1
    assert "definition.yaml:" in refused.stderr
    assert "Did you mean sum?" in refused.stderr
    told = json.loads(accord("instruments", "check", "phq-9", "--json").stdout)
    assert told[0]["instrument"] == "phq-9"


def test_add_text_takes_words_and_then_the_list_has_them(accord, tmp_path):
    prompts = "".join(f"  {n}: {{prompt: Item {n}}}\n" for n in range(1, 6))
    (tmp_path / "w.yaml").write_text(
        "instrument: who-5\nversion: 1\nlanguage: en\ntitle: W\nunvalidated: false\nsource: The clinic\n"
        f"choices: {{0: a, 1: b, 2: c, 3: d, 4: e, 5: f}}\nitems:\n{prompts}",
        encoding="utf-8",
    )
    done = accord("instruments", "add-text", "who-5", "w.yaml")
    assert done.returncode == 0, done.stderr
    assert "words in 'en' for 5 items" in done.stdout
    rows = json.loads(accord("instruments", "list", "--json").stdout)
    assert next(row for row in rows if row["id"] == "who-5")["state"] == "ready"
    assert "--replace" in accord("instruments", "add-text", "who-5", "w.yaml").stderr
