-- The first schema. `src/distribution.rs` names the distribution column of every table, and `tests/catalog.rs` proves
-- that this file keeps to what a database sharded by organization can hold: no sequences, triggers, functions or
-- types of our own, the distribution column first in every primary key and part of every unique index, foreign keys
-- only within a group, and every name given by hand.

-- Group `organization`, by organization -------------------------------------------------------------------------

CREATE TABLE organizations (
    id              uuid        NOT NULL,
    name            text        NOT NULL,
    state           text        NOT NULL,
    owner_member_id uuid,
    policy          jsonb       NOT NULL,
    language        text        NOT NULL,
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT organizations_pk PRIMARY KEY (id),
    CONSTRAINT organizations_state_ck CHECK (state IN ('awaiting_owner', 'live', 'deleted')),
    -- Exactly one owner while it is live (I1); the foreign key below says that it is a member of it.
    CONSTRAINT organizations_owner_ck CHECK (state <> 'live' OR owner_member_id IS NOT NULL)
);

-- The narrow row that every writer of an organization locks and writes last. It is updated in place: no index covers
-- what changes, and its pages keep room for new versions.
CREATE TABLE organization_seats (
    organization_id uuid   NOT NULL,
    seat_limit      bigint,
    assigned        bigint NOT NULL,
    reserved        bigint NOT NULL,
    audit_sequence  bigint NOT NULL,
    audit_hash      bytea  NOT NULL,
    revision        bigint NOT NULL,
    CONSTRAINT organization_seats_pk PRIMARY KEY (organization_id),
    CONSTRAINT organization_seats_limit_ck CHECK (seat_limit >= 0),
    CONSTRAINT organization_seats_assigned_ck CHECK (assigned >= 0),
    CONSTRAINT organization_seats_reserved_ck CHECK (reserved >= 0),
    CONSTRAINT organization_seats_hash_ck CHECK (length(audit_hash) = 32)
) WITH (fillfactor = 50);

