//! A decision in the making: each event is folded in at once, so that the next one is decided on what it left.

use uuid::Uuid;

use crate::audit::{self, Account, AuditActor};
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{MessageId, UserId};
use crate::language::Language;
use crate::message::{Content, Message, MessageScope, Recipient};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person, in the part the facts give them.
    User(UserId),
    /// Whoever runs the deployment, as a person or by token.
    Operator(Option<UserId>),
    /// Whoever holds a link and is not known by other means.
    Invitee,
    /// The service itself: what time does.
    System,
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
    /// What the audit log will say of each event.
    pub accounts: Vec<Account>,
    /// Who did it, for the audit log.
    pub actor: AuditActor,
    /// The answer to the caller.
    pub reply: R,
}

/// A decision in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    after: Facts,
    events: Vec<Event>,
    messages: Vec<Message>,
    accounts: Vec<Account>,
    actor: AuditActor,
}

impl Draft {
    /// Begins on these facts, for that actor.
    pub fn new(facts: &Facts, actor: Actor) -> Self {
        Self {
            after: facts.clone(),
            events: Vec::new(),
            messages: Vec::new(),
            accounts: Vec::new(),
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
        self.accounts.extend(audit::account(before, &event, &self.after));
        self.events.push(event);
    }

    /// Settles what time has ended among the facts, so that it neither takes a seat nor occupies an address.
    pub fn settle_lapsed(&mut self) {
        let now = self.after.now;
        let invitations: Vec<_> =
            self.after.invitations.iter().filter(|it| it.has_lapsed(now)).map(|it| it.id).collect();
        let members: Vec<_> = self.after.members.iter().filter(|it| it.has_lapsed(now)).map(|it| it.id).collect();
        for invitation in invitations {
            self.record(Event::InvitationExpired { invitation });
        }
        for member in members {
            self.record(Event::MemberDeactivated { member });
        }
    }

    /// A mail is to be sent. Its id is made from its cause, so that one cause never makes two.
    pub fn mail(&mut self, mail: Mail) {
        let created_at = self.after.now;
        self.messages.push(Message {
            id: message_id(&mail),
            scope: mail.scope,
            to: mail.to,
            language: mail.language,
            content: mail.content,
            created_at,
            due_at: mail.due_at.unwrap_or(created_at).max(created_at),
        });
    }

    /// The decision, with its answer.
    pub fn reply<R>(self, reply: R) -> Decision<R> {
        Decision {
            events: self.events,
            messages: self.messages,
            after: self.after,
            accounts: self.accounts,
            actor: self.actor,
            reply,
        }
    }
}

/// What time has ended among the facts without anybody having written it down.
fn lapsed(facts: &Facts) -> Vec<Event> {
    let invitations = facts.invitations.iter().filter(|it| it.has_lapsed(facts.now));
    let members = facts.members.iter().filter(|it| it.has_lapsed(facts.now));
    let expired = invitations.map(|it| Event::InvitationExpired { invitation: it.id });
    let deactivated = members.map(|it| Event::MemberDeactivated { member: it.id });
    expired.chain(deactivated).collect()
}

impl Facts {
    /// The facts as they would be if what time has ended were written down: for screens.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for event in lapsed(&self) {
            self.apply(&event);
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

fn message_id(mail: &Mail) -> MessageId {
    let recipient = match &mail.to {
        Recipient::Address(address) => address.as_str(),
        Recipient::Administrators => "",
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

fn named(facts: &Facts, actor: Actor) -> AuditActor {
    let name = |user: UserId| {
        let member = facts.member_of(user).map(|member| member.name.to_string());
        member.or_else(|| facts.user(user).map(|user| user.name.to_string()))
    };
    match actor {
        Actor::User(user) => AuditActor { kind: "user", user: Some(user), name: name(user) },
        Actor::Operator(user) => AuditActor { kind: "operator", user, name: user.and_then(name) },
        Actor::Invitee => AuditActor { kind: "invitee", user: None, name: None },
        Actor::System => AuditActor { kind: "system", user: None, name: None },
    }
}
