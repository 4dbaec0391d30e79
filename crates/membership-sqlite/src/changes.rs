//! Writing a commit: every row with the guard that nobody else was first, the counters last.

use membership_core::api_key::ApiKey;
use membership_core::audit::{AuditEntry, Stream};
use membership_core::changes::{Changes, ReplacedSignIn, Saved, SignedOutElsewhere};
use membership_core::facts::Receipt;
use membership_core::id::{OrganizationId, UserId};
use membership_core::invitation::{Delivery, Invitation, InvitationState, Inviter};
use membership_core::language::Language;
use membership_core::member::Member;
use membership_core::message::Message;
use membership_core::organization::{Head, Organization};
use membership_core::port::StoreError;
use membership_core::quota::{Bucket, Charge};
use membership_core::second_factor::SecondFactors;
use membership_core::user::{SignIn, SignUp, User};
use membership_core::user_link::UserLink;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Sqlite, SqliteConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::{corrupt, from_sqlx};
use crate::facts::{id_list, text_list};
use crate::rows::{self, counter, micros};

mod attendance;
mod clears;
mod imports;
pub(crate) mod logins;
mod roster;
mod sharing;

// An insertion and an update of the same table number their parameters alike, so that one function binds both; the
// update's last parameter is the version that the row must still have.
const INSERT_ORGANIZATION: &str = "INSERT INTO organizations \
    (id, name, state, owner_member_id, policy, language, created_at, version, branding) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const UPDATE_ORGANIZATION: &str = "UPDATE organizations SET name = ?2, state = ?3, owner_member_id = ?4, policy = ?5, \
    language = ?6, created_at = ?7, version = ?8, branding = ?9 WHERE id = ?1 AND version = ?10";
const INSERT_SEATS: &str = "INSERT INTO organization_seats \
    (organization_id, seat_limit, assigned, reserved, waiting, plan, expires_at, grace_days, announces_at, \
    audit_sequence, audit_hash, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const UPDATE_SEATS: &str = "UPDATE organization_seats SET seat_limit = ?2, assigned = ?3, reserved = ?4, \
    waiting = ?5, plan = ?6, expires_at = ?7, grace_days = ?8, announces_at = ?9, audit_sequence = ?10, \
    audit_hash = ?11, revision = ?12 WHERE organization_id = ?1 AND revision = ?13";
const INSERT_MEMBER: &str = "INSERT INTO memberships \
    (organization_id, id, user_id, name, name_key, email, role, status, seat, joined_at, deactivates_at, version, \
    first_name, last_name, language, labels, number, additional_information, set_up_generation, set_up_channel, \
    set_up_issued_at, set_up_expires_at, set_up_used_at, search_key, waits_since, set_up_delivery, rounds, \
    last_round_at, login_since, raised_at, set_up_code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
    ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)";
/// How the mail of a personal link fares is the courier's to write; only a new generation begins anew. When somebody
/// last signed in is the sign-in's to write; only another login begins anew.
const UPDATE_MEMBER: &str = "UPDATE memberships SET user_id = ?3, name = ?4, name_key = ?5, email = ?6, role = ?7, \
    status = ?8, seat = ?9, joined_at = ?10, deactivates_at = ?11, version = ?12, first_name = ?13, last_name = ?14, \
    language = ?15, labels = ?16, number = ?17, additional_information = ?18, set_up_generation = ?19, \
    set_up_channel = ?20, set_up_issued_at = ?21, set_up_expires_at = ?22, set_up_used_at = ?23, \
    search_key = ?24, waits_since = ?25, \
    set_up_delivery = CASE WHEN set_up_generation = ?19 THEN set_up_delivery ELSE ?26 END, rounds = ?27, \
    last_round_at = ?28, login_since = ?29, raised_at = ?30, set_up_code = ?31, \
    last_login_at = CASE WHEN user_id IS ?3 THEN last_login_at ELSE 0 END \
    WHERE organization_id = ?1 AND id = ?2 AND version = ?32";
const INSERT_INVITATION: &str = "INSERT INTO invitations (organization_id, id, email, role, for_owner, state, \
    generation, channel, reserves_seat, invited_by, language, message, deactivates_at, created_at, opens_at, \
    expires_at, settled_at, member_id, sends, delivery, version, groups, sessions, wording_id) VALUES (?1, ?2, ?3, ?4, \
    ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";
