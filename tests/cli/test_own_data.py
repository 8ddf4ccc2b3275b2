"""`export` and `erase`: an operator does for a person what she asked for, and can prove it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from app.actions.erase import id_for
from app.db.master_key import FILE_NAME
from app.models.person import Person
from tests.people import ALICE, BOB, make_person, practice_settings


@pytest.fixture
async def service(resources, settings, database_url, mailbox, bob) -> dict[str, str]:
    """The settings of the service in which Alice has a mailbox and Bob nothing."""
    key = (settings.data_dir / FILE_NAME).read_text().strip()
    given = practice_settings(settings.data_dir)
    names = [name for name in given.model_fields_set if name not in ("data_dir",)]
    values = {name: getattr(given, name) for name in names}
    plain = {name: getattr(value, "get_secret_value", lambda v=value: v)() for name, value in values.items()}
    environment = {f"DESKHAND_{name.upper()}": str(value) for name, value in plain.items()}
    # Nobody listens there: what is asked of Google has no answer, and the erasure goes on all the same.
    return environment | {"DESKHAND_DATABASE_URL": database_url, "DESKHAND_MASTER_KEY": key}


def run(deskhand: Any, service: dict[str, str], settings: Any, *words: str) -> Any:
    """Run a command on that service's own data folder."""
    return deskhand(*words, data_dir=settings.data_dir, **service)


def test_a_copy_is_written_for_its_reader_alone(deskhand, service, settings, ground, alice):
    said = run(deskhand, service, settings, "export", ALICE[0].upper(), "--to", str(ground / "alice.zip"))
    assert (said.code, said.err) == (0, "")
    assert ALICE[0] in said.out
    written = ground / "alice.zip"
    assert written.stat().st_mode & 0o077 == 0
    with ZipFile(written) as archive:
        assert json.loads(archive.read("profile.json"))[0]["id"] == str(alice.id)
        (audit,) = [name for name in archive.namelist() if name.endswith("/audit.json")]
        assert json.loads(archive.read(audit))[-1]["reason"] == "operator"


def test_without_a_name_it_is_written_here_and_never_over_another_file(deskhand, service, settings, ground, bob):
    assert run(deskhand, service, settings, "export", str(bob.id)).code == 0
    assert ZipFile(ground / f"deskhand-{bob.id}.zip").testzip() is None
    again = run(deskhand, service, settings, "export", str(bob.id))
    assert again.code == 1
    assert "File exists" in again.sentence


@pytest.mark.parametrize("words", [("export",), ("erase", "--yes")])
def test_nobody_is_one_sentence(deskhand, service, settings, words):
    said = run(deskhand, service, settings, *words, "nobody@practice.example")
    assert said.code == 1
    assert "nobody@practice.example" in said.sentence


@pytest.fixture
async def other_alice(resources, alice) -> Person:
    """Somebody at Microsoft with the very same address."""
    return await make_person(resources, *ALICE, way="microsoft")


@pytest.mark.parametrize("words", [("export",), ("erase", "--yes")])
def test_an_address_of_two_people_is_asked_about(*, deskhand, service, settings, alice, other_alice, words):
    said = run(deskhand, service, settings, *words, ALICE[0])
    assert said.code == 2
    assert str(alice.id) in said.err
    assert str(other_alice.id) in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "words", [(), ("alice@x.example", "--again"), ("--list", "--again"), ("--check", "x", "--list"), ("--check", "")]
)
def test_wrong_use_is_told_apart(deskhand, service, settings, words):
    said = run(deskhand, service, settings, "erase", *words)
    assert said.code == 2
    assert said.out == ""


def test_without_anybody_to_ask_nothing_is_erased(deskhand, service, settings):
    said = run(deskhand, service, settings, "erase", ALICE[0])
    assert said.code == 2
    assert "1 mailboxes" in said.out
    assert "give --yes" in said.err
    assert run(deskhand, service, settings, "erase", "--list").out == ""


def test_T35_erased_with_a_receipt_that_holds_and_a_list_beside_the_key(deskhand, service, settings, ground, alice):
    receipt = ground / "receipt.json"
    said = run(deskhand, service, settings, "erase", ALICE[0], "--yes", "--receipt", str(receipt))
    assert (said.code, said.err) == (0, "")
    assert "/erasures/" in said.out
    says = json.loads(receipt.read_text())["says"]
    assert (says["asked_by"], says["erasure"]) == ("operator", str(id_for(alice.id)))
    checked = run(deskhand, service, settings, "erase", "--check", str(receipt))
    assert checked.code == 0
    assert checked.out.count("✓") == 5
    listed = run(deskhand, service, settings, "erase", "--list")
    assert listed.out == (settings.data_dir / "erased.list").read_text()
    again = run(deskhand, service, settings, "erase", "--again", "--file", str(settings.data_dir / "erased.list"))
    assert again.code == 0
    assert again.out.startswith("1 erasures on the list; 0 people")
    once_more = run(deskhand, service, settings, "erase", str(alice.id))
    assert once_more.code == 0
    assert json.loads(once_more.out.partition("\n")[2]) == json.loads(receipt.read_text())
    assert "erased" in run(deskhand, service, settings, "export", str(alice.id)).sentence


def test_a_receipt_that_does_not_hold_is_told(deskhand, service, settings, ground):
    receipt = ground / "receipt.json"
    assert run(deskhand, service, settings, "erase", BOB[0], "--yes", "--receipt", str(receipt)).code == 0
    receipt.write_text(receipt.read_text().replace('"asked_by": "operator"', '"asked_by": "person"'))
    said = run(deskhand, service, settings, "erase", "--check", str(receipt))
    assert said.code == 1
    assert said.out.startswith("✗ This installation has not signed it")
    receipt.write_text("no json")
    assert "no receipt" in run(deskhand, service, settings, "erase", "--check", str(receipt)).sentence
    assert "No such file" in run(deskhand, service, settings, "erase", "--check", str(ground / "none")).sentence


def test_a_copy_goes_to_standard_output_too(service, settings, start, ground: Path, bob):
    running = start("export", str(bob.id), "--to", "-", data_dir=settings.data_dir, **service)
    running.process.wait(120)
    assert running.process.returncode == 0
    assert ZipFile(io.BytesIO(running.out_file.read_bytes())).testzip() is None
