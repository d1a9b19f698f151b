"""Private folders: who may open them, when they go, and what is thrown away that was left behind."""

import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from accord.basics.clock import now
from accord.basics.private import PREFIX, clear_left_behind, private_folder

TOMORROW = now() + timedelta(days=2)


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The system's place for such folders, for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(temporary, name=f"{PREFIX}snapshot-1"):
    """What a command that was killed at once leaves behind."""
    (temporary / name).mkdir(mode=0o700)
    (temporary / name / "rows").write_text("about people")
    return temporary / name


def test_only_the_owner_can_open_it_and_it_goes(temporary):
    with pytest.raises(ValueError), private_folder("sums") as place:
        assert place.parent == temporary and place.name.startswith(f"{PREFIX}sums-")
        assert place.stat().st_mode & 0o077 == 0
        (place / "rows").write_text("about people")
        raise ValueError
    assert list(temporary.iterdir()) == []


def test_what_was_left_behind_goes_a_day_later(temporary):
    place = left(temporary)
    assert clear_left_behind() == 0 and place.is_dir()
    assert clear_left_behind(TOMORROW) == 1 and not place.exists()


def test_what_somebody_works_in_stays_however_old(temporary):
    code = (
        "import sys\nfrom accord.basics.private import private_folder\n"
        "with private_folder('sums') as place: print(place, flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        place = Path(other.stdout.readline().strip())
        assert clear_left_behind(TOMORROW) == 0 and place.is_dir()
        other.kill()
        other.wait()
        assert clear_left_behind(TOMORROW) == 1 and not place.is_dir()


def test_links_other_names_files_and_what_belongs_to_others_stay(temporary, monkeypatch):
    elsewhere = left(temporary, "mine")
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary / f"{PREFIX}file").write_text("mine")
    assert clear_left_behind(TOMORROW) == 0
    left(temporary)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert clear_left_behind(TOMORROW) == 0
    assert len(list(temporary.iterdir())) == 4 and (elsewhere / "rows").exists()


def test_a_link_inside_takes_nothing_with_it(temporary):
    elsewhere = left(temporary, "mine")
    (left(temporary) / "link").symlink_to(elsewhere)
    assert clear_left_behind(TOMORROW) == 1
    assert (elsewhere / "rows").exists()
