//! Put an organization back from a backup: what the rows must become so that no dead link comes alive and nobody comes
//! into somebody else's account (decision 0032).

use std::collections::{BTreeMap, BTreeSet};

use time::{Duration, OffsetDateTime};

use crate::audit::AuditEntry;
use crate::backup::Estate;
use crate::changes::Changes;
use crate::command::invite::mail_invitation;
use crate::command::set_up_link::issue_link;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
use crate::invitation::{Channel, Delivery, Invitation, InvitationState};
use crate::member::MemberStatus;
use crate::refusal::Refusal;
use crate::set_up::{Reach, SetUpLink};

/// How far generations jump: past every link that can have been made after the backup was taken. Those are dead then,
/// whatever has become of their rows.
pub const GENERATIONS_PASSED: u32 = 1 << 16;

/// Put an organization back where it is not, or was deleted. Not a [`Command`](crate::command::Command): what it is
/// decided on comes from a file, and is as long as that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Everything it had; checked.
    pub estate: Estate,
    /// When the backup was taken.
    pub taken_at: OffsetDateTime,
    /// Who puts it back.
    pub by: Actor,
    /// Whether open invitations go out again, and set-up links to those who have no login here.
    pub mails: bool,
}

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Which organization.
    pub organization: OrganizationId,
    /// What it is called.
    pub name: String,
    /// How many members it has.
    pub members: usize,
    /// Members who had a login where the backup was taken and have none here.
    pub without_login: usize,
    /// Open invitations; each has a new link.
    pub invitations: usize,
    /// Mails that go out.
    pub mails: usize,
}

impl Restore {
    /// What is written, and what is told. `known` are the users of this deployment among those of the members: a user is
    /// the same person only by id, never by an address.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] for an organization that was deleted.
    pub fn decide(self, known: &BTreeSet<UserId>, now: OffsetDateTime) -> Result<(Changes, Restored), Refusal> {
        self.decide_past(GENERATIONS_PASSED, known, now)
    }

    /// The same where the organization was deleted: what it has left there goes, and its log goes on. `former` is all of
    /// that; its log must begin with the backup's.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] if there is nothing left, or the backup is of an organization that was deleted.
    pub fn decide_over(
        mut self,
        former: &Estate,
        known: &BTreeSet<UserId>,
        now: OffsetDateTime,
    ) -> Result<(Changes, Restored), Refusal> {
        let since = former.log.get(self.estate.log.len()..).unwrap_or_default();
        self.remember_links(since);
        // Restored twice from the same backup, it must not make the same links twice.
        let times = since.iter().filter(|it| it.event == "organization-restored").count();
        let times = u32::try_from(times).unwrap_or(u32::MAX).saturating_add(1);
        let heads = former.head.as_ref().zip(self.estate.head.as_mut());
        let (stored, head) = heads.ok_or(Refusal::UnknownOrganization)?;
        (head.audit, head.revision) = (stored.audit, stored.revision);
        head.organization.version = stored.organization.version.saturating_add(1);
        self.estate.log.clear();
        let (mut changes, restored) = self.decide_past(GENERATIONS_PASSED.saturating_mul(times), known, now)?;
        changes.starts_over = true;
        if let Some(head) = &mut changes.head {
            head.expected = Some(stored.revision);
        }
        if let Some(row) = &mut changes.organization_row {
            row.expected = Some(stored.organization.version);
        }
        let joined: BTreeSet<_> = changes.joined.iter().map(|(user, _)| *user).collect();
        changes.parted = former.users().into_iter().filter(|user| !joined.contains(user)).collect();
        Ok((changes, restored))
    }

