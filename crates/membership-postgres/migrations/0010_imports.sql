-- Imports of many people, and their rows until 30 days after they were done.

CREATE TABLE imports (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    -- On whose behalf the rows are carried out.
    acts_for        text        NOT NULL,
    existing        text        NOT NULL,
    state           text        NOT NULL,
    total           bigint      NOT NULL,
    -- How many rows, from the first on, are carried out, or taken back.
    done            bigint      NOT NULL,
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    -- Until when a server has it to itself; no promise depends on it.
    leased_until    timestamptz NOT NULL,
    version         bigint      NOT NULL,
    CONSTRAINT imports_pk PRIMARY KEY (organization_id, id),
    CONSTRAINT imports_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT imports_state_ck CHECK (state IN ('running', 'done', 'undoing', 'undone')),
    CONSTRAINT imports_existing_ck CHECK (existing IN ('fill', 'replace', 'ignore')),
    CONSTRAINT imports_done_ck CHECK (0 <= done AND done <= total)
);
CREATE INDEX imports_open_ix ON imports (created_at, id) WHERE state IN ('running', 'undoing');
CREATE INDEX imports_finished_ix ON imports (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE import_rows (
    organization_id uuid   NOT NULL,
    import_id       uuid   NOT NULL,
    position        bigint NOT NULL,
    line            bigint NOT NULL,
    -- What the row says, sealed by the deployment's key: it may hold a password. Wiped when the row has its outcome.
    sealed          text,
    result          text,
    member_id       uuid,
    problems        jsonb  NOT NULL,
    CONSTRAINT import_rows_pk PRIMARY KEY (organization_id, import_id, position),
    CONSTRAINT import_rows_import_fk FOREIGN KEY (organization_id, import_id)
        REFERENCES imports (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT import_rows_result_ck
        CHECK (result IN ('added', 'updated', 'unchanged', 'failed', 'undone', 'kept')),
    CONSTRAINT import_rows_wiped_ck CHECK (result IS NULL OR sealed IS NULL)
);
