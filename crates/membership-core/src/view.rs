//! What somebody sees of an organization, its members and invitations, with what they may do to each (S1.9).

use crate::access::Record;
use crate::authority::{Action, Authority, Standing};
use crate::draft::Actor;
use crate::facts::Facts;
use crate::group::Group;
use crate::id::{InvitationId, MemberId};
use crate::invitation::{Invitation, InvitationState};
use crate::member::{Member, MemberStatus};
use crate::organization::Head;
use crate::policy::SeatPolicy;
use crate::refusal::Refusal;
use crate::resource::{Level, Resource, ResourceName};
use crate::role::RoleKey;
use crate::subscription::SubscriptionState;
use crate::wording::{TemplateKey, Wording};

/// A member as a viewer sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// The membership.
    pub member: Member,
    /// Whether it is the owner's.
    pub is_owner: bool,
    /// The status now.
    pub status: MemberStatus,
    /// Whether the member holds a seat now.
    pub seat: bool,
    /// What the member has access to now.
    pub access: Access,
    /// Whether the viewer sees what the organization keeps of its members; everybody sees their own, additional
    /// information aside.
    pub details: Details,
    /// When the person last signed in, if the viewer is told.
    pub last_login_at: Option<time::OffsetDateTime>,
    /// The groups the member is in, by name; `None` in a command's reply, which has not looked.
    pub groups: Option<Vec<Group>>,
    /// What the viewer may do to the member.
    pub allowed_actions: Vec<&'static str>,
    /// The roles the viewer may give the member.
    pub grantable_roles: Vec<RoleKey>,
}

/// How much of a member's profile a viewer sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// Name and address.
    None,
    /// One's own profile, without what the organization notes of oneself.
    Own,
    /// Everything.
    All,
}

/// What a member has access to, and why not to everything (S0.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everything the role permits.
    Full,
    /// Limited: the member holds no seat.
    SeatMissing,
    /// Limited: the member waits for a seat to come free.
    SeatAwaited,
    /// Limited: the organization's subscription is over, and the grace after it.
    Expired,
    /// None: the membership is suspended.
    Suspended,
    /// None: the deactivation date has come.
    Deactivated,
}

impl Access {
    /// `full`, `limited` or `none`.
    pub fn level(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::SeatMissing | Self::SeatAwaited | Self::Expired => "limited",
            Self::Suspended | Self::Deactivated => "none",
        }
    }

    /// The rule that keeps it from being full.
    pub fn because(self) -> Option<&'static str> {
        match self {
            Self::Full => None,
            Self::SeatMissing => Some("seat-missing"),
            Self::SeatAwaited => Some("seat-awaited"),
            Self::Expired => Some("subscription-expired"),
            Self::Suspended => Some("membership-suspended"),
            Self::Deactivated => Some("membership-deactivated"),
        }
    }

    /// What a member has access to at an instant.
    pub fn of(head: &Head, member: &Member, now: time::OffsetDateTime) -> Self {
        let needs_seat = head.organization.policy.seat_policy != SeatPolicy::Unlimited;
        match member.status_at(now) {
            MemberStatus::Suspended => Self::Suspended,
            MemberStatus::Deactivated => Self::Deactivated,
            MemberStatus::Active if head.subscription.state_at(now) == SubscriptionState::Expired => Self::Expired,
            MemberStatus::Active if needs_seat && member.waits_at(now) => Self::SeatAwaited,
            MemberStatus::Active if needs_seat && !member.seat => Self::SeatMissing,
            MemberStatus::Active => Self::Full,
        }
    }
}

/// An invitation as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// The invitation.
    pub invitation: Invitation,
    /// The state now.
    pub state: InvitationState,
    /// The name of whoever sent it, if that person is still a member.
    pub inviter: Option<String>,
    /// What the viewer may do to it.
    pub allowed_actions: Vec<&'static str>,
}

/// A record as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordView {
    /// The record.
    pub resource: Resource,
    /// How far the viewer reaches it; the operator is no member, and reaches none.
    pub level: Option<Level>,
    /// What the viewer may do to it.
    pub allowed_actions: Vec<&'static str>,
}

/// A template as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateView {
    /// Which mail it is for.
    pub template: TemplateKey,
    /// The organization's own text; none where it uses the built-in one.
    pub own: Option<Wording>,
    /// Counts the changes: an `ETag`.
    pub version: u64,
}

