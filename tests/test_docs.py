"""The docs hold: every link leads somewhere, every example runs, every command is described."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from accord.cli import COMMANDS
from accord.signals.examples import CaseKind, RuleFile

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """The anchors that headings get on the usual Markdown hosts."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(page):
    broken = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index():
    seen, waiting = set(), [ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and ROOT / "docs" in target.parents:
                waiting.append(target)
    lost = {named(page) for page in PAGES if ROOT / "docs" in page.parents} - {named(page) for page in seen}
    assert lost == set()


def test_the_command_reference_is_what_the_commands_say():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "command_reference.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_rule_reference_is_what_the_rules_say():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "rule_reference.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def examples() -> list[tuple[str, str]]:
    """The lines after ``$`` in the console blocks of the README, in order: they may build on each other."""
    blocks = FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return [
        line[2:]
        for kind, block in blocks
        if kind == "console"
        for line in block.splitlines()
        if line[:2] == "$ "
    ]


def test_the_examples_of_the_readme_run(tmp_path):
    commands = [command for command in examples() if not command.startswith("make ")]
    assert commands
    environment = {**os.environ, "ACCORD_DATA": str(tmp_path / "var"), "NO_COLOR": "1"}
    environment.pop("ACCORD_DATABASE_URL", None)
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "accord", f"an example that is not ours: {command}"
        done = subprocess.run(
            [sys.executable, "-m", "accord.cli", *words[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_the_make_targets_that_the_docs_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        used = set(re.findall(r"`make ([a-z-]+)", text)) | set(
            re.findall(r"^\$? ?make ([a-z-]+)", text, re.M)
        )
        assert used <= targets, f"{named(page)}: {used - targets}"


def test_the_commands_that_the_docs_name_exist():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        used = set(re.findall(r"`accord ([a-z]+)", text)) | set(
            re.findall(r"^\$? ?accord ([a-z]+)", text, re.M)
        )
        assert used <= set(COMMANDS), f"{named(page)}: {used - set(COMMANDS)}"


def test_decisions_say_what_was_chosen_and_what_is_lost():
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert {"options", "choice", "what-we-lose"} <= anchors(page), named(page)
        assert len(text.split()) < 600, f"{named(page)} is longer than a page"


def test_the_recipe_for_an_instrument_makes_one(tmp_path):
    """The YAML that CONTRIBUTING shows is what `accord instruments check` accepts."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.S)
    definition, examples, words = (re.sub(r"^   ", "", block, flags=re.M) for block in blocks[:3])
    folder = tmp_path / "sleep"
    (folder / "text").mkdir(parents=True)
    (folder / "definition.yaml").write_text(definition, encoding="utf-8")
    (folder / "examples.yaml").write_text(examples, encoding="utf-8")
    (folder / "text" / "en.yaml").write_text(words, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "accord.cli", "instruments", "check", str(folder)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_recipe_for_a_rule_has_words_and_cases_that_load():
    """The YAML that CONTRIBUTING shows is what a rule's file may hold."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text.split("## Recipe: add a rule")[1].split("## Recipe:")[0]
    shown = dedent(recipe.split("```yaml\n")[1].split("```")[0])
    file = RuleFile.model_validate(yaml.safe_load(shown.replace("none", "null")))
    assert {case.kind for case in file.cases} | set(file.without) == set(CaseKind)
