"""What can be done at a mailbox: each act with the scope it needs and the provider calls it may make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.access.scopes import Scope


class Act(StrEnum):
    """One verb at a mailbox; the word stands in the audit."""

    LIST = "list"
    LIST_SPAM = "list_spam"
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
    RETIRE = "retire"
    APPROVE = "approve"
    SEE_DRAFT = "see_draft"
    PREVIEW = "preview"
    INVITE = "invite"
    GRANT = "grant"
    REVOKE = "revoke"
    STOP = "stop"
    SENDER_RULE = "sender_rule"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, kw_only=True)
class ActRule:
    """What an act needs. `scope` None: the owner alone. `calls` are methods of the Provider protocol.

    `looks` marks an act that changes nothing; `on_message` one that concerns a message and so asks whether it is
    private; `own_draft` one that an assistant may do to drafts of her own grant only; `leaves` one after which
    something leaves the mailbox; `changes_mailbox` one that changes what every decision here rests on.
    """

    scope: Scope | None = None
    calls: frozenset[str] = frozenset()
    looks: bool = False
    on_message: bool = False
    own_draft: bool = False
    leaves: bool = False
    changes_mailbox: bool = False


_SEES = frozenset({"message", "thread"})
_LISTS = _SEES | {"list_messages", "labels"}
_MOVES = frozenset({"move", "message"})

ACTS: dict[Act, ActRule] = {
    Act.LIST: ActRule(scope=Scope.LIST, calls=_LISTS, looks=True),
    Act.LIST_SPAM: ActRule(scope=Scope.SPAM_REVIEW, calls=_LISTS, looks=True),
    Act.READ: ActRule(scope=Scope.READ, calls=_SEES | {"read"}, looks=True, on_message=True),
    Act.OPEN_ATTACHMENT: ActRule(
        scope=Scope.ATTACH_READ, calls=frozenset({"read", "attachment"}), looks=True, on_message=True
    ),
    Act.LABEL: ActRule(scope=Scope.LABEL, calls=frozenset({"relabel", "message"}), on_message=True),
    Act.ARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True),
    Act.TRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True),
    Act.UNARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True),
    Act.UNTRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True),
    Act.DRAFT: ActRule(scope=Scope.DRAFT, calls=frozenset({"create_reply", "find_draft", "thread"}), on_message=True),
    Act.EDIT: ActRule(scope=Scope.DRAFT, calls=frozenset({"update_draft", "thread"}), on_message=True, own_draft=True),
    Act.SEE_DRAFT: ActRule(
        scope=Scope.DRAFT, calls=frozenset({"draft", "thread"}), looks=True, on_message=True, own_draft=True
    ),
    Act.DISCARD: ActRule(scope=Scope.DRAFT, calls=frozenset({"delete_draft"}), on_message=True, own_draft=True),
    Act.SCHEDULE: ActRule(scope=Scope.SCHEDULE, calls=frozenset({"draft"}), on_message=True, own_draft=True),
    Act.CANCEL: ActRule(scope=Scope.DRAFT, own_draft=True),
    Act.SEND: ActRule(scope=Scope.DRAFT, calls=frozenset({"send_draft"}), on_message=True, own_draft=True, leaves=True),
    Act.RECOVER: ActRule(calls=_SEES | {"draft", "find_sent"}, looks=True),
    Act.RETIRE: ActRule(calls=frozenset({"copy_draft", "delete_draft", "find_draft", "find_sent"})),
    Act.APPROVE: ActRule(),
    Act.PREVIEW: ActRule(calls=frozenset({"list_messages", "thread"}), looks=True),
    Act.INVITE: ActRule(),
    Act.GRANT: ActRule(changes_mailbox=True),
    Act.REVOKE: ActRule(),
    Act.STOP: ActRule(changes_mailbox=True),
    Act.SENDER_RULE: ActRule(changes_mailbox=True),
    Act.DISCONNECT: ActRule(changes_mailbox=True),
}

OFFERED: frozenset[Scope] = frozenset(rule.scope for rule in ACTS.values() if rule.scope) | {Scope.REPLY_FREE}
