//! Writing an organization: all its tables in one statement, whose last part is the guarded narrow row.

use std::collections::{BTreeMap, HashSet};

use membership_core::changes::{Changes, Saved};
use membership_core::facts::Facts;
use membership_core::invitation::{Invitation, InvitationState};
use membership_core::port::StoreError;
use membership_core::quota::Bucket;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Records, attendance, guards, list, new_messages, new_receipt};
use crate::distribution::Group;
use crate::rows::keys::{ChargeRow, KeyRow, add_charge, charge_record, charged, key_record};
use crate::rows::records::{AuditRow, MessageRow, ReceiptRow};
use crate::rows::{Guarded, Instant, InvitationRow, MemberRow, OrganizationRow, SeatsRow};
use crate::statement::{Route, statements, write as guarded};

/// The columns of a parameter with organizations.
macro_rules! organization_record {
    () => {
        "r(expected bigint, id uuid, name text, state text, owner_member_id uuid, policy jsonb, language text,
            branding jsonb, created_at timestamptz, version bigint)"
    };
}

/// The columns of a parameter with narrow rows.
macro_rules! seats_record {
    () => {
        "r(expected bigint, seat_limit bigint, assigned bigint, reserved bigint, waiting bigint, plan text,
            expires_at timestamptz, grace_days bigint, announces_at timestamptz, audit_sequence bigint,
            audit_hash text, revision bigint)"
    };
}

/// The columns of a parameter with memberships.
macro_rules! member_record {
    () => {
        "r(expected bigint, id uuid, user_id uuid, name text, name_key text, email text, role text, status text,
            seat boolean, waits_since timestamptz, joined_at timestamptz, raised_at timestamptz, deactivates_at timestamptz,
            version bigint, first_name text,
            last_name text, language text, labels jsonb, number text, additional_information text,
            set_up_generation bigint, set_up_channel text, set_up_issued_at timestamptz,
            set_up_expires_at timestamptz, set_up_used_at timestamptz, search_key text, set_up_delivery text,
            set_up_code jsonb, rounds jsonb, last_round_at timestamptz, login_since timestamptz, last_login_at timestamptz)"
    };
}

/// The columns of a parameter with invitations.
macro_rules! invitation_record {
    () => {
        "r(expected bigint, id uuid, email text, role text, for_owner boolean, state text, generation bigint,
            channel text, reserves_seat boolean, invited_by uuid, language text, message text, wording_id uuid,
            deactivates_at timestamptz, groups uuid[], sessions uuid[], created_at timestamptz,
            opens_at timestamptz, expires_at timestamptz, settled_at timestamptz, member_id uuid, sends bigint, delivery text, version bigint)"
    };
}

