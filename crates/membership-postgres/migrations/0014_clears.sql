-- Times at which all logins of an organization were cleared, and the logins themselves, as long as they can be given back.

CREATE TABLE login_clears (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    number          bigint      NOT NULL,
    state           text        NOT NULL,
    started_by      uuid        NOT NULL,
    -- What that member was called then.
    starter         text        NOT NULL,
    started_at      timestamptz NOT NULL,
    acts_for        uuid        NOT NULL,
    moved_at        timestamptz NOT NULL,
    finished_at     timestamptz,
    chunks          bigint      NOT NULL,
    -- The account that was considered last: where the next chunk goes on.
    after_user      uuid,
    counts          jsonb       NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT login_clears_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT login_clears_state_ck CHECK (state IN ('clearing', 'cleared', 'undoing', 'undone')),
    CONSTRAINT login_clears_counts_ck CHECK (number > 0 AND chunks >= 0)
);

CREATE UNIQUE INDEX login_clears_number_uq ON login_clears (organization_id, number);
-- Whose kept logins nobody can give back any more.
CREATE INDEX login_clears_finished_ix ON login_clears (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE cleared_logins (
    organization_id             uuid    NOT NULL,
    clear_id                    uuid    NOT NULL,
    user_id                     uuid    NOT NULL,
    member_id                   uuid    NOT NULL,
    -- Whether the account itself was cleared; otherwise there is nothing to keep of it.
    account                     boolean NOT NULL,
    username                    text,
    emails                      jsonb   NOT NULL,
    password                    text,
    password_due                boolean NOT NULL,
    initial_password_expires_at timestamptz,
    initial_password_used_at    timestamptz,
    identities                  jsonb   NOT NULL,
    -- The second factors' row, if there was one.
    factors                     jsonb,
    CONSTRAINT cleared_logins_pk PRIMARY KEY (organization_id, clear_id, user_id),
    CONSTRAINT cleared_logins_account_ck CHECK (account OR (username IS NULL AND password IS NULL AND factors IS NULL)),
    CONSTRAINT cleared_logins_clear_fk FOREIGN KEY (organization_id, clear_id)
        REFERENCES login_clears (organization_id, id) ON DELETE CASCADE
);
