//! Writing when people sign in beside each of their memberships, by which an organization's members are listed (S4.6):
//! an organization's list cannot ask the tables of its members' users, which may be on other shards.

use std::collections::BTreeMap;

use membership_core::changes::Changes;
use membership_core::port::StoreError;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::Instant;
use crate::statement::{Route, execute, statements};

statements! {
    /// When people last signed in, beside their memberships. A sign-in waits here for who changes the membership, but
    /// for no longer than that commit takes; its version stays.
    SEEN, Route::By(Group::Organization), "UPDATE memberships AS m SET last_login_at = r.at
        FROM jsonb_to_recordset($1) AS r(organization_id uuid, user_id uuid, at timestamptz)
        WHERE m.organization_id = r.organization_id AND m.user_id = r.user_id";
}

/// What the statement that writes people tells: how many guards held, when those who join last signed in, and where
/// those who sign in belong.
#[derive(Debug, Deserialize)]
pub(super) struct Written {
    pub(super) guards: i64,
    logins: Vec<Login>,
    places: Vec<Place>,
}

#[derive(Debug, Deserialize)]
struct Login {
    user: Uuid,
    at: Instant,
}

#[derive(Debug, Deserialize)]
struct Place {
    user: Uuid,
    organization: Uuid,
}

#[derive(Debug, Serialize)]
struct Seen {
    organization_id: Uuid,
    user_id: Uuid,
    at: Instant,
}

/// Writes the sign-ins of a commit beside the memberships that there were before it; returns when those who join last
/// signed in, for theirs.
pub(super) async fn mirror(
    connection: &mut PgConnection,
    changes: &Changes,
    written: Written,
) -> Result<BTreeMap<Uuid, Instant>, StoreError> {
    let mut logins: BTreeMap<_, _> = written.logins.into_iter().map(|it| (it.user, it.at)).collect();
    let now: BTreeMap<_, _> = changes.sign_ins.iter().map(|it| (it.user.0, Instant(it.created_at))).collect();
    let seen = |it: Place| {
        let at = now.get(&it.user).copied()?;
        Some(Seen { organization_id: it.organization, user_id: it.user, at })
    };
    let seen: Vec<_> = written.places.into_iter().filter_map(seen).collect();
    if !seen.is_empty() {
        execute(connection, SEEN.query().bind(Json(seen))).await?;
    }
    logins.extend(now);
    Ok(logins)
}
