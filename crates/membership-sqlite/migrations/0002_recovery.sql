-- How people come back: links that are mailed to them, and sign-ins that tell when and by what they are used.

ALTER TABLE users ADD COLUMN password_due INTEGER NOT NULL DEFAULT 0 CHECK (password_due IN (0, 1));
ALTER TABLE users ADD COLUMN password_generation INTEGER NOT NULL DEFAULT 0 CHECK (password_generation >= 0);

-- A sign-in of before counts as used when it began.
ALTER TABLE sign_ins ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sign_ins ADD COLUMN description TEXT;
ALTER TABLE sign_ins ADD COLUMN password_generation INTEGER NOT NULL DEFAULT 0 CHECK (password_generation >= 0);
UPDATE sign_ins SET last_seen_at = created_at;

-- The latest link of a kind to a user, and whether it is alive. The link itself is derived from a key.
CREATE TABLE user_links (
    user_id    BLOB    NOT NULL,
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    kind       TEXT    NOT NULL CHECK (kind IN ('one_time_login', 'password_reset', 'verification')),
    generation INTEGER NOT NULL CHECK (generation > 0),
    address    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    version    INTEGER NOT NULL,
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- One row a kind, so that a newer link kills the older ones; addresses are verified each by its own.
CREATE UNIQUE INDEX user_links_by_kind ON user_links (user_id, kind) WHERE kind <> 'verification';
CREATE UNIQUE INDEX user_links_by_address ON user_links (user_id, address) WHERE kind = 'verification';
CREATE INDEX user_links_by_end ON user_links (expires_at);
