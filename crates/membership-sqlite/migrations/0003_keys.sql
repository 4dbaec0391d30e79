-- Keys of organizations and of the operator, and how far the quotas on mail are used up.

-- An entry of the log names the key that acted.
ALTER TABLE audit_log ADD COLUMN actor_key BLOB;
ALTER TABLE user_log ADD COLUMN actor_key BLOB;

-- A key's text is nowhere: this is its hash. It lives in the membership of whoever made it.
CREATE TABLE api_keys (
    organization_id BLOB    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    scopes          TEXT    NOT NULL,
    member_id       BLOB    NOT NULL CHECK (length(member_id) = 16),
    token_hash      BLOB    NOT NULL CHECK (length(token_hash) = 32),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    last_used_at    INTEGER,
    revoked_at      INTEGER,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_by_token ON api_keys (organization_id, token_hash);
CREATE INDEX api_keys_by_end ON api_keys (coalesce(revoked_at, expires_at));

CREATE TABLE operator_keys (
    deployment   TEXT    NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    name         TEXT    NOT NULL,
    scopes       TEXT    NOT NULL,
    user_id      BLOB    CHECK (length(user_id) = 16),
    token_hash   BLOB    NOT NULL CHECK (length(token_hash) = 32),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER,
    version      INTEGER NOT NULL,
    PRIMARY KEY (deployment, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_keys_by_end ON operator_keys (coalesce(revoked_at, expires_at));

-- From `empties_at` on a quota is unused, and its row may be forgotten. `seconds` tells allowances of one cause apart.
CREATE TABLE organization_quotas (
    organization_id BLOB    NOT NULL,
    subject_id      BLOB    NOT NULL CHECK (length(subject_id) = 16),
    cause           TEXT    NOT NULL,
    seconds         INTEGER NOT NULL,
    empties_at      INTEGER NOT NULL,
    PRIMARY KEY (organization_id, subject_id, cause, seconds)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_quotas_by_end ON organization_quotas (empties_at);

CREATE TABLE mail_quotas (
    bucket     TEXT    NOT NULL,
    cause      TEXT    NOT NULL,
    seconds    INTEGER NOT NULL,
    empties_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, cause, seconds)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_quotas_by_end ON mail_quotas (empties_at);
