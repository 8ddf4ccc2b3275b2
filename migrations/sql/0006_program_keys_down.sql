alter table scheduled_send drop column key_id;
alter table audit_entry drop column key_id;
drop table program_key;
