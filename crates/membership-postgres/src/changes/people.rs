//! Writing users, their claims and their mirrors of organizations: one statement for each group that is touched.

use std::collections::BTreeMap;

use membership_core::audit::{AuditEntry, Stream};
use membership_core::changes::{Changes, ReplacedSignIn, SignedOutElsewhere};
use membership_core::facts::Facts;
use membership_core::id::MemberId;
use membership_core::name::Username;
use membership_core::port::StoreError;
use membership_core::quota::Bucket;
use membership_core::set_up::SetUpCode;
use membership_core::user::User;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::logins::Written;
use super::{guards, list};
use crate::distribution::Group;
use crate::facts::people::FIRST_OPERATOR;
use crate::rows::keys::{ChargeRow, add_charge, charge_record, charged};
use crate::rows::people::{SecondFactorsRow, SignInRow, SignUpRow, UserEmailRow, UserLinkRow, UserRow};
use crate::rows::records::AuditRow;
use crate::rows::{Guarded, Instant};
use crate::statement::{Route, execute, fetch_one, micros, statements, write as guarded};

/// The columns of a parameter with users.
macro_rules! user_record {
    () => {
        "r(expected bigint, id uuid, name text, username text, emails jsonb, password text, language text,
            operator boolean, created_at timestamptz, audit_sequence bigint, audit_hash text, version bigint,
            password_due boolean, password_generation bigint, identities jsonb, first_name text, last_name text,
            home_organization_id uuid, initial_password_expires_at timestamptz,
            initial_password_used_at timestamptz)"
    };
}

/// The columns of a parameter with links.
macro_rules! link_record {
    () => {
        "r(expected bigint, user_id uuid, id uuid, kind text, generation bigint, address text,
            created_at timestamptz, expires_at timestamptz, used_at timestamptz, version bigint)"
    };
}

/// The columns of a parameter with sign-ins.
macro_rules! sign_in_record {
    () => {
        "r(user_id uuid, id uuid, token_hash text, created_at timestamptz, expires_at timestamptz,
            last_seen_at timestamptz, description text, password_generation bigint, assurance text,
            proven_at timestamptz)"
    };
}

/// The columns of a parameter with second factors.
macro_rules! factors_record {
    () => {
        "r(expected bigint, user_id uuid, totp jsonb, passkeys jsonb, codes jsonb, version bigint)"
    };
}

/// The columns of a parameter with lines of the claim table of addresses.
macro_rules! email_record {
    () => {
        "r(email text, user_id uuid, position bigint, verified_at timestamptz)"
    };
}

