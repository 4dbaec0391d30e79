//! The audit log: one entry for every event, chained by hash, so that an edit, a deletion or a reordering shows (I15).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::event::Event;
use crate::facts::Facts;
use crate::id::{
    ApiKeyId, ClearId, GroupId, ImportId, InvitationId, MemberId, OrganizationId, ProgramId, RoundId, SessionId, UserId,
};
use crate::language::Language;
use crate::member::Member;
use crate::organization::ChainEnd;
use crate::profile::MemberProfile;
use crate::resource::{Holder, ResourceName};
use crate::second_factor::{SecondFactors, UsedFactor};
use crate::wording::TemplateKey;

/// Whose log an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// An organization's.
    Organization(OrganizationId),
    /// A user's.
    User(UserId),
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditActor {
    /// `user`, `operator`, `key`, `operator-key`, `invitee` or `system`.
    pub kind: &'static str,
    /// The user, if one is known; for a key, on whose behalf it acts.
    pub user: Option<UserId>,
    /// The key, if it was one.
    pub key: Option<ApiKeyId>,
    /// What that person or key was called then.
    pub name: Option<String>,
}

impl AuditActor {
    /// The kind as a table has it: whose key it was. That it was a key shows by the key.
    pub fn written_kind(&self) -> &'static str {
        match self.kind {
            "key" => "user",
            "operator-key" => "operator",
            other => other,
        }
    }

    /// Reads a kind back from a table.
    pub fn kind_named(text: &str, key: Option<ApiKeyId>) -> &'static str {
        match (text, key) {
            ("user", Some(_)) => "key",
            ("operator", Some(_)) => "operator-key",
            (written, _) => ["user", "operator", "invitee"].into_iter().find(|it| *it == written).unwrap_or("system"),
        }
    }
}

/// What an event means for the log: on whom, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose log.
    pub stream: Stream,
    /// The event's name in kebab case.
    pub event: &'static str,
    /// `organization`, `member`, `invitation`, `group`, `program`, `session`, `round`, `clear`, `key`, `record` or `user`.
    pub subject_kind: &'static str,
    /// Its id.
    pub subject: Uuid,
    /// What it was called then.
    pub subject_name: String,
    /// The facts before, as JSON.
    pub before: Value,
    /// The facts after, as JSON.
    pub after: Value,
}

/// One entry as it is stored: complete, in order, and bound to the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Whose log.
    pub stream: Stream,
    /// 1, 2, 3 … without gaps.
    pub sequence: u64,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub actor: AuditActor,
    /// The request it came from, if it came from one.
    pub request: Option<String>,
    /// The event's name in kebab case, such as `member-role-changed`.
    pub event: String,
    /// What kind of thing it happened to.
    pub subject_kind: String,
    /// Its id.
    pub subject: Uuid,
    /// What it was called then.
    pub subject_name: String,
    /// The facts before, as JSON text. Text, so that no database reformats what was hashed.
    pub before: String,
    /// The facts after, as JSON text.
    pub after: String,
    /// The hash of the entry before it; zeros for the first.
    pub previous: [u8; 32],
    /// This entry's hash.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// The hash that the entry must have: SHA-256 over the previous hash and every field, each with its length.
    pub fn expected_hash(&self) -> [u8; 32] {
        let (stream_kind, stream) = match self.stream {
            Stream::Organization(id) => ("organization", id.0),
            Stream::User(id) => ("user", id.0),
        };
        let at = self.at.unix_timestamp_nanos().div_euclid(1_000).to_string();
        // Entries of before there were keys keep their hashes: a key is told together with the kind.
        let actor_kind = match self.actor.key {
            Some(key) => format!("{}/{key}", self.actor.kind),
            None => self.actor.kind.to_owned(),
        };
        let fields: [&str; 13] = [
            stream_kind,
            &stream.to_string(),
            &self.sequence.to_string(),
            &at,
            &actor_kind,
            &self.actor.user.map_or_else(String::new, |id| id.to_string()),
            self.actor.name.as_deref().unwrap_or(""),
            self.request.as_deref().unwrap_or(""),
            &self.event,
            &format!("{}/{}", self.subject_kind, self.subject),
            &self.subject_name,
            &self.before,
            &self.after,
        ];
        let mut digest = Sha256::new();
        digest.update(self.previous);
        for field in fields {
            digest.update(field.len().to_be_bytes());
            digest.update(field.as_bytes());
        }
        digest.finalize().into()
    }
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// An entry is missing, doubled or out of order.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// An entry was changed after it was written.
    #[error("entry {sequence} was changed after it was written")]
    Edited {
        /// Its number.
        sequence: u64,
    },
    /// The last entries were cut off.
    #[error("the log ends with entry {found}, but {expected} were written")]
    CutOff {
        /// How many were written.
        expected: u64,
        /// The last one found.
        found: u64,
    },
}

