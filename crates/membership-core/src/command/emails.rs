//! The addresses of one's own account: name another one, verify it, choose which one is written to, give one up.

use crate::command::Command;
use crate::command::change_password::end_links;
use crate::command::mail_link::mail_link;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::message::{AddressChange, Content, MessageScope, Recipient};
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::secret::Link;
use crate::user::User;
use crate::user_link::NewLink;

/// The most addresses of an account.
pub const MOST_ADDRESSES: u32 = 10;

/// Name another address. The answer is the same whether or not somebody else has it; its mailbox learns the truth (I13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddEmail {
    /// Whose.
    pub user: UserId,
    /// The address; naming one again that is not verified mails another link.
    pub address: EmailAddress,
    /// The link that verifies it.
    pub link: NewLink,
}

impl Command for AddEmail {
    type Reply = User;

    fn scope(&self) -> Scope {
        let users_at = vec![self.address.clone()];
        Scope { users: vec![self.user], links_of: vec![self.user], users_at, ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        if user.has_verified(&self.address) {
            return Err(Refusal::AddressHeld);
        }
        let mut draft = Draft::new(facts, Actor::User(self.user));
        if user.emails.iter().all(|it| it.address != self.address) {
            if MOST_ADDRESSES <= u32::try_from(user.emails.len()).unwrap_or(u32::MAX) {
                return Err(Refusal::TooManyAddresses { limit: MOST_ADDRESSES });
            }
            draft.record(Event::EmailAdded { user: self.user, address: self.address.clone() });
        }
        let too_soon = self.link.is_too_soon(facts, self.user, &self.address);
        if !too_soon {
            draft.charge(Cause::Recovery, |limits| {
                vec![
                    (Bucket::account(self.user), &limits.recoveries_per_account),
                    (Bucket::mailbox(&self.address), &limits.recoveries_per_recipient),
                ]
            })?;
        }
        match facts.user_at(&self.address) {
            _ if too_soon => {}
            None => mail_link(&mut draft, user, &self.address, &self.link),
            Some(holder) => self.tell_holder(&mut draft, holder),
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

impl AddEmail {
    /// The link is made all the same, so that asking again and again mails no more often than to a free address.
    fn tell_holder(&self, draft: &mut Draft, holder: &User) {
        let row = self.link.row(draft.facts(), self.user, &self.address);
        draft.mail(Mail {
            scope: MessageScope::User(self.user),
            cause: (row.id.0, u64::from(row.generation)),
            to: Recipient::Address(self.address.clone()),
            language: holder.language,
            content: Content::AddressInUse { name: holder.name.to_string() },
            due_at: None,
        });
        draft.record(Event::UserLinkIssued { link: row });
    }
}

/// Verify an address of one's own by the link that was mailed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyEmail {
    /// Who is signed in.
    pub user: UserId,
    /// The link, as the signer read it.
    pub link: Link,
    /// The address it was mailed to, as the caller has read it.
    pub address: EmailAddress,
}

impl Command for VerifyEmail {
    type Reply = User;

    fn scope(&self) -> Scope {
        let users_at = vec![self.address.clone()];
        Scope { users: vec![self.user], links_of: vec![UserId(self.link.scope)], users_at, ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let row = facts.open_link(&self.link)?;
        if row.user != self.user {
            return Err(Refusal::LinkOfAnotherAccount);
        }
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        if user.emails.iter().all(|it| it.address != row.address) {
            return Err(Refusal::LinkExpired);
        }
        if facts.user_at(&row.address).is_some_and(|holder| holder.id != self.user) {
            return Err(Refusal::AddressInUse);
        }
        let mut draft = Draft::new(facts, Actor::User(self.user));
        draft.record(Event::UserLinkUsed { user: self.user, link: row.id });
        draft.record(Event::EmailVerified { user: self.user, address: row.address.clone() });
        if let Some(primary) = user.primary_email() {
            tell(&mut draft, user, primary, (&row.address, AddressChange::Added));
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// Have mail sent to another verified address of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakePrimary {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub address: EmailAddress,
}

impl Command for MakePrimary {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        let email = user.emails.iter().find(|it| it.address == self.address).ok_or(Refusal::UnknownAddress)?;
        email.verified_at.ok_or(Refusal::EmailUnverified)?;
        let mut draft = Draft::new(facts, Actor::User(self.user));
        if let Some(primary) = user.primary_email().filter(|primary| **primary != self.address) {
            draft.record(Event::PrimaryEmailChanged { user: self.user, address: self.address.clone() });
            tell(&mut draft, user, primary, (&self.address, AddressChange::MadePrimary));
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// Give an address up. The links that went there let nobody in any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveEmail {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub address: EmailAddress,
}

impl Command for RemoveEmail {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], links_of: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        let email = user.emails.iter().find(|it| it.address == self.address).ok_or(Refusal::UnknownAddress)?;
        // Nobody has proven to read the only address of some accounts; it is the only way to them all the same.
        if user.emails.len() == 1 || (email.verified_at.is_some() && user.verified_emails().count() == 1) {
            return Err(Refusal::LastAddress);
        }
        let mut draft = Draft::new(facts, Actor::User(self.user));
        end_links(&mut draft, self.user, |link| link.address == self.address);
        draft.record(Event::EmailRemoved { user: self.user, address: self.address.clone() });
        if email.verified_at.is_some() {
            let kept = draft.facts().user(self.user).and_then(User::primary_email).cloned();
            let told: Vec<_> = std::iter::once(self.address.clone()).chain(kept).collect();
            for to in &told {
                tell(&mut draft, user, to, (&self.address, AddressChange::Removed));
            }
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// Tells a mailbox that the addresses of its account have changed, so that nobody loses an account unnoticed.
fn tell(draft: &mut Draft, user: &User, to: &EmailAddress, (address, change): (&EmailAddress, AddressChange)) {
    draft.mail(Mail {
        scope: MessageScope::User(user.id),
        cause: (user.id.0, user.version),
        to: Recipient::Address(to.clone()),
        language: user.language,
        content: Content::AddressesChanged { name: user.name.to_string(), address: address.clone(), change },
        due_at: None,
    });
}

#[cfg(test)]
#[path = "emails_tests.rs"]
mod tests;
