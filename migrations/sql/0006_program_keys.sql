-- Keys with which programs act under an assistant's grant, and which of them has done or asked for something.

create table program_key (
    mailbox_id uuid not null,
    id uuid not null,
    grant_id uuid not null,
    person_id uuid not null,
    name text not null,
    secret_sha256 bytea not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    ended_at timestamptz,
    primary key (mailbox_id, id),
    unique (secret_sha256),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(mailbox_id, grant_id) references grants (mailbox_id, id),
    foreign key(person_id) references person (id)
);

create index ix_program_key_grant_id on program_key (grant_id);
create index ix_program_key_person_id on program_key (person_id);

alter table program_key enable row level security;
alter table program_key force row level security;
create policy of_mailbox on program_key using (mailbox_id = deskhand_mailbox());

-- What a key is and what it opens never changes: it is used, and it ends.
grant select, insert, update (last_used_at, ended_at) on program_key to deskhand_app;

alter table audit_entry add column key_id uuid;
alter table scheduled_send add column key_id uuid;
alter table scheduled_send add foreign key (mailbox_id, key_id) references program_key (mailbox_id, id);
