//! The schema is one that can be placed on shards, read from the catalog of a real database: every table by its own
//! column, claims instead of global unique indexes, foreign keys only within a group, and nothing that lives on one
//! node.

use membership_postgres::distribution::{TABLES, WITHOUT_FOREIGN_KEYS};

use crate::server::{Database, with_database};

/// The lines of a query of one text column; none is the answer that most checks want.
async fn lines(database: &Database, sql: &str) -> Vec<String> {
    let text = database.text(&format!("SELECT string_agg(line, E'\\n' ORDER BY line) FROM ({sql}) q(line)")).await;
    text.lines().map(str::to_owned).collect()
}

/// The manifest as a table: name, column, group.
fn manifest() -> String {
    let rows: Vec<_> = TABLES.iter().map(|it| format!("('{}', '{}', '{:?}')", it.name, it.column, it.group)).collect();
    format!("(VALUES {}) AS manifest(name, col, grp)", rows.join(", "))
}

const OURS: &str = "relnamespace = 'public'::regnamespace AND relname !~ '^_sqlx_migrations'";

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_in_the_manifest_and_its_column_places_it() {
    with_database(|database| async move {
        let tables =
            lines(&database, &format!("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND {OURS}")).await;
        let mut listed: Vec<_> = TABLES.iter().map(|it| it.name).collect();
        listed.sort_unstable();
        assert_eq!(tables, listed);

        // The column is the first of the primary key, in every unique index by itself, and never null.
        let manifest = manifest();
        let misplaced = format!(
            "SELECT name || ': ' || coalesce(i.indexrelid::regclass::text, 'no primary key') FROM {manifest}
            LEFT JOIN pg_index i ON i.indrelid = name::regclass AND i.indisunique
            WHERE i.indexrelid IS NULL OR i.indexprs IS NOT NULL
                OR NOT EXISTS (SELECT FROM pg_index p WHERE p.indrelid = name::regclass AND p.indisprimary)
                OR NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = col
                    AND a.attnotnull AND a.attnum = ANY(i.indkey) AND (NOT i.indisprimary OR a.attnum = i.indkey[0]))"
        );
        assert_eq!(lines(&database, &misplaced).await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_keys_stay_within_a_group_and_off_hot_tables() {
    with_database(|database| async move {
        let manifest = manifest();
        let wrong = format!(
            "WITH m AS (SELECT * FROM {manifest})
            SELECT c.conname FROM pg_constraint c
            JOIN m child ON c.conrelid = child.name::regclass JOIN m parent ON c.confrelid = parent.name::regclass
            JOIN pg_attribute ca ON ca.attrelid = c.conrelid AND ca.attname = child.col
            JOIN pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attname = parent.col
            WHERE c.contype = 'f' AND (child.grp <> parent.grp OR c.confdeltype NOT IN ('a', 'c')
                OR c.confupdtype <> 'a'
                OR array_position(c.conkey, ca.attnum) IS DISTINCT FROM array_position(c.confkey, pa.attnum)
                OR array_position(c.conkey, ca.attnum) IS NULL)"
        );
        assert_eq!(lines(&database, &wrong).await, [""; 0]);
        let keys = lines(&database, "SELECT conname FROM pg_constraint WHERE contype = 'f'").await;
        let expected = [
            "cleared_logins_clear_fk",
            "enrolments_member_fk",
            "enrolments_session_fk",
            "group_members_group_fk",
            "group_members_member_fk",
            "groups_organization_fk",
            "import_rows_import_fk",
            "imports_organization_fk",
            "memberships_organization_fk",
            "organizations_owner_fk",
            "programs_organization_fk",
            "sessions_program_fk",
        ];
        assert_eq!(keys, expected);
        for table in WITHOUT_FOREIGN_KEYS {
            let sql =
                format!("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = '{table}'::regclass");
            assert_eq!(lines(&database, &sql).await, [""; 0], "{table}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_used_that_a_sharded_database_lacks() {
    with_database(|database| async move {
        let none = [
            (
                "sequence, view or other relation",
                format!(
                    "SELECT relname FROM pg_class
                    WHERE relkind NOT IN ('r', 'i', 't') AND {OURS}"
                ),
            ),
            (
                "identity",
                "SELECT attrelid::regclass || '.' || attname FROM pg_attribute
                    WHERE attidentity <> ''"
                    .to_owned(),
            ),
            ("default", format!("SELECT relname FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid WHERE {OURS}")),
            ("trigger", "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal".to_owned()),
            ("function", "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace".to_owned()),
            (
                "type",
                "SELECT typname FROM pg_type
                    WHERE typnamespace = 'public'::regnamespace
                    AND typtype IN ('d', 'e', 'r', 'm')"
                    .to_owned(),
            ),
            ("exclusion", "SELECT conname FROM pg_constraint WHERE contype IN ('x', 't')".to_owned()),
            ("inheritance", "SELECT inhrelid::regclass::text FROM pg_inherits".to_owned()),
            ("extension", "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'".to_owned()),
        ];
        for (what, sql) in none {
            assert_eq!(lines(&database, &sql).await, [""; 0], "{what}");
        }
        let ids = "SELECT attrelid::regclass || '.' || attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
            AND (attname = 'id' OR attname LIKE '%\\_id') AND atttypid <> 'uuid'::regtype";
        assert_eq!(lines(&database, ids).await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_given_by_hand_and_short() {
    with_database(|database| async move {
        let unnamed = format!(
            "SELECT name FROM (
                SELECT conname AS name, conrelid AS rel FROM pg_constraint WHERE contype <> 'n'
                UNION SELECT indexrelid::regclass::text, indrelid FROM pg_index) n
            JOIN pg_class c ON c.oid = rel
            WHERE {OURS} AND relkind = 'r'
                AND (length(name) > 45 OR name !~ ('^' || relname || '(_[a-z]+)?_(pk|uq|fk|ck|ix)$'))"
        );
        assert_eq!(lines(&database, &unnamed).await, [""; 0]);
        let versioned = "SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attname = 'version'
            AND relname !~ '^_' AND atttypid = 'bigint'::regtype";
        assert_eq!(
            lines(&database, versioned).await,
            [
                "api_keys",
                "groups",
                "imports",
                "invitations",
                "login_clears",
                "memberships",
                "operator_keys",
                "organizations",
                "programs",
                "resource_shares",
                "resources",
                "roster_rounds",
                "second_factors",
                "sessions",
                "user_links",
                "users"
            ]
        );
    })
    .await;
}