/// Changes the invitations of a parameter. How the mail of a generation fares is the courier's to write: it is set
/// only when a new generation begins.
macro_rules! changed_invitations {
    ($parameter:literal) => {
        concat!(
            "UPDATE invitations AS i SET email = r.email, role = r.role, for_owner = r.for_owner, state = r.state,
                generation = r.generation, channel = r.channel, reserves_seat = r.reserves_seat,
                invited_by = r.invited_by, language = r.language, message = r.message, wording_id = r.wording_id,
                deactivates_at = r.deactivates_at, groups = r.groups, sessions = r.sessions,
                created_at = r.created_at, opens_at = r.opens_at,
                expires_at = r.expires_at, settled_at = r.settled_at, member_id = r.member_id, sends = r.sends,
                delivery = CASE WHEN i.generation = r.generation THEN i.delivery ELSE r.delivery END,
                delivery_note = CASE WHEN i.generation = r.generation THEN i.delivery_note END,
                version = r.version
            FROM jsonb_to_recordset(",
            $parameter,
            ") AS ",
            invitation_record!(),
            "
            WHERE i.organization_id = $1 AND i.id = r.id AND i.version = r.expected
            RETURNING 1"
        )
    };
}

/// Removes the memberships of a parameter.
macro_rules! removed_members {
    ($parameter:literal) => {
        concat!(
            "DELETE FROM memberships AS m USING jsonb_to_recordset(",
            $parameter,
            ") AS r(id uuid, version bigint)
            WHERE m.organization_id = $1 AND m.id = r.id AND m.version = r.version
            RETURNING 1"
        )
    };
}

/// Drops the shares of the memberships of a parameter, by key: however many there are, nobody has read them.
macro_rules! dropped_shares {
    ($parameter:literal) => {
        concat!(
            "DELETE FROM resource_shares AS s USING jsonb_to_recordset(",
            $parameter,
            ") AS r(id uuid)
            WHERE s.organization_id = $1 AND s.holder_kind = 'member' AND s.holder_id = r.id"
        )
    };
}

/// Everything of an organization but its narrow row, and `written`, which tells how many guards held.
macro_rules! written {
    () => {
        concat!(
            "WITH founded AS (
                INSERT INTO organizations (id, name, state, owner_member_id, policy, language, branding, created_at,
                    version)
                SELECT $1, r.name, r.state, r.owner_member_id, r.policy, r.language, r.branding, r.created_at,
                    r.version
                FROM jsonb_to_recordset($2) AS ",
            organization_record!(),
            " WHERE r.expected IS NULL
                ON CONFLICT DO NOTHING RETURNING 1
            ), changed AS (
                UPDATE organizations AS o SET name = r.name, state = r.state, owner_member_id = r.owner_member_id,
                    policy = r.policy, language = r.language, branding = r.branding, created_at = r.created_at, version = r.version
                FROM jsonb_to_recordset($2) AS ",
            organization_record!(),
            "
                WHERE o.id = $1 AND o.version = r.expected
                RETURNING 1
            ), new_members AS (
                INSERT INTO memberships (organization_id, id, user_id, name, name_key, email, role, status, seat,
                    waits_since, joined_at, raised_at, deactivates_at, version, first_name, last_name, language, labels, number,
                    additional_information, set_up_generation, set_up_channel, set_up_issued_at, set_up_expires_at,
                    set_up_used_at, search_key, set_up_delivery, set_up_code, rounds, last_round_at, login_since, last_login_at)
                SELECT $1, r.id, r.user_id, r.name, r.name_key, r.email, r.role, r.status, r.seat, r.waits_since, r.joined_at,
                    r.raised_at, r.deactivates_at, r.version, r.first_name, r.last_name, r.language, r.labels, r.number,
                    r.additional_information, r.set_up_generation, r.set_up_channel, r.set_up_issued_at,
                    r.set_up_expires_at, r.set_up_used_at, r.search_key, r.set_up_delivery, r.set_up_code, r.rounds,
                    r.last_round_at, r.login_since, coalesce(r.last_login_at, 'epoch')
                FROM jsonb_to_recordset($3) AS ",
            member_record!(),
            " WHERE r.expected IS NULL
                ON CONFLICT DO NOTHING RETURNING 1
            ), changed_members AS (
                UPDATE memberships AS m SET user_id = r.user_id, name = r.name, name_key = r.name_key,
                    email = r.email, role = r.role, status = r.status, seat = r.seat, waits_since = r.waits_since, joined_at = r.joined_at,
                    raised_at = r.raised_at, deactivates_at = r.deactivates_at, version = r.version, first_name = r.first_name,
                    last_name = r.last_name, language = r.language, labels = r.labels, number = r.number,
                    additional_information = r.additional_information, set_up_generation = r.set_up_generation,
                    set_up_channel = r.set_up_channel, set_up_issued_at = r.set_up_issued_at,
                    set_up_expires_at = r.set_up_expires_at, set_up_used_at = r.set_up_used_at,
                    search_key = r.search_key, set_up_code = r.set_up_code, rounds = r.rounds, last_round_at = r.last_round_at,
                    set_up_delivery = CASE WHEN m.set_up_generation = r.set_up_generation THEN m.set_up_delivery
                        ELSE r.set_up_delivery END,
                    login_since = r.login_since,
                    last_login_at = CASE WHEN m.user_id IS NOT DISTINCT FROM r.user_id THEN m.last_login_at
                        ELSE coalesce(r.last_login_at, 'epoch') END
                FROM jsonb_to_recordset($3) AS ",
            member_record!(),
            "
                WHERE m.organization_id = $1 AND m.id = r.id AND m.version = r.expected
                RETURNING 1
            ), removed_members AS (",
            removed_members!("$4"),
            "
            ), dropped_shares AS (",
            dropped_shares!("$4"),
            "
            ), new_invitations AS (
                INSERT INTO invitations (organization_id, id, email, role, for_owner, state, generation, channel,
                    reserves_seat, invited_by, language, message, wording_id, deactivates_at, groups, sessions, created_at,
                    opens_at, expires_at, settled_at, member_id, sends, delivery, version)
                SELECT $1, r.id, r.email, r.role, r.for_owner, r.state, r.generation, r.channel, r.reserves_seat,
                    r.invited_by, r.language, r.message, r.wording_id, r.deactivates_at, r.groups, r.sessions, r.created_at,
                    r.opens_at, r.expires_at, r.settled_at, r.member_id, r.sends, r.delivery, r.version
                FROM jsonb_to_recordset($5) AS ",
            invitation_record!(),
            " WHERE r.expected IS NULL
                ON CONFLICT DO NOTHING RETURNING 1
            ), changed_invitations AS (",
            changed_invitations!("$5"),
            "
            ), new_keys AS (
                INSERT INTO api_keys (organization_id, id, name, scopes, member_id, token_hash, created_at, expires_at,
                    last_used_at, revoked_at, two_factors, version)
                SELECT $1, r.id, r.name, r.scopes, r.member_id, decode(r.token_hash, 'hex'), r.created_at,
                    r.expires_at, r.last_used_at, r.revoked_at, r.two_factors, r.version
                FROM jsonb_to_recordset($12) AS ",
            key_record!(),
            " WHERE r.expected IS NULL
                ON CONFLICT DO NOTHING RETURNING 1
            ), changed_keys AS (
                UPDATE api_keys AS k SET name = r.name, scopes = r.scopes, expires_at = r.expires_at,
                    revoked_at = r.revoked_at, version = r.version
                FROM jsonb_to_recordset($12) AS ",
            key_record!(),
            "
                WHERE k.organization_id = $1 AND k.id = r.id AND k.version = r.expected
                RETURNING 1
            ), charged AS (
                INSERT INTO organization_quotas AS q (organization_id, subject_id, cause, seconds, empties_at)
                SELECT $1, r.subject_id, r.cause, r.seconds, ",
            charged!("$9"),
            "
                FROM jsonb_to_recordset($13) AS ",
            charge_record!(),
            "
                WHERE r.cost <= r.seconds * 1000000
                ON CONFLICT (organization_id, subject_id, cause, seconds) ",
            add_charge!("$9"),
            "
            ), entries AS (
                INSERT INTO audit_log (organization_id, sequence, at, actor_kind, actor_user, actor_name, actor_key,
                    request, event, subject_kind, subject_id, subject_name, before, after, previous, hash)
                SELECT $1, r.sequence, r.at, r.actor_kind, r.actor_user, r.actor_name, r.actor_key, r.request, r.event,
                    r.subject_kind, r.subject_id, r.subject_name, r.before, r.after, decode(r.previous, 'hex'),
                    decode(r.hash, 'hex')
                FROM jsonb_to_recordset($6) AS r(sequence bigint, at timestamptz, actor_kind text, actor_user uuid,
                    actor_name text, actor_key uuid, request text, event text, subject_kind text, subject_id uuid,
                    subject_name text, before text, after text, previous text, hash text)
                ON CONFLICT DO NOTHING RETURNING 1
            ), messages AS (",
            new_messages!("$7"),
            "
            ), receipt AS (",
            new_receipt!("$8", "$9"),
            "
            ), written AS (
                SELECT (SELECT count(*) FROM founded) + (SELECT count(*) FROM changed)
                    + (SELECT count(*) FROM new_members) + (SELECT count(*) FROM changed_members)
                    + (SELECT count(*) FROM removed_members) + (SELECT count(*) FROM new_invitations)
                    + (SELECT count(*) FROM changed_invitations) + (SELECT count(*) FROM entries)
                    + (SELECT count(*) FROM new_keys) + (SELECT count(*) FROM changed_keys)
                    + (SELECT count(*) FROM charged) + (SELECT count(*) FROM receipt) AS guards
            )"
        )
    };
}

