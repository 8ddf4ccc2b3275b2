drop table admin_request;
alter table connection drop column access_until;
alter table connection drop column access_token;
alter table mailbox drop column consent_limit;
alter table mailbox drop column consent_until;