/// How the mail of a generation fares is the courier's to write; only a new generation begins anew.
const UPDATE_INVITATION: &str = "UPDATE invitations SET email = ?3, role = ?4, for_owner = ?5, state = ?6, \
    generation = ?7, channel = ?8, reserves_seat = ?9, invited_by = ?10, language = ?11, message = ?12, \
    deactivates_at = ?13, created_at = ?14, opens_at = ?15, expires_at = ?16, settled_at = ?17, member_id = ?18, \
    sends = ?19, delivery = CASE WHEN generation = ?7 THEN delivery ELSE ?20 END, \
    delivery_note = CASE WHEN generation = ?7 THEN delivery_note ELSE NULL END, version = ?21, groups = ?22, \
    sessions = ?23, wording_id = ?24 WHERE organization_id = ?1 AND id = ?2 AND version = ?25";
const INSERT_USER: &str = "INSERT INTO users (id, name, username, password, language, operator, created_at, \
    audit_sequence, audit_hash, version, emails, password_due, password_generation, identities, first_name, \
    last_name, home_organization_id, initial_password_expires_at, initial_password_used_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
const UPDATE_USER: &str = "UPDATE users SET name = ?2, username = ?3, password = ?4, language = ?5, operator = ?6, \
    created_at = ?7, audit_sequence = ?8, audit_hash = ?9, version = ?10, emails = ?11, password_due = ?12, \
    password_generation = ?13, identities = ?14, first_name = ?15, last_name = ?16, home_organization_id = ?17, \
    initial_password_expires_at = ?18, initial_password_used_at = ?19 WHERE id = ?1 AND version = ?20";
const INSERT_LINK: &str = "INSERT INTO user_links (user_id, id, kind, generation, address, created_at, expires_at, \
    used_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const UPDATE_LINK: &str = "UPDATE user_links SET kind = ?3, generation = ?4, address = ?5, created_at = ?6, \
    expires_at = ?7, used_at = ?8, version = ?9 WHERE user_id = ?1 AND id = ?2 AND version = ?10";
const INSERT_FACTORS: &str = "INSERT INTO second_factors (user_id, totp, passkeys, codes, version) \
    VALUES (?1, ?2, ?3, ?4, ?5)";
const UPDATE_FACTORS: &str = "UPDATE second_factors SET totp = ?2, passkeys = ?3, codes = ?4, version = ?5 \
    WHERE user_id = ?1 AND version = ?6";
const INSERT_ORGANIZATION_ENTRY: &str = "INSERT INTO audit_log (organization_id, sequence, at, actor_kind, \
    actor_user, actor_name, request, event, subject_kind, subject_id, subject_name, \"before\", \"after\", previous, \
    hash, actor_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
const INSERT_USER_ENTRY: &str = "INSERT INTO user_log (user_id, sequence, at, actor_kind, \
    actor_user, actor_name, request, event, subject_kind, subject_id, subject_name, \"before\", \"after\", previous, \
    hash, actor_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
/// One that is there already says the same.
const KEEP_WORDING: &str = "INSERT INTO wordings (organization_id, id, subject, text) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (organization_id, id) DO NOTHING";
const KEEP_SET_UP_CODE: &str = "INSERT INTO set_up_codes (locator, organization_id, member_id, expires_at) \
    VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (locator, organization_id, member_id) DO UPDATE SET expires_at = excluded.expires_at";
/// Whoever keeps a name keeps its claims as they are.
const RELEASE_USERNAME: &str = "DELETE FROM usernames WHERE user_id = ?1 AND NOT EXISTS \
    (SELECT 1 FROM usernames k WHERE k.username = ?2 AND k.user_id = ?1)";
const CLAIM_USERNAME: &str = "INSERT INTO usernames (username, user_id) SELECT c.value, ?1 FROM json_each(?3) c \
    WHERE NOT EXISTS (SELECT 1 FROM usernames k WHERE k.username = ?2 AND k.user_id = ?1)";
const INSERT_KEY: &str = "INSERT INTO api_keys (organization_id, id, name, scopes, member_id, token_hash, created_at, \
    expires_at, revoked_at, two_factors, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const UPDATE_KEY: &str = "UPDATE api_keys SET name = ?3, scopes = ?4, member_id = ?5, token_hash = ?6, \
    created_at = ?7, expires_at = ?8, revoked_at = ?9, two_factors = ?10, version = ?11 \
    WHERE organization_id = ?1 AND id = ?2 AND version = ?12";
