//! The one answer to "may this actor do this to that target?": commands, `allowed_actions`, `dry_run`, the pages'
//! buttons and the table in `docs/rules.md` all ask here.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::access::{Asker, Record, Rule};
use crate::api_key::ApiKey;
use crate::draft::Actor;
use crate::facts::Facts;
use crate::id::ApiKeyId;
use crate::invitation::{Invitation, Inviter};
use crate::member::{Member, MemberStatus};
use crate::organization::Head;
use crate::policy::{OrganizationPolicy, SeatPolicy, SecondFactorPolicy};
use crate::refusal::Refusal;
use crate::role::{Permission, RoleKey};
use crate::seating::WayOut;
use crate::subscription::SubscriptionState;

/// The part somebody plays in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Its owner.
    Owner(&'a Member),
    /// One of its members.
    Member(&'a Member),
    /// Whoever runs the deployment; no member for that reason.
    Operator,
    /// The service itself.
    System,
}

impl<'a> Standing<'a> {
    /// The part an actor plays by these facts.
    ///
    /// # Errors
    /// [`Refusal::UnknownOrganization`] for whoever does not belong to it (I10), [`Refusal::MembershipSuspended`] and
    /// [`Refusal::MembershipDeactivated`] for whoever does, but may not act.
    pub fn of(facts: &'a Facts, actor: Actor) -> Result<Self, Refusal> {
        let head = facts.head()?;
        match actor {
            Actor::Operator(_) => Ok(Self::Operator),
            Actor::OperatorKey(id) => live_operator_key(facts, id).map(|_| Self::Operator),
            Actor::System => Ok(Self::System),
            Actor::Invitee => Err(Refusal::UnknownOrganization),
            Actor::User(user) | Actor::TwoFactorUser(user) => {
                let member = facts.member_of(user).ok_or(Refusal::UnknownOrganization)?;
                Self::of_member(head, member, facts.now)
            }
            Actor::Key(id) => {
                // A key of another organization is not among the facts: this one does not exist for it (A43).
                let key = facts.key(id).map_err(|_| Refusal::UnknownOrganization)?;
                let member = key.holder(facts).ok_or(Refusal::NotSignedIn)?;
                Self::of_member(head, member, facts.now)
            }
        }
    }

    /// The part a member plays.
    ///
    /// # Errors
    /// [`Refusal::MembershipSuspended`] or [`Refusal::MembershipDeactivated`].
    pub fn of_member(head: &Head, member: &'a Member, now: OffsetDateTime) -> Result<Self, Refusal> {
        match member.status_at(now) {
            MemberStatus::Suspended => Err(Refusal::MembershipSuspended),
            MemberStatus::Deactivated => Err(Refusal::MembershipDeactivated),
            MemberStatus::Active if head.organization.owner == Some(member.id) => Ok(Self::Owner(member)),
            MemberStatus::Active => Ok(Self::Member(member)),
        }
    }

    /// The membership behind it, if there is one.
    pub fn member(&self) -> Option<&'a Member> {
        match self {
            Self::Owner(member) | Self::Member(member) => Some(member),
            Self::Operator | Self::System => None,
        }
    }
}

