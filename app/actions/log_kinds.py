"""The kinds of acts by which the audit is read."""

from __future__ import annotations

from typing import NamedTuple

from app.locale.catalogues import N_

OTHER = "other"


class LogKind(NamedTuple):
    """One kind: what it is called, and which actions are of it."""

    says: str
    actions: frozenset[str] = frozenset()


KINDS: dict[str, LogKind] = {
    "looking": LogKind(
        N_("Looking at mail"),
        frozenset(
            {
                "list",
                "list_spam",
                "search",
                "locate",
                "owner_page",
                "read",
                "open_attachment",
                "see_draft",
                "preview",
                "own_log",
            }
        ),
    ),
    "tidying": LogKind(
        N_("Labels, archive and trash"), frozenset({"label", "archive", "trash", "unarchive", "untrash"})
    ),
    "replies": LogKind(
        N_("Drafts and replies"),
        frozenset(
            {"draft", "edit", "discard", "schedule", "cancel", "send", "recover", "retire", "approve", "reply_template"}
        ),
    ),
    "access": LogKind(
        N_("Who may do and see what"),
        frozenset(
            {
                "invite",
                "grant",
                "revoke",
                "sender_rule",
                "private_label",
                "template",
                "hours",
                "sending_limit",
                "confirm_restored",
            }
        ),
    ),
    OTHER: LogKind(N_("Everything else")),
}
NAMED = frozenset(action for kind in KINDS.values() for action in kind.actions)
