"""What each act is called in the log: as a table, by its name and, where that says more, by the reason beside it."""

from __future__ import annotations

from typing import NamedTuple

from app.locale.catalogues import N_


class Saying(NamedTuple):
    """One act told twice: as done, and as wanted, for what was refused or is not known to have ended."""

    done: str
    wanted: str


# By action, or by action and reason where the reason says what was done.
SAYINGS: dict[str, Saying] = {
    "list": Saying(N_("{who} looked through the messages."), N_("{who} wanted to look through the messages.")),
    "list_spam": Saying(N_("{who} looked through the spam."), N_("{who} wanted to look through the spam.")),
    "search": Saying(N_("{who} looked for words in the mail."), N_("{who} wanted to look for words in the mail.")),
    "locate": Saying(N_("{who} looked where a message lies."), N_("{who} wanted to look where a message lies.")),
    "owner_page": Saying(
        N_("{who} opened a page of the owner's."), N_("{who} wanted to open a page that is for the owner alone.")
    ),
    "read": Saying(N_("{who} read a message."), N_("{who} wanted to read a message.")),
    "open_attachment": Saying(N_("{who} opened an attachment."), N_("{who} wanted to open an attachment.")),
    "label": Saying(
        N_("{who} changed the labels of a message: {labels}."), N_("{who} wanted to change the labels of a message.")
    ),
    "archive": Saying(N_("{who} archived a message."), N_("{who} wanted to archive a message.")),
    "trash": Saying(N_("{who} put a message into the trash."), N_("{who} wanted to put a message into the trash.")),
    "unarchive": Saying(
        N_("{who} brought a message back from the archive."),
        N_("{who} wanted to bring a message back from the archive."),
    ),
    "untrash": Saying(
        N_("{who} brought a message back from the trash."), N_("{who} wanted to bring a message back from the trash.")
    ),
    "draft": Saying(N_("{who} wrote a draft of a reply."), N_("{who} wanted to write a draft of a reply.")),
    "reply_template": Saying(
        N_("{who} drafted a reply with an approved text."), N_("{who} wanted to draft a reply with an approved text.")
    ),
    "template": Saying(N_("{who} wrote a text to reply with."), N_("{who} wanted to write a text to reply with.")),
    "template rewritten": Saying(
        N_("{who} changed a text to reply with."), N_("{who} wanted to change a text to reply with.")
    ),
    "template ended": Saying(N_("{who} ended a text to reply with."), N_("{who} wanted to end a text to reply with.")),
    "zone": Saying(
        N_("{who} set the time zone of the mailbox."), N_("{who} wanted to set the time zone of the mailbox.")
    ),
    "hours": Saying(N_("{who} set the hours of the mailbox."), N_("{who} wanted to set the hours of the mailbox.")),
    "hours of_client": Saying(
        N_("{who} set the hours at which a client is written to."),
        N_("{who} wanted to set the hours at which a client is written to."),
    ),
    "sending_limit": Saying(
        N_("{who} set how much may leave in a day."), N_("{who} wanted to set how much may leave in a day.")
    ),
    "sending_limit removed": Saying(
        N_("{who} removed the number of what may leave in a day."),
        N_("{who} wanted to remove the number of what may leave in a day."),
    ),
    "hours removed": Saying(N_("{who} removed hours."), N_("{who} wanted to remove hours.")),
    "edit": Saying(N_("{who} changed a draft."), N_("{who} wanted to change a draft.")),
    "discard": Saying(N_("{who} threw a draft away."), N_("{who} wanted to throw a draft away.")),
    "see_draft": Saying(N_("{who} looked at a draft."), N_("{who} wanted to look at a draft.")),
    "see_templates": Saying(
        N_("{who} looked at the texts to reply with."), N_("{who} wanted to look at the texts to reply with.")
    ),
    "see_hours": Saying(
        N_("{who} looked at the hours of the mailbox."), N_("{who} wanted to look at the hours of the mailbox.")
    ),
    "schedule": Saying(N_("{who} set the hour of a reply."), N_("{who} wanted to set the hour of a reply.")),
    "schedule no_emergency": Saying(
        N_("{who} set the hour of a reply, having said out of hours that it was no emergency."),
        N_("{who} wanted to set the hour of a reply."),
    ),
    "schedule emergency": Saying(
        N_("{who} had a reply leave out of hours, as an emergency."),
        N_("{who} wanted to have a reply leave out of hours, as an emergency."),
    ),
    "cancel": Saying(N_("{who} took a scheduled reply back."), N_("{who} wanted to take a scheduled reply back.")),
    "cancel draft_gone": Saying(
        N_("{who} took a draft off the list that was gone from the mailbox."),
        N_("{who} wanted to take a draft off the list that was gone from the mailbox."),
    ),
    "send": Saying(N_("The reply of {who} left."), N_("The reply of {who} was about to leave.")),
    "recover": Saying(N_("{who} found out how a reply had ended."), N_("{who} wanted to find out how a reply ended.")),
    "recover moved_to_hours": Saying(
        N_("A reply was not to leave out of hours: {who} moved it to the next hour at which all concerned work."),
        N_("{who} wanted to move a reply to the next hour at which all concerned work."),
    ),
    "recover clocks_changed": Saying(
        N_("By new rules of its zone the hour of a reply had not come yet: {who} had it wait until it does."),
        N_("{who} wanted to have a reply wait for the clocks of its zone."),
    ),
    "recover draft_found": Saying(
        N_("The writing of a draft had been cut short: {who} found it in the mailbox, and it waits among the drafts."),
        N_("{who} wanted to look for a draft whose writing had been cut short."),
    ),
    "recover draft_not_there": Saying(
        N_("The writing of a draft had been cut short before it reached the mailbox: {who} has forgotten it."),
        N_("{who} wanted to look for a draft whose writing had been cut short."),
    ),
    "recover sending_limit": Saying(
        N_("As much had left this mailbox as may for now: {who} moved a reply to the next hour at which it fits."),
        N_("{who} wanted to move a reply to the next hour at which it fits."),
    ),
    "retire": Saying(
        N_("{who} put a copy in the place of a draft, so that no late attempt can send it."),
        N_("{who} wanted to put a copy in the place of a draft."),
    ),
    "approve": Saying(N_("{who} approved a draft."), N_("{who} wanted to approve a draft.")),
    "approve declined": Saying(N_("{who} declined a draft."), N_("{who} wanted to decline a draft.")),
    "approve sent_back": Saying(N_("{who} sent a draft back."), N_("{who} wanted to send a draft back.")),
    "preview": Saying(N_("{who} looked at the preview."), N_("{who} wanted to look at the preview.")),
    "invite": Saying(N_("{who} invited an assistant."), N_("{who} wanted to invite an assistant.")),
    "invite withdrawn": Saying(N_("{who} withdrew an invitation."), N_("{who} wanted to withdraw an invitation.")),
    "grant": Saying(N_("{who} gave an assistant access."), N_("{who} wanted to give an assistant access.")),
    "grant paused": Saying(N_("{who} paused an access."), N_("{who} wanted to pause an access.")),
    "grant resumed": Saying(N_("{who} resumed an access."), N_("{who} wanted to resume an access.")),
    "grant narrowed": Saying(N_("{who} narrowed an access."), N_("{who} wanted to narrow an access.")),
    "revoke": Saying(N_("{who} ended an access."), N_("{who} wanted to end an access.")),
    "revoke removed": Saying(
        N_("{who} removed an assistant from every mailbox at once."),
        N_("{who} wanted to remove an assistant from every mailbox."),
    ),
    "revoke in_flight": Saying(
        N_("A reply was on its way when {who} ended the access."), N_("{who} wanted to end an access.")
    ),
    "stop": Saying(N_("{who} stopped every assistant here."), N_("{who} wanted to stop every assistant here.")),
    "stop paused": Saying(N_("{who} paused an access."), N_("{who} wanted to pause an access.")),
    "stop in_flight": Saying(
        N_("A reply was on its way when {who} paused the access."), N_("{who} wanted to pause an access.")
    ),
    "grant in_flight": Saying(
        N_("A reply was on its way when {who} paused the access."), N_("{who} wanted to pause an access.")
    ),
    "expire": Saying(
        N_("{who} ended an access, which had reached its end date."), N_("{who} wanted to end an access.")
    ),
    "expire in_flight": Saying(
        N_("A reply was on its way when the access reached its end date."), N_("{who} wanted to end an access.")
    ),
    "sender_rule": Saying(N_("{who} marked a sender as private."), N_("{who} wanted to mark a sender as private.")),
    "sender_rule not_private": Saying(
        N_("{who} marked a sender as not private."), N_("{who} wanted to mark a sender as not private.")
    ),
    "sender_rule removed": Saying(
        N_("{who} took a sender off the private list."), N_("{who} wanted to take a sender off the private list.")
    ),
    "private_label": Saying(N_("{who} marked a label as private."), N_("{who} wanted to mark a label as private.")),
    "private_label removed": Saying(
        N_("{who} took a label off the private list."), N_("{who} wanted to take a label off the private list.")
    ),
    "team": Saying(N_("{who} invited a team."), N_("{who} wanted to invite a team.")),
    "team confirmed": Saying(N_("{who} confirmed a team's lead."), N_("{who} wanted to confirm a team's lead.")),
    "team narrowed": Saying(N_("{who} narrowed what a team may do."), N_("{who} wanted to narrow what a team may do.")),
    "handover": Saying(N_("{who} wrote hand-over notes."), N_("{who} wanted to write hand-over notes.")),
    "handover emptied": Saying(
        N_("{who} threw hand-over notes away."), N_("{who} wanted to throw hand-over notes away.")
    ),
    "see_handover": Saying(N_("{who} read hand-over notes."), N_("{who} wanted to read hand-over notes.")),
    "lead_notes": Saying(
        N_("{who} wrote hand-over notes about a member of a team."),
        N_("{who} wanted to write hand-over notes about a member of a team."),
    ),
    "leave lead_erased": Saying(
        N_("{who} ended a team's access with that of its members: its lead had their data erased."),
        N_("{who} wanted to end a team's access: its lead had their data erased."),
    ),
    "end_team": Saying(N_("{who} ended a team's access."), N_("{who} wanted to end a team's access.")),
    "name_member": Saying(N_("{who} named a member of a team."), N_("{who} wanted to name a member of a team.")),
    "name_member named_together": Saying(
        N_("{who} named several members of a team."), N_("{who} wanted to name several members of a team.")
    ),
    "name_member substitute": Saying(
        N_("{who} named somebody who stands in for a member of a team."),
        N_("{who} wanted to name somebody who stands in for a member of a team."),
    ),
    "name_member begins": Saying(
        N_("A member whom {who} had named was given access, as the owner has agreed."),
        N_("A member whom {who} had named was to be given access."),
    ),
    "remove_member": Saying(N_("{who} removed a member of a team."), N_("{who} wanted to remove a member of a team.")),
    "review": Saying(N_("{who} reviewed who has access."), N_("{who} wanted to review who has access.")),
    "connect": Saying(N_("{who} connected the mailbox."), N_("{who} wanted to connect the mailbox.")),
    "disconnect": Saying(N_("{who} disconnected the mailbox."), N_("{who} wanted to disconnect the mailbox.")),
    "disconnect not_revoked": Saying(
        N_("{who} disconnected the mailbox; the consent still stands at its provider, where it can be ended."),
        N_("{who} wanted to disconnect the mailbox."),
    ),
    "make_key": Saying(N_("{who} made a key for a program."), N_("{who} wanted to make a key for a program.")),
    "end_key": Saying(N_("{who} ended a program's key."), N_("{who} wanted to end a program's key.")),
    "leave in_flight": Saying(
        N_("A reply was on its way when {who} ended the access."), N_("{who} wanted to end an access.")
    ),
    "leave": Saying(
        N_("{who} ended an access: the assistant had their data erased."),
        N_("{who} wanted to end an access: the assistant had their data erased."),
    ),
    "export": Saying(N_("{who} took a copy of their data."), N_("{who} wanted to take a copy of their data.")),
    "export operator": Saying(
        N_("The operator took a copy of the data of {who}."),
        N_("The operator wanted to take a copy of the data of {who}."),
    ),
    "erase": Saying(N_("{who} had their data erased."), N_("{who} wanted to have their data erased.")),
    "own_log": Saying(
        N_("{who} looked up their own acts in the log."), N_("{who} wanted to look up their own acts in the log.")
    ),
    "export_log": Saying(N_("{who} exported the log."), N_("{who} wanted to export the log.")),
    "restored": Saying(
        N_("{who} was restored from a backup: nothing is known of what was done here between {since} and this entry."),
        N_("{who} was restored from a backup: nothing is known of what was done here between {since} and this entry."),
    ),
    "confirm_restored": Saying(
        N_("{who} confirmed what came back from a backup."), N_("{who} wanted to confirm what came back from a backup.")
    ),
    "connection_lost": Saying(
        N_("{who} found the consent ended: the mailbox has to be connected again."),
        N_("{who} found the consent ended: the mailbox has to be connected again."),
    ),
}
UNKNOWN = Saying(N_("{who} did something here ({action})."), N_("{who} wanted to do something here ({action})."))