CREATE TABLE memberships (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    user_id         uuid,
    name            text        NOT NULL,
    -- The name as Unicode lower-cases it, by which lists are sorted and searched; made by the store.
    name_key        text        COLLATE "C" NOT NULL,
    email           text,
    role            text        NOT NULL,
    status          text        NOT NULL,
    seat            boolean     NOT NULL,
    joined_at       timestamptz NOT NULL,
    deactivates_at  timestamptz,
    version         bigint      NOT NULL,
    CONSTRAINT memberships_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT memberships_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT memberships_status_ck CHECK (status IN ('active', 'suspended', 'deactivated'))
);
CREATE UNIQUE INDEX memberships_user_uq ON memberships (organization_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX memberships_name_ix ON memberships (organization_id, name_key, id);
CREATE INDEX memberships_joined_ix ON memberships (organization_id, joined_at, id);
CREATE INDEX memberships_email_ix ON memberships (organization_id, email) WHERE email IS NOT NULL;
CREATE INDEX memberships_role_ix ON memberships (organization_id, role, id);
CREATE INDEX memberships_lapsing_ix ON memberships (organization_id, deactivates_at, id)
    WHERE deactivates_at IS NOT NULL AND status <> 'deactivated';
CREATE INDEX memberships_sweep_ix ON memberships (deactivates_at)
    WHERE deactivates_at IS NOT NULL AND status <> 'deactivated';

-- The owner is a member of the same organization. Deferred, because the first member and the organization are
-- written together.
ALTER TABLE organizations ADD CONSTRAINT organizations_owner_fk
    FOREIGN KEY (id, owner_member_id) REFERENCES memberships (organization_id, id) DEFERRABLE INITIALLY DEFERRED;

-- No foreign key: each would lock the organization's row for every invitation.
CREATE TABLE invitations (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    email           text        NOT NULL,
    role            text        NOT NULL,
    for_owner       boolean     NOT NULL,
    state           text        NOT NULL,
    generation      bigint      NOT NULL,
    channel         text        NOT NULL,
    reserves_seat   boolean     NOT NULL,
    -- The inviting member; null is the deployment's operator.
    invited_by      uuid,
    language        text        NOT NULL,
    message         text,
    deactivates_at  timestamptz,
    created_at      timestamptz NOT NULL,
    opens_at        timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    settled_at      timestamptz,
    member_id       uuid,
    sends           bigint      NOT NULL,
    delivery        text        NOT NULL,
    -- What the mail server said; the courier's to write, like `delivery`.
    delivery_note   text,
    version         bigint      NOT NULL,
    CONSTRAINT invitations_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT invitations_state_ck CHECK (state IN ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    CONSTRAINT invitations_channel_ck CHECK (channel IN ('mail', 'hand')),
    CONSTRAINT invitations_delivery_ck
        CHECK (delivery IN ('none', 'queued', 'sent', 'deferred', 'bounced', 'failed')),
    CONSTRAINT invitations_reservation_ck CHECK (state = 'pending' OR NOT reserves_seat)
);
CREATE UNIQUE INDEX invitations_pending_uq ON invitations (organization_id, email) WHERE state = 'pending';
CREATE INDEX invitations_created_ix ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_lapsing_ix ON invitations (organization_id, expires_at, id) WHERE state = 'pending';
CREATE INDEX invitations_sweep_ix ON invitations (expires_at) WHERE state = 'pending';

CREATE TABLE audit_log (
    organization_id uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    at              timestamptz NOT NULL,
    actor_kind      text        NOT NULL,
    actor_user      uuid,
    actor_name      text,
    request         text,
    event           text        NOT NULL,
    subject_kind    text        NOT NULL,
    subject_id      uuid        NOT NULL,
    subject_name    text        NOT NULL,
    -- Text and not jsonb: what was hashed must not be reformatted.
    before          text        NOT NULL,
    after           text        NOT NULL,
    previous        bytea       NOT NULL,
    hash            bytea       NOT NULL,
    CONSTRAINT audit_log_pk PRIMARY KEY (organization_id, sequence),
    CONSTRAINT audit_log_actor_ck CHECK (actor_kind IN ('user', 'operator', 'invitee', 'system')),
    CONSTRAINT audit_log_hash_ck CHECK (length(previous) = 32 AND length(hash) = 32)
);
CREATE INDEX audit_log_subject_ix ON audit_log (organization_id, subject_id, sequence);

CREATE TABLE idempotency_keys (
    -- The organization or user whose request it was.
    scope_id    uuid        NOT NULL,
    key         bytea       NOT NULL,
    fingerprint bytea       NOT NULL,
    answer      bytea       NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope_id, key),
    CONSTRAINT idempotency_keys_hash_ck CHECK (length(key) = 32 AND length(fingerprint) = 32)
);
CREATE INDEX idempotency_keys_expiry_ix ON idempotency_keys (expires_at);

CREATE TABLE outbox (
    -- The organization, user or sign-up that a message belongs to.
    scope_id     uuid        NOT NULL,
    id           uuid        NOT NULL,
    scope_kind   text        NOT NULL,
    recipient    jsonb       NOT NULL,
    language     text        NOT NULL,
    content      jsonb       NOT NULL,
    state        text        NOT NULL,
    attempts     bigint      NOT NULL,
    due_at       timestamptz NOT NULL,
    leased_until timestamptz,
    last_error   text,
    created_at   timestamptz NOT NULL,
    settled_at   timestamptz,
    CONSTRAINT outbox_pk PRIMARY KEY (scope_id, id),
    CONSTRAINT outbox_scope_ck CHECK (scope_kind IN ('organization', 'user', 'sign_up')),
    CONSTRAINT outbox_state_ck
        CHECK (state IN ('queued', 'sent', 'deferred', 'bounced', 'failed', 'cancelled', 'expanded'))
);
CREATE INDEX outbox_due_ix ON outbox (due_at, created_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_settled_ix ON outbox (settled_at) WHERE settled_at IS NOT NULL;

-- Group `user`, by user -----------------------------------------------------------------------------------------

CREATE TABLE users (
    id             uuid        NOT NULL,
    name           text        NOT NULL,
    username       text,
    -- The addresses as [{address, verified_at}], so that loading a user is one routed statement.
    emails         jsonb       NOT NULL,
    password       text,
    language       text        NOT NULL,
    operator       boolean     NOT NULL,
    created_at     timestamptz NOT NULL,
    audit_sequence bigint      NOT NULL,
    audit_hash     bytea       NOT NULL,
    version        bigint      NOT NULL,
    CONSTRAINT users_pk PRIMARY KEY (id),
    CONSTRAINT users_hash_ck CHECK (length(audit_hash) = 32)
);

CREATE TABLE user_log (
    user_id      uuid        NOT NULL,
    sequence     bigint      NOT NULL,
    at           timestamptz NOT NULL,
    actor_kind   text        NOT NULL,
    actor_user   uuid,
    actor_name   text,
    request      text,
    event        text        NOT NULL,
    subject_kind text        NOT NULL,
    subject_id   uuid        NOT NULL,
    subject_name text        NOT NULL,
    before       text        NOT NULL,
    after        text        NOT NULL,
    previous     bytea       NOT NULL,
    hash         bytea       NOT NULL,
    CONSTRAINT user_log_pk PRIMARY KEY (user_id, sequence),
    CONSTRAINT user_log_actor_ck CHECK (actor_kind IN ('user', 'operator', 'invitee', 'system')),
    CONSTRAINT user_log_hash_ck CHECK (length(previous) = 32 AND length(hash) = 32)
);

-- The user's own list of memberships: a mirror, so that it needs no search through all organizations.
CREATE TABLE user_organizations (
    user_id         uuid NOT NULL,
    organization_id uuid NOT NULL,
    member_id       uuid NOT NULL,
    CONSTRAINT user_organizations_pk PRIMARY KEY (user_id, organization_id)
);

CREATE TABLE sign_ins (
    user_id    uuid        NOT NULL,
    id         uuid        NOT NULL,
    token_hash bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT sign_ins_pk PRIMARY KEY (user_id, id),
    CONSTRAINT sign_ins_hash_ck CHECK (length(token_hash) = 32)
);
CREATE UNIQUE INDEX sign_ins_token_uq ON sign_ins (user_id, token_hash);
CREATE INDEX sign_ins_end_ix ON sign_ins (coalesce(ended_at, expires_at));

-- Group `email`, by address -------------------------------------------------------------------------------------

-- Who has an address; at most one user has it verified.
CREATE TABLE user_emails (
    email       text        NOT NULL,
    user_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    verified_at timestamptz,
    CONSTRAINT user_emails_pk PRIMARY KEY (email, user_id)
);
CREATE UNIQUE INDEX user_emails_verified_uq ON user_emails (email) WHERE verified_at IS NOT NULL;

-- Hints at what may wait for an address. Readers ask the invitation itself and skip what is not outstanding.
CREATE TABLE email_invitations (
    email           text NOT NULL,
    organization_id uuid NOT NULL,
    invitation_id   uuid NOT NULL,
    CONSTRAINT email_invitations_pk PRIMARY KEY (email, organization_id, invitation_id)
);

-- Claims and what stands alone ----------------------------------------------------------------------------------

CREATE TABLE usernames (
    username text NOT NULL,
    user_id  uuid NOT NULL,
    CONSTRAINT usernames_pk PRIMARY KEY (username)
);

CREATE TABLE installation (
    key     text NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT installation_pk PRIMARY KEY (key)
);

CREATE TABLE sign_ups (
    id         uuid        NOT NULL,
    email      text        NOT NULL,
    name       text        NOT NULL,
    password   text        NOT NULL,
    language   text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_ups_pk PRIMARY KEY (id)
);
CREATE INDEX sign_ups_expiry_ix ON sign_ups (expires_at);

CREATE TABLE development_mailbox (
    id        uuid        NOT NULL,
    recipient text        NOT NULL,
    subject   text        NOT NULL,
    body_text text        NOT NULL,
    body_html text        NOT NULL,
    at        timestamptz NOT NULL,
    CONSTRAINT development_mailbox_pk PRIMARY KEY (id)
);
CREATE INDEX development_mailbox_at_ix ON development_mailbox (at, id);
