-- Consent as it really is: it may end by itself, wait for an administrator, and is refreshed once for all processes.

alter table mailbox add column consent_until timestamptz;
alter table mailbox add column consent_limit text not null default '';
alter table mailbox alter column consent_limit drop default;

alter table connection add column access_token bytea not null default '';
alter table connection alter column access_token drop default;
alter table connection add column access_until timestamptz;

create table admin_request (
    person_id uuid not null,
    id uuid not null,
    provider text not null,
    asked_at timestamptz not null,
    granted_at timestamptz,
    tenant text not null,
    ended_at timestamptz,
    primary key (person_id, id),
    foreign key(person_id) references person (id) on delete cascade
);

create unique index admin_request_open on admin_request (person_id, provider) where ended_at is null;

-- A request is its person's own, also for the administrator whose link names her.
alter table admin_request enable row level security;
alter table admin_request force row level security;
create policy of_person on admin_request using (person_id = deskhand_person());
grant select, insert, update, delete on admin_request to deskhand_app;