/// Checks entries one after the other against the chain they claim to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChainCheck {
    end: ChainEnd,
}

impl ChainCheck {
    /// Checks the next entry.
    ///
    /// # Errors
    /// [`BrokenChain`] says what is wrong with it.
    pub fn next(&mut self, entry: &AuditEntry) -> Result<(), BrokenChain> {
        let expected = self.end.sequence.saturating_add(1);
        if entry.sequence != expected {
            return Err(BrokenChain::Gap { expected, found: entry.sequence });
        }
        if entry.previous != self.end.hash || entry.hash != entry.expected_hash() {
            return Err(BrokenChain::Edited { sequence: entry.sequence });
        }
        self.end = ChainEnd { sequence: entry.sequence, hash: entry.hash };
        Ok(())
    }

    /// Checks that the log ends where its head says.
    ///
    /// # Errors
    /// [`BrokenChain::CutOff`] or [`BrokenChain::Edited`].
    pub fn finish(&self, end: &ChainEnd) -> Result<(), BrokenChain> {
        if self.end.sequence != end.sequence {
            return Err(BrokenChain::CutOff { expected: end.sequence, found: self.end.sequence });
        }
        if self.end.hash != end.hash {
            return Err(BrokenChain::Edited { sequence: end.sequence });
        }
        Ok(())
    }
}

/// Continues a chain by an entry.
pub(crate) fn chain(
    end: &mut ChainEnd,
    account: &Account,
    actor: &AuditActor,
    request: Option<&str>,
    at: OffsetDateTime,
) -> AuditEntry {
    let mut entry = AuditEntry {
        stream: account.stream,
        sequence: end.sequence.saturating_add(1),
        at,
        actor: actor.clone(),
        request: request.map(str::to_owned),
        event: account.event.to_owned(),
        subject_kind: account.subject_kind.to_owned(),
        subject: account.subject,
        subject_name: account.subject_name.clone(),
        before: account.before.to_string(),
        after: account.after.to_string(),
        previous: end.hash,
        hash: [0; 32],
    };
    entry.hash = entry.expected_hash();
    *end = ChainEnd { sequence: entry.sequence, hash: entry.hash };
    entry
}

