//! Follow what a trusted issuer says of its person: name and address, as far as the operator wants them followed.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::identity::{Identity, Subject};
use crate::name::PersonName;
use crate::refusal::Refusal;
use crate::user::User;

/// Take over what an issuer says now of a person it vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowIssuer {
    /// Which user.
    pub user: UserId,
    /// By which identity of theirs.
    pub subject: Subject,
    /// The name, if it is to be followed.
    pub name: Option<PersonName>,
    /// The address that the issuer vouches for, if it is to be followed.
    pub address: Option<EmailAddress>,
}

impl FollowIssuer {
    /// Whether there is anything to do for a user as they were just read.
    pub fn is_needed(&self, user: &User) -> bool {
        let identity = user.identity(self.subject.id());
        let renamed = self.name.as_ref().is_some_and(|name| *name != user.name);
        let moved = self.address.is_some() && identity.is_some_and(|it| it.email != self.address);
        renamed || moved
    }
}

impl Command for FollowIssuer {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], users_at: self.address.iter().cloned().collect(), ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        let identity = user.identity(self.subject.id()).ok_or(Refusal::NotSignedIn)?;
        let mut draft = Draft::new(facts, Actor::User(self.user));
        if let Some(name) = self.name.clone().filter(|name| *name != user.name) {
            let (names, language) = (user.names.clone(), user.language);
            draft.record(Event::ProfileChanged { user: self.user, name, names, language });
        }
        if let Some(address) = self.address.as_ref().filter(|address| identity.email.as_ref() != Some(*address)) {
            self.move_to(&mut draft, identity, address);
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

impl FollowIssuer {
    /// The address that the issuer named before is given up for the one it names now, unless that one is somebody
    /// else's here: then only the identity says what was named.
    fn move_to(&self, draft: &mut Draft, identity: &Identity, address: &EmailAddress) {
        let user = self.user;
        let is_free = draft.facts().user_at(address).is_none_or(|holder| holder.id == user);
        if is_free {
            let has =
                |draft: &Draft, it: &EmailAddress| draft.facts().user(user).is_some_and(|user| user.has_verified(it));
            if !has(draft, address) {
                draft.record(Event::EmailVerified { user, address: address.clone() });
            }
            draft.record(Event::PrimaryEmailChanged { user, address: address.clone() });
            if let Some(former) = identity.email.clone().filter(|former| has(draft, former)) {
                draft.record(Event::EmailRemoved { user, address: former });
            }
        }
        let identity = Identity { email: Some(address.clone()), ..identity.clone() };
        draft.record(Event::IdentityLinked { user, identity });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::RegisterByIdentity;
    use crate::fixture::{NOW, account_of, after, email, identity, outcome, user};

    fn registered() -> Facts {
        let user = User { emails: Vec::new(), ..account_of(2, None).users.remove(0) };
        let address = Some(email("p2@example.org"));
        let identity = Identity { email: address.clone(), ..identity("grace") };
        after(RegisterByIdentity { user, identity, address, sign_in: None, ends: None }.decide(&Facts::nothing(NOW)))
    }

    fn follow(name: Option<&str>, address: Option<&str>) -> FollowIssuer {
        FollowIssuer {
            user: user(2),
            subject: identity("grace").subject,
            name: name.map(|name| PersonName::parse(name).unwrap()),
            address: address.map(email),
        }
    }

    #[test]
    fn name_and_address_are_followed_as_far_as_asked() {
        let facts = registered();
        let before = facts.user(user(2)).unwrap().clone();
        assert!(!follow(Some(before.name.as_str()), Some("p2@example.org")).is_needed(&before));
        assert!(!follow(None, None).is_needed(&before));
        let moved = follow(Some("Grace"), Some("grace@example.org"));
        assert!(moved.is_needed(&before));
        let after = after(moved.decide(&facts));
        let user = after.user(user(2)).unwrap();
        assert_eq!(user.name.as_str(), "Grace");
        assert_eq!(user.emails.iter().map(|it| it.address.as_str()).collect::<Vec<_>>(), ["grace@example.org"]);
        assert!(!moved.is_needed(user));
    }

    #[test]
    fn a01_an_address_of_somebody_else_stays_theirs() {
        let mut facts = registered();
        facts.users.extend(account_of(3, None).users);
        let follow = follow(None, Some("p3@example.org"));
        let after = after(follow.decide(&facts));
        let follower = after.user(user(2)).unwrap();
        assert!(follower.has_verified(&email("p2@example.org")) && !follower.has_verified(&email("p3@example.org")));
        assert!(!follow.is_needed(follower), "it is not asked for again with every token");
    }

    #[test]
    fn nobody_is_changed_by_an_identity_that_was_given_up() {
        let mut facts = registered();
        facts.users[0].identities.clear();
        assert_eq!(outcome(&follow(Some("Grace"), None), &facts), "not-signed-in");
    }
}
