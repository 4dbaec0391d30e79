//! Complete a sign-up: whoever reads the mailbox and knows the password has an account from now on.

use crate::command::Command;
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{SignUpId, UserId};
use crate::name::Names;
use crate::organization::ChainEnd;
use crate::refusal::Refusal;
use crate::user::{SignIn, SignUp, User, UserEmail};

/// Complete a sign-up whose link was opened and whose password was checked. The password is asked for again because a
/// link alone can be pressed by a mail scanner, and a form alone can name somebody else's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteSignUp {
    /// Which sign-up.
    pub sign_up: SignUpId,
    /// Its address, as the caller has read it.
    pub address: crate::email::EmailAddress,
    /// The new user's id.
    pub user: UserId,
    /// The fresh sign-in.
    pub sign_in: SignIn,
}

impl Command for CompleteSignUp {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { sign_up: Some(self.sign_up), users_at: vec![self.address.clone()], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let sign_up = open_sign_up(facts, self.sign_up)?;
        if facts.user_at(&sign_up.email).is_some() {
            return Err(Refusal::SignUpOver);
        }
        let user = User {
            id: self.user,
            name: sign_up.name.clone(),
            names: Names::default(),
            username: None,
            emails: vec![UserEmail { address: sign_up.email.clone(), verified_at: Some(facts.now) }],
            password: Some(sign_up.password.clone()),
            password_due: false,
            initial_password: None,
            password_generation: 0,
            identities: Vec::new(),
            language: sign_up.language,
            operator: false,
            home: None,
            created_at: facts.now,
            audit: ChainEnd::default(),
            version: 1,
        };
        let mut draft = Draft::new(facts, Actor::User(self.user));
        draft.record(Event::SignUpCompleted { sign_up: self.sign_up });
        draft.record(Event::UserRegistered { user: user.clone() });
        draft.record(Event::SignedIn { sign_in: self.sign_in.clone() });
        Ok(draft.reply(user))
    }
}

/// The sign-up of that id, if it can still be completed.
///
/// # Errors
/// [`Refusal::SignUpOver`].
pub fn open_sign_up(facts: &Facts, id: SignUpId) -> Result<&SignUp, Refusal> {
    let sign_up = facts.sign_ups.iter().find(|it| it.id == id && facts.now < it.expires_at);
    sign_up.ok_or(Refusal::SignUpOver)
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};
    use uuid::Uuid;

    use super::*;
    use crate::command::RequestSignUp;
    use crate::fixture::{NOW, after, at, email, outcome, user};
    use crate::id::SignInId;
    use crate::language::Language;
    use crate::message::Content;
    use crate::name::PersonName;
    use crate::second_factor::Assurance;
    use crate::secret::TokenHash;
    use crate::user::PasswordHash;

    const ID: SignUpId = SignUpId(Uuid::from_u128(5));

    fn request() -> RequestSignUp {
        RequestSignUp {
            client: None,
            sign_up: SignUp {
                id: ID,
                email: email("ada@example.org"),
                name: PersonName::parse("Ada").unwrap(),
                password: PasswordHash::new("hash".to_owned()),
                language: Language::English,
                created_at: NOW,
                expires_at: NOW + Duration::hours(24),
            },
        }
    }

    fn complete(number: u128) -> CompleteSignUp {
        let sign_in = SignIn {
            id: SignInId(Uuid::from_u128(6)),
            user: user(number),
            token: TokenHash([1; 32]),
            created_at: NOW,
            expires_at: OffsetDateTime::UNIX_EPOCH,
            last_seen_at: NOW,
            description: None,
            password_generation: 0,
            assurance: Assurance::OneFactor,
            proven_at: NOW,
        };
        CompleteSignUp { sign_up: ID, address: email("ada@example.org"), user: user(number), sign_in }
    }

    #[test]
    fn a_sign_up_is_completed_once_and_in_time() {
        let asked = after(request().decide(&Facts::nothing(NOW)));
        assert_eq!(outcome(&complete(1), &asked), "ok");
        assert_eq!(outcome(&complete(1), &at(asked.clone(), NOW + Duration::hours(24))), "sign-up-over");
        let done = after(complete(1).decide(&asked));
        assert!(done.user(user(1)).unwrap().has_verified(&email("ada@example.org")));
        assert_eq!(outcome(&complete(2), &done), "sign-up-over");
    }

    #[test]
    fn i13_an_address_with_an_account_is_told_by_mail_only() {
        let done = after(complete(1).decide(&after(request().decide(&Facts::nothing(NOW)))));
        let again = request().decide(&done).unwrap();
        let events = |it: &[Event]| it.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        let unknown = request().decide(&Facts::nothing(NOW)).unwrap();
        assert_eq!(events(&again.events), events(&unknown.events), "both write the same rows");
        assert!(outcome(&complete(2), &again.after) != "ok", "what is kept for a known address lets nobody in");
        assert!(matches!(again.messages[0].content, Content::AddressInUse { .. }));
    }
}