const INSERT_OPERATOR_KEY: &str = "INSERT INTO operator_keys (deployment, id, name, scopes, user_id, token_hash, \
    created_at, expires_at, revoked_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const UPDATE_OPERATOR_KEY: &str = "UPDATE operator_keys SET name = ?3, scopes = ?4, user_id = ?5, token_hash = ?6, \
    created_at = ?7, expires_at = ?8, revoked_at = ?9, version = ?10 \
    WHERE deployment = ?1 AND id = ?2 AND version = ?11";
/// Adds a charge to what is used, if the quota has room for it. The cost is the second last parameter, the time the last.
const CHARGE_ORGANIZATION: &str = "INSERT INTO organization_quotas AS q (organization_id, subject_id, cause, seconds, \
    empties_at) SELECT ?1, ?2, ?3, ?4, ?6 + ?5 WHERE ?5 <= ?4 * 1000000 \
    ON CONFLICT (organization_id, subject_id, cause, seconds) DO UPDATE SET empties_at = max(q.empties_at, ?6) + ?5 \
    WHERE max(q.empties_at, ?6) + ?5 <= ?6 + ?4 * 1000000";
const CHARGE_MAIL: &str = "INSERT INTO mail_quotas AS q (bucket, cause, seconds, empties_at) \
    SELECT ?1, ?2, ?3, ?5 + ?4 WHERE ?4 <= ?3 * 1000000 \
    ON CONFLICT (bucket, cause, seconds) DO UPDATE SET empties_at = max(q.empties_at, ?5) + ?4 \
    WHERE max(q.empties_at, ?5) + ?4 <= ?5 + ?3 * 1000000";
const INSERT_MESSAGE: &str = "INSERT INTO outbox (scope_id, id, scope_kind, recipient, language, content, state, \
    due_at, created_at, branding) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7, ?8, ?9) ON CONFLICT (scope_id, id) DO NOTHING";

/// Everything of an organization but its head, its log and its quotas; what belongs to other rows goes before them.
pub(crate) const STARTED_OVER: [&str; 18] = [
    "DELETE FROM group_members WHERE organization_id = ?1",
    "DELETE FROM enrolments WHERE organization_id = ?1",
    "DELETE FROM sessions WHERE organization_id = ?1",
    "DELETE FROM programs WHERE organization_id = ?1",
    "DELETE FROM groups WHERE organization_id = ?1",
    "DELETE FROM resource_shares WHERE organization_id = ?1",
    "DELETE FROM resources WHERE organization_id = ?1",
    "DELETE FROM invitations WHERE organization_id = ?1",
    "DELETE FROM memberships WHERE organization_id = ?1",
    "DELETE FROM roster_rounds WHERE organization_id = ?1",
    "DELETE FROM wordings WHERE organization_id = ?1",
    "DELETE FROM api_keys WHERE organization_id = ?1",
    "DELETE FROM import_rows WHERE organization_id = ?1",
    "DELETE FROM imports WHERE organization_id = ?1",
    "DELETE FROM cleared_logins WHERE organization_id = ?1",
    "DELETE FROM login_clears WHERE organization_id = ?1",
    "DELETE FROM idempotency_keys WHERE scope_id = ?1",
    "DELETE FROM outbox WHERE scope_id = ?1",
];

type Statement = Query<'static, Sqlite, SqliteArguments>;

/// Writes the changes through a connection that is in a write transaction. After an error the transaction must end.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    changes: &Changes,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let mut writer = Writer { connection, now };
    if let Some(organization) = changes.organization {
        writer.organization(organization, changes).await?;
    } else if !only_of_users(changes) {
        return Err(corrupt("changes of an organization do not name it"));
    }
    writer.users(&changes.users).await?;
    writer.sign_ins_and_sign_ups(changes).await?;
    for entry in &changes.audit {
        writer.run(entry_statement(entry)?).await?;
    }
    for message in &changes.messages {
        writer.run(message_statement(message)?).await?;
    }
    for key in &changes.operator_keys {
        writer.save(operator_key_statement(key)?, key.expected).await?;
    }
    for charge in &changes.charges {
        writer.run_on_one(charge_statement(charge, now)).await?;
    }
    if let Some(receipt) = &changes.receipt {
        writer.run_on_one(receipt_statement(receipt, now)).await?;
    }
    if let Some(head) = &changes.head {
        writer.save(seats_statement(head)?, head.expected).await?;
    }
    Ok(())
}

