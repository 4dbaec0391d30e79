//! The same done to several at once, each with its own outcome (X.3): to members, or to invitations.

use crate::authority::{Action, Authority};
use crate::command::{
    AllocateSeats, ChangeRole, Command, Reactivate, ReleaseSeat, Remove, Renew, Revoke, Suspend, acting,
};
use crate::draft::{Actor, Decision};
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, MemberId, OrganizationId};
use crate::input::InvalidInput;
use crate::invitation::Channel;
use crate::refusal::Refusal;
use crate::role::RoleKey;

/// What is done to each of several members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberDeed {
    /// Give them this role ([`ChangeRole`]).
    ChangeRole(RoleKey),
    /// Give them a seat ([`AllocateSeats`]).
    AllocateSeat,
    /// Take their seat back ([`ReleaseSeat`]).
    ReleaseSeat,
    /// Set them aside ([`Suspend`]).
    Suspend,
    /// Take them back ([`Reactivate`]).
    Reactivate,
    /// Remove them ([`Remove`]).
    Remove,
}

/// What is done to each of several invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationDeed {
    /// Mail them once more, with a new link ([`Renew`]).
    Resend,
    /// Take them back ([`Revoke`]).
    Revoke,
}

/// Do the same to several members: each is decided by the very command that does it to one, after those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMembers {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// To whom; decided one after the other.
    pub members: Vec<MemberId>,
    /// What.
    pub deed: MemberDeed,
}

/// Do the same to several invitations: each is decided by the very command that does it to one, after those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeInvitations {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// To which; decided one after the other.
    pub invitations: Vec<InvitationId>,
    /// What.
    pub deed: InvitationDeed,
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// The member's name or the invitation's address, as it was before; nothing if there is none of that id.
    pub whom: Option<String>,
    /// Whether it was done, or the rule that said no.
    pub outcome: Result<(), Refusal>,
}

/// How many are taken at once.
pub const MOST_AT_ONCE: usize = 100;

impl Command for ChangeMembers {
    type Reply = Vec<Each>;

    fn scope(&self) -> Scope {
        Scope { members: self.members.clone(), lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<Each>>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ViewMembers)?;
        not_too_many("members", self.members.len())?;
        let name = |facts: &Facts, id: &MemberId| facts.member(*id).ok().map(|it| it.name.to_string());
        Ok(in_turn((facts, self.by), &self.members, name, |facts, member| self.one(facts, *member)))
    }
}

impl ChangeMembers {
    fn one(&self, facts: &Facts, member: MemberId) -> Result<Decision<()>, Refusal> {
        let (organization, by, expected) = (self.organization, self.by, None);
        match &self.deed {
            MemberDeed::ChangeRole(role) => {
                let role = role.clone();
                ChangeRole { organization, by, member, role, expected }.decide(facts).map(Decision::unanswered)
            }
            MemberDeed::AllocateSeat => {
                let one = AllocateSeats { organization, by, members: vec![member], all_or_none: true };
                one.decide(facts).map(Decision::unanswered)
            }
            MemberDeed::ReleaseSeat => ReleaseSeat { organization, by, member }.decide(facts).map(Decision::unanswered),
            MemberDeed::Suspend => Suspend { organization, by, member }.decide(facts).map(Decision::unanswered),
            MemberDeed::Reactivate => Reactivate { organization, by, member }.decide(facts).map(Decision::unanswered),
            MemberDeed::Remove => Remove { organization, by, member, expected }.decide(facts),
        }
    }
}

impl Command for ChangeInvitations {
    type Reply = Vec<Each>;