statements! {
    /// A new organization with everything in it.
    FOUND, Route::By(Group::Organization), written!(), ", seats AS (
            INSERT INTO organization_seats (organization_id, seat_limit, assigned, reserved, waiting, plan, expires_at,
                grace_days, announces_at, audit_sequence, audit_hash, revision)
            SELECT $1, r.seat_limit, r.assigned, r.reserved, r.waiting, r.plan, r.expires_at, r.grace_days,
                r.announces_at, r.audit_sequence, decode(r.audit_hash, 'hex'), r.revision
            FROM jsonb_to_recordset($10) AS ", seats_record!(), "
            WHERE (SELECT guards FROM written) = $11
            ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT count(*) FROM seats";
    /// Whatever changed in an organization. The narrow row is written last, and only if every guard held: reading
    /// `written` runs the other parts first.
    CHANGE, Route::By(Group::Organization), written!(), ", seats AS (
            UPDATE organization_seats AS s SET seat_limit = r.seat_limit, assigned = r.assigned,
                reserved = r.reserved, waiting = r.waiting, plan = r.plan, expires_at = r.expires_at,
                grace_days = r.grace_days, announces_at = r.announces_at, audit_sequence = r.audit_sequence, audit_hash = decode(r.audit_hash, 'hex'),
                revision = r.revision
            FROM jsonb_to_recordset($10) AS ", seats_record!(), "
            WHERE s.organization_id = $1 AND s.revision = r.expected AND (SELECT guards FROM written) = $11
            RETURNING 1
        )
        SELECT count(*) FROM seats";
    /// What must be gone before the rest is written: unique indexes do not wait for the end of a statement, and the
    /// order of a statement's parts is not promised.
    CLEAR, Route::By(Group::Organization), "WITH removed_members AS (", removed_members!("$2"), "
        ), dropped_shares AS (", dropped_shares!("$2"), "
        ), changed_invitations AS (", changed_invitations!("$3"), "
        )
        SELECT (SELECT count(*) FROM removed_members) + (SELECT count(*) FROM changed_invitations)";
}

