"""What commands say of wrong words, wrong settings and what nobody expected: one sentence, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

import app
from app.cli.commands import commands
from app.cli.doctor import doctor
from app.cli.given import given_settings
from app.errors import BadSetting


def test_the_version_is_told(deskhand):
    assert deskhand("--version").out == f"deskhand {app.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("demo", "--nonsense"),
        ("demo", "--lang", "tlh"),
        ("demo", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("serve", "--port", "eight"),
        ("audit",),
        ("audit", "forge"),
    ],
)
def test_wrong_use_ends_with_2_and_says_how_to_ask(deskhand, words):
    said = deskhand(*words)
    assert said.code == 2
    assert "Usage" in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_every_command_of_the_contract_explains_itself(deskhand):
    for name in ("demo", "serve", "worker", "migrate", "sandbox", "doctor", "audit"):
        said = deskhand(name, "--help")
        assert said.code == 0
        assert said.out.startswith(f"Usage: deskhand {name}")


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("PUBLIC_URL", "http://deskhand.example", "https://"),
        ("PUBLIC_URL", "deskhand.example", "https://"),
        ("MASTER_KEY_FILE", "/nowhere/key", "No such file"),
        ("CLOCK_OFFSET", "60", "practice only"),
        ("CLOCK_OFFSET", "soon", "number"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
    ],
)
@pytest.mark.parametrize("words", [("serve",), ("doctor",), ("migrate",), ("demo", "--once")])
def test_a_wrong_setting_is_named_in_one_sentence(deskhand, words, setting, value, why):
    said = deskhand(*words, **{f"DESKHAND_{setting}": value})
    assert said.code == 1
    assert said.sentence.startswith(f"The setting DESKHAND_{setting} cannot be used: ")
    assert why in said.sentence


@pytest.mark.parametrize(
    "address",
    [
        "postgresql//deskhand:hunter2@db.example/deskhand",
        "postgresql://deskhand:hunter2/x@db.example/deskhand",
        "postgresql://deskhand:hun@ter2@db.example/deskhand",
        "host=db.example password='hunter2",
        "hunter2",
    ],
)
@pytest.mark.parametrize("setting", ["DESKHAND_DATABASE_URL", "DESKHAND_MIGRATE_DATABASE_URL"])
@pytest.mark.parametrize("words", [("serve",), ("worker",), ("migrate",), ("audit", "verify"), ("doctor",)])
def test_a_malformed_database_address_is_not_quoted_with_its_password(deskhand, words, setting, address):
    said = deskhand(*words, **{setting: address})
    assert said.code == 1
    assert setting in said.sentence
    assert "hun" not in said.out + said.err
    assert "ter2" not in said.out + said.err


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://deskhand:hun%40ter2@db.example/deskhand",
        "postgresql://one.example,two.example:5432,5433/deskhand",
        "host=/run/postgresql dbname=deskhand",
        "dbname=deskhand",
        "service=deskhand",
    ],
)
def test_every_way_to_write_a_database_address_is_taken(monkeypatch, address):
    monkeypatch.setenv("DESKHAND_DATABASE_URL", address)
    assert given_settings().database_url.get_secret_value() == address


def _break(monkeypatch: pytest.MonkeyPatch, trouble: BaseException) -> None:
    def broken() -> None:
        raise trouble

    broken.__name__ = "doctor"
    for command in commands.registered_commands:
        if command.callback is doctor:
            monkeypatch.setattr(command, "callback", broken)


def test_what_nobody_expected_is_one_sentence_that_quotes_nothing(deskhand, monkeypatch):
    _break(monkeypatch, ZeroDivisionError("token ya29.secret"))
    said = deskhand("doctor")
    assert said.code == 1
    assert "ZeroDivisionError" in said.sentence
    assert "--debug" in said.sentence
    assert "ya29" not in said.err


@pytest.mark.parametrize("words", [("--debug", "doctor"), ("doctor", "--debug")])
def test_debug_shows_where_it_happened(deskhand, monkeypatch, words):
    _break(monkeypatch, BadSetting(name="DESKHAND_X", why="it is odd"))
    said = deskhand(*words)
    assert said.code == 1
    assert said.err.startswith("Traceback")
    assert said.err.endswith("The setting DESKHAND_X cannot be used: it is odd\n")


def test_what_the_system_refuses_is_named_with_its_file(deskhand, monkeypatch):
    _break(monkeypatch, PermissionError(13, "Permission denied", "/srv/deskhand"))
    assert deskhand("doctor").sentence == "/srv/deskhand: Permission denied."


def test_ctrl_c_ends_without_a_traceback(deskhand, monkeypatch):
    _break(monkeypatch, KeyboardInterrupt())
    said = deskhand("doctor")
    assert said.code == 130
    assert "Traceback" not in said.err


def test_a_data_folder_that_cannot_be_made_is_named(deskhand, ground: Path):
    (ground / "file").write_text("not a folder")
    for words in (("serve", "--port", "0"), ("sandbox", "--port", "0"), ("demo", "--once"), ("migrate",)):
        said = deskhand(*words, data_dir=ground / "file" / "data")
        assert said.code == 1
        assert str(ground / "file") in said.err
        assert "Traceback" not in said.err
