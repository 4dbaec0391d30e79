//! Say who is in a group or enrolled in a session: members, addresses, and for a session whole groups (S2.11, S2.13).

use crate::authority::{Action, Authority};
use crate::command::invite::{Offer, offer_invitation};
use crate::command::session::begins;
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{GroupId, MemberId, OrganizationId, SessionId};
use crate::message::Errand;
use crate::program::{MOST_GROUPS, Phase, Session};
use crate::refusal::Refusal;
use crate::view::{InvitationView, invitation_view};

/// What a member can be in besides the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A group.
    Group(GroupId),
    /// A session, by name.
    Session(SessionId),
}

/// Bring people into a group or session. Who is no member yet is invited to the organization too, and comes in by
/// accepting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrol {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Into what.
    pub into: Place,
    /// Groups, into a session; a group takes none.
    pub groups: Vec<GroupId>,
    /// Members.
    pub members: Vec<MemberId>,
    /// Addresses, with the terms for those who are to be invited.
    pub offers: Vec<Offer>,
    /// Whether the first refusal refuses everything, instead of being that one's outcome.
    pub all_or_none: bool,
}

/// What became of each that was named, in the order in which they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enrolled {
    /// Of the groups.
    pub groups: Vec<Result<(), Refusal>>,
    /// Of the members.
    pub members: Vec<Result<(), Refusal>>,
    /// Of the addresses.
    pub addresses: Vec<Result<Placing, Refusal>>,
}

/// How an address came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placing {
    /// It is a member's, who is in now.
    Added(MemberId),
    /// It was invited to the organization, and comes in by accepting.
    Invited(Box<InvitationView>),
    /// It had an outstanding invitation, which leads in from now on.
    Promised(Box<InvitationView>),
}

impl Command for Enrol {
    type Reply = Enrolled;

    fn scope(&self) -> Scope {
        let addresses: Vec<_> = self.offers.iter().map(|offer| offer.email.clone()).collect();
        let mut scope = Scope {
            members: self.members.clone(),
            members_at: addresses.clone(),
            invited_at: addresses,
            lapsed: !self.offers.is_empty(),
            groups: self.groups.clone(),
            ..acting(self.organization, self.by)
        };
        match self.into {
            Place::Group(group) => scope.groups.push(group),
            Place::Session(session) => scope.sessions.push(session),
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Enrolled>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ManageGroups)?;
        self.is_open(facts)?;
        let mut draft = Draft::new(facts, self.by);
        if !self.offers.is_empty() {
            draft.settle_lapsed();
        }
        let mut reply = Enrolled::default();
        for group in &self.groups {
            reply.groups.push(self.settled(self.group(&mut draft, *group))?);
        }
        for member in &self.members {
            reply.members.push(self.settled(self.member(&mut draft, *member))?);
        }
        for (index, offer) in self.offers.iter().enumerate() {
            let repeated = self.offers.iter().take(index).any(|earlier| earlier.email == offer.email);
            let outcome = if repeated { Err(Refusal::Duplicate) } else { self.address(&mut draft, offer) };
            reply.addresses.push(self.settled(outcome)?);
        }
        Ok(draft.reply(reply))
    }
}

impl Enrol {
    /// A refusal as an outcome, or as the answer to everything.
    fn settled<T>(&self, outcome: Result<T, Refusal>) -> Result<Result<T, Refusal>, Refusal> {
        match outcome {
            Err(refusal) if self.all_or_none => Err(refusal),
            outcome => Ok(outcome),
        }
    }

    fn is_open(&self, facts: &Facts) -> Result<(), Refusal> {
        match self.into {
            Place::Group(group) => facts.group(group).map(drop),
            Place::Session(session) => match facts.session(session)?.phase_at(facts.now) {
                Phase::Over => Err(Refusal::SessionOver),
                Phase::Ahead | Phase::Running => Ok(()),
            },
        }
    }

