//! Change one's own name or language; what a person owns, only that person changes (S2.8).

use crate::command::{Command, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::UserId;
use crate::language::Language;
use crate::name::{Names, PersonName};
use crate::refusal::Refusal;
use crate::user::User;

/// Change one's own name or language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateProfile {
    /// Whose.
    pub user: UserId,
    /// The new name, if it changes.
    pub name: Option<PersonName>,
    /// The new first and last name, if they change; together they make the name if none is given.
    pub names: Option<Names>,
    /// The new language, if it changes.
    pub language: Option<Language>,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for UpdateProfile {
    type Reply = User;

    fn scope(&self) -> Scope {
        Scope { users: vec![self.user], ..Scope::default() }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<User>, Refusal> {
        let user = facts.user(self.user).ok_or(Refusal::NotSignedIn)?;
        unchanged(self.expected, user.version)?;
        let names = self.names.clone().unwrap_or_else(|| user.names.clone());
        let whole = if self.names.is_some() { names.whole()? } else { None };
        let name = self.name.clone().or(whole).unwrap_or_else(|| user.name.clone());
        let language = self.language.unwrap_or(user.language);
        let mut draft = Draft::new(facts, Actor::User(self.user));
        if (&name, &names, language) != (&user.name, &user.names, user.language) {
            draft.record(Event::ProfileChanged { user: self.user, name, names, language });
        }
        let user = draft.facts().user(self.user).cloned().ok_or(Refusal::NotSignedIn)?;
        Ok(draft.reply(user))
    }
}