/// What an event happens to, and the event's name. `None` for what is no change to an organization or account:
/// sign-ups claim nothing yet, and the row of a sign-in, a link or a key of the operator is its own record.
fn subject(event: &Event) -> Option<(&'static str, Subject<'_>)> {
    let (name, subject) = match event {
        Event::OrganizationFounded { .. } => ("organization-founded", Subject::Organization),
        Event::OrganizationRenamed { .. } => ("organization-renamed", Subject::Organization),
        Event::OrganizationBranded { .. } => ("organization-branded", Subject::Organization),
        Event::TemplateSaved { template, .. } => ("template-saved", Subject::Template(*template)),
        Event::TemplateReset { template } => ("template-reset", Subject::Template(*template)),
        Event::InvitationWorded { invitation, .. } => ("invitation-worded", Subject::InvitationText(*invitation)),
        Event::ResourceRegistered { resource } => ("record-registered", Subject::Record(&resource.name)),
        Event::ResourceRestrictionChanged { resource, .. } => ("record-restriction-changed", Subject::Record(resource)),
        Event::ResourceRemoved { resource } => ("record-removed", Subject::Record(resource)),
        Event::ResourceShared { resource, holder, .. } => ("record-shared", Subject::Share(resource, *holder)),
        Event::ResourceUnshared { resource, holder } => ("record-unshared", Subject::Share(resource, *holder)),
        Event::BackupTaken { .. } => ("backup-taken", Subject::Organization),
        Event::OrganizationRestored { .. } => ("organization-restored", Subject::Restoration),
        Event::OrganizationDeleted { .. } => ("organization-deleted", Subject::Organization),
        Event::OwnershipTransferred { .. } => ("ownership-transferred", Subject::Organization),
        Event::SeatLimitSet { .. } => ("seat-limit-set", Subject::Organization),
        Event::SubscriptionSet { .. } => ("subscription-set", Subject::Organization),
        Event::SubscriptionEndAnnounced { .. } => ("subscription-end-announced", Subject::Organization),
        Event::WhenFullSet { .. } => ("when-full-set", Subject::Organization),
        Event::InvitationCreated { invitation } => ("invitation-created", Subject::Invitation(invitation.id)),
        Event::InvitationRenewed { invitation, .. } => ("invitation-renewed", Subject::Invitation(*invitation)),
        Event::InvitationRevoked { invitation } => ("invitation-revoked", Subject::Invitation(*invitation)),
        Event::InvitationDeclined { invitation } => ("invitation-declined", Subject::Invitation(*invitation)),
        Event::InvitationExpired { invitation } => ("invitation-expired", Subject::Invitation(*invitation)),
        Event::InvitationAccepted { invitation, .. } => ("invitation-accepted", Subject::Invitation(*invitation)),
        Event::MemberJoined { member } => ("member-joined", Subject::Member(member.id)),
        Event::MemberRoleChanged { member, .. } => ("member-role-changed", Subject::Member(*member)),
        Event::MemberRemoved { member } => ("member-removed", Subject::Member(*member)),
        Event::MemberLeft { member } => ("member-left", Subject::Member(*member)),
        Event::MemberSuspended { member } => ("member-suspended", Subject::Member(*member)),
        Event::MemberReactivated { member, .. } => ("member-reactivated", Subject::Member(*member)),
        Event::MemberProfileChanged { member, .. } => ("member-profile-changed", Subject::Member(*member)),
        Event::SetUpLinkIssued { member, .. } => ("set-up-link-issued", Subject::Member(*member)),
        Event::SetUpCodeMissed { member } => ("set-up-code-missed", Subject::Member(*member)),
        Event::RoundStarted { round } => ("round-started", Subject::Round(round.id)),
        Event::RoundMoved { round, .. } => ("round-moved", Subject::Round(*round)),
        Event::LoginSetUp { member, .. } => ("login-set-up", Subject::Member(*member)),
        Event::MemberLoginChanged { member } => ("member-login-changed", Subject::Member(*member)),
        Event::MemberSignedOut { member } => ("member-signed-out", Subject::Member(*member)),
        Event::LoginClearBegun { clear } => ("login-clear-begun", Subject::Clear(clear.id)),
        Event::LoginClearMoved { clear, .. } => ("login-clear-moved", Subject::Clear(*clear)),
        Event::LoginClearUndoBegun { clear, .. } => ("login-clear-undo-begun", Subject::Clear(*clear)),
        Event::MemberLoginCleared { member, .. } => ("member-login-cleared", Subject::Member(*member)),
        Event::MemberLoginGivenBack { member, .. } => ("member-login-given-back", Subject::Member(*member)),
        Event::AccountCleared { user } => ("account-cleared", Subject::User(*user)),
        Event::AccountGivenBack { user, .. } => ("account-given-back", Subject::User(*user)),
        Event::DeactivationDateSet { member, .. } => ("deactivation-date-set", Subject::Member(*member)),
        Event::MemberDeactivated { member } => ("member-deactivated", Subject::Member(*member)),
        Event::SeatAllocated { member } => ("seat-allocated", Subject::Member(*member)),
        Event::SeatReleased { member } => ("seat-released", Subject::Member(*member)),
        Event::InvitationExtended { invitation, .. } => ("invitation-extended", Subject::Invitation(*invitation)),
        Event::GroupCreated { group } => ("group-created", Subject::Group(group.id)),
        Event::GroupRenamed { group, .. } => ("group-renamed", Subject::Group(*group)),
        Event::GroupDeleted { group } => ("group-deleted", Subject::Group(*group)),
        Event::GroupJoined { group, member } => ("group-joined", Subject::GroupMember(*group, *member)),
        Event::GroupLeft { group, member } => ("group-left", Subject::GroupMember(*group, *member)),
        Event::ProgramCreated { program } => ("program-created", Subject::Program(program.id)),
        Event::ProgramChanged { program } => ("program-changed", Subject::Program(program.id)),
        Event::ProgramDeleted { program } => ("program-deleted", Subject::Program(*program)),
        Event::SessionCreated { session } => ("session-created", Subject::Session(session.id)),
        Event::SessionChanged { session } => ("session-changed", Subject::Session(session.id)),
        Event::SessionDeleted { session } => ("session-deleted", Subject::Session(*session)),
        Event::MemberEnrolled { session, member } => ("member-enrolled", Subject::Enrolment(*session, *member)),
        Event::EnrolmentEnded { session, member } => ("enrolment-ended", Subject::Enrolment(*session, *member)),
        Event::ImportBegun { import, .. } => ("import-begun", Subject::Import(import.id)),
        Event::ImportAdvanced { import, .. } => ("import-advanced", Subject::Import(*import)),
        Event::ImportUndoBegun { import, .. } => ("import-undo-begun", Subject::Import(*import)),
        Event::ApiKeyCreated { key } => ("api-key-created", Subject::Key(key.id)),
        Event::ApiKeyRevoked { key } => ("api-key-revoked", Subject::Key(*key)),
        Event::UserRegistered { user } => ("user-registered", Subject::User(user.id)),
        Event::ProfileChanged { user, .. } => ("profile-changed", Subject::User(*user)),
        Event::UsernameChanged { user, .. } => ("username-changed", Subject::User(*user)),
        Event::InitialPasswordSet { user, .. } => ("initial-password-set", Subject::User(*user)),
        Event::InitialPasswordUsed { user } => ("initial-password-used", Subject::User(*user)),
        Event::PreparedAccountDropped { user } => ("prepared-account-dropped", Subject::User(*user)),
        Event::EmailVerified { user, .. } => ("email-verified", Subject::User(*user)),
        Event::PasswordChanged { user, .. } => ("password-changed", Subject::User(*user)),
        Event::EmailAdded { user, .. } => ("email-added", Subject::User(*user)),
        Event::EmailRemoved { user, .. } => ("email-removed", Subject::User(*user)),
        Event::PrimaryEmailChanged { user, .. } => ("primary-email-changed", Subject::User(*user)),
        Event::IdentityLinked { user, .. } => ("identity-linked", Subject::User(*user)),
        Event::IdentityUnlinked { user, .. } => ("identity-unlinked", Subject::User(*user)),
        Event::TotpConfirmed { user, .. } => ("totp-confirmed", Subject::SecondFactors(*user)),
        Event::TotpRemoved { user } => ("totp-removed", Subject::SecondFactors(*user)),
        Event::PasskeyAdded { user, .. } => ("passkey-added", Subject::SecondFactors(*user)),
        Event::PasskeyRemoved { user, .. } => ("passkey-removed", Subject::SecondFactors(*user)),
        Event::RecoveryCodesMade { user, .. } => ("recovery-codes-made", Subject::SecondFactors(*user)),
        Event::SecondFactorUsed { user, used: UsedFactor::RecoveryCode(_) } => {
            ("recovery-code-used", Subject::SecondFactors(*user))
        }
        Event::SecondFactorsReset { user } => ("second-factors-reset", Subject::SecondFactors(*user)),
        Event::PolicyChanged { .. } => ("policy-changed", Subject::Policy),
        Event::OperatorAppointed { user } => ("operator-appointed", Subject::User(*user)),
        Event::SignUpRequested { .. }
        | Event::SignUpCompleted { .. }
        | Event::SignedIn { .. }
        | Event::SignInReplaced { .. }
        | Event::SignedOut { .. }
        | Event::SignedOutElsewhere { .. }
        | Event::TotpBegun { .. }
        | Event::SecondFactorUsed { .. }
        | Event::UserLinkIssued { .. }
        | Event::UserLinkUsed { .. }
        | Event::UserLinkEnded { .. }
        | Event::OperatorKeyCreated { .. }
        | Event::OperatorKeyRevoked { .. } => {
            return None;
        }
    };
    Some((name, subject))
}