    fn scope(&self) -> Scope {
        Scope { invitations: self.invitations.clone(), lapsed: true, ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Vec<Each>>, Refusal> {
        Authority::of(facts, self.by)?.may(Action::ViewInvitations)?;
        not_too_many("invitations", self.invitations.len())?;
        let address = |facts: &Facts, id: &InvitationId| facts.invitation(*id).ok().map(|it| it.email.to_string());
        Ok(in_turn((facts, self.by), &self.invitations, address, |facts, id| self.one(facts, *id)))
    }
}

impl ChangeInvitations {
    fn one(&self, facts: &Facts, invitation: InvitationId) -> Result<Decision<()>, Refusal> {
        let (organization, by) = (self.organization, self.by);
        match self.deed {
            InvitationDeed::Resend => {
                let renew = Renew { organization, by, invitation, channel: Channel::Mail };
                renew.decide(facts).map(Decision::unanswered)
            }
            InvitationDeed::Revoke => Revoke { organization, by, invitation }.decide(facts),
        }
    }
}

fn not_too_many(field: &'static str, count: usize) -> Result<(), InvalidInput> {
    let rule = || format!("must be at most {MOST_AT_ONCE}");
    if count <= MOST_AT_ONCE { Ok(()) } else { Err(InvalidInput::new(field, "too-many", rule())) }
}

/// Decides about each on what those before it left. Nothing of what is refused happens.
fn in_turn<T: PartialEq>(
    (facts, by): (&Facts, Actor),
    targets: &[T],
    named: impl Fn(&Facts, &T) -> Option<String>,
    one: impl Fn(&Facts, &T) -> Result<Decision<()>, Refusal>,
) -> Decision<Vec<Each>> {
    let mut whole = Decision::nothing_yet(facts, by);
    for (index, target) in targets.iter().enumerate() {
        let repeated = targets.iter().take(index).any(|earlier| earlier == target);
        let decided = if repeated { Err(Refusal::Duplicate) } else { one(&whole.after, target) };
        let outcome = decided.map(|decision| whole.go_on(decision));
        whole.reply.push(Each { whom: named(facts, target), outcome });
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, invitation, invited, limited, member, outcome, role, with};

    fn change(who: u128, whom: &[u128], deed: MemberDeed) -> ChangeMembers {
        let members = whom.iter().map(|it| member(*it)).collect();
        ChangeMembers { organization: ORGANIZATION, by: by(who), members, deed }
    }

    fn codes(each: &[Each]) -> Vec<&'static str> {
        each.iter().map(|it| it.outcome.as_ref().map_or_else(Refusal::code, |()| "ok")).collect()
    }

    #[test]
    fn x_3_each_member_has_the_outcome_of_the_command_for_one() {
        let team = with(with(with(founded("team"), 2, "admin"), 3, "member"), 4, "admin");
        let whom = [3, 4, OWNER, 3, 9];
        for (deed, expected) in [
            (MemberDeed::Remove, ["ok", "member-above-yours", "owner-is-fixed", "duplicate", "unknown-member"]),
            (MemberDeed::Suspend, ["ok", "member-above-yours", "owner-is-fixed", "duplicate", "unknown-member"]),
            (
                MemberDeed::ChangeRole(role("member")),
                ["ok", "member-above-yours", "owner-is-fixed", "duplicate", "unknown-member"],
            ),
        ] {
            let decision = change(2, &whom, deed.clone()).decide(&team).unwrap();
            assert_eq!(codes(&decision.reply), expected, "{deed:?}");
        }
        assert_eq!(outcome(&change(9, &[3], MemberDeed::Remove), &team), "unknown-organization");
        let none = change(3, &[2, 4], MemberDeed::Remove).decide(&team).unwrap();
        assert_eq!(codes(&none.reply), ["permission-missing"; 2]);
        assert_eq!((none.events, none.messages, none.after), (Vec::new(), Vec::new(), team.clone()));
        let names: Vec<_> = change(2, &whom, MemberDeed::Remove).decide(&team).unwrap().reply;
        let names: Vec<_> = names.into_iter().map(|it| it.whom.is_some()).collect();
        assert_eq!(names, [true, true, true, true, false]);
        assert_eq!(outcome(&change(2, &[3; MOST_AT_ONCE + 1], MemberDeed::Remove), &team), "invalid-input");
    }

    #[test]
    fn x_3_the_whole_is_what_the_commands_for_one_come_to_in_turn() {
        let group = with(with(with(founded("group_subscription"), 2, "member"), 3, "member"), 4, "member");
        let group = limited(group, 2);
        let decision = change(OWNER, &[2, 3, 4], MemberDeed::AllocateSeat).decide(&group).unwrap();
        assert_eq!(codes(&decision.reply), ["ok", "ok", "seat-limit-reached"]);
        let mut facts = group;
        let (mut events, mut messages, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
        for whom in [2, 3] {
            let one = change(OWNER, &[whom], MemberDeed::AllocateSeat).decide(&facts).unwrap();
            events.extend(one.events);
            messages.extend(one.messages);
            accounts.extend(one.accounts);
            facts = one.after;
        }
        assert_eq!((decision.events, decision.messages), (events, messages));
        assert_eq!((decision.accounts, decision.after), (accounts, facts.clone()));
        let back = change(OWNER, &[2, 3, 4], MemberDeed::ReleaseSeat).decide(&facts).unwrap();
        assert_eq!(codes(&back.reply), ["ok", "ok", "no-seat-held"]);
        assert_eq!(back.after.head().unwrap().seats.assigned, 0);
    }

    #[test]
    fn s3_7_several_invitations_are_sent_again_or_taken_back() {
        let facts = with(founded("account"), 3, "viewer");
        let facts = invited(invited(facts, 20, "editor"), 21, "viewer");
        let change = |who, deed| ChangeInvitations {
            organization: ORGANIZATION,
            by: by(who),
            invitations: vec![invitation(20), invitation(22), invitation(21)],
            deed,
        };
        let again = change(OWNER, InvitationDeed::Resend).decide(&facts).unwrap();
        assert_eq!(codes(&again.reply), ["ok", "unknown-invitation", "ok"]);
        let mailed = again.messages.iter().filter(|it| it.content.kind() == "invitation").count();
        assert_eq!(mailed, 2);
        let gone = change(OWNER, InvitationDeed::Revoke).decide(&facts).unwrap();
        let revoked = |event: &&Event| matches!(event, Event::InvitationRevoked { .. });
        assert_eq!(gone.events.iter().filter(revoked).count(), 2);
        assert_eq!(gone.after.head().unwrap().seats.reserved, 0);
        assert_eq!(outcome(&change(3, InvitationDeed::Revoke), &facts), "permission-missing");
    }
}
