//! Writing records and their shares.

use membership_core::changes::{Changes, Saved};
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::resource::{Resource, Share};

use super::{Statement, Writer, either};
use crate::rows::{counter, micros};

const INSERT_RESOURCE: &str = "INSERT INTO resources (organization_id, type, key, restricted, created_at, version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const UPDATE_RESOURCE: &str = "UPDATE resources SET restricted = ?4, created_at = ?5, version = ?6 \
    WHERE organization_id = ?1 AND type = ?2 AND key = ?3 AND version = ?7";
const INSERT_SHARE: &str = "INSERT INTO resource_shares \
    (organization_id, type, key, holder_kind, holder_id, level, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const UPDATE_SHARE: &str = "UPDATE resource_shares SET level = ?6, version = ?7 WHERE organization_id = ?1 \
    AND type = ?2 AND key = ?3 AND holder_kind = ?4 AND holder_id = ?5 AND version = ?8";
/// However many there are, nobody has read them.
pub(super) const DROP_SHARES_OF_MEMBER: &str =
    "DELETE FROM resource_shares WHERE organization_id = ?1 AND holder_kind = 'member' AND holder_id = ?2";
pub(super) const DROP_SHARES_OF_GROUP: &str =
    "DELETE FROM resource_shares WHERE organization_id = ?1 AND holder_kind = 'group' AND holder_id = ?2";

pub(super) fn is_empty(changes: &Changes) -> bool {
    changes.resources.is_empty()
        && changes.removed_resources.is_empty()
        && changes.shares.is_empty()
        && changes.removed_shares.is_empty()
}

impl Writer<'_> {
    pub(super) async fn resources(&mut self, id: OrganizationId, changes: &Changes) -> Result<(), StoreError> {
        for (name, version) in &changes.removed_resources {
            let sql = "DELETE FROM resources WHERE organization_id = ?1 AND type = ?2 AND key = ?3 AND version = ?4";
            let (kind, it) = (name.kind().to_owned(), name.id().to_owned());
            let gone = sqlx::query(sql).bind(id.0).bind(kind.clone()).bind(it.clone()).bind(counter(*version)?);
            self.run_on_one(gone).await?;
            let sql = "DELETE FROM resource_shares WHERE organization_id = ?1 AND type = ?2 AND key = ?3";
            self.run(sqlx::query(sql).bind(id.0).bind(kind).bind(it)).await?;
        }
        for (name, holder, version) in &changes.removed_shares {
            let sql = "DELETE FROM resource_shares WHERE organization_id = ?1 AND type = ?2 AND key = ?3 \
                       AND holder_kind = ?4 AND holder_id = ?5 AND version = ?6";
            let gone = sqlx::query(sql).bind(id.0).bind(name.kind().to_owned()).bind(name.id().to_owned());
            self.run_on_one(gone.bind(holder.kind()).bind(holder.id()).bind(counter(*version)?)).await?;
        }
        for resource in &changes.resources {
            self.save(resource_statement(id, resource)?, resource.expected).await?;
        }
        for share in &changes.shares {
            self.save(share_statement(id, share)?, share.expected).await?;
        }
        Ok(())
    }
}

fn resource_statement(organization: OrganizationId, saved: &Saved<Resource>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_RESOURCE, UPDATE_RESOURCE)
        .bind(organization.0)
        .bind(row.name.kind().to_owned())
        .bind(row.name.id().to_owned())
        .bind(row.restricted)
        .bind(micros(row.created_at))
        .bind(counter(row.version)?))
}

fn share_statement(organization: OrganizationId, saved: &Saved<Share>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_SHARE, UPDATE_SHARE)
        .bind(organization.0)
        .bind(row.resource.kind().to_owned())
        .bind(row.resource.id().to_owned())
        .bind(row.holder.kind())
        .bind(row.holder.id())
        .bind(row.level.as_str())
        .bind(counter(row.version)?))
}
