-- What people show besides a password, and how well it is known who began a sign-in.

-- A sign-in of before was begun by one factor, when it began.
ALTER TABLE sign_ins ADD COLUMN assurance TEXT NOT NULL DEFAULT 'one_factor'
    CHECK (assurance IN ('pending', 'one_factor', 'two_factors'));
ALTER TABLE sign_ins ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0;
UPDATE sign_ins SET proven_at = created_at;

-- One row a person: the version lets of two who use one code at once only one through. The secret of an authenticator
-- app is sealed, recovery codes are hashes, passkeys are public keys.
CREATE TABLE second_factors (
    user_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(user_id) = 16),
    totp     TEXT,
    passkeys TEXT    NOT NULL,
    codes    TEXT    NOT NULL,
    version  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
