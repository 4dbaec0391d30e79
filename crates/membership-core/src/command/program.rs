//! Make, change and delete a program, and say which groups attend all of its sessions (S2.4).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft, Mail, derived_id};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{GroupId, OrganizationId, ProgramId};
use crate::language::Language;
use crate::message::Errand;
use crate::name::ProgramName;
use crate::program::{Program, groups_named};
use crate::refusal::Refusal;

/// What a program says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramTerms {
    /// What it is called.
    pub name: ProgramName,
    /// What its e-mail says besides the facts.
    pub message: Option<String>,
    /// The language of its e-mail; each member's own if none is named, or else the organization's.
    pub language: Option<Language>,
    /// The groups that attend all of its sessions.
    pub groups: Vec<GroupId>,
}

/// Make a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateProgram {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// The program's id.
    pub program: ProgramId,
    /// What it shall be.
    pub terms: ProgramTerms,
}

/// Change a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeProgram {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which program.
    pub program: ProgramId,
    /// What it shall be.
    pub terms: ProgramTerms,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

/// Delete a program with its sessions. Mail for them that has not gone out stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteProgram {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Which program.
    pub program: ProgramId,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for CreateProgram {
    type Reply = Program;

    fn scope(&self) -> Scope {
        Scope { groups: self.terms.groups.clone(), ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Program>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        let terms = &self.terms;
        let program = Program {
            id: self.program,
            name: terms.name.clone(),
            message: terms.message.clone(),
            language: terms.language,
            groups: known(facts, &terms.groups, &[])?,
            created_at: facts.now,
            version: 1,
        };
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ProgramCreated { program: program.clone() });
        Ok(draft.reply(program))
    }
}

impl Command for ChangeProgram {
    type Reply = Program;

    fn scope(&self) -> Scope {
        let (programs, groups) = (vec![self.program], self.terms.groups.clone());
        Scope { programs, groups, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Program>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::ManageGroups)?;
        let program = facts.program(self.program)?;
        unchanged(self.expected, program.version)?;
        let terms = &self.terms;
        let changed = Program {
            name: terms.name.clone(),
            message: terms.message.clone(),
            language: terms.language,
            groups: known(facts, &terms.groups, &program.groups)?,
            ..program.clone()
        };
        let mut draft = Draft::new(facts, self.by);
        if changed != *program {
            draft.record(Event::ProgramChanged { program: changed.clone() });
        }
        for group in changed.groups.iter().filter(|it| !program.groups.contains(it)) {
            let errand = Errand::ProgramAttended { program: program.id, group: *group };
            // A group may come to several programs of one version each.
            let cause = derived_id(&[program.id.0.as_bytes(), group.0.as_bytes()]);
            let version = program.version.saturating_add(1);
            draft.mail(Mail::errand(&authority.head.organization, (cause, version), errand, facts.now));
        }
        let changed = draft.facts().program(self.program)?.clone();
        Ok(draft.reply(changed))
    }
}

impl Command for DeleteProgram {
    type Reply = ();

    fn scope(&self) -> Scope {
        Scope { programs: vec![self.program], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        unchanged(self.expected, facts.program(self.program)?.version)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::ProgramDeleted { program: self.program });
        Ok(draft.reply(()))
    }
}

/// The groups that are named, each once. Those named anew must be there; one that was named before may be gone.
pub(super) fn known(facts: &Facts, named: &[GroupId], before: &[GroupId]) -> Result<Vec<GroupId>, Refusal> {
    for group in named.iter().filter(|it| !before.contains(it)) {
        facts.group(*group)?;
    }
    Ok(groups_named(named.to_vec())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{
        ORGANIZATION, OWNER, after, by, founded, group, grouped, outcome, program, program_terms, programmed, with,
    };
    use crate::message::Content;

    fn change(who: u128, groups: Vec<GroupId>) -> ChangeProgram {
        let terms = ProgramTerms { groups, ..program_terms() };
        ChangeProgram { organization: ORGANIZATION, by: by(who), program: program(1), terms, expected: None }
    }

    #[test]
    fn s2_4_a_group_attends_a_whole_program() {
        let facts = with(grouped(founded("learning_platform"), 1), 3, "trainee");
        let create = |who, groups| CreateProgram {
            organization: ORGANIZATION,
            by: by(who),
            program: program(1),
            terms: ProgramTerms { groups, ..program_terms() },
        };
        assert_eq!(outcome(&create(3, vec![]), &facts), "permission-missing");
        assert_eq!(outcome(&create(OWNER, vec![group(7)]), &facts), "unknown-group");
        let made = after(create(OWNER, vec![]).decide(&facts));
        let decision = change(OWNER, vec![group(1), group(1)]).decide(&made).unwrap();
        assert_eq!((decision.reply.groups.as_slice(), decision.reply.version), (&[group(1)][..], 2));
        let errand = Errand::ProgramAttended { program: program(1), group: group(1) };
        assert_eq!(decision.messages[0].content, Content::Errand { errand });
        let elsewhere = ChangeProgram { program: program(2), ..change(OWNER, vec![group(1)]) };
        let other = elsewhere.decide(&programmed(made.clone(), 2)).unwrap();
        assert_ne!(other.messages[0].id, decision.messages[0].id, "a group has the mail of each of its programs");
        let again = change(OWNER, vec![group(1)]).decide(&decision.after).unwrap();
        assert!(again.events.is_empty() && again.messages.is_empty());
        assert_eq!(outcome(&change(3, vec![]), &made), "permission-missing");
        let delete = DeleteProgram { organization: ORGANIZATION, by: by(OWNER), program: program(1), expected: None };
        assert_eq!(outcome(&delete, &made), "ok");
        assert_eq!(outcome(&delete, &facts), "unknown-program");
    }

    #[test]
    fn a_group_that_is_gone_stays_named_until_somebody_takes_it_off() {
        let create = CreateProgram {
            organization: ORGANIZATION,
            by: by(OWNER),
            program: program(1),
            terms: ProgramTerms { groups: vec![group(1)], ..program_terms() },
        };
        let mut facts = after(create.decide(&grouped(founded("learning_platform"), 1)));
        facts.groups.clear();
        assert_eq!(outcome(&change(OWNER, vec![group(1)]), &facts), "ok");
        assert_eq!(outcome(&change(OWNER, vec![]), &facts), "ok");
    }
}
