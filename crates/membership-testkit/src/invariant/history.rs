//! Promises about what came before what: ends of invitations, causes of mail, and the audit log.

use membership_core::audit::{Account, AuditEntry, Stream};
use membership_core::id::UserId;
use membership_core::invitation::{Channel, InvitationState};
use membership_core::message::{Content, Errand, MessageScope};
use membership_core::organization::ChainEnd;
use time::OffsetDateTime;

use super::{Transition, Violation};
use crate::memory::{Dump, OrganizationRows, QueuedMessage};

/// I3: "An invitation ends in exactly one of accepted, declined, revoked, expired." What has ended stays as it ended,
/// and none disappears.
///
/// # Errors
/// The first invitation that ended twice, or badly.
pub fn i3_an_invitation_ends_once(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, after) in &transition.after.organizations {
        for (invitation, it) in &after.invitations {
            let broken = |what: String| Err(Violation::new("i3_an_invitation_ends_once", invitation, what));
            let has_ended = it.state != InvitationState::Pending;
            if has_ended != it.settled_at.is_some() || (it.state == InvitationState::Accepted) != it.member.is_some() {
                return broken(format!("{:?}, settled {:?}, led to {:?}", it.state, it.settled_at, it.member));
            }
            let before = transition.before.organizations.get(id).and_then(|rows| rows.invitations.get(invitation));
            if let Some(before) = before.filter(|before| before.state != InvitationState::Pending)
                && (before.state, before.settled_at, before.member) != (it.state, it.settled_at, it.member)
            {
                return broken(format!("it was {:?} and is {:?}", before.state, it.state));
            }
        }
        if let Some(before) = transition.before.organizations.get(id)
            && let Some(gone) = before.invitations.keys().find(|it| !after.invitations.contains_key(it))
        {
            return Err(Violation::new("i3_an_invitation_ends_once", gone, "it disappeared"));
        }
    }
    Ok(())
}

/// I6, as far as a state shows it: "An operation leaves all of state, seats, audit entry and outgoing mail, or
/// nothing." Every present link that goes by mail has its message, and every message has the row it speaks of.
///
/// # Errors
/// The first message without a cause, or invitation without its message.
pub fn i6_every_message_has_its_cause(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    let broken = |place: String, what: &str| Err(Violation::new("i6_every_message_has_its_cause", place, what));
    for queued in dump.outbox.values() {
        if !has_cause(dump, queued) {
            return broken(queued.message.id.to_string(), "nothing that is stored has caused it");
        }
    }
    for (id, rows) in &dump.organizations {
        for it in rows.invitations.values().filter(|it| it.channel == Channel::Mail) {
            let is_its = |queued: &QueuedMessage| match queued.message.content {
                Content::Invitation { invitation, generation, .. } => {
                    (invitation, generation) == (it.id, it.generation)
                }
                _ => false,
            };
            let mut of_organization = dump.outbox.range((id.0, FIRST)..=(id.0, LAST)).map(|(_, queued)| queued);
            if !of_organization.any(is_its) {
                return broken(it.id.to_string(), "its mail was never written");
            }
        }
    }
    Ok(())
}

const FIRST: membership_core::id::MessageId = membership_core::id::MessageId(uuid::Uuid::nil());
const LAST: membership_core::id::MessageId = membership_core::id::MessageId(uuid::Uuid::max());