/// What somebody may want to do, with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the targets they are named after")]
pub enum Action<'a> {
    /// Give the organization another name.
    RenameOrganization,
    /// Delete the organization (S1.4).
    DeleteOrganization,
    /// See the members.
    ViewMembers,
    /// See the outstanding and past invitations.
    ViewInvitations,
    /// See the groups, programs and sessions, and who attends them.
    ViewGroups,
    /// Make, change and delete groups, programs and sessions, and say who attends them (S2.2, S2.13).
    ManageGroups,
    /// Read the audit log.
    ViewAudit,
    /// Invite somebody with this role (S1.3).
    Invite { role: &'a RoleKey },
    /// Put somebody on the roster with this role, who has no login yet (S4.1).
    AddMember { role: &'a RoleKey },
    /// Set up the member's login: prepare it, or send the link by which the person does (S4.4, S4.7).
    ManageLogin { member: &'a Member },
    /// Write to members without a login, and see the rounds in which that was done (S4.3, S4.4).
    SendRounds,
    /// Clear the logins of all members, and take that back (S4.9).
    ClearLogins,
    /// Send the invitation's mail again (S3.7).
    Resend { invitation: &'a Invitation },
    /// Produce the invitation's link, to hand it over by other means (S4.8).
    HandOver { invitation: &'a Invitation },
    /// Take the invitation back (S1.8).
    Revoke { invitation: &'a Invitation },
    /// Give the member this role (S1.10).
    ChangeRole { member: &'a Member, role: &'a RoleKey },
    /// Change what the organization keeps of the member (S2.8, S2.9).
    EditProfile { member: &'a Member },
    /// Remove the member (S0.7).
    Remove { member: &'a Member },
    /// Leave, oneself (S1.12).
    Leave { member: &'a Member },
    /// Set the member aside.
    Suspend { member: &'a Member },
    /// Take a suspended or deactivated member back.
    Reactivate { member: &'a Member },
    /// Set or clear the date on which access ends (S2.12).
    SetDeactivationDate { member: &'a Member },
    /// Give seats by hand at all (S0.6).
    AllocateSeats,
    /// Give the member a seat (S0.6).
    AllocateSeat { member: &'a Member },
    /// Take the member's seat back (S0.6).
    ReleaseSeat { member: &'a Member },
    /// Make the member the owner (S1.4).
    TransferOwnership { member: &'a Member },
    /// Invite the owner whom the organization awaits (S0.1).
    InviteOwner,
    /// Make the member the owner in place of a lost one (S0.14).
    ReassignOwnership { member: &'a Member },
    /// Make a key of the organization.
    CreateKey,
    /// See the organization's keys.
    ViewKeys,
    /// Revoke a key of the organization.
    RevokeKey,
    /// Give the organization other rules.
    ChangePolicy { policy: &'a OrganizationPolicy },
    /// Sell a plan, seats and time (S0.13).
    SetSubscription,
    /// Choose whether people who find no seat wait for one.
    SetWhenFull,
    /// Change how the organization looks and signs (S3.8).
    Brand,
    /// Word the organization's mails (S1.5).
    EditTemplates,
    /// Take a backup of the organization's data (S3.8).
    TakeBackup,
    /// Ask what somebody may do (S0.2).
    CheckAccess,
    /// List the records that one reaches (S3.4).
    ViewRecords,
    /// Make a record known (S3.4).
    RegisterRecord,
    /// Read what is known of a record.
    ReadRecord { record: Record<'a> },
    /// Share, restrict and take away a record (S3.4).
    ControlRecord { record: Record<'a> },
}

/// Somebody's standing in an organization at an instant, ready to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'a> {
    /// The organization.
    pub head: &'a Head,
    /// The part the actor plays.
    pub standing: Standing<'a>,
    /// Whether the actor is known by two factors, or by something that stands for them; of a key, whether its maker was.
    pub two_factors: bool,
    /// The instant.
    pub now: OffsetDateTime,
    /// What a key was narrowed to; `None` for whoever comes without one.
    pub scopes: Option<&'a BTreeSet<Permission>>,
}

impl<'a> Authority<'a> {
    /// An actor's authority by these facts.
    ///
    /// # Errors
    /// As [`Standing::of`].
    pub fn of(facts: &'a Facts, actor: Actor) -> Result<Self, Refusal> {
        // A key is worth what its maker had shown, and stays so when the policy tightens.
        let two_factors = match actor {
            Actor::User(_) => false,
            Actor::Key(id) => facts.key(id).is_ok_and(|key| key.two_factors),
            _ => true,
        };
        let (standing, scopes) = (Standing::of(facts, actor)?, scopes_of(facts, actor));
        Ok(Self { head: facts.head()?, standing, two_factors, now: facts.now, scopes })
    }

    /// Whether the actor may do this now, target and seats considered.
    ///
    /// # Errors
    /// The rule that says no.
    pub fn may(&self, action: Action<'_>) -> Result<(), Refusal> {
        self.permits(action)?;
        self.is_known_well_enough(action)
    }

    /// The refusal that a second factor would lift, if the organization asks it of this actor.
    pub fn awaits_second_factor(&self) -> Option<Refusal> {
        let policy = &self.head.organization.policy;
        let asked = match self.standing {
            Standing::Owner(member) => policy.asks_second_factor(&member.role, true),
            Standing::Member(member) => policy.asks_second_factor(&member.role, false),
            Standing::Operator | Standing::System => policy.second_factor == SecondFactorPolicy::Everyone,
        };
        (asked && !self.two_factors).then_some(self.too_little_shown())
    }

    /// What lifts the refusal differs: a person shows a second factor, of a key another one is made.
    fn too_little_shown(&self) -> Refusal {
        if self.scopes.is_some() { Refusal::KeyNeedsSecondFactor } else { Refusal::SecondFactorRequired }
    }

    /// Whoever the organization asks a second factor of, and who is known by one factor only, does nothing but leave;
    /// reading stays to those who administer, so that they see what waits for them.
    fn is_known_well_enough(&self, action: Action<'_>) -> Result<(), Refusal> {
        let everyone = self.head.organization.policy.second_factor == SecondFactorPolicy::Everyone;
        let tightens = |policy: &OrganizationPolicy| policy.second_factor != SecondFactorPolicy::None;
        match action {
            Action::Leave { .. } => Ok(()),
            Action::ViewMembers
            | Action::ViewInvitations
            | Action::ViewAudit
            | Action::CheckAccess
            | Action::ReadRecord { .. }
                if !everyone =>
            {
                Ok(())
            }
            // Whoever asks a second factor of others shows one: nobody locks everybody out, themselves included.
            Action::ChangePolicy { policy } if tightens(policy) && !self.two_factors => Err(self.too_little_shown()),
            _ => self.awaits_second_factor().map_or(Ok(()), Err),
        }
    }

    fn permits(&self, action: Action<'_>) -> Result<(), Refusal> {
        match action {
            Action::RenameOrganization | Action::ChangePolicy { .. } => self.needs(&Permission::EDIT_ORGANIZATION),
            Action::DeleteOrganization => self.needs_owner(),
            Action::ViewMembers => self.needs(&Permission::VIEW_MEMBERS),
            Action::ViewInvitations if self.standing == Standing::Operator => {
                self.needs_operator(&Permission::OPERATE_INVITATIONS)
            }
            Action::ViewInvitations => self.needs(&Permission::INVITE),
            Action::ViewGroups => self.needs(&Permission::VIEW_MEMBERS),
            Action::ManageGroups => self.needs(&Permission::MANAGE_MEMBERS),
            Action::ViewAudit => self.needs(&Permission::VIEW_AUDIT),
            Action::Invite { role } => self.may_invite(role),
            Action::AddMember { role } => {
                self.needs(&Permission::INVITE)?;
                self.may_grant(role)?;
                subscription_holds(self.head, self.now)
            }
            Action::SendRounds => self.needs(&Permission::MANAGE_LOGINS),
            // It takes everybody's access at once: whoever may only help with logins may not.
            Action::ClearLogins => {
                self.needs_a_person()?;
                self.needs(&Permission::MANAGE_LOGINS)?;
                self.needs(&Permission::MANAGE_MEMBERS)
            }
            Action::ManageLogin { member } => {
                self.needs(&Permission::MANAGE_LOGINS)?;
                self.ranks_above(member)
            }
            Action::Resend { invitation } | Action::HandOver { invitation } | Action::Revoke { invitation } => {
                self.may_act_on_invitation(invitation)
            }
            Action::ChangeRole { member, role } => {
                self.may_manage(member)?;
                self.may_grant(role)
            }
            Action::EditProfile { member } => self.may_edit(member),
            Action::Remove { member } => self.may_manage(member),
            Action::Leave { member } => self.may_leave(member),
            Action::Suspend { member } => {
                self.may_manage(member)?;
                self.status_is_not(member, MemberStatus::Suspended, Refusal::AlreadySuspended)?;
                self.status_is_not(member, MemberStatus::Deactivated, Refusal::MemberNotActive)
            }
            Action::Reactivate { member } => self.may_reactivate(member),
            Action::SetDeactivationDate { member } => {
                self.may_manage(member)?;
                self.status_is_not(member, MemberStatus::Deactivated, Refusal::MemberNotActive)
            }
            Action::AllocateSeats => {
                self.needs(&Permission::ALLOCATE_SEATS)?;
                self.seats_are_by_hand()
            }
            Action::AllocateSeat { member } => self.may_allocate(member),
            Action::ReleaseSeat { member } => self.may_release(member),
            Action::TransferOwnership { member } => {
                self.needs_owner()?;
                self.can_own(member)
            }
            Action::InviteOwner => {
                self.needs_operator(&Permission::ASSIGN_OWNERS)?;
                if self.head.organization.owner.is_some() { Err(Refusal::OwnerIsFixed) } else { Ok(()) }
            }
            Action::ReassignOwnership { member } => {
                self.needs_operator(&Permission::ASSIGN_OWNERS)?;
                self.can_own(member)
            }
            // A key that could make keys would outlive its own end.
            Action::CreateKey => {
                self.needs_a_person()?;
                self.needs(&Permission::MANAGE_KEYS)
            }
            Action::ViewKeys | Action::RevokeKey => self.needs(&Permission::MANAGE_KEYS),
            Action::SetSubscription => self.needs_operator(&Permission::SET_SUBSCRIPTIONS),
            Action::SetWhenFull => {
                self.needs(&Permission::EDIT_ORGANIZATION)?;
                if self.head.seats_on_joining() { Ok(()) } else { Err(Refusal::NobodyWaits) }
            }
            Action::Brand => self.needs(&Permission::EDIT_ORGANIZATION),
            Action::EditTemplates => self.needs(&Permission::EDIT_TEMPLATES),
            Action::TakeBackup if self.standing == Standing::Operator => self.needs_operator(&Permission::OPERATE_DATA),
            Action::TakeBackup => self.needs(&Permission::TAKE_BACKUP),
            Action::CheckAccess if self.standing == Standing::Operator => {
                self.needs_operator(&Permission::OPERATE_DATA)
            }
            Action::CheckAccess => self.needs(&Permission::VIEW_MEMBERS),
            Action::ViewRecords => self.may_list_records(),
            Action::RegisterRecord => self.may_register(),
            Action::ReadRecord { record } => self.may_on_record(&Permission::READ_RECORDS, record),
            Action::ControlRecord { record } => {
                self.may_on_record(&Permission::READ_RECORDS, record)?;
                self.may_on_record(&Permission::CONTROL_RECORDS, record)
            }
        }
    }

    /// Whether the actor holds a permission by role; the owner holds them all. A key holds no more than it was narrowed
    /// to, and no more than whoever made it holds now (A32).
    pub fn holds(&self, permission: &Permission) -> bool {
        self.is_in_scope(permission) && self.holds_by_role(permission)
    }

    fn is_in_scope(&self, permission: &Permission) -> bool {
        self.scopes.is_none_or(|scopes| scopes.contains(permission))
    }

    fn holds_by_role(&self, permission: &Permission) -> bool {
        match self.standing {
            Standing::Owner(_) | Standing::System => true,
            Standing::Operator => false,
            Standing::Member(member) => self
                .head
                .organization
                .policy
                .role_scheme
                .role(&member.role)
                .is_some_and(|role| role.permits(permission)),
        }
    }

    /// The roles the actor may hand out, highest first.
    pub fn grantable_roles(&self) -> Vec<RoleKey> {
        let roles = self.head.organization.policy.role_scheme.roles();
        roles.iter().map(|role| &role.key).filter(|key| self.may_grant(key).is_ok()).cloned().collect()
    }

    /// Whether a seat could be taken now.
    ///
    /// # Errors
    /// [`Refusal::SubscriptionOver`], [`Refusal::SeatLimitReached`].
    pub fn seat_is_free(&self) -> Result<(), Refusal> {
        seat_is_free(self.head, self.now)
    }

    /// A member's answer is that of an access check. Whoever runs the deployment, or the service itself, speaks for the
    /// host application whose records they are.
    fn may_on_record(&self, permission: &Permission, record: Record<'_>) -> Result<(), Refusal> {
        self.covers(permission)?;
        let Some(asker) = self.asker() else { return Ok(()) };
        match asker.on_record(permission, record) {
            Rule::PermissionMissing | Rule::ShareTooLow if *permission == Permission::CONTROL_RECORDS => {
                Err(Refusal::RecordControlNeeded)
            }
            rule => rule.verdict(permission),
        }
    }

    /// Whoever is kept back by status, seat or subscription lists none. The role alone keeps nobody back: a record can be
    /// shared with whom it permits nothing.
    fn may_list_records(&self) -> Result<(), Refusal> {
        self.covers(&Permission::READ_RECORDS)?;
        let Some(asker) = self.asker() else { return Ok(()) };
        match asker.in_general(&Permission::READ_RECORDS) {
            Rule::PermissionMissing => Ok(()),
            rule => rule.verdict(&Permission::READ_RECORDS),
        }
    }

    fn may_register(&self) -> Result<(), Refusal> {
        self.covers(&Permission::WRITE_RECORDS)?;
        let Some(asker) = self.asker() else { return Ok(()) };
        asker.in_general(&Permission::WRITE_RECORDS).verdict(&Permission::WRITE_RECORDS)
    }

    /// Whether what the actor's key was narrowed to lets it do this with records; whoever comes without a key is not
    /// narrowed. What the maker of the key may do is asked besides.
    ///
    /// # Errors
    /// [`Refusal::PermissionMissing`].
    pub fn covers(&self, permission: &Permission) -> Result<(), Refusal> {
        let needed = if self.standing == Standing::Operator { &Permission::OPERATE_DATA } else { permission };
        if self.is_in_scope(needed) {
            return Ok(());
        }
        Err(Refusal::PermissionMissing { permission: needed.clone() })
    }

    /// The member behind it, to be asked about.
    pub fn asker(&self) -> Option<Asker<'a>> {
        self.standing.member().map(|member| Asker { head: self.head, member, now: self.now })
    }

    fn needs(&self, permission: &Permission) -> Result<(), Refusal> {
        if self.holds(permission) {
            return Ok(());
        }
        Err(Refusal::PermissionMissing { permission: permission.clone() })
    }

    fn needs_a_person(&self) -> Result<(), Refusal> {
        if self.scopes.is_some() { Err(Refusal::NotByKey) } else { Ok(()) }
    }

    fn needs_owner(&self) -> Result<(), Refusal> {
        self.needs_a_person()?;
        match self.standing {
            Standing::Owner(_) => Ok(()),
            _ => Err(Refusal::OwnerOnly),
        }
    }

    fn needs_operator(&self, permission: &Permission) -> Result<(), Refusal> {
        match self.standing {
            Standing::Operator if self.is_in_scope(permission) => Ok(()),
            Standing::Operator => Err(Refusal::PermissionMissing { permission: permission.clone() }),
            _ => Err(Refusal::OperatorOnly),
        }
    }

    fn may_grant(&self, role: &RoleKey) -> Result<(), Refusal> {
        let scheme = &self.head.organization.policy.role_scheme;
        if scheme.role(role).is_none() && role.as_str() != "owner" {
            return Err(Refusal::UnknownRole { role: role.clone() });
        }
        if self.reaches(role) { Ok(()) } else { Err(Refusal::RoleAboveYours { role: role.clone() }) }
    }

    /// Whether the actor could hand a role out, and so acts on those who hold it.
    pub(crate) fn reaches(&self, role: &RoleKey) -> bool {
        let scheme = &self.head.organization.policy.role_scheme;
        let in_scope = || scheme.role(role).is_some_and(|role| role.permissions.iter().all(|it| self.is_in_scope(it)));
        match self.standing {
            Standing::Owner(_) => scheme.may_grant(None, role) && in_scope(),
            Standing::Member(member) => scheme.may_grant(Some(&member.role), role) && in_scope(),
            Standing::Operator | Standing::System => false,
        }
    }

    fn may_invite(&self, role: &RoleKey) -> Result<(), Refusal> {
        self.needs(&Permission::INVITE)?;
        self.may_grant(role)?;
        subscription_holds(self.head, self.now)?;
        if self.head.seats_on_inviting() { self.seat_is_free() } else { Ok(()) }
    }

    fn may_act_on_invitation(&self, invitation: &Invitation) -> Result<(), Refusal> {
        if invitation.for_owner {
            self.needs_operator(&Permission::OPERATE_INVITATIONS)?;
        } else {
            self.needs(&Permission::INVITE)?;
            self.may_grant(&invitation.role)?;
        }
        if invitation.is_outstanding(self.now) {
            return Ok(());
        }
        Err(Refusal::NotOutstanding { state: invitation.state_at(self.now).as_str() })
    }

    /// Acting on a member takes the permission and a rank above theirs: nobody acts on themselves, on the owner, or on
    /// whom they could not have granted their role to (A37).
    fn may_manage(&self, member: &Member) -> Result<(), Refusal> {
        self.needs(&Permission::MANAGE_MEMBERS)?;
        self.ranks_above(member)
    }

    fn ranks_above(&self, member: &Member) -> Result<(), Refusal> {
        if self.head.organization.owner == Some(member.id) {
            return Err(Refusal::OwnerIsFixed);
        }
        if self.standing.member().is_some_and(|own| own.id == member.id) {
            return Err(Refusal::NotOnYourself);
        }
        if self.reaches(&member.role) { Ok(()) } else { Err(Refusal::MemberAboveYours) }
    }

    /// Book-keeping gives nobody power, so that it may be one's own; of others only whom one may act on.
    fn may_edit(&self, member: &Member) -> Result<(), Refusal> {
        if self.standing.member().is_some_and(|own| own.id == member.id) {
            return self.needs(&Permission::MANAGE_MEMBERS);
        }
        self.may_manage(member)
    }

    /// Whether the actor sees what the organization keeps of its members: whoever manages them or their logins.
    pub fn sees_details(&self) -> bool {
        self.holds(&Permission::MANAGE_MEMBERS) || self.holds(&Permission::MANAGE_LOGINS)
    }

    fn may_leave(&self, member: &Member) -> Result<(), Refusal> {
        self.needs_a_person()?;
        match self.standing {
            Standing::Owner(own) if own.id == member.id => Err(Refusal::OwnerCannotLeave),
            Standing::Member(own) if own.id == member.id => Ok(()),
            _ => Err(Refusal::UnknownMember),
        }
    }

    fn may_reactivate(&self, member: &Member) -> Result<(), Refusal> {
        self.may_manage(member)?;
        self.status_is_not(member, MemberStatus::Active, Refusal::AlreadyActive)?;
        let takes_seat = self.head.seats_on_joining() && !member.seat_at(self.now) && !member.waits_at(self.now);
        if takes_seat { self.seat_is_free() } else { Ok(()) }
    }

    fn may_allocate(&self, member: &Member) -> Result<(), Refusal> {
        self.may(Action::AllocateSeats)?;
        if member.status_at(self.now) != MemberStatus::Active {
            return Err(Refusal::MemberNotActive);
        }
        if member.seat {
            return Err(Refusal::SeatHeld);
        }
        self.seat_is_free()
    }

    fn may_release(&self, member: &Member) -> Result<(), Refusal> {
        self.needs(&Permission::ALLOCATE_SEATS)?;
        self.seats_are_by_hand()?;
        if member.seat_at(self.now) { Ok(()) } else { Err(Refusal::NoSeatHeld) }
    }

    fn seats_are_by_hand(&self) -> Result<(), Refusal> {
        if self.head.organization.policy.seat_policy == SeatPolicy::ByHand {
            return Ok(());
        }
        Err(Refusal::SeatsNotByHand)
    }

    fn can_own(&self, member: &Member) -> Result<(), Refusal> {
        if self.head.organization.owner == Some(member.id) {
            return Err(Refusal::AlreadyOwner);
        }
        if member.user.is_none() || member.status_at(self.now) != MemberStatus::Active {
            return Err(Refusal::CannotOwn);
        }
        Ok(())
    }

    fn status_is_not(&self, member: &Member, status: MemberStatus, refusal: Refusal) -> Result<(), Refusal> {
        if member.status_at(self.now) == status { Err(refusal) } else { Ok(()) }
    }
}

/// What the actor's key was narrowed to, if the actor is one.
fn scopes_of(facts: &Facts, actor: Actor) -> Option<&BTreeSet<Permission>> {
    match actor {
        Actor::Key(id) => facts.key(id).ok().map(|key| &key.scopes),
        Actor::OperatorKey(id) => facts.operator_key(id).ok().map(|key| &key.scopes),
        Actor::User(_) | Actor::TwoFactorUser(_) | Actor::Operator(_) | Actor::Invitee | Actor::System => None,
    }
}

fn live_operator_key(facts: &Facts, id: ApiKeyId) -> Result<&ApiKey, Refusal> {
    facts.operator_key(id).ok().filter(|key| key.is_alive(facts.now)).ok_or(Refusal::NotSignedIn)
}

/// Whether an actor is the operator and, coming with a key, may do this: for what is done in no organization.
///
/// # Errors
/// [`Refusal::OperatorOnly`], [`Refusal::NotSignedIn`] for a key that is dead, [`Refusal::PermissionMissing`].
pub fn operator_may(facts: &Facts, actor: Actor, permission: &Permission) -> Result<(), Refusal> {
    match actor {
        Actor::Operator(_) => Ok(()),
        Actor::OperatorKey(id) if live_operator_key(facts, id)?.scopes.contains(permission) => Ok(()),
        Actor::OperatorKey(_) => Err(Refusal::PermissionMissing { permission: permission.clone() }),
        Actor::User(_) | Actor::TwoFactorUser(_) | Actor::Key(_) | Actor::Invitee | Actor::System => {
            Err(Refusal::OperatorOnly)
        }
    }
}

/// Whether a seat could be taken in an organization at an instant.
///
/// # Errors
/// [`Refusal::SubscriptionOver`], [`Refusal::SeatLimitReached`].
pub fn seat_is_free(head: &Head, now: OffsetDateTime) -> Result<(), Refusal> {
    subscription_holds(head, now)?;
    match head.seats.limit {
        Some(limit) if !head.seats.has_free() => {
            let ways_out = WayOut::under(head.organization.policy.seat_policy);
            Err(Refusal::SeatLimitReached { limit, taken: head.seats.taken(), ways_out })
        }
        _ => Ok(()),
    }
}

/// Whether an organization's subscription holds at an instant: otherwise nobody is invited, and no seat newly taken.
/// What was offered before can still be accepted, if it takes no seat or has reserved one.
///
/// # Errors
/// [`Refusal::SubscriptionOver`].
pub fn subscription_holds(head: &Head, now: OffsetDateTime) -> Result<(), Refusal> {
    match head.subscription.state_at(now) {
        SubscriptionState::Active => Ok(()),
        state => Err(Refusal::SubscriptionOver { state }),
    }
}

/// Whether whoever made an offer may still grant its role (I9): asked when it is accepted.
///
/// # Errors
/// [`Refusal::InviterMayNoLongerGrant`].
pub fn inviter_may_still_grant(facts: &Facts, invitation: &Invitation) -> Result<(), Refusal> {
    let head = facts.head()?;
    let may = match invitation.invited_by {
        Inviter::Operator => Ok(()),
        Inviter::Member(id) => facts.member(id).and_then(|member| {
            let standing = Standing::of_member(head, member, facts.now)?;
            // What was offered was offered by somebody who was known well enough then.
            let authority = Authority { head, standing, two_factors: true, now: facts.now, scopes: None };
            authority.needs(&Permission::INVITE)?;
            authority.may_grant(&invitation.role)
        }),
    };
    may.map_err(|_| Refusal::InviterMayNoLongerGrant)
}
