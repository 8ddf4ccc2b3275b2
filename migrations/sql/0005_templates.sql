-- Reply texts that the owner has approved, and which of them a draft was made from.

create table template (
    mailbox_id uuid not null,
    id uuid not null,
    name text not null,
    language text not null,
    version integer not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

create table template_version (
    mailbox_id uuid not null,
    id uuid not null,
    template_id uuid not null,
    number integer not null,
    words bytea not null,
    approved_by uuid not null,
    approved_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, template_id, number),
    foreign key(mailbox_id, template_id) references template (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(approved_by) references person (id)
);

alter table draft add column template_id uuid;
alter table draft add column template_version integer;
alter table draft add foreign key (mailbox_id, template_id) references template (mailbox_id, id);

do $$
declare name text;
begin
    foreach name in array array['template', 'template_version'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy of_mailbox on %I using (mailbox_id = deskhand_mailbox())', name);
    end loop;
end $$;
grant select, insert, update, delete on template to deskhand_app;
-- What was approved is not rewritten; it goes with its mailbox.
grant select, insert, delete on template_version to deskhand_app;
