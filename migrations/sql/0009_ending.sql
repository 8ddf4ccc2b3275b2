-- A grant ends by itself at its hour: the dispatcher may see which ones have come to it, by their ids, and nothing else.
create policy ending_seen on grants for select to deskhand_dispatch using (true);
grant select (mailbox_id, id, status, expires_at, ended_at) on grants to deskhand_dispatch;
create index grants_ending on grants (expires_at) where ended_at is null;

-- What was stopped or ended, and by which act, is read back from the chain: certificates are made of it.
create index audit_entry_ended on audit_entry (mailbox_id, seq) where action in ('revoke', 'stop');