#[derive(Debug, Clone, Copy)]
enum Subject<'a> {
    Organization,
    Restoration,
    Template(TemplateKey),
    InvitationText(InvitationId),
    Record(&'a ResourceName),
    Share(&'a ResourceName, Holder),
    Member(MemberId),
    Invitation(InvitationId),
    Group(GroupId),
    GroupMember(GroupId, MemberId),
    Program(ProgramId),
    Session(SessionId),
    Enrolment(SessionId, MemberId),
    Round(RoundId),
    Clear(ClearId),
    Key(ApiKeyId),
    Import(ImportId),
    User(UserId),
    SecondFactors(UserId),
    Policy,
}

/// What the log says of an event's subject at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    name: String,
    facts: Value,
}

/// Describes an event's subject as the facts have it; `None` if it is not (or not any more) there.
pub(crate) fn describe(facts: &Facts, event: &Event) -> Option<Description> {
    match subject(event)?.1 {
        Subject::Organization => describe_organization(facts),
        Subject::Restoration => describe_restoration(facts, event),
        Subject::Template(template) => describe_template(facts, template),
        Subject::InvitationText(id) => describe_invitation_text(facts, id),
        Subject::Member(id) => describe_member(facts, id),
        Subject::Invitation(id) => describe_invitation(facts, id),
        Subject::Group(id) => describe_group(facts, id),
        Subject::GroupMember(group, member) => describe_group_member(facts, group, member),
        Subject::Program(id) => describe_program(facts, id),
        Subject::Session(id) => describe_session(facts, id),
        Subject::Enrolment(session, member) => describe_enrolment(facts, session, member),
        Subject::Round(id) => describe_round(facts, id),
        Subject::Clear(id) => describe_clear(facts, id),
        Subject::Key(id) => describe_key(facts, id),
        Subject::Import(id) => describe_import(facts, id),
        Subject::Record(name) => describe_record(facts, name),
        Subject::Share(name, holder) => describe_share(facts, name, holder),
        Subject::User(id) => describe_user(facts, id),
        Subject::SecondFactors(id) => describe_second_factors(facts, id),
        Subject::Policy => describe_policy(facts),
    }
}

