-- When to look next whether a reply that has left was returned; nothing when that is over.
alter table scheduled_send add column look_at timestamptz;
create index scheduled_send_looked_after on scheduled_send (look_at) where look_at is not null;
grant select (ended_at, look_at), update (look_at) on scheduled_send to deskhand_dispatch;
