"""What the next page says about what was just done: a code in `?notice=`, never a text.

A link that says "access has ended" when it has not would lull an owner, so a code counts only with a proof that this
very session was given it; a few that claim nothing need none.
"""

from __future__ import annotations

import hmac
from enum import StrEnum

from starlette.requests import Request

from app.locale.catalogues import N_
from app.web.csrf import session_token


class Flash(StrEnum):
    """What can be announced; the values stand in addresses."""

    SIGNED_OUT = "signed_out"
    SAVED = "saved"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    INVITED = "invited"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REVOKED = "revoked"
    IN_FLIGHT = "in_flight"
    LABELLED = "labelled"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    SENT = "sent"
    ON_ITS_WAY = "on_its_way"
    NOT_SENT = "not_sent"
    NOT_CONNECTED = "not_connected"
    REFUSED = "refused"
    EDITED = "edited"
    SAME_WORDS = "same_words"
    DISCARDED = "discarded"
    TAKEN_OFF = "taken_off"
    DECLINED = "declined"
    SENT_BACK = "sent_back"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    RESTORED = "restored"
    UNDONE = "undone"
    MARKED = "marked"
    UNMARKED = "unmarked"
    LOGIN_ENDED = "login_ended"
    LOGINS_ENDED = "logins_ended"
    KEY_ENDED = "key_ended"
    CHANGED_MEANWHILE = "changed_meanwhile"
    READ = "read"
    NOT_REVOKED = "not_revoked"
    NOT_WAITING = "not_waiting"
    STOPPED = "stopped"
    NOBODY_TO_STOP = "nobody_to_stop"
    WENT_ON = "went_on"
    REMOVED_EVERYWHERE = "removed_everywhere"
    TEAM_INVITED = "team_invited"
    TEAM_CONFIRMED = "team_confirmed"
    TEAM_ENDED = "team_ended"
    TEAM_IN_FLIGHT = "team_in_flight"
    REVIEWED = "reviewed"
    REMOVED = "removed"
    REMOVED_IN_FLIGHT = "removed_in_flight"
    RESTORATION_CONFIRMED = "restoration_confirmed"


