alter table draft drop column declined_at, drop column editing_until;
