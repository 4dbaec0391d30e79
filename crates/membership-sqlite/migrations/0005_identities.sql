-- Who people are elsewhere: identities of issuers that sign in to a user. The user's row lists them; the claim says whose
-- each is, and there is one. Its id follows from issuer and subject.

ALTER TABLE users ADD COLUMN identities TEXT NOT NULL DEFAULT '[]';

CREATE TABLE identities (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_user ON identities (user_id);
