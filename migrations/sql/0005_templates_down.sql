alter table draft drop column template_version;
alter table draft drop column template_id;
drop table template_version;
drop table template;
