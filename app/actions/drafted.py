"""An assistant's own words as she wrote them last, beside what the owner has made of them in her draft since."""

from __future__ import annotations

from app.actions.desk import Desk
from app.actions.tokens import vault_of
from app.actions.writing import DRAFTED
from app.models.draft import Draft
from app.rules.difference import Piece, difference


async def changes_of(desk: Desk, row: Draft, words: str) -> tuple[Piece, ...]:
    """Return how an author's words became `words`, as whoever sits here may read them; empty if nothing changed."""
    if not row.drafted:
        return ()
    async with desk.resources.db.transaction(mailbox=row.mailbox_id) as session:
        vault = await vault_of(session, desk.resources, row.mailbox_id)
    return difference(vault.unseal(DRAFTED, row.id, row.drafted), words)
