//! A portal with a large roster on a whole server, looked at past the service: what its rounds wrote, and to whom.

use std::path::Path;

use serde_json::{Value, json};
use sqlx::{PgPool, SqlitePool};
use uuid::Uuid;

use crate::caller::Caller;

/// The database of a server, looked into past the service.
pub enum Rows {
    /// On Postgres.
    Postgres(PgPool),
    /// On SQLite.
    Sqlite(SqlitePool),
}

/// What rounds have written to the members of an organization.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// Mails with a personal link.
    pub mails: i64,
    /// Members to whom at least one goes.
    pub members: i64,
    /// The most that go to one member.
    pub most: i64,
    /// The highest number that a member's link has come to: each mail has a link of its own.
    pub generation: i64,
}

impl Rows {
    /// The rows of the servers with this data folder, or on this database.
    pub async fn connect(data_dir: &Path, database_url: Option<&str>) -> Self {
        match database_url {
            Some(url) => Self::Postgres(PgPool::connect(url).await.expect("the database answers")),
            None => {
                let url = format!("sqlite://{}", data_dir.join("membership.db").display());
                Self::Sqlite(SqlitePool::connect(&url).await.expect("the database opens"))
            }
        }
    }

    /// How many rows of imports are carried out so far.
    pub async fn imported(&self) -> u64 {
        let sum = "SELECT CAST(coalesce(sum(done), 0) AS bigint) FROM imports";
        let done: Result<i64, sqlx::Error> = match self {
            Self::Postgres(pool) => sqlx::query_scalar(sum).fetch_one(pool).await,
            Self::Sqlite(pool) => sqlx::query_scalar(sum).fetch_one(pool).await,
        };
        u64::try_from(done.expect("the imports are read")).expect("no number of rows is negative")
    }

    /// What rounds have written so far.
    pub async fn written(&self, organization: &str) -> Written {
        let organization: Uuid = organization.parse().expect("an id");
        let row: (i64, i64, i64, i64) = match self {
            Self::Postgres(pool) => sqlx::query_as(
                "SELECT coalesce(sum(n), 0)::bigint, count(*), coalesce(max(n), 0), (SELECT coalesce(max(m.set_up_generation), 0)
                    FROM memberships m WHERE m.organization_id = $1)::bigint
                FROM (SELECT count(*) AS n FROM outbox o WHERE o.scope_id = $1 AND o.content ->> 'kind' = 'account_set_up'
                    GROUP BY o.content ->> 'member') mails",
            )
            .bind(organization)
            .fetch_one(pool)
            .await
            .expect("the outbox is read"),
            Self::Sqlite(pool) => sqlx::query_as(
                "SELECT coalesce(sum(n), 0), count(*), coalesce(max(n), 0), (SELECT coalesce(max(m.set_up_generation), 0)
                    FROM memberships m WHERE m.organization_id = ?1)
                FROM (SELECT count(*) AS n FROM outbox o WHERE o.scope_id = ?1
                    AND o.content ->> 'kind' = 'account_set_up' GROUP BY o.content ->> 'member') mails",
            )
            .bind(organization)
            .fetch_one(pool)
            .await
            .expect("the outbox is read"),
        };
        Written { mails: row.0, members: row.1, most: row.2, generation: row.3 }
    }

    /// Lets every claim of a courier be over. Time cannot be made to pass on a real server, so they are moved to where
    /// it has.
    pub async fn end_claims(&self) {
        match self {
            Self::Postgres(pool) => {
                let end = "UPDATE outbox SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL";
                sqlx::query(end).execute(pool).await.expect("claims end");
            }
            Self::Sqlite(pool) => {
                let end = "UPDATE outbox SET leased_until = 0 WHERE leased_until IS NOT NULL";
                sqlx::query(end).execute(pool).await.expect("claims end");
            }
        }
    }
}

/// Puts people on the roster, by an import.
///
/// # Panics
/// If it is refused.
pub async fn import(owner: &Caller, people: usize) {
    let row = |number: usize| json!({ "last_name": format!("Person {number:05}"), "email": format!("p{number}@example.org") });
    import_rows(owner, (0..people).map(row).collect()).await;
}

/// Puts those on the roster whom these rows name, by an import. Nobody was on it before.
///
/// # Panics
/// If it is refused.
pub async fn import_rows(owner: &Caller, rows: Vec<Value>) {
    let people = rows.len();
    let (status, begun) = owner.post("/members/import", json!({ "rows": rows })).await;
    assert!([200, 201, 202].contains(&status), "{status} {begun}");
    while without_login(owner).await < people {
        tokio::task::yield_now().await;
    }
}

/// How many have no login.
pub async fn without_login(owner: &Caller) -> usize {
    let (status, counts) = owner.get("/roster").await;
    assert_eq!(status, 200, "{counts}");
    counts["without_login"].as_u64().and_then(|it| usize::try_from(it).ok()).expect("a number")
}

/// The latest round.
pub async fn latest_round(owner: &Caller) -> Value {
    let (status, rounds) = owner.get("/roster/rounds").await;
    assert_eq!(status, 200, "{rounds}");
    rounds["items"][0].clone()
}
