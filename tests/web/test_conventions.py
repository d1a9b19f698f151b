"""What every room keeps to, held by reading the code and the models rather than by hope."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

import accord.web

WEB = Path(accord.web.__file__).parent
# Modules that answer a request of somebody who looks; everything they show is reached through `request.viewer`.
VIEWS = sorted(path for path in WEB.rglob("*views.py"))
# Models that belong to nobody: a sign-in may work in several services, the worker's pulse in none.
WITHOUT_A_SERVICE = {"User", "Beat", "Service", "Waiting"}


def ours():
    """Every model of Accord."""
    return [model for model in apps.get_models() if model.__module__.startswith("accord.")]


def named(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", VIEWS, ids=named)
def test_a_view_reaches_records_through_the_person_looking(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    direct = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]
    assert direct == []


@pytest.mark.parametrize("path", VIEWS, ids=named)
def test_a_view_writes_only_through_actions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    writes = {"save", "delete", "create", "update", "bulk_create", "get_or_create", "update_or_create"}
    direct = [
        f"{path.name}:{node.lineno} .{node.func.attr}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes
    ]
    assert direct == []


def test_every_record_has_its_service():
    lacking = {
        model.__name__ for model in ours() if "service" not in {field.name for field in model._meta.fields}
    }
    assert lacking == WITHOUT_A_SERVICE


def test_migrations_say_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_action_listens_to_signals():
    """An action says what it does; nothing happens behind its back."""
    used = [
        named(path)
        for path in WEB.rglob("*.py")
        if "django.db.models.signals" in path.read_text(encoding="utf-8")
        or "django.dispatch" in path.read_text(encoding="utf-8")
    ]
    assert used == []


def test_no_page_carries_a_script_or_a_style_of_its_own():
    """The Content-Security-Policy refuses them; a page that relied on one would break silently."""
    import re

    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=\"", re.I
    )
    # The one file that people save: its policy names its two blocks by their hashes (voice/fit/page.py).
    saved = WEB / "voice" / "templates" / "voice" / "fit.html"
    blocks = re.compile(r"<(style|script)>\{\{ page\.inside\.\1 \}\}</\1>")
    sources = {path: path.read_text(encoding="utf-8") for path in WEB.rglob("*.html")}
    sources[saved], replaced = blocks.subn("", sources[saved])
    assert replaced == 2
    assert [named(path) for path, source in sources.items() if inline.search(source)] == []
