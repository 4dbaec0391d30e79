-- Records of host applications with their shares, and how an organization looks and signs.

ALTER TABLE organizations ADD COLUMN branding TEXT NOT NULL DEFAULT '{}';

-- How the mail of an organization looks: as it did when the message was written, so that a repeat is the same.
ALTER TABLE outbox ADD COLUMN branding TEXT NOT NULL DEFAULT '{}';

CREATE TABLE resources (
    organization_id BLOB    NOT NULL,
    type            TEXT    NOT NULL,
    -- The id in the host application's words.
    key             TEXT    NOT NULL,
    restricted      INTEGER NOT NULL CHECK (restricted IN (0, 1)),
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, type, key)
) STRICT, WITHOUT ROWID;

-- With whom a record is shared. What holds a share is named by kind and id, so that others than members can.
CREATE TABLE resource_shares (
    organization_id BLOB    NOT NULL,
    type            TEXT    NOT NULL,
    key             TEXT    NOT NULL,
    holder_kind     TEXT    NOT NULL CHECK (holder_kind IN ('member', 'group')),
    holder_id       BLOB    NOT NULL CHECK (length(holder_id) = 16),
    level           TEXT    NOT NULL CHECK (level IN ('view', 'edit', 'control')),
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, type, key, holder_kind, holder_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_shares_by_holder
    ON resource_shares (organization_id, holder_kind, holder_id, type, key);
