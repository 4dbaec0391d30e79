//! Take back what an import made and nobody has used yet, within 24 hours: everything else stays.

use crate::authority::{Action, Authority};
use crate::command::import::may_import;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{ImportId, MemberId, OrganizationId, UserId};
use crate::import::{Import, ImportState, RowOutcome, RowProblem, RowResult, SettledRow};
use crate::refusal::Refusal;

/// Have what an import made taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoImport {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which import.
    pub import: ImportId,
}

impl Command for UndoImport {
    type Reply = Import;

    fn scope(&self) -> Scope {
        Scope { import: Some(self.import), ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Import>, Refusal> {
        may_import(facts, self.by)?;
        let import = facts.import(self.import)?;
        if !import.can_be_undone(facts.now) {
            return Err(Refusal::ImportNotUndoable);
        }
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ImportUndoBegun { import: self.import, by: self.by });
        let import = draft.facts().import(self.import)?.clone();
        Ok(draft.reply(import))
    }
}

/// A member whom a row of an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeBy {
    /// The row.
    pub position: u32,
    /// The member.
    pub member: MemberId,
    /// The member's account, as the caller has read it.
    pub user: Option<UserId>,
}

/// Take back the next rows of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBack {
    /// Which organization.
    pub organization: OrganizationId,
    /// On whose behalf, as the import says.
    pub by: Actor,
    /// Which import.
    pub import: ImportId,
    /// From which row on, as the caller has read it.
    pub from: u32,
    /// Up to which row, that one not included.
    pub until: u32,
    /// Whom these rows made.
    pub made: Vec<MadeBy>,
}

impl Command for TakeBack {
    type Reply = Vec<SettledRow>;

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.import = Some(self.import);
        scope.members.extend(self.made.iter().map(|it| it.member));
        scope.users.extend(self.made.iter().filter_map(|it| it.user));
        scope.lapsed = true;
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<SettledRow>>, Refusal> {
        facts.head()?;
        let import = facts.import(self.import)?;
        let stands = (import.state, import.by, import.done);
        if stands != (ImportState::Undoing, self.by, self.from) || self.until <= self.from {
            return Err(Refusal::ChangedMeanwhile);
        }
        let mut draft = Draft::new(facts, self.by);
        let settled = self.take_back_all(&mut draft)?;
        let (import, until) = (self.import, self.until);
        draft.record(Event::ImportAdvanced { import, until, settled: settled.clone() });
        draft.settle_lapsed();
        Ok(draft.reply(settled))
    }
}

impl TakeBack {
    /// Takes back each of the members, as far as nobody has used it.
    ///
    /// # Errors
    /// [`Refusal::ChangedMeanwhile`] if one of them has another account by now.
    pub(crate) fn take_back_all(&self, draft: &mut Draft) -> Result<Vec<SettledRow>, Refusal> {
        let settle = |made: &MadeBy| Ok(SettledRow { position: made.position, outcome: self.take_back(draft, made)? });
        self.made.iter().map(settle).collect()
    }

    fn take_back(&self, draft: &mut Draft, made: &MadeBy) -> Result<RowOutcome, Refusal> {
        let facts = draft.facts();
        let undone = RowOutcome::of(RowResult::Undone, Some(made.member));
        // Whoever is gone already is taken back.
        let Ok(member) = facts.member(made.member) else { return Ok(undone) };
        if member.user != made.user {
            return Err(Refusal::ChangedMeanwhile);
        }
        let prepared = match member.user {
            None => None,
            Some(user) if facts.user(user).is_some_and(crate::user::User::is_prepared) => Some(user),
            Some(_) => {
                let problem = RowProblem {
                    field: None,
                    code: "in-use".to_owned(),
                    message: "the person has a login of their own by now; remove the member instead".to_owned(),
                };
                return Ok(RowOutcome {
                    problems: vec![problem],
                    ..RowOutcome::of(RowResult::Kept, Some(made.member))
                });
            }
        };
        let may = Authority::of(facts, self.by).and_then(|it| it.may(Action::Remove { member }));
        if let Err(refusal) = may {
            let problems = vec![RowProblem::from(&refusal)];
            return Ok(RowOutcome { problems, ..RowOutcome::of(RowResult::Kept, Some(made.member)) });
        }
        draft.record(Event::MemberRemoved { member: made.member });
        if let Some(user) = prepared {
            draft.record(Event::PreparedAccountDropped { user });
        }
        Ok(undone)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{AddMember, BeginImport};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, email, founded, member, newcomer, outcome, user, with,
    };
    use crate::import::{Existing, ImportRow};
    use crate::name::PersonName;
    use crate::profile::MemberProfile;
    use uuid::Uuid;

