revoke select (mailbox_id, id, state, created_at) on draft from deskhand_dispatch;
drop policy unfinished_seen on draft;
drop index draft_unfinished;
