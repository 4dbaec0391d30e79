-- Who people are elsewhere: identities of issuers that sign in to a user. The user's row lists them; the claim says whose
-- each is, and there is one. Its id follows from issuer and subject.

ALTER TABLE users ADD COLUMN identities jsonb NOT NULL DEFAULT '[]';
-- The default was for the rows of before; whoever writes a row says all of it.
ALTER TABLE users ALTER COLUMN identities DROP DEFAULT;

CREATE TABLE identities (
    id      uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT identities_pk PRIMARY KEY (id)
);
