//! Make, change and delete a dated session of a program (S2.4, S2.5).

use time::OffsetDateTime;

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft, Mail, derived_id};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{GroupId, OrganizationId, ProgramId, SessionId};
use crate::message::Errand;
use crate::name::SessionTitle;
use crate::program::{Phase, Session};
use crate::refusal::Refusal;

/// What a session says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTerms {
    /// What it is called.
    pub title: SessionTitle,
    /// When it begins.
    pub starts_at: OffsetDateTime,
    /// When it ends.
    pub ends_at: OffsetDateTime,
}

/// Give a program another session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateSession {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Of which program.
    pub program: ProgramId,
    /// The session's id.
    pub session: SessionId,
    /// What it shall be.
    pub terms: SessionTerms,
}

/// Change a session's title or dates. Moving its start moves its mails; once it has begun, its start stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSession {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which session.
    pub session: SessionId,
    /// What it shall be.
    pub terms: SessionTerms,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

/// Delete a session. Mail for it that has not gone out stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteSession {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which session.
    pub session: SessionId,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for CreateSession {
    type Reply = Session;

    fn scope(&self) -> Scope {
        Scope { programs: vec![self.program], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Session>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        facts.program(self.program)?;
        let SessionTerms { title, starts_at, ends_at } = self.terms.clone();
        check_dates(facts, &self.terms)?;
        let session =
            Session { id: self.session, program: self.program, title, starts_at, ends_at, groups: vec![], version: 1 };
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::SessionCreated { session: session.clone() });
        let errand = begins(draft.facts(), &session, None)?;
        draft.mail(errand);
        Ok(draft.reply(session))
    }
}

impl Command for ChangeSession {
    type Reply = Session;

    fn scope(&self) -> Scope {
        Scope { sessions: vec![self.session], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Session>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        let session = facts.session(self.session)?;
        unchanged(self.expected, session.version)?;
        let SessionTerms { title, starts_at, ends_at } = self.terms.clone();
        let moves = starts_at != session.starts_at;
        if moves && session.phase_at(facts.now) != Phase::Ahead {
            return Err(Refusal::SessionBegun);
        }
        let changed = Session { title, starts_at, ends_at, ..session.clone() };
        let mut draft = Draft::new(facts, self.by);
        if changed != *session {
            check_dates(facts, &self.terms)?;
            draft.record(Event::SessionChanged { session: changed });
        }
        let changed = draft.facts().session(self.session)?.clone();
        if moves {
            let errand = begins(draft.facts(), &changed, None)?;
            draft.mail(errand);
        }
        Ok(draft.reply(changed))
    }
}

impl Command for DeleteSession {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { sessions: vec![self.session], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        unchanged(self.expected, facts.session(self.session)?.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::SessionDeleted { session: self.session });
        Ok(draft.reply(()))
    }
}

/// It ends after it begins, and not before anybody could attend.
fn check_dates(facts: &Facts, terms: &SessionTerms) -> Result<(), Refusal> {
    Session::check_dates(terms.starts_at, terms.ends_at)?;
    if terms.ends_at <= facts.now {
        return Err(Refusal::DateInThePast);
    }
    Ok(())
}

/// The errand that writes to whoever is enrolled when a session has begun; or to a group's members, if it came later.
///
/// # Errors
/// [`Refusal::UnknownOrganization`].
pub(super) fn begins(facts: &Facts, session: &Session, group: Option<GroupId>) -> Result<Mail, Refusal> {
    let starts_at = session.starts_at;
    let errand = Errand::SessionBegins { session: session.id, starts_at, group, after: None };
    // A group may come to several sessions of one version each.
    let cause = group.map_or(session.id.0, |it| derived_id(&[session.id.0.as_bytes(), it.0.as_bytes()]));
    Ok(Mail::errand(&facts.head()?.organization, (cause, session.version), errand, starts_at))
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, founded, outcome, program, programmed, session, with,
    };

    fn terms(from: i64, to: i64) -> SessionTerms {
        let (starts_at, ends_at) = (NOW + Duration::days(from), NOW + Duration::days(to));
        SessionTerms { title: SessionTitle::parse("Spring").unwrap(), starts_at, ends_at }
    }

    fn create(who: u128, from: i64, to: i64) -> CreateSession {
        let terms = terms(from, to);
        CreateSession { organization: ORGANIZATION, by: by(who), program: program(1), session: session(1), terms }
    }

    fn change(from: i64, to: i64) -> ChangeSession {
        let terms = terms(from, to);
        ChangeSession { organization: ORGANIZATION, by: by(OWNER), session: session(1), terms, expected: None }
    }

    #[test]
    fn a_session_ends_after_it_begins_and_not_in_the_past() {
        let facts = with(programmed(founded("learning_platform"), 1), 3, "trainee");
        for (who, from, to, answer) in [
            (OWNER, 1, 2, "ok"),
            (OWNER, -3, 2, "ok"),
            (OWNER, 2, 1, "invalid-input"),
            (OWNER, 2, 2, "invalid-input"),
            (OWNER, -3, -2, "date-in-the-past"),
            (OWNER, -3, 0, "date-in-the-past"),
            (3, 1, 2, "permission-missing"),
        ] {
            assert_eq!(outcome(&create(who, from, to), &facts), answer, "{who} {from} {to}");
        }
        assert_eq!(outcome(&create(OWNER, 1, 2), &founded("learning_platform")), "unknown-program");
    }

    #[test]
    fn s2_5_moving_the_start_moves_the_mail() {
        let facts = programmed(founded("learning_platform"), 1);
        let made = create(OWNER, 3, 9).decide(&facts).unwrap();
        assert_eq!(made.messages[0].due_at, NOW + Duration::days(3));
        let moved = change(5, 9).decide(&made.after).unwrap();
        assert_eq!(moved.messages[0].due_at, NOW + Duration::days(5));
        assert_ne!(moved.messages[0].id, made.messages[0].id, "the older errand finds another start");
        let longer = change(3, 12).decide(&made.after).unwrap();
        assert!(longer.messages.is_empty(), "the end moves no mail");
        let begun = at(made.after, NOW + Duration::days(3));
        assert_eq!(outcome(&change(5, 9), &begun), "session-begun");
        assert_eq!(outcome(&change(3, 10), &begun), "ok");
        assert_eq!(outcome(&change(3, 2), &begun), "invalid-input");
        let delete = DeleteSession { organization: ORGANIZATION, by: by(OWNER), session: session(1), expected: None };
        let gone = after(delete.decide(&begun));
        assert_eq!(outcome(&delete, &gone), "unknown-session");
    }
}