/// A membership's row, and when its user last signed in.
#[derive(Debug, Serialize)]
struct MemberWritten {
    #[serde(flatten)]
    row: MemberRow,
    last_login_at: Option<Instant>,
}

#[derive(Debug, Serialize)]
struct RemovedMember {
    id: Uuid,
    version: u64,
}

/// Writes what belongs to the organization, its narrow row last.
pub(super) async fn write(
    connection: &mut PgConnection,
    before: &Facts,
    changes: &Changes,
    (records, logins): (&Records<'_>, &BTreeMap<Uuid, Instant>),
) -> Result<(), StoreError> {
    let (Some(organization), Some(head)) = (changes.organization, &changes.head) else {
        return if touches_organization(changes) { Err(without_head()) } else { Ok(()) };
    };
    if changes.starts_over {
        super::starting_over::write(connection, organization.0).await?;
    }
    super::sharing::write(connection, organization.0, changes).await?;
    super::imports::write(connection, organization, &changes.imports).await?;
    super::roster::write(connection, organization.0, changes).await?;
    super::clears::write(connection, organization.0, &changes.clears).await?;
    super::wordings::write(connection, organization.0, changes).await?;
    let mut removed = removed_members(changes);
    let mut invitations: Vec<_> = changes.invitations.iter().collect();
    if needs_clearing(changes) {
        let (cleared, rest): (Vec<_>, Vec<_>) = invitations.into_iter().partition(|it| it.expected.is_some());
        let count = removed.len().saturating_add(cleared.len());
        let query = CLEAR.query().bind(organization.0).bind(Json(removed)).bind(invitation_list(&cleared));
        guarded(connection, query, guards(count)).await?;
        removed = Vec::new();
        invitations = rest;
    }
    let entries: Vec<_> = changes.audit.iter().filter(|it| is_of_organization(it)).collect();
    let charges = ChargeRow::in_order(changes, |bucket| matches!(bucket, Bucket::Of(..)));
    let count = [
        usize::from(changes.organization_row.is_some()),
        changes.members.len(),
        removed.len(),
        invitations.len(),
        entries.len(),
        changes.keys.len(),
        charges.len(),
        usize::from(records.receipt.is_some()),
    ];
    let statement = if head.expected.is_some() { &CHANGE } else { &FOUND };
    let query = statement
        .query()
        .bind(organization.0)
        .bind(list(&changes.organization_row, |it| saved(it, OrganizationRow::from)))
        .bind(list(&changes.members, |it| {
            let row = MemberRow::from(&it.row);
            let last_login_at = row.user_id().and_then(|user| logins.get(&user).copied());
            Guarded { expected: it.expected, row: MemberWritten { row, last_login_at } }
        }))
        .bind(Json(removed))
        .bind(invitation_list(&invitations))
        .bind(list(entries, AuditRow::from))
        .bind(list(records.messages.iter().copied(), MessageRow::from))
        .bind(list(records.receipt, ReceiptRow::from))
        .bind(before.now)
        .bind(Json([saved(head, SeatsRow::from)]))
        .bind(guards(count.into_iter().sum()))
        .bind(list(&changes.keys, |it| saved(it, KeyRow::from)))
        .bind(Json(charges));
    guarded(connection, query, 1).await?;
    attendance::write(connection, organization, &changes.attendance).await
}

fn removed_members(changes: &Changes) -> Vec<RemovedMember> {
    changes.removed_members.iter().map(|(id, version)| RemovedMember { id: id.0, version: *version }).collect()
}

fn invitation_list(invitations: &[&Saved<Invitation>]) -> Json<Vec<Guarded<InvitationRow>>> {
    list(invitations, |it| saved(it, InvitationRow::from))
}

fn saved<'a, T, R>(it: &'a Saved<T>, row: impl Fn(&'a T) -> R) -> Guarded<R> {
    Guarded { expected: it.expected, row: row(&it.row) }
}

fn is_of_organization(entry: &membership_core::audit::AuditEntry) -> bool {
    matches!(entry.stream, membership_core::audit::Stream::Organization(_))
}

/// Whether a place that must be unique is both left and taken: an address's pending invitation, a user's membership.
fn needs_clearing(changes: &Changes) -> bool {
    let is_pending = |it: &&Saved<Invitation>| it.row.state == InvitationState::Pending;
    let new = changes.invitations.iter().filter(|it| it.expected.is_none()).filter(is_pending);
    let taken: HashSet<_> = new.map(|it| &it.row.email).collect();
    let mut left = changes.invitations.iter().filter(|it| it.expected.is_some() && !is_pending(it));
    left.any(|it| taken.contains(&it.row.email)) || changes.joined.iter().any(|(user, _)| changes.parted.contains(user))
}

fn touches_organization(changes: &Changes) -> bool {
    let members = changes.members.is_empty() && changes.removed_members.is_empty() && changes.invitations.is_empty();
    let records = changes.resources.is_empty() && changes.removed_resources.is_empty();
    let shares = changes.shares.is_empty() && changes.removed_shares.is_empty();
    let charges = changes.charges.iter().any(|it| matches!(it.bucket, Bucket::Of(..)));
    !(members && records && shares && changes.rounds.is_empty() && changes.keys.is_empty() && !charges)
        || changes.organization_row.is_some()
        || !changes.attendance.is_empty()
        || !changes.imports.is_empty()
        || !changes.wordings.is_empty()
        || changes.audit.iter().any(is_of_organization)
}

fn without_head() -> StoreError {
    StoreError::Corrupt("changes of an organization came without its head".to_owned())
}
