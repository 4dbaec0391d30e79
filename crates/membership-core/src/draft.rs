//! A decision in the making: each event is folded in at once, so that the next one is decided on what it left.

use uuid::Uuid;

use crate::audit::{self, Account, AuditActor};
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{ApiKeyId, MessageId, UserId, WordingId};
use crate::language::Language;
use crate::message::{Content, Errand, Message, MessageScope, Recipient};
use crate::organization::{Organization, Seats};
use crate::quota::{Allowances, Bucket, Cause, Charge, MailLimits};
use crate::refusal::Refusal;
use crate::seating;
use crate::second_factor::Assurance;
use crate::user::SignIn;
use crate::wording::{TemplateKey, TemplateKind};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person, in the part the facts give them, known by one factor.
    User(UserId),
    /// The same, known by two factors.
    TwoFactorUser(UserId),
    /// Whoever runs the deployment, as a person or by token.
    Operator(Option<UserId>),
    /// A program with an organization's key: on behalf of the member who made it, and with no more than its scopes.
    Key(ApiKeyId),
    /// A program with a key of the operator.
    OperatorKey(ApiKeyId),
    /// Whoever holds a link and is not known by other means.
    Invitee,
    /// The service itself: what time does.
    System,
}

impl Actor {
    /// The person who acts as themselves.
    pub fn person(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::TwoFactorUser(user) => Some(user),
            Self::Operator(_) | Self::Key(_) | Self::OperatorKey(_) | Self::Invitee | Self::System => None,
        }
    }

    /// A person who is known as well as a sign-in says.
    pub fn by_sign_in(sign_in: &SignIn) -> Self {
        match sign_in.assurance {
            Assurance::TwoFactors => Self::TwoFactorUser(sign_in.user),
            Assurance::OneFactor | Assurance::Pending => Self::User(sign_in.user),
        }
    }
}

impl From<UserId> for Actor {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

/// What a command decided: events and mail to be committed together, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<R> {
    /// What has happened.
    pub events: Vec<Event>,
    /// The mail it causes.
    pub messages: Vec<Message>,
    /// The facts after the events.
    pub after: Facts,
    /// What it takes from quotas, one charge for each quota.
    pub charges: Vec<Charge>,
    /// What the audit log will say of each event.
    pub accounts: Vec<Account>,
    /// Who did it, for the audit log.
    pub actor: AuditActor,
    /// The answer to the caller.
    pub reply: R,
}

impl<R> Decision<R> {
    /// The same decision without its answer.
    pub(crate) fn unanswered(self) -> Decision<()> {
        Decision {
            events: self.events,
            messages: self.messages,
            after: self.after,
            charges: self.charges,
            accounts: self.accounts,
            actor: self.actor,
            reply: (),
        }
    }
}

impl<R> Decision<Vec<R>> {
    /// A decision that changes nothing so far, to be gone on with.
    pub(crate) fn nothing_yet(facts: &Facts, actor: Actor) -> Self {
        Self {
            events: Vec::new(),
            messages: Vec::new(),
            after: facts.clone(),
            charges: Vec::new(),
            accounts: Vec::new(),
            actor: named(facts, actor),
            reply: Vec::new(),
        }
    }

    /// Goes on with a decision that was made on what this one leaves.
    pub(crate) fn go_on(&mut self, next: Decision<()>) {
        self.events.extend(next.events);
        self.messages.extend(next.messages);
        self.accounts.extend(next.accounts);
        self.after = next.after;
        for charge in next.charges {
            charge_once_more(&mut self.charges, charge);
        }
    }
}

/// Adds a charge to those of the same bucket, cause and allowance.
fn charge_once_more(charges: &mut Vec<Charge>, charge: Charge) {
    let same =
        |it: &&mut Charge| (&it.bucket, it.cause, it.allowance) == (&charge.bucket, charge.cause, charge.allowance);
    match charges.iter_mut().find(same) {
        Some(earlier) => earlier.times = earlier.times.saturating_add(charge.times),
        None => charges.push(charge),
    }
}

/// A decision in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    after: Facts,
    /// The seats as they were when it began; none if there was no organization.
    seats_before: Option<Seats>,
    events: Vec<Event>,
    messages: Vec<Message>,
    charges: Vec<Charge>,
    accounts: Vec<Account>,
    by: Actor,
    actor: AuditActor,
}

impl Draft {
    /// Begins on these facts, for that actor.
    pub fn new(facts: &Facts, actor: Actor) -> Self {
        Self {
            after: facts.clone(),
            seats_before: facts.head.as_ref().map(|head| head.seats),
            events: Vec::new(),
            messages: Vec::new(),
            charges: Vec::new(),
            accounts: Vec::new(),
            by: actor,
            actor: named(facts, actor),
        }
    }