impl TemplateView {
    /// The template of these facts.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`].
    pub fn of(facts: &Facts, template: TemplateKey) -> Result<Self, Refusal> {
        let version = facts.head()?.organization.branding.wordings.version(template);
        Ok(Self { template, own: facts.worded(template).cloned(), version })
    }
}

/// An organization as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationView {
    /// The head. Shown to a screen, lapsed reservations and seats are taken off its counters ([`Facts::settled`]); in a
    /// command's answer they are as they were written.
    pub head: Head,
    /// The viewer's own membership.
    pub own: Option<MemberView>,
    /// The owner's name, if there is an owner.
    pub owner: Option<String>,
    /// Where its subscription stands now.
    pub subscription_state: SubscriptionState,
    /// What the viewer may do to the organization.
    pub allowed_actions: Vec<&'static str>,
    /// The roles the viewer may invite with.
    pub grantable_roles: Vec<RoleKey>,
    /// Whether the organization asks the viewer for a second factor that they have not shown.
    pub second_factor_required: bool,
    /// Which place the viewer has among those who wait for a seat, 1 for whoever is next; `None` for whoever does not
    /// wait, for the few behind the first [`Scope::MOST_LAPSED`](crate::facts::Scope::MOST_LAPSED), and in a command's
    /// answer, which has not looked.
    pub waiting_position: Option<usize>,
}

/// What can be done to a member's login. Whose the login is besides, only the command itself finds out.
fn login_actions(member: &Member) -> Vec<&'static str> {
    let link_waits = member.set_up.is_some_and(|link| link.used_at.is_none());
    match member.user {
        None => vec!["set_login", "send_set_up_link"],
        Some(_) if link_waits => vec!["set_login", "send_set_up_link", "sign_out"],
        Some(_) => vec!["set_login", "sign_out"],
    }
}

impl Authority<'_> {
    /// Shows a member.
    pub fn view_member(&self, member: &Member) -> MemberView {
        let roles = self.head.organization.policy.role_scheme.roles();
        let may_give = |role: &RoleKey| self.may(Action::ChangeRole { member, role }).is_ok();
        let grantable_roles: Vec<_> = roles.iter().map(|role| &role.key).filter(|key| may_give(key)).cloned().collect();
        let changes_role = grantable_roles.iter().any(|role| *role != member.role);
        let actions = [
            ("edit_profile", Action::EditProfile { member }),
            ("remove", Action::Remove { member }),
            ("leave", Action::Leave { member }),
            ("suspend", Action::Suspend { member }),
            ("reactivate", Action::Reactivate { member }),
            ("set_deactivation_date", Action::SetDeactivationDate { member }),
            ("allocate_seat", Action::AllocateSeat { member }),
            ("release_seat", Action::ReleaseSeat { member }),
            ("transfer_ownership", Action::TransferOwnership { member }),
        ];
        let mut allowed_actions = self.allowed(&actions);
        if changes_role {
            allowed_actions.insert(0, "change_role");
        }
        if self.may(Action::ManageLogin { member }).is_ok() {
            allowed_actions.extend(login_actions(member));
        }
        MemberView {
            is_owner: self.head.organization.owner == Some(member.id),
            status: member.status_at(self.now),
            seat: member.seat_at(self.now),
            access: Access::of(self.head, member, self.now),
            details: self.details_of(member),
            last_login_at: None,
            groups: None,
            member: member.clone(),
            allowed_actions,
            grantable_roles,
        }
    }

    fn details_of(&self, member: &Member) -> Details {
        let is_own = self.standing.member().is_some_and(|own| own.id == member.id);
        match (self.sees_details(), is_own) {
            (true, _) => Details::All,
            (false, true) => Details::Own,
            (false, false) => Details::None,
        }
    }

    /// Shows an invitation; `inviter` is the name of whoever sent it.
    pub fn view_invitation(&self, invitation: &Invitation, inviter: Option<String>) -> InvitationView {
        let actions = [
            ("resend", Action::Resend { invitation }),
            ("hand_over", Action::HandOver { invitation }),
            ("revoke", Action::Revoke { invitation }),
        ];
        InvitationView {
            state: invitation.state_at(self.now),
            invitation: invitation.clone(),
            inviter,
            allowed_actions: self.allowed(&actions),
        }
    }

    /// Shows a record.
    pub fn view_record(&self, record: Record<'_>) -> RecordView {
        let control = self.may(Action::ControlRecord { record }).is_ok();
        RecordView {
            resource: record.resource.clone(),
            level: self.asker().and_then(|asker| asker.reach(record)),
            allowed_actions: if control { vec!["restrict", "share", "remove"] } else { Vec::new() },
        }
    }

    fn allowed(&self, actions: &[(&'static str, Action<'_>)]) -> Vec<&'static str> {
        actions.iter().filter(|(_, action)| self.may(*action).is_ok()).map(|(name, _)| *name).collect()
    }
}

