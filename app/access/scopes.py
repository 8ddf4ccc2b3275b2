"""The rights an owner can give: a closed, flat list. Consent page, cards and docs are all read from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.locale.catalogues import N_

TEXT_VERSION = "2026-11-26"  # changes whenever a sentence below or of bounds_said does; every agreement keeps it

MODIFY = "https://www.googleapis.com/auth/gmail.modify"


class Scope(StrEnum):
    """One right inside a grant."""

    LIST = "mail.list"
    READ = "mail.read"
    ATTACH_READ = "attach.read"
    LABEL = "label"
    ARCHIVE = "archive"
    TRASH = "trash"
    SPAM_REVIEW = "spam.review"
    DRAFT = "draft"
    REPLY_TEMPLATE = "reply.template"
    REPLY_FREE = "reply.free"
    COMPOSE_NEW = "compose.new"
    FORWARD_INTERNAL = "forward.internal"
    FORWARD_OWNER = "forward.owner"
    SCHEDULE = "schedule"
    RULES_SUGGEST = "rules.suggest"


@dataclass(frozen=True, kw_only=True)
class ScopeRule:
    """What a scope means: the sentence the owner ticks, what it implies, the least provider permission it needs."""

    says: str
    implies: frozenset[Scope] = frozenset()
    gmail: str = MODIFY
    graph: str = "Mail.ReadWrite"


_READING = frozenset({Scope.LIST, Scope.READ})

SCOPES: dict[Scope, ScopeRule] = {
    Scope.LIST: ScopeRule(says=N_("see who wrote, when and about what, for mail that is not private")),
    Scope.READ: ScopeRule(says=N_("read the mail that is not private"), implies=frozenset({Scope.LIST})),
    Scope.ATTACH_READ: ScopeRule(says=N_("open attachments of mail that is not private"), implies=_READING),
    Scope.LABEL: ScopeRule(says=N_("put labels on mail and take them off"), implies=frozenset({Scope.LIST})),
    Scope.ARCHIVE: ScopeRule(says=N_("move mail out of the inbox into the archive"), implies=frozenset({Scope.LIST})),
    Scope.TRASH: ScopeRule(
        says=N_("put mail into the trash, from where it can be taken back"), implies=frozenset({Scope.LIST})
    ),
    Scope.SPAM_REVIEW: ScopeRule(says=N_("look through the spam folder"), implies=frozenset({Scope.LIST})),
    Scope.DRAFT: ScopeRule(says=N_("write drafts of replies into the mailbox"), implies=_READING),
    Scope.REPLY_TEMPLATE: ScopeRule(
        says=N_("reply with texts that the owner has approved"), implies=_READING, graph="Mail.Send"
    ),
    Scope.REPLY_FREE: ScopeRule(
        says=N_("send replies in their own words"), implies=_READING | {Scope.DRAFT}, graph="Mail.Send"
    ),
    Scope.COMPOSE_NEW: ScopeRule(
        says=N_("write to people who have not written first"), implies=_READING | {Scope.DRAFT}, graph="Mail.Send"
    ),
    Scope.FORWARD_INTERNAL: ScopeRule(
        says=N_("forward mail to colleagues at the owner's own domain"), implies=_READING, graph="Mail.Send"
    ),
    Scope.FORWARD_OWNER: ScopeRule(
        says=N_("forward urgent mail to the owner's own second address while they are away"),
        implies=_READING,
        graph="Mail.Send",
    ),
    Scope.SCHEDULE: ScopeRule(
        says=N_("choose the hour at which a reply leaves"), implies=_READING | {Scope.DRAFT}, graph="Mail.Send"
    ),
    Scope.RULES_SUGGEST: ScopeRule(says=N_("propose rules and labels, which the owner accepts or not")),
}


def closed(scopes: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes with all that they imply; raise ValueError for a word that is no scope."""
    return _closed(tuple(scopes))


@lru_cache(maxsize=4096)  # every decision asks it, and grants are mostly alike
def _closed(words: tuple[str, ...]) -> frozenset[Scope]:
    given = frozenset(Scope(word) for word in words)
    return given.union(*(SCOPES[scope].implies for scope in given)) if given else given


def ordered(scopes: Iterable[Scope]) -> list[Scope]:
    """Return scopes in the order of the table."""
    wanted = frozenset(scopes)
    return [scope for scope in Scope if scope in wanted]
