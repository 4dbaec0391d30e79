//! Sign in by a link that was mailed, once.

use crate::command::{Command, Entered};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::refusal::Refusal;
use crate::secret::Link;
use crate::user::{SignIn, User};
use crate::user_link::UserLink;

/// Sign in by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemLoginLink {
    /// The link, as the signer read it.
    pub link: Link,
    /// Where it was mailed to, as the caller has read it.
    pub address: EmailAddress,
    /// The fresh sign-in.
    pub sign_in: SignIn,
    /// The sign-in it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

impl Command for RedeemLoginLink {
    type Reply = Entered;

    fn scope(&self) -> Scope {
        scope(&self.link, &self.address)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Entered>, Refusal> {
        let (row, user) = open(facts, &self.link)?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::UserLinkUsed { user: user.id, link: row.id });
        prove_address(&mut draft, user, row)?;
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        draft.record(Event::SignedIn {
            sign_in: facts.opened_by_one_factor(&SignIn {
                password_generation: user.password_generation,
                ..self.sign_in.clone()
            }),
        });
        let user = draft.facts().user(user.id).cloned().ok_or(Refusal::UnknownLink)?;
        let awaits = facts.factors_asked_of(user.id);
        Ok(draft.reply(Entered { user, awaits }))
    }
}

/// What redeeming a link that lets somebody in needs to know.
pub(super) fn scope(link: &Link, address: &EmailAddress) -> Scope {
    let user = UserId(link.scope);
    Scope {
        users: vec![user],
        links_of: vec![user],
        factors_of: vec![user],
        users_at: vec![address.clone()],
        ..Scope::default()
    }
}

/// The link's row and its user, if the link is alive and went to an address that is still the user's.
///
/// # Errors
/// Those of [`Facts::open_link`]; [`Refusal::LinkExpired`] if the address was given up.
pub fn open<'a>(facts: &'a Facts, link: &Link) -> Result<(&'a UserLink, &'a User), Refusal> {
    let row = facts.open_link(link)?;
    let user = facts.user(row.user).ok_or(Refusal::UnknownLink)?;
    let still_theirs = user.emails.iter().any(|it| it.address == row.address);
    if still_theirs { Ok((row, user)) } else { Err(Refusal::LinkExpired) }
}

/// Whoever has the link reads the mailbox it went to. That counts for an account that waits for its first login.
pub(super) fn prove_address(draft: &mut Draft, user: &User, row: &UserLink) -> Result<(), Refusal> {
    if user.has_verified(&row.address) {
        return Ok(());
    }
    if !user.awaits_first_login() {
        return Err(Refusal::LinkExpired);
    }
    if draft.facts().user_at(&row.address).is_some() {
        return Err(Refusal::AccountExists);
    }
    draft.record(Event::EmailVerified { user: user.id, address: row.address.clone() });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{account, account_link, after, email, outcome, sign_in, user};
    use crate::secret::LinkKind;

    fn redeem(link: Link) -> RedeemLoginLink {
        RedeemLoginLink { link, address: email("p1@example.org"), sign_in: sign_in(3), ends: None }
    }

    #[test]
    fn a12_it_signs_in_once() {
        let (facts, link) = account_link(account(Some("old")), LinkKind::OneTimeLogin);
        let used = after(redeem(link).decide(&facts));
        assert_eq!(used.sign_ins.len(), 1);
        assert_eq!(outcome(&redeem(link), &used), "link-spent");
        let (newer, _) = account_link(used, LinkKind::OneTimeLogin);
        assert_eq!(outcome(&redeem(link), &newer), "link-superseded");
    }

    #[test]
    fn an_address_that_was_given_up_lets_nobody_in() {
        let (mut facts, link) = account_link(account(Some("old")), LinkKind::OneTimeLogin);
        facts.apply(&Event::EmailRemoved { user: user(1), address: email("p1@example.org") });
        assert_eq!(outcome(&redeem(link), &facts), "link-expired");
    }

    #[test]
    fn s0_10_the_first_login_proves_the_mailbox() {
        let mut registered = account(None);
        registered.users[0].emails[0].verified_at = None;
        let (unused, link) = account_link(registered.clone(), LinkKind::OneTimeLogin);
        assert_eq!(outcome(&redeem(link), &unused), "link-expired", "an account with other ways in");
        registered.users[0].password_due = true;
        let (facts, link) = account_link(registered, LinkKind::OneTimeLogin);
        let reply = redeem(link).decide(&facts).unwrap().reply.user;
        assert!(reply.has_verified(&email("p1@example.org")) && reply.password_due);
        let mut taken = facts;
        let other = User { id: user(2), ..reply };
        taken.users.push(other);
        assert_eq!(outcome(&redeem(link), &taken), "account-exists");
    }
}
