-- Deskhand's own messages, and the secret from which an installation derives the keys of its own marks and tokens.

create table notice (
    person_id uuid not null,
    id uuid not null,
    kind text not null,
    about_mailbox_id uuid,
    about_id uuid,
    detail text not null,
    once text,
    language text not null,
    address bytea not null,
    link bytea not null,
    message_id text not null,
    state text not null,
    answer text not null,
    tries integer not null,
    fence integer not null,
    due_at timestamptz not null,
    dispatched_at timestamptz,
    intent_at timestamptz,
    ended_at timestamptz,
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (person_id, id),
    unique (person_id, kind, once),
    foreign key(person_id) references person (id) on delete cascade,
    foreign key(about_mailbox_id) references mailbox (id) on delete cascade
);

create index ix_notice_about_mailbox_id on notice (about_mailbox_id);

-- What the dispatcher looks at: only what may still leave.
create index notice_due on notice (due_at) where state in ('prepared', 'intent');

-- What is forgotten after a while: to whom an invitation was mailed.
create index notice_invited on notice (due_at) where kind = 'invitation';

-- What every page of a person's counts.
create index notice_unread on notice (person_id) where read_at is null;

-- A notice is its person's. Whatever happens in a mailbox may write one about it, and then sees it no more.
alter table notice enable row level security;
alter table notice force row level security;
create policy of_person on notice using (person_id = deskhand_person());
create policy about_mailbox on notice for insert with check (about_mailbox_id = deskhand_mailbox());
grant select, insert, update, delete on notice to deskhand_app;

create policy due_seen on notice for select to deskhand_dispatch using (true);
create policy due_marked on notice for update to deskhand_dispatch using (true);
grant select (person_id, id, kind, due_at, state, dispatched_at), update (dispatched_at) on notice to deskhand_dispatch;

-- One secret of this installation, wrapped like the keys of its mailboxes: what is derived from it stays the same when
-- the master key changes. The row moves to the newest master key with all others.
alter table installation add column secret bytea not null default '';
alter table installation alter column secret drop default;
grant update (master_id, proof, secret) on installation to deskhand_app;

-- Which master key has wrapped whose key, for whoever moves them to the newest one; not the keys.
create policy listed on mailbox_key for select to deskhand_dispatch using (true);
grant select (mailbox_id, master_id) on mailbox_key to deskhand_dispatch;
