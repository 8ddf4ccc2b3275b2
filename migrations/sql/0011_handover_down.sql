-- Whoever was named to begin on a later day would begin at once without that day: her link is taken back first. A grant
-- keeps its own first and last day.
alter table invitation no force row level security;
update invitation set state = 'withdrawn' where stands_in_id is not null and state in ('open', 'accepted');
alter table invitation force row level security;

alter table invitation drop column stands_in_id;
alter table invitation drop column begins_at;
drop table handover;
