alter table scheduled_send drop column asked_at, drop column emergency, drop column urgency;
drop table person_hours;
drop table mailbox_hours;
