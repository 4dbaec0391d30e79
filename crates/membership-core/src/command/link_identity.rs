//! Bind an identity of a provider to one's own account, and give one up. Only whoever is signed in to the account does
//! either: that somebody has an address elsewhere says nothing about whose account it is here (A01).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{IdentityId, SignInId, UserId};
use crate::identity::{Identity, MOST_IDENTITIES};
use crate::message::{Content, IdentityChange, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::second_factor::Proven;
use crate::user::User;

/// Bind an identity to one's own account: from then on it signs in, by two factors at once where its provider
/// is believed to have seen them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkIdentity {
    /// Who is signed in.
    pub user: UserId,
    /// What the person has shown of who they are; counts for whoever has a second factor.
    pub proven: Proven,
    /// The identity, as its issuer vouches for it.
    pub identity: Identity,
}

impl Command for LinkIdentity {
    type Reply = User;

    fn scope(&self) -> Scope {
        let user = vec![self.user];
        let identities = vec![self.identity.id()];
        Scope { users: user.clone(), factors_of: user, identities, ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        user.may_go_on()?;
        facts.has_shown_own_factor(self.user, self.proven)?;
        match facts.user_of(&self.identity.subject) {
            Some(holder) if holder.id == user.id => return Err(Refusal::IdentityHeld),
            Some(_) => return Err(Refusal::IdentityInUse),
            None => {}
        }
        if MOST_IDENTITIES <= u32::try_from(user.identities.len()).unwrap_or(u32::MAX) {
            return Err(Refusal::TooManyIdentities { limit: MOST_IDENTITIES });
        }
        let mut draft = Draft::new(facts, Actor::User(self.user));
        let identity = Identity { linked_at: facts.now, ..self.identity.clone() };
        tell(&mut draft, user, (&identity, IdentityChange::Linked));
        draft.record(Event::IdentityLinked { user: self.user, identity });
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// Give an identity up. Every other sign-in of the account ends: one of them may have been begun by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkIdentity {
    /// Who is signed in.
    pub user: UserId,
    /// Which identity.
    pub identity: IdentityId,
    /// The sign-in that stays.
    pub keeps: Option<SignInId>,
}

impl Command for UnlinkIdentity {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        let identity = user.identity(self.identity).ok_or(Refusal::UnknownIdentity)?;
        if !user.has_another_way_in(self.identity) {
            return Err(Refusal::LastWayIn);
        }
        let mut draft = Draft::new(facts, Actor::User(self.user));
        tell(&mut draft, user, (identity, IdentityChange::Unlinked));
        draft.record(Event::IdentityUnlinked { user: self.user, identity: self.identity });
        draft.record(Event::SignedOutElsewhere { user: self.user, kept: self.keeps });
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// Tells the person that there is another way into the account, or one fewer, so that nobody makes one unnoticed.
fn tell(draft: &mut Draft, user: &User, (identity, change): (&Identity, IdentityChange)) {
    let Some(address) = user.primary_email() else { return };
    draft.mail(Mail {
        scope: MessageScope::User(user.id),
        cause: (user.id.0, user.version),
        to: Recipient::Address(address.clone()),
        language: user.language,
        content: Content::IdentitiesChanged {
            name: user.name.to_string(),
            issuer: identity.issuer_name().to_owned(),
            change,
        },
        due_at: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        NOW, account, account_of, after, identity, outcome, sign_in, signed_in_twice, user, with_totp,
    };
    use crate::second_factor::{Assurance, FRESH_FOR};

    fn link(number: u128, name: &str) -> LinkIdentity {
        let proven = Proven { at: NOW, by: Assurance::OneFactor };
        LinkIdentity { user: user(number), proven, identity: identity(name) }
    }

    fn unlink(name: &str) -> UnlinkIdentity {
        UnlinkIdentity { user: user(1), identity: identity(name).id(), keeps: Some(sign_in(1).id) }
    }

    #[test]
    fn a01_an_identity_belongs_to_one_user_and_is_bound_by_that_user_only() {
        let mut facts = account(Some("old"));
        facts.users.extend(account_of(2, None).users);
        let linked = link(1, "ada").decide(&facts).unwrap();
        assert_eq!(linked.reply.identities, [Identity { linked_at: NOW, ..identity("ada") }]);
        assert!(matches!(linked.messages[0].content, Content::IdentitiesChanged { .. }));
        assert_eq!(outcome(&link(1, "ada"), &linked.after), "identity-held");
        assert_eq!(outcome(&link(2, "ada"), &linked.after), "identity-in-use");
        assert_eq!(outcome(&link(2, "grace"), &linked.after), "ok");
        assert_eq!(outcome(&link(3, "alan"), &linked.after), "not-signed-in");
    }

    #[test]
    fn whoever_has_a_second_factor_has_shown_it_a_moment_ago() {
        let (without, with) = (account(Some("old")), with_totp(account(Some("old"))));
        let earlier = NOW - FRESH_FOR;
        for (facts, at, by, answer) in [
            (&without, earlier, Assurance::OneFactor, "ok"),
            (&with, NOW, Assurance::OneFactor, "fresh-proof-required"),
            (&with, earlier, Assurance::TwoFactors, "fresh-proof-required"),
            (&with, NOW, Assurance::TwoFactors, "ok"),
        ] {
            let link = LinkIdentity { proven: Proven { at, by }, ..link(1, "ada") };
            assert_eq!(outcome(&link, facts), answer, "{at} {by:?}");
        }
    }

    #[test]
    fn an_account_has_a_bounded_number_of_identities() {
        let mut facts = account(Some("old"));
        for number in 0..MOST_IDENTITIES {
            facts = after(link(1, &format!("ada{number}")).decide(&facts));
        }
        assert_eq!(outcome(&link(1, "one-more"), &facts), "too-many-identities");
    }

    #[test]
    fn the_last_way_in_stays() {
        let facts = after(link(1, "ada").decide(&account(None)));
        assert_eq!(outcome(&unlink("ada"), &facts), "last-way-in");
        assert_eq!(outcome(&unlink("grace"), &facts), "unknown-identity");
        let two = after(link(1, "grace").decide(&facts));
        assert_eq!(outcome(&unlink("ada"), &two), "ok");
        let with_password = after(link(1, "ada").decide(&account(Some("old"))));
        assert_eq!(outcome(&unlink("ada"), &with_password), "ok");
    }

    #[test]
    fn i8_what_an_identity_has_begun_ends_with_it() {
        let facts = signed_in_twice(after(link(1, "ada").decide(&account(Some("old")))));
        let raced = sign_in(3);
        let unlinked = after(unlink("ada").decide(&facts));
        let owner = unlinked.user(user(1)).unwrap();
        assert_eq!(unlinked.sign_ins.iter().map(|it| it.id).collect::<Vec<_>>(), [sign_in(1).id]);
        assert!(unlinked.sign_ins[0].holds(owner, NOW, time::Duration::days(1)));
        assert!(!raced.holds(owner, NOW, time::Duration::days(1)), "begun by it at the same instant");
    }
}
