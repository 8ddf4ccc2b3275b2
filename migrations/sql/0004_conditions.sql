-- What a grant is bound to, how much was done under it today, and two more ways for mail to be private or not.

alter table grants add column conditions jsonb not null default '{}';
alter table invitation add column conditions jsonb not null default '{}';
alter table proposal add column conditions jsonb not null default '{}';
alter table agreement add column conditions jsonb not null default '{}';
alter table grants alter column conditions drop default;
alter table invitation alter column conditions drop default;
alter table proposal alter column conditions drop default;
alter table agreement alter column conditions drop default;

alter table sender_rule add column excepted text[] not null default '{}';
alter table sender_rule alter column excepted drop default;
alter table message add column excepted boolean not null default false;
alter table message alter column excepted drop default;

create table daily_count (
    mailbox_id uuid not null,
    grant_id uuid not null,
    day date not null,
    counted text not null,
    number integer not null,
    primary key (mailbox_id, grant_id, day, counted),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(mailbox_id, grant_id) references grants (mailbox_id, id)
);

create table private_label (
    mailbox_id uuid not null,
    id uuid not null,
    label text not null,
    created_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, label),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

do $$
declare name text;
begin
    foreach name in array array['daily_count', 'private_label'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy of_mailbox on %I using (mailbox_id = deskhand_mailbox())', name);
    end loop;
end $$;
grant select, insert, update, delete on daily_count, private_label to deskhand_app;
