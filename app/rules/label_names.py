"""Which two names mean one label, whoever has written them: in the mailbox, on a private list, in a condition."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from app.locale.catalogues import N_


@lru_cache(maxsize=4096)  # a mailbox has few labels, and each is compared for each message
def same(name: str) -> str:
    """Return what two names have in common if they mean one label: case and white space do not matter."""
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


# Gmail's words for folders and states. They are no labels elsewhere either, so that a label means the same everywhere.
SYSTEM = frozenset(
    {"INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT", "CHAT"}
    | {f"CATEGORY_{kind}" for kind in ("PERSONAL", "SOCIAL", "PROMOTIONS", "UPDATES", "FORUMS")}
)
# The tabs into which Gmail sorts the inbox, apart from the first one: a private mark may name them like a label.
TABS = {
    "CATEGORY_PROMOTIONS": N_("Promotions"),
    "CATEGORY_SOCIAL": N_("Social"),
    "CATEGORY_UPDATES": N_("Updates"),
    "CATEGORY_FORUMS": N_("Forums"),
}


def is_state(name: str) -> bool:
    """Say whether a name is Gmail's for a place or a state of mail, which no rule about labels can go by."""
    return same(name).upper() in SYSTEM - TABS.keys()
