-- Whoever came by a team has nobody's ceiling above her any more: her access ends, and so do the links of the named.
-- The owner of the tables is bound by their policies too, unless they are not forced.
alter table grants no force row level security;
alter table invitation no force row level security;
update grants set status = 'revoked', version = version + 1, ended_at = now()
where access_id is not null and status <> 'revoked';
update invitation set state = 'withdrawn' where access_id is not null and state in ('open', 'accepted');
alter table grants force row level security;
alter table invitation force row level security;

drop policy of_lead on daily_count;
drop policy of_lead on grants;
drop policy of_lead on invitation;
drop policy at_mailbox on team;
alter table grants drop column member_id;
alter table grants drop column lead_id;
alter table grants drop column access_id;
alter table invitation drop column name;
alter table invitation drop column lead_id;
alter table invitation drop column access_id;
drop table team_access;
drop table team;
