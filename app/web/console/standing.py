"""How grants and scheduled sends stand, in words: what a badge says, why something waits, what can be done about it."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.access.reasons import HELD
from app.locale.catalogues import N_, Language
from app.models.draft import ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus

# What a person can do about a send that is held; those that are not named here are told by their reason alone.
TO_DO: dict[str, str] = {
    "grant_gone": N_("If it should leave all the same, send the draft from your own mailbox."),
    "key_gone": N_("The assistant can set its hour again in person; or send the draft from your own mailbox."),
    "approval_missing": N_(
        "Read the draft, then approve or decline it. Approved, it leaves at once if its hour is past."
    ),
    "draft_edited": N_("Read the draft as it stands now. Approving it lets it go on."),
    "draft_gone": N_("Look into the mailbox. If it has not left, it has to be written again."),
    "thread_moved": N_("Read the new message first. Whoever wrote the reply can then set its hour again."),
    "mailbox_not_active": N_("Connect the mailbox again: it then goes on by itself, unless its hour has passed."),
    "disconnected": N_("Connect the mailbox again, then have the hour set again."),
    "hour_passed": N_("If it should leave all the same, approve it again or have another hour set."),
    "outside_hours": N_("Whoever wrote the reply can set another hour, within those."),
    "cap_reached": N_("Whoever wrote the reply can set its hour again, for another day."),
    "recipient_outside": N_("If it should leave all the same, send the draft from your own mailbox."),
    "refused": N_("Look at the draft in the mailbox: its recipient or its size may be the reason."),
    "unknown": N_("If the reply is among the sent mail, all is well. If not, its hour can be set again."),
}
# Why one is over that did not leave.
STOPPED: dict[str, str] = {
    "cancelled": N_("It was taken back."),
    "rescheduled": N_("Another hour was set."),
    "declined": N_("The owner declined it."),
    "discarded": N_("The draft was thrown away."),
}


def grant_state(grant: Grant, now: datetime | None = None) -> str:
    """Return the state that a grant is shown in: an active one may be over by its end date."""
    over = (now or clock.now()) >= grant.expires_at
    return "expired" if grant.status == GrantStatus.ACTIVE and over else grant.status.value


def why(send: ScheduledSend, language: Language) -> str:
    """Return why a send waits or is over, in words; empty if there is nothing to say."""
    known = STOPPED if send.state == SendState.CANCELLED else HELD
    sentence = known.get(send.reason, "")
    return language.gettext(sentence) if sentence else ""


def to_do(send: ScheduledSend, language: Language) -> str:
    """Return what the owner can do about a send that is held; empty if nothing is needed."""
    waits = send.state in (SendState.HELD, SendState.NEEDS_HUMAN)
    sentence = TO_DO.get(send.reason, "") if waits else ""
    return language.gettext(sentence) if sentence else ""
