-- Which drafts are still being written, or were when their writer died: few at any time.
create index draft_unfinished on draft (created_at) where state = 'preparing';
create policy unfinished_seen on draft for select to deskhand_dispatch using (state = 'preparing');
grant select (mailbox_id, id, state, created_at) on draft to deskhand_dispatch;
