"""``accord users``, ``audit`` and ``rescore`` on a database of their own, as an administrator calls them."""

import json
import sqlite3


def add(accord, *more: str):
    return accord("users", "add", "ruiz@example.org", "--name", "Dr Ruiz", *more)


def test_the_first_service_and_its_first_person(accord):
    made = add(accord, "--role", "therapist", "--role", "lead", "--new-service", "Harbour practice")
    assert made.returncode == 0, made.stderr
    assert "Password, shown only now: " in made.stdout
    (row,) = json.loads(accord("users", "list", "--json").stdout)
    assert row == {
        "service": "harbour-practice",
        "email": "ruiz@example.org",
        "name": "Dr Ruiz",
        "roles": ["lead", "therapist"],
        "active": True,
    }
    assert "ruiz@example.org" in accord("users", "list").stdout


def test_roles_are_replaced_and_an_unknown_one_gets_the_near_name(accord):
    add(accord, "--role", "therapist", "--new-service", "Harbour")
    assert accord("users", "roles", "ruiz@example.org", "--role", "supervisor").returncode == 0
    assert json.loads(accord("users", "list", "--json").stdout)[0]["roles"] == ["supervisor"]
    refused = accord("users", "roles", "ruiz@example.org", "--role", "superviser")
    assert refused.returncode == 1
    assert "supervisor" in refused.stderr


def test_a_refused_role_makes_no_service(accord):
    refused = add(accord, "--role", "therapyst", "--new-service", "Harbour")
    assert refused.returncode == 1
    assert "therapist" in refused.stderr
    assert accord("users", "list").returncode == 1


def test_a_reset_gives_a_new_password_once(accord):
    first = add(accord, "--role", "therapist", "--new-service", "Harbour").stdout.split()[-1]
    second = accord("users", "reset", "ruiz@example.org", "--second-factor").stdout.split()[-1]
    assert first != second and len(second) >= 16
    refused = accord("users", "reset", "ruis@example.org")
    assert refused.returncode == 1
    assert "ruiz@example.org" in refused.stderr


def test_nobody_there_says_what_to_do(accord):
    refused = accord("users", "list")
    assert refused.returncode == 1
    assert "accord users add" in refused.stderr


def test_several_services_must_be_told_apart(accord):
    add(accord, "--role", "lead", "--new-service", "Harbour")
    add(accord, "--role", "lead", "--new-service", "Hill")
    refused = accord("users", "roles", "ruiz@example.org", "--role", "therapist")
    assert refused.returncode == 1
    assert "harbour, hill" in refused.stderr
    near = accord("users", "list", "--service", "harbor")
    assert "harbour" in near.stderr


def test_the_trail_is_whole_until_somebody_edits_it(accord, tmp_path):
    add(accord, "--role", "therapist", "--new-service", "Harbour")
    whole = accord("audit", "verify", "--json")
    assert whole.returncode == 0
    assert json.loads(whole.stdout) == [{"service": "harbour", "whole": True, "breaks": []}]
    with sqlite3.connect(tmp_path / "var" / "accord.sqlite3") as database:
        database.execute("drop trigger audit_entry_no_update")  # as somebody with the file could
        database.execute("update audit_entry set verb = 'saw' where number = 2")
    edited = accord("audit", "verify")
    assert edited.returncode == 1
    assert "line 2" in edited.stdout


def test_rescore_counts(accord):
    add(accord, "--role", "therapist", "--new-service", "Harbour")
    done = accord("rescore", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"responses": 0, "scores": 0, "changed": 0}


def test_a_database_that_lacks_migrations_is_refused(accord, tmp_path):
    (tmp_path / "var").mkdir()
    with sqlite3.connect(tmp_path / "var" / "accord.sqlite3") as database:
        database.execute("create table something (one int)")
    refused = accord("users", "list")
    assert refused.returncode == 1
    assert "migrations" in refused.stderr