/// What an event means for the log, given its subject's description before it.
pub(crate) fn account(before: Option<Description>, event: &Event, after: &Facts) -> Option<Account> {
    let (name, subject) = subject(event)?;
    let organization = || after.head.as_ref().map(|head| head.organization.id);
    let (stream, subject_kind, id) = match subject {
        Subject::Organization | Subject::Restoration | Subject::Policy | Subject::Template(_) => {
            (Stream::Organization(organization()?), "organization", organization()?.0)
        }
        Subject::Member(id) => (Stream::Organization(organization()?), "member", id.0),
        Subject::Invitation(id) | Subject::InvitationText(id) => {
            (Stream::Organization(organization()?), "invitation", id.0)
        }
        Subject::GroupMember(_, id) | Subject::Enrolment(_, id) => {
            (Stream::Organization(organization()?), "member", id.0)
        }
        Subject::Group(id) => (Stream::Organization(organization()?), "group", id.0),
        Subject::Program(id) => (Stream::Organization(organization()?), "program", id.0),
        Subject::Session(id) => (Stream::Organization(organization()?), "session", id.0),
        Subject::Round(id) => (Stream::Organization(organization()?), "round", id.0),
        Subject::Clear(id) => (Stream::Organization(organization()?), "clear", id.0),
        Subject::Key(id) => (Stream::Organization(organization()?), "key", id.0),
        Subject::Import(id) => (Stream::Organization(organization()?), "import", id.0),
        Subject::Record(name) | Subject::Share(name, _) => {
            (Stream::Organization(organization()?), "record", name.subject(organization()?))
        }
        Subject::User(id) | Subject::SecondFactors(id) => (Stream::User(id), "user", id.0),
    };
    let after = describe(after, event);
    let subject_name = after.as_ref().or(before.as_ref()).map(|it| it.name.clone())?;
    let facts = |it: Option<Description>| it.map_or(Value::Null, |it| it.facts);
    Some(Account {
        stream,
        event: name,
        subject_kind,
        subject: id,
        subject_name,
        before: facts(before),
        after: facts(after),
    })
}

