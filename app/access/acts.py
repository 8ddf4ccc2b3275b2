"""What can be done at a mailbox: each act with the scope it needs and the provider calls it may make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.access.scopes import Scope


class Act(StrEnum):
    """One verb at a mailbox; the word stands in the audit."""

    LIST = "list"
    READ = "read"
    OPEN_ATTACHMENT = "open_attachment"
    LABEL = "label"
    ARCHIVE = "archive"
    TRASH = "trash"
    UNARCHIVE = "unarchive"
    UNTRASH = "untrash"
    DRAFT = "draft"
    EDIT = "edit"
    DISCARD = "discard"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    SEND = "send"
    RECOVER = "recover"
    APPROVE = "approve"
    SEE_DRAFT = "see_draft"
    PREVIEW = "preview"
    INVITE = "invite"
    GRANT = "grant"
    REVOKE = "revoke"
    SENDER_RULE = "sender_rule"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, kw_only=True)
class ActRule:
    """What an act needs. `scope` None: the owner alone. `calls` are methods of the Provider protocol.

    `looks` marks an act that changes nothing; `on_message` one that concerns a message and so asks whether it is
    private; `own_draft` one that an assistant may do to drafts of her own grant only; `leaves` one after which
    something leaves the mailbox.
    """

    scope: Scope | None = None
    calls: frozenset[str] = frozenset()
    looks: bool = False
    on_message: bool = False
    own_draft: bool = False
    leaves: bool = False


_SEES = frozenset({"message", "thread"})
_WRITES = frozenset({"create_reply", "update_draft", "draft", "find_draft", "send_as"})
_MOVES = frozenset({"move", "message"})
_SENDS = frozenset({"draft", "send_draft", "find_sent", "thread"})

ACTS: dict[Act, ActRule] = {
    Act.LIST: ActRule(scope=Scope.LIST, calls=frozenset({"list_messages", "thread", "labels"}), looks=True),
    Act.READ: ActRule(scope=Scope.READ, calls=_SEES | {"read"}, looks=True, on_message=True),
    Act.OPEN_ATTACHMENT: ActRule(
        scope=Scope.ATTACH_READ, calls=frozenset({"read", "attachment"}), looks=True, on_message=True
    ),
    Act.LABEL: ActRule(scope=Scope.LABEL, calls=frozenset({"relabel", "labels"}), on_message=True),
    Act.ARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True),
    Act.TRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True),
    Act.UNARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True),
    Act.UNTRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True),
    Act.DRAFT: ActRule(scope=Scope.DRAFT, calls=_WRITES | {"message"}, on_message=True),
    Act.EDIT: ActRule(scope=Scope.DRAFT, calls=_WRITES, on_message=True, own_draft=True),
    Act.SEE_DRAFT: ActRule(scope=Scope.DRAFT, calls=frozenset({"draft"}), looks=True, on_message=True, own_draft=True),
    Act.DISCARD: ActRule(
        scope=Scope.DRAFT, calls=frozenset({"delete_draft", "draft"}), on_message=True, own_draft=True
    ),
    Act.SCHEDULE: ActRule(scope=Scope.SCHEDULE, calls=frozenset({"draft"}), on_message=True, own_draft=True),
    Act.CANCEL: ActRule(scope=Scope.DRAFT, own_draft=True),
    Act.SEND: ActRule(scope=Scope.DRAFT, calls=_SENDS, on_message=True, own_draft=True, leaves=True),
    Act.RECOVER: ActRule(calls=frozenset({"draft", "find_sent", "thread"}), looks=True),
    Act.APPROVE: ActRule(calls=frozenset({"draft"})),
    Act.PREVIEW: ActRule(calls=frozenset({"list_messages", "thread"}), looks=True),
    Act.INVITE: ActRule(),
    Act.GRANT: ActRule(),
    Act.REVOKE: ActRule(),
    Act.SENDER_RULE: ActRule(),
    Act.DISCONNECT: ActRule(calls=frozenset({"address"})),
}

OFFERED: frozenset[Scope] = frozenset(rule.scope for rule in ACTS.values() if rule.scope) | {Scope.REPLY_FREE}