    /// The facts as they stand after the events so far.
    pub fn facts(&self) -> &Facts {
        &self.after
    }

    /// Something has happened.
    pub fn record(&mut self, event: Event) {
        let before = audit::describe(&self.after, &event);
        self.after.apply(&event);
        // Whoever joins or registers by this very decision has a name from now on.
        if self.actor.name.is_none() {
            self.actor = named(&self.after, self.by);
        }
        self.accounts.extend(audit::account(before, &event, &self.after));
        self.events.push(event);
    }

    /// Settles what time has ended among the facts, so that it neither takes a seat nor occupies an address; whatever
    /// seats are free then go to those who wait. For commands whose scope has [`Scope::lapsed`](crate::facts::Scope),
    /// before a seat is taken and after one has come free.
    pub fn settle_lapsed(&mut self) {
        for event in lapsed(&self.after) {
            self.record(event);
        }
        for member in seating::served(&self.after) {
            self.allocate(member);
        }
    }

    /// A mail is to be sent. Its id is made from its cause, so that one cause never makes two.
    pub fn mail(&mut self, mail: Mail) {
        let created_at = self.after.now;
        let of_organization = matches!(mail.scope, MessageScope::Organization(_));
        let head = self.after.head.as_ref().filter(|_| of_organization);
        let branding = head.map(|head| &head.organization.branding);
        let mut branding = branding.map(|it| it.of_mail(mail.content.kind(), mail.language)).unwrap_or_default();
        if let Some((template, wording)) = self.own_wording(&mail) {
            branding.wordings.choose(template, Some(wording));
        }
        self.messages.push(Message {
            id: message_id(&mail),
            scope: mail.scope,
            to: mail.to,
            language: mail.language,
            content: mail.content,
            branding,
            created_at,
            due_at: mail.due_at.unwrap_or(created_at).max(created_at),
        });
    }

    /// What the inviter wrote for this one invitation goes before the organization's text (S0.8).
    fn own_wording(&self, mail: &Mail) -> Option<(TemplateKey, WordingId)> {
        let Content::Invitation { invitation, .. } = &mail.content else { return None };
        let wording = self.after.invitation(*invitation).ok()?.wording?;
        Some((TemplateKey { kind: TemplateKind::Invitation, language: mail.language }, wording))
    }

    /// Takes one from each of the quotas that `quotas` names for the limits of this deployment, or from none. The
    /// operator is not limited.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]; then nothing was taken.
    pub fn charge(
        &mut self,
        cause: Cause,
        quotas: impl FnOnce(&MailLimits) -> Vec<(Bucket, &Allowances)>,
    ) -> Result<(), Refusal> {
        if matches!(self.by, Actor::Operator(_) | Actor::OperatorKey(_)) {
            return Ok(());
        }
        let limits = self.after.limits.clone();
        for charge in self.after.charge(cause, &quotas(&limits))? {
            charge_once_more(&mut self.charges, charge);
        }
        Ok(())
    }

    /// The decision, with its answer.
    pub fn reply<R>(mut self, reply: R) -> Decision<R> {
        self.tell_of_filling(self.seats_before);
        Decision {
            events: self.events,
            messages: self.messages,
            charges: self.charges,
            after: self.after,
            accounts: self.accounts,
            actor: self.actor,
            reply,
        }
    }
}

/// What time has ended among the facts without anybody having written it down, the oldest first: in which order a store
/// has read the rows must not show in the log.
fn lapsed(facts: &Facts) -> Vec<Event> {
    let mut invitations: Vec<_> = facts.invitations.iter().filter(|it| it.has_lapsed(facts.now)).collect();
    let mut members: Vec<_> = facts.members.iter().filter(|it| it.has_lapsed(facts.now)).collect();
    invitations.sort_by_key(|it| (it.expires_at, it.id));
    members.sort_by_key(|it| (it.deactivates_at, it.id));
    let expired = invitations.into_iter().map(|it| Event::InvitationExpired { invitation: it.id });
    let deactivated = members.into_iter().map(|it| Event::MemberDeactivated { member: it.id });
    expired.chain(deactivated).collect()
}

impl Facts {
    /// The facts as they would be if what time has ended were written down, and the seats it frees were given to those
    /// who wait: for screens and checks.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for event in lapsed(&self) {
            self.apply(&event);
        }
        for member in seating::served(&self) {
            self.apply(&Event::SeatAllocated { member });
        }
        self
    }
}

