-- People whose account somebody else prepares, members without a login, and when somebody last signed in.

ALTER TABLE memberships ADD COLUMN first_name TEXT;
ALTER TABLE memberships ADD COLUMN last_name TEXT;
ALTER TABLE memberships ADD COLUMN language TEXT;
-- A JSON array of texts.
ALTER TABLE memberships ADD COLUMN labels TEXT NOT NULL DEFAULT '[]' CHECK (json_type(labels) = 'array');
ALTER TABLE memberships ADD COLUMN number TEXT;
ALTER TABLE memberships ADD COLUMN additional_information TEXT;
-- Names, number and labels in lower case, each on a line, which SQLite itself cannot make: for searching.
ALTER TABLE memberships ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
UPDATE memberships SET search_key = name_key;
-- The member's personal link: the latest generation, and whether it is alive. The link itself is derived from a key.
ALTER TABLE memberships ADD COLUMN set_up_generation INTEGER CHECK (set_up_generation > 0);
ALTER TABLE memberships ADD COLUMN set_up_channel TEXT CHECK (set_up_channel IN ('mail', 'hand'));
ALTER TABLE memberships ADD COLUMN set_up_issued_at INTEGER;
ALTER TABLE memberships ADD COLUMN set_up_expires_at INTEGER;
ALTER TABLE memberships ADD COLUMN set_up_used_at INTEGER;

CREATE UNIQUE INDEX memberships_by_number ON memberships (organization_id, number) WHERE number IS NOT NULL;
-- Who has no login: what the roster's screen lists, by name.
CREATE INDEX memberships_without_login ON memberships (organization_id, name_key, id) WHERE user_id IS NULL;

ALTER TABLE users ADD COLUMN first_name TEXT;
ALTER TABLE users ADD COLUMN last_name TEXT;
ALTER TABLE users ADD COLUMN home_organization_id BLOB CHECK (length(home_organization_id) = 16);
ALTER TABLE users ADD COLUMN initial_password_expires_at INTEGER;
ALTER TABLE users ADD COLUMN initial_password_used_at INTEGER;

-- Apart from the user's row: a sign-in must neither change its version nor wait for who changes it.
CREATE TABLE last_logins (
    user_id BLOB    NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO last_logins (user_id, at) SELECT user_id, max(created_at) FROM sign_ins GROUP BY user_id;