statements! {
    /// Everything that is kept with users. Rows are written in the order of the ids, so that two writers never wait
    /// for each other.
    PEOPLE, Route::By(Group::User), "WITH new_users AS (
            INSERT INTO users (id, name, username, emails, password, language, operator, created_at, audit_sequence,
                audit_hash, version, password_due, password_generation, identities, first_name, last_name,
                home_organization_id, initial_password_expires_at, initial_password_used_at)
            SELECT r.id, r.name, r.username, r.emails, r.password, r.language, r.operator, r.created_at,
                r.audit_sequence, decode(r.audit_hash, 'hex'), r.version, r.password_due, r.password_generation,
                r.identities, r.first_name, r.last_name, r.home_organization_id, r.initial_password_expires_at,
                r.initial_password_used_at
            FROM jsonb_to_recordset($1) AS ", user_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_users AS (
            UPDATE users AS u SET name = r.name, username = r.username, emails = r.emails, password = r.password,
                language = r.language, operator = r.operator, created_at = r.created_at,
                audit_sequence = r.audit_sequence, audit_hash = decode(r.audit_hash, 'hex'), version = r.version,
                password_due = r.password_due, password_generation = r.password_generation,
                identities = r.identities, first_name = r.first_name, last_name = r.last_name,
                home_organization_id = r.home_organization_id,
                initial_password_expires_at = r.initial_password_expires_at,
                initial_password_used_at = r.initial_password_used_at
            FROM jsonb_to_recordset($1) AS ", user_record!(), "
            WHERE u.id = r.id AND u.version = r.expected
            RETURNING 1
        ), entries AS (
            INSERT INTO user_log (user_id, sequence, at, actor_kind, actor_user, actor_name, actor_key, request, event,
                subject_kind, subject_id, subject_name, before, after, previous, hash)
            SELECT r.stream, r.sequence, r.at, r.actor_kind, r.actor_user, r.actor_name, r.actor_key, r.request, r.event,
                r.subject_kind, r.subject_id, r.subject_name, r.before, r.after, decode(r.previous, 'hex'),
                decode(r.hash, 'hex')
            FROM jsonb_to_recordset($2) AS r(stream uuid, sequence bigint, at timestamptz, actor_kind text,
                actor_user uuid, actor_name text, actor_key uuid, request text, event text, subject_kind text, subject_id uuid,
                subject_name text, before text, after text, previous text, hash text)
            ON CONFLICT DO NOTHING RETURNING 1
        ), new_sign_ins AS (
            INSERT INTO sign_ins (user_id, id, token_hash, created_at, expires_at, last_seen_at, description,
                password_generation, assurance, proven_at)
            SELECT r.user_id, r.id, decode(r.token_hash, 'hex'), r.created_at, r.expires_at, r.last_seen_at,
                r.description, r.password_generation, r.assurance, r.proven_at
            FROM jsonb_to_recordset($3) AS ", sign_in_record!(), "
            ON CONFLICT DO NOTHING RETURNING 1
        ), logins AS (
            INSERT INTO last_logins (user_id, at)
            SELECT r.user_id, max(r.created_at) FROM jsonb_to_recordset($3) AS r(user_id uuid, created_at timestamptz)
            GROUP BY r.user_id ORDER BY r.user_id
            ON CONFLICT (user_id) DO UPDATE SET at = EXCLUDED.at
        ), ended_sign_ins AS (
            UPDATE sign_ins AS s SET ended_at = $5 FROM jsonb_to_recordset($4) AS r(user_id uuid, id uuid)
            WHERE s.user_id = r.user_id AND s.id = r.id AND s.ended_at IS NULL
        ), ended_elsewhere AS (
            UPDATE sign_ins AS s SET ended_at = CASE WHEN s.id = r.kept THEN s.ended_at ELSE $5 END,
                password_generation = CASE WHEN s.id = r.kept THEN r.password_generation
                    ELSE s.password_generation END
            FROM jsonb_to_recordset($9) AS r(user_id uuid, kept uuid, password_generation bigint)
            WHERE s.user_id = r.user_id AND s.ended_at IS NULL
        ), new_links AS (
            INSERT INTO user_links (user_id, id, kind, generation, address, created_at, expires_at, used_at, version)
            SELECT r.user_id, r.id, r.kind, r.generation, r.address, r.created_at, r.expires_at, r.used_at, r.version
            FROM jsonb_to_recordset($10) AS ", link_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_links AS (
            UPDATE user_links AS l SET kind = r.kind, generation = r.generation, address = r.address,
                created_at = r.created_at, expires_at = r.expires_at, used_at = r.used_at, version = r.version
            FROM jsonb_to_recordset($10) AS ", link_record!(), "
            WHERE l.user_id = r.user_id AND l.id = r.id AND l.version = r.expected
            RETURNING 1
        ), new_factors AS (
            INSERT INTO second_factors (user_id, totp, passkeys, codes, version)
            SELECT r.user_id, r.totp, r.passkeys, r.codes, r.version
            FROM jsonb_to_recordset($11) AS ", factors_record!(), " WHERE r.expected IS NULL
            ON CONFLICT DO NOTHING RETURNING 1
        ), changed_factors AS (
            UPDATE second_factors AS f SET totp = r.totp, passkeys = r.passkeys, codes = r.codes, version = r.version
            FROM jsonb_to_recordset($11) AS ", factors_record!(), "
            WHERE f.user_id = r.user_id AND f.version = r.expected
            RETURNING 1
        ), joined AS (
            INSERT INTO user_organizations (user_id, organization_id, member_id)
            SELECT r.user_id, $7, r.id FROM jsonb_to_recordset($6) AS r(user_id uuid, id uuid)
            ON CONFLICT (user_id, organization_id) DO UPDATE SET member_id = EXCLUDED.member_id
        ), parted AS (
            DELETE FROM user_organizations AS o USING unnest($8::uuid[]) AS r(user_id)
            WHERE o.user_id = r.user_id AND o.organization_id = $7
        )
        SELECT json_build_object('guards', (SELECT count(*) FROM new_users) + (SELECT count(*) FROM changed_users)
            + (SELECT count(*) FROM entries) + (SELECT count(*) FROM new_sign_ins)
            + (SELECT count(*) FROM new_links) + (SELECT count(*) FROM changed_links)
            + (SELECT count(*) FROM new_factors) + (SELECT count(*) FROM changed_factors),
            'logins', (SELECT coalesce(json_agg(json_build_object('user', l.user_id, 'at', ", micros!("l.at"), ")), '[]')
                FROM last_logins l WHERE l.user_id = ANY($12)),
            'places', (SELECT coalesce(json_agg(json_build_object('user', p.user_id, 'organization', p.organization_id)),
                '[]') FROM (SELECT o.user_id, o.organization_id FROM user_organizations o WHERE o.user_id = ANY($13)
                ORDER BY o.user_id, o.organization_id LIMIT 1000) p))";
    /// Sign-ins that go on under another token. Of two who replace one at once, one finds that it ends at another time.
    REPLACED_SIGN_INS, Route::By(Group::User), "WITH shortened AS (
            UPDATE sign_ins AS s SET expires_at = r.until
            FROM jsonb_to_recordset($1) AS r(user_id uuid, former uuid, expected_end timestamptz, until timestamptz)
            WHERE s.user_id = r.user_id AND s.id = r.former AND s.expires_at = r.expected_end AND s.ended_at IS NULL
            RETURNING 1
        ), begun AS (
            INSERT INTO sign_ins (user_id, id, token_hash, created_at, expires_at, last_seen_at, description,
                password_generation, assurance, proven_at)
            SELECT r.user_id, r.id, decode(r.token_hash, 'hex'), r.created_at, r.expires_at, r.last_seen_at,
                r.description, r.password_generation, r.assurance, r.proven_at
            FROM jsonb_to_recordset($2) AS ", sign_in_record!(), "
            ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT (SELECT count(*) FROM shortened) + (SELECT count(*) FROM begun)";
    /// Claims of addresses, charges on mailboxes, and hints at invitations that wait for an address. An older hint of the same organization at the
    /// same address is of an invitation that is over.
    EMAILS, Route::By(Group::Email), "WITH gone AS (
            DELETE FROM user_emails AS e USING jsonb_to_recordset($1) AS ", email_record!(), "
            WHERE e.email = r.email AND e.user_id = r.user_id
            RETURNING 1
        ), changed AS (
            UPDATE user_emails AS e SET position = r.position, verified_at = r.verified_at
            FROM jsonb_to_recordset($2) AS ", email_record!(), "
            WHERE e.email = r.email AND e.user_id = r.user_id
            RETURNING 1
        ), claimed AS (
            INSERT INTO user_emails (email, user_id, position, verified_at)
            SELECT r.email, r.user_id, r.position, r.verified_at
            FROM jsonb_to_recordset($3) AS ", email_record!(), "
            ON CONFLICT DO NOTHING RETURNING 1
        ), older AS (
            DELETE FROM email_invitations AS h USING jsonb_to_recordset($4) AS r(email text, id uuid)
            WHERE h.email = r.email AND h.organization_id = $5 AND h.invitation_id <> r.id
        ), waiting AS (
            INSERT INTO email_invitations (email, organization_id, invitation_id)
            SELECT r.email, $5, r.id FROM jsonb_to_recordset($4) AS r(email text, id uuid)
            ON CONFLICT DO NOTHING
        ), charged AS (
            INSERT INTO mail_quotas AS q (bucket, cause, seconds, empties_at)
            SELECT r.bucket, r.cause, r.seconds, ", charged!("$7"), "
            FROM jsonb_to_recordset($6) AS ", charge_record!(), "
            WHERE r.cost <= r.seconds * 1000000
            ON CONFLICT (bucket, cause, seconds) ", add_charge!("$7"), "
        )
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM changed) + (SELECT count(*) FROM claimed)
            + (SELECT count(*) FROM charged)";
    /// Claims of usernames, and of what looks like them. Names of before no two looked alike may lack the latter.
    USERNAMES, Route::By(Group::Username), "WITH released AS (
            DELETE FROM usernames AS n USING jsonb_to_recordset($1) AS r(username text, user_id uuid)
            WHERE n.username = r.username AND n.user_id = r.user_id
            RETURNING n.username
        ), claimed AS (
            INSERT INTO usernames (username, user_id)
            SELECT r.username, r.user_id FROM jsonb_to_recordset($2) AS r(username text, user_id uuid)
            ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT (SELECT count(*) FROM released WHERE username NOT LIKE '~%') + (SELECT count(*) FROM claimed)";
    /// Hints at whose personal link a typed code takes the place of.
    SET_UP_CODES, Route::By(Group::SetUpCode),
        "INSERT INTO set_up_codes (locator, organization_id, member_id, expires_at)
        SELECT r.locator, $2, r.member_id, r.expires_at
        FROM jsonb_to_recordset($1) AS r(locator bigint, member_id uuid, expires_at timestamptz)
        ON CONFLICT (locator, organization_id, member_id) DO UPDATE SET expires_at = EXCLUDED.expires_at";
    /// Claims of identities.
    IDENTITIES, Route::By(Group::Identity), "WITH released AS (
            DELETE FROM identities AS i USING jsonb_to_recordset($1) AS r(id uuid, user_id uuid)
            WHERE i.id = r.id AND i.user_id = r.user_id
            RETURNING 1
        ), claimed AS (
            INSERT INTO identities (id, user_id)
            SELECT r.id, r.user_id FROM jsonb_to_recordset($2) AS r(id uuid, user_id uuid)
            ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT (SELECT count(*) FROM released) + (SELECT count(*) FROM claimed)";
    /// The claim of the deployment's first operator.
    INSTALLATION, Route::By(Group::Installation), "WITH claimed AS (
            INSERT INTO installation (key, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1
        )
        SELECT count(*) FROM claimed";
    /// Sign-ups that began, and such that were completed.
    SIGN_UPS, Route::By(Group::SignUp), "WITH begun AS (
            INSERT INTO sign_ups (id, email, name, password, language, created_at, expires_at)
            SELECT r.id, r.email, r.name, r.password, r.language, r.created_at, r.expires_at
            FROM jsonb_to_recordset($1) AS r(id uuid, email text, name text, password text, language text,
                created_at timestamptz, expires_at timestamptz)
            ON CONFLICT DO NOTHING RETURNING 1
        ), completed AS (
            DELETE FROM sign_ups AS s WHERE s.id = ANY($2) RETURNING 1
        )
        SELECT (SELECT count(*) FROM begun) + (SELECT count(*) FROM completed)";
}

