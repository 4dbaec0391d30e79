-- Times are microseconds since 1970 in UTC, ids are 16 bytes, booleans are 0 and 1. Tables of an organization have
-- `organization_id` first in their keys, and a user's tables have the user, so that the schema can be sharded.

CREATE TABLE organizations (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('awaiting_owner', 'live', 'deleted')),
    owner_member_id BLOB,
    policy          TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    -- A live organization has exactly one owner, and the owner is a member of it (I1). The check waits for the end of
    -- the transaction, because organization and founder are written one after the other.
    CHECK (state <> 'live' OR owner_member_id IS NOT NULL),
    FOREIGN KEY (id, owner_member_id) REFERENCES memberships (organization_id, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- What every commit touches is kept apart from the wide row.
CREATE TABLE organization_seats (
    organization_id BLOB    NOT NULL PRIMARY KEY REFERENCES organizations (id),
    seat_limit      INTEGER CHECK (seat_limit >= 0),
    assigned        INTEGER NOT NULL CHECK (assigned >= 0),
    reserved        INTEGER NOT NULL CHECK (reserved >= 0),
    audit_sequence  INTEGER NOT NULL CHECK (audit_sequence >= 0),
    audit_hash      BLOB    NOT NULL CHECK (length(audit_hash) = 32),
    revision        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    organization_id BLOB    NOT NULL REFERENCES organizations (id),
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    user_id         BLOB    CHECK (length(user_id) = 16),
    name            TEXT    NOT NULL,
    -- The name as Unicode lower-cases it, which SQLite itself cannot do: for sorting and searching.
    name_key        TEXT    NOT NULL,
    email           TEXT,
    role            TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('active', 'suspended', 'deactivated')),
    seat            INTEGER NOT NULL CHECK (seat IN (0, 1)),
    joined_at       INTEGER NOT NULL,
    deactivates_at  INTEGER,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;

CREATE UNIQUE INDEX memberships_by_user ON memberships (organization_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX memberships_by_email ON memberships (organization_id, email) WHERE email IS NOT NULL;
CREATE INDEX memberships_by_name ON memberships (organization_id, name_key, id);
CREATE INDEX memberships_by_joining ON memberships (organization_id, joined_at, id);
CREATE INDEX memberships_to_lapse ON memberships (organization_id, deactivates_at)
    WHERE deactivates_at IS NOT NULL AND status <> 'deactivated';
CREATE INDEX memberships_to_sweep ON memberships (deactivates_at, organization_id)
    WHERE deactivates_at IS NOT NULL AND status <> 'deactivated';

CREATE TABLE invitations (
    organization_id BLOB    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    email           TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    for_owner       INTEGER NOT NULL CHECK (for_owner IN (0, 1)),
    -- A scheduled invitation is written as pending: the dates tell the difference.
    state           TEXT    NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    generation      INTEGER NOT NULL CHECK (generation >= 0),
    channel         TEXT    NOT NULL CHECK (channel IN ('mail', 'hand')),
    reserves_seat   INTEGER NOT NULL CHECK (reserves_seat IN (0, 1)),
    -- The member who made the offer; nobody is the operator.
    invited_by      BLOB    CHECK (length(invited_by) = 16),
    language        TEXT    NOT NULL,
    message         TEXT,
    deactivates_at  INTEGER,
    created_at      INTEGER NOT NULL,
    opens_at        INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    settled_at      INTEGER,
    member_id       BLOB    CHECK (length(member_id) = 16),
    sends           INTEGER NOT NULL CHECK (sends >= 0),
    -- The courier writes these two, for the generation that it sent.
    delivery        TEXT    NOT NULL CHECK (delivery IN ('none', 'queued', 'sent', 'deferred', 'bounced', 'failed')),
    delivery_note   TEXT,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    CHECK (reserves_seat = 0 OR state = 'pending')
) STRICT;

-- One pending invitation for an address in an organization (I4).
CREATE UNIQUE INDEX invitations_pending ON invitations (organization_id, email) WHERE state = 'pending';
CREATE INDEX invitations_by_creation ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_to_lapse ON invitations (organization_id, expires_at) WHERE state = 'pending';
CREATE INDEX invitations_to_sweep ON invitations (expires_at, organization_id) WHERE state = 'pending';

CREATE TABLE audit_log (
    organization_id BLOB    NOT NULL,
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    at              INTEGER NOT NULL,
    actor_kind      TEXT    NOT NULL CHECK (actor_kind IN ('user', 'operator', 'invitee', 'system')),
    actor_user      BLOB,
    actor_name      TEXT,
    request         TEXT,
    event           TEXT    NOT NULL,
    subject_kind    TEXT    NOT NULL,
    subject_id      BLOB    NOT NULL,
    subject_name    TEXT    NOT NULL,
    "before"        TEXT    NOT NULL,
    "after"         TEXT    NOT NULL,
    previous        BLOB    NOT NULL CHECK (length(previous) = 32),
    hash            BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (organization_id, sequence)
) STRICT;

CREATE INDEX audit_log_by_subject ON audit_log (organization_id, subject_id, sequence);

CREATE TABLE user_log (
    user_id         BLOB    NOT NULL,
    sequence        INTEGER NOT NULL CHECK (sequence > 0),
    at              INTEGER NOT NULL,
    actor_kind      TEXT    NOT NULL CHECK (actor_kind IN ('user', 'operator', 'invitee', 'system')),
    actor_user      BLOB,
    actor_name      TEXT,
    request         TEXT,
    event           TEXT    NOT NULL,
    subject_kind    TEXT    NOT NULL,
    subject_id      BLOB    NOT NULL,
    subject_name    TEXT    NOT NULL,
    "before"        TEXT    NOT NULL,
    "after"         TEXT    NOT NULL,
    previous        BLOB    NOT NULL CHECK (length(previous) = 32),
    hash            BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (user_id, sequence)
) STRICT;

CREATE TABLE users (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    username        TEXT,
    password        TEXT,
    language        TEXT    NOT NULL,
    operator        INTEGER NOT NULL CHECK (operator IN (0, 1)),
    created_at      INTEGER NOT NULL,
    audit_sequence  INTEGER NOT NULL CHECK (audit_sequence >= 0),
    audit_hash      BLOB    NOT NULL CHECK (length(audit_hash) = 32),
    version         INTEGER NOT NULL,
    -- A copy of the rows of `user_emails`, in their order, so that one row is the whole user.
    emails          TEXT    NOT NULL
) STRICT;

-- Who has claimed a username.
CREATE TABLE usernames (
    username TEXT NOT NULL PRIMARY KEY,
    user_id  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX usernames_by_user ON usernames (user_id);

CREATE TABLE user_emails (
    email       TEXT    NOT NULL,
    user_id     BLOB    NOT NULL,
    position    INTEGER NOT NULL,
    verified_at INTEGER,
    PRIMARY KEY (email, user_id)
) STRICT, WITHOUT ROWID;

-- A verified address belongs to one user only; an unverified one claims nothing (A01).
CREATE UNIQUE INDEX user_emails_verified ON user_emails (email) WHERE verified_at IS NOT NULL;
CREATE INDEX user_emails_by_user ON user_emails (user_id, position);

-- A user's list of organizations: a mirror of the memberships, kept by the user.
CREATE TABLE user_organizations (
    user_id         BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    member_id       BLOB NOT NULL,
    PRIMARY KEY (user_id, organization_id)
) STRICT, WITHOUT ROWID;

-- What may wait for an address. Hints: whoever reads them looks at the invitation's row.
CREATE TABLE email_invitations (
    email           TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    invitation_id   BLOB NOT NULL,
    PRIMARY KEY (email, organization_id, invitation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
    user_id    BLOB    NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER,
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX sign_ins_by_token ON sign_ins (user_id, token_hash);
CREATE INDEX sign_ins_by_end ON sign_ins (coalesce(ended_at, expires_at));

CREATE TABLE sign_ups (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    password   TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_ups_by_end ON sign_ups (expires_at);

-- What there is once in a deployment, and who claimed it.
CREATE TABLE installation (
    key     TEXT NOT NULL PRIMARY KEY CHECK (key IN ('first-operator')),
    user_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    scope_id    BLOB    NOT NULL,
    key         BLOB    NOT NULL CHECK (length(key) = 32),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    answer      BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (scope_id, key)
) STRICT;

CREATE INDEX idempotency_keys_by_end ON idempotency_keys (expires_at);

CREATE TABLE outbox (
    scope_id     BLOB    NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    scope_kind   TEXT    NOT NULL CHECK (scope_kind IN ('organization', 'user', 'sign_up')),
    recipient    TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    state        TEXT    NOT NULL
        CHECK (state IN ('queued', 'sent', 'deferred', 'bounced', 'failed', 'cancelled', 'expanded')),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at       INTEGER NOT NULL,
    leased_until INTEGER,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    settled_at   INTEGER,
    PRIMARY KEY (scope_id, id)
) STRICT;

CREATE INDEX outbox_to_send ON outbox (due_at, id) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE development_mailbox (
    id        BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    recipient TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    body_text TEXT    NOT NULL,
    body_html TEXT    NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

CREATE INDEX development_mailbox_by_arrival ON development_mailbox (at, id);