    /// `passed` is how far generations jump.
    fn decide_past(
        mut self,
        passed: u32,
        known: &BTreeSet<UserId>,
        now: OffsetDateTime,
    ) -> Result<(Changes, Restored), Refusal> {
        let without_login = self.estate.without_login(known);
        let waits_for_link = self.kill_links(&without_login, passed, now);
        let log = std::mem::take(&mut self.estate.log);
        let facts = self.estate.facts(now);
        let head = facts.head()?;
        let (organization, name) = (head.organization.id, head.organization.name.to_string());
        let open = open(&facts);
        let mut draft = Draft::new(&facts, self.by);
        let lost = without_login.len();
        draft.record(Event::OrganizationRestored { organization, taken_at: self.taken_at, without_login: lost });
        if self.mails {
            for (invitation, channel) in &open {
                renew(&mut draft, *invitation, *channel)?;
            }
            for member in without_login.iter().chain(&waits_for_link) {
                send_set_up_link(&mut draft, *member)?;
            }
        }
        let restored = Restored {
            organization,
            name,
            members: facts.members.len(),
            without_login: lost,
            invitations: open.len(),
            mails: 0,
        };
        let decision = draft.reply(restored);
        let mut changes = Changes::of(&Facts::nothing(now), &decision, None, None);
        changes.audit.splice(0..0, log);
        changes.waiting = open_addresses(&decision);
        let mails = changes.messages.iter().filter(|it| it.due_at <= now).count();
        Ok((changes, Restored { mails, ..decision.reply }))
    }

    /// A personal link that was made after the backup, for whoever has none in it, is remembered as a dead one: the next
    /// must not be the same.
    fn remember_links(&mut self, since: &[AuditEntry]) {
        let issued = since.iter().filter(|it| it.event == "set-up-link-issued");
        let issued: BTreeMap<_, _> = issued.map(|it| (it.subject, it.at)).collect();
        let dead = |at: OffsetDateTime| SetUpLink {
            generation: 0,
            channel: Channel::Hand,
            issued_at: at,
            expires_at: at,
            used_at: None,
            delivery: Delivery::None,
            code: None,
        };
        for member in self.estate.members.iter_mut().filter(|it| it.set_up.is_none()) {
            member.set_up = issued.get(&member.id.0).copied().map(dead);
        }
    }

    /// Takes away logins that are not of this deployment and kills every link. Returns who, besides those who lose their
    /// login, had been mailed a personal link that could still be used.
    fn kill_links(&mut self, without_login: &[MemberId], passed: u32, now: OffsetDateTime) -> Vec<MemberId> {
        let lost: BTreeSet<_> = without_login.iter().copied().collect();
        let mut waits_for_link = Vec::new();
        for member in &mut self.estate.members {
            let loses_login = lost.contains(&member.id);
            if loses_login {
                member.user = None;
                member.login_since = None;
            }
            if let Some(link) = &mut member.set_up {
                let was_alive = link.used_at.is_none() && now < link.expires_at;
                if was_alive && link.channel == Channel::Mail && !loses_login && member.user.is_none() {
                    waits_for_link.push(member.id);
                }
                link.generation = link.generation.saturating_add(passed);
                link.expires_at = link.expires_at.min(now);
                link.code = None;
            }
            if loses_login || member.set_up.is_some() {
                member.version = member.version.saturating_add(1);
            }
        }
        let pending = |it: &&mut Invitation| it.state == InvitationState::Pending;
        for invitation in self.estate.invitations.iter_mut().filter(pending) {
            invitation.generation = invitation.generation.saturating_add(passed);
            invitation.delivery = Delivery::None;
            invitation.version = invitation.version.saturating_add(1);
        }
        waits_for_link
    }
}

fn open(facts: &Facts) -> Vec<(InvitationId, Channel)> {
    let outstanding = facts.invitations.iter().filter(|it| it.is_outstanding(facts.now));
    outstanding.map(|it| (it.id, it.channel)).collect()
}

fn open_addresses(decision: &Decision<Restored>) -> Vec<(crate::email::EmailAddress, InvitationId)> {
    let pending = decision.after.invitations.iter().filter(|it| it.state == InvitationState::Pending);
    pending.map(|it| (it.email.clone(), it.id)).collect()
}

/// A link that was handed over must be handed over again; one that was mailed is mailed again.
fn renew(draft: &mut Draft, id: InvitationId, channel: Channel) -> Result<(), Refusal> {
    if channel == Channel::Hand {
        return Ok(());
    }
    let facts = draft.facts();
    let days = i64::from(facts.head()?.organization.policy.invitation_policy.valid_days);
    let invitation = facts.invitation(id)?;
    let since = facts.now.max(invitation.opens_at);
    let expires_at = invitation.expires_at.max(since.saturating_add(Duration::days(days)));
    draft.record(Event::InvitationRenewed { invitation: id, channel, expires_at });
    mail_invitation(draft, id)
}

