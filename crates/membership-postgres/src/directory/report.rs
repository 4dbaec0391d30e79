//! How many logins were set up, day by day.

use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::report::{Days, LoginsByDay};
use serde::Deserialize;

use crate::distribution::Group;
use crate::statement::{Route, fetch_one, statements};
use crate::store::PostgresStore;

/// Since when a member has had their login; 1970 for who has none.
macro_rules! since {
    () => {
        "coalesce(m.login_since, 'epoch'::timestamptz)"
    };
}

statements! {
    /// How many members have had their login since when.
    LOGINS, Route::By(Group::Organization), "SELECT json_build_object(
        'before', (SELECT count(*) FROM memberships m WHERE m.organization_id = $1
            AND ", since!(), " > 'epoch'::timestamptz AND ", since!(), " < $2),
        'on', (SELECT coalesce(json_agg(json_build_array(d.day, d.logins) ORDER BY d.day), '[]') FROM (
            SELECT floor(extract(epoch FROM ", since!(), " - $2::timestamptz) / 86400)::bigint AS day, count(*) AS logins
            FROM memberships m WHERE m.organization_id = $1
                AND ", since!(), " >= $2 AND ", since!(), " < $3 GROUP BY 1) d))";
}

#[derive(Deserialize)]
struct Counted {
    before: u64,
    on: Vec<(u16, u64)>,
}

impl PostgresStore {
    pub(super) async fn count_logins(
        &self,
        organization: OrganizationId,
        days: Days,
    ) -> Result<LoginsByDay, StoreError> {
        let mut connection = self.connection().await?;
        let query = LOGINS.query().bind(organization.0).bind(days.from()).bind(days.to());
        let Counted { before, on } = fetch_one(&mut connection, query).await?;
        Ok(LoginsByDay { before, on })
    }
}
