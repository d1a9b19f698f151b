"""``accord articles check``: as a person and as a program call it."""

import json

GOOD = """---
title: "T"
description: "D."
pubDate: 2024-01-31
category: "C"
tags: ["t"]
sources:
  - {title: "S", doi: "10.1037/pst0000172"}
---
Text.
"""


def test_a_program_gets_a_list_and_nothing_else(accord, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.md").write_text(GOOD.replace("Text.", "In 58 studies so."), encoding="utf-8")
    (tmp_path / "a" / "two.md").write_text(GOOD.replace('title: "T"', "titel: 1"), encoding="utf-8")
    done = accord("articles", "check", "a", "--json")
    assert done.returncode == 1 and done.stderr == ""
    rows = json.loads(done.stdout)
    assert [set(row) for row in rows] == [{"file", "line", "kind", "message"}] * 3
    assert [(row["file"], row["line"], row["kind"]) for row in rows] == [
        ("a/one.md", 10, "claim-without-source"),
        ("a/two.md", 1, "missing-field"),
        ("a/two.md", 2, "unknown-key"),
    ]


def test_a_person_gets_lines_and_a_count(accord, tmp_path):
    (tmp_path / "one.md").write_text(GOOD.replace("2024-01-31", "soon"), encoding="utf-8")
    done = accord("articles", "check", "one.md")
    assert done.returncode == 1
    assert done.stderr.startswith("one.md:4: wrong-date: ")
    assert done.stdout == "1 article checked, 1 fault.\n"


def test_without_faults(accord, tmp_path, checkout):
    (tmp_path / "one.md").write_text(GOOD, encoding="utf-8")
    done = accord("articles", "check", ".", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    done = accord("articles", "check", str(checkout / "src" / "accord" / "evidence" / "articles"))
    assert (done.returncode, done.stdout) == (0, "5 articles checked, no fault.\n")


def test_bad_input_is_a_worded_fault_and_never_a_trace(accord, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bomb.md").write_text("---\na: &a [1]\nb: [*a, *a]\n---\n", encoding="utf-8")
    for name, kind in (("empty", "no-article"), ("nowhere", "unreadable"), ("bomb.md", "yaml-bomb")):
        done = accord("articles", "check", name)
        assert done.returncode == 1, done.stderr
        assert kind in done.stderr and "Traceback" not in done.stderr and "Reference" not in done.stderr
