-- Mailboxes that came back from a backup: since when nothing is known of them, and how far they are matched.

create table restoration (
    mailbox_id uuid not null,
    id uuid not null,
    backup_at timestamptz not null,
    restored_at timestamptz not null,
    paused text[] not null,
    taken_at timestamptz,
    matched_at timestamptz,
    confirmed_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);
-- One at a time waits for the owner's word.
create unique index restoration_open on restoration (mailbox_id) where confirmed_at is null;

alter table restoration enable row level security;
alter table restoration force row level security;
create policy of_mailbox on restoration using (mailbox_id = deskhand_mailbox());
grant select, insert, update, delete on restoration to deskhand_app;

-- Which mailboxes are still to be matched, by their ids, for whoever looks into them one by one.
create policy unmatched_seen on restoration for select to deskhand_dispatch using (true);
grant select (mailbox_id, id, taken_at, matched_at, confirmed_at) on restoration to deskhand_dispatch;
