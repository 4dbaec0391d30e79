//! Writing groups, programs and sessions, and who attends them, after the members themselves.

use membership_core::changes::{AttendanceChanges, Saved};
use membership_core::group::Group;
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use membership_core::program::{Program, Session};
use sqlx::SqliteConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Statement, either};
use crate::error::from_sqlx;
use crate::facts::id_list;
use crate::rows::{counter, micros};

// As with the other tables: the update's last parameter is the version that the row must still have.
const INSERT_GROUP: &str = "INSERT INTO groups (organization_id, id, name, name_key, created_at, version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const UPDATE_GROUP: &str = "UPDATE groups SET name = ?3, name_key = ?4, created_at = ?5, version = ?6 \
    WHERE organization_id = ?1 AND id = ?2 AND version = ?7";
const DELETE_GROUP: &str = "DELETE FROM groups WHERE organization_id = ?1 AND id = ?2 AND version = ?3";
const INSERT_GROUP_MEMBER: &str =
    "INSERT INTO group_members (organization_id, group_id, member_id, since) VALUES (?1, ?2, ?3, ?4)";
const DELETE_GROUP_MEMBER: &str =
    "DELETE FROM group_members WHERE organization_id = ?1 AND group_id = ?2 AND member_id = ?3";
const INSERT_PROGRAM: &str = "INSERT INTO programs (organization_id, id, name, name_key, message, language, groups, \
    created_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const UPDATE_PROGRAM: &str = "UPDATE programs SET name = ?3, name_key = ?4, message = ?5, language = ?6, \
    groups = ?7, created_at = ?8, version = ?9 WHERE organization_id = ?1 AND id = ?2 AND version = ?10";
const DELETE_PROGRAM: &str = "DELETE FROM programs WHERE organization_id = ?1 AND id = ?2 AND version = ?3";
const INSERT_SESSION: &str = "INSERT INTO sessions (organization_id, id, program_id, title, starts_at, ends_at, \
    groups, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const UPDATE_SESSION: &str = "UPDATE sessions SET program_id = ?3, title = ?4, starts_at = ?5, ends_at = ?6, \
    groups = ?7, version = ?8 WHERE organization_id = ?1 AND id = ?2 AND version = ?9";
const DELETE_SESSION: &str = "DELETE FROM sessions WHERE organization_id = ?1 AND id = ?2 AND version = ?3";
const INSERT_ENROLMENT: &str =
    "INSERT INTO enrolments (organization_id, session_id, member_id, since) VALUES (?1, ?2, ?3, ?4)";
const DELETE_ENROLMENT: &str =
    "DELETE FROM enrolments WHERE organization_id = ?1 AND session_id = ?2 AND member_id = ?3";

/// Writes what changed. What ends goes first; what belongs to it ends with it, by the schema.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    id: OrganizationId,
    changes: &AttendanceChanges,
) -> Result<(), StoreError> {
    let mut statements = Vec::new();
    for (group, version) in &changes.removed_groups {
        statements.push(removal(DELETE_GROUP, id, group.0, *version)?);
    }
    for (program, version) in &changes.removed_programs {
        statements.push(removal(DELETE_PROGRAM, id, program.0, *version)?);
    }
    for (session, version) in &changes.removed_sessions {
        statements.push(removal(DELETE_SESSION, id, session.0, *version)?);
    }
    for (group, member) in &changes.left_groups {
        statements.push(sqlx::query(DELETE_GROUP_MEMBER).bind(id.0).bind(group.0).bind(member.0));
    }
    for (session, member) in &changes.ended_enrolments {
        statements.push(sqlx::query(DELETE_ENROLMENT).bind(id.0).bind(session.0).bind(member.0));
    }
    for saved in &changes.groups {
        statements.push(guarded(group_statement(id, saved)?, saved.expected)?);
    }
    for saved in &changes.programs {
        statements.push(guarded(program_statement(id, saved)?, saved.expected)?);
    }
    for saved in &changes.sessions {
        statements.push(guarded(session_statement(id, saved)?, saved.expected)?);
    }
    for it in &changes.joined_groups {
        statements.push(beginning(INSERT_GROUP_MEMBER, id, (it.group.0, it.member.0), it.since));
    }
    for it in &changes.enrolled {
        statements.push(beginning(INSERT_ENROLMENT, id, (it.session.0, it.member.0), it.since));
    }
    for statement in statements {
        let met = statement.execute(&mut *connection).await.map_err(from_sqlx)?.rows_affected();
        if met != 1 {
            return Err(StoreError::Conflict);
        }
    }
    Ok(())
}

fn guarded(statement: Statement, expected: Option<u64>) -> Result<Statement, StoreError> {
    Ok(match expected {
        Some(version) => statement.bind(counter(version)?),
        None => statement,
    })
}

fn removal(sql: &'static str, of: OrganizationId, id: Uuid, version: u64) -> Result<Statement, StoreError> {
    Ok(sqlx::query(sql).bind(of.0).bind(id).bind(counter(version)?))
}

fn beginning(sql: &'static str, of: OrganizationId, (place, member): (Uuid, Uuid), since: OffsetDateTime) -> Statement {
    sqlx::query(sql).bind(of.0).bind(place).bind(member).bind(micros(since))
}

fn group_statement(organization: OrganizationId, saved: &Saved<Group>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_GROUP, UPDATE_GROUP)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.name.to_string())
        .bind(row.name.as_str().to_lowercase())
        .bind(micros(row.created_at))
        .bind(counter(row.version)?))
}

fn program_statement(organization: OrganizationId, saved: &Saved<Program>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_PROGRAM, UPDATE_PROGRAM)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.name.to_string())
        .bind(row.name.as_str().to_lowercase())
        .bind(row.message.clone())
        .bind(row.language.map(|it| it.tag()))
        .bind(id_list(row.groups.iter().map(|id| id.0)))
        .bind(micros(row.created_at))
        .bind(counter(row.version)?))
}

fn session_statement(organization: OrganizationId, saved: &Saved<Session>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_SESSION, UPDATE_SESSION)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.program.0)
        .bind(row.title.to_string())
        .bind(micros(row.starts_at))
        .bind(micros(row.ends_at))
        .bind(id_list(row.groups.iter().map(|id| id.0)))
        .bind(counter(row.version)?))
}
