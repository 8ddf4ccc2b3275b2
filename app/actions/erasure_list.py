"""The list of erasures outside the database: a restored backup brings people back, the list sends them off again.

A file in the data folder, beside the master key: one line of JSON for each erasure, with a keyed digest and no name.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.actions.erase import LIST, erase, erasures
from app.actions.receipt import people_with
from app.actions.resources import Resources
from app.errors import BadRequest
from app.models.erasure import Erasure, ErasureState
from app.settings import Settings

FILE_NAME = "erased.list"


@dataclass(frozen=True, order=True)
class Line:
    """One line of the list."""

    asked_at: datetime
    id: UUID
    identity: bytes

    def line(self) -> str:
        """Return it as it stands in the file."""
        return json.dumps({"id": str(self.id), "identity": self.identity.hex(), "asked_at": self.asked_at.isoformat()})


def file_of(settings: Settings) -> Path:
    """Return where the list stands."""
    return settings.data_dir / FILE_NAME


async def listed(resources: Resources) -> set[Line]:
    """Return the list as the database has it."""
    return {Line(row.asked_at, row.id, row.identity) for row in await erasures(resources)}


async def keep_list(resources: Resources, path: Path) -> None:
    """Bring the file up to the database; what stands in it already stays."""
    known, found = await listed(resources), read_list(path)
    if known <= found:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made whole under another name first: a kill in between leaves the list that was there.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    fresh.write_text("".join(f"{each.line()}\n" for each in sorted(known | found)), encoding="ascii")
    os.replace(fresh, path)


def read_list(path: Path) -> set[Line]:
    """Return what stands in a file, nothing if there is none; raise BadRequest for a line that is none of ours."""
    if not path.exists():
        return set()
    return {_read(line) for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()}


async def apply_again(resources: Resources, lines: set[Line], *, only_missing: bool = False) -> list[Erasure]:
    """Erase whoever the list names and is back; return those erasures. Whoever came after her erasure is somebody new.

    `only_missing`: look only if the database lacks a line of the list, as it does after an older backup was restored.
    """
    known = await listed(resources)
    missing = lines - known
    if only_missing and not missing:
        return []
    latest: dict[bytes, datetime] = {}
    for each in sorted(lines | known):
        latest[each.identity] = each.asked_at
    back = await people_with(resources, latest)
    done = [
        await erase(resources, person_id, asked_by=LIST, asked_at=latest[digest]) for person_id, digest in back.items()
    ]
    await _remember(resources, missing)
    return done


async def _remember(resources: Resources, missing: set[Line]) -> None:
    """Keep the lines of people whom this database does not know, so that its list is whole again."""
    async with resources.db.transaction() as session:
        for each in sorted(missing):
            row = Erasure(
                id=each.id,
                identity=each.identity,
                asked_by=LIST,
                asked_at=each.asked_at,
                state=ErasureState.DONE,
                account={},
                done_at=each.asked_at,
            )
            await session.execute(insert(Erasure).values(row.model_dump()).on_conflict_do_nothing())


def _read(line: str) -> Line:
    try:
        given = json.loads(line)
        at = datetime.fromisoformat(given["asked_at"])
        if at.tzinfo is None:
            raise ValueError
        return Line(at, UUID(given["id"]), bytes.fromhex(given["identity"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadRequest("This is no list of erasures: {line}", line=line[:80]) from None
