//! The named methods an embedding program calls; each makes one command of its arguments and runs it.

use time::OffsetDateTime;

use crate::command::invite::Outcome as InviteOutcome;
use crate::command::seat::Outcome as SeatOutcome;
use crate::command::{
    Accept, Accepted, Acceptor, AllocateSeats, ChangeRole, Decline, Delete, Found, Invite, Leave, Offer, Reactivate,
    ReleaseSeat, Remove, Rename, Renew, Revoke, SetDeactivationDate, Settle, Suspend, TransferOwnership,
};
use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::id::{GroupId, InvitationId, MemberId, OrganizationId};
use crate::invitation::Channel;
use crate::language::Language;
use crate::name::OrganizationName;
use crate::person::Person;
use crate::policy::OrganizationPolicy;
use crate::refusal::Refusal;
use crate::role::RoleKey;
use crate::secret::{Link, LinkKind};
use crate::service::{Failure, Memberships};
use crate::view::{InvitationView, MemberView, OrganizationView};
use crate::wording::Wording;
use secrecy::SecretString;

/// An offer that has no id yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    /// The address.
    pub email: EmailAddress,
    /// The role; the organization's default one if none is named.
    pub role: Option<RoleKey>,
    /// The mail's language; the organization's if none is named.
    pub language: Option<Language>,
    /// The inviter's own words.
    pub message: Option<String>,
    /// The inviter's text for this one mail, in place of the organization's (S0.8).
    pub wording: Option<Wording>,
    /// When it goes out; at once if no time is named.
    pub opens_at: Option<OffsetDateTime>,
    /// For how many days it can be accepted; as long as the policy says if no number is named.
    pub valid_days: Option<u8>,
    /// The date on which the membership ends by itself.
    pub deactivates_at: Option<OffsetDateTime>,
    /// The groups that accepting leads into.
    pub groups: Vec<GroupId>,
    /// Whether it goes by mail or is handed over.
    pub channel: Channel,
}

impl NewOffer {
    /// An offer by mail of the organization's default role.
    pub fn to(email: EmailAddress) -> Self {
        Self {
            email,
            role: None,
            language: None,
            message: None,
            wording: None,
            opens_at: None,
            valid_days: None,
            deactivates_at: None,
            groups: Vec::new(),
            channel: Channel::Mail,
        }
    }

    /// The same offer with a role.
    #[must_use]
    pub fn with_role(mut self, role: RoleKey) -> Self {
        self.role = Some(role);
        self
    }

    /// The same offer under an id.
    pub fn with_id(self, id: InvitationId) -> Offer {
        Offer {
            id,
            email: self.email,
            role: self.role,
            language: self.language,
            message: self.message,
            wording: self.wording,
            opens_at: self.opens_at,
            valid_days: self.valid_days,
            deactivates_at: self.deactivates_at,
            groups: self.groups,
            sessions: Vec::new(),
            channel: self.channel,
        }
    }
}

/// Every method refuses as its command's file says; besides, the store may fail.
#[expect(clippy::missing_errors_doc, reason = "the command's own page lists its refusals, once")]
impl Memberships {
    /// Founds an organization with `founder` as its owner.
    pub async fn found(
        &self,
        name: OrganizationName,
        policy: OrganizationPolicy,
        founder: Person,
    ) -> Result<OrganizationView, Failure> {
        let random = &self.ports.random;
        let (id, member) = (OrganizationId(random.id()), MemberId(random.id()));
        let language = Language::default();
        self.execute(&Found { id, name, policy, language, founder, member, seat_limit: None }).await
    }

    /// Gives an organization another name.
    pub async fn rename(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        name: OrganizationName,
    ) -> Result<OrganizationView, Failure> {
        self.execute(&Rename { organization, by: by.into(), name, expected: None }).await
    }

    /// Deletes an organization.
    pub async fn delete(&self, organization: OrganizationId, by: impl Into<Actor> + Send) -> Result<(), Failure> {
        self.execute(&Delete { organization, by: by.into(), expected: None }).await
    }

    /// Invites one person.
    pub async fn invite(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        offer: NewOffer,
    ) -> Result<InvitationView, Failure> {
        let offers = vec![offer.with_id(InvitationId(self.ports.random.id()))];
        let invite = Invite { organization, by: by.into(), offers, all_or_none: true };
        let outcome = self.execute(&invite).await?.pop();
        Ok(outcome.unwrap_or(Err(Refusal::UnknownInvitation))?)
    }

    /// Invites many people; each address has its own outcome, in the order of the offers.
    pub async fn invite_many(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        offers: Vec<NewOffer>,
    ) -> Result<Vec<InviteOutcome>, Failure> {
        let offers = offers.into_iter().map(|it| it.with_id(InvitationId(self.ports.random.id()))).collect();
        self.execute(&Invite { organization, by: by.into(), offers, all_or_none: false }).await
    }