/// Whoever has no address, or is not active, is helped by the administrators as everybody without a login is.
fn send_set_up_link(draft: &mut Draft, id: MemberId) -> Result<(), Refusal> {
    let member = draft.facts().member(id)?;
    if member.email.is_none() || member.status_at(draft.facts().now) != MemberStatus::Active {
        return Ok(());
    }
    issue_link(draft, id, Reach::Mail, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, OWNER, founded, invitation, invited, member, user, with};

    /// A team of the owner and one more, with an invitation that is open.
    fn estate() -> Estate {
        let facts = invited(with(founded("team"), 2, "admin"), 20, "member");
        let mut estate = Estate { head: facts.head.clone(), ..Estate::default() };
        (estate.members, estate.invitations) = (facts.members, facts.invitations);
        estate
    }

    fn restore(mails: bool, known: &[UserId]) -> (Changes, Restored) {
        let restore = Restore { estate: estate(), taken_at: NOW, by: Actor::Operator(None), mails };
        restore.decide(&known.iter().copied().collect(), NOW + Duration::days(1)).unwrap()
    }

    #[test]
    fn a_user_is_the_same_only_by_id() {
        let (changes, restored) = restore(false, &[user(OWNER)]);
        let users: Vec<_> = changes.members.iter().map(|it| it.row.user).collect();
        assert_eq!((users, restored.without_login), (vec![Some(user(OWNER)), None], 1));
        assert_eq!(changes.joined, [(user(OWNER), member(OWNER))]);
        assert!(changes.users.is_empty(), "no account is touched");
    }

    #[test]
    fn every_row_is_new_and_every_link_dead() {
        let (changes, restored) = restore(false, &[]);
        assert!(changes.members.iter().all(|it| it.expected.is_none()));
        assert_eq!(changes.head.as_ref().unwrap().expected, None);
        assert_eq!(changes.invitations[0].row.generation, 1 + GENERATIONS_PASSED);
        assert_eq!(changes.waiting.iter().map(|it| it.1).collect::<Vec<_>>(), [invitation(20)]);
        assert_eq!((restored.invitations, restored.mails), (1, 0));
    }

    #[test]
    fn where_it_was_deleted_its_log_goes_on_and_every_restore_makes_other_links() {
        let first = restore(false, &[]).0;
        let former = Estate { log: first.audit, ..estate() };
        let again = Restore { estate: estate(), taken_at: NOW, by: Actor::Operator(None), mails: false };
        let (changes, _) = again.decide_over(&former, &BTreeSet::from([user(OWNER)]), NOW).unwrap();
        let stored = former.head.as_ref().unwrap();
        assert!(changes.starts_over);
        assert_eq!(changes.head.as_ref().unwrap().expected, Some(stored.revision));
        assert_eq!(changes.organization_row.as_ref().unwrap().expected, Some(stored.organization.version));
        assert_eq!(changes.audit.len(), 1, "the log that is there stays");
        assert_eq!(changes.invitations[0].row.generation, 1 + 2 * GENERATIONS_PASSED);
        assert_eq!((changes.joined, changes.parted), (vec![(user(OWNER), member(OWNER))], vec![user(2)]));
    }

    #[test]
    fn mails_go_out_if_they_shall() {
        let (changes, restored) = restore(true, &[user(OWNER)]);
        let kinds: Vec<_> = changes.messages.iter().map(|it| it.content.kind()).collect();
        assert!(kinds.contains(&"invitation") && restored.mails >= 1, "{kinds:?}");
        assert_eq!(changes.invitations[0].row.expires_at, NOW + Duration::days(8), "as much time as it had at first");
        let events: Vec<_> = changes.audit.iter().map(|it| it.event.as_str()).collect();
        assert_eq!(events.first(), Some(&"organization-restored"), "{events:?}");
    }
}
