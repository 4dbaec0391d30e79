//! All rows of one organization, for a backup: read in one snapshot, handed over as they come, the log page by page.

use futures_util::TryStreamExt;
use membership_core::audit::Stream;
use membership_core::backup::{Piece, PieceSink};
use membership_core::id::OrganizationId;
use membership_core::port::StoreError;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use crate::distribution::Group;
use crate::error::store_error;
use crate::rows::attendance::{
    GroupRow, PlaceRow, ProgramRow, SessionRow, group_columns, program_columns, session_columns,
};
use crate::rows::records::{AuditRow, audit_columns};
use crate::rows::roster::{RoundRow, round_columns};
use crate::rows::sharing::{ResourceRow, ShareRow, resource_columns, share_columns};
use crate::rows::wordings::{WordingRow, wording_columns};
use crate::rows::{
    HeadRow, InvitationRow, MemberRow, invitation_columns, member_columns, organization_columns, seats_columns,
};
use crate::statement::{Route, Statement, fetch, fetch_optional, micros, statements};
use crate::store::PostgresStore;

statements! {
    /// The organization itself.
    HEAD, Route::By(Group::Organization), "SELECT row_to_json(h) FROM (SELECT ", organization_columns!(), ", ",
        seats_columns!(), " FROM organizations o JOIN organization_seats s ON s.organization_id = o.id
        WHERE o.id = $1) h";
    /// Its members.
    MEMBERS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", member_columns!(),
        " FROM memberships m WHERE m.organization_id = $1 ORDER BY m.id) r";
    /// Its invitations.
    INVITATIONS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", invitation_columns!(),
        " FROM invitations i WHERE i.organization_id = $1 ORDER BY i.id) r";
    /// Its groups.
    GROUPS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", group_columns!(),
        " FROM groups g WHERE g.organization_id = $1 ORDER BY g.id) r";
    /// Who is in which.
    GROUP_MEMBERS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (
            SELECT g.group_id AS place_id, g.member_id, ", micros!("g.since"), " AS since
            FROM group_members g WHERE g.organization_id = $1 ORDER BY g.group_id, g.member_id) r";
    /// Its programs.
    PROGRAMS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", program_columns!(),
        " FROM programs p WHERE p.organization_id = $1 ORDER BY p.id) r";
    /// Their sessions.
    SESSIONS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", session_columns!(),
        " FROM sessions s WHERE s.organization_id = $1 ORDER BY s.id) r";
    /// Who is enrolled by name.
    ENROLMENTS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (
            SELECT e.session_id AS place_id, e.member_id, ", micros!("e.since"), " AS since
            FROM enrolments e WHERE e.organization_id = $1 ORDER BY e.session_id, e.member_id) r";
    /// The texts of its mails.
    WORDINGS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", wording_columns!(),
        " FROM wordings w WHERE w.organization_id = $1 ORDER BY w.id) r";
    /// Its rounds of mail to members without a login.
    ROUNDS, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", round_columns!(),
        " FROM roster_rounds n WHERE n.organization_id = $1 ORDER BY n.id) r";
    /// Its records.
    RECORDS, Route::By(Group::Organization), "SELECT row_to_json(t) FROM (SELECT ", resource_columns!(),
        " FROM resources r WHERE r.organization_id = $1 ORDER BY r.type, r.key) t";
    /// With whom they are shared.
    SHARES, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", share_columns!(),
        " FROM resource_shares s WHERE s.organization_id = $1
        ORDER BY s.type, s.key, s.holder_kind, s.holder_id) r";
    /// A page of its log.
    LOG, Route::By(Group::Organization), "SELECT row_to_json(r) FROM (SELECT ", audit_columns!(),
        " FROM audit_log a WHERE a.organization_id = $1 AND a.sequence > $2 ORDER BY a.sequence LIMIT 1000) r";
}

impl PostgresStore {
    pub(crate) async fn copy_out(&self, id: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
        let mut snapshot = self.begin_snapshot().await?;
        let Some(head) = fetch_optional::<HeadRow>(&mut snapshot, HEAD.query().bind(id.0)).await? else {
            return Ok(());
        };
        let wants_more = sink(Piece::Head(Box::new(head.head()?))) && rows(&mut snapshot, id, sink).await?;
        if wants_more {
            log(&mut snapshot, id, sink).await?;
        }
        snapshot.rollback().await.map_err(store_error)
    }
}

/// Rows come after those they belong to.
async fn rows(connection: &mut PgConnection, id: OrganizationId, sink: &mut PieceSink<'_>) -> Result<bool, StoreError> {
    let member = |it: MemberRow| Ok(Piece::Member(Box::new(it.member()?)));
    let invitation = |it: InvitationRow| Ok(Piece::Invitation(Box::new(it.invitation()?)));
    let group = |it: GroupRow| Ok(Piece::Group(it.group()));
    let place = |it: PlaceRow| Ok(Piece::GroupMember(it.group_member()));
    let program = |it: ProgramRow| Ok(Piece::Program(Box::new(it.program())));
    let session = |it: SessionRow| Ok(Piece::Session(Box::new(it.session())));
    let enrolment = |it: PlaceRow| Ok(Piece::Enrolment(it.enrolment()));
    let wording = |it: WordingRow| Ok(Piece::Wording(Box::new(it.wording())));
    let round = |it: RoundRow| Ok(Piece::Round(Box::new(it.round())));
    let record = |it: ResourceRow| Ok(Piece::Record(Box::new(it.resource()?)));
    let share = |it: ShareRow| Ok(Piece::Share(Box::new(it.share()?)));
    Ok(stream(connection, &WORDINGS, id, wording, sink).await?
        && stream(connection, &MEMBERS, id, member, sink).await?
        && stream(connection, &INVITATIONS, id, invitation, sink).await?
        && stream(connection, &GROUPS, id, group, sink).await?
        && stream(connection, &GROUP_MEMBERS, id, place, sink).await?
        && stream(connection, &PROGRAMS, id, program, sink).await?
        && stream(connection, &SESSIONS, id, session, sink).await?
        && stream(connection, &ENROLMENTS, id, enrolment, sink).await?
        && stream(connection, &ROUNDS, id, round, sink).await?
        && stream(connection, &RECORDS, id, record, sink).await?
        && stream(connection, &SHARES, id, share, sink).await?)
}

/// Hands a table's rows over as they come; says whether more are wanted.
async fn stream<R: DeserializeOwned + Send + Unpin>(
    connection: &mut PgConnection,
    statement: &'static Statement,
    id: OrganizationId,
    piece: impl Fn(R) -> Result<Piece, StoreError> + Send,
    sink: &mut PieceSink<'_>,
) -> Result<bool, StoreError> {
    let mut rows = statement.query().bind(id.0).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(store_error)? {
        let Json(row) = row.try_get::<Json<R>, _>(0).map_err(store_error)?;
        if !sink(piece(row)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A log may be longer than one statement may take.
async fn log(connection: &mut PgConnection, id: OrganizationId, sink: &mut PieceSink<'_>) -> Result<(), StoreError> {
    let mut after = 0_i64;
    loop {
        let page: Vec<AuditRow> = fetch(connection, LOG.query().bind(id.0).bind(after)).await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            let entry = row.entry(Stream::Organization(id))?;
            after = i64::try_from(entry.sequence).unwrap_or(i64::MAX);
            if !sink(Piece::Entry(Box::new(entry))) {
                return Ok(());
            }
        }
    }
}
