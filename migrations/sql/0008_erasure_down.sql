drop index ix_invitation_accepted_by;
drop index ix_agreement_person_id;
drop policy of_person on invitation;
drop policy of_person on agreement;
drop table erasure;
