//! Ask for an account. The answer is the same whether or not the address has one (I13); its mailbox learns the truth.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::message::{Content, MessageScope, Recipient};
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::user::SignUp;

/// Ask for an account: nothing is claimed until the address is verified (A01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSignUp {
    /// What is asked for.
    pub sign_up: SignUp,
    /// Which client of the network asks, if that shows.
    pub client: Option<String>,
}

impl Command for RequestSignUp {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { users_at: vec![self.sign_up.email.clone()], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let sign_up = &self.sign_up;
        let mut draft = Draft::new(facts, Actor::System);
        draft.charge(Cause::Recovery, |limits| {
            let client = self.client.iter().map(|it| (Bucket::client(it), &limits.recoveries_per_client));
            client.chain([(Bucket::mailbox(&sign_up.email), &limits.recoveries_per_recipient)]).collect()
        })?;
        // It is kept for a known address, too, so that both take as long; its link then goes to nobody.
        draft.record(Event::SignUpRequested { sign_up: sign_up.clone() });
        let content = match facts.user_at(&sign_up.email) {
            Some(user) => Content::AddressInUse { name: user.name.to_string() },
            None => Content::AddressVerification {
                sign_up: sign_up.id,
                name: sign_up.name.to_string(),
                expires_at: sign_up.expires_at,
            },
        };
        draft.mail(Mail {
            scope: MessageScope::SignUp(sign_up.id),
            cause: (sign_up.id.0, 1),
            to: Recipient::Address(sign_up.email.clone()),
            language: sign_up.language,
            content,
            due_at: None,
        });
        Ok(draft.reply(()))
    }
}
