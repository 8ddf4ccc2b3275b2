-- Who may see and write which rows. Three roles: the owner of the tables (migrations alone), deskhand_app (rows,
-- under forced row-level security) and deskhand_dispatch (ids and due times of all mailboxes).

create function deskhand_mailbox() returns uuid stable language sql
    return nullif(current_setting('deskhand.mailbox', true), '')::uuid;

create function deskhand_person() returns uuid stable language sql
    return nullif(current_setting('deskhand.person', true), '')::uuid;

-- Rows of one mailbox: seen and written only in a transaction that names it.
do $$
declare name text;
begin
    foreach name in array array[
        'mailbox_key', 'connection', 'sender_rule', 'message', 'agreement', 'invitation', 'draft', 'approval',
        'scheduled_send', 'audit_entry', 'audit_head'
    ] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy of_mailbox on %I using (mailbox_id = deskhand_mailbox())', name);
    end loop;
end $$;

-- A grant is seen at its mailbox, by its owner and, while it is not revoked, by its assistant.
alter table grants enable row level security;
alter table grants force row level security;
create policy of_mailbox on grants using (mailbox_id = deskhand_mailbox());
create policy of_person on grants for select
    using (owner_id = deskhand_person() or (assistant_id = deskhand_person() and status <> 'revoked'));

-- A mailbox is seen by name, by its owner and by whoever has a grant that is not revoked.
alter table mailbox enable row level security;
alter table mailbox force row level security;
create policy of_mailbox on mailbox using (id = deskhand_mailbox());
create policy of_person on mailbox for select using (
    owner_id = deskhand_person()
    or id in (select mailbox_id from grants where assistant_id = deskhand_person() and status <> 'revoked')
);

-- The audit is only ever added to, whoever tries.
create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only ever added to';
end $$;
create trigger audit_is_kept before update or delete on audit_entry
    for each row execute function audit_is_kept();
create trigger audit_is_kept_whole before truncate on audit_entry
    for each statement execute function audit_is_kept();

grant usage on schema public to deskhand_app, deskhand_dispatch;
grant select, insert, update, delete on
    person, login, consent_request, proposal, mailbox, mailbox_key, connection, sender_rule, message, grants, invitation,
    draft, approval, scheduled_send to deskhand_app;
grant select, insert on audit_entry, agreement, installation to deskhand_app;
grant select, insert, update on audit_head to deskhand_app;
grant select on alembic_version to deskhand_app;

-- The dispatcher: which row is due, and its lease on it. Nothing else.
create policy due_seen on scheduled_send for select to deskhand_dispatch using (true);
create policy due_marked on scheduled_send for update to deskhand_dispatch using (true);
grant select (mailbox_id, id, due_at, state, dispatched_at), update (dispatched_at) on scheduled_send to deskhand_dispatch;

-- It may count the mailboxes by id, for what concerns all of them one by one (`audit verify`).
create policy listed on mailbox for select to deskhand_dispatch using (true);
grant select (id) on mailbox to deskhand_dispatch;

-- The job engine's tables hold ids only.
do $$
declare name text;
begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename like 'procrastinate\_%' loop
        execute format('grant select, insert, update, delete on %I to deskhand_app, deskhand_dispatch', name);
    end loop;
end $$;
grant usage on all sequences in schema public to deskhand_app, deskhand_dispatch;
