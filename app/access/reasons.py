"""Why something is refused or has to wait: each code with its sentence."""

from __future__ import annotations

from app.locale.catalogues import N_

REASONS: dict[str, str] = {
    "mailbox_not_active": N_("This mailbox is not connected at the moment, so nothing can be done in it."),
    "mailbox_reconciling": N_(
        "This mailbox was restored from a backup. Nothing can be done in it until its owner has confirmed that all is "
        "as it should be."
    ),
    "no_grant": N_("You have no access to this mailbox."),
    "grant_paused": N_("The owner has paused your access to this mailbox."),
    "grant_revoked": N_("Your access to this mailbox has ended."),
    "grant_not_begun": N_("Your access to this mailbox has not begun yet."),
    "grant_expired": N_("Your access to this mailbox has reached its end date."),
    "owner_only": N_("Only the owner of the mailbox can do this."),
    "scope_missing": N_("Your access does not cover this. The owner can add it."),
    "key_ended": N_("This program's key has ended."),
    "person_only": N_("A program cannot do this with its key; a person does it, signed in."),
    "facts_unknown": N_("It cannot be told whether this is allowed, so it is not done."),
    "private": N_("There is no such thing here, or it is not yours to see."),
    "not_covered": N_("There is no such thing here, or it is not yours to see."),
    "act_unknown": N_("Nobody here knows what this would be, so it is not done."),
    "instruction_gone": N_("The owner has taken back the instruction by which this would happen."),
    "owner_answers": N_("The owner answers this sender herself."),
    "outside_hours": N_("Your access to this mailbox is for other hours than this one."),
    "recipient_outside": N_("Under your access, replies go to the owner's own domain only."),
    "template_not_yours": N_("This text is not among those that your access covers."),
    "existing_threads_only": N_("Under your access, you answer what has come in and begin nothing new."),
    "cap_reached": N_("That was as many as the owner allows you in a day. It goes on tomorrow."),
    "not_your_draft": N_("This draft was not written under your access."),
    "approval_needed": N_("The owner has to approve this before it leaves."),
    "team_over": N_("The owner has ended your team's access to this mailbox, or it has not begun."),
    "beyond_ceiling": N_("This is more than the owner allows your team at this mailbox."),
    "send_scope_missing": N_("You may write drafts here; sending them is up to the owner."),
}

HELD: dict[str, str] = {
    "grant_gone": N_("The assistant's access was changed or ended after this was scheduled."),
    "grant_paused": N_("The assistant's access was paused after this was scheduled."),
    "grant_expired": N_("The assistant's access reached its end date before this was to leave."),
    "key_gone": N_("The key of the program that has scheduled this has ended."),
    "approval_missing": N_("The owner has not approved it yet."),
    "sent_back": N_("The owner has sent it back: she would like other words."),
    "draft_edited": N_("The draft was changed in the mailbox after it was scheduled."),
    "draft_gone": N_("The draft is no longer in the mailbox, and no sent copy of it was found."),
    "thread_moved": N_("A new message has come into the conversation since this was written."),
    "private": N_("The conversation has become private, or is no longer among those that the assistant handles."),
    "outside_hours": N_("Its hour lies outside those in which all concerned work."),
    "cap_reached": N_("The assistant has sent as many replies today as the owner allows in a day."),
    "recipient_outside": N_("It would leave the owner's own domain, which the assistant's access does not cover."),
    "mailbox_not_active": N_("The mailbox is not connected."),
    "disconnected": N_("The mailbox was disconnected by its owner."),
    "hour_passed": N_("Its hour passed while the mailbox was not connected."),
    "restored": N_("It comes from a backup, and is being compared with the mailbox."),
    "as_restored": N_("It comes from a backup: it has not left, and whether it still should is the owner's to say."),
    "over_limit": N_("It goes to more people than may be written to from this mailbox in a day."),
    "crashed": N_("Deskhand has stumbled over it again and again, and does not try any more by itself."),
    "refused": N_("The mail provider refused to send it."),
    "unknown": N_("Nobody can tell whether it left: look into the mailbox."),
    "not_delivered": N_("It left, but a mail system wrote back that it was not delivered."),
}

# Why a reply is put off by itself, to the hour that stands beside it: nobody has to do anything.
WAITS: dict[str, str] = {
    "sending_limit": N_("As much has left this mailbox as may for now. It leaves by itself at this hour."),
    "provider_limit": N_(
        "The mail provider lets this mailbox send nothing more for now. It leaves by itself, at this hour or later."
    ),
    "provider_busy": N_("The mail provider has asked for patience. It leaves by itself, at this hour or later."),
}
