-- An assistant's own words, sealed with the mailbox's key. What has left or was thrown away keeps none.
alter table draft add column drafted bytea not null default '';
alter table draft alter column drafted drop default;
alter table draft add constraint draft_drafted_while_open check (drafted = '' or state in ('preparing', 'open'));
