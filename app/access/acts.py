"""What can be done at a mailbox: each act with the scope it needs and the provider calls it may make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.access.scopes import Scope


class Act(StrEnum):
    """One verb at a mailbox; the word stands in the audit."""

    LIST = "list"
    LIST_SPAM = "list_spam"
    SEARCH = "search"
    LOCATE = "locate"
    OWNER_PAGE = "owner_page"
    READ = "read"
    OPEN_ATTACHMENT = "open_attachment"
    LABEL = "label"
    ARCHIVE = "archive"
    TRASH = "trash"
    UNARCHIVE = "unarchive"
    UNTRASH = "untrash"
    DRAFT = "draft"
    REPLY_TEMPLATE = "reply_template"
    EDIT = "edit"
    DISCARD = "discard"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    SEND = "send"
    RECOVER = "recover"
    RETIRE = "retire"
    APPROVE = "approve"
    SEE_DRAFT = "see_draft"
    SEE_TEMPLATES = "see_templates"
    SEE_HOURS = "see_hours"
    PREVIEW = "preview"
    INVITE = "invite"
    MAKE_KEY = "make_key"
    END_KEY = "end_key"
    GRANT = "grant"
    REVOKE = "revoke"
    STOP = "stop"
    TEMPLATE = "template"
    ZONE = "zone"
    HOURS = "hours"
    SENDING_LIMIT = "sending_limit"
    SENDER_RULE = "sender_rule"
    PRIVATE_LABEL = "private_label"
    DISCONNECT = "disconnect"
    LEAVE = "leave"
    EXPORT = "export"
    ERASE = "erase"
    EXPORT_LOG = "export_log"
    OWN_LOG = "own_log"
    TEAM = "team"
    END_TEAM = "end_team"
    NAME_MEMBER = "name_member"
    REMOVE_MEMBER = "remove_member"
    REVIEW = "review"
    HANDOVER = "handover"
    SEE_HANDOVER = "see_handover"
    LEAD_NOTES = "lead_notes"
    CONFIRM_RESTORED = "confirm_restored"


class Counted(StrEnum):
    """What a grant may have only so many of a day; the word stands in the table of counts."""

    CHANGES = "changes"
    SENDS = "sends"


@dataclass(frozen=True, kw_only=True)
class ActRule:
    """What an act needs. `scope` None: the owner alone. `calls` are methods of the Provider protocol.

    `looks` marks an act that changes nothing; `on_message` one that concerns a message and so asks whether it is
    private; `own_draft` one that an assistant may do to drafts of her own grant only; `leaves` one after which
    something leaves the mailbox; `changes_mailbox` one that changes what every decision here rests on. `counted` says
    against which daily number it counts; `answers` marks one by which a reply comes about; `on_excepted` one that may
    be done to a private sender's message of a kind that the owner has let through; `by_rule` one that an accepted
    instruction of the owner's may do by itself; `by_lead` one that a team's lead may do within the owner's ceiling;
    `with_template` one that `reply.template` covers too, for words that are exactly an approved text; `in_person` one
    that no program does with its key.
    """

    scope: Scope | None = None
    calls: frozenset[str] = frozenset()
    looks: bool = False
    on_message: bool = False
    own_draft: bool = False
    leaves: bool = False
    changes_mailbox: bool = False
    in_person: bool = False
    counted: Counted | None = None
    answers: bool = False
    on_excepted: bool = False
    by_rule: bool = False
    by_lead: bool = False
    with_template: bool = False


_SEES = frozenset({"message", "thread"})
_LISTS = _SEES | {"list_conversations", "behind", "labels"}
_MOVES = frozenset({"move", "message", "put_back"})
CHANGES = Counted.CHANGES

ACTS: dict[Act, ActRule] = {
    Act.LIST: ActRule(scope=Scope.LIST, calls=_LISTS, looks=True),
    Act.LIST_SPAM: ActRule(scope=Scope.SPAM_REVIEW, calls=_LISTS, looks=True),
    # Whoever may look for words in mail learns what stands in it.
    Act.SEARCH: ActRule(scope=Scope.READ, calls=_LISTS | {"read"}, looks=True),
    # Where a message lies, before anybody says how it is brought back: judged like any other, or it says what there is.
    Act.LOCATE: ActRule(scope=Scope.LIST, calls=frozenset({"message"}), looks=True, on_message=True),
    Act.OWNER_PAGE: ActRule(looks=True),
    # A letter that hangs on another is judged before anybody is told that it does: so its bytes are fetched, not shown.
    Act.READ: ActRule(
        scope=Scope.READ, calls=_SEES | {"read", "attachment"}, looks=True, on_message=True, on_excepted=True
    ),
    Act.OPEN_ATTACHMENT: ActRule(
        scope=Scope.ATTACH_READ, calls=frozenset({"read", "attachment"}), looks=True, on_message=True
    ),
    Act.LABEL: ActRule(
        scope=Scope.LABEL, calls=frozenset({"relabel", "message"}), on_message=True, counted=CHANGES, by_rule=True
    ),
    Act.ARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True, counted=CHANGES, by_rule=True),
    Act.TRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True, counted=CHANGES, by_rule=True),
    Act.UNARCHIVE: ActRule(scope=Scope.ARCHIVE, calls=_MOVES, on_message=True, counted=CHANGES),
    Act.UNTRASH: ActRule(scope=Scope.TRASH, calls=_MOVES, on_message=True, counted=CHANGES),
    Act.DRAFT: ActRule(
        scope=Scope.DRAFT,
        calls=frozenset({"create_reply", "find_draft", "thread"}),
        on_message=True,
        counted=CHANGES,
        answers=True,
    ),
    Act.REPLY_TEMPLATE: ActRule(
        scope=Scope.REPLY_TEMPLATE,
        calls=frozenset({"create_reply", "find_draft", "thread"}),
        on_message=True,
        counted=CHANGES,
        answers=True,
        on_excepted=True,
    ),
    Act.EDIT: ActRule(
        scope=Scope.DRAFT,
        calls=frozenset({"update_draft", "thread"}),
        on_message=True,
        own_draft=True,
        counted=CHANGES,
        answers=True,
    ),
    Act.SEE_DRAFT: ActRule(
        scope=Scope.DRAFT,
        calls=frozenset({"draft", "thread"}),
        looks=True,
        on_message=True,
        own_draft=True,
        with_template=True,
    ),
    # The owner's own words and her days off: hers to show, and so under a grant that lives.
    Act.SEE_TEMPLATES: ActRule(scope=Scope.REPLY_TEMPLATE, looks=True),
    Act.SEE_HOURS: ActRule(scope=Scope.LIST, looks=True),
    Act.DISCARD: ActRule(
        scope=Scope.DRAFT,
        calls=frozenset({"delete_draft"}),
        on_message=True,
        own_draft=True,
        counted=CHANGES,
        with_template=True,
    ),
    Act.SCHEDULE: ActRule(
        scope=Scope.SCHEDULE,
        calls=frozenset({"draft"}),
        on_message=True,
        own_draft=True,
        answers=True,
        with_template=True,
    ),
    Act.CANCEL: ActRule(scope=Scope.DRAFT, own_draft=True, with_template=True),
    Act.SEND: ActRule(
        scope=Scope.DRAFT,
        calls=frozenset({"send_draft"}),
        on_message=True,
        own_draft=True,
        leaves=True,
        with_template=True,
        counted=Counted.SENDS,
        answers=True,
    ),
    Act.RECOVER: ActRule(calls=_SEES | {"draft", "find_draft", "find_sent", "list_messages"}, looks=True),
    Act.RETIRE: ActRule(calls=frozenset({"copy_draft", "delete_draft", "find_draft", "find_sent"})),
    Act.APPROVE: ActRule(),
    Act.PREVIEW: ActRule(calls=frozenset({"list_messages", "thread"}), looks=True),
    Act.INVITE: ActRule(),
    Act.MAKE_KEY: ActRule(scope=Scope.LIST, in_person=True),
    Act.END_KEY: ActRule(),
    Act.GRANT: ActRule(changes_mailbox=True),
    Act.REVOKE: ActRule(),
    Act.STOP: ActRule(changes_mailbox=True),
    Act.TEMPLATE: ActRule(changes_mailbox=True),
    Act.ZONE: ActRule(changes_mailbox=True),
    Act.HOURS: ActRule(),
    Act.SENDING_LIMIT: ActRule(),
    Act.SENDER_RULE: ActRule(changes_mailbox=True),
    Act.PRIVATE_LABEL: ActRule(changes_mailbox=True),
    Act.DISCONNECT: ActRule(changes_mailbox=True),
    Act.LEAVE: ActRule(),
    Act.EXPORT: ActRule(),
    Act.ERASE: ActRule(changes_mailbox=True),
    Act.EXPORT_LOG: ActRule(),
    Act.OWN_LOG: ActRule(scope=Scope.LIST, looks=True),
    Act.TEAM: ActRule(changes_mailbox=True),
    Act.END_TEAM: ActRule(),
    # Naming shuts out every ending of the team meanwhile: whoever is named under a ceiling is found by what ends it.
    Act.NAME_MEMBER: ActRule(changes_mailbox=True, by_lead=True),
    Act.REMOVE_MEMBER: ActRule(by_lead=True),
    Act.REVIEW: ActRule(by_lead=True),
    Act.HANDOVER: ActRule(scope=Scope.LIST, in_person=True),
    Act.SEE_HANDOVER: ActRule(scope=Scope.LIST, looks=True, in_person=True),
    # A lead writes what she knows of a member's work; what the member has written she never sees.
    Act.LEAD_NOTES: ActRule(by_lead=True),
    Act.CONFIRM_RESTORED: ActRule(changes_mailbox=True),
}

OFFERED: frozenset[Scope] = frozenset(rule.scope for rule in ACTS.values() if rule.scope) | {Scope.REPLY_FREE}
