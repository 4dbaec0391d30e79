//! Mail a person the link they asked for: what follows a request for recovery, apart from it.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::message::{Content, MessageScope, Recipient};
use crate::refusal::Refusal;
use crate::secret::LinkKind;
use crate::user::User;
use crate::user_link::NewLink;

/// Mail a link to an address of a user. Whether one goes out is nobody's to know but the mailbox's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLink {
    /// To whom.
    pub user: UserId,
    /// At which of their addresses.
    pub address: EmailAddress,
    /// The link to be made.
    pub link: NewLink,
}

impl Command for MailLink {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], links_of: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let mut draft = Draft::new(facts, Actor::System);
        let user = facts.user(self.user).filter(|it| may_be_mailed(it, &self.address));
        if let Some(user) = user.filter(|_| !self.link.is_too_soon(facts, self.user, &self.address)) {
            mail_link(&mut draft, user, &self.address, &self.link);
        }
        Ok(draft.reply(()))
    }
}

/// Whether a link that lets somebody in may go there: only to a mailbox that the person has proven to read, so that
/// naming somebody else's address opens no account to its reader; or to that of an account nobody can have used yet.
pub fn may_be_mailed(user: &User, address: &EmailAddress) -> bool {
    user.has_verified(address) || (user.awaits_first_login() && user.emails.iter().any(|it| it.address == *address))
}

/// Makes a link, and the mail that carries it.
pub(super) fn mail_link(draft: &mut Draft, user: &User, address: &EmailAddress, link: &NewLink) {
    let row = link.row(draft.facts(), user.id, address);
    let (link, generation, name, expires_at) = (row.id, row.generation, user.name.to_string(), row.expires_at);
    let content = match row.kind {
        LinkKind::PasswordReset => Content::PasswordReset { link, generation, name, expires_at },
        LinkKind::Verification => Content::AdditionalAddress { link, generation, name, expires_at },
        LinkKind::OneTimeLogin | LinkKind::Invitation | LinkKind::SetUp => {
            Content::OneTimeLogin { link, generation, name, expires_at }
        }
    };
    draft.record(Event::UserLinkIssued { link: row });
    draft.mail(Mail {
        scope: MessageScope::User(user.id),
        cause: (link.0, u64::from(generation)),
        to: Recipient::Address(address.clone()),
        language: user.language,
        content,
        due_at: None,
    });
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::{NOW, account, after, at, email, user};
    use crate::id::UserLinkId;

    fn mail(address: &str) -> MailLink {
        let link =
            NewLink { id: UserLinkId(Uuid::from_u128(7)), kind: LinkKind::OneTimeLogin, lasts: Duration::hours(1) };
        MailLink { user: user(1), address: email(address), link }
    }

    fn mails(command: &MailLink, facts: &Facts) -> usize {
        command.decide(facts).unwrap().messages.len()
    }

    #[test]
    fn only_a_proven_mailbox_gets_a_link() {
        let mut facts = account(Some("old"));
        facts.apply(&Event::EmailAdded { user: user(1), address: email("other@example.org") });
        assert_eq!(mails(&mail("p1@example.org"), &facts), 1);
        assert_eq!(mails(&mail("other@example.org"), &facts), 0);
        assert_eq!(mails(&mail("nobody@example.org"), &facts), 0);
        assert_eq!(mails(&mail("p1@example.org"), &Facts::nothing(NOW)), 0);
    }

    #[test]
    fn an_account_that_nobody_has_used_yet_gets_one_at_its_only_address() {
        let mut facts = account(None);
        facts.users[0].emails[0].verified_at = None;
        assert_eq!(mails(&mail("p1@example.org"), &facts), 0);
        facts.users[0].password_due = true;
        assert_eq!(mails(&mail("p1@example.org"), &facts), 1);
    }

    #[test]
    fn a54_asking_again_and_again_mails_once_a_minute() {
        let facts = after(mail("p1@example.org").decide(&account(Some("old"))));
        assert_eq!(mails(&mail("p1@example.org"), &facts), 0);
        let later = mail("p1@example.org").decide(&at(facts, NOW + Duration::minutes(1))).unwrap();
        assert!(matches!(later.messages[0].content, Content::OneTimeLogin { generation: 2, .. }));
    }
}