fn only_of_users(changes: &Changes) -> bool {
    changes.head.is_none()
        && changes.organization_row.is_none()
        && changes.members.is_empty()
        && changes.removed_members.is_empty()
        && changes.invitations.is_empty()
        && changes.rounds.is_empty()
        && changes.clears.is_empty()
        && changes.attendance.is_empty()
        && changes.imports.is_empty()
        && sharing::is_empty(changes)
        && changes.joined.is_empty()
        && changes.parted.is_empty()
        && changes.waiting.is_empty()
        && changes.codes.is_empty()
        && changes.wordings.is_empty()
        && changes.keys.is_empty()
}

struct Writer<'c> {
    connection: &'c mut SqliteConnection,
    now: OffsetDateTime,
}

impl Writer<'_> {
    async fn run(&mut self, statement: Statement) -> Result<u64, StoreError> {
        Ok(statement.execute(&mut *self.connection).await.map_err(from_sqlx)?.rows_affected())
    }

    /// Runs a statement that must meet exactly one row; otherwise somebody else was first.
    async fn run_on_one(&mut self, statement: Statement) -> Result<(), StoreError> {
        if self.run(statement).await? == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Inserts a new row, or updates the one that still has the expected version.
    async fn save(&mut self, statement: Statement, expected: Option<u64>) -> Result<(), StoreError> {
        let statement = match expected {
            Some(version) => statement.bind(counter(version)?),
            None => statement,
        };
        self.run_on_one(statement).await
    }

    async fn organization(&mut self, id: OrganizationId, changes: &Changes) -> Result<(), StoreError> {
        if changes.starts_over {
            for sql in STARTED_OVER {
                self.run(sqlx::query(sql).bind(id.0)).await?;
            }
        }
        if let Some(row) = &changes.organization_row {
            self.save(organization_statement(row)?, row.expected).await?;
        }
        self.members(id, changes).await?;
        self.rounds(id, &changes.rounds).await?;
        self.clears(id, &changes.clears).await?;
        self.resources(id, changes).await?;
        for it in &changes.wordings {
            let kept = sqlx::query(KEEP_WORDING).bind(id.0).bind(it.id.0);
            self.run(kept.bind(it.subject.clone()).bind(it.text.clone())).await?;
        }
        // What ends makes room for what begins: at most one invitation to an address is pending.
        let (updates, inserts) = changes.invitations.iter().partition::<Vec<_>, _>(|it| it.expected.is_some());
        for invitation in updates.into_iter().chain(inserts) {
            self.save(invitation_statement(id, invitation)?, invitation.expected).await?;
            if invitation.row.state != InvitationState::Pending {
                self.run(no_longer_waiting(id, &invitation.row)).await?;
            }
        }
        for key in &changes.keys {
            self.save(key_statement(id, key)?, key.expected).await?;
        }
        for (group, _) in &changes.attendance.removed_groups {
            self.run(sqlx::query(sharing::DROP_SHARES_OF_GROUP).bind(id.0).bind(group.0)).await?;
        }
        attendance::write(&mut *self.connection, id, &changes.attendance).await?;
        imports::write(&mut *self.connection, id, &changes.imports).await?;
        for (address, invitation) in &changes.waiting {
            let sql = "INSERT INTO email_invitations (email, organization_id, invitation_id) VALUES (?1, ?2, ?3) \
                       ON CONFLICT DO NOTHING";
            self.run(sqlx::query(sql).bind(address.to_string()).bind(id.0).bind(invitation.0)).await?;
        }
        for (code, member) in &changes.codes {
            let kept = sqlx::query(KEEP_SET_UP_CODE).bind(code.locator.0).bind(id.0).bind(member.0);
            self.run(kept.bind(micros(code.expires_at))).await?;
        }
        Ok(())
    }

    async fn members(&mut self, id: OrganizationId, changes: &Changes) -> Result<(), StoreError> {
        for (member, version) in &changes.removed_members {
            let sql = "DELETE FROM memberships WHERE organization_id = ?1 AND id = ?2 AND version = ?3";
            self.run_on_one(sqlx::query(sql).bind(id.0).bind(member.0).bind(counter(*version)?)).await?;
            self.run(sqlx::query(sharing::DROP_SHARES_OF_MEMBER).bind(id.0).bind(member.0)).await?;
        }
        let (updates, inserts) = changes.members.iter().partition::<Vec<_>, _>(|it| it.expected.is_some());
        for member in updates.into_iter().chain(inserts) {
            self.save(member_statement(id, member)?, member.expected).await?;
        }
        for user in &changes.parted {
            let sql = "DELETE FROM user_organizations WHERE user_id = ?1 AND organization_id = ?2";
            self.run(sqlx::query(sql).bind(user.0).bind(id.0)).await?;
        }
        for (user, member) in &changes.joined {
            let sql = "INSERT INTO user_organizations (user_id, organization_id, member_id) VALUES (?1, ?2, ?3) \
                       ON CONFLICT (user_id, organization_id) DO UPDATE SET member_id = excluded.member_id";
            self.run(sqlx::query(sql).bind(user.0).bind(id.0).bind(member.0)).await?;
            self.seen_before(id, (*user, *member)).await?;
        }
        Ok(())
    }

    /// Claims are given up before others are made, so that one commit can pass a username or address on.
    async fn users(&mut self, users: &[Saved<User>]) -> Result<(), StoreError> {
        for user in users {
            self.save(user_statement(user)?, user.expected).await?;
            if user.expected.is_some() {
                let name = user.row.username.as_ref().map(ToString::to_string);
                self.run(sqlx::query(RELEASE_USERNAME).bind(user.row.id.0).bind(name)).await?;
                self.run(sqlx::query("DELETE FROM identities WHERE user_id = ?1").bind(user.row.id.0)).await?;
                self.run(sqlx::query("DELETE FROM user_emails WHERE user_id = ?1").bind(user.row.id.0)).await?;
            }
        }
        for user in users {
            self.claim_names(&user.row).await?;
        }
        Ok(())
    }

    /// A name, identity or verified address that is taken breaks a unique index, which is a conflict.
    async fn claim_names(&mut self, user: &User) -> Result<(), StoreError> {
        if let Some(username) = &user.username {
            let claims = text_list(username.claims().iter().map(String::as_str));
            let claim = sqlx::query(CLAIM_USERNAME).bind(user.id.0).bind(username.to_string());
            self.run(claim.bind(claims)).await?;
        }
        for identity in &user.identities {
            let sql = "INSERT INTO identities (id, user_id) VALUES (?1, ?2)";
            self.run(sqlx::query(sql).bind(identity.id().0).bind(user.id.0)).await?;
        }
        for (position, email) in (0_i64..).zip(&user.emails) {
            let sql = "INSERT INTO user_emails (email, user_id, position, verified_at) VALUES (?1, ?2, ?3, ?4)";
            let statement = sqlx::query(sql).bind(email.address.to_string()).bind(user.id.0).bind(position);
            self.run(statement.bind(email.verified_at.map(micros))).await?;
        }
        Ok(())
    }

    async fn sign_ins_and_sign_ups(&mut self, changes: &Changes) -> Result<(), StoreError> {
        for factors in &changes.second_factors {
            self.save(factors_statement(factors)?, factors.expected).await?;
        }
        for link in &changes.links {
            self.save(link_statement(link)?, link.expected).await?;
        }
        for elsewhere in &changes.signed_out_elsewhere {
            self.run(signed_out_elsewhere_statement(elsewhere, self.now)).await?;
        }
        for sign_in in &changes.sign_ins {
            self.run(sign_in_statement(sign_in)).await?;
            self.seen(sign_in).await?;
        }
        for replaced in &changes.replaced_sign_ins {
            self.run(sign_in_statement(&replaced.row)).await?;
            self.run_on_one(shortened_statement(replaced)).await?;
        }
        for (user, sign_in) in &changes.ended_sign_ins {
            let sql = "UPDATE sign_ins SET ended_at = ?3 WHERE user_id = ?1 AND id = ?2 AND ended_at IS NULL";
            self.run(sqlx::query(sql).bind(user.0).bind(sign_in.0).bind(micros(self.now))).await?;
        }
        for sign_up in &changes.sign_ups {
            self.run(sign_up_statement(sign_up)).await?;
        }
        for sign_up in &changes.completed_sign_ups {
            self.run_on_one(sqlx::query("DELETE FROM sign_ups WHERE id = ?1").bind(sign_up.0)).await?;
        }
        if let Some(UserId(user)) = changes.first_operator {
            let sql = "INSERT INTO installation (key, user_id) VALUES ('first-operator', ?1)";
            self.run(sqlx::query(sql).bind(user)).await?;
        }
        Ok(())
    }
}