/// A row of another table that is all there is to say about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line {
    user_id: Uuid,
    id: Uuid,
}

/// Whose sign-ins end, but for one.
#[derive(Debug, Serialize)]
struct Elsewhere {
    user_id: Uuid,
    kept: Option<Uuid>,
    password_generation: u32,
}

impl From<&SignedOutElsewhere> for Elsewhere {
    fn from(it: &SignedOutElsewhere) -> Self {
        Self { user_id: it.user.0, kept: it.kept.map(|id| id.0), password_generation: it.password_generation }
    }
}

#[derive(Debug, Serialize)]
struct Hint {
    email: String,
    id: Uuid,
}

#[derive(Debug, Serialize)]
struct CodeHint {
    locator: u32,
    member_id: Uuid,
    expires_at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Claim {
    username: String,
    user_id: Uuid,
}

/// A sign-in that ends soon, because another one goes on in its place.
#[derive(Debug, Serialize)]
struct Shortened {
    user_id: Uuid,
    former: Uuid,
    expected_end: Instant,
    until: Instant,
}

impl From<&ReplacedSignIn> for Shortened {
    fn from(it: &ReplacedSignIn) -> Self {
        let (expected_end, until) = (it.expected_end.into(), it.until.into());
        Self { user_id: it.row.user.0, former: it.former.0, expected_end, until }
    }
}

/// Writes what belongs to people. Claims come first: they are what is refused most often.
///
/// Returns when those who join an organization last signed in.
pub(super) async fn write(
    connection: &mut PgConnection,
    before: &Facts,
    changes: &Changes,
) -> Result<BTreeMap<Uuid, Instant>, StoreError> {
    write_sign_ups(connection, changes).await?;
    if let Some(user) = changes.first_operator {
        guarded(connection, INSTALLATION.query().bind(FIRST_OPERATOR).bind(user.0), 1).await?;
    }
    write_usernames(connection, before, changes).await?;
    write_set_up_codes(connection, changes).await?;
    write_identities(connection, before, changes).await?;
    write_emails(connection, before, changes).await?;
    write_replaced_sign_ins(connection, changes).await?;
    write_users(connection, before, changes).await
}

async fn write_replaced_sign_ins(connection: &mut PgConnection, changes: &Changes) -> Result<(), StoreError> {
    let replaced = &changes.replaced_sign_ins;
    if replaced.is_empty() {
        return Ok(());
    }
    let begun = list(replaced, |it| SignInRow::from(&it.row));
    let query = REPLACED_SIGN_INS.query().bind(list(replaced, Shortened::from)).bind(begun);
    guarded(connection, query, guards(replaced.len().saturating_mul(2))).await
}

async fn write_sign_ups(connection: &mut PgConnection, changes: &Changes) -> Result<(), StoreError> {
    let count = changes.sign_ups.len().saturating_add(changes.completed_sign_ups.len());
    if count == 0 {
        return Ok(());
    }
    let completed: Vec<_> = changes.completed_sign_ups.iter().map(|id| id.0).collect();
    let query = SIGN_UPS.query().bind(list(&changes.sign_ups, SignUpRow::from)).bind(completed);
    guarded(connection, query, guards(count)).await
}

async fn write_usernames(connection: &mut PgConnection, before: &Facts, changes: &Changes) -> Result<(), StoreError> {
    let mut released = Vec::new();
    let mut claimed = Vec::new();
    for user in changes.users.iter().map(|saved| &saved.row) {
        let earlier = before.user(user.id).map(claims).unwrap_or_default();
        let now = claims(user);
        released.extend(earlier.iter().filter(|it| !now.contains(it)).cloned());
        claimed.extend(now.into_iter().filter(|it| !earlier.contains(it)));
    }
    let names = released.iter().filter(|it| !it.username.starts_with('~')).count();
    let count = names.saturating_add(claimed.len());
    if released.is_empty() && claimed.is_empty() {
        return Ok(());
    }
    claimed.sort_by(|a, b| a.username.cmp(&b.username));
    guarded(connection, USERNAMES.query().bind(Json(released)).bind(Json(claimed)), guards(count)).await
}

async fn write_identities(connection: &mut PgConnection, before: &Facts, changes: &Changes) -> Result<(), StoreError> {
    let mut released = Vec::new();
    let mut claimed = Vec::new();
    for user in changes.users.iter().map(|saved| &saved.row) {
        let earlier = before.user(user.id).map(identities).unwrap_or_default();
        let now = identities(user);
        released.extend(earlier.iter().filter(|it| !now.contains(it)).cloned());
        claimed.extend(now.into_iter().filter(|it| !earlier.contains(it)));
    }
    let count = released.len().saturating_add(claimed.len());
    if count == 0 {
        return Ok(());
    }
    claimed.sort_by_key(|line| line.id);
    guarded(connection, IDENTITIES.query().bind(Json(released)).bind(Json(claimed)), guards(count)).await
}

/// The lines of the claim table of identities that are a user's.
fn identities(user: &User) -> Vec<Line> {
    user.identities.iter().map(|it| Line { user_id: user.id.0, id: it.id().0 }).collect()
}

fn claims(user: &User) -> Vec<Claim> {
    let claim = |username| Claim { username, user_id: user.id.0 };
    user.username.iter().flat_map(Username::claims).map(claim).collect()
}

async fn write_set_up_codes(connection: &mut PgConnection, changes: &Changes) -> Result<(), StoreError> {
    if changes.codes.is_empty() {
        return Ok(());
    }
    let hint = |(code, member): &(SetUpCode, MemberId)| CodeHint {
        locator: code.locator.0,
        member_id: member.0,
        expires_at: code.expires_at.into(),
    };
    let query = SET_UP_CODES.query().bind(list(&changes.codes, hint)).bind(changes.organization.map(|id| id.0));
    execute(connection, query).await.map(drop)
}

/// The lines of the claim table of addresses that differ.
#[derive(Debug, Default)]
struct EmailChanges {
    gone: Vec<UserEmailRow>,
    changed: Vec<UserEmailRow>,
    new: Vec<UserEmailRow>,
}

impl EmailChanges {
    fn of(before: &Facts, changes: &Changes) -> Self {
        let mut all = Self::default();
        for user in changes.users.iter().map(|saved| &saved.row) {
            let earlier = before.user(user.id).map(UserEmailRow::of).unwrap_or_default();
            let now = UserEmailRow::of(user);
            for line in &earlier {
                if !now.iter().any(|it| it.email == line.email) {
                    all.gone.push(line.clone());
                }
            }
            for line in now {
                match earlier.iter().find(|it| it.email == line.email) {
                    Some(same) if *same == line => {}
                    Some(_) => all.changed.push(line),
                    None => all.new.push(line),
                }
            }
        }
        all.new.sort_by(|a, b| a.email.cmp(&b.email));
        all
    }

