//! The promise that nobody hands out what they do not hold.

use membership_core::audit::AuditEntry;
use membership_core::id::{InvitationId, MemberId, OrganizationId};
use membership_core::invitation::{InvitationState, Inviter};
use membership_core::member::MemberStatus;
use membership_core::role::{GrantCeiling, Role, RoleKey, RoleScheme};
use time::OffsetDateTime;

use super::{Transition, Violation};
use crate::memory::OrganizationRows;

const NAME: &str = "i9_nobody_grants_more_than_they_hold";

/// I9: "Nobody grants more than they hold, when inviting and again when it is accepted; only the owner passes
/// ownership." Every role that somebody has after a commit and did not have before is traced to whoever gave it.
///
/// # Errors
/// The first role, or ownership, that was not theirs to give.
pub fn i9_nobody_grants_more_than_they_hold(transition: &Transition<'_>) -> Result<(), Violation> {
    for (id, after) in &transition.after.organizations {
        match transition.before.organizations.get(id) {
            Some(before) => Grants { id: *id, before, after, now: transition.now }.check()?,
            None => founded(*id, after)?,
        }
    }
    Ok(())
}

/// A new organization has its founder, or an invitation by the operator, and nobody else.
fn founded(id: OrganizationId, rows: &OrganizationRows) -> Result<(), Violation> {
    let others = rows.members.keys().any(|member| Some(*member) != rows.head.organization.owner);
    let offers = rows.invitations.values().any(|it| it.invited_by != Inviter::Operator);
    if others || offers { Err(Violation::new(NAME, id, "others than its founder came with it")) } else { Ok(()) }
}

/// What a commit handed out in one organization.
struct Grants<'a> {
    id: OrganizationId,
    before: &'a OrganizationRows,
    after: &'a OrganizationRows,
    now: OffsetDateTime,
}

/// Who gave something, as far as roles are concerned.
enum Giver<'a> {
    Owner,
    Holder(&'a RoleKey),
    Operator,
    Nobody,
}