/// A mail before it has an id.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Whose transaction it belongs to.
    pub scope: MessageScope,
    /// What caused it: the id of a row and how often that row has changed.
    pub cause: (Uuid, u64),
    /// To whom it goes.
    pub to: Recipient,
    /// In which language.
    pub language: Language,
    /// What it says.
    pub content: Content,
    /// When it may go out, if not at once.
    pub due_at: Option<time::OffsetDateTime>,
}

impl Mail {
    /// An errand of an organization, to be looked up at `due_at`, or at once if that is past.
    pub(crate) fn errand(
        organization: &Organization,
        cause: (Uuid, u64),
        errand: Errand,
        due_at: time::OffsetDateTime,
    ) -> Self {
        Self {
            scope: MessageScope::Organization(organization.id),
            cause,
            to: Recipient::WhoeverThen,
            language: organization.language,
            content: Content::Errand { errand },
            due_at: Some(due_at),
        }
    }
}

fn message_id(mail: &Mail) -> MessageId {
    let recipient = match &mail.to {
        Recipient::Address(address) => address.as_str(),
        Recipient::Administrators | Recipient::AccountHolder | Recipient::WhoeverThen => "",
    };
    MessageId(derived_id(&[
        mail.scope.key().as_bytes(),
        mail.content.kind().as_bytes(),
        mail.cause.0.as_bytes(),
        &mail.cause.1.to_be_bytes(),
        recipient.as_bytes(),
    ]))
}

/// An id that follows from its parts: the same parts, the same id (RFC 9562, version 8).
pub fn derived_id(parts: &[&[u8]]) -> Uuid {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    Uuid::new_v8(bytes)
}

/// A person goes by the name they have in the organization, an operator by that of the account: operators act from
/// outside, also where they happen to be members.
fn named(facts: &Facts, actor: Actor) -> AuditActor {
    let member = |user: UserId| facts.member_of(user).map(|member| member.name.to_string());
    let account = |user: UserId| facts.user(user).map(|user| user.name.to_string());
    match actor {
        Actor::User(user) | Actor::TwoFactorUser(user) => {
            AuditActor { kind: "user", user: Some(user), key: None, name: member(user).or_else(|| account(user)) }
        }
        Actor::Operator(user) => AuditActor { kind: "operator", user, key: None, name: user.and_then(account) },
        Actor::Key(id) => {
            let key = facts.key(id).ok();
            let behalf = key.and_then(|key| facts.member(key.made_by.member()?).ok());
            let name = key.map(|key| match behalf {
                Some(member) => format!("{} ({})", key.name, member.name),
                None => key.name.to_string(),
            });
            AuditActor { kind: "key", user: behalf.and_then(|it| it.user), key: Some(id), name }
        }
        Actor::OperatorKey(id) => {
            let key = facts.operator_key(id).ok();
            let user = key.and_then(|key| key.made_by.operator());
            AuditActor { kind: "operator-key", user, key: Some(id), name: key.map(|key| key.name.to_string()) }
        }
        Actor::Invitee => AuditActor { kind: "invitee", user: None, key: None, name: None },
        Actor::System => AuditActor { kind: "system", user: None, key: None, name: None },
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{Accept, Acceptor, Command, Invite, Settle};
    use crate::fixture::{NOW, ORGANIZATION, OWNER, at, by, founded, invitation, invited, member, offer, person, user};
    use crate::secret::Link;

    #[test]
    fn i15_whoever_joins_by_the_decision_is_named_in_the_log() {
        let facts = invited(founded("team"), 20, "member");
        let accept = Accept {
            link: Link::to_invitation(ORGANIZATION, invitation(20), 1),
            acceptor: Acceptor::SignedIn(person(20)),
            member: member(20),
            sign_in: None,
            ends: None,
        };
        let actor = accept.decide(&facts).unwrap().actor;
        assert_eq!((actor.user, actor.name.as_deref()), (Some(user(20)), Some("Person 20")));
    }

    #[test]
    fn i15_an_operator_is_named_by_the_account() {
        let invite = |by| Invite { organization: ORGANIZATION, by, offers: vec![offer(20, None)], all_or_none: true };
        assert_eq!(invite(Actor::Operator(Some(user(7)))).scope().users, [user(7)]);
        assert!(invite(by(OWNER)).scope().users.is_empty());
    }

    #[test]
    fn the_order_of_the_facts_does_not_show() {
        let facts = invited(invited(founded("account"), 21, "viewer"), 20, "viewer");
        let late = at(facts, NOW + Duration::days(7));
        let mut turned = late.clone();
        turned.invitations.reverse();
        let settle = Settle { organization: ORGANIZATION };
        assert_eq!(settle.decide(&late).unwrap().events, settle.decide(&turned).unwrap().events);
    }
}
