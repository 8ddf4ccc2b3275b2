"""The kinds of acts by which the audit is read."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from app.access.acts import Act
from app.access.happenings import Happening
from app.locale.catalogues import N_

OTHER = "other"


class LogKind(NamedTuple):
    """One kind: what it is called, and which actions are of it."""

    says: str
    actions: frozenset[StrEnum] = frozenset()


_LOOKING = (
    *(Act.LIST, Act.LIST_SPAM, Act.SEARCH, Act.LOCATE, Act.OWNER_PAGE, Act.READ, Act.OPEN_ATTACHMENT),
    *(Act.SEE_DRAFT, Act.SEE_TEMPLATES, Act.SEE_HOURS, Act.PREVIEW, Act.OWN_LOG),
)
_TIDYING = (Act.LABEL, Act.ARCHIVE, Act.TRASH, Act.UNARCHIVE, Act.UNTRASH)
_REPLIES = (
    *(Act.DRAFT, Act.EDIT, Act.DISCARD, Act.SCHEDULE, Act.CANCEL, Act.SEND, Act.RECOVER, Act.RETIRE),
    *(Act.APPROVE, Act.REPLY_TEMPLATE),
)
_ACCESS = (
    *(Act.INVITE, Act.GRANT, Act.REVOKE, Act.STOP, Act.LEAVE, Act.REVIEW, Act.MAKE_KEY, Act.END_KEY),
    *(Act.TEAM, Act.END_TEAM, Act.NAME_MEMBER, Act.REMOVE_MEMBER, Act.HANDOVER, Act.SEE_HANDOVER, Act.LEAD_NOTES),
    *(Act.SENDER_RULE, Act.PRIVATE_LABEL, Act.TEMPLATE, Act.ZONE, Act.HOURS, Act.SENDING_LIMIT),
    *(Act.DISCONNECT, Act.CONFIRM_RESTORED, *Happening),
)
KINDS: dict[str, LogKind] = {
    "looking": LogKind(N_("Looking at mail"), frozenset(_LOOKING)),
    "tidying": LogKind(N_("Labels, archive and trash"), frozenset(_TIDYING)),
    "replies": LogKind(N_("Drafts and replies"), frozenset(_REPLIES)),
    "access": LogKind(N_("Who may do and see what"), frozenset(_ACCESS)),
    OTHER: LogKind(N_("Everything else")),
}
NAMED = frozenset(action for kind in KINDS.values() for action in kind.actions)
