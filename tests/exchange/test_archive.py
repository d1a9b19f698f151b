"""One encrypted file, whole or refused."""

import os

import pyrage
import pytest

from accord.basics.faults import Faults
from accord.exchange.archive import Archive, read_archive, write_archive

WORDS = "four words are enough"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """The bytes of one backup; made once, for the passphrase is slow by design."""
    path = tmp_path_factory.mktemp("sealed") / "backup.age"
    write_archive(path, Archive({"made_by": "test"}, {"tables/a.jsonl": os.urandom(200_000)}), WORDS)
    assert path.stat().st_mode & 0o077 == 0
    return path.read_bytes()


@pytest.fixture
def backup(sealed, tmp_path):
    path = tmp_path / "backup.age"
    path.write_bytes(sealed)
    return path


def test_what_goes_in_comes_out(backup):
    archive = read_archive(backup, WORDS)
    assert archive.about["made_by"] == "test" and len(archive.parts["tables/a.jsonl"]) == 200_000
    assert b"tables" not in backup.read_bytes()


@pytest.mark.parametrize("kept", [0, 150, 100_000])
def test_a_file_that_was_cut_short_is_refused(backup, kept):
    backup.write_bytes(backup.read_bytes()[:kept])
    with pytest.raises(Faults, match=r"cut short|no backup"):
        read_archive(backup, WORDS)


def test_a_wrong_passphrase_a_flipped_bit_and_a_short_passphrase(backup):
    with pytest.raises(Faults, match="passphrase does not fit"):
        read_archive(backup, WORDS + "!")
    raw = bytearray(backup.read_bytes())
    raw[90_000] ^= 1
    backup.write_bytes(bytes(raw))
    with pytest.raises(Faults, match="damaged"):
        read_archive(backup, WORDS)
    with pytest.raises(Faults, match="fewer than 10"):
        write_archive(backup, Archive({}, {}), "short", replace=True)


def test_nothing_is_overwritten_and_nothing_left_lying(backup):
    before = backup.read_bytes()
    with pytest.raises(Faults, match="--replace"):
        write_archive(backup, Archive({}, {}), WORDS)
    assert backup.read_bytes() == before
    write_archive(backup, Archive({}, {}), WORDS, replace=True)
    assert [path.name for path in backup.parent.iterdir()] == ["backup.age"]


def test_another_age_file_is_no_backup(tmp_path):
    path = tmp_path / "letter.age"
    path.write_bytes(pyrage.passphrase.encrypt(b"dear all", WORDS))
    with pytest.raises(Faults, match="no backup"):
        read_archive(path, WORDS)