fn describe_organization(facts: &Facts) -> Option<Description> {
    let head = facts.head.as_ref()?;
    let it = &head.organization;
    let owner = facts.owner().map(|owner| owner.name.as_str());
    let facts = json!({
        "name": it.name.as_str(),
        "state": it.state.as_str(),
        "owner": it.owner.map(|id| id.to_string()),
        "owner_name": owner,
        "seat_limit": head.seats.limit,
        "plan": head.subscription.plan.as_ref().map(|plan| plan.as_str()),
        "expires_at": head.subscription.expires_at.map(|at| at.to_string()),
        "grace_days": head.subscription.grace_days,
        "when_full": it.policy.when_full.as_str(),
        "branding": it.branding,
    });
    Some(Description { name: it.name.to_string(), facts })
}

fn describe_restoration(facts: &Facts, event: &Event) -> Option<Description> {
    let Event::OrganizationRestored { taken_at, without_login, .. } = event else { return None };
    let mut description = describe_organization(facts)?;
    if let Some(told) = description.facts.as_object_mut() {
        told.insert("backup_taken_at".to_owned(), json!(taken_at.to_string()));
        told.insert("members_without_login".to_owned(), json!(without_login));
    }
    Some(description)
}

/// The text is told whole: it is what people were written.
fn describe_template(facts: &Facts, template: TemplateKey) -> Option<Description> {
    let wordings = &facts.head.as_ref()?.organization.branding.wordings;
    let own = facts.worded(template);
    let facts = json!({
        "template": template.to_string(),
        "version": wordings.version(template),
        "own": wordings.chosen(template).is_some(),
        "subject": own.map(|it| &it.subject),
        "text": own.map(|it| &it.text),
    });
    Some(Description { name: template.to_string(), facts })
}

fn describe_invitation_text(facts: &Facts, id: InvitationId) -> Option<Description> {
    let it = facts.invitation(id).ok()?;
    let own = it.wording.and_then(|wording| facts.wording(wording));
    let facts = json!({ "subject": own.map(|it| &it.subject), "text": own.map(|it| &it.text) });
    Some(Description { name: it.email.to_string(), facts })
}

fn describe_member(facts: &Facts, id: MemberId) -> Option<Description> {
    let it = facts.member(id).ok()?;
    let mut described = json!({
        "role": it.role.as_str(),
        "status": it.status_at(facts.now).as_str(),
        "seat": it.seat,
        "waits_since": it.waits_since.map(|at| at.to_string()),
        "deactivates_at": it.deactivates_at.map(|at| at.to_string()),
    });
    if let (Some(told), Some(Value::Object(more))) = (described.as_object_mut(), describe_profile(it)) {
        told.extend(more);
    }
    Some(Description { name: it.name.to_string(), facts: described })
}