impl OrganizationView {
    /// Shows an organization to an actor. Ask with settled facts ([`Facts::settled`]).
    ///
    /// # Errors
    /// As [`Standing::of`].
    pub fn of(facts: &Facts, actor: Actor) -> Result<Self, Refusal> {
        let authority = Authority::of(facts, actor)?;
        let actions = [
            ("rename", Action::RenameOrganization),
            ("delete", Action::DeleteOrganization),
            ("view_members", Action::ViewMembers),
            ("view_invitations", Action::ViewInvitations),
            ("view_groups", Action::ViewGroups),
            ("manage_groups", Action::ManageGroups),
            ("view_audit", Action::ViewAudit),
            ("send_rounds", Action::SendRounds),
            ("clear_logins", Action::ClearLogins),
            ("view_keys", Action::ViewKeys),
            ("create_key", Action::CreateKey),
            ("set_subscription", Action::SetSubscription),
            ("invite_owner", Action::InviteOwner),
            ("set_when_full", Action::SetWhenFull),
            ("customize", Action::Brand),
            ("edit_templates", Action::EditTemplates),
            ("take_backup", Action::TakeBackup),
            ("check_access", Action::CheckAccess),
            ("view_records", Action::ViewRecords),
            ("register_record", Action::RegisterRecord),
            ("change_policy", Action::ChangePolicy { policy: &authority.head.organization.policy }),
        ];
        let mut allowed_actions = authority.allowed(&actions);
        let grantable_roles = authority.grantable_roles();
        let can_invite = grantable_roles.iter().any(|role| authority.may(Action::Invite { role }).is_ok());
        if can_invite {
            allowed_actions.push("invite");
        }
        Ok(Self {
            head: authority.head.clone(),
            subscription_state: authority.head.subscription.state_at(facts.now),
            own: authority.standing.member().map(|member| authority.view_member(member)),
            owner: facts.owner().map(|owner| owner.name.to_string()),
            allowed_actions,
            grantable_roles,
            second_factor_required: authority.awaits_second_factor().is_some(),
            waiting_position: None,
        })
    }
}

/// Shows a member of these facts to an actor.
///
/// # Errors
/// As [`Standing::of`]; [`Refusal::UnknownMember`].
pub fn member_view(facts: &Facts, actor: Actor, member: MemberId) -> Result<MemberView, Refusal> {
    let authority = Authority::of(facts, actor)?;
    let member = facts.member(member)?;
    let is_self = authority.standing.member().is_some_and(|own| own.id == member.id);
    if !is_self && matches!(authority.standing, Standing::Member(_)) {
        authority.may(Action::ViewMembers)?;
    }
    Ok(authority.view_member(member))
}

/// A record of these facts with how far it is shared with whoever acts.
pub(crate) fn record_of<'a>(facts: &'a Facts, authority: &Authority<'_>, resource: &'a Resource) -> Record<'a> {
    let own = authority.standing.member();
    Record { resource, share: own.and_then(|member| facts.share_reaching(&resource.name, member)) }
}

/// Shows a record of these facts to an actor.
///
/// # Errors
/// As [`Standing::of`]; [`Refusal::UnknownRecord`] also to whoever cannot read it.
pub fn record_view(facts: &Facts, actor: Actor, name: &ResourceName) -> Result<RecordView, Refusal> {
    let authority = Authority::of(facts, actor)?;
    let record = record_of(facts, &authority, facts.resource(name)?);
    authority.may(Action::ReadRecord { record })?;
    Ok(authority.view_record(record))
}

/// Shows an invitation of these facts to an actor.
///
/// # Errors
/// As [`Standing::of`]; [`Refusal::UnknownInvitation`].
pub fn invitation_view(facts: &Facts, actor: Actor, invitation: InvitationId) -> Result<InvitationView, Refusal> {
    let authority = Authority::of(facts, actor)?;
    let invitation = facts.invitation(invitation)?;
    let inviter = match invitation.invited_by {
        crate::invitation::Inviter::Member(id) => facts.member(id).ok().map(|member| member.name.to_string()),
        crate::invitation::Inviter::Operator => None,
    };
    Ok(authority.view_invitation(invitation, inviter))
}
