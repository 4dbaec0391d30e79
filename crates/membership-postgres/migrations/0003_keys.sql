-- Keys of organizations and of the operator, and how far the quotas on mail are used up.

-- An entry of the log names the key that acted.
ALTER TABLE audit_log ADD COLUMN actor_key uuid;
ALTER TABLE user_log ADD COLUMN actor_key uuid;

-- A key's text is nowhere: this is its hash. It lives in the membership of whoever made it.
CREATE TABLE api_keys (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    name            text        NOT NULL,
    scopes          jsonb       NOT NULL,
    member_id       uuid        NOT NULL,
    token_hash      bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    version         bigint      NOT NULL,
    CONSTRAINT api_keys_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT api_keys_token_ck CHECK (length(token_hash) = 32)
);
CREATE UNIQUE INDEX api_keys_token_uq ON api_keys (organization_id, token_hash);
CREATE INDEX api_keys_end_ix ON api_keys (coalesce(revoked_at, expires_at));

-- Few rows, all in one place: `deployment` is the same for all of them.
CREATE TABLE operator_keys (
    deployment   text        NOT NULL,
    id           uuid        NOT NULL,
    name         text        NOT NULL,
    scopes       jsonb       NOT NULL,
    user_id      uuid,
    token_hash   bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    version      bigint      NOT NULL,
    CONSTRAINT operator_keys_pk PRIMARY KEY (deployment, id),
    CONSTRAINT operator_keys_token_ck CHECK (length(token_hash) = 32)
);

-- From `empties_at` on a quota is unused, and its row may be forgotten. `seconds` tells allowances of one cause apart.
CREATE TABLE organization_quotas (
    organization_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    cause           text        NOT NULL,
    seconds         bigint      NOT NULL,
    empties_at      timestamptz NOT NULL,
    CONSTRAINT organization_quotas_pk PRIMARY KEY (organization_id, subject_id, cause, seconds)
);
CREATE INDEX organization_quotas_end_ix ON organization_quotas (empties_at);

CREATE TABLE mail_quotas (
    bucket     text        NOT NULL,
    cause      text        NOT NULL,
    seconds    bigint      NOT NULL,
    empties_at timestamptz NOT NULL,
    CONSTRAINT mail_quotas_pk PRIMARY KEY (bucket, cause, seconds)
);
CREATE INDEX mail_quotas_end_ix ON mail_quotas (empties_at);
