//! An outstanding invitation as a row: for whom, how its mail fares, and what the viewer may do to it.

use membership_core::id::OrganizationId;
use membership_core::invitation::{Delivery, InvitationState};
use membership_core::view::InvitationView;

use crate::pages::organization::invitation_action::InvitationAction;
use crate::pages::organization::member_rows::RowAction;
use crate::pages::organization::several::invitation_can_be_chosen;
use crate::words::Words;

/// An invitation as a row.
pub(crate) struct InvitationRow {
    pub id: String,
    /// Whether something can be done to several of which this is one.
    pub can_be_chosen: bool,
    pub email: String,
    pub role: String,
    /// Who sent it, and how often.
    pub origin: String,
    /// Until when it can be accepted, or could be, or when it goes out.
    pub dates: Option<String>,
    /// How its mail fares, as long as that matters.
    pub delivery: Option<String>,
    pub delivery_failed: bool,
    /// The state, unless it is simply pending.
    pub state: Option<String>,
    pub actions: Vec<RowAction>,
    /// What the row's menu is called, for whoever does not see where it stands.
    pub menu: String,
}

impl InvitationRow {
    /// Shows an invitation.
    pub(crate) fn of(words: Words, organization: OrganizationId, view: &InvitationView) -> Self {
        let invitation = &view.invitation;
        let email = invitation.email.to_string();
        Self {
            id: invitation.id.to_string(),
            can_be_chosen: invitation_can_be_chosen(&view.allowed_actions),
            role: words.role(if invitation.for_owner { "owner" } else { invitation.role.as_str() }),
            origin: origin(words, view),
            dates: dates(words, view),
            delivery: tells_delivery(view).then(|| words.t(&format!("delivery-{}", invitation.delivery.as_str()))),
            delivery_failed: matches!(invitation.delivery, Delivery::Bounced | Delivery::Failed),
            state: (view.state != InvitationState::Pending)
                .then(|| words.t(&format!("badge-state-{}", view.state.as_str()))),
            actions: actions(words, organization, view),
            menu: words.t1("invitation-actions", "email", &email),
            email,
        }
    }

    /// The same row; one that has ended without a member leads to the form that invites anew.
    pub(crate) fn or_again(mut self, words: Words, organization: OrganizationId, view: &InvitationView) -> Self {
        use InvitationState::{Declined, Expired, Revoked};
        if matches!(view.state, Expired | Declined | Revoked) {
            let href = format!("/organizations/{organization}/invite?again={}", self.id);
            self.actions.push(RowAction { href, label: words.t("invite-again"), grave: false, now: None });
        }
        self
    }
}

fn origin(words: Words, view: &InvitationView) -> String {
    let by = match &view.inviter {
        Some(name) => words.t1("invitation-by", "name", name),
        None => words.t("invitation-by-nobody"),
    };
    if view.invitation.sends < 2 {
        return by;
    }
    format!("{by} · {}", words.n("invitation-sends", view.invitation.sends))
}

fn dates(words: Words, view: &InvitationView) -> Option<String> {
    let invitation = &view.invitation;
    let (key, at) = match view.state {
        InvitationState::Scheduled => ("invitation-opens", invitation.opens_at),
        InvitationState::Pending => ("invitation-expires", invitation.expires_at),
        InvitationState::Expired => ("invitation-expired-on", invitation.expires_at),
        InvitationState::Accepted | InvitationState::Declined | InvitationState::Revoked => return None,
    };
    Some(words.t1(key, "date", words.moment(at)))
}

/// Whether it still matters how the mail fares.
fn tells_delivery(view: &InvitationView) -> bool {
    let over = matches!(view.state, InvitationState::Accepted | InvitationState::Declined | InvitationState::Revoked);
    !over || matches!(view.invitation.delivery, Delivery::Bounced | Delivery::Failed)
}

fn actions(words: Words, organization: OrganizationId, view: &InvitationView) -> Vec<RowAction> {
    let base = format!("/organizations/{organization}/invitations/{}", view.invitation.id);
    InvitationAction::ALL
        .into_iter()
        .filter(|action| view.allowed_actions.contains(&action.name()))
        .map(|action| RowAction {
            href: format!("{base}/{}", action.slug()),
            label: words.t(&format!("action-{}", action.slug())),
            grave: action == InvitationAction::Revoke,
            now: (action == InvitationAction::Resend).then(|| words.t("now-resend")),
        })
        .collect()
}
