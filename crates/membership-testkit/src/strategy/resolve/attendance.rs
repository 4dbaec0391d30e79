//! From a step about groups, programs and sessions to its command.

use membership_core::command::{
    ChangeProgram, ChangeSession, CreateGroup, CreateProgram, CreateSession, DeleteGroup, DeleteProgram, DeleteSession,
    Enrol, Place, ProgramTerms, RenameGroup, SessionTerms, Withdraw,
};
use membership_core::draft::Actor;
use membership_core::id::{GroupId, OrganizationId, ProgramId, SessionId};
use time::Duration;

use super::Eye;
use crate::any_command::AnyCommand;
use crate::fixture;
use crate::memory::OrganizationRows;
use crate::strategy::attendance::{Attend, Dates, PlacePick};
use crate::strategy::step::{Pick, Target};

impl Eye<'_> {
    pub(super) fn attend(
        &self,
        (organization, rows): (OrganizationId, &OrganizationRows),
        by: Actor,
        attend: &Attend,
    ) -> Option<AnyCommand> {
        let expected = None;
        let members = |member: &Option<Target>| member.and_then(|it| self.member(organization, by, it));
        Some(match attend {
            Attend::CreateGroup => {
                let group = GroupId(self.random.id());
                CreateGroup { organization, by, group, name: fixture::group_name("Group") }.into()
            }
            Attend::RenameGroup { group } => {
                let name = fixture::group_name(&format!("Group {}", group.0 % 3));
                RenameGroup { organization, by, group: self.group(rows, *group), name, expected }.into()
            }
            Attend::DeleteGroup { group } => {
                DeleteGroup { organization, by, group: self.group(rows, *group), expected }.into()
            }
            Attend::CreateProgram { group } => {
                let terms = self.program_terms(rows, *group);
                CreateProgram { organization, by, program: ProgramId(self.random.id()), terms }.into()
            }
            Attend::ChangeProgram { program, group } => {
                let (program, terms) = (self.program(rows, *program), self.program_terms(rows, *group));
                ChangeProgram { organization, by, program, terms, expected }.into()
            }
            Attend::DeleteProgram { program } => {
                DeleteProgram { organization, by, program: self.program(rows, *program), expected }.into()
            }
            Attend::CreateSession { program, dates } => {
                let (program, terms) = (self.program(rows, *program), self.session_terms(*dates));
                CreateSession { organization, by, program, session: SessionId(self.random.id()), terms }.into()
            }
            Attend::ChangeSession { session, dates } => {
                let (session, terms) = (self.session(rows, *session), self.session_terms(*dates));
                ChangeSession { organization, by, session, terms, expected }.into()
            }
            Attend::DeleteSession { session } => {
                DeleteSession { organization, by, session: self.session(rows, *session), expected }.into()
            }
            Attend::Enrol { into, group, member, guest, all_or_none } => Enrol {
                organization,
                by,
                into: self.place(rows, *into),
                groups: group.map(|it| self.group(rows, it)).into_iter().collect(),
                members: members(member).into_iter().collect(),
                offers: guest.iter().map(|it| self.offer(rows, it)).collect(),
                all_or_none: *all_or_none,
            }
            .into(),
            Attend::Withdraw { from, group, member, all_or_none } => Withdraw {
                organization,
                by,
                from: self.place(rows, *from),
                groups: group.map(|it| self.group(rows, it)).into_iter().collect(),
                members: members(member).into_iter().collect(),
                all_or_none: *all_or_none,
            }
            .into(),
        })
    }

    /// One of the groups; one that does not exist if there is none, and now and then.
    pub(super) fn group(&self, rows: &OrganizationRows, pick: Pick) -> GroupId {
        let known = pick.of(rows.groups.keys()).filter(|_| !pick.0.is_multiple_of(13));
        known.copied().unwrap_or_else(|| GroupId(self.random.id()))
    }

    fn program(&self, rows: &OrganizationRows, pick: Pick) -> ProgramId {
        let known = pick.of(rows.programs.keys()).filter(|_| !pick.0.is_multiple_of(13));
        known.copied().unwrap_or_else(|| ProgramId(self.random.id()))
    }

    pub(super) fn session(&self, rows: &OrganizationRows, pick: Pick) -> SessionId {
        let known = pick.of(rows.sessions.keys()).filter(|_| !pick.0.is_multiple_of(13));
        known.copied().unwrap_or_else(|| SessionId(self.random.id()))
    }

    fn place(&self, rows: &OrganizationRows, pick: PlacePick) -> Place {
        match pick {
            PlacePick::Group(pick) => Place::Group(self.group(rows, pick)),
            PlacePick::Session(pick) => Place::Session(self.session(rows, pick)),
        }
    }

    fn program_terms(&self, rows: &OrganizationRows, group: Option<Pick>) -> ProgramTerms {
        ProgramTerms {
            name: fixture::program_name("Photography"),
            message: None,
            language: None,
            groups: group.map(|it| self.group(rows, it)).into_iter().collect(),
        }
    }

    fn session_terms(&self, dates: Dates) -> SessionTerms {
        let starts_at = self.when(dates.starts_at);
        let ends_at = starts_at + Duration::hours(dates.hours.into());
        SessionTerms { title: fixture::session_title("Spring"), starts_at, ends_at }
    }
}
