"""The log as a file: CSV for a spreadsheet, and JSON from which anybody can recompute the chain."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any, Literal

from starlette.responses import StreamingResponse

from app import clock
from app.actions.audit import said
from app.actions.export_log import Export, parts_of
from app.actions.log import LogPage
from app.actions.saying import changed_labels, say
from app.locale.catalogues import Language
from app.locale.days import zone_of
from app.models.audit import AuditEntry
from app.rules.chain import FORMAT
from app.rules.tables import safe_cell

Form = Literal["csv", "json"]

BOM = "\ufeff"  # without it Excel reads UTF-8 as the computer's old character set

COLUMNS = (
    *("number", "at", "who", "part", "surface", "sentence", "action", "decision", "reason", "outcome", "error_code"),
    *("times", "message_id", "recipients", "labels", "undoes", "request_id", "hash"),
)


def as_file(export: Export, form: Form, language: Language) -> StreamingResponse:
    """Return an export that has begun as a file to save; it is written while it is sent."""
    write, media_type = (_csv, "text/csv") if form == "csv" else (_json, "application/json")
    name = f"deskhand-log-{clock.now().astimezone(zone_of(export.desk.mailbox.zone)):%Y-%m-%d}.{form}"
    return StreamingResponse(
        write(export, language),
        media_type=f"{media_type}; charset=utf-8" if form == "csv" else media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _csv(export: Export, language: Language) -> AsyncIterator[str]:
    yield BOM + _lines([COLUMNS])
    async for part in parts_of(export):
        yield _lines([_row(entry, part, export, language) for entry in part.entries])


def _lines(rows: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [safe_cell(value) for value in row] for row in rows
    )
    return buffer.getvalue()


def _row(entry: AuditEntry, part: LogPage, export: Export, language: Language) -> list[object]:
    plain = {name: getattr(entry, name, "") for name in COLUMNS}
    shown = {
        "number": entry.seq,
        "at": entry.at.astimezone(zone_of(export.desk.mailbox.zone)).isoformat(timespec="seconds"),
        "who": part.names.get(entry.actor_id, "") if entry.actor_id else "",
        "part": entry.actor_kind,
        "sentence": say(entry, part.names, language.gettext),
        "message_id": entry.subject_id if entry.subject_kind == "message" else "",
        "recipients": " ".join(part.recipients.get(entry.seq, ())),
        "labels": changed_labels(entry),
        "hash": entry.hash.hex(),
    }
    return [(plain | shown)[name] for name in COLUMNS]


async def _json(export: Export, language: Language) -> AsyncIterator[str]:
    mailbox, end = export.desk.mailbox, {"seq": export.seq, "hash": export.hash.hex()}
    head = {"format": FORMAT, "mailbox": str(mailbox.id), "address": mailbox.address, "end": end}
    yield json.dumps(head)[:-1] + ', "entries": ['
    joint = "\n"
    async for part in parts_of(export):
        for entry in part.entries:
            yield joint + json.dumps(_entry(entry, part, language))
            joint = ",\n"
    yield "\n]}\n"


def _entry(entry: AuditEntry, part: LogPage, language: Language) -> dict[str, object]:
    """Return what is hashed, its digest, and beside them what a person reads."""
    shown = {
        "at": entry.at.isoformat(),
        "who": part.names.get(entry.actor_id, "") if entry.actor_id else "",
        "sentence": say(entry, part.names, language.gettext),
        "recipients": list(part.recipients.get(entry.seq, ())),
    }
    return {"said": said(entry), "hash": entry.hash.hex(), "shown": shown}
