-- Whose data was erased, and how far that has come. It names nobody: a keyed digest, ids and numbers.

create table erasure (
    id uuid not null,
    person_id uuid,
    identity bytea not null,
    asked_by text not null,
    asked_at timestamptz not null,
    state text not null,
    taken_at timestamptz,
    account jsonb not null,
    done_at timestamptz,
    primary key (id),
    unique (person_id),
    foreign key(person_id) references person (id)
);

-- Of no mailbox and read as a whole by whoever goes on with it, as the people are; an entry is never taken away.
grant select, insert, update on erasure to deskhand_app;

-- A key goes with its mailbox; one that an erased assistant has made elsewhere is there without its name.
grant delete, update (name) on program_key to deskhand_app;
create policy of_maker on program_key for select using (person_id = deskhand_person());
create policy named_by_maker on program_key for update using (person_id = deskhand_person());

-- A person finds what she has agreed to and which invitations she took, also where her access is over: in a copy of her
-- data, and when she is erased.
create policy of_person on agreement for select using (person_id = deskhand_person());
create policy of_person on invitation for select using (accepted_by = deskhand_person());
create index ix_agreement_person_id on agreement (person_id);
create index ix_invitation_accepted_by on invitation (accepted_by);
