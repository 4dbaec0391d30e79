//! End every sign-in of a member whose login the organization made (S4.7, `docs/decisions/0024`).

use crate::authority::{Action, Authority};
use crate::command::set_login::{charge_telling, own_login, tell};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId, UserId};
use crate::message::LoginChange;
use crate::refusal::Refusal;

/// End every sign-in of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignMemberOut {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose sign-ins.
    pub member: MemberId,
    /// The member's account, as the caller has read it.
    pub user: UserId,
}

impl Command for SignMemberOut {
    type Reply = ();

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.members.push(self.member);
        scope.users.push(self.user);
        scope.organizations_of.push(self.user);
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<()>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ManageLogin { member })?;
        let user = own_login(facts, member, self.user)?;
        let mut draft = Draft::new(facts, self.by);
        draft.record(Event::SignedOutElsewhere { user: user.id, kept: None });
        draft.record(Event::MemberSignedOut { member: member.id });
        // Ending sign-ins is never put off; whoever was told as often as mail may reach them is not told once more.
        if charge_telling(&mut draft, member, user).is_ok() {
            tell(&mut draft, member, user, (LoginChange::SignedOut, None))?;
        }
        Ok(draft.reply(()))
    }
}