    /// Its members are not written down: they follow from the group, today's and those to come.
    fn group(&self, draft: &mut Draft, group: GroupId) -> Result<(), Refusal> {
        let Place::Session(session) = self.into else { return Err(Refusal::UnknownSession) };
        draft.facts().group(group)?;
        let session = draft.facts().session(session)?.clone();
        if session.groups.contains(&group) {
            return Err(Refusal::AlreadyEnrolled);
        }
        if MOST_GROUPS <= session.groups.len() {
            return Err(Refusal::TooManyGroups { limit: u32::try_from(MOST_GROUPS).unwrap_or(u32::MAX) });
        }
        let mut groups = session.groups.clone();
        groups.push(group);
        groups.sort_unstable();
        let changed = Session { groups, ..session };
        let id = changed.id;
        draft.record(Event::SessionChanged { session: changed });
        let changed = draft.facts().session(id)?;
        // A session that is still to come finds the group when it begins.
        if changed.phase_at(draft.facts().now) == Phase::Running {
            let errand = begins(draft.facts(), changed, Some(group))?;
            draft.mail(errand);
        }
        Ok(())
    }

    fn member(&self, draft: &mut Draft, member: MemberId) -> Result<(), Refusal> {
        draft.facts().member(member)?;
        place(draft, self.into, member)?;
        mail_of_begun(draft, member)
    }

    fn address(&self, draft: &mut Draft, offer: &Offer) -> Result<Placing, Refusal> {
        if let Some(member) = draft.facts().member_at(&offer.email).map(|it| it.id) {
            return self.member(draft, member).map(|()| Placing::Added(member));
        }
        let (groups, sessions) = match self.into {
            Place::Group(group) => (vec![group], vec![]),
            Place::Session(session) => (vec![], vec![session]),
        };
        if let Some(invitation) = draft.facts().outstanding_at(&offer.email) {
            let leads_in = groups.iter().all(|it| invitation.groups.contains(it))
                && sessions.iter().all(|it| invitation.sessions.contains(it));
            if leads_in {
                return Err(Refusal::AlreadyInvited);
            }
            if MOST_GROUPS <= invitation.groups.len().max(invitation.sessions.len()) {
                return Err(Refusal::TooManyGroups { limit: u32::try_from(MOST_GROUPS).unwrap_or(u32::MAX) });
            }
            let id = invitation.id;
            draft.record(Event::InvitationExtended { invitation: id, groups, sessions });
            return Ok(Placing::Promised(Box::new(invitation_view(draft.facts(), self.by, id)?)));
        }
        let offer = Offer { groups, sessions, ..offer.clone() };
        Ok(Placing::Invited(Box::new(offer_invitation(draft, self.by, &offer)?)))
    }
}

/// Brings a member into a group or session.
pub(super) fn place(draft: &mut Draft, into: Place, member: MemberId) -> Result<(), Refusal> {
    match into {
        Place::Group(group) if draft.facts().is_in_group(group, member) => return Err(Refusal::AlreadyInGroup),
        Place::Group(group) => draft.record(Event::GroupJoined { group, member }),
        Place::Session(session) if draft.facts().is_enrolled_by_name(session, member) => {
            return Err(Refusal::AlreadyEnrolled);
        }
        Place::Session(session) => draft.record(Event::MemberEnrolled { session, member }),
    }
    Ok(())
}

