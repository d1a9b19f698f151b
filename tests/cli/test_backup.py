"""The drill: everything into one encrypted file, and back into an empty place, row by row the same."""

import json
import os
import shutil
import sqlite3
import uuid

import pytest
from tests.cli.conftest import caller

from accord.exchange.archive import read_archive

WORDS = {"ACCORD_BACKUP_PASSPHRASE": "four words are enough"}
NOT_COMPARED = {"django_session", "django_migrations", "sqlite_sequence", "accord_cache"}


@pytest.fixture(scope="module")
def made(harbour_made, tmp_path_factory):
    """A service with answers and a text pack, and its backup; made once, for the passphrase is slow by design."""
    folder = tmp_path_factory.mktemp("backup")
    accord = caller(folder)
    shutil.copytree(harbour_made, folder / "var")
    (folder / "map.yaml").write_text(
        "about: nine answers\na_row_is: session\nclient: {column: client, consents: [research]}\n"
        'session: {date: {column: day}}\nforms: [{instrument: phq-9, items: "q{item}"}]\n'
    )
    rows = "\n".join(f"c{n},2026-01-{n + 1:02},1,1,1,1,1,1,1,,0" for n in range(20))
    header = "client,day," + ",".join(f"q{item}" for item in range(1, 10))
    (folder / "r.csv").write_text(f"{header}\n{rows}\n")
    assert accord("import", "r.csv", "--map", "map.yaml").returncode == 0
    packs = folder / "var" / "text-packs" / "phq-9"
    packs.mkdir(parents=True)
    (packs / "en.yaml").write_text("title: ours\n")
    shutil.copytree(folder / "var", folder / "before")  # the backup itself adds a line to the trail
    done = accord("backup", "b.age", "--json", **WORDS)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(made, tmp_path):
    """A copy of it to try things on."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def rows_of(path) -> dict[str, list[tuple]]:
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: sorted(database.execute(f"select * from {name}"), key=repr)
            for name in names
            if name not in NOT_COMPARED
        }


def test_the_drill(accord, place):
    before = rows_of(place / "before" / "accord.sqlite3")
    assert b"harbour" not in (place / "b.age").read_bytes()
    (place / "new").mkdir()
    shutil.copy(place / "var" / "secret.key", place / "new")
    back = accord("restore", "b.age", "--json", **WORDS, ACCORD_DATA=str(place / "new"))
    assert back.returncode == 0, back.stderr
    told = json.loads(back.stdout)
    assert (told["key_fits"], told["text_packs"], told["broken_trails"]) == (True, 1, [])
    after = rows_of(place / "new" / "accord.sqlite3")
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert len(after["checkin_response"]) == 20 and after["audit_entry"]
    assert (place / "new" / "text-packs" / "phq-9" / "en.yaml").read_text() == "title: ours\n"
    # It lives on: the next import finds its clients, takes fresh ids, and the trail goes on.
    again = accord("import", "r.csv", "--map", "map.yaml", ACCORD_DATA=str(place / "new"))
    assert "20 responses were here already" in again.stdout
    (place / "s.csv").write_text((place / "r.csv").read_text().replace("2026-01", "2026-02"))
    assert accord("import", "s.csv", "--map", "map.yaml", ACCORD_DATA=str(place / "new")).returncode == 0
    assert accord("audit", "verify", ACCORD_DATA=str(place / "new")).returncode == 0


def test_refusals_leave_both_sides_as_they_were(accord, place):
    before = rows_of(place / "var" / "accord.sqlite3")
    full = accord("restore", "b.age", **WORDS)
    assert full.returncode == 1 and "not empty" in full.stderr
    new = {"ACCORD_DATA": str(place / "new")}
    wrong = accord("restore", "b.age", ACCORD_BACKUP_PASSPHRASE="another one altogether", **new)
    assert wrong.returncode == 1 and "passphrase does not fit" in wrong.stderr
    (place / "cut.age").write_bytes((place / "b.age").read_bytes()[:-500])
    cut = accord("restore", "cut.age", **WORDS, **new)
    assert cut.returncode == 1 and "cut short" in cut.stderr
    nobody = accord("restore", "b.age", **new)
    assert nobody.returncode == 1 and "--passphrase-file" in nobody.stderr
    assert rows_of(place / "var" / "accord.sqlite3") == before
    assert accord("restore", "b.age", **WORDS, **new).returncode == 0  # the place was still empty
    taken = accord("backup", "b.age", **WORDS)
    assert taken.returncode == 1 and "--replace" in taken.stderr


def test_a_place_with_text_packs_is_not_empty(accord, place):
    (place / "new" / "text-packs").mkdir(parents=True)
    (place / "new" / "text-packs" / "own.yaml").write_text("x")
    refused = accord("restore", "b.age", **WORDS, ACCORD_DATA=str(place / "new"))
    assert refused.returncode == 1 and "text packs" in refused.stderr
    assert (place / "new" / "text-packs" / "own.yaml").is_file()


def empty_database(address: str) -> str:
    """The address of a new database on the same server."""
    import psycopg

    name = f"drill_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"create database {name}")
    return address.rpartition("/")[0] + f"/{name}"


@pytest.mark.postgres
def test_from_sqlite_to_postgres(accord, place):
    """The rows in the other database are the rows of the first, seen through a backup of each."""
    address = os.environ.get("ACCORD_DATABASE_URL", "")
    if not address.startswith("postgres"):
        pytest.skip("no PostgreSQL server: run tools/postgres.py")
    other = {**WORDS, "ACCORD_DATABASE_URL": empty_database(address)}
    back = accord("restore", "b.age", **other)  # the same data folder, so its text packs are there already
    assert back.returncode == 0, back.stderr
    assert accord("backup", "p.age", **other).returncode == 0

    def rows(name: str) -> dict[str, list]:
        parts = read_archive(place / name, WORDS["ACCORD_BACKUP_PASSPHRASE"]).parts
        return {
            part: [json.loads(line) for line in data.splitlines()]
            for part, data in parts.items()
            if "jsonl" in part
        }

    assert rows("b.age") == rows("p.age")
    assert "20 responses were here already" in accord("import", "r.csv", "--map", "map.yaml", **other).stdout
    more = ("users", "add", "x@example.org", "--name", "X", "--role", "lead")
    assert accord(*more, **other).returncode == 0  # takes the next id of tables that were filled by hand
    assert accord("audit", "verify", **other).returncode == 0


def test_another_secret_key_is_noticed_and_the_passphrase_can_come_from_a_file(accord, place):
    (place / "words").write_text("four words are enough\n")
    back = accord("restore", "b.age", "--passphrase-file", "words", ACCORD_DATA=str(place / "new"))
    assert back.returncode == 0 and "secret.key" in back.stdout
    assert "The trail is whole." in back.stdout
