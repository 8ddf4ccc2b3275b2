drop trigger audit_head_is_kept_whole on audit_head;
drop trigger audit_head_moves_on on audit_head;
drop function audit_head_moves_on;
alter table audit_head drop column counted_until;
drop table denial_count;
drop index audit_entry_of_message;
drop index audit_entry_undone;
alter table audit_entry
    drop column login_id,
    drop column approval_id,
    drop column template_id,
    drop column template_version,
    drop column recipient_hashes,
    drop column recipients,
    drop column provider_sent,
    drop column error_code,
    drop column place_before,
    drop column place_after,
    drop column undoes,
    drop column times,
    drop column since;
