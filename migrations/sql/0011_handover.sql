-- Hand-over notes, and who is named to stand in for whom from when.

create table handover (
    mailbox_id uuid not null,
    id uuid not null,
    assistant_id uuid not null,
    author_id uuid not null,
    words bytea not null,
    written_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, assistant_id, author_id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(assistant_id) references person (id),
    foreign key(author_id) references person (id)
);

create index ix_handover_assistant_id on handover (assistant_id);

alter table handover enable row level security;
alter table handover force row level security;
create policy of_mailbox on handover using (mailbox_id = deskhand_mailbox());
grant select, insert, update, delete on handover to deskhand_app;

alter table invitation add column begins_at timestamptz;
alter table invitation add column stands_in_id uuid;
alter table invitation add foreign key (mailbox_id, stands_in_id) references invitation (mailbox_id, id);
