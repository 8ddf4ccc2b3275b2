-- What providers let each kind of account send. Whoever runs Deskhand changes a row when a provider changes its number.
create table sending_limit (
    kind text not null,
    unit text not null,
    per_day integer not null check (per_day > 0),
    per_minute integer check (per_minute > 0),
    primary key (kind)
);
insert into sending_limit (kind, unit, per_day, per_minute) values
    ('gmail', 'messages', 500, null),
    ('workspace', 'messages', 2000, null),
    ('exchange', 'recipients', 10000, 30),
    -- Microsoft names no number for a free account. The one most often reported, and a slower minute than at work.
    ('outlook', 'recipients', 300, 10);
grant select on sending_limit to deskhand_app;

create table mailbox_limit (
    mailbox_id uuid not null,
    per_day integer check (per_day > 0),
    waits_until timestamptz,
    reason text not null,
    primary key (mailbox_id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);
alter table mailbox_limit enable row level security;
alter table mailbox_limit force row level security;
create policy of_mailbox on mailbox_limit using (mailbox_id = deskhand_mailbox());
grant select, insert, update, delete on mailbox_limit to deskhand_app;

alter table scheduled_send add column recipients integer not null default 0;
alter table scheduled_send alter column recipients drop default;
alter table scheduled_send add column place_at timestamptz;
alter table scheduled_send add column crashes integer not null default 0;
alter table scheduled_send alter column crashes drop default;

-- What was begun in the last day counts from the first moment, to one person each: how many there were nobody has noted.
alter table scheduled_send no force row level security;
update scheduled_send set place_at = intent_at, recipients = 1 where intent_at > now() - interval '1 day';
alter table scheduled_send force row level security;

-- What is counted when something is to leave.
create index scheduled_send_places on scheduled_send (mailbox_id, place_at) where place_at is not null;

-- What workers have in hand, by mailbox: whoever has enough is passed over.
create index scheduled_send_in_hand on scheduled_send (dispatched_at) where dispatched_at is not null;
