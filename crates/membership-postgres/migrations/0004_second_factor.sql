-- What people show besides a password, and how well it is known who began a sign-in. All of it belongs to a user.

ALTER TABLE sign_ins
    ADD COLUMN assurance text NOT NULL DEFAULT 'one_factor',
    ADD COLUMN proven_at timestamptz,
    ADD CONSTRAINT sign_ins_assurance_ck CHECK (assurance IN ('pending', 'one_factor', 'two_factors'));
-- A sign-in of before was begun by one factor, when it began.
UPDATE sign_ins SET proven_at = created_at;
ALTER TABLE sign_ins
    ALTER COLUMN proven_at SET NOT NULL,
    ALTER COLUMN assurance DROP DEFAULT;

-- One row a person: the version lets of two who use one code at once only one through. The secret of an authenticator
-- app is sealed, recovery codes are hashes, passkeys are public keys.
CREATE TABLE second_factors (
    user_id  uuid   NOT NULL,
    totp     jsonb,
    passkeys jsonb  NOT NULL,
    codes    jsonb  NOT NULL,
    version  bigint NOT NULL,
    CONSTRAINT second_factors_pk PRIMARY KEY (user_id)
);
