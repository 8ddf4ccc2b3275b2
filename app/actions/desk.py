"""The one doorway to a mailbox: may she? — act — audit. An action that never opens the desk has no provider in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Decision, Deny, Facts, Kind, decide
from app.access.reasons import REASONS
from app.actions import audit, seeing
from app.actions.resources import Resources
from app.actions.tokens import access_token
from app.errors import AppError, Denied, NotFound
from app.models.audit import AuditEntry
from app.models.draft import Approval, Draft, ScheduledSend
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import KnownMessage, Mailbox
from app.providers.base import Provider
from app.providers.mailboxes import open_provider

Within = Callable[[AsyncSession, Decision], Awaitable[None]]

# What the closing entry of an act repeats from the opening one.
KEPT = (
    *("actor_kind", "actor_id", "surface", "request_id", "action", "grant_id", "grant_version", "fence"),
    *("subject_kind", "subject_id", "provider_message", "provider_thread", "provider_draft", "content_sha256"),
)


@dataclass(frozen=True, kw_only=True)
class About:
    """What an act concerns; `content_sha256` is the draft as the mailbox holds it now, empty if not looked at."""

    message: KnownMessage | None = None
    draft: Draft | None = None
    send: ScheduledSend | None = None
    content_sha256: bytes = b""
    noted: dict[str, Any] = field(default_factory=dict)

    def for_audit(self) -> dict[str, Any]:
        """Return the columns of an audit entry that say what it was about."""
        kind, row = next(
            (
                (kind, row)
                for kind, row in (("send", self.send), ("draft", self.draft), ("message", self.message))
                if row
            ),
            ("", None),
        )
        return {
            "subject_kind": kind,
            "subject_id": row.id if row else None,
            "provider_message": self.message.provider_id if self.message else "",
            "provider_thread": self.message.thread_id if self.message else "",
            "provider_draft": self.draft.provider_id if self.draft else "",
            "content_sha256": self.content_sha256,
            **self.noted,
        }


class Narrowed:
    """A provider that answers to the calls of one act and to no other."""

    def __init__(self, provider: Provider, calls: frozenset[str]) -> None:
        self._provider, self._calls = provider, calls

    def __getattr__(self, name: str) -> Any:
        """Hand on an allowed call; anything else is a mistake of ours and never reaches the provider."""
        if name not in self._calls:
            raise Denied(REASONS["scope_missing"], reason="scope_missing")
        return getattr(self._provider, name)


@dataclass
class Hand:
    """What an allowed act holds: the narrowed mailbox, and what the audit shall say of how it ended."""

    mailbox: Provider
    noted: dict[str, Any] = field(default_factory=dict)

    def note(self, **columns: Any) -> None:
        """Have the closing entry say this (columns of AuditEntry)."""
        self.noted.update(columns)


@dataclass(frozen=True)
class Desk:
    """One actor at one mailbox for one request or job."""

    resources: Resources
    actor: Actor
    mailbox: Mailbox
    provider: Provider = field(repr=False)

    @asynccontextmanager
    async def act(self, act: Act, about: About | None = None, within: Within | None = None) -> AsyncIterator[Hand]:
        """Check, hand over the narrowed provider, and record how it ended: the only way to act.

        `within` runs in the transaction of the decision, which holds the grant's lock: what it writes stands or falls
        with the decision. Raises Denied, or NotFound for what is private, before the provider hears anything.
        """
        about = about or About()
        facts = await self._facts(act, about)
        begun = await self._decided(act, about, facts, within)
        hand = Hand(cast(Provider, Narrowed(self.provider, ACTS[act].calls)))
        outcome = "crashed"  # what a cancelled task leaves behind
        try:
            yield hand
            outcome = "done"
        except AppError as error:
            outcome = error.code
            raise
        finally:
            if begun:
                await asyncio.shield(self._ended(begun, outcome, hand.noted))

    def owner_only(self) -> None:
        """Raise Denied for anyone but the owner: for what is shown to her alone and changes nothing."""
        if self.actor.kind is not Kind.OWNER:
            raise Denied(REASONS["owner_only"], reason="owner_only")

    async def _facts(self, act: Act, about: About) -> Facts:
        """Gather what the decision rests on, from the mailbox as it is now."""
        private = None
        if ACTS[act].on_message and about.message and self.actor.kind is Kind.ASSISTANT:
            private = await seeing.verdict(self.resources.db, self.mailbox, self.provider, about.message)
        return Facts(mailbox_state=self.mailbox.state, private=private)

    async def _decided(self, act: Act, about: About, facts: Facts, within: Within | None) -> AuditEntry | None:
        """Decide under the grant's lock and commit the opening entry; raise what a refusal means."""
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            mailbox = await session.get_one(Mailbox, self.mailbox.id, with_for_update={"read": True})
            grant = await self._grant_locked(session)
            facts = await _with_draft(session, facts, grant, about, mailbox)
            decision = decide(self.actor, grant, act, facts, clock.now())
            if isinstance(decision, Allow) and within:
                await within(session, decision)
            entry = await self._opening(session, act, about, decision, grant)
        _raise_unless_allowed(decision)
        return None if ACTS[act].looks else entry

    async def _opening(
        self, session: AsyncSession, act: Act, about: About, decision: Decision, grant: Grant | None
    ) -> AuditEntry | None:
        """Write the entry with which an act begins; what the owner or Deskhand only looks at is not recorded."""
        looks = ACTS[act].looks and isinstance(decision, Allow)
        if looks and self.actor.kind is not Kind.ASSISTANT:
            return None
        said: dict[str, Any] = {
            "phase": "begin" if isinstance(decision, Allow) and not looks else "whole",
            "decision": type(decision).__name__.lower(),
            "reason": decision.reason,
            "outcome": "done" if looks else "",
        }
        return await audit.append(session, self.mailbox.id, **(said | self._who(act, grant) | about.for_audit()))

    async def _ended(self, begun: AuditEntry, outcome: str, noted: dict[str, Any]) -> None:
        said = {name: getattr(begun, name) for name in KEPT}
        said |= {"phase": "end", "begins": begun.seq, "outcome": outcome}
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            await audit.append(session, self.mailbox.id, **(said | noted))

    def _who(self, act: Act, grant: Grant | None) -> dict[str, Any]:
        return {
            "actor_kind": self.actor.kind.value,
            "actor_id": self.actor.person_id,
            "surface": self.actor.surface,
            "request_id": self.actor.request_id,
            "action": act.value,
            "grant_id": grant.id if grant else None,
            "grant_version": grant.version if grant else None,
        }

    async def _grant_locked(self, session: AsyncSession) -> Grant | None:
        """Return this assistant's newest grant here, locked against change until the decision is committed."""
        if self.actor.kind is not Kind.ASSISTANT:
            return None
        rows = await session.execute(
            select(Grant)
            .where(col(Grant.mailbox_id) == self.mailbox.id, col(Grant.assistant_id) == self.actor.person_id)
            .order_by((col(Grant.status) == GrantStatus.REVOKED), col(Grant.created_at).desc())
            .limit(1)
            .with_for_update(read=True)
        )
        return rows.scalar_one_or_none()