fn either(expected: Option<u64>, insert: &'static str, update: &'static str) -> Statement {
    sqlx::query(if expected.is_none() { insert } else { update })
}

fn organization_statement(saved: &Saved<Organization>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_ORGANIZATION, UPDATE_ORGANIZATION)
        .bind(row.id.0)
        .bind(row.name.to_string())
        .bind(row.state.as_str())
        .bind(row.owner.map(|id| id.0))
        .bind(serde_json::to_string(&row.policy).map_err(corrupt)?)
        .bind(row.language.tag())
        .bind(micros(row.created_at))
        .bind(counter(row.version)?)
        .bind(serde_json::to_string(&row.branding).map_err(corrupt)?))
}

fn seats_statement(saved: &Saved<Head>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_SEATS, UPDATE_SEATS)
        .bind(row.organization.id.0)
        .bind(row.seats.limit)
        .bind(row.seats.assigned)
        .bind(row.seats.reserved)
        .bind(row.seats.waiting)
        .bind(row.subscription.plan.as_ref().map(ToString::to_string))
        .bind(row.subscription.expires_at.map(micros))
        .bind(row.subscription.grace_days)
        .bind(row.subscription.announces_at.map(micros))
        .bind(counter(row.audit.sequence)?)
        .bind(row.audit.hash.as_slice())
        .bind(counter(row.revision)?))
}