fn has_cause(dump: &Dump, queued: &QueuedMessage) -> bool {
    let rows = match queued.message.scope {
        MessageScope::Organization(id) => dump.organizations.get(&id),
        MessageScope::User(_) | MessageScope::SignUp(_) => None,
    };
    let logged = |events: &[&str]| {
        let is_cause =
            |entry: &AuditEntry| entry.at == queued.message.created_at && events.contains(&entry.event.as_str());
        rows.is_some_and(|rows: &OrganizationRows| rows.log.iter().any(is_cause))
    };
    match &queued.message.content {
        Content::Invitation { invitation, generation, .. } => {
            let stored = rows.and_then(|rows| rows.invitations.get(invitation));
            stored.is_some_and(|it| *generation <= it.generation)
                && logged(&["invitation-created", "invitation-renewed"])
        }
        Content::Reminder { invitation, generation, .. }
        | Content::Errand { errand: Errand::Remind { invitation, generation, .. } } => {
            let stored = rows.and_then(|rows| rows.invitations.get(invitation));
            stored.is_some_and(|it| *generation <= it.generation)
        }
        Content::Errand { errand: Errand::TellOfDeactivation { .. } } => {
            logged(&["deactivation-date-set", "invitation-accepted", "member-joined"])
        }
        Content::Errand { errand: Errand::SessionBegins { .. } } => logged(&["session-created", "session-changed"]),
        Content::Errand { errand: Errand::Enrolled { .. } } => logged(&["group-joined", "member-enrolled"]),
        Content::Errand { errand: Errand::SendRound { .. } } => logged(&["round-started", "round-moved"]),
        Content::Errand { errand: Errand::ClearLogins { .. } } => logged(&["login-clear-begun", "login-clear-moved"]),
        Content::Errand { errand: Errand::GiveLoginsBack { .. } } => {
            logged(&["login-clear-undo-begun", "login-clear-moved"])
        }
        Content::Errand { errand: Errand::ProgramAttended { .. } } => logged(&["program-changed"]),
        // What errands become is written by the courier when they are due, whatever has become of the rows since.
        Content::ProgramInvitation { .. }
        | Content::AccessEnding { .. }
        | Content::AccessEnded { .. }
        | Content::MemberDeactivating { .. }
        | Content::MemberDeactivated { .. } => rows.is_some(),
        Content::InvitationAccepted { .. } => logged(&["invitation-accepted"]),
        Content::SeatAllocated { .. } => logged(&["seat-allocated"]),
        Content::AccountSetUp { .. } => logged(&["set-up-link-issued"]),
        Content::LoginChanged { .. } => logged(&[
            "member-login-changed",
            "member-signed-out",
            "member-login-cleared",
            "member-login-given-back",
            "login-set-up",
        ]),
        Content::SeatAwaited { .. } => logged(&["invitation-accepted", "member-joined"]),
        Content::SeatsFilling { .. } => logged(&[
            "seat-allocated",
            "seat-limit-set",
            "invitation-created",
            "invitation-accepted",
            "member-joined",
            "member-reactivated",
        ]),
        Content::SubscriptionEnding { .. } => logged(&["subscription-end-announced"]),
        Content::OwnershipTransferred { .. } => logged(&["ownership-transferred"]),
        Content::AccessRemoved { .. } => logged(&["member-removed"]),
        Content::AddressVerification { .. } | Content::AddressInUse { .. } | Content::RecoveryRequested { .. } => true,
        Content::OneTimeLogin { link, generation, .. }
        | Content::PasswordReset { link, generation, .. }
        | Content::AdditionalAddress { link, generation, .. } => {
            let stored = dump.links.values().find(|it| it.id == *link && it.user.0 == queued.message.scope.key());
            stored.is_some_and(|it| *generation <= it.generation)
        }
        Content::PasswordChanged { .. } => logged_by_user(dump, queued, &["password-changed"]),
        Content::IdentitiesChanged { .. } => logged_by_user(dump, queued, &["identity-linked", "identity-unlinked"]),
        Content::SecondFactorChanged { .. } => {
            let causes = ["totp-confirmed", "totp-removed", "passkey-added", "passkey-removed", "recovery-codes-made"];
            let others = ["recovery-code-used", "second-factors-reset"];
            logged_by_user(dump, queued, &causes) || logged_by_user(dump, queued, &others)
        }
        Content::AddressesChanged { .. } => {
            logged_by_user(dump, queued, &["email-verified", "email-removed", "primary-email-changed"])
        }
    }
}

