//! All rows of one organization, for a backup: read in one snapshot and handed over as they come.

use futures_util::TryStreamExt;
use membership_core::audit::Stream;
use membership_core::backup::{Piece, PieceSink};
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::facts::HEAD;
use crate::rows::{
    self, audit_columns, group_columns, invitation_columns, member_columns, program_columns, resource_columns,
    round_columns, session_columns, share_columns, wording_columns,
};

/// The statement for a table's rows, by columns, table with letter, and order.
macro_rules! rows_of {
    ($columns:expr, $table:literal, $organization:literal, $order:literal) => {
        concat!("SELECT ", $columns, " FROM ", $table, " WHERE ", $organization, " = ?1 ORDER BY ", $order)
    };
}

pub(crate) const MEMBERS: &str = rows_of!(member_columns!(), "memberships m", "m.organization_id", "m.id");
pub(crate) const INVITATIONS: &str = rows_of!(invitation_columns!(), "invitations i", "i.organization_id", "i.id");
pub(crate) const GROUPS: &str = rows_of!(group_columns!(), "groups g", "g.organization_id", "g.id");
pub(crate) const GROUP_MEMBERS: &str = "SELECT group_id, member_id, since FROM group_members \
    WHERE organization_id = ?1 ORDER BY group_id, member_id";
pub(crate) const PROGRAMS: &str = rows_of!(program_columns!(), "programs p", "p.organization_id", "p.id");
pub(crate) const SESSIONS: &str = rows_of!(session_columns!(), "sessions e", "e.organization_id", "e.id");
pub(crate) const ENROLMENTS: &str = "SELECT session_id, member_id, since FROM enrolments \
    WHERE organization_id = ?1 ORDER BY session_id, member_id";
pub(crate) const WORDINGS: &str = rows_of!(wording_columns!(), "wordings", "organization_id", "id");
pub(crate) const ROUNDS: &str = rows_of!(round_columns!(), "roster_rounds", "organization_id", "id");
pub(crate) const RECORDS: &str = rows_of!(resource_columns!(), "resources r", "r.organization_id", "r.type, r.key");
pub(crate) const SHARES: &str =
    rows_of!(share_columns!(), "resource_shares x", "x.organization_id", "x.type, x.key, x.holder_kind, x.holder_id");
pub(crate) const LOG: &str = rows_of!(audit_columns!(), "audit_log a", "a.organization_id", "a.sequence");

impl SqliteStore {
    pub(crate) async fn copy_out(&self, id: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
        let mut snapshot = self.begin_reading().await?;
        let head = sqlx::query(HEAD).bind(id.0).fetch_optional(&mut *snapshot).await.map_err(from_sqlx)?;
        let Some(head) = head else { return Ok(()) };
        if sink(Piece::Head(Box::new(rows::head(&head)?))) {
            rows_out(&mut snapshot, id, sink).await?;
        }
        snapshot.rollback().await.map_err(from_sqlx)
    }
}

/// Rows come after those they belong to.
async fn rows_out(
    connection: &mut SqliteConnection,
    id: OrganizationId,
    sink: &mut PieceSink<'_>,
) -> Result<bool, StoreError> {
    let entry = |row: &SqliteRow| Ok(Piece::Entry(Box::new(rows::audit_entry(row, Stream::Organization(id))?)));
    Ok(stream(connection, WORDINGS, id, |it| Ok(Piece::Wording(Box::new(rows::wording(it)?))), sink).await?
        && stream(connection, MEMBERS, id, |it| Ok(Piece::Member(Box::new(rows::member(it)?))), sink).await?
        && stream(connection, INVITATIONS, id, |it| Ok(Piece::Invitation(Box::new(rows::invitation(it)?))), sink)
            .await?
        && stream(connection, GROUPS, id, |it| Ok(Piece::Group(rows::group(it)?)), sink).await?
        && stream(connection, GROUP_MEMBERS, id, |it| Ok(Piece::GroupMember(rows::group_member(it)?)), sink).await?
        && stream(connection, PROGRAMS, id, |it| Ok(Piece::Program(Box::new(rows::program(it)?))), sink).await?
        && stream(connection, SESSIONS, id, |it| Ok(Piece::Session(Box::new(rows::session(it)?))), sink).await?
        && stream(connection, ENROLMENTS, id, |it| Ok(Piece::Enrolment(rows::enrolment(it)?)), sink).await?
        && stream(connection, ROUNDS, id, |it| Ok(Piece::Round(Box::new(rows::round(it)?))), sink).await?
        && stream(connection, RECORDS, id, |it| Ok(Piece::Record(Box::new(rows::resource(it)?))), sink).await?
        && stream(connection, SHARES, id, |it| Ok(Piece::Share(Box::new(rows::share(it)?))), sink).await?
        && stream(connection, LOG, id, entry, sink).await?)
}

/// Hands a table's rows over as they come; says whether more are wanted.
async fn stream(
    connection: &mut SqliteConnection,
    sql: &'static str,
    id: OrganizationId,
    piece: impl Fn(&SqliteRow) -> Result<Piece, StoreError> + Send,
    sink: &mut PieceSink<'_>,
) -> Result<bool, StoreError> {
    let mut rows = sqlx::query(sql).bind(id.0).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(from_sqlx)? {
        if !sink(piece(&row)?) {
            return Ok(false);
        }
    }
    Ok(true)
}
