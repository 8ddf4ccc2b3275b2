-- What an entry says of an act beside what it said before. All of it is empty in the entries that are there, and what
-- is empty is no part of a digest: every chain stays whole. The defaults stay: a service of the version before goes on
-- writing while this is done.
alter table audit_entry
    add column login_id uuid,
    add column approval_id uuid,
    add column template_id uuid,
    add column template_version integer,
    add column recipient_hashes text[] not null default '{}',
    add column recipients bytea not null default '',
    add column provider_sent text not null default '',
    add column error_code text not null default '',
    add column place_before text not null default '',
    add column place_after text not null default '',
    add column undoes integer,
    add column times integer,
    add column since timestamptz;
-- Whether an act was undone, and what was done to one message: both are asked of a log that only grows.
create index audit_entry_undone on audit_entry (mailbox_id, undoes) where undoes is not null;
create index audit_entry_of_message on audit_entry (mailbox_id, provider_message, seq) where provider_message <> '';

-- A refusal that comes again within a minute is counted here and becomes one entry when the minute is over.
create table denial_count (
    mailbox_id uuid not null,
    actor_kind text not null,
    actor_id uuid not null,
    action text not null,
    reason text not null,
    since timestamptz not null,
    first_seq integer not null,
    times integer not null,
    primary key (mailbox_id, actor_kind, actor_id, action, reason),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);
alter table denial_count enable row level security;
alter table denial_count force row level security;
create policy of_mailbox on denial_count using (mailbox_id = deskhand_mailbox());
grant select, insert, update on denial_count to deskhand_app;

-- When the oldest of these minutes is over, beside the end of the chain, which every new entry locks anyway.
alter table audit_head add column counted_until timestamptz;

-- The end of a chain only moves forward, by one, onto the entry that continues it.
create function audit_head_moves_on() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.mailbox_id = old.mailbox_id and new.seq = old.seq and new.hash = old.hash then
            return new;
        end if;
        if new.mailbox_id = old.mailbox_id and new.seq = old.seq + 1 and exists (
            select from audit_entry
            where mailbox_id = new.mailbox_id and seq = new.seq and hash = new.hash and prev_hash = old.hash
        ) then
            return new;
        end if;
    elsif tg_op = 'INSERT' then
        if new.seq = 0 or exists (
            select from audit_entry where mailbox_id = new.mailbox_id and seq = new.seq and hash = new.hash
        ) then
            return new;
        end if;
    end if;
    raise exception 'the end of an audit chain only moves forward';
end $$;
create trigger audit_head_moves_on before insert or update or delete on audit_head
    for each row execute function audit_head_moves_on();
create trigger audit_head_is_kept_whole before truncate on audit_head
    for each statement execute function audit_head_moves_on();
