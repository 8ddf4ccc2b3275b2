-- When the people concerned by a reply work, and what was said of one that is written out of hours.

create table mailbox_hours (
    mailbox_id uuid not null,
    id uuid not null,
    sender text not null,
    calendar jsonb not null,
    may_hurry boolean not null,
    changed_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, sender),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);
alter table mailbox_hours enable row level security;
alter table mailbox_hours force row level security;
create policy of_mailbox on mailbox_hours using (mailbox_id = deskhand_mailbox());
grant select, insert, update, delete on mailbox_hours to deskhand_app;

create table person_hours (
    person_id uuid not null,
    calendar jsonb not null,
    changed_at timestamptz not null,
    primary key (person_id),
    foreign key(person_id) references person (id) on delete cascade
);
alter table person_hours enable row level security;
alter table person_hours force row level security;
create policy of_person on person_hours using (person_id = deskhand_person());
grant select, insert, update, delete on person_hours to deskhand_app;

alter table scheduled_send add column asked_at timestamptz;
alter table scheduled_send add column emergency boolean;
alter table scheduled_send add column urgency bytea not null default '';
alter table scheduled_send alter column urgency drop default;
