-- The tables of app/models. Keys of what belongs to a mailbox hold the mailbox.

create table installation (
    id integer not null,
    master_id text not null,
    proof bytea not null,
    primary key (id)
);

create table person (
    id uuid not null,
    issuer text not null,
    subject text not null,
    email text not null,
    name text not null,
    language text not null,
    zone text not null,
    created_at timestamptz not null,
    primary key (id),
    unique (issuer, subject)
);

create table consent_request (
    state_sha256 bytea not null,
    browser_sha256 bytea not null,
    purpose text not null,
    provider text not null,
    nonce text not null,
    verifier text not null,
    person_id uuid,
    return_to text not null,
    return_id text not null,
    created_at timestamptz not null,
    used_at timestamptz,
    held bytea not null,
    primary key (state_sha256),
    foreign key(person_id) references person (id) on delete cascade
);

create table login (
    id uuid not null,
    secret_sha256 bytea not null,
    person_id uuid not null,
    agent text not null,
    created_at timestamptz not null,
    authenticated_at timestamptz not null,
    seen_at timestamptz not null,
    ended_at timestamptz,
    primary key (id),
    unique (secret_sha256),
    foreign key(person_id) references person (id) on delete cascade
);

create index ix_login_person_id on login (person_id);

create table mailbox (
    id uuid not null,
    owner_id uuid not null,
    provider text not null,
    provider_subject text not null,
    address text not null,
    zone text not null,
    state text not null,
    senders_version integer not null,
    created_at timestamptz not null,
    primary key (id),
    unique (provider, provider_subject),
    foreign key(owner_id) references person (id)
);

create index ix_mailbox_owner_id on mailbox (owner_id);

create table proposal (
    id uuid not null,
    secret_sha256 bytea not null,
    assistant_id uuid not null,
    scopes text[] not null,
    needs_approval text not null,
    grant_until timestamptz not null,
    message text not null,
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_by uuid,
    primary key (id),
    foreign key(assistant_id) references person (id),
    foreign key(accepted_by) references person (id)
);

create index ix_proposal_assistant_id on proposal (assistant_id);

create table audit_entry (
    mailbox_id uuid not null,
    seq integer not null,
    at timestamptz not null,
    phase text not null,
    begins integer,
    actor_kind text not null,
    actor_id uuid,
    surface text not null,
    action text not null,
    decision text not null,
    reason text not null,
    outcome text not null,
    grant_id uuid,
    grant_version integer,
    subject_kind text not null,
    subject_id uuid,
    provider_message text not null,
    provider_thread text not null,
    provider_draft text not null,
    content_sha256 bytea not null,
    labels_before text[] not null,
    labels_after text[] not null,
    fence integer,
    request_id text not null,
    prev_hash bytea not null,
    hash bytea not null,
    primary key (mailbox_id, seq),
    foreign key(mailbox_id) references mailbox (id)
);

create table audit_head (
    mailbox_id uuid not null,
    seq integer not null,
    hash bytea not null,
    primary key (mailbox_id),
    foreign key(mailbox_id) references mailbox (id)
);

create table connection (
    mailbox_id uuid not null,
    id uuid not null,
    refresh_token bytea not null,
    scopes text[] not null,
    connected_at timestamptz not null,
    ended_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

create table grants (
    mailbox_id uuid not null,
    id uuid not null,
    owner_id uuid not null,
    assistant_id uuid not null,
    scopes text[] not null,
    needs_approval text not null,
    status text not null,
    version integer not null,
    begins_at timestamptz not null,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(owner_id) references person (id),
    foreign key(assistant_id) references person (id)
);

create index ix_grants_owner_id on grants (owner_id);

create index ix_grants_assistant_id on grants (assistant_id);

create table invitation (
    mailbox_id uuid not null,
    id uuid not null,
    secret_sha256 bytea not null,
    scopes text[] not null,
    needs_approval text not null,
    grant_until timestamptz not null,
    language text not null,
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_by uuid,
    accepted_at timestamptz,
    primary key (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(accepted_by) references person (id)
);

create table mailbox_key (
    mailbox_id uuid not null,
    wrapped bytea not null,
    master_id text not null,
    primary key (mailbox_id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

create table message (
    mailbox_id uuid not null,
    id uuid not null,
    provider_id text not null,
    thread_id text not null,
    private text not null,
    senders_version integer not null,
    seen_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, provider_id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

create index ix_message_thread_id on message (thread_id);

create table sender_rule (
    mailbox_id uuid not null,
    id uuid not null,
    sender text not null,
    private boolean not null,
    created_at timestamptz not null,
    primary key (mailbox_id, id),
    unique (mailbox_id, sender),
    foreign key(mailbox_id) references mailbox (id) on delete cascade
);

create table agreement (
    mailbox_id uuid not null,
    id uuid not null,
    grant_id uuid not null,
    grant_version integer not null,
    person_id uuid not null,
    role text not null,
    text_version text not null,
    language text not null,
    scopes text[] not null,
    sentences text[] not null,
    expires_at timestamptz not null,
    agreed_at timestamptz not null,
    primary key (mailbox_id, id),
    foreign key(mailbox_id, grant_id) references grants (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(person_id) references person (id)
);

create table draft (
    mailbox_id uuid not null,
    id uuid not null,
    message_id uuid not null,
    grant_id uuid,
    author_id uuid not null,
    provider_id text not null,
    revision text not null,
    private_id text not null,
    content_sha256 bytea not null,
    thread_seen text[] not null,
    state text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (mailbox_id, id),
    foreign key(mailbox_id, message_id) references message (mailbox_id, id),
    foreign key(mailbox_id, grant_id) references grants (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(author_id) references person (id)
);

create table approval (
    mailbox_id uuid not null,
    id uuid not null,
    draft_id uuid not null,
    content_sha256 bytea not null,
    due_at timestamptz,
    grant_version integer not null,
    approved_by uuid not null,
    approved_at timestamptz not null,
    ended_at timestamptz,
    ended_by text not null,
    primary key (mailbox_id, id),
    foreign key(mailbox_id, draft_id) references draft (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(approved_by) references person (id)
);

create table scheduled_send (
    mailbox_id uuid not null,
    id uuid not null,
    draft_id uuid not null,
    grant_id uuid,
    scheduled_by uuid not null,
    wall_time timestamp not null,
    zone text not null,
    fold integer not null,
    due_at timestamptz not null,
    state text not null,
    reason text not null,
    fence integer not null,
    dispatched_at timestamptz,
    intent_at timestamptz,
    ended_at timestamptz,
    sent_id text not null,
    created_at timestamptz not null,
    primary key (mailbox_id, id),
    foreign key(mailbox_id, draft_id) references draft (mailbox_id, id),
    foreign key(mailbox_id, grant_id) references grants (mailbox_id, id),
    foreign key(mailbox_id) references mailbox (id) on delete cascade,
    foreign key(scheduled_by) references person (id)
);

-- At most one grant of an assistant at a mailbox is alive.
create unique index one_live_grant on grants (mailbox_id, assistant_id) where status <> 'revoked';

-- What the dispatcher looks at: only what may still leave.
create index scheduled_send_due on scheduled_send (due_at) where state in ('prepared', 'intent');

-- A draft has at most one send that is alive.
create unique index one_live_send on scheduled_send (mailbox_id, draft_id)
    where state in ('prepared', 'intent', 'held', 'needs_human');