/// Has the courier write to a member who is in more than before, of what has begun; what has not is written of when it
/// begins (S2.5).
pub(super) fn mail_of_begun(draft: &mut Draft, member: MemberId) -> Result<(), Refusal> {
    let facts = draft.facts();
    let head = facts.head()?;
    let (cause, now) = ((member.0, head.revision), facts.now);
    let errand = Mail::errand(&head.organization, cause, Errand::Enrolled { member }, now);
    draft.mail(errand);
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, founded, group, grouped, invitation, invited, member, offer, outcome,
        session, sessioned, with,
    };

    fn enrol(who: u128, into: Place) -> Enrol {
        let (groups, members, offers) = (vec![], vec![], vec![]);
        Enrol { organization: ORGANIZATION, by: by(who), into, groups, members, offers, all_or_none: true }
    }

    fn school() -> Facts {
        let facts = with(with(founded("learning_platform"), 2, "administrator"), 3, "trainee");
        sessioned(grouped(facts, 1), 1, 1, 5)
    }

    #[test]
    fn s2_11_addresses_are_invited_added_or_promised() {
        let facts = invited(school(), 21, "trainee");
        let mut command = enrol(2, Place::Group(group(1)));
        command.offers = vec![offer(20, None), offer(3, None), offer(21, None), offer(20, None)];
        command.all_or_none = false;
        let decision = command.decide(&facts).unwrap();
        let seen: Vec<_> = decision
            .reply
            .addresses
            .iter()
            .map(|it| match it {
                Ok(Placing::Added(_)) => "added",
                Ok(Placing::Invited(_)) => "invited",
                Ok(Placing::Promised(_)) => "promised",
                Err(refusal) => refusal.code(),
            })
            .collect();
        assert_eq!(seen, ["invited", "added", "promised", "duplicate"]);
        let new = decision.after.invitation(invitation(20)).unwrap();
        assert_eq!((new.role.as_str(), new.groups.as_slice()), ("trainee", &[group(1)][..]));
        assert_eq!(decision.after.invitation(invitation(21)).unwrap().groups, [group(1)]);
        let again = command.decide(&decision.after).unwrap();
        let codes: Vec<_> = again.reply.addresses.iter().map(|it| it.as_ref().map_err(Refusal::code).err()).collect();
        assert_eq!(
            codes,
            [Some("already-invited"), Some("already-in-group"), Some("already-invited"), Some("duplicate")]
        );
    }

    #[test]
    fn s2_13_a_session_takes_groups_members_and_addresses() {
        let mut command = enrol(2, Place::Session(session(1)));
        command.groups = vec![group(1)];
        command.members = vec![member(3)];
        command.offers = vec![offer(20, None)];
        let decision = command.decide(&school()).unwrap();
        let it = decision.after.session(session(1)).unwrap();
        assert_eq!(it.groups, [group(1)]);
        assert!(decision.after.is_enrolled_by_name(session(1), member(3)));
        assert_eq!(decision.after.invitation(invitation(20)).unwrap().sessions, [session(1)]);
        assert_eq!(outcome(&command, &decision.after), "already-enrolled");
        let over = at(school(), NOW + Duration::days(5));
        assert_eq!(outcome(&command, &over), "session-over");
    }

    #[test]
    fn a_group_that_comes_to_a_running_session_has_its_mail_at_once() {
        let mut command = enrol(2, Place::Session(session(1)));
        command.groups = vec![group(1)];
        assert!(command.decide(&school()).unwrap().messages.is_empty(), "it is still to come");
        let running = at(school(), NOW + Duration::days(1));
        assert_eq!(command.decide(&running).unwrap().messages[0].due_at, NOW + Duration::days(1));
    }

    #[test]
    fn a_group_has_the_mail_of_each_session_it_comes_to() {
        let running = at(sessioned(school(), 2, 1, 5), NOW + Duration::days(1));
        let ids = [1, 2].map(|number| {
            let command = Enrol { groups: vec![group(1)], ..enrol(2, Place::Session(session(number))) };
            command.decide(&running).unwrap().messages[0].id
        });
        assert_ne!(ids[0], ids[1]);
    }

    #[test]
    fn who_may_and_what_must_be_there() {
        let one = |who, into, whom| Enrol { members: vec![member(whom)], ..enrol(who, into) };
        let (here, nowhere) = (Place::Group(group(1)), Place::Group(group(9)));
        for (who, into, whom, answer) in [
            (OWNER, here, 3, "ok"),
            (2, here, 2, "ok"),
            (3, here, 3, "permission-missing"),
            (9, here, 3, "unknown-organization"),
            (2, nowhere, 3, "unknown-group"),
            (2, Place::Session(session(9)), 3, "unknown-session"),
            (2, here, 77, "unknown-member"),
        ] {
            assert_eq!(outcome(&one(who, into, whom), &school()), answer, "{who} {into:?} {whom}");
        }
        let facts = after(one(2, here, 3).decide(&school()));
        assert_eq!(outcome(&one(2, here, 3), &facts), "already-in-group");
        let groups = Enrol { groups: vec![group(9)], ..enrol(2, Place::Session(session(1))) };
        assert_eq!(outcome(&groups, &school()), "unknown-group");
    }
}
