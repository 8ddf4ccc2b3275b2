-- Teams: their lead, at which mailboxes under what ceiling, and who was named under it.

create table team (
    id uuid not null,
    lead_id uuid not null,
    name text not null,
    created_at timestamptz not null,
    primary key (id),
    unique (lead_id, name),
    foreign key(lead_id) references person (id)
);

create table team_access (
    mailbox_id uuid not null,
    id uuid not null,
    owner_id uuid not null,
    address text not null,
    team_id uuid,
    lead_id uuid,
    secret_sha256 bytea not null,
    scopes text[] not null,
    needs_approval text not null,
    conditions jsonb not null,
    access_until timestamptz not null,
    begin_after integer,
    language text not null,
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    ended_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(owner_id) references person (id),
    foreign key(team_id) references team (id),
    foreign key(lead_id) references person (id)
);

create index ix_team_access_team_id on team_access (team_id);
create index ix_team_access_lead_id on team_access (lead_id);

alter table invitation add column access_id uuid;
alter table invitation add column lead_id uuid references person (id);
alter table invitation add column name text not null default '';
alter table invitation alter column name drop default;
alter table invitation add foreign key (mailbox_id, access_id) references team_access (mailbox_id, id);
create index ix_invitation_lead_id on invitation (lead_id);

alter table grants add column access_id uuid;
alter table grants add column lead_id uuid references person (id);
alter table grants add column member_id uuid;
alter table grants add foreign key (mailbox_id, access_id) references team_access (mailbox_id, id);
alter table grants add foreign key (mailbox_id, member_id) references invitation (mailbox_id, id);
create index ix_grants_lead_id on grants (lead_id);

-- A lead sees who, where, when and how much, by these rows alone; she writes none of them as herself. The mailbox, its
-- messages, drafts and log have no policy that looks at a lead.
alter table team_access enable row level security;
alter table team_access force row level security;
create policy of_mailbox on team_access using (mailbox_id = deskhand_mailbox());
create policy of_lead on team_access for select using (lead_id = deskhand_person());
create policy of_lead on invitation for select using (lead_id = deskhand_person());
create policy of_lead on grants for select using (lead_id = deskhand_person());
create policy of_lead on daily_count for select using (
    grant_id in (select id from grants where lead_id = deskhand_person())
);

-- A team is its lead's, and is seen at the mailboxes where it has something to do.
alter table team enable row level security;
alter table team force row level security;
create policy of_lead on team using (lead_id = deskhand_person());
create policy at_mailbox on team for select using (
    id in (select team_id from team_access where mailbox_id = deskhand_mailbox())
);

grant select, insert, update on team to deskhand_app;
grant select, insert, update, delete on team_access to deskhand_app;
