//! Register by an invitation's link, where the policy wants an account before anything is accepted (S0.10). The
//! invitation stays as it is.

use crate::command::Command;
use crate::command::accept::open_invitation;
use crate::command::mail_link::mail_link;
use crate::draft::{Actor, Decision, Draft};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, OrganizationId};
use crate::invitation::Channel;
use crate::refusal::Refusal;
use crate::secret::Link;
use crate::user::{User, UserEmail};
use crate::user_link::NewLink;

/// Make the account of somebody who has none, and mail the link of the first login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// The invitation's link, as the signer read it.
    pub link: Link,
    /// The invited address, as the caller has read it.
    pub address: EmailAddress,
    /// The account to be made, still without an address: it gets the invitation's, and no other (A03).
    pub user: User,
    /// The link that signs in for the first time.
    pub login: NewLink,
}

impl Command for Register {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope {
            invitations: vec![InvitationId(self.link.id)],
            users_at: vec![self.address.clone()],
            usernames_like: self.user.username.iter().cloned().collect(),
            ..Scope::of(OrganizationId(self.link.scope))
        }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let invitation = open_invitation(facts, &self.link)?;
        if !facts.head()?.organization.policy.sign_up_policy.registers_first {
            return Err(Refusal::RegistrationNotNeeded);
        }
        if invitation.email != self.address {
            return Err(Refusal::NotTheInvitedAddress);
        }
        if facts.user_at(&self.address).is_some() {
            return Err(Refusal::AccountExists);
        }
        if let Some(username) = &self.user.username {
            facts.username_is_free(username, None)?;
        }
        // Only a link that went by mail proves the mailbox; otherwise the first login does.
        let verified_at = (invitation.channel == Channel::Mail).then_some(facts.now);
        let emails = vec![UserEmail { address: self.address.clone(), verified_at }];
        let user = User { emails, password: None, password_due: true, ..self.user.clone() };
        let mut draft = Draft::new(facts, Actor::User(user.id));
        draft.record(Event::UserRegistered { user: user.clone() });
        mail_link(&mut draft, &user, &self.address, &self.login);
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::command::{Accept, Acceptor, RedeemLoginLink, Renew};
    use crate::fixture::{
        ORGANIZATION, OWNER, account_of, after, by, email, founded, invitation, invited, member, outcome, sign_in, user,
    };
    use crate::id::UserLinkId;
    use crate::invitation::InvitationState;
    use crate::name::Username;
    use crate::person::Person;
    use crate::secret::LinkKind;

    fn newcomer() -> User {
        let user = account_of(20, None).users.remove(0);
        User { emails: Vec::new(), ..user }
    }

    fn register(generation: u32) -> Register {
        let login =
            NewLink { id: UserLinkId(Uuid::from_u128(7)), kind: LinkKind::OneTimeLogin, lasts: Duration::hours(24) };
        let link = Link::to_invitation(ORGANIZATION, invitation(20), generation);
        Register { link, address: email("p20@example.org"), user: newcomer(), login }
    }

    fn accept(acceptor: Acceptor) -> Accept {
        let link = Link::to_invitation(ORGANIZATION, invitation(20), 1);
        Accept { link, acceptor, member: member(20), sign_in: None, ends: None }
    }

    #[test]
    fn s0_10_register_sign_in_by_mail_then_accept() {
        let facts = invited(founded("group_subscription"), 20, "member");
        let new = Acceptor::New { user: newcomer(), address: email("p20@example.org") };
        assert_eq!(outcome(&accept(new), &facts), "registration-required");
        let registered = register(1).decide(&facts).unwrap();
        let facts = registered.after;
        assert_eq!(registered.messages[0].content.kind(), "one_time_login");
        assert_eq!(facts.invitation(invitation(20)).unwrap().state, InvitationState::Pending);
        assert!(facts.sign_ins.is_empty() && facts.members.len() == 1);
        assert_eq!(outcome(&register(1), &facts), "account-exists");

        let row = facts.links[0].clone();
        let link = Link::to_user(row.kind, row.user, row.id, row.generation);
        let redeem = RedeemLoginLink { link, address: row.address, sign_in: sign_in(3), ends: None };
        let signed_in = redeem.decide(&facts).unwrap();
        assert!(signed_in.reply.user.password_due && signed_in.reply.user.may_go_on().is_err());
        let acceptor = Acceptor::SignedIn(Person::from(&signed_in.reply.user));
        assert!(after(accept(acceptor).decide(&signed_in.after)).member(member(20)).is_ok());
    }

    #[test]
    fn only_where_the_policy_says_so_and_the_invitation_is_open() {
        assert_eq!(outcome(&register(1), &invited(founded("team"), 20, "member")), "registration-not-needed");
        assert_eq!(outcome(&register(2), &invited(founded("group_subscription"), 20, "member")), "link-superseded");
        assert_eq!(outcome(&register(1), &founded("group_subscription")), "unknown-link");
        let other = Register { address: email("p21@example.org"), ..register(1) };
        assert_eq!(outcome(&other, &invited(founded("group_subscription"), 20, "member")), "not-the-invited-address");
    }

    #[test]
    fn a_username_is_nobody_elses_and_looks_like_nobody_elses() {
        let mut facts = invited(founded("group_subscription"), 20, "member");
        let mut other = account_of(21, None).users.remove(0);
        other.username = Some(Username::parse("adal").unwrap());
        facts.users.push(other);
        for (username, answer) in [("adal", "username-taken"), ("ada1", "username-confusable"), ("ada.l", "ok")] {
            let user = User { username: Some(Username::parse(username).unwrap()), ..newcomer() };
            assert_eq!(outcome(&Register { user, ..register(1) }, &facts), answer, "{username}");
        }
    }

    #[test]
    fn a_link_that_was_handed_over_proves_no_mailbox() {
        let facts = invited(founded("group_subscription"), 20, "member");
        let renew =
            Renew { organization: ORGANIZATION, by: by(OWNER), invitation: invitation(20), channel: Channel::Hand };
        let registered = after(register(2).decide(&after(renew.decide(&facts))));
        let user = registered.user(user(20)).unwrap();
        assert!(user.awaits_first_login() && user.primary_email().is_none());
    }
}