fn member_statement(organization: OrganizationId, saved: &Saved<Member>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    let code = row.set_up.and_then(|link| link.code);
    let code = code.map(|code| serde_json::to_string(&code)).transpose().map_err(corrupt)?;
    Ok(either(saved.expected, INSERT_MEMBER, UPDATE_MEMBER)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.user.map(|id| id.0))
        .bind(row.name.to_string())
        .bind(row.name.as_str().to_lowercase())
        .bind(row.email.as_ref().map(ToString::to_string))
        .bind(row.role.to_string())
        .bind(row.status.as_str())
        .bind(row.seat)
        .bind(micros(row.joined_at))
        .bind(row.deactivates_at.map(micros))
        .bind(counter(row.version)?)
        .bind(row.profile.names.first.as_ref().map(ToString::to_string))
        .bind(row.profile.names.last.as_ref().map(ToString::to_string))
        .bind(row.profile.language.map(Language::tag))
        .bind(serde_json::to_string(&row.profile.labels).map_err(corrupt)?)
        .bind(row.profile.number.as_ref().map(ToString::to_string))
        .bind(row.profile.additional_information.as_ref().map(ToString::to_string))
        .bind(row.set_up.map(|link| link.generation))
        .bind(row.set_up.map(|link| rows::channel_name(link.channel)))
        .bind(row.set_up.map(|link| micros(link.issued_at)))
        .bind(row.set_up.map(|link| micros(link.expires_at)))
        .bind(row.set_up.and_then(|link| link.used_at).map(micros))
        .bind(row.search_key())
        .bind(row.waits_since.map(micros))
        .bind(row.set_up.map_or(Delivery::None, |link| link.delivery).as_str())
        .bind(serde_json::to_string(&row.rounds.numbers).map_err(corrupt)?)
        .bind(row.rounds.last_at.map(micros))
        .bind(row.login_since.map(micros))
        .bind(row.raised_at.map(micros))
        .bind(code))
}

fn invitation_statement(organization: OrganizationId, saved: &Saved<Invitation>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    let inviter = match row.invited_by {
        Inviter::Member(id) => Some(id.0),
        Inviter::Operator => None,
    };
    Ok(either(saved.expected, INSERT_INVITATION, UPDATE_INVITATION)
        .bind(organization.0)
        .bind(row.id.0)
        .bind(row.email.to_string())
        .bind(row.role.to_string())
        .bind(row.for_owner)
        .bind(row.state.as_str())
        .bind(row.generation)
        .bind(rows::channel_name(row.channel))
        .bind(row.reserves_seat)
        .bind(inviter)
        .bind(row.language.tag())
        .bind(row.message.clone())
        .bind(row.deactivates_at.map(micros))
        .bind(micros(row.created_at))
        .bind(micros(row.opens_at))
        .bind(micros(row.expires_at))
        .bind(row.settled_at.map(micros))
        .bind(row.member.map(|id| id.0))
        .bind(row.sends)
        .bind(row.delivery.as_str())
        .bind(counter(row.version)?)
        .bind(id_list(row.groups.iter().map(|id| id.0)))
        .bind(id_list(row.sessions.iter().map(|id| id.0)))
        .bind(row.wording.map(|id| id.0)))
}

/// The list of what waits for an address is made of hints; those that have ended are taken away to keep it short.
fn no_longer_waiting(organization: OrganizationId, invitation: &Invitation) -> Statement {
    let sql = "DELETE FROM email_invitations WHERE email = ?1 AND organization_id = ?2 AND invitation_id = ?3";
    sqlx::query(sql).bind(invitation.email.to_string()).bind(organization.0).bind(invitation.id.0)
}

