//! How many logins were set up, day by day.

use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::report::{Days, LoginsByDay};

use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::rows::{get, micros};

pub(crate) const LOGINS_BEFORE: &str = "SELECT count(*) AS logins FROM memberships m WHERE m.organization_id = ?1 \
    AND coalesce(m.login_since, 0) > 0 AND coalesce(m.login_since, 0) < ?2";
pub(crate) const LOGINS_BY_DAY: &str = "SELECT (coalesce(m.login_since, 0) - ?2) / 86400000000 AS day, \
    count(*) AS logins FROM memberships m WHERE m.organization_id = ?1 \
    AND coalesce(m.login_since, 0) >= ?2 AND coalesce(m.login_since, 0) < ?3 GROUP BY 1 ORDER BY 1";

impl SqliteStore {
    pub(super) async fn count_logins(
        &self,
        organization: OrganizationId,
        days: Days,
    ) -> Result<LoginsByDay, StoreError> {
        let from = micros(days.from());
        let mut transaction = self.begin_reading().await?;
        let before = sqlx::query(LOGINS_BEFORE).bind(organization.0).bind(from);
        let before = before.fetch_one(&mut *transaction).await.map_err(from_sqlx)?;
        let by_day = sqlx::query(LOGINS_BY_DAY).bind(organization.0).bind(from).bind(micros(days.to()));
        let by_day = by_day.fetch_all(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.rollback().await.map_err(from_sqlx)?;
        let on = by_day.iter().map(|row| Ok((get(row, "day")?, get(row, "logins")?)));
        Ok(LoginsByDay { before: get(&before, "logins")?, on: on.collect::<Result<_, StoreError>>()? })
    }
}
