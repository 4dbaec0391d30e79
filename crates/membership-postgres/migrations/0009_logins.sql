-- People whose account somebody else prepares, members without a login, and when somebody last signed in.

ALTER TABLE memberships
    ADD COLUMN first_name             text,
    ADD COLUMN last_name              text,
    ADD COLUMN language               text,
    ADD COLUMN labels                 jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN number                 text,
    ADD COLUMN additional_information text,
    -- Names, number and labels in lower case, each on a line, made by the store: for searching.
    ADD COLUMN search_key             text NOT NULL DEFAULT '',
    -- The member's personal link: the latest generation, and whether it is alive. The link itself is derived.
    ADD COLUMN set_up_generation      bigint,
    ADD COLUMN set_up_channel         text,
    ADD COLUMN set_up_issued_at       timestamptz,
    ADD COLUMN set_up_expires_at      timestamptz,
    ADD COLUMN set_up_used_at         timestamptz,
    ADD CONSTRAINT memberships_labels_ck CHECK (jsonb_typeof(labels) = 'array'),
    ADD CONSTRAINT memberships_channel_ck CHECK (set_up_channel IN ('mail', 'hand'));
-- The defaults were for the rows of before; whoever writes a row says all of it.
UPDATE memberships SET search_key = name_key;
ALTER TABLE memberships
    ALTER COLUMN labels     DROP DEFAULT,
    ALTER COLUMN search_key DROP DEFAULT;

CREATE UNIQUE INDEX memberships_number_uq ON memberships (organization_id, number) WHERE number IS NOT NULL;
-- Who has no login: what the roster's screen lists, by name.
CREATE INDEX memberships_roster_ix ON memberships (organization_id, name_key, id) WHERE user_id IS NULL;

ALTER TABLE users
    ADD COLUMN first_name                  text,
    ADD COLUMN last_name                   text,
    ADD COLUMN home_organization_id        uuid,
    ADD COLUMN initial_password_expires_at timestamptz,
    ADD COLUMN initial_password_used_at    timestamptz;

-- Apart from the user's row: a sign-in must neither change its version nor wait for who changes it.
CREATE TABLE last_logins (
    user_id uuid        NOT NULL,
    at      timestamptz NOT NULL,
    CONSTRAINT last_logins_pk PRIMARY KEY (user_id)
);

INSERT INTO last_logins (user_id, at) SELECT user_id, max(created_at) FROM sign_ins GROUP BY user_id;
