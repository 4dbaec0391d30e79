//! Change one's own password: whoever else was signed in by the old one is not any more (A46).

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignInId, UserId};
use crate::message::{Content, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::second_factor::Proven;
use crate::user::{PasswordHash, User};

/// Choose a new password, after the caller has checked the present one, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePassword {
    /// Whose.
    pub user: UserId,
    /// The sign-in by which it is changed; it is the only one that stays.
    pub keeps: SignInId,
    /// What the person has shown of who they are; counts for whoever has a second factor.
    pub proven: Proven,
    /// The password that was shown to be known; `None` if there was none.
    pub known: Option<PasswordHash>,
    /// The new one.
    pub password: PasswordHash,
}

impl Command for ChangePassword {
    type Reply = User;

    fn scope(&self) -> Scope {
        let user = vec![self.user];
        Scope { users: user.clone(), links_of: user.clone(), factors_of: user, ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        // What was checked a moment ago is not the password any more: somebody else changed it.
        if user.password != self.known {
            return Err(Refusal::WrongPassword);
        }
        facts.has_shown_own_factor(self.user, self.proven)?;
        let mut draft = Draft::new(facts, Actor::User(self.user));
        set_password(&mut draft, user, &self.password, Some(self.keeps));
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}

/// A password takes the place of another: all sign-ins but the kept one end, the links that would let somebody in are
/// dead, and the person is told, unless this is the password that the first login asks for.
pub(super) fn set_password(draft: &mut Draft, user: &User, password: &PasswordHash, keeps: Option<SignInId>) {
    draft.record(Event::PasswordChanged { user: user.id, password: password.clone() });
    draft.record(Event::SignedOutElsewhere { user: user.id, kept: keeps });
    end_links(draft, user.id, |_| true);
    if let Some(address) = user.primary_email().filter(|_| !user.password_due) {
        draft.mail(Mail {
            scope: MessageScope::User(user.id),
            cause: (user.id.0, u64::from(user.password_generation)),
            to: Recipient::Address(address.clone()),
            language: user.language,
            content: Content::PasswordChanged { name: user.name.to_string() },
            due_at: None,
        });
    }
}

/// Ends the links of a user that would let somebody in and are still alive.
pub(super) fn end_links(draft: &mut Draft, user: UserId, which: impl Fn(&crate::user_link::UserLink) -> bool) {
    let now = draft.facts().now;
    let alive = draft.facts().links.iter().filter(|it| it.user == user && it.recovers() && it.is_alive(now));
    let ended: Vec<_> = alive.filter(|it| which(it)).map(|it| it.id).collect();
    for link in ended {
        draft.record(Event::UserLinkEnded { user, link });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{account, account_link, hash, outcome, shown, signed_in_twice, user};
    use crate::second_factor::Assurance;
    use crate::secret::LinkKind;

    fn change(known: Option<&str>) -> ChangePassword {
        ChangePassword {
            user: user(1),
            keeps: crate::fixture::sign_in(1).id,
            proven: shown(crate::fixture::NOW),
            known: known.map(hash),
            password: hash("new"),
        }
    }

    #[test]
    fn the_present_password_is_asked_if_there_is_one() {
        assert_eq!(outcome(&change(Some("old")), &account(Some("old"))), "ok");
        assert_eq!(outcome(&change(Some("older")), &account(Some("old"))), "wrong-password");
        assert_eq!(outcome(&change(None), &account(Some("old"))), "wrong-password");
        assert_eq!(outcome(&change(None), &account(None)), "ok");
    }

    #[test]
    fn whoever_has_a_second_factor_has_shown_it_a_moment_ago() {
        let late = crate::fixture::NOW + crate::second_factor::FRESH_FOR;
        let facts = crate::fixture::at(crate::fixture::with_totp(account(Some("old"))), late);
        assert_eq!(outcome(&change(Some("old")), &facts), "fresh-proof-required");
        let by_one = Proven { at: late, by: Assurance::OneFactor };
        assert_eq!(outcome(&ChangePassword { proven: by_one, ..change(Some("old")) }, &facts), "fresh-proof-required");
        assert_eq!(outcome(&ChangePassword { proven: shown(late), ..change(Some("old")) }, &facts), "ok");
    }

    #[test]
    fn a46_other_sign_ins_and_pending_links_end_and_the_person_is_told() {
        let (facts, link) = account_link(signed_in_twice(account(Some("old"))), LinkKind::PasswordReset);
        let (facts, verification) = account_link(facts, LinkKind::Verification);
        let decision = change(Some("old")).decide(&facts).unwrap();
        let after = &decision.after;
        assert_eq!(after.sign_ins.iter().map(|it| it.id).collect::<Vec<_>>(), [crate::fixture::sign_in(1).id]);
        let user = after.user(user(1)).unwrap();
        assert!(after.sign_ins.iter().all(|it| it.holds(user, after.now, time::Duration::days(1))));
        assert!(facts.sign_ins.iter().all(|it| !it.holds(user, after.now, time::Duration::days(1))), "as they were");
        assert_eq!(after.open_link(&link).unwrap_err(), Refusal::LinkExpired);
        assert!(after.open_link(&verification).is_ok(), "an address can still be verified");
        assert!(matches!(decision.messages[0].content, Content::PasswordChanged { .. }));
        assert_eq!(decision.accounts.iter().map(|it| it.event).collect::<Vec<_>>(), ["password-changed"]);
    }

    #[test]
    fn s0_10_the_password_that_the_first_login_asks_for_is_no_news() {
        let mut facts = account(None);
        facts.users[0].password_due = true;
        let decision = change(None).decide(&facts).unwrap();
        assert!(!decision.reply.password_due && decision.messages.is_empty());
    }
}
