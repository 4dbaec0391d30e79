//! Take members out of a group or session, and groups out of a session.

use crate::authority::{Action, Authority};
use crate::command::enrol::Place;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{GroupId, MemberId, OrganizationId};
use crate::program::Session;
use crate::refusal::Refusal;

/// Take people out of a group or session. What a member was enrolled in only through a group ends with leaving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Out of what.
    pub from: Place,
    /// Groups, out of a session.
    pub groups: Vec<GroupId>,
    /// Members.
    pub members: Vec<MemberId>,
    /// Whether the first refusal refuses everything, instead of being that one's outcome.
    pub all_or_none: bool,
}

/// What became of each that was named, in the order in which they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Withdrawn {
    /// Of the groups.
    pub groups: Vec<Result<(), Refusal>>,
    /// Of the members.
    pub members: Vec<Result<(), Refusal>>,
}

impl Command for Withdraw {
    type Reply = Withdrawn;

    fn scope(&self) -> Scope {
        let mut scope = Scope { members: self.members.clone(), ..acting(self.organization, self.by) };
        match self.from {
            Place::Group(group) => scope.groups.push(group),
            Place::Session(session) => scope.sessions.push(session),
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Withdrawn>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        match self.from {
            Place::Group(group) => facts.group(group).map(drop)?,
            Place::Session(session) => facts.session(session).map(drop)?,
        }
        let mut draft = Draft::new(facts, self.by);
        let mut reply = Withdrawn::default();
        for group in &self.groups {
            reply.groups.push(self.settled(self.group(&mut draft, *group))?);
        }
        for member in &self.members {
            reply.members.push(self.settled(self.member(&mut draft, *member))?);
        }
        Ok(draft.reply(reply))
    }
}

impl Withdraw {
    fn settled(&self, outcome: Result<(), Refusal>) -> Result<Result<(), Refusal>, Refusal> {
        match outcome {
            Err(refusal) if self.all_or_none => Err(refusal),
            outcome => Ok(outcome),
        }
    }

    /// A group that is gone can still be taken out.
    fn group(&self, draft: &mut Draft, group: GroupId) -> Result<(), Refusal> {
        let Place::Session(session) = self.from else { return Err(Refusal::UnknownSession) };
        let session = draft.facts().session(session)?.clone();
        if !session.groups.contains(&group) {
            return Err(Refusal::NotEnrolled);
        }
        let groups = session.groups.iter().copied().filter(|it| *it != group).collect();
        draft.record(Event::SessionChanged { session: Session { groups, ..session } });
        Ok(())
    }

    fn member(&self, draft: &mut Draft, member: MemberId) -> Result<(), Refusal> {
        draft.facts().member(member)?;
        match self.from {
            Place::Group(group) if !draft.facts().is_in_group(group, member) => return Err(Refusal::NotInGroup),
            Place::Group(group) => draft.record(Event::GroupLeft { group, member }),
            Place::Session(session) if !draft.facts().is_enrolled_by_name(session, member) => {
                return Err(Refusal::NotEnrolled);
            }
            Place::Session(session) => draft.record(Event::EnrolmentEnded { session, member }),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Enrol;
    use crate::fixture::{
        ORGANIZATION, OWNER, after, by, founded, group, grouped, member, outcome, session, sessioned, with,
    };

    #[test]
    fn who_is_in_is_taken_out_once() {
        let facts = sessioned(grouped(with(founded("learning_platform"), 3, "trainee"), 1), 1, 1, 5);
        for place in [Place::Group(group(1)), Place::Session(session(1))] {
            let is_session = place == Place::Session(session(1));
            let groups = if is_session { vec![group(1)] } else { vec![] };
            let enrol = Enrol {
                organization: ORGANIZATION,
                by: by(OWNER),
                into: place,
                groups: groups.clone(),
                members: vec![member(3)],
                offers: vec![],
                all_or_none: true,
            };
            let withdraw = |who| Withdraw {
                organization: ORGANIZATION,
                by: by(who),
                from: place,
                groups: groups.clone(),
                members: vec![member(3)],
                all_or_none: true,
            };
            let missing = if is_session { "not-enrolled" } else { "not-in-group" };
            assert_eq!(outcome(&withdraw(OWNER), &facts), missing);
            let inside = after(enrol.decide(&facts));
            assert_eq!(outcome(&withdraw(3), &inside), "permission-missing");
            let outside = after(withdraw(OWNER).decide(&inside));
            assert_eq!(outcome(&withdraw(OWNER), &outside), missing);
            assert!(outside.group_members.is_empty() && outside.enrolments.is_empty());
        }
    }
}
