"""How grants and scheduled sends stand, in words: what a badge says, why something waits, what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app import clock
from app.access.acts import Act
from app.access.bounds_said import approval_said, bounds_said
from app.access.reasons import HELD, WAITS
from app.actions.desk import Desk
from app.actions.ended import ended_by
from app.actions.freeze import under_way
from app.actions.settling import LEASE
from app.locale.catalogues import N_, Language
from app.models.draft import ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus
from app.models.mailbox import Mailbox, MailboxState

# What a person can do about a send that is held; those that are not named here are told by their reason alone.
TO_DO: dict[str, str] = {
    "grant_gone": N_("If it should leave all the same, send the draft from your own mailbox."),
    "grant_paused": N_("Let the assistant go on, and the hour can be set again."),
    "grant_expired": N_("If it should leave all the same, send the draft from your own mailbox, or invite anew."),
    "key_gone": N_("The assistant can set its hour again in person; or send the draft from your own mailbox."),
    "approval_missing": N_(
        "Read the draft, then approve or decline it. Approved, it leaves at once if its hour is past."
    ),
    "sent_back": N_("Write it anew, then set its hour again."),
    "draft_edited": N_("Read the draft as it stands now. Approving it lets it go on."),
    "draft_gone": N_("Look into the mailbox. If it has not left, it has to be written again."),
    "thread_moved": N_("Read the new message first. Whoever wrote the reply can then set its hour again."),
    "mailbox_not_active": N_("Connect the mailbox again: it then goes on by itself, unless its hour has passed."),
    "disconnected": N_("Connect the mailbox again, then have the hour set again."),
    "hour_passed": N_("If it should leave all the same, approve it again or have another hour set."),
    "outside_hours": N_("Whoever wrote the reply can set another hour, within those."),
    "cap_reached": N_("Whoever wrote the reply can set its hour again, for another day."),
    "recipient_outside": N_("If it should leave all the same, send the draft from your own mailbox."),
    "restored": N_("You are asked about it on the page about the backup."),
    "as_restored": N_("Set its hour again if it should leave, or take it back."),
    "over_limit": N_("Raise the number under Hours, or send the draft from your own mailbox."),
    "crashed": N_("Look at the draft in the mailbox. Its hour can be set again, or you send it yourself."),
    "refused": N_("Look at the draft in the mailbox: its recipient or its size may be the reason."),
    "not_delivered": N_("Read what the mail system wrote: often the address is wrong. Write to the right one by hand."),
    "unknown": N_("If the reply is among the sent mail, all is well. If not, its hour can be set again."),
}
# Why one is over that did not leave.
STOPPED: dict[str, str] = {
    "cancelled": N_("It was taken back."),
    "rescheduled": N_("Another hour was set."),
    "declined": N_("The owner declined it."),
    "discarded": N_("The draft was thrown away."),
}

BEING_SENT = N_("It was being sent at that very moment. How it ends is known within a minute.")
SILENT = N_(
    "Whoever was sending it has fallen silent. Deskhand looks into the mailbox about once a minute, and puts the draft "
    "out of reach before it calls this done. If you do not want to wait, delete the draft in your mailbox."
)
SHUT = N_(
    "The mailbox is not connected, so nobody can look whether it has left. Connect it again and this is settled at "
    "once; otherwise it is settled within a day, when no access from before can work any more."
)


def grant_state(grant: Grant, now: datetime | None = None) -> str:
    """Return the state that a grant is shown in: an active one may be over by its end date, or begin later."""
    at = now or clock.now()
    if grant.status != GrantStatus.ACTIVE:
        return grant.status.value
    if at >= grant.expires_at:
        return "expired"
    return "not_begun" if at < grant.begins_at else grant.status.value


async def flying(desk: Desk, grant_id: UUID) -> Sequence[ScheduledSend]:
    """Return the sends of a grant of which nobody knows yet how they end."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await under_way(session, desk.mailbox.id, grant_id)


async def certified(desk: Desk, grant_id: UUID) -> bool:
    """Say whether there is a certificate of a grant's end."""
    return bool(await ended_by(desk.resources, desk.mailbox.owner_id, Act.REVOKE, grant_id))


def meanwhile(send: ScheduledSend, mailbox: Mailbox, language: Language) -> str:
    """Return what happens to a send that was on its way when its access ended, until it is known how it ends."""
    if mailbox.state != MailboxState.ACTIVE:
        return language.gettext(SHUT)
    silent = send.intent_at is not None and clock.now() >= send.intent_at + LEASE
    return language.gettext(SILENT if silent else BEING_SENT)


def limits(grant: Grant, language: Language) -> tuple[str, int]:
    """Return, for the owner, when she is asked before something leaves, and how many limits an access has."""
    return approval_said(grant, language.gettext, to_owner=True), len(bounds_said(grant.conditions, language))


def why(send: ScheduledSend, language: Language) -> str:
    """Return why a send waits or is over, in words; empty if there is nothing to say."""
    known = {SendState.CANCELLED: STOPPED, SendState.PREPARED: WAITS}.get(send.state, HELD)
    sentence = known.get(send.reason, "")
    return language.gettext(sentence) if sentence else ""


def to_do(send: ScheduledSend, language: Language) -> str:
    """Return what the owner can do about a send that is held; empty if nothing is needed."""
    waits = send.state in (SendState.HELD, SendState.NEEDS_HUMAN)
    sentence = TO_DO.get(send.reason, "") if waits else ""
    return language.gettext(sentence) if sentence else ""
