"""`judge security`: JSON lines in, JSON lines out, in a pipe, with nothing but the rules."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kit import ROOT, Said, environment

CODE = {
    "id": "a",
    "lang": "en",
    "from": "no-reply@bank.example",
    "subject": "482913 is your code",
    "body": "It expires in ten minutes.",
}
LUNCH = {"id": 2, "lang": "es", "from": "dan@elsewhere.example", "subject": "Almuerzo", "body": "¿A la una?"}

Judge = Callable[..., Said]


@pytest.fixture
def judge(deskhand: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Run `judge security` on lines: what is no bytes is written as JSON."""

    def run(*lines: object) -> Said:
        given = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        return deskhand("judge", "security")

    return run


def answers(said: Said) -> list[dict[str, Any]]:
    """Return the lines of an answer."""
    return [json.loads(line) for line in said.out.splitlines()]


def test_each_message_is_answered_in_order(judge: Judge) -> None:
    said = judge(CODE, LUNCH, CODE)
    assert (said.code, said.err) == (0, "")
    assert answers(said) == [
        {"id": "a", "security": True},
        {"id": 2, "security": False},
        {"id": "a", "security": True},
    ]


def test_nothing_asked_is_nothing_answered(judge: Judge) -> None:
    assert judge() == Said(0, "", "")
    assert judge(b"", b"  ") == Said(0, "", "")


@pytest.mark.parametrize("key", ["lang", "from", "body"])
def test_what_is_missing_or_null_is_not_needed(judge: Judge, key: str) -> None:
    without = {name: value for name, value in CODE.items() if name != key}
    assert answers(judge(without, {**CODE, key: None})) == [{"id": "a", "security": True}] * 2


def test_keys_that_nobody_knows_are_left_alone(judge: Judge) -> None:
    assert answers(judge({**CODE, "security": False, "thread": ["b"]})) == [{"id": "a", "security": True}]


def test_an_id_comes_back_as_it_was_given(judge: Judge) -> None:
    ids = ["é", "", "\ud800", -3, 10**30]
    assert [answer["id"] for answer in answers(judge(*({**LUNCH, "id": each} for each in ids)))] == ids


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"not json", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"[" * 200_000, "it is not JSON"),
        (b"1" * 10_000, "it is not JSON"),
        (b"\xff\xfe", "it is not written in UTF-8"),
        ([CODE], "it is not a JSON object"),
        (None, "it is not a JSON object"),
        ({**CODE, "id": None}, "it has no id that is a text or a whole number"),
        ({**CODE, "id": True}, "it has no id that is a text or a whole number"),
        ({**CODE, "id": 1.5}, "it has no id that is a text or a whole number"),
        ({"id": "a"}, "it has neither subject nor body"),
        ({**CODE, "body": 4}, "its body is not a text"),
        ({**CODE, "from": ["x"]}, "its from is not a text"),
    ],
)
def test_a_line_that_is_no_message_is_named_and_the_others_are_answered(judge: Judge, line: object, why: str) -> None:
    said = judge(LUNCH, b"", line, CODE)
    assert said.code == 2
    assert said.sentence == f"Line 3 is left out: {why}."
    assert [answer["id"] for answer in answers(said)] == [2, "a"]


def test_what_a_line_says_is_never_repeated(judge: Judge) -> None:
    said = judge(b'{"id": "a", "subject": "canary-1"', {**CODE, "body": ["canary-2"]})
    assert "canary" not in said.out + said.err


def test_windows_lines_and_a_byte_order_mark_are_read(judge: Judge) -> None:
    assert answers(judge(b"\xef\xbb\xbf" + json.dumps(CODE).encode() + b"\r")) == [{"id": "a", "security": True}]


def test_without_a_name_it_says_what_can_be_judged(deskhand: Callable[..., Said]) -> None:
    said = deskhand("judge")
    assert said.code == 2
    assert "security" in said.out + said.err
    assert deskhand("judge", "nonsense").code == 2
    assert deskhand("judge", "security", "--help").out.startswith("Usage: deskhand judge security")
    assert "judge" in deskhand("--help").out


def test_each_answer_is_there_before_the_next_line_is_given(ground: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "judge", "security"]
    with subprocess.Popen(
        command,
        cwd=ground,
        env=environment(ground / "data", {"DESKHAND_DATABASE_URL": "nonsense"}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        for asked, security in ((CODE, True), (LUNCH, False)):
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"id": asked["id"], "security": security}
        process.stdin.close()
        assert process.wait() == 0
    assert not (ground / "data").exists()


def test_nothing_that_serves_or_connects_is_loaded() -> None:
    # The first letter in a pipe is answered in the time it takes to start Python.
    asked = (
        "import sys; from app.cli import main; sys.argv = ['deskhand', 'judge', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'fastapi', 'sqlalchemy', 'psycopg', 'httpx2'}),"
        " 'app.main' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[] False"
