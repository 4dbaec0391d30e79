-- Imports of many people, and their rows until 30 days after they were done.

CREATE TABLE imports (
    organization_id BLOB    NOT NULL REFERENCES organizations (id),
    id              BLOB    NOT NULL CHECK (length(id) = 16),
    -- On whose behalf the rows are carried out.
    acts_for        TEXT    NOT NULL,
    existing        TEXT    NOT NULL CHECK (existing IN ('fill', 'replace', 'ignore')),
    state           TEXT    NOT NULL CHECK (state IN ('running', 'done', 'undoing', 'undone')),
    total           INTEGER NOT NULL,
    -- How many rows, from the first on, are carried out, or taken back.
    done            INTEGER NOT NULL CHECK (0 <= done AND done <= total),
    created_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    -- Until when a server has it to itself; no promise depends on it.
    leased_until    INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE INDEX imports_open ON imports (created_at, id) WHERE state IN ('running', 'undoing');
CREATE INDEX imports_finished ON imports (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE import_rows (
    organization_id BLOB    NOT NULL,
    import_id       BLOB    NOT NULL,
    position        INTEGER NOT NULL,
    line            INTEGER NOT NULL,
    -- What the row says, sealed by the deployment's key: it may hold a password. Wiped when the row has its outcome.
    sealed          TEXT,
    result          TEXT    CHECK (result IN ('added', 'updated', 'unchanged', 'failed', 'undone', 'kept')),
    member_id       BLOB,
    problems        TEXT    NOT NULL,
    PRIMARY KEY (organization_id, import_id, position),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id) ON DELETE CASCADE,
    CHECK (result IS NULL OR sealed IS NULL)
) STRICT, WITHOUT ROWID;
