-- Times at which all logins of an organization were cleared, and the logins themselves, as long as they can be given back.

CREATE TABLE login_clears (
    organization_id BLOB    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    number          INTEGER NOT NULL CHECK (number > 0),
    state           TEXT    NOT NULL CHECK (state IN ('clearing', 'cleared', 'undoing', 'undone')),
    started_by      BLOB    NOT NULL CHECK (length(started_by) = 16),
    -- What that member was called then.
    starter         TEXT    NOT NULL,
    started_at      INTEGER NOT NULL,
    acts_for        BLOB    NOT NULL CHECK (length(acts_for) = 16),
    moved_at        INTEGER NOT NULL,
    finished_at     INTEGER,
    chunks          INTEGER NOT NULL CHECK (chunks >= 0),
    -- The account that was considered last: where the next chunk goes on.
    after_user      BLOB    CHECK (length(after_user) = 16),
    counts          TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;

CREATE UNIQUE INDEX login_clears_by_number ON login_clears (organization_id, number);
-- Whose kept logins nobody can give back any more.
CREATE INDEX login_clears_by_end ON login_clears (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE cleared_logins (
    organization_id             BLOB    NOT NULL,
    clear_id                    BLOB    NOT NULL CHECK (length(clear_id) = 16),
    user_id                     BLOB    NOT NULL CHECK (length(user_id) = 16),
    member_id                   BLOB    NOT NULL CHECK (length(member_id) = 16),
    -- Whether the account itself was cleared; otherwise there is nothing to keep of it.
    account                     INTEGER NOT NULL CHECK (account IN (0, 1)),
    username                    TEXT,
    emails                      TEXT    NOT NULL,
    password                    TEXT,
    password_due                INTEGER NOT NULL CHECK (password_due IN (0, 1)),
    initial_password_expires_at INTEGER,
    initial_password_used_at    INTEGER,
    identities                  TEXT    NOT NULL,
    -- The second factors' row, if there was one.
    totp                        TEXT,
    passkeys                    TEXT,
    codes                       TEXT,
    factors_version             INTEGER,
    PRIMARY KEY (organization_id, clear_id, user_id),
    CHECK (account OR (username IS NULL AND password IS NULL AND factors_version IS NULL)),
    FOREIGN KEY (organization_id, clear_id) REFERENCES login_clears (organization_id, id) ON DELETE CASCADE
) STRICT;
