//! The outbox and the development mailbox.

use std::cmp::Reverse;

use async_trait::async_trait;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::invitation::{Delivery, Invitation};
use membership_core::message::{Content, Message, MessageScope};
use membership_core::port::{Attempt, Claimed, KeptMail, Mailbox, MessageRef, Outbox, StoreError};
use time::Duration;

use super::dump::{Dump, MessageState, QueuedMessage};
use super::{FaultPoint, MemoryStore};

/// How many mails the development mailbox keeps, and how many it shows.
const KEPT_MAILS: usize = 1_000;
const SHOWN_MAILS: usize = 100;

#[async_trait]
impl Outbox for MemoryStore {
    async fn due(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        self.fault(FaultPoint::Claim)?;
        let (dump, now) = (self.dump(), self.now());
        let mut due: Vec<_> = dump.outbox.values().filter(|it| it.is_due(now)).map(|it| &it.message).collect();
        due.sort_by_key(|message| (message.due_at, message.created_at, message.id));
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(due.into_iter().map(|message| MessageRef { scope: message.scope, id: message.id }).collect())
    }

    async fn claim(&self, message: MessageRef, lease: Duration) -> Result<Option<Claimed>, StoreError> {
        self.fault(FaultPoint::Claim)?;
        let now = self.now();
        self.change(|dump| {
            let Some(queued) = found(dump, message).filter(|it| it.is_due(now)) else { return Ok(None) };
            queued.leased_until = Some(now.saturating_add(lease));
            queued.attempts = queued.attempts.saturating_add(1);
            let (message, attempts) = (queued.message.clone(), queued.attempts);
            let invitation = subject(&message).and_then(|it| invitation(dump, it)).cloned();
            Ok(Some(Claimed { message, attempts, invitation }))
        })
    }

    async fn settle(&self, message: MessageRef, attempt: &Attempt) -> Result<(), StoreError> {
        self.fault(FaultPoint::Settle)?;
        let now = self.now();
        self.change(|dump| {
            // A message that is settled already stays so: a courier whose lease has ended may come too late.
            let Some(queued) = found(dump, message).filter(|it| it.is_open()) else { return Ok(()) };
            let (state, note) = outcome(attempt);
            queued.state = state;
            queued.note = note;
            queued.leased_until = None;
            match attempt {
                Attempt::Deferred { until, .. } => queued.message.due_at = *until,
                _ => queued.settled_at = Some(now),
            }
            let message = queued.message.clone();
            report(dump, &message, attempt);
            if let Attempt::Expanded(children) = attempt {
                for child in children {
                    let key = (child.scope.key(), child.id);
                    dump.outbox.entry(key).or_insert_with(|| QueuedMessage::new(child.clone()));
                }
            }
            Ok(())
        })
    }
}

fn found(dump: &mut Dump, message: MessageRef) -> Option<&mut QueuedMessage> {
    dump.outbox.get_mut(&(message.scope.key(), message.id)).filter(|it| it.message.scope == message.scope)
}

fn outcome(attempt: &Attempt) -> (MessageState, Option<String>) {
    match attempt {
        Attempt::Sent => (MessageState::Sent, None),
        Attempt::Deferred { reason, .. } => (MessageState::Deferred, Some(reason.clone())),
        Attempt::Bounced { reason } => (MessageState::Bounced, Some(reason.clone())),
        Attempt::Failed { reason } => (MessageState::Failed, Some(reason.clone())),
        Attempt::Cancelled => (MessageState::Cancelled, None),
        Attempt::Expanded(_) => (MessageState::Expanded, None),
    }
}

/// The generation of an invitation that a message carries the link of.
struct Subject {
    organization: OrganizationId,
    invitation: InvitationId,
    generation: u32,
}

fn subject(message: &Message) -> Option<Subject> {
    match (message.scope, &message.content) {
        (MessageScope::Organization(organization), Content::Invitation { invitation, generation, .. }) => {
            Some(Subject { organization, invitation: *invitation, generation: *generation })
        }
        _ => None,
    }
}

fn invitation(dump: &mut Dump, subject: Subject) -> Option<&mut Invitation> {
    dump.organizations.get_mut(&subject.organization)?.invitations.get_mut(&subject.invitation)
}

/// Writes the outcome on the invitation or membership, unless it has a newer link than the one that was sent. That a message was
/// cancelled or expanded says nothing about its delivery.
fn report(dump: &mut Dump, message: &Message, attempt: &Attempt) {
    let delivery = match attempt {
        Attempt::Sent => Delivery::Sent,
        Attempt::Deferred { .. } => Delivery::Deferred,
        Attempt::Bounced { .. } => Delivery::Bounced,
        Attempt::Failed { .. } => Delivery::Failed,
        Attempt::Cancelled | Attempt::Expanded(_) => return,
    };
    if let (MessageScope::Organization(organization), Content::AccountSetUp { member, generation, .. }) =
        (message.scope, &message.content)
    {
        let rows = dump.organizations.get_mut(&organization);
        let link = rows.and_then(|it| it.members.get_mut(member)).and_then(|it| it.set_up.as_mut());
        if let Some(link) = link.filter(|link| link.generation == *generation) {
            link.delivery = delivery;
        }
        return;
    }
    let Some(subject) = subject(message) else { return };
    let generation = subject.generation;
    if let Some(invitation) = invitation(dump, subject).filter(|it| it.generation == generation) {
        invitation.delivery = delivery;
    }
}

#[async_trait]
impl Mailbox for MemoryStore {
    async fn keep(&self, mail: &KeptMail) -> Result<(), StoreError> {
        self.change(|dump| {
            dump.mailbox.insert(mail.id, mail.clone());
            let forgotten: Vec<_> = newest_first(dump).iter().skip(KEPT_MAILS).map(|it| it.id).collect();
            forgotten.iter().for_each(|id| drop(dump.mailbox.remove(id)));
            Ok(())
        })
    }

    async fn kept(&self) -> Result<Vec<KeptMail>, StoreError> {
        Ok(newest_first(&self.dump()).into_iter().take(SHOWN_MAILS).cloned().collect())
    }
}

fn newest_first(dump: &Dump) -> Vec<&KeptMail> {
    let mut mails: Vec<_> = dump.mailbox.values().collect();
    mails.sort_by_key(|mail| Reverse((mail.at, mail.id)));
    mails
}
