-- When the owner said no to a draft's words, and until when other words may be on their way into it.
alter table draft add column declined_at timestamptz, add column editing_until timestamptz;