/// What an organization keeps of a member besides; `None` if that is nothing. Additional information is told by its
/// hash: the log is shown on a page, and that text is not to be (S2.9).
fn describe_profile(it: &Member) -> Option<Value> {
    if it.profile == MemberProfile::default() && it.set_up.is_none() {
        return None;
    }
    let profile = &it.profile;
    let noted = profile.additional_information.as_ref();
    let mut described = json!({
        "email": it.email.as_ref().map(ToString::to_string),
        "first_name": profile.names.first.as_ref().map(|name| name.as_str()),
        "last_name": profile.names.last.as_ref().map(|name| name.as_str()),
        "language": profile.language.map(Language::tag),
        "labels": profile.labels,
        "number": profile.number.as_ref().map(|number| number.as_str()),
        "additional_information_sha256":
            noted.map(|text| data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_str().as_bytes()))),
        "has_login": it.user.is_some(),
        "set_up_link": it.set_up.map(|link| link.generation),
        "rounds": it.rounds.numbers,
    });
    let code = it.set_up.and_then(|link| link.code).filter(|code| 0 < code.misses);
    if let (Some(code), Some(told)) = (code, described.as_object_mut()) {
        told.insert("set_up_code_misses".to_owned(), json!(code.misses));
    }
    Some(described)
}

fn describe_invitation(facts: &Facts, id: InvitationId) -> Option<Description> {
    let it = facts.invitation(id).ok()?;
    let facts = json!({
        "state": it.state.as_str(),
        "role": if it.for_owner { "owner" } else { it.role.as_str() },
        "generation": it.generation,
        "expires_at": it.expires_at.to_string(),
        "member": it.member.map(|id| id.to_string()),
        "groups": texts(&it.groups),
        "sessions": texts(&it.sessions),
    });
    Some(Description { name: it.email.to_string(), facts })
}

fn describe_key(facts: &Facts, id: ApiKeyId) -> Option<Description> {
    let it = facts.key(id).ok()?;
    let facts = json!({
        "scopes": it.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "member": it.made_by.member().map(|id| id.to_string()),
        "expires_at": it.expires_at.to_string(),
        "revoked": it.revoked_at.is_some(),
    });
    Some(Description { name: it.name.to_string(), facts })
}

