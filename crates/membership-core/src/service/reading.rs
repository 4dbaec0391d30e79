//! Reading for screens: every row with what its viewer may do to it, from the same rules that commands ask.

use std::collections::BTreeMap;

use crate::audit::AuditEntry;
use crate::authority::{Action, Authority, Standing, operator_may};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::facts::{Facts, Scope};
use crate::group::Group;
use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
use crate::invitation::{Invitation, Inviter};
use crate::member::Member;
use crate::organization::Head;
use crate::port::{AuditQuery, InvitationQuery, MemberQuery, OrganizationQuery, Page};
use crate::refusal::Refusal;
use crate::role::Permission;
use crate::service::{Failure, Memberships};
use crate::view::{Access, Details, InvitationView, MemberView, OrganizationView, invitation_view, member_view};

/// One of the organizations a person belongs to (S3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationOfMine {
    /// The organization.
    pub head: Head,
    /// The own membership.
    pub own: MemberView,
}

/// Every method refuses [`Refusal::UnknownOrganization`] to whoever does not belong (I10), and what the role does not
/// permit; besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// An organization with one's own membership in it.
    pub async fn organization(&self, organization: OrganizationId, by: Actor) -> Result<OrganizationView, Failure> {
        let facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?;
        let facts = facts.settled();
        let mut view = OrganizationView::of(&facts, by)?;
        let own = view.own.as_ref().map(|own| own.member.id);
        view.waiting_position = own.and_then(|own| facts.place_in_line(|member| member.id == own));
        Ok(view)
    }

    /// Whether a user may do what a permission allows, in one round trip. The rule that says no is the answer, and the
    /// same one as [`Memberships::check_access`] gives, which also knows records and many questions at once.
    pub async fn check(
        &self,
        organization: OrganizationId,
        user: UserId,
        permission: &Permission,
    ) -> Result<(), Failure> {
        let by = Actor::User(user);
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        let authority = Authority::of(&facts, by)?;
        match authority.asker() {
            Some(asker) => Ok(asker.in_general(permission).verdict(permission)?),
            None => Err(Refusal::PermissionMissing { permission: permission.clone() }.into()),
        }
    }

    /// What a user has access to in an organization, and why not to everything (S0.2).
    pub async fn access(&self, organization: OrganizationId, user: UserId) -> Result<Access, Failure> {
        let by = Actor::User(user);
        let mut facts = self.facts_for(organization, by, Scope::default()).await?;
        if facts.member_of(user).is_some_and(|member| member.waits_since.is_some()) {
            facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?.settled();
        }
        let member = facts.member_of(user).ok_or(Refusal::UnknownOrganization)?;
        Ok(Access::of(facts.head()?, member, facts.now))
    }

    /// Who waits for a seat, the longest first, at most [`Scope::MOST_LAPSED`]; suspended members, who are passed over,
    /// left out.
    pub async fn waiting(&self, organization: OrganizationId, by: Actor) -> Result<Vec<MemberView>, Failure> {
        let facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?.settled();
        let authority = Authority::of(&facts, by)?;
        authority.may(Action::ViewMembers)?;
        Ok(facts.line().into_iter().map(|member| authority.view_member(member)).collect())
    }

    /// How many wait for a seat before this user, if the user waits; at most [`Scope::MOST_LAPSED`].
    pub async fn waiting_before(&self, organization: OrganizationId, user: UserId) -> Result<Option<usize>, Failure> {
        let by = Actor::User(user);
        let facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?.settled();
        Authority::of(&facts, by)?;
        Ok(facts.place_in_line(|member| member.user == Some(user)).map(|place| place.saturating_sub(1)))
    }

    /// A member.
    pub async fn member(
        &self,
        organization: OrganizationId,
        by: Actor,
        member: MemberId,
    ) -> Result<MemberView, Failure> {
        let scope = Scope { members: vec![member], ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        let mut views = [member_view(&facts, by, member)?];
        self.tell_last_logins(&mut views).await?;
        self.tell_groups(organization, &mut views).await?;
        let [view] = views;
        Ok(view)
    }

    /// A page of members. Whoever manages neither members nor logins is refused what tells of logins.
    pub async fn members(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &MemberQuery,
    ) -> Result<Page<MemberView>, Failure> {
        let facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?.settled();
        let authority = Authority::of(&facts, by)?;
        authority.may(Action::ViewMembers)?;
        if query.tells_of_logins() && !authority.sees_details() {
            return Err(Refusal::PermissionMissing { permission: Permission::MANAGE_LOGINS }.into());
        }
        let page = self.ports.directory.members(organization, query).await?;
        // A seat that came free by a date belongs to who waited for it, written down or not.
        let settled = |member: &Member| facts.member(member.id).cloned().unwrap_or_else(|_| member.clone());
        let mut items: Vec<_> = page.items.iter().map(|member| authority.view_member(&settled(member))).collect();
        self.tell_last_logins(&mut items).await?;
        self.tell_groups(organization, &mut items).await?;
        Ok(Page { items, next: page.next, total: page.total })
    }

    /// An invitation.
    pub async fn invitation(
        &self,
        organization: OrganizationId,
        by: Actor,
        invitation: InvitationId,
    ) -> Result<InvitationView, Failure> {
        let scope = Scope { invitations: vec![invitation], ..Scope::default() };
        let facts = self.facts_for(organization, by, scope).await?;
        Authority::of(&facts, by)?.may(Action::ViewInvitations)?;
        Ok(invitation_view(&facts, by, invitation)?)
    }

    /// A page of invitations.
    pub async fn invitations(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &InvitationQuery,
    ) -> Result<Page<InvitationView>, Failure> {
        let facts = self.facts_for(organization, by, Scope { lapsed: true, ..Scope::default() }).await?.settled();
        let authority = Authority::of(&facts, by)?;
        authority.may(Action::ViewInvitations)?;
        let page = self.ports.directory.invitations(organization, query).await?;
        let names = self.inviters(organization, &page.items).await?;
        let name = |it: &Invitation| match it.invited_by {
            Inviter::Member(id) => names.get(&id).cloned(),
            Inviter::Operator => None,
        };
        let items = page.items.iter().map(|it| authority.view_invitation(it, name(it))).collect();
        Ok(Page { items, next: page.next, total: page.total })
    }

    /// A page of the audit log.
    pub async fn audit(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &AuditQuery,
    ) -> Result<Vec<AuditEntry>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::ViewAudit)?;
        Ok(self.ports.directory.audit(organization, query).await?)
    }

    /// A page of all organizations of the deployment; for its operator, whose keys need the permission to read data.
    pub async fn organizations(&self, by: Actor, query: &OrganizationQuery) -> Result<Page<Head>, Failure> {
        let mut scope = Scope::default();
        scope.include(by);
        operator_may(&self.ports.store.read(&scope).await?, by, &Permission::OPERATE_DATA)?;
        Ok(self.ports.directory.organizations(query).await?)
    }

    /// The organizations a user belongs to, with role, seat and access of each.
    pub async fn organizations_of(&self, user: UserId) -> Result<Vec<OrganizationOfMine>, Failure> {
        let now = self.ports.store.read(&Scope::default()).await?.now;
        let mut mine = Vec::new();
        for (head, member) in self.ports.directory.organizations_of(user).await? {
            // A member who may not act is shown all the same, with the reason, and with nothing to do.
            let standing = Standing::of_member(&head, &member, now);
            let may_act = standing.is_ok();
            let standing = standing.unwrap_or(Standing::Member(&member));
            // A list is of no sign-in in particular: what a second factor would lift is said where it is asked for.
            let mut own =
                Authority { head: &head, standing, two_factors: true, now, scopes: None }.view_member(&member);
            if !may_act {
                own.allowed_actions.clear();
            }
            mine.push(OrganizationOfMine { head, own });
        }
        Ok(mine)
    }

    /// The invitations that wait for a user's verified addresses.
    pub async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, Failure> {
        Ok(self.ports.directory.waiting_for(addresses).await?)
    }

    /// Adds the groups of members: one look-up for a page. Whoever may see a member may see these.
    async fn tell_groups(&self, organization: OrganizationId, views: &mut [MemberView]) -> Result<(), Failure> {
        let members: Vec<_> = views.iter().map(|view| view.member.id).collect();
        let mut found: BTreeMap<MemberId, Vec<Group>> = BTreeMap::new();
        if !members.is_empty() {
            for (member, group) in self.ports.directory.groups_of(organization, &members).await? {
                found.entry(member).or_default().push(group);
            }
        }
        for view in views {
            view.groups = Some(found.remove(&view.member.id).unwrap_or_default());
        }
        Ok(())
    }

    /// Adds when people last signed in, for viewers who are told: one look-up for a page.
    async fn tell_last_logins(&self, views: &mut [MemberView]) -> Result<(), Failure> {
        let told = |view: &MemberView| view.member.user.filter(|_| view.details == Details::All);
        let users: Vec<_> = views.iter().filter_map(told).collect();
        if users.is_empty() {
            return Ok(());
        }
        let logins: BTreeMap<_, _> = self.ports.directory.last_logins(&users).await?.into_iter().collect();
        for view in views {
            view.last_login_at = told(view).and_then(|user| logins.get(&user).copied());
        }
        Ok(())
    }

    pub(crate) async fn facts_for(
        &self,
        organization: OrganizationId,
        by: Actor,
        mut scope: Scope,
    ) -> Result<Facts, Failure> {
        scope.organization = Some(organization);
        scope.include(by);
        Ok(self.ports.store.read(&scope).await?)
    }

    async fn inviters(
        &self,
        organization: OrganizationId,
        invitations: &[Invitation],
    ) -> Result<BTreeMap<MemberId, String>, Failure> {
        let mut members: Vec<_> = invitations
            .iter()
            .filter_map(|it| match it.invited_by {
                Inviter::Member(id) => Some(id),
                Inviter::Operator => None,
            })
            .collect();
        members.sort_unstable();
        members.dedup();
        if members.is_empty() {
            return Ok(BTreeMap::new());
        }
        let facts = self.ports.store.read(&Scope { members, ..Scope::of(organization) }).await?;
        Ok(facts.members.into_iter().map(|member| (member.id, member.name.to_string())).collect())
    }
}
