drop index ix_invitation_accepted_by;
drop index ix_agreement_person_id;
drop policy named_by_maker on program_key;
drop policy of_maker on program_key;
revoke delete, update (name) on program_key from deskhand_app;
drop policy of_person on invitation;
drop policy of_person on agreement;
drop table erasure;