fn user_statement(saved: &Saved<User>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_USER, UPDATE_USER)
        .bind(row.id.0)
        .bind(row.name.to_string())
        .bind(row.username.as_ref().map(ToString::to_string))
        .bind(row.password.as_ref().map(|password| password.expose().to_owned()))
        .bind(row.language.tag())
        .bind(row.operator)
        .bind(micros(row.created_at))
        .bind(counter(row.audit.sequence)?)
        .bind(row.audit.hash.as_slice())
        .bind(counter(row.version)?)
        .bind(rows::emails_text(&row.emails)?)
        .bind(row.password_due)
        .bind(row.password_generation)
        .bind(rows::identities_text(&row.identities)?)
        .bind(row.names.first.as_ref().map(ToString::to_string))
        .bind(row.names.last.as_ref().map(ToString::to_string))
        .bind(row.home.map(|id| id.0))
        .bind(row.initial_password.map(|it| micros(it.expires_at)))
        .bind(row.initial_password.and_then(|it| it.used_at).map(micros)))
}

fn sign_in_statement(row: &SignIn) -> Statement {
    let sql = "INSERT INTO sign_ins (user_id, id, token_hash, created_at, expires_at, last_seen_at, description, \
               password_generation, assurance, proven_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    sqlx::query(sql)
        .bind(row.user.0)
        .bind(row.id.0)
        .bind(row.token.0.as_slice())
        .bind(micros(row.created_at))
        .bind(micros(row.expires_at))
        .bind(micros(row.last_seen_at))
        .bind(row.description.clone())
        .bind(row.password_generation)
        .bind(row.assurance.as_str())
        .bind(micros(row.proven_at))
}

/// Of two who replace a sign-in at once, one finds that it ends at another time.
fn shortened_statement(replaced: &ReplacedSignIn) -> Statement {
    let sql = "UPDATE sign_ins SET expires_at = ?4 WHERE user_id = ?1 AND id = ?2 AND expires_at = ?3 \
               AND ended_at IS NULL";
    let (expected, until) = (micros(replaced.expected_end), micros(replaced.until));
    sqlx::query(sql).bind(replaced.row.user.0).bind(replaced.former.0).bind(expected).bind(until)
}

/// The kept sign-in goes on under the present password.
fn signed_out_elsewhere_statement(row: &SignedOutElsewhere, now: OffsetDateTime) -> Statement {
    let sql = "UPDATE sign_ins SET ended_at = CASE WHEN id = ?2 THEN ended_at ELSE ?3 END, \
               password_generation = CASE WHEN id = ?2 THEN ?4 ELSE password_generation END \
               WHERE user_id = ?1 AND ended_at IS NULL";
    let kept = row.kept.map(|id| id.0);
    sqlx::query(sql).bind(row.user.0).bind(kept).bind(micros(now)).bind(row.password_generation)
}

fn link_statement(saved: &Saved<UserLink>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    Ok(either(saved.expected, INSERT_LINK, UPDATE_LINK)
        .bind(row.user.0)
        .bind(row.id.0)
        .bind(row.kind.as_str())
        .bind(row.generation)
        .bind(row.address.to_string())
        .bind(micros(row.created_at))
        .bind(micros(row.expires_at))
        .bind(row.used_at.map(micros))
        .bind(counter(row.version)?))
}

fn key_statement(organization: OrganizationId, saved: &Saved<ApiKey>) -> Result<Statement, StoreError> {
    let statement = either(saved.expected, INSERT_KEY, UPDATE_KEY).bind(organization.0);
    let statement = key_columns(statement, &saved.row, saved.row.made_by.member().map(|id| id.0))?;
    Ok(statement.bind(saved.row.two_factors).bind(counter(saved.row.version)?))
}

fn operator_key_statement(saved: &Saved<ApiKey>) -> Result<Statement, StoreError> {
    let statement = either(saved.expected, INSERT_OPERATOR_KEY, UPDATE_OPERATOR_KEY).bind("operator");
    let statement = key_columns(statement, &saved.row, saved.row.made_by.operator().map(|id| id.0))?;
    Ok(statement.bind(counter(saved.row.version)?))
}

