//! Writing when people sign in: their own row, and a mirror of it beside each of their memberships, by which an
//! organization's members are listed (S4.6).

use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::port::StoreError;
use membership_core::user::SignIn;

use super::Writer;
use crate::rows::micros;

pub(crate) const LAST_LOGIN: &str = "INSERT INTO last_logins (user_id, at) VALUES (?1, ?2) \
    ON CONFLICT (user_id) DO UPDATE SET at = excluded.at";
/// As many organizations as are told: see `docs/decisions/0036`.
pub(crate) const SEEN: &str = "UPDATE memberships SET last_login_at = ?2 WHERE user_id = ?1 AND organization_id IN \
    (SELECT organization_id FROM user_organizations WHERE user_id = ?1 ORDER BY organization_id LIMIT 1000)";
pub(crate) const SEEN_BEFORE: &str = "UPDATE memberships \
    SET last_login_at = coalesce((SELECT l.at FROM last_logins l WHERE l.user_id = ?1), 0) \
    WHERE organization_id = ?2 AND id = ?3";

impl Writer<'_> {
    pub(super) async fn seen(&mut self, sign_in: &SignIn) -> Result<(), StoreError> {
        for sql in [LAST_LOGIN, SEEN] {
            self.run(sqlx::query(sql).bind(sign_in.user.0).bind(micros(sign_in.created_at))).await?;
        }
        Ok(())
    }

    /// Somebody who joins may have signed in before.
    pub(super) async fn seen_before(
        &mut self,
        organization: OrganizationId,
        (user, member): (UserId, MemberId),
    ) -> Result<(), StoreError> {
        self.run(sqlx::query(SEEN_BEFORE).bind(user.0).bind(organization.0).bind(member.0)).await.map(drop)
    }
}
