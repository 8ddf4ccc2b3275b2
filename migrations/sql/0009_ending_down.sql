drop index audit_entry_ended;
drop index grants_ending;
revoke select (mailbox_id, id, status, expires_at, ended_at) on grants from deskhand_dispatch;
drop policy ending_seen on grants;