fn logged_by_user(dump: &Dump, queued: &QueuedMessage, events: &[&str]) -> bool {
    let MessageScope::User(user) = queued.message.scope else { return false };
    let is_cause = |entry: &AuditEntry| entry.at == queued.message.created_at && events.contains(&entry.event.as_str());
    dump.user_logs.get(&user).is_some_and(|log| log.iter().any(is_cause))
}

/// I15: "append-only and chained, so that an edit shows". What was in a log is still there, what is new continues it,
/// and it ends where its head says.
///
/// # Errors
/// The first log that does not.
pub fn i15_every_log_is_an_intact_chain(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, after) in &transition.after.organizations {
        let before = transition.before.organizations.get(id);
        let (old, end) = before.map_or((&[][..], ChainEnd::default()), |rows| (&rows.log, rows.head.audit));
        continued(&Stream::Organization(*id), (old, end), (&after.log, after.head.audit))?;
    }
    for (id, user) in &transition.after.users {
        let log = |dump: &Dump| dump.user_logs.get(id).cloned().unwrap_or_default();
        let end = transition.before.users.get(id).map_or(ChainEnd::default(), |user| user.audit);
        let (old, new) = (log(transition.before), log(transition.after));
        continued(&Stream::User(*id), (&old, end), (&new, user.audit))?;
    }
    Ok(())
}

type Log<'a> = (&'a [AuditEntry], ChainEnd);

fn continued(stream: &Stream, (old, mut end): Log<'_>, (new, last): Log<'_>) -> Result<(), Violation> {
    let broken = |what: String| Err(Violation::new("i15_every_log_is_an_intact_chain", format!("{stream:?}"), what));
    if !new.starts_with(old) {
        return broken("what was written was changed".to_owned());
    }
    for entry in new.iter().skip(old.len()) {
        let follows = entry.sequence == end.sequence.saturating_add(1) && entry.previous == end.hash;
        if !follows || entry.hash != entry.expected_hash() || entry.stream != *stream {
            return broken(format!("entry {} does not continue the chain", entry.sequence));
        }
        end = ChainEnd { sequence: entry.sequence, hash: entry.hash };
    }
    if end == last {
        Ok(())
    } else {
        broken(format!("it ends with {}, and should with {}", end.sequence, last.sequence))
    }
}

/// I15: "Every change has one audit entry: who, what, on whom, when, before and after". The entries of a commit are
/// those that were decided, one for each event of an organization or account.
///
/// # Errors
/// The first log with other entries.
pub fn i15_one_entry_for_every_event(transition: &Transition<'_>, decided: &[Account]) -> Result<(), Violation> {
    let mut streams: Vec<_> = transition.after.organizations.keys().map(|id| Stream::Organization(*id)).collect();
    streams.extend(transition.after.users.keys().map(|id| Stream::User(*id)));
    for stream in streams {
        let new = log(transition.after, stream).iter().skip(log(transition.before, stream).len());
        let written: Vec<_> = new.map(|it| (it.at, it.event.as_str(), it.subject, &*it.before, &*it.after)).collect();
        let texts: Vec<_> = decided
            .iter()
            .filter(|it| it.stream == stream)
            .map(|it| (it.event, it.subject, it.before.to_string(), it.after.to_string()))
            .collect();
        let expected: Vec<_> = texts
            .iter()
            .map(|(event, subject, before, after)| (transition.now, *event, *subject, &**before, &**after))
            .collect();
        if written != expected {
            let what = format!("{written:?} were written, and {expected:?} decided");
            return Err(Violation::new("i15_one_entry_for_every_event", format!("{stream:?}"), what));
        }
    }
    Ok(())
}

fn log(dump: &Dump, stream: Stream) -> &[AuditEntry] {
    match stream {
        Stream::Organization(id) => dump.organizations.get(&id).map_or(&[], |rows| &rows.log),
        Stream::User(UserId(id)) => dump.user_logs.get(&UserId(id)).map_or(&[], Vec::as_slice),
    }
}