fn key_columns(statement: Statement, row: &ApiKey, maker: Option<Uuid>) -> Result<Statement, StoreError> {
    Ok(statement
        .bind(row.id.0)
        .bind(row.name.to_string())
        .bind(serde_json::to_string(&row.scopes).map_err(corrupt)?)
        .bind(maker)
        .bind(row.token.0.to_vec())
        .bind(micros(row.created_at))
        .bind(micros(row.expires_at))
        .bind(row.revoked_at.map(micros)))
}

fn charge_statement(charge: &Charge, now: OffsetDateTime) -> Statement {
    let cost = charge.allowance.each().whole_microseconds().saturating_mul(i128::from(charge.times));
    let statement = match &charge.bucket {
        Bucket::Of(organization, subject) => sqlx::query(CHARGE_ORGANIZATION).bind(organization.0).bind(*subject),
        Bucket::Everywhere(bucket) => sqlx::query(CHARGE_MAIL).bind(bucket.clone()),
    };
    statement
        .bind(charge.cause.as_str())
        .bind(charge.allowance.seconds)
        .bind(i64::try_from(cost).unwrap_or(i64::MAX))
        .bind(micros(now))
}

fn factors_statement(saved: &Saved<SecondFactors>) -> Result<Statement, StoreError> {
    let row = &saved.row;
    let totp = row.totp.as_ref().map(serde_json::to_string).transpose().map_err(corrupt)?;
    Ok(either(saved.expected, INSERT_FACTORS, UPDATE_FACTORS)
        .bind(row.user.0)
        .bind(totp)
        .bind(serde_json::to_string(&row.passkeys).map_err(corrupt)?)
        .bind(serde_json::to_string(&row.codes).map_err(corrupt)?)
        .bind(counter(row.version)?))
}

fn sign_up_statement(row: &SignUp) -> Statement {
    let sql = "INSERT INTO sign_ups (id, email, name, password, language, created_at, expires_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    sqlx::query(sql)
        .bind(row.id.0)
        .bind(row.email.to_string())
        .bind(row.name.to_string())
        .bind(row.password.expose().to_owned())
        .bind(row.language.tag())
        .bind(micros(row.created_at))
        .bind(micros(row.expires_at))
}

fn entry_statement(entry: &AuditEntry) -> Result<Statement, StoreError> {
    let (sql, stream) = match entry.stream {
        Stream::Organization(id) => (INSERT_ORGANIZATION_ENTRY, id.0),
        Stream::User(id) => (INSERT_USER_ENTRY, id.0),
    };
    Ok(sqlx::query(sql)
        .bind(stream)
        .bind(counter(entry.sequence)?)
        .bind(micros(entry.at))
        .bind(entry.actor.written_kind())
        .bind(entry.actor.user.map(|id| id.0))
        .bind(entry.actor.name.clone())
        .bind(entry.request.clone())
        .bind(entry.event.clone())
        .bind(entry.subject_kind.clone())
        .bind(entry.subject)
        .bind(entry.subject_name.clone())
        .bind(entry.before.clone())
        .bind(entry.after.clone())
        .bind(entry.previous.as_slice())
        .bind(entry.hash.as_slice())
        .bind(entry.actor.key.map(|id| id.0)))
}

/// The insertion of a message, which leaves one that is there already as it is.
pub(crate) fn message_statement(message: &Message) -> Result<Statement, StoreError> {
    Ok(sqlx::query(INSERT_MESSAGE)
        .bind(message.scope.key())
        .bind(message.id.0)
        .bind(rows::scope_kind(message.scope))
        .bind(serde_json::to_string(&message.to).map_err(corrupt)?)
        .bind(message.language.tag())
        .bind(serde_json::to_string(&message.content).map_err(corrupt)?)
        .bind(micros(message.due_at))
        .bind(micros(message.created_at))
        .bind(serde_json::to_string(&message.branding).map_err(corrupt)?))
}

/// Only a receipt that is over makes place for another one of its key.
fn receipt_statement(receipt: &Receipt, now: OffsetDateTime) -> Statement {
    let sql = "INSERT INTO idempotency_keys AS k (scope_id, key, fingerprint, answer, created_at, expires_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (scope_id, key) DO UPDATE SET \
               fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at, \
               expires_at = excluded.expires_at WHERE k.expires_at <= excluded.created_at";
    sqlx::query(sql)
        .bind(receipt.key.scope)
        .bind(receipt.key.key.0.as_slice())
        .bind(receipt.fingerprint.as_slice())
        .bind(receipt.answer.clone())
        .bind(micros(now))
        .bind(micros(receipt.expires_at))
}