    /// Sends an invitation again; its older links die.
    pub async fn resend(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        invitation: InvitationId,
    ) -> Result<InvitationView, Failure> {
        self.execute(&Renew { organization, by: by.into(), invitation, channel: Channel::Mail }).await
    }

    /// Produces a new link of an invitation to be handed over; its older links die.
    pub async fn hand_over(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        invitation: InvitationId,
    ) -> Result<SecretString, Failure> {
        let renew = Renew { organization, by: by.into(), invitation, channel: Channel::Hand };
        let view = self.execute(&renew).await?;
        Ok(self.invitation_link(organization, &view))
    }

    /// The present link of an invitation, for the answer to whoever just made it.
    pub fn invitation_link(&self, organization: OrganizationId, view: &InvitationView) -> SecretString {
        let invitation = &view.invitation;
        self.ports.links.sign(&Link::to_invitation(organization, invitation.id, invitation.generation))
    }

    /// Takes an outstanding invitation back.
    pub async fn revoke(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        invitation: InvitationId,
    ) -> Result<(), Failure> {
        self.execute(&Revoke { organization, by: by.into(), invitation }).await
    }

    /// Accepts the invitation a link leads to, for a person whose identity the caller vouches for.
    pub async fn accept(&self, link: &str, person: Person) -> Result<Accepted, Failure> {
        let link = self.read_link(LinkKind::Invitation, link)?;
        let member = MemberId(self.ports.random.id());
        let acceptor = Acceptor::SignedIn(person);
        self.execute(&Accept { link, acceptor, member, sign_in: None, ends: None }).await
    }

    /// Says no to the invitation a link leads to.
    pub async fn decline(&self, link: &str) -> Result<(), Failure> {
        let link = self.read_link(LinkKind::Invitation, link)?;
        self.execute(&Decline { link }).await
    }

    /// Gives a member another role.
    pub async fn change_role(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
        role: RoleKey,
    ) -> Result<MemberView, Failure> {
        self.execute(&ChangeRole { organization, by: by.into(), member, role, expected: None }).await
    }

    /// Removes a member.
    pub async fn remove(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<(), Failure> {
        self.execute(&Remove { organization, by: by.into(), member, expected: None }).await
    }

    /// Leaves an organization.
    pub async fn leave(&self, organization: OrganizationId, by: impl Into<Actor> + Send) -> Result<(), Failure> {
        self.execute(&Leave { organization, by: by.into() }).await
    }

    /// Passes the ownership on.
    pub async fn transfer_ownership(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<OrganizationView, Failure> {
        self.execute(&TransferOwnership { organization, by: by.into(), member, expected: None }).await
    }

    /// Sets a member aside.
    pub async fn suspend(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<MemberView, Failure> {
        self.execute(&Suspend { organization, by: by.into(), member }).await
    }

    /// Takes a suspended or deactivated member back.
    pub async fn reactivate(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<MemberView, Failure> {
        self.execute(&Reactivate { organization, by: by.into(), member }).await
    }

    /// Sets or clears a member's deactivation date.
    pub async fn set_deactivation_date(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
        at: Option<OffsetDateTime>,
    ) -> Result<MemberView, Failure> {
        self.execute(&SetDeactivationDate { organization, by: by.into(), member, at, expected: None }).await
    }

    /// Gives a member a seat by hand.
    pub async fn allocate_seat(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<MemberView, Failure> {
        let by = by.into();
        let allocate = AllocateSeats { organization, by, members: vec![member], all_or_none: true };
        let outcome = self.execute(&allocate).await?.pop();
        Ok(outcome.unwrap_or(Err(Refusal::UnknownMember))?)
    }

    /// Gives members seats by hand; each has its own outcome, in their order.
    pub async fn allocate_seats(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        members: Vec<MemberId>,
    ) -> Result<Vec<SeatOutcome>, Failure> {
        self.execute(&AllocateSeats { organization, by: by.into(), members, all_or_none: false }).await
    }

    /// Takes a member's seat back.
    pub async fn release_seat(
        &self,
        organization: OrganizationId,
        by: impl Into<Actor> + Send,
        member: MemberId,
    ) -> Result<MemberView, Failure> {
        self.execute(&ReleaseSeat { organization, by: by.into(), member }).await
    }

    /// Writes down what time has ended in an organization; answers how much.
    pub async fn settle(&self, organization: OrganizationId) -> Result<usize, Failure> {
        self.execute(&Settle { organization }).await
    }

    pub(crate) fn read_link(&self, kind: LinkKind, text: &str) -> Result<Link, Refusal> {
        self.ports.links.read(kind, text).ok_or(Refusal::UnknownLink)
    }
}
