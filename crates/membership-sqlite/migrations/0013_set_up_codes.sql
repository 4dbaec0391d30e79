-- The codes that can be typed in the place of a personal link, and usernames of which no two look alike.

-- What finds the code, until when it lives, and how often a wrong one was typed. Its secret is derived, like the link's.
ALTER TABLE memberships ADD COLUMN set_up_code TEXT CHECK (json_type(set_up_code) = 'object');

-- Hints at whose link a typed code takes the place of. Readers ask the member's row and skip who has no such code.
CREATE TABLE set_up_codes (
    locator         INTEGER NOT NULL,
    organization_id BLOB    NOT NULL,
    member_id       BLOB    NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (locator, organization_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX set_up_codes_by_expiry ON set_up_codes (expires_at);

-- A username also claims what is left of it when what looks alike is made equal, behind a mark that no name has. Of two
-- that look alike already, one has that claim, and both stay.
INSERT OR IGNORE INTO usernames (username, user_id)
SELECT '~' || replace(replace(replace(replace(replace(replace(n.username, '0', 'o'), '1', 'l'), '_', '.'), '-', '.'),
    'rn', 'm'), 'vv', 'w'), n.user_id
FROM usernames n;