    const IMPORT: ImportId = ImportId(Uuid::from_u128(77));

    fn imported(facts: Facts) -> Facts {
        let rows = (0..3).map(|position| ImportRow { position, line: 1, sealed: None, outcome: None }).collect();
        let (organization, id) = (ORGANIZATION, IMPORT);
        let begin = BeginImport { organization, by: by(OWNER), id, existing: Existing::Fill, rows };
        let mut facts = after(begin.decide(&facts));
        facts.apply(&Event::ImportAdvanced { import: IMPORT, until: 3, settled: Vec::new() });
        let add = |number: u128, login: bool| AddMember {
            organization: ORGANIZATION,
            by: by(OWNER),
            id: member(number),
            name: PersonName::parse("Ada").unwrap(),
            email: Some(email(&format!("p{number}@example.org"))),
            role: None,
            profile: MemberProfile::default(),
            deactivates_at: None,
            login: login.then(|| newcomer(number)),
            link: None,
        };
        after(add(21, true).decide(&after(add(20, false).decide(&facts))))
    }

    fn undo(who: u128) -> UndoImport {
        UndoImport { organization: ORGANIZATION, by: by(who), import: IMPORT }
    }

    #[test]
    fn an_import_can_be_undone_for_24_hours_once() {
        let facts = imported(with(founded("team"), 2, "member"));
        assert_eq!(outcome(&undo(OWNER), &facts), "ok");
        assert_eq!(outcome(&undo(2), &facts), "permission-missing");
        let just_in_time = NOW + Duration::hours(24) - Duration::microseconds(1);
        assert_eq!(outcome(&undo(OWNER), &at(facts.clone(), just_in_time)), "ok");
        assert_eq!(outcome(&undo(OWNER), &at(facts.clone(), NOW + Duration::hours(24))), "import-not-undoable");
        assert_eq!(outcome(&undo(OWNER), &after(undo(OWNER).decide(&facts))), "import-not-undoable");
        let unknown = UndoImport { import: ImportId(Uuid::from_u128(1)), ..undo(OWNER) };
        assert_eq!(outcome(&unknown, &facts), "unknown-import");
    }

    #[test]
    fn what_nobody_has_used_is_taken_back() {
        let facts = with(imported(founded("team")), 3, "member");
        let facts = after(undo(OWNER).decide(&facts));
        let made = |position, number: u128, account: Option<u128>| MadeBy {
            position,
            member: member(number),
            user: account.map(user),
        };
        let command = TakeBack {
            organization: ORGANIZATION,
            by: by(OWNER),
            import: IMPORT,
            from: 0,
            until: 3,
            made: vec![made(0, 20, None), made(1, 21, Some(21)), made(2, 3, Some(3))],
        };
        let decision = command.decide(&facts).unwrap();
        let results: Vec<_> = decision.reply.iter().map(|it| it.outcome.result).collect();
        assert_eq!(results, [RowResult::Undone, RowResult::Undone, RowResult::Kept]);
        assert!(decision.after.member(member(20)).is_err() && decision.after.member(member(3)).is_ok());
        assert!(decision.after.user(user(21)).unwrap().emails.is_empty(), "the prepared account is dropped");
        assert_eq!(decision.after.import(IMPORT).unwrap().state, ImportState::Undone);
        assert_eq!(outcome(&command, &decision.after), "changed-meanwhile");
        let stale = TakeBack { made: vec![made(1, 21, None)], ..command };
        assert_eq!(outcome(&stale, &facts), "changed-meanwhile");
    }
}
