alter table draft drop column drafted;
