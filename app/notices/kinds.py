"""The kinds of notices as a table: what a letter says, what the console says, and where the link leads.

Placeholders: `{mailbox}` an owner's own address, `{owner}` who invites, `{address}` who is invited, `{when}` a moment,
`{why}` a sentence. Paths: `{mailbox_id}`, `{about_id}`, `{detail}`, `{token}`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.locale.catalogues import N_
from app.models.notice import NoticeKind


@dataclass(frozen=True, kw_only=True)
class Words:
    """One kind: `subject` and `letter` (paragraphs) by mail, `says` in the console, `leads` on the link to `path`.

    `letter_path` is where a letter's link leads, if that is another place; `closing` stands below it.
    """

    subject: str
    letter: tuple[str, ...]
    says: str
    leads: str
    path: str
    letter_path: str = ""
    closing: str = ""


KINDS: dict[NoticeKind, Words] = {
    NoticeKind.INVITATION: Words(
        subject=N_("You are invited to assist with {mailbox}"),
        letter=(
            N_("{owner} asks you to assist with the mailbox {mailbox}."),
            N_(
                "Open this link and sign in with an account of your own; no password is needed from anybody. The link "
                "works once, until {when}. The owner then confirms that it is you."
            ),
        ),
        says=N_("Your invitation for {address} to assist at {mailbox}."),
        leads=N_("Look at the invitation"),
        path="/owner/mailboxes/{mailbox_id}/invitations/{about_id}",
        letter_path="/invitations/{token}",
        closing=N_("If you do not know this address, leave this letter alone: without you, nothing happens."),
    ),
    NoticeKind.RECONNECT: Words(
        subject=N_("Deskhand can no longer reach {mailbox}"),
        letter=(
            N_(
                "The connection to your mailbox {mailbox} ended on {when}: it was taken back, a password was changed, "
                "or it has run out."
            ),
            N_(
                "Until you connect it again, nothing leaves from it and nobody can work in it. What was scheduled is "
                "held, and nothing is lost."
            ),
        ),
        says=N_(
            "The connection to {mailbox} has ended. Nothing leaves from it and nobody can work in it until you connect "
            "it again; what was scheduled is held."
        ),
        leads=N_("Connect it again"),
        path="/owner/mailboxes/{mailbox_id}",
    ),
    NoticeKind.ADMIN_GRANTED: Words(
        subject=N_("Your administrator has allowed Deskhand"),
        letter=(
            N_("The administrator of your organisation has allowed Deskhand, as you had asked."),
            N_("Nothing is connected yet. This link leads on from where you stopped:"),
        ),
        says=N_("The administrator of your organisation has allowed Deskhand. You can now connect your mailbox."),
        leads=N_("Go on"),
        path="/connect/{detail}",
    ),
    NoticeKind.HELD: Words(
        subject=N_("A scheduled reply was held and needs you"),
        letter=(
            N_("A reply that was to leave from {mailbox} was held on {when}. {why}"),
            N_("It does not leave by itself. This link shows what can be done:"),
        ),
        says=N_("A scheduled reply at {mailbox} was held. {why}"),
        leads=N_("See what to do"),
        path="/owner/mailboxes/{mailbox_id}/scheduled",
    ),
    NoticeKind.ENDED: Words(
        subject=N_("An assistant's access to {mailbox} has ended"),
        letter=(
            N_("An access that you had given to {mailbox} reached its end date on {when}."),
            N_("What the assistant had scheduled is held and does not leave. This link shows the access:"),
        ),
        says=N_("An assistant's access to {mailbox} has reached its end date. What was scheduled under it is held."),
        leads=N_("Look at the access"),
        path="/owner/mailboxes/{mailbox_id}/grants/{about_id}",
    ),
    NoticeKind.MEMBER: Words(
        subject=N_("A team's lead has named somebody for {mailbox}"),
        letter=(
            N_("Somebody whom the lead of a team has named for {mailbox} accepted on {when}."),
            N_("This link shows who it is. You can refuse this person, or end the access, at any moment:"),
        ),
        says=N_("Somebody whom the lead of a team has named for {mailbox} has accepted. Look who it is."),
        leads=N_("See who it is"),
        path="/owner/mailboxes/{mailbox_id}",
    ),
    NoticeKind.TEAM_ENDED: Words(
        subject=N_("A team's access to {mailbox} has ended"),
        letter=(
            N_("The lead of a team that you had let in at {mailbox} had their data erased on {when}."),
            N_(
                "The team's access has ended with that of everybody the lead had named, and what they had scheduled is "
                "held. Whom you want to keep, you invite yourself. This link shows the team:"
            ),
        ),
        says=N_(
            "A team's access to {mailbox} has ended: its lead had their data erased. Everybody the lead had named is "
            "out, and what they had scheduled is held. Whom you want to keep, you invite yourself."
        ),
        leads=N_("Look at the team"),
        path="/owner/mailboxes/{mailbox_id}/teams/{about_id}",
    ),
    NoticeKind.RETURNED: Words(
        subject=N_("A reply was not delivered"),
        letter=(
            N_("A reply that left from {mailbox} came back: a mail system says that it was not delivered."),
            N_("It is not sent again by itself. Read what the mail system wrote to you. The reply is here:"),
        ),
        says=N_("A reply that left from {mailbox} was not delivered: a mail system has sent it back."),
        leads=N_("Look at the reply"),
        path="/{detail}/mailboxes/{mailbox_id}/scheduled",
    ),
    NoticeKind.SENT_BACK: Words(
        subject=N_("A draft of yours was sent back"),
        letter=(
            N_("The owner of {mailbox} has sent a draft of yours back, with a word of what should be different."),
            N_("Nothing of it leaves until you have changed it and the owner approves. This link leads to the draft:"),
        ),
        says=N_("The owner of {mailbox} has sent a draft of yours back, with a word of what should be different."),
        leads=N_("Look at the draft"),
        path="/assistant/mailboxes/{mailbox_id}/drafts/{about_id}",
    ),
    NoticeKind.DECLINED: Words(
        subject=N_("A draft of yours was declined"),
        letter=(
            N_("The owner of {mailbox} has declined a draft of yours."),
            N_(
                "It does not leave as it stands, and if an hour was set for it, that is cancelled. You can write it "
                "anew or throw it away. This link leads to the draft:"
            ),
        ),
        says=N_("The owner of {mailbox} has declined a draft of yours. It does not leave as it stands."),
        leads=N_("Look at the draft"),
        path="/assistant/mailboxes/{mailbox_id}/drafts/{about_id}",
    ),
    NoticeKind.RESTORED: Words(
        subject=N_("{mailbox} was restored from a backup and waits for you"),
        letter=(
            N_("Deskhand was restored from a backup on {when}. What was done since that backup is not in it."),
            N_(
                "Until you have looked, every access to {mailbox} is paused and nothing leaves from it. This link "
                "shows what came back, and asks whether all is as it should be:"
            ),
        ),
        says=N_(
            "{mailbox} came back from a backup. Until you have looked, every access to it is paused and nothing leaves "
            "from it."
        ),
        leads=N_("Look and confirm"),
        path="/owner/mailboxes/{mailbox_id}/restoration",
    ),
}
