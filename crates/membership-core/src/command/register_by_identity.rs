//! Make the account of somebody whom an issuer vouches for. It takes over no account: where the address has one, its
//! owner links the identity themselves (A01).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::identity::Identity;
use crate::refusal::Refusal;
use crate::user::{SignIn, User, UserEmail};

/// Make an account that is entered by an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterByIdentity {
    /// The account to be made, still without address and identity.
    pub user: User,
    /// The identity.
    pub identity: Identity,
    /// The address that the issuer vouches for.
    pub address: Option<EmailAddress>,
    /// The fresh sign-in; none for whoever comes with the issuer's own token each time.
    pub sign_in: Option<SignIn>,
    /// The sign-in it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for RegisterByIdentity {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope {
            users: vec![self.user.id],
            users_at: self.address.iter().cloned().collect(),
            identities: vec![self.identity.id()],
            ..Scope::default()
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        if facts.user_of(&self.identity.subject).is_some() {
            return Err(Refusal::IdentityInUse);
        }
        if self.address.as_ref().is_some_and(|address| facts.user_at(address).is_some()) {
            return Err(Refusal::IdentityNotLinked);
        }
        // An account that was made of this identity, and unlinked from it since, has the id. Whoever asks anew gets another.
        if facts.user(self.user.id).is_some() {
            return Err(Refusal::IdentityInUse);
        }
        let verified = |address: &EmailAddress| UserEmail { address: address.clone(), verified_at: Some(facts.now) };
        let user = User {
            emails: self.address.iter().map(verified).collect(),
            identities: vec![Identity { linked_at: facts.now, ..self.identity.clone() }],
            ..self.user.clone()
        };
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::UserRegistered { user: user.clone() });
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        if let Some(sign_in) = &self.sign_in {
            draft.record(Event::SignedIn { sign_in: sign_in.clone() });
        }
        Ok(draft.reply(user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, account, account_of, after, email, identity, outcome, sign_in, user};

    fn register(number: u128, name: &str) -> RegisterByIdentity {
        let user = User { emails: Vec::new(), ..account_of(number, None).users.remove(0) };
        let address = Some(email(&format!("p{number}@example.org")));
        let sign_in = SignIn { user: user.id, ..sign_in(number) };
        RegisterByIdentity { user, identity: identity(name), address, sign_in: Some(sign_in), ends: None }
    }

    #[test]
    fn a_new_person_has_an_account_with_the_address_and_the_identity() {
        let decision = register(2, "grace").decide(&account(None)).unwrap();
        assert!(decision.reply.has_verified(&email("p2@example.org")));
        assert_eq!(decision.after.user_of(&identity("grace").subject).unwrap().id, user(2));
        assert_eq!((decision.after.sign_ins.len(), decision.messages.len()), (1, 0));
    }

    #[test]
    fn a01_an_account_with_the_same_address_is_neither_entered_nor_changed() {
        let facts = account(Some("old"));
        assert_eq!(outcome(&register(1, "ada"), &facts), "identity-not-linked");
        let mut claimed = account(None);
        claimed.users[0].emails[0].verified_at = None;
        let other = RegisterByIdentity { address: Some(email("p1@example.org")), ..register(2, "ada") };
        assert_eq!(outcome(&other, &claimed), "ok", "an address that nobody has proven is nobody's");
    }

    #[test]
    fn an_identity_makes_one_account() {
        let facts = after(register(2, "grace").decide(&Facts::nothing(NOW)));
        assert_eq!(outcome(&register(3, "grace"), &facts), "identity-in-use");
        let same_id = RegisterByIdentity { address: None, ..register(2, "alan") };
        assert_eq!(outcome(&same_id, &facts), "identity-in-use", "no account is overwritten");
        let nameless = RegisterByIdentity { address: None, ..register(3, "alan") };
        assert!(after(nameless.decide(&facts)).user(user(3)).unwrap().emails.is_empty());
    }
}
