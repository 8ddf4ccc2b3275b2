alter table scheduled_send drop column recipients, drop column place_at, drop column crashes;
drop table mailbox_limit;
drop table sending_limit;
