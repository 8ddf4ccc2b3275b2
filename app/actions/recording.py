"""The two entries of an act: one when it was decided, one when it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Decision, Deny, Kind
from app.actions import audit
from app.actions.addressees import Addressees
from app.actions.denials import denied
from app.actions.hand import About
from app.actions.locked import Locked
from app.actions.resources import Resources
from app.actions.tokens import vault_if_kept
from app.models.grant import Grant

Then = Callable[[AsyncSession], Awaitable[object]]

# What the closing entry of an act repeats from the opening one.
KEPT = (
    *("actor_kind", "actor_id", "key_id", "surface", "login_id", "request_id", "action", "reason", "grant_id"),
    *("grant_version", "approval_id", "template_id", "template_version", "fence", "undoes"),
    *("subject_kind", "subject_id", "provider_message", "provider_thread", "provider_draft", "content_sha256"),
)


async def opening(
    session: AsyncSession, resources: Resources, act: Act, rests_on: Locked, *, about: About, decision: Decision
) -> audit.Written | None:
    """Write the entry with which an act begins, or count a refusal that came again.

    What the owner or Deskhand only looks at is not recorded.
    """
    mailbox, grant, actor = rests_on
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
    to = await _addressed(session, resources, mailbox.id, about.recipients)
    fields = _who(actor, act, grant) | about.for_audit() | said
    write = denied if isinstance(decision, Deny) else audit.append
    return await write(session, mailbox.id, to=to, **fields)


async def closing(
    resources: Resources, begun: audit.Written, about: About, noted: dict[str, Any], then: Then | None = None
) -> None:
    """Write the entry that says how an act ended (`outcome` in `noted`), in a transaction of its own.

    What is done `then` stands or falls with it.
    """
    said = {name: begun.columns[name] for name in KEPT} | {"phase": "end", "begins": begun.seq} | noted
    emails = said.pop("recipients", about.recipients)
    async with resources.db.transaction(mailbox=begun.mailbox_id) as session:
        if then:
            await then(session)
        to = await _addressed(session, resources, begun.mailbox_id, emails)
        await audit.append(session, begun.mailbox_id, to=to, **said)


async def _addressed(
    session: AsyncSession, resources: Resources, mailbox_id: UUID, emails: tuple[str, ...]
) -> Addressees | None:
    vault = await vault_if_kept(session, resources, mailbox_id) if emails else None
    return Addressees(vault, emails) if vault else None


def _who(actor: Actor, act: Act, grant: Grant | None) -> dict[str, Any]:
    return actor.for_audit() | {
        "action": act.value,
        "grant_id": grant.id if grant else None,
        "grant_version": grant.version if grant else None,
    }
