-- When the owner has sent a draft back, and with what word, sealed with the mailbox's key.
alter table draft add column sent_back_at timestamptz;
alter table draft add column word bytea not null default '';
alter table draft alter column word drop default;