impl Grants<'_> {
    fn check(&self) -> Result<(), Violation> {
        self.owner()?;
        self.members()?;
        self.offers()
    }

    /// The log's entries of this commit.
    fn entries(&self) -> impl Iterator<Item = &AuditEntry> {
        self.after.log.iter().skip(self.before.log.len())
    }

    fn entry(&self, event: &str, subject: uuid::Uuid) -> Option<&AuditEntry> {
        self.entries().find(|entry| entry.event == event && entry.subject == subject)
    }

    fn broken(&self, what: String) -> Violation {
        Violation::new(NAME, self.id, what)
    }

    fn owner(&self) -> Result<(), Violation> {
        let (was, is) = (self.before.head.organization.owner, self.after.head.organization.owner);
        if was == is {
            return Ok(());
        }
        let accepted_as_owner = self
            .after
            .invitations
            .values()
            .any(|it| it.for_owner && it.member == is && self.entry("invitation-accepted", it.id.0).is_some());
        let giver = self.entry("ownership-transferred", self.id.0).map(|entry| self.giver_of(entry));
        match giver {
            Some(Giver::Owner | Giver::Operator) => Ok(()),
            Some(_) if accepted_as_owner => Ok(()),
            Some(_) => Err(self.broken("the ownership was passed on by somebody else than the owner".to_owned())),
            None => Err(self.broken("the owner changed without a transfer".to_owned())),
        }
    }

    fn members(&self) -> Result<(), Violation> {
        for (id, member) in &self.after.members {
            let role = &member.role;
            match self.before.members.get(id) {
                Some(before) if before.role == *role => {}
                Some(_) if self.became_owner(*id) => {}
                Some(_) => match self.entry("member-role-changed", id.0) {
                    Some(entry) => self.given(role, self.giver_of(entry), "was given to a member")?,
                    None => return Err(self.broken(format!("member {id} has another role, and nobody gave it"))),
                },
                None => self.joined(*id, role)?,
            }
        }
        Ok(())
    }

    fn became_owner(&self, id: MemberId) -> bool {
        self.after.head.organization.owner == Some(id) && self.before.head.organization.owner != Some(id)
    }

    /// Whoever joins has what the invitation offers, if its sender may still give it.
    fn joined(&self, id: MemberId, role: &RoleKey) -> Result<(), Violation> {
        let offered = self.after.invitations.values().find(|it| it.member == Some(id));
        let Some(invitation) = offered else {
            // A login on the roster was prepared by the same commit: nobody's own account is put there.
            let prepared = self.entry("login-set-up", id.0).is_some();
            let on_the_roster = self.after.members.get(&id).is_some_and(|it| it.user.is_none() || prepared);
            if let Some(entry) = self.entry("member-joined", id.0).filter(|_| on_the_roster) {
                return self.given(role, self.giver_of(entry), "was given to somebody on the roster");
            }
            return Err(self.broken(format!("member {id} joined without an invitation")));
        };
        let was_pending = self.before.invitations.get(&invitation.id).map(|it| it.state_at(self.now));
        if was_pending != Some(InvitationState::Pending) {
            return Err(self.broken(format!("member {id} joined by an invitation that was not open")));
        }
        if invitation.role != *role {
            return Err(self.broken(format!("member {id} joined with another role than was offered")));
        }
        self.given(role, self.giver(invitation.invited_by), "was accepted from an inviter")
    }

    /// Whoever offers a role, or offers it anew, holds it.
    fn offers(&self) -> Result<(), Violation> {
        for event in ["invitation-created", "invitation-renewed"] {
            for entry in self.entries().filter(|entry| entry.event == event) {
                let Some(invitation) = self.after.invitations.get(&InvitationId(entry.subject)) else {
                    return Err(self.broken(format!("invitation {} is not there", entry.subject)));
                };
                match self.giver_of(entry) {
                    Giver::Operator if invitation.for_owner => {}
                    giver => self.given(&invitation.role, giver, "was offered")?,
                }
            }
        }
        Ok(())
    }

    fn giver_of(&self, entry: &AuditEntry) -> Giver<'_> {
        if matches!(entry.actor.kind, "operator" | "operator-key") {
            return Giver::Operator;
        }
        let member = entry.actor.user.and_then(|user| self.before.member_of(user));
        member.map_or(Giver::Nobody, |member| self.giver(Inviter::Member(member.id)))
    }

    /// What a member could give before the commit: nothing once suspended, past the date, or gone.
    fn giver(&self, inviter: Inviter) -> Giver<'_> {
        let Inviter::Member(id) = inviter else { return Giver::Operator };
        match self.before.members.get(&id) {
            Some(member) if member.status_at(self.now) != MemberStatus::Active => Giver::Nobody,
            Some(_) if self.before.head.organization.owner == Some(id) => Giver::Owner,
            Some(member) => Giver::Holder(&member.role),
            None => Giver::Nobody,
        }
    }

    fn given(&self, role: &RoleKey, giver: Giver<'_>, how: &str) -> Result<(), Violation> {
        let scheme = &self.after.head.organization.policy.role_scheme;
        let (holds, by) = match &giver {
            Giver::Owner => (scheme.role(role).is_some(), "the owner".to_owned()),
            Giver::Holder(own) => (covers(scheme, own, role), format!("a holder of `{own}`")),
            // Only owners-to-be are invited by the operator, and they get the highest role.
            Giver::Operator => (role == scheme.top(), "the operator".to_owned()),
            Giver::Nobody => (false, "somebody who could give nothing".to_owned()),
        };
        if holds { Ok(()) } else { Err(self.broken(format!("`{role}` {how} by {by}"))) }
    }
}

/// Whether a role reaches as high as the scheme lets it, and has every permission of the other.
fn covers(scheme: &RoleScheme, own: &RoleKey, granted: &RoleKey) -> bool {
    let place = |key: &RoleKey| scheme.roles().iter().position(|role| role.key == *key);
    let (Some(high), Some(low)) = (place(own), place(granted)) else { return false };
    let reaches = match scheme.grants() {
        GrantCeiling::BelowOwn => high < low,
        GrantCeiling::UpToOwn => high <= low,
    };
    let permits = |key: &RoleKey| scheme.role(key).map(|role: &Role| &role.permissions);
    let has_all =
        permits(granted).zip(permits(own)).is_some_and(|(less, more)| less.iter().all(|it| more.contains(it)));
    reaches && has_all
}
