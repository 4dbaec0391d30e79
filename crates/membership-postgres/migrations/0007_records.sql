-- Records of host applications with their shares, and how an organization looks and signs.

ALTER TABLE organizations ADD COLUMN branding jsonb NOT NULL DEFAULT '{}';
ALTER TABLE organizations ALTER COLUMN branding DROP DEFAULT;

-- How the mail of an organization looks: as it did when the message was written, so that a repeat is the same.
ALTER TABLE outbox ADD COLUMN branding jsonb NOT NULL DEFAULT '{}';
ALTER TABLE outbox ALTER COLUMN branding DROP DEFAULT;

-- No foreign key: each would lock the organization's row for every record.
CREATE TABLE resources (
    organization_id uuid        NOT NULL,
    type            text        COLLATE "C" NOT NULL,
    -- The id in the host application's words.
    key             text        COLLATE "C" NOT NULL,
    restricted      boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT resources_pk PRIMARY KEY (organization_id, type, key)
);

-- With whom a record is shared. What holds a share is named by kind and id, so that others than members can.
CREATE TABLE resource_shares (
    organization_id uuid   NOT NULL,
    type            text   COLLATE "C" NOT NULL,
    key             text   COLLATE "C" NOT NULL,
    holder_kind     text   NOT NULL,
    holder_id       uuid   NOT NULL,
    level           text   NOT NULL,
    version         bigint NOT NULL,
    CONSTRAINT resource_shares_pk PRIMARY KEY (organization_id, type, key, holder_kind, holder_id),
    CONSTRAINT resource_shares_holder_ck CHECK (holder_kind IN ('member', 'group')),
    CONSTRAINT resource_shares_level_ck CHECK (level IN ('view', 'edit', 'control'))
);
CREATE INDEX resource_shares_holder_ix
    ON resource_shares (organization_id, holder_kind, holder_id, type, key);
