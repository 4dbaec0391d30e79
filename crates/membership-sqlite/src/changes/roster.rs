//! Writing rounds of mail to members without a login.

use membership_core::changes::Saved;
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::roster::Round;

use super::{Statement, Writer, either};
use crate::error::corrupt;
use crate::rows::{counter, micros};

const INSERT_ROUND: &str = "INSERT INTO roster_rounds (organization_id, id, number, audience, started_by, starter, \
    started_at, moved_at, finished_at, chunks, after_member, mailed, left_out, version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
const UPDATE_ROUND: &str = "UPDATE roster_rounds SET number = ?3, audience = ?4, started_by = ?5, starter = ?6, \
    started_at = ?7, moved_at = ?8, finished_at = ?9, chunks = ?10, after_member = ?11, mailed = ?12, left_out = ?13, \
    version = ?14 WHERE organization_id = ?1 AND id = ?2 AND version = ?15";

impl Writer<'_> {
    pub(super) async fn rounds(&mut self, id: OrganizationId, rounds: &[Saved<Round>]) -> Result<(), StoreError> {
        for round in rounds {
            self.save(round_statement(id, round)?, round.expected).await?;
        }
        Ok(())
    }
}

fn round_statement(organization: OrganizationId, saved: &Saved<Round>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_ROUND, UPDATE_ROUND)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.number)
        .bind(serde_json::to_string(&row.audience).map_err(corrupt)?)
        .bind(row.started_by.0)
        .bind(row.starter.clone())
        .bind(micros(row.started_at))
        .bind(micros(row.moved_at))
        .bind(row.finished_at.map(micros))
        .bind(row.chunks)
        .bind(row.after.map(|id| id.0))
        .bind(counter(row.mailed)?)
        .bind(serde_json::to_string(&row.left_out).map_err(corrupt)?)
        .bind(counter(row.version)?))
}
