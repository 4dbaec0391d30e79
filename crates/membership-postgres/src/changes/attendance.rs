//! Writing groups, programs and sessions, and who attends them: one statement, after the members themselves, and only
//! for commits that touch any of it.

use membership_core::changes::{AttendanceChanges, Saved};
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{guards, list};
use crate::distribution::Group;
use crate::rows::Guarded;
use crate::rows::attendance::{GroupRow, PlaceRow, ProgramRow, SessionRow};
use crate::statement::{Route, statements, write as guarded};

/// A part that adds or changes the rows of a parameter. Whoever is not the first meets a row of another version, or one
/// where there must be none, and writes nothing: then a guard is missing.
macro_rules! saved {
    ($table:literal, $parameter:literal, $columns:literal, $values:literal, $changes:literal, $record:literal) => {
        concat!(
            "INSERT INTO ",
            $table,
            " AS t (organization_id, ",
            $columns,
            ")
            SELECT $1, ",
            $values,
            " FROM jsonb_to_recordset(",
            $parameter,
            ") AS r(expected bigint, ",
            $record,
            ")
            WHERE r.expected IS NULL
                OR EXISTS (SELECT FROM ",
            $table,
            " AS x WHERE x.organization_id = $1 AND x.id = r.id)
            ON CONFLICT (organization_id, id) DO UPDATE SET ",
            $changes,
            ", version = EXCLUDED.version
            WHERE t.version = (SELECT e.expected FROM jsonb_to_recordset(",
            $parameter,
            ") AS e(id uuid, expected bigint)
                WHERE e.id = t.id)
            RETURNING 1"
        )
    };
}

/// A part that deletes the rows of a parameter.
macro_rules! removed {
    ($table:literal, $parameter:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " AS t USING jsonb_to_recordset(",
            $parameter,
            ") AS r(id uuid, version bigint)
            WHERE t.organization_id = $1 AND t.id = r.id AND t.version = r.version
            RETURNING 1"
        )
    };
}

/// A part that brings members in.
macro_rules! joined {
    ($table:literal, $place:literal, $parameter:literal) => {
        concat!(
            "INSERT INTO ",
            $table,
            " (organization_id, ",
            $place,
            ", member_id, since)
            SELECT $1, r.place_id, r.member_id, r.since
            FROM jsonb_to_recordset(",
            $parameter,
            ") AS r(place_id uuid, member_id uuid, since timestamptz)
            ON CONFLICT DO NOTHING RETURNING 1"
        )
    };
}

/// A part that takes members out.
macro_rules! left {
    ($table:literal, $place:literal, $parameter:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " AS t USING jsonb_to_recordset(",
            $parameter,
            ") AS r(place_id uuid, member_id uuid)
            WHERE t.organization_id = $1 AND t.",
            $place,
            " = r.place_id AND t.member_id = r.member_id
            RETURNING 1"
        )
    };
}

statements! {
    /// Whatever changed; answers how many guards held.
    ATTENDANCE, Route::By(Group::Organization), "WITH saved_groups AS (",
        saved!("groups", "$2", "id, name, name_key, created_at, version",
            "r.id, r.name, r.name_key, r.created_at, r.version", "name = EXCLUDED.name, name_key = EXCLUDED.name_key",
            "id uuid, name text, name_key text, created_at timestamptz, version bigint"),
        "), removed_groups AS (", removed!("groups", "$3"),
        // However many there are, nobody has read them.
        "), dropped_shares AS (DELETE FROM resource_shares AS s USING jsonb_to_recordset($3) AS r(id uuid)
            WHERE s.organization_id = $1 AND s.holder_kind = 'group' AND s.holder_id = r.id
        ), joined AS (", joined!("group_members", "group_id", "$4"),
        "), gone AS (", left!("group_members", "group_id", "$5"),
        "), saved_programs AS (",
        saved!("programs", "$6", "id, name, name_key, message, language, groups, created_at, version",
            "r.id, r.name, r.name_key, r.message, r.language, r.groups, r.created_at, r.version",
            "name = EXCLUDED.name, name_key = EXCLUDED.name_key, message = EXCLUDED.message,
                language = EXCLUDED.language, groups = EXCLUDED.groups",
            "id uuid, name text, name_key text, message text, language text, groups uuid[], created_at timestamptz,
                version bigint"),
        "), removed_programs AS (", removed!("programs", "$7"),
        "), saved_sessions AS (",
        saved!("sessions", "$8", "id, program_id, title, starts_at, ends_at, groups, version",
            "r.id, r.program_id, r.title, r.starts_at, r.ends_at, r.groups, r.version",
            "title = EXCLUDED.title, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
                groups = EXCLUDED.groups",
            "id uuid, program_id uuid, title text, starts_at timestamptz, ends_at timestamptz, groups uuid[],
                version bigint"),
        "), removed_sessions AS (", removed!("sessions", "$9"),
        "), enrolled AS (", joined!("enrolments", "session_id", "$10"),
        "), ended AS (", left!("enrolments", "session_id", "$11"), ")
        SELECT (SELECT count(*) FROM saved_groups) + (SELECT count(*) FROM removed_groups)
            + (SELECT count(*) FROM joined) + (SELECT count(*) FROM gone)
            + (SELECT count(*) FROM saved_programs) + (SELECT count(*) FROM removed_programs)
            + (SELECT count(*) FROM saved_sessions) + (SELECT count(*) FROM removed_sessions)
            + (SELECT count(*) FROM enrolled) + (SELECT count(*) FROM ended)";
}

#[derive(Debug, Serialize)]
struct Removed {
    id: Uuid,
    version: u64,
}

#[derive(Debug, Serialize)]
struct Left {
    place_id: Uuid,
    member_id: Uuid,
}

/// Writes what changed, if anything did.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: OrganizationId,
    changes: &AttendanceChanges,
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let count = [
        changes.groups.len(),
        changes.removed_groups.len(),
        changes.joined_groups.len(),
        changes.left_groups.len(),
        changes.programs.len(),
        changes.removed_programs.len(),
        changes.sessions.len(),
        changes.removed_sessions.len(),
        changes.enrolled.len(),
        changes.ended_enrolments.len(),
    ];
    let removed = |id: Uuid, version: u64| Removed { id, version };
    let left = |place_id: Uuid, member_id: Uuid| Left { place_id, member_id };
    let query = ATTENDANCE
        .query()
        .bind(organization.0)
        .bind(list(&changes.groups, |it| saved(it, GroupRow::from)))
        .bind(list(&changes.removed_groups, |(id, version)| removed(id.0, *version)))
        .bind(list(&changes.joined_groups, PlaceRow::from))
        .bind(list(&changes.left_groups, |(group, member)| left(group.0, member.0)))
        .bind(list(&changes.programs, |it| saved(it, ProgramRow::from)))
        .bind(list(&changes.removed_programs, |(id, version)| removed(id.0, *version)))
        .bind(list(&changes.sessions, |it| saved(it, SessionRow::from)))
        .bind(list(&changes.removed_sessions, |(id, version)| removed(id.0, *version)))
        .bind(list(&changes.enrolled, PlaceRow::from))
        .bind(list(&changes.ended_enrolments, |(session, member)| left(session.0, member.0)));
    guarded(connection, query, guards(count.into_iter().sum())).await
}

fn saved<'a, T, R>(it: &'a Saved<T>, row: impl Fn(&'a T) -> R) -> Guarded<R> {
    Guarded { expected: it.expected, row: row(&it.row) }
}
