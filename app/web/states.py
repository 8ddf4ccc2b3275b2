"""How states are shown: each has a tone, which is never its colour alone, and a word."""

from __future__ import annotations

from app.actions.notices import SeenNotice
from app.locale.catalogues import N_
from app.models.notice import Notice, NoticeState

GOOD, QUIET, CAREFUL, BAD = "good", "quiet", "careful", "bad"

STATES = {
    # mailboxes and grants
    "active": (GOOD, N_("Active")),
    "waiting_for_admin": (CAREFUL, N_("Waiting for an administrator")),
    "needs_reconnect": (BAD, N_("Needs to be connected again")),
    "suspended": (BAD, N_("Suspended")),
    "reconciling": (CAREFUL, N_("Being compared with the mailbox")),
    "disconnected": (QUIET, N_("Disconnected")),
    "paused": (CAREFUL, N_("Paused")),
    "revoked": (QUIET, N_("Ended")),
    "not_begun": (CAREFUL, N_("Not begun yet")),
    "expired": (QUIET, N_("Expired")),
    # invitations
    "open": (CAREFUL, N_("Waiting for an answer")),
    "accepted": (CAREFUL, N_("Accepted, not yet confirmed")),
    "confirmed": (GOOD, N_("Confirmed")),
    "ended": (QUIET, N_("Ended")),
    "withdrawn": (QUIET, N_("Withdrawn")),
    "refused": (QUIET, N_("Refused")),
    # scheduled sends
    "prepared": (GOOD, N_("Waiting for its hour")),
    "intent": (CAREFUL, N_("On its way")),
    "sent": (GOOD, N_("Sent")),
    "held": (CAREFUL, N_("Held")),
    "not_delivered": (BAD, N_("Not delivered")),
    "needs_human": (BAD, N_("A person has to look")),
    # stops and removals
    "done": (GOOD, N_("Done")),
    "cancelled": (QUIET, N_("Cancelled")),
}


def state_shown(state: str) -> tuple[str, str]:
    """Return tone and (English) word of a state; raise KeyError for one that has none."""
    return STATES[state]


POSTED = {
    NoticeState.PREPARED: N_("the letter has not left yet"),
    NoticeState.INTENT: N_("the letter is on its way"),
    NoticeState.SENT: N_("sent by mail, too"),
    NoticeState.FAILED: N_("the letter could not be delivered"),
    NoticeState.UNKNOWN: N_("nobody knows whether the letter arrived, so it is not sent again"),
}


def posted_as(notice: Notice | SeenNotice) -> str:
    """Return (in English) what became of the letter about a notice; empty if none was to leave."""
    return POSTED.get(notice.state, "")
