-- The owner of the tables is bound by their policies too, unless they are not forced: else no row would be met here.
alter table grants no force row level security;
alter table invitation no force row level security;
alter table mailbox no force row level security;

-- A grant that was bound allows nothing until its owner looks at it: without its conditions it would allow more.
update grants set status = 'paused', version = version + 1
where status = 'active' and (conditions <> '{}' or needs_approval in ('first', 'free_text'));
update grants set needs_approval = 'always' where needs_approval in ('first', 'free_text');
delete from invitation where state in ('open', 'accepted') and conditions <> '{}';
delete from proposal where state = 'open' and conditions <> '{}';

-- What was let through of a private sender is private again, and judged anew.
update mailbox set senders_version = senders_version + 1;

alter table grants force row level security;
alter table invitation force row level security;
alter table mailbox force row level security;

drop table private_label;
drop table daily_count;
alter table message drop column excepted;
alter table sender_rule drop column excepted;
alter table agreement drop column conditions;
alter table proposal drop column conditions;
alter table invitation drop column conditions;
alter table grants drop column conditions;
