-- Rounds of mail to members without a login, in which of them each member was written to, and how their mail fares.

CREATE TABLE roster_rounds (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    number          bigint      NOT NULL,
    audience        jsonb       NOT NULL,
    started_by      uuid        NOT NULL,
    -- What that member was called then.
    starter         text        NOT NULL,
    started_at      timestamptz NOT NULL,
    moved_at        timestamptz NOT NULL,
    finished_at     timestamptz,
    chunks          bigint      NOT NULL,
    -- The last member who was considered: where the next chunk goes on.
    after_member    uuid,
    mailed          bigint      NOT NULL,
    left_out        jsonb       NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT roster_rounds_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT roster_rounds_counts_ck CHECK (number > 0 AND chunks >= 0 AND mailed >= 0)
);

CREATE UNIQUE INDEX roster_rounds_number_uq ON roster_rounds (organization_id, number);

ALTER TABLE memberships
    -- The rounds' numbers.
    ADD COLUMN rounds          jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN last_round_at   timestamptz,
    -- The courier writes this, for the generation of the personal link that it sent.
    ADD COLUMN set_up_delivery text  NOT NULL DEFAULT 'none',
    ADD CONSTRAINT memberships_rounds_ck CHECK (jsonb_typeof(rounds) = 'array'),
    ADD CONSTRAINT memberships_delivery_ck
        CHECK (set_up_delivery IN ('none', 'queued', 'sent', 'deferred', 'bounced', 'failed'));

ALTER TABLE memberships ALTER COLUMN rounds DROP DEFAULT, ALTER COLUMN set_up_delivery DROP DEFAULT;

-- Who has no login: by their ids, as a round goes through them, and the newest first.
CREATE INDEX memberships_rounds_ix ON memberships (organization_id, id) WHERE user_id IS NULL;
CREATE INDEX memberships_latest_ix ON memberships (organization_id, joined_at, id) WHERE user_id IS NULL;
