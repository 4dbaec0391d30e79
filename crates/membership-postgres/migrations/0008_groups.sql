-- Groups, programs, sessions, and who attends them. All of it belongs to an organization.

CREATE TABLE groups (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    name            text        NOT NULL,
    -- The name as Unicode lower-cases it, by which lists are sorted and searched; made by the store.
    name_key        text        COLLATE "C" NOT NULL,
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT groups_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT groups_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX groups_name_ix ON groups (organization_id, name_key, id);

-- A place in a group ends with the group or the membership.
CREATE TABLE group_members (
    organization_id uuid        NOT NULL,
    group_id        uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    since           timestamptz NOT NULL,
    CONSTRAINT group_members_pk PRIMARY KEY (organization_id, group_id, member_id),
    CONSTRAINT group_members_group_fk FOREIGN KEY (organization_id, group_id)
        REFERENCES groups (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT group_members_member_fk FOREIGN KEY (organization_id, member_id)
        REFERENCES memberships (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_member_ix ON group_members (organization_id, member_id, group_id);

CREATE TABLE programs (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    name            text        NOT NULL,
    name_key        text        COLLATE "C" NOT NULL,
    message         text,
    language        text,
    -- The groups that attend all sessions, at most 100. The id of one that is gone enrols nobody.
    groups          uuid[]      NOT NULL,
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT programs_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT programs_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (id)
);
CREATE INDEX programs_name_ix ON programs (organization_id, name_key, id);

CREATE TABLE sessions (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    program_id      uuid        NOT NULL,
    title           text        NOT NULL,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    -- The groups that attend it besides those of the program, at most 100.
    groups          uuid[]      NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT sessions_program_fk FOREIGN KEY (organization_id, program_id)
        REFERENCES programs (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT sessions_dates_ck CHECK (starts_at < ends_at)
);
CREATE INDEX sessions_start_ix ON sessions (organization_id, starts_at, id);
CREATE INDEX sessions_program_ix ON sessions (organization_id, program_id, starts_at, id);

-- Who is enrolled by name; who is enrolled through a group is not written down. It ends with session or membership.
CREATE TABLE enrolments (
    organization_id uuid        NOT NULL,
    session_id      uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    since           timestamptz NOT NULL,
    CONSTRAINT enrolments_pk PRIMARY KEY (organization_id, session_id, member_id),
    CONSTRAINT enrolments_session_fk FOREIGN KEY (organization_id, session_id)
        REFERENCES sessions (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT enrolments_member_fk FOREIGN KEY (organization_id, member_id)
        REFERENCES memberships (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX enrolments_member_ix ON enrolments (organization_id, member_id, session_id);

-- What an invitation leads into besides the organization.
ALTER TABLE invitations
    ADD COLUMN groups   uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN sessions uuid[] NOT NULL DEFAULT '{}';
-- The defaults were for the rows of before; whoever writes a row says all of it.
ALTER TABLE invitations
    ALTER COLUMN groups   DROP DEFAULT,
    ALTER COLUMN sessions DROP DEFAULT;