async def _with_draft(
    session: AsyncSession, facts: Facts, grant: Grant | None, about: About, mailbox: Mailbox
) -> Facts:
    """Add what only the locked rows can say: whose draft it is, and whether the owner's approval of it stands."""
    own = None if about.draft is None else bool(grant and about.draft.grant_id == grant.id)
    approved = grant is not None and about.draft is not None and await _approved(session, grant, about.draft, about)
    return Facts(mailbox_state=mailbox.state, private=facts.private, own_draft=own, approved=approved)


async def _approved(session: AsyncSession, grant: Grant, draft: Draft, about: About) -> bool:
    """Say whether the owner approved exactly this; an approval that this very send has used still covers it."""
    used_by = about.send.used_mark if about.send else ""
    due = about.send.due_at if about.send else None
    rows = await session.execute(
        select(Approval)
        .where(col(Approval.mailbox_id) == draft.mailbox_id, col(Approval.draft_id) == draft.id)
        .where(col(Approval.grant_version) == grant.version, col(Approval.content_sha256) == about.content_sha256)
        .where(or_(col(Approval.ended_at).is_(None), col(Approval.ended_by) == used_by))
        .with_for_update()
    )
    return any(approval.due_at in (None, due) for approval in rows.scalars())


def _raise_unless_allowed(decision: Decision) -> None:
    if isinstance(decision, Allow):
        return
    if isinstance(decision, Deny) and decision.reason == "private":
        raise NotFound
    raise Denied(REASONS[decision.reason], reason=decision.reason)


async def open_desk(
    resources: Resources, person_id: UUID, mailbox_id: UUID, *, surface: str, request_id: str = ""
) -> Desk:
    """Seat a person at a mailbox; raise NotFound unless she is its owner or has a grant that is not revoked."""
    async with resources.db.transaction(person=person_id) as session:
        mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None:
        raise NotFound
    kind = Kind.OWNER if mailbox.owner_id == person_id else Kind.ASSISTANT
    actor = Actor(kind=kind, person_id=person_id, surface=surface, request_id=request_id)
    return _seated(resources, actor, mailbox)


async def open_desk_for_job(resources: Resources, mailbox_id: UUID, person_id: UUID | None, *, surface: str) -> Desk:
    """Seat whoever asked for a job at its mailbox, revoked or not; None is Deskhand itself."""
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        mailbox = await session.get(Mailbox, mailbox_id)
    if mailbox is None:
        raise NotFound
    kinds = {None: Kind.SYSTEM, mailbox.owner_id: Kind.OWNER}
    actor = Actor(kind=kinds.get(person_id, Kind.ASSISTANT), person_id=person_id, surface=surface)
    return _seated(resources, actor, mailbox)


def _seated(resources: Resources, actor: Actor, mailbox: Mailbox) -> Desk:
    provider = open_provider(
        mailbox.provider,
        transport=resources.transport,
        tokens=partial(access_token, resources, mailbox.id),
        settings=resources.settings,
        key=str(mailbox.id),
        reader=resources.reader,
    )
    return Desk(resources, actor, mailbox, provider)
