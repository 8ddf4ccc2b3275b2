-- Each send asks for the approvals of its draft: without this a mailbox with twenty thousand of them is read through.
create index approval_of_draft on approval (mailbox_id, draft_id);
