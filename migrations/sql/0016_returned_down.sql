revoke select (ended_at, look_at), update (look_at) on scheduled_send from deskhand_dispatch;
alter table scheduled_send drop column look_at;
