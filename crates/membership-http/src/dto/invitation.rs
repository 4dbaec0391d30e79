//! Invitations on the wire, as those see them who invite.

use membership_core::email::EmailAddress;
use membership_core::input::{InvalidInput, LONGEST_MESSAGE, paragraph};
use membership_core::invitation::{self, Channel, InvitationState};
use membership_core::organization::Head;
use membership_core::port::InvitationQuery;
use membership_core::service::NewOffer;
use membership_core::view::InvitationView;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::cursor::{self, SortedBy};
use crate::dto::field;
use crate::dto::organization::NamedOrganization;
use crate::dto::template::NewWording;
use crate::query;

/// An invitation, with what the caller may do to it. It never shows its link.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    id: Uuid,
    email: String,
    /// The role's key, or `owner`.
    role: String,
    /// `scheduled`, `pending`, `accepted`, `declined`, `revoked` or `expired`, now.
    state: &'static str,
    /// How its mail fares: `none`, `queued`, `sent`, `deferred`, `bounced` or `failed`.
    delivery: &'static str,
    /// How its present link reaches the person: `mail` or `return`.
    deliver: &'static str,
    /// Who invites; `null` for the operator.
    #[schema(required)]
    inviter: Option<String>,
    language: &'static str,
    #[schema(required)]
    message: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When its mail goes out.
    #[serde(with = "time::serde::rfc3339")]
    send_at: OffsetDateTime,
    /// Until when it can be accepted.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    settled_at: Option<OffsetDateTime>,
    /// The date on which the membership ends by itself.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    deactivates_at: Option<OffsetDateTime>,
    /// The groups that accepting leads into.
    groups: Vec<Uuid>,
    /// The sessions that accepting enrols in.
    sessions: Vec<Uuid>,
    /// Whether it reserves a seat.
    reserves_seat: bool,
    /// The membership it led to.
    #[schema(required)]
    member_id: Option<Uuid>,
    /// How often it went out.
    sends: u32,
    /// Counts the changes.
    version: u64,
    /// What the caller may do to it now.
    allowed_actions: Vec<&'static str>,
}

impl From<&InvitationView> for Invitation {
    fn from(view: &InvitationView) -> Self {
        let invitation = &view.invitation;
        Self {
            id: invitation.id.0,
            email: invitation.email.to_string(),
            role: role_of(invitation),
            state: view.state.as_str(),
            delivery: invitation.delivery.as_str(),
            deliver: match invitation.channel {
                Channel::Mail => "mail",
                Channel::Hand => "return",
            },
            inviter: view.inviter.clone(),
            language: invitation.language.tag(),
            message: invitation.message.clone(),
            created_at: invitation.created_at,
            send_at: invitation.opens_at,
            expires_at: invitation.expires_at,
            settled_at: invitation.settled_at,
            deactivates_at: invitation.deactivates_at,
            groups: invitation.groups.iter().map(|id| id.0).collect(),
            sessions: invitation.sessions.iter().map(|id| id.0).collect(),
            reserves_seat: invitation.reserves_seat,
            member_id: invitation.member.map(|member| member.0),
            sends: invitation.sends,
            version: invitation.version,
            allowed_actions: view.allowed_actions.clone(),
        }
    }
}

fn role_of(invitation: &invitation::Invitation) -> String {
    if invitation.for_owner { "owner".to_owned() } else { invitation.role.to_string() }
}

/// A new invitation.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    /// With `deliver: "return"`: the link, shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl CreatedInvitation {
    pub(crate) fn new(view: &InvitationView, link: impl FnOnce() -> String) -> Self {
        let by_hand = view.invitation.channel == Channel::Hand;
        Self { invitation: Invitation::from(view), link: by_hand.then(link) }
    }
}

/// A link to be handed over.
#[derive(Serialize, ToSchema)]
pub(crate) struct HandedLink {
    /// The link, shown this once; older ones of the same invitation are dead.
    pub(crate) link: String,
}

