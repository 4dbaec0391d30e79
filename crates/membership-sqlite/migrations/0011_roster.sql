-- Rounds of mail to members without a login, in which of them each member was written to, and how their mail fares.

CREATE TABLE roster_rounds (
    organization_id BLOB    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    number          INTEGER NOT NULL CHECK (number > 0),
    audience        TEXT    NOT NULL,
    started_by      BLOB    NOT NULL CHECK (length(started_by) = 16),
    -- What that member was called then.
    starter         TEXT    NOT NULL,
    started_at      INTEGER NOT NULL,
    moved_at        INTEGER NOT NULL,
    finished_at     INTEGER,
    chunks          INTEGER NOT NULL CHECK (chunks >= 0),
    -- The last member who was considered: where the next chunk goes on.
    after_member    BLOB    CHECK (length(after_member) = 16),
    mailed          INTEGER NOT NULL CHECK (mailed >= 0),
    left_out        TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;

CREATE UNIQUE INDEX roster_rounds_by_number ON roster_rounds (organization_id, number);

-- A JSON array of the rounds' numbers.
ALTER TABLE memberships ADD COLUMN rounds TEXT NOT NULL DEFAULT '[]' CHECK (json_type(rounds) = 'array');
ALTER TABLE memberships ADD COLUMN last_round_at INTEGER;
-- The courier writes this, for the generation of the personal link that it sent.
ALTER TABLE memberships ADD COLUMN set_up_delivery TEXT NOT NULL DEFAULT 'none'
    CHECK (set_up_delivery IN ('none', 'queued', 'sent', 'deferred', 'bounced', 'failed'));

-- Who has no login: by their ids, as a round goes through them, and the newest first.
CREATE INDEX memberships_without_login_by_id ON memberships (organization_id, id) WHERE user_id IS NULL;
CREATE INDEX memberships_without_login_by_joining ON memberships (organization_id, joined_at, id) WHERE user_id IS NULL;
