//! Reading groups, programs and sessions, and who attends them.

use crate::authority::{Action, Authority};
use crate::draft::Actor;
use crate::facts::{Facts, Scope};
use crate::group::Group;
use crate::id::{GroupId, MemberId, OrganizationId, ProgramId, SessionId};
use crate::port::{EnrolledMember, EnrolledQuery, NamedQuery, Page, SessionQuery};
use crate::program::{Program, Session};
use crate::service::{Failure, Memberships};

/// Every method refuses as [`Action::ViewGroups`] says, and what is not there; besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// A page of groups, each with how many are in it.
    pub async fn groups(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &NamedQuery,
    ) -> Result<Page<(Group, u64)>, Failure> {
        self.attending(organization, by, Scope::default()).await?;
        Ok(self.ports.directory.groups(organization, query).await?)
    }

    /// A group.
    pub async fn group(&self, organization: OrganizationId, by: Actor, group: GroupId) -> Result<Group, Failure> {
        let facts = self.attending(organization, by, Scope { groups: vec![group], ..Scope::default() }).await?;
        Ok(facts.group(group)?.clone())
    }

    /// The groups that members are in.
    pub async fn groups_of(
        &self,
        organization: OrganizationId,
        by: Actor,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Group)>, Failure> {
        self.attending(organization, by, Scope::default()).await?;
        Ok(self.ports.directory.groups_of(organization, members).await?)
    }

    /// A page of programs.
    pub async fn programs(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &NamedQuery,
    ) -> Result<Page<Program>, Failure> {
        self.attending(organization, by, Scope::default()).await?;
        Ok(self.ports.directory.programs(organization, query).await?)
    }

    /// A program.
    pub async fn program(
        &self,
        organization: OrganizationId,
        by: Actor,
        program: ProgramId,
    ) -> Result<Program, Failure> {
        let facts = self.attending(organization, by, Scope { programs: vec![program], ..Scope::default() }).await?;
        Ok(facts.program(program)?.clone())
    }

    /// A page of a program's sessions.
    pub async fn sessions(
        &self,
        organization: OrganizationId,
        by: Actor,
        (program, query): (ProgramId, &SessionQuery),
    ) -> Result<Page<Session>, Failure> {
        let facts = self.attending(organization, by, Scope { programs: vec![program], ..Scope::default() }).await?;
        facts.program(program)?;
        let query = SessionQuery { program: Some(program), ..query.clone() };
        Ok(self.ports.directory.sessions(organization, &query).await?)
    }

    /// A session.
    pub async fn session(
        &self,
        organization: OrganizationId,
        by: Actor,
        session: SessionId,
    ) -> Result<Session, Failure> {
        let facts = self.attending(organization, by, Scope { sessions: vec![session], ..Scope::default() }).await?;
        Ok(facts.session(session)?.clone())
    }

    /// Who is enrolled in a session, and why.
    pub async fn enrolled(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, Failure> {
        let sessions = vec![query.session];
        let facts = self.attending(organization, by, Scope { sessions, ..Scope::default() }).await?;
        facts.session(query.session)?;
        Ok(self.ports.directory.enrolled(organization, query).await?)
    }

    async fn attending(&self, organization: OrganizationId, by: Actor, scope: Scope) -> Result<Facts, Failure> {
        let facts = self.facts_for(organization, by, scope).await?;
        Authority::of(&facts, by)?.may(Action::ViewGroups)?;
        Ok(facts)
    }
}
