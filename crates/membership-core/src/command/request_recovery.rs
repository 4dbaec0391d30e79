//! Ask to be let in again. Nothing is looked up: answer and time are the same for everybody (I13, A60).

use uuid::Uuid;

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::facts::{Facts, Scope};
use crate::id::SignUpId;
use crate::language::Language;
use crate::message::{Content, MessageScope, Recipient, Recovery};
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::user::Login;

/// Ask for a login link or a password reset. The courier finds out whether the login names anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecovery {
    /// The request's id.
    pub id: Uuid,
    /// Who it is said to be.
    pub login: Login,
    /// What is asked for.
    pub means: Recovery,
    /// Which client of the network asks, if that shows.
    pub client: Option<String>,
}

impl Command for RequestRecovery {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope::default()
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let mut draft = Draft::new(facts, Actor::System);
        draft.charge(Cause::Recovery, |limits| {
            let client = self.client.iter().map(|it| (Bucket::client(it), &limits.recoveries_per_client));
            client.chain([(Bucket::login(&self.login), &limits.recoveries_per_recipient)]).collect()
        })?;
        draft.mail(Mail {
            scope: MessageScope::SignUp(SignUpId(self.id)),
            cause: (self.id, 1),
            to: Recipient::AccountHolder,
            // Nobody reads it in this language: the mail that follows is in the account's.
            language: Language::English,
            content: Content::RecoveryRequested { login: self.login.to_string(), means: self.means },
            due_at: None,
        });
        Ok(draft.reply(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, account};

    #[test]
    fn i13_nothing_is_looked_up() {
        let request = RequestRecovery {
            id: Uuid::from_u128(1),
            login: Login::parse("P1@example.org").unwrap(),
            means: Recovery::LoginLink,
            client: None,
        };
        assert_eq!(request.scope(), Scope::default());
        let known = request.decide(&account(Some("old"))).unwrap();
        assert_eq!(known.messages, request.decide(&Facts::nothing(NOW)).unwrap().messages);
        assert!(known.events.is_empty());
    }
}
