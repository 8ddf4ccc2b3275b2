drop index scheduled_send_in_hand;
alter table scheduled_send drop column recipients, drop column place_at, drop column crashes;
drop table mailbox_limit;
drop table sending_limit;