fn describe_import(facts: &Facts, id: ImportId) -> Option<Description> {
    let it = facts.import(id).ok()?;
    let facts = json!({
        "state": it.state.as_str(),
        "existing": it.existing.as_str(),
        "rows": it.total,
        "done": it.done,
    });
    Some(Description { name: it.created_at.date().to_string(), facts })
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn describe_group(facts: &Facts, id: GroupId) -> Option<Description> {
    let it = facts.group(id).ok()?;
    Some(Description { name: it.name.to_string(), facts: json!({ "name": it.name.as_str() }) })
}

fn describe_group_member(facts: &Facts, group: GroupId, member: MemberId) -> Option<Description> {
    let (it, member) = (facts.group(group).ok()?, facts.member(member).ok()?);
    let facts = json!({
        "group": group.to_string(),
        "group_name": it.name.as_str(),
        "in": facts.is_in_group(group, member.id),
    });
    Some(Description { name: member.name.to_string(), facts })
}

fn describe_program(facts: &Facts, id: ProgramId) -> Option<Description> {
    let it = facts.program(id).ok()?;
    let facts = json!({
        "name": it.name.as_str(),
        "message": it.message,
        "language": it.language.map(|it| it.tag()),
        "groups": texts(&it.groups),
    });
    Some(Description { name: it.name.to_string(), facts })
}

fn describe_session(facts: &Facts, id: SessionId) -> Option<Description> {
    let it = facts.session(id).ok()?;
    let facts = json!({
        "program": it.program.to_string(),
        "title": it.title.as_str(),
        "starts_at": it.starts_at.to_string(),
        "ends_at": it.ends_at.to_string(),
        "groups": texts(&it.groups),
    });
    Some(Description { name: it.title.to_string(), facts })
}

fn describe_enrolment(facts: &Facts, session: SessionId, member: MemberId) -> Option<Description> {
    let (it, member) = (facts.session(session).ok()?, facts.member(member).ok()?);
    let facts = json!({
        "session": session.to_string(),
        "session_title": it.title.as_str(),
        "by_name": facts.is_enrolled_by_name(session, member.id),
    });
    Some(Description { name: member.name.to_string(), facts })
}

/// How far a round has come; who was written to is told by the members' own entries.
fn describe_round(facts: &Facts, id: RoundId) -> Option<Description> {
    let it = facts.round(id).ok()?;
    let facts = json!({
        "number": it.number,
        "audience": it.audience,
        "mailed": it.mailed,
        "left_out": it.left_out,
        "finished": it.finished_at.is_some(),
    });
    Some(Description { name: it.number.to_string(), facts })
}

/// How far a clear has come; whose logins it took is told by the members' own entries.
fn describe_clear(facts: &Facts, id: ClearId) -> Option<Description> {
    let it = facts.login_clear(id).ok()?;
    let facts = json!({"number": it.number, "state": it.state.as_str(), "counts": it.counts});
    Some(Description { name: it.number.to_string(), facts })
}

fn describe_record(facts: &Facts, name: &ResourceName) -> Option<Description> {
    let it = facts.resource(name).ok()?;
    Some(Description { name: name.to_string(), facts: json!({"restricted": it.restricted}) })
}

/// A share is told as what became of its record for one holder; without a share, the level is none.
fn describe_share(facts: &Facts, name: &ResourceName, holder: Holder) -> Option<Description> {
    let share = facts.shares.iter().find(|it| it.resource == *name && it.holder == holder);
    let called = match holder {
        Holder::Member(id) => facts.member(id).ok().map(|it| it.name.to_string()),
        Holder::Group(id) => facts.group(id).ok().map(|it| it.name.to_string()),
    };
    let facts = json!({
        "level": share.map(|it| it.level.as_str()),
        "holder_kind": holder.kind(),
        "holder": holder.id().to_string(),
        "holder_name": called,
    });
    Some(Description { name: name.to_string(), facts })
}

fn describe_user(facts: &Facts, id: UserId) -> Option<Description> {
    let it = facts.user(id)?;
    let facts = json!({
        "name": it.name.as_str(),
        "username": it.username.as_ref().map(|name| name.as_str()),
        "emails": it.verified_emails().map(ToString::to_string).collect::<Vec<_>>(),
        "language": it.language.tag(),
        "unverified_emails": it.unverified_emails().map(ToString::to_string).collect::<Vec<_>>(),
        "identities": it.identities.iter().map(|it| json!([it.subject.issuer(), it.subject.subject()])).collect::<Vec<_>>(),
        "has_password": it.password.is_some(),
        "password_generation": it.password_generation,
        "operator": it.operator,
    });
    Some(Description { name: it.name.to_string(), facts })
}

/// What there is, and nothing by which anybody could sign in.
fn describe_second_factors(facts: &Facts, id: UserId) -> Option<Description> {
    let name = facts.user(id)?.name.to_string();
    let none = SecondFactors::none(id);
    let it = facts.second_factors_of(id).unwrap_or(&none);
    let facts = json!({
        "totp": it.confirmed_totp().is_some(),
        "passkeys": it.passkeys.iter().map(|passkey| passkey.name.as_str()).collect::<Vec<_>>(),
        "recovery_codes": it.codes.len(),
    });
    Some(Description { name, facts })
}

fn describe_policy(facts: &Facts) -> Option<Description> {
    let it = &facts.head.as_ref()?.organization;
    Some(Description { name: it.name.to_string(), facts: json!(it.policy) })
}