    fn len(&self) -> usize {
        self.gone.len().saturating_add(self.changed.len()).saturating_add(self.new.len())
    }
}

async fn write_emails(connection: &mut PgConnection, before: &Facts, changes: &Changes) -> Result<(), StoreError> {
    let lines = EmailChanges::of(before, changes);
    let charges = ChargeRow::in_order(changes, |bucket| matches!(bucket, Bucket::Everywhere(_)));
    let count = lines.len().saturating_add(charges.len());
    if count == 0 && changes.waiting.is_empty() {
        return Ok(());
    }
    let mut hints: Vec<_> =
        changes.waiting.iter().map(|(email, id)| Hint { email: email.to_string(), id: id.0 }).collect();
    hints.sort_by(|a, b| a.email.cmp(&b.email));
    let query = EMAILS
        .query()
        .bind(Json(lines.gone))
        .bind(Json(lines.changed))
        .bind(Json(lines.new))
        .bind(Json(hints))
        .bind(changes.organization.map(|id| id.0))
        .bind(Json(charges))
        .bind(before.now);
    guarded(connection, query, guards(count)).await
}

async fn write_users(
    connection: &mut PgConnection,
    before: &Facts,
    changes: &Changes,
) -> Result<BTreeMap<Uuid, Instant>, StoreError> {
    let entries: Vec<&AuditEntry> = changes.audit.iter().filter(|it| matches!(it.stream, Stream::User(_))).collect();
    let ended = changes.ended_sign_ins.len() + changes.signed_out_elsewhere.len();
    let touched = ended + changes.joined.len() + changes.parted.len();
    let count = changes.users.len() + entries.len() + changes.sign_ins.len() + changes.links.len();
    let count = count + changes.second_factors.len();
    if count + touched == 0 {
        return Ok(BTreeMap::new());
    }
    let mut users: Vec<_> = changes.users.iter().collect();
    users.sort_by_key(|saved| saved.row.id);
    let mut joined: Vec<_> = changes.joined.iter().map(|(user, id)| Line { user_id: user.0, id: id.0 }).collect();
    joined.sort_by_key(|line| line.user_id);
    // Who leaves and comes back in one commit keeps the line, with the new membership in it.
    let stays = |user: &Uuid| joined.iter().any(|line| line.user_id == *user);
    let mut parted: Vec<_> = changes.parted.iter().map(|id| id.0).filter(|id| !stays(id)).collect();
    parted.sort();
    let ended = changes.ended_sign_ins.iter().map(|(user, id)| Line { user_id: user.0, id: id.0 });
    let query = PEOPLE
        .query()
        .bind(list(&users, |it| Guarded { expected: it.expected, row: UserRow::from(&it.row) }))
        .bind(list(entries, AuditRow::from))
        .bind(list(&changes.sign_ins, SignInRow::from))
        .bind(Json(ended.collect::<Vec<_>>()))
        .bind(before.now)
        .bind(Json(joined))
        .bind(changes.organization.map(|id| id.0))
        .bind(parted)
        .bind(list(&changes.signed_out_elsewhere, Elsewhere::from))
        .bind(list(&changes.links, |it| Guarded { expected: it.expected, row: UserLinkRow::from(&it.row) }))
        .bind(list(&changes.second_factors, |it| Guarded {
            expected: it.expected,
            row: SecondFactorsRow::from(&it.row),
        }))
        .bind(changes.joined.iter().map(|(user, _)| user.0).collect::<Vec<_>>())
        .bind(changes.sign_ins.iter().map(|it| it.user.0).collect::<Vec<_>>());
    let written: Written = fetch_one(connection, query).await?;
    if written.guards != guards(count) {
        return Err(StoreError::Conflict);
    }
    super::logins::mirror(connection, changes, written).await
}
