"""The two entries of an act: one when it was decided, one when it ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Decision, Kind
from app.actions import audit
from app.actions.hand import About
from app.db.database import Database
from app.models.audit import AuditEntry
from app.models.grant import Grant
from app.models.mailbox import Mailbox

# What the closing entry of an act repeats from the opening one.
KEPT = (
    *("actor_kind", "actor_id", "key_id", "surface", "request_id", "action", "reason", "grant_id", "grant_version"),
    *("subject_kind", "subject_id", "provider_message", "provider_thread", "provider_draft", "content_sha256", "fence"),
)


async def opening(
    session: AsyncSession,
    actor: Actor,
    act: Act,
    *,
    mailbox: Mailbox,
    about: About,
    decision: Decision,
    grant: Grant | None,
) -> AuditEntry | None:
    """Write the entry with which an act begins; what the owner or Deskhand only looks at is not recorded."""
    looks = ACTS[act].looks and isinstance(decision, Allow)
    if looks and actor.kind is not Kind.ASSISTANT:
        return None
    said: dict[str, Any] = {
        "phase": "begin" if isinstance(decision, Allow) and not looks else "whole",
        "decision": type(decision).__name__.lower(),
        "outcome": "done" if looks else "",
    }
    if decision.reason:  # why it was refused goes before what was wanted
        said["reason"] = decision.reason
    return await audit.append(session, mailbox.id, **(_who(actor, act, grant) | about.for_audit() | said))


async def closing(db: Database, begun: AuditEntry, outcome: str, noted: dict[str, Any]) -> None:
    """Write the entry that says how an act ended, in a transaction of its own."""
    said = {name: getattr(begun, name) for name in KEPT}
    said |= {"phase": "end", "begins": begun.seq, "outcome": outcome}
    async with db.transaction(mailbox=begun.mailbox_id) as session:
        await audit.append(session, begun.mailbox_id, **(said | noted))


def _who(actor: Actor, act: Act, grant: Grant | None) -> dict[str, Any]:
    return {
        "actor_kind": actor.kind.value,
        "actor_id": actor.person_id,
        "key_id": actor.key_id,
        "surface": actor.surface,
        "request_id": actor.request_id,
        "action": act.value,
        "grant_id": grant.id if grant else None,
        "grant_version": grant.version if grant else None,
    }
