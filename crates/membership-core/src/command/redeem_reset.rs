//! Choose a new password by a link that was mailed, once. It lets one person in and everybody else out, and touches no
//! invitation (A10, A11).

use crate::command::change_password::set_password;
use crate::command::redeem_login_link::{open, scope};
use crate::command::{Command, Entered};
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::refusal::Refusal;
use crate::secret::Link;
use crate::user::{PasswordHash, SignIn};

/// Choose a new password by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemReset {
    /// The link, as the signer read it.
    pub link: Link,
    /// Where it was mailed to, as the caller has read it.
    pub address: EmailAddress,
    /// The new password.
    pub password: PasswordHash,
    /// The fresh sign-in.
    pub sign_in: SignIn,
}

impl Command for RedeemReset {
    type Reply = Entered;

    fn scope(&self) -> Scope {
        scope(&self.link, &self.address)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Entered>, Refusal> {
        let (row, user) = open(facts, &self.link)?;
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::UserLinkUsed { user: user.id, link: row.id });
        super::redeem_login_link::prove_address(&mut draft, user, row)?;
        set_password(&mut draft, user, &self.password, None);
        let user = draft.facts().user(user.id).cloned().ok_or(Refusal::UnknownLink)?;
        let sign_in = SignIn { password_generation: user.password_generation, ..self.sign_in.clone() };
        draft.record(Event::SignedIn { sign_in: facts.opened_by_one_factor(&sign_in) });
        let awaits = facts.factors_asked_of(user.id);
        Ok(draft.reply(Entered { user, awaits }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{account, account_link, after, email, hash, outcome, sign_in, signed_in_twice};
    use crate::message::Content;
    use crate::secret::LinkKind;

    fn redeem(link: Link) -> RedeemReset {
        RedeemReset { link, address: email("p1@example.org"), password: hash("new"), sign_in: sign_in(3) }
    }

    #[test]
    fn a46_it_ends_every_sign_in_and_begins_one() {
        let (facts, login) = account_link(signed_in_twice(account(Some("old"))), LinkKind::OneTimeLogin);
        let (facts, link) = account_link(facts, LinkKind::PasswordReset);
        let decision = redeem(link).decide(&facts).unwrap();
        let after = &decision.after;
        assert_eq!(after.sign_ins.iter().map(|it| it.id).collect::<Vec<_>>(), [sign_in(3).id]);
        assert!(after.sign_ins[0].holds(&decision.reply.user, after.now, time::Duration::days(1)));
        assert_eq!(decision.reply.user.password, Some(hash("new")));
        assert_eq!(after.open_link(&login).unwrap_err(), Refusal::LinkExpired);
        assert!(matches!(decision.messages[0].content, Content::PasswordChanged { .. }));
    }

    #[test]
    fn a12_it_works_once_and_for_its_purpose() {
        let (facts, link) = account_link(account(Some("old")), LinkKind::PasswordReset);
        let used = after(redeem(link).decide(&facts));
        assert_eq!(outcome(&redeem(link), &used), "link-spent");
        let (facts, login) = account_link(facts, LinkKind::OneTimeLogin);
        assert_eq!(outcome(&redeem(Link { kind: LinkKind::PasswordReset, ..login }), &facts), "unknown-link");
    }
}
