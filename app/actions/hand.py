"""What an act concerns, and what an allowed act holds: a provider that answers to the calls of this act alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.ceiling import Terms
from app.access.decide import Allow, Ask, Decision, Deny
from app.access.reasons import REASONS
from app.actions.audit import Written
from app.errors import Denied, NotFound
from app.models.draft import Draft, ScheduledSend
from app.models.grant import Grant
from app.models.mailbox import KnownMessage
from app.models.template import Template
from app.providers.base import Thread
from app.providers.protocol import Provider

FRESH = timedelta(seconds=5)  # how long what was seen of a conversation may be judged by


class Looked(NamedTuple):
    """A conversation as it is in the mailbox, and since when at least that is known."""

    thread: Thread
    at: datetime


@dataclass(frozen=True, kw_only=True)
class About:
    """What an act concerns; `content_sha256` is the draft as the mailbox holds it now, empty if not looked at.

    `looked` is the message's conversation, if it was fetched for this very act a moment ago.

    `recipients` are the addresses it goes to; `noted` are further columns of the audit, which `within` may add to.
    A lead acts under a team's access (`access_id`), and what she wants to give are the `terms`.
    """

    message: KnownMessage | None = None
    looked: Looked | None = None
    draft: Draft | None = None
    send: ScheduledSend | None = None
    template: Template | None = None
    content_sha256: bytes = b""
    recipients: tuple[str, ...] = ()
    access_id: UUID | None = None
    terms: tuple[Terms, ...] = ()
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
            **self._template(),
            **self.noted,
        }

    def _template(self) -> dict[str, Any]:
        """Return whose words these are, unless somebody has made others of them in the mailbox."""
        if self.template:
            return {"template_id": self.template.id, "template_version": self.template.version}
        if self.draft and self.draft.template_id and self.content_sha256 in (b"", self.draft.content_sha256):
            return {"template_id": self.draft.template_id, "template_version": self.draft.template_version}
        return {}


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
    """What an allowed act holds: the narrowed mailbox, and what the audit shall say of how it ended.

    `then` is done in the transaction that says so, before it does.
    """

    mailbox: Provider
    grant: Grant | None = None  # by which it was allowed; None: by nobody's but the owner's own right, or Deskhand's
    alone: bool = False  # nothing of the message's conversation may be shown beside it
    noted: dict[str, Any] = field(default_factory=dict)
    then: Callable[[AsyncSession], Awaitable[object]] | None = None

    def note(self, **columns: Any) -> None:
        """Have the closing entry say this (columns of AuditEntry; `recipients` as addresses)."""
        self.noted.update(columns)


@dataclass(frozen=True)
class Begun:
    """An act that was allowed: the entry that says so (None for a mere look), and the grant that it was allowed by."""

    entry: Written | None
    grant: Grant | None
    alone: bool = False


def raise_unless_allowed(decision: Decision) -> Allow:
    """Return a yes, else raise what the refusal means: what is not hers to see is not there, the rest has a reason."""
    if isinstance(decision, Allow):
        return decision
    raise refusal(decision)


def refusal(decision: Ask | Deny) -> Denied | NotFound:
    """Return what a refusal means to whoever hears it."""
    if isinstance(decision, Deny) and decision.reason in ("private", "not_covered"):
        return NotFound()
    return Denied(REASONS[decision.reason], reason=decision.reason)
