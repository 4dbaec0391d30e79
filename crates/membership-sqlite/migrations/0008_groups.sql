-- Groups, programs, sessions, and who attends them. All of it belongs to an organization.

CREATE TABLE groups (
    organization_id BLOB    NOT NULL REFERENCES organizations (id),
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    -- The name as Unicode lower-cases it: for sorting and searching.
    name_key        TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE INDEX groups_by_name ON groups (organization_id, name_key, id);

-- A place in a group ends with the group or the membership.
CREATE TABLE group_members (
    organization_id BLOB    NOT NULL,
    group_id        BLOB    NOT NULL,
    member_id       BLOB    NOT NULL,
    since           INTEGER NOT NULL,
    PRIMARY KEY (organization_id, group_id, member_id),
    FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_by_member ON group_members (organization_id, member_id, group_id);

CREATE TABLE programs (
    organization_id BLOB    NOT NULL REFERENCES organizations (id),
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    name_key        TEXT    NOT NULL,
    message         TEXT,
    language        TEXT,
    -- The groups that attend all sessions, at most 100, as JSON of hexadecimal ids. One that is gone enrols nobody.
    groups          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE INDEX programs_by_name ON programs (organization_id, name_key, id);

CREATE TABLE sessions (
    organization_id BLOB    NOT NULL,
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    program_id      BLOB    NOT NULL,
    title           TEXT    NOT NULL,
    starts_at       INTEGER NOT NULL,
    ends_at         INTEGER NOT NULL CHECK (starts_at < ends_at),
    -- The groups that attend it besides those of the program, at most 100.
    groups          TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, program_id) REFERENCES programs (organization_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_by_start ON sessions (organization_id, starts_at, id);
CREATE INDEX sessions_by_program ON sessions (organization_id, program_id, starts_at, id);

-- Who is enrolled by name; who is enrolled through a group is not written down. It ends with session or membership.
CREATE TABLE enrolments (
    organization_id BLOB    NOT NULL,
    session_id      BLOB    NOT NULL,
    member_id       BLOB    NOT NULL,
    since           INTEGER NOT NULL,
    PRIMARY KEY (organization_id, session_id, member_id),
    FOREIGN KEY (organization_id, session_id) REFERENCES sessions (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, member_id) REFERENCES memberships (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_by_member ON enrolments (organization_id, member_id, session_id);

-- What an invitation leads into besides the organization, as JSON of hexadecimal ids.
ALTER TABLE invitations ADD COLUMN groups TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invitations ADD COLUMN sessions TEXT NOT NULL DEFAULT '[]';
