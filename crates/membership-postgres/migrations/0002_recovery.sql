-- How people come back: links that are mailed to them, and sign-ins that tell when and by what they are used. All of it
-- belongs to a user.

ALTER TABLE users
    ADD COLUMN password_due        boolean NOT NULL DEFAULT false,
    ADD COLUMN password_generation bigint  NOT NULL DEFAULT 0;
-- The defaults were for the rows of before; whoever writes a row says all of it.
ALTER TABLE users
    ALTER COLUMN password_due        DROP DEFAULT,
    ALTER COLUMN password_generation DROP DEFAULT;

ALTER TABLE sign_ins
    ADD COLUMN last_seen_at        timestamptz,
    ADD COLUMN description         text,
    ADD COLUMN password_generation bigint NOT NULL DEFAULT 0;
-- A sign-in of before counts as used when it began.
UPDATE sign_ins SET last_seen_at = created_at;
ALTER TABLE sign_ins
    ALTER COLUMN last_seen_at        SET NOT NULL,
    ALTER COLUMN password_generation DROP DEFAULT;

-- The latest link of a kind to a user, and whether it is alive. The link itself is derived from a key.
CREATE TABLE user_links (
    user_id    uuid        NOT NULL,
    id         uuid        NOT NULL,
    kind       text        NOT NULL,
    generation bigint      NOT NULL,
    address    text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    version    bigint      NOT NULL,
    CONSTRAINT user_links_pk PRIMARY KEY (user_id, id),
    CONSTRAINT user_links_kind_ck CHECK (kind IN ('one_time_login', 'password_reset', 'verification'))
);
-- One row a kind, so that a newer link kills the older ones; addresses are verified each by its own.
CREATE UNIQUE INDEX user_links_kind_uq ON user_links (user_id, kind) WHERE kind <> 'verification';
CREATE UNIQUE INDEX user_links_address_uq ON user_links (user_id, address) WHERE kind = 'verification';
CREATE INDEX user_links_expiry_ix ON user_links (expires_at);
