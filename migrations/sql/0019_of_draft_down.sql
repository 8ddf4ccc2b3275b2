drop index approval_of_draft;
