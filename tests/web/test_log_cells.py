"""The log as cells and days: what a spreadsheet must not compute is still read back whole, and no hour is left out."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.dialects import postgresql

from app.access.decide import Kind
from app.actions.desk import Desk
from app.actions.export_log import Export
from app.actions.log_asked import EVERYTHING, Asked, matching
from app.actions.log_kinds import KINDS, NAMED, OTHER
from app.locale.catalogues import language
from app.models.audit import AuditEntry
from app.web import log_files
from app.web.log_files import COLUMNS, as_file
from app.web.log_filter import LogFilter

ANN = uuid4()
ZONES = ("UTC", "Europe/Paris", "America/Santiago", "Pacific/Auckland", "Australia/Lord_Howe")
FILTERS = st.builds(
    LogFilter,
    actor=st.none() | st.uuids(),
    kind=st.sampled_from(["", *KINDS]),
    refused=st.booleans(),
    since=st.none() | st.dates(date(1970, 1, 2), date(9000, 1, 1)),
    until=st.none() | st.dates(date(1970, 1, 2), date(9000, 1, 1)),
    message=st.none() | st.uuids(),
)
CELLS = st.text("=+-@\t\r\n\0＝＠ \u00a0\"',;aé", max_size=12)


def entry(**fields: object) -> AuditEntry:
    usual: dict[str, Any] = {
        "decision": "allow",
        "reason": "",
        "outcome": "done",
        "phase": "whole",
        "surface": "",
        "action": "archive",
    }
    fixed: dict[str, Any] = {
        "mailbox_id": uuid4(),
        "seq": 1,
        "at": datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
        "hash": b"\1\2",
    }
    return AuditEntry(**(usual | fixed | {"actor_kind": "assistant", "actor_id": ANN, "prev_hash": b""} | fields))


async def file_of(monkeypatch: pytest.MonkeyPatch, code: str, name: str, *entries: AuditEntry) -> tuple[str, list[Any]]:
    async def parts(_export: Export) -> AsyncIterator[Any]:
        yield SimpleNamespace(entries=entries, names={ANN: name}, recipients={1: ("a@x.example", "b@x.example")})

    monkeypatch.setattr(log_files, "parts_of", parts)
    desk = SimpleNamespace(mailbox=SimpleNamespace(zone="Europe/Paris"))
    answer = as_file(cast("Export", SimpleNamespace(desk=desk)), "csv", language(code))
    text = "".join([str(part) async for part in answer.body_iterator])
    return text, list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("name", ['Ann "the boss"', "Ann\r\nBob", "Ann\nBob", "a\0b", "a,b;c", "Zoë Núñez", "'", "''"])
async def test_a_name_that_breaks_tables_stays_in_its_own_cell(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    text, rows = await file_of(monkeypatch, "en", name, entry(), entry(seq=2))
    assert [row["who"] for row in rows] == [name, name]
    assert [tuple(row) for row in rows] == [COLUMNS, COLUMNS]
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x.example")', "+33 1 23", "-2+3", "@SUM(A1)", "\0=1", "\u3000＝1"]
)
async def test_a_person_called_like_a_formula_computes_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _text, (row,) = await file_of(monkeypatch, "en", name, entry())
    assert row["who"] == f"'{name}"
    assert row["sentence"].startswith("'")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("en", "Ann archived a message."), ("es", "Ann archivó un mensaje."), ("fr", "Ann a archivé un message.")],
)
async def test_a_file_tells_acts_in_its_language_and_hours_by_the_owner_s_clock(
    monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    _text, (row,) = await file_of(monkeypatch, code, "Ann", entry())
    assert (row["sentence"], row["at"]) == (sentence, "2026-07-02T00:30:00+02:00")
    assert (row["hash"], row["recipients"]) == ("0102", "a@x.example b@x.example")


async def test_changed_labels_begin_with_a_sign_and_are_no_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = entry(action="label", labels_before=["Old"], labels_after=["1"])
    _text, (row,) = await file_of(monkeypatch, "en", "Ann", changed)
    assert row["labels"] == "'+1 −Old"


async def test_only_a_message_is_named_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    its = UUID(int=7)
    rows = [entry(subject_kind=kind, subject_id=its) for kind in ("message", "draft", "")]
    _text, told = await file_of(monkeypatch, "en", "Ann", *rows)
    assert [row["message_id"] for row in told] == [str(its), "", ""]


@given(FILTERS)
def test_the_address_of_a_list_leads_to_the_same_list(wanted: LogFilter) -> None:
    assert LogFilter.model_validate(wanted.query) == wanted
    assert "" not in wanted.query.values()


@given(FILTERS, FILTERS)
def test_two_lists_have_one_name_only_if_they_are_one(one: LogFilter, other: LogFilter) -> None:
    assert (one.name == other.name) == (one == other)


@given(st.dates(date(1971, 1, 1), date(2400, 1, 1)), st.sampled_from(ZONES))
def test_where_a_day_ends_the_next_one_begins(day: date, zone: str) -> None:
    today = LogFilter(since=day, until=day).asked(zone)
    tomorrow = LogFilter(since=day + timedelta(days=1)).asked(zone)
    assert today.since is not None
    assert today.until is not None
    assert today.until == tomorrow.since
    assert timedelta(hours=22) < today.until - today.since < timedelta(hours=26)


@pytest.mark.parametrize("field", ["actor", "message", "since", "until"])
@pytest.mark.parametrize("given_", ["12.5", "x", "\0", "2026-02-30", "9000-01-02", "1969-12-31", "../.."])
def test_what_is_neither_a_day_nor_somebody_asks_for_nothing(field: str, given_: str) -> None:
    with pytest.raises(ValidationError):
        LogFilter.model_validate({field: given_})


def asks(kind: Kind, asked: Asked) -> list[Any]:
    actor = SimpleNamespace(kind=kind, person_id=ANN)
    desk = cast("Desk", SimpleNamespace(mailbox=SimpleNamespace(id=UUID(int=1)), actor=actor))
    compiled = matching(desk, asked).compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return [frozenset(value) if isinstance(value, list) else value for value in compiled.params.values()]


@pytest.mark.parametrize("kind", [each for each in KINDS if each != OTHER])
def test_a_kind_asks_for_its_own_acts_and_the_last_one_for_all_that_no_other_has(kind: str) -> None:
    assert asks(Kind.OWNER, Asked(kind=kind)) == [UUID(int=1), KINDS[kind].actions]
    assert asks(Kind.OWNER, Asked(kind=OTHER)) == [UUID(int=1), NAMED]
    assert KINDS[kind].actions < NAMED


def test_whoever_is_not_the_owner_is_asked_about_by_herself_and_never_hears_of_what_was_hidden() -> None:
    assert asks(Kind.OWNER, EVERYTHING) == [UUID(int=1)]
    hers = asks(Kind.ASSISTANT, Asked(actor_id=UUID(int=9)))
    assert hers[:3] == [UUID(int=1), ANN, frozenset({"private", "not_covered"})]
    assert hers[-1] == UUID(int=9)
