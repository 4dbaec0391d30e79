//! Give a member another role; it holds from the next request on (S1.10, I8, I9).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId};
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::view::{MemberView, member_view};

/// Give a member another role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRole {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose role.
    pub member: MemberId,
    /// The new role.
    pub role: RoleKey,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

impl Command for ChangeRole {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        Scope { members: vec![self.member], ..acting(self.organization, self.by) }
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ChangeRole { member, role: &self.role })?;
        unchanged(self.expected, member.version)?;
        let mut draft = Draft::new(facts, self.by);
        if member.role != self.role {
            draft.record(Event::MemberRoleChanged { member: self.member, role: self.role.clone() });
        }
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, member, outcome, role, with};

    fn change(who: u128, whose: u128, to: &str) -> ChangeRole {
        ChangeRole { organization: ORGANIZATION, by: by(who), member: member(whose), role: role(to), expected: None }
    }

    #[test]
    fn i9_who_may_give_whom_which_role() {
        let team = with(with(with(founded("team"), 2, "admin"), 3, "member"), 4, "admin");
        for (who, whose, to, answer) in [
            (OWNER, 3, "admin", "ok"),
            (OWNER, 2, "member", "ok"),
            (OWNER, OWNER, "member", "owner-is-fixed"),
            (OWNER, 3, "owner", "role-above-yours"),
            (OWNER, 3, "pilot", "unknown-role"),
            (OWNER, 9, "member", "unknown-member"),
            (2, 3, "admin", "role-above-yours"),
            (2, 3, "member", "ok"),
            (2, 4, "member", "member-above-yours"),
            (2, 2, "member", "not-on-yourself"),
            (2, OWNER, "member", "owner-is-fixed"),
            (3, 2, "member", "permission-missing"),
            (3, 3, "admin", "permission-missing"),
            (9, 3, "member", "unknown-organization"),
        ] {
            assert_eq!(outcome(&change(who, whose, to), &team), answer, "{who} gives {whose} {to}");
        }
        let account = with(with(with(founded("account"), 2, "administrator"), 3, "viewer"), 4, "administrator");
        assert_eq!(outcome(&change(2, 3, "administrator"), &account), "ok");
        assert_eq!(outcome(&change(2, 4, "viewer"), &account), "ok");
    }

    #[test]
    fn a_stale_change_is_refused() {
        let team = with(founded("team"), 3, "member");
        let stale = ChangeRole { expected: Some(7), ..change(OWNER, 3, "admin") };
        assert_eq!(outcome(&stale, &team), "changed-meanwhile");
    }
}