/// Somebody is invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitation {
    /// One address.
    email: String,
    /// The role's key; the organization's default one if none is named.
    role: Option<String>,
    /// The ids of the groups that accepting leads into, at most 100.
    groups: Option<Vec<String>>,
    /// The date on which the membership ends by itself.
    #[schema(format = DateTime)]
    deactivates_at: Option<String>,
    /// `en` or `fr`; the organization's if none is named.
    language: Option<String>,
    /// The inviter's own words, at most 1,000 characters.
    message: Option<String>,
    /// The inviter's text for this one mail, in place of the organization's; `{{ link }}` must stay in it.
    wording: Option<NewWording>,
    /// When its mail goes out; at once if no time is named.
    #[schema(format = DateTime)]
    send_at: Option<String>,
    /// For how many days it can be accepted, 1 to 30.
    expires_in_days: Option<i64>,
    /// `mail` (the default), or `return`: the answer carries the link.
    deliver: Option<String>,
}

impl NewInvitation {
    pub(crate) fn offer(&self) -> Result<NewOffer, InvalidInput> {
        let terms = Terms {
            role: self.role.as_deref(),
            groups: self.groups.as_deref().unwrap_or_default(),
            deactivates_at: self.deactivates_at.as_deref(),
            language: self.language.as_deref(),
            message: self.message.as_deref(),
            send_at: self.send_at.as_deref(),
            expires_in_days: self.expires_in_days,
        };
        let channel = field::deliver(self.deliver.as_deref())?;
        let wording = self.wording.as_ref().map(NewWording::of_invitation).transpose()?;
        Ok(NewOffer { channel, wording, ..terms.offer_to(EmailAddress::parse(&self.email)?)? })
    }
}

/// What an invitation offers, to whomever.
pub(crate) struct Terms<'a> {
    pub(crate) role: Option<&'a str>,
    pub(crate) groups: &'a [String],
    pub(crate) deactivates_at: Option<&'a str>,
    pub(crate) language: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
    pub(crate) send_at: Option<&'a str>,
    pub(crate) expires_in_days: Option<i64>,
}

impl Terms<'_> {
    pub(crate) fn offer_to(&self, email: EmailAddress) -> Result<NewOffer, InvalidInput> {
        let message = self.message.map(|text| paragraph("message", text, LONGEST_MESSAGE)).transpose()?;
        Ok(NewOffer {
            role: field::role(self.role)?,
            groups: field::groups(self.groups)?,
            language: field::language(self.language)?,
            message: message.flatten(),
            opens_at: field::optional_time("send_at", self.send_at)?,
            valid_days: field::valid_days(self.expires_in_days)?,
            deactivates_at: field::optional_time("deactivates_at", self.deactivates_at)?,
            ..NewOffer::to(email)
        })
    }
}

/// Which invitations to list, the newest first.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InvitationsAsked {
    /// Only those in this state, or `outstanding`: scheduled and pending.
    state: Option<String>,
    /// Only those whose address contains this text.
    q: Option<String>,
    /// How many rows, 1 to 100; 50 if none is named.
    limit: Option<String>,
    /// Where the page begins: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl InvitationsAsked {
    pub(crate) fn query(self) -> Result<InvitationQuery, InvalidInput> {
        let outstanding = self.state.as_deref() == Some("outstanding");
        let state = self.state.filter(|_| !outstanding);
        let words = InvitationState::ALL.map(|state| (state.as_str(), state));
        Ok(InvitationQuery {
            state: query::one_of("state", state.as_deref(), &words)?,
            outstanding,
            undelivered: false,
            expires_after: None,
            text: query::search(self.q)?,
            cursor: self.cursor.map(|text| cursor::read(&text, SortedBy::Time)).transpose()?,
            limit: query::limit(self.limit.as_deref())?,
        })
    }
}

/// An invitation that waits for the person who asks.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationForMe {
    id: Uuid,
    organization: NamedOrganization,
    /// The address that was invited.
    email: String,
    /// The role's key, or `owner`.
    role: String,
    #[schema(required)]
    message: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Until when it can be accepted.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

impl From<(Head, invitation::Invitation)> for InvitationForMe {
    fn from((head, invitation): (Head, invitation::Invitation)) -> Self {
        Self {
            id: invitation.id.0,
            organization: NamedOrganization::from(&head),
            email: invitation.email.to_string(),
            role: role_of(&invitation),
            message: invitation.message,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}