SAYS = {
    Flash.SIGNED_OUT: N_("You are signed out."),
    Flash.SAVED: N_("Saved."),
    Flash.CONNECTED: N_("The mailbox is connected."),
    Flash.DISCONNECTED: N_("The mailbox is disconnected and its keys are destroyed."),
    Flash.INVITED: N_("The invitation is ready. Send its link to the person you mean, and to nobody else."),
    Flash.WITHDRAWN: N_("The invitation is withdrawn; its link no longer works."),
    Flash.ACCEPTED: N_("Accepted. The owner now confirms that it is you."),
    Flash.CONFIRMED: N_("Confirmed. The access has begun."),
    Flash.CHANGED: N_("The access is changed; what is done from now on follows the new rights."),
    Flash.PAUSED: N_("The access is paused. Nothing is done or shown until you resume it."),
    Flash.RESUMED: N_("The access is resumed."),
    Flash.REVOKED: N_("The access has ended. Replies that were waiting stay unsent."),
    Flash.IN_FLIGHT: N_("The access has ended. A reply was already on its way; this page shows how it ends."),
    Flash.LABELLED: N_("The labels are changed in the mailbox."),
    Flash.DRAFTED: N_("The draft is in the mailbox."),
    Flash.APPROVED: N_("Approved, exactly as it stands."),
    Flash.SCHEDULED: N_("Scheduled. It is checked once more before it leaves."),
    Flash.CANCELLED: N_("Cancelled. The draft stays in the mailbox."),
    Flash.SENT: N_("Sent."),
    Flash.ON_ITS_WAY: N_("On its way. This page shows how it ends."),
    Flash.NOT_SENT: N_("It has not left. The reason stands beside it."),
    Flash.NOT_CONNECTED: N_("Nothing was connected."),
    Flash.REFUSED: N_("Refused. This person has no access, and the link no longer works."),
    Flash.EDITED: N_("The draft is changed in the mailbox. An approval it had no longer counts."),
    Flash.SAME_WORDS: N_("Nothing was changed: these words stand in the mailbox already."),
    Flash.DISCARDED: N_("The draft is thrown away."),
    Flash.TAKEN_OFF: N_("The draft is off the list."),
    Flash.DECLINED: N_("Declined. It does not leave; the draft stays in your mailbox."),
    Flash.SENT_BACK: N_("Sent back with your word. It leaves only when you have approved other words."),
    Flash.ARCHIVED: N_("Moved to the archive."),
    Flash.TRASHED: N_("Moved to the trash."),
    Flash.RESTORED: N_("Back in the inbox."),
    Flash.UNDONE: N_("Undone."),
    Flash.MARKED: N_("The list is changed. It counts from now on, for mail that was there before, too."),
    Flash.UNMARKED: N_("Taken off the list."),
    Flash.LOGIN_ENDED: N_("That browser is signed out."),
    Flash.LOGINS_ENDED: N_("All other browsers are signed out."),
    Flash.KEY_ENDED: N_("The key has ended. What its program had scheduled is held."),
    Flash.CHANGED_MEANWHILE: N_("The draft was changed after you read it. This is how it stands now."),
    Flash.READ: N_("Marked as read."),
    Flash.NOT_REVOKED: N_("The mailbox is disconnected and its keys are destroyed. See below what is left for you."),
    Flash.NOT_WAITING: N_("You no longer wait for your administrator."),
    Flash.STOPPED: N_("Stopped. No assistant can do or see anything there until you let them go on."),
    Flash.NOBODY_TO_STOP: N_("There is nobody to stop: no assistant can do anything at the moment."),
    Flash.WENT_ON: N_("They can go on. What was held stays held until its hour is set again."),
    Flash.REMOVED_EVERYWHERE: N_("Removed from all your mailboxes. This is the certificate of it."),
    Flash.TEAM_INVITED: N_("The invitation is ready. Send its link to the person who leads the team."),
    Flash.TEAM_CONFIRMED: N_("Confirmed. The lead can now name members."),
    Flash.TEAM_ENDED: N_("The team's access has ended, with that of everybody its lead has named."),
    Flash.TEAM_IN_FLIGHT: N_(
        "The team's access has ended. Of some replies that had begun to leave, the end is not known yet."
    ),
    Flash.REVIEWED: N_("Noted. What you ticked has ended."),
    Flash.REMOVED: N_("Removed. Nothing can be done or seen by that person any more."),
    Flash.REMOVED_IN_FLIGHT: N_("Removed. A reply was already on its way; it is not known yet how it ends."),
    Flash.RESTORATION_CONFIRMED: N_("Noted. What you ticked goes on; the rest stays paused or held."),
}
WARNS = frozenset(
    {
        Flash.IN_FLIGHT,
        Flash.NOT_SENT,
        Flash.NOT_CONNECTED,
        Flash.CHANGED_MEANWHILE,
        Flash.NOT_REVOKED,
        Flash.TEAM_IN_FLIGHT,
        Flash.REMOVED_IN_FLIGHT,
    }
)
NEEDS_NO_PROOF = frozenset({Flash.SIGNED_OUT})


def flash_value(request: Request, flash: Flash) -> str:
    """Return what goes into `?notice=` for this session's next page."""
    return flash.value if flash in NEEDS_NO_PROOF else f"{flash.value}.{_proof(request, flash)}"


def flash_of(request: Request) -> Flash | None:
    """Return what this page announces; None if nothing, or if the proof is not this session's."""
    code, _, proof = request.query_params.get("notice", "").partition(".")
    if code not in Flash.__members__.values():
        return None
    flash = Flash(code)
    if flash in NEEDS_NO_PROOF:
        return flash
    expected = _proof(request, flash)
    return flash if expected and hmac.compare_digest(proof.encode(errors="replace"), expected.encode()) else None


def _proof(request: Request, flash: Flash) -> str:
    token = session_token(request)
    return hmac.digest(token.encode(), flash.value.encode(), "sha256").hex()[:16] if token else ""
