alter table draft drop column sent_back_at, drop column word;
