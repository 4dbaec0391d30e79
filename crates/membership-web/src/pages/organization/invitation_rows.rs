//! An outstanding invitation as a row: for whom, how its mail fares, and what the viewer may do to it.

use membership_core::id::OrganizationId;
use membership_core::invitation::{Delivery, InvitationState};
use membership_core::view::InvitationView;

use crate::pages::organization::invitation_action::InvitationAction;
use crate::pages::organization::member_rows::RowAction;
use crate::words::Words;

/// An invitation as a row.
pub(crate) struct InvitationRow {
    pub email: String,
    pub role: String,
    /// Who sent it, and how often.
    pub origin: String,
    /// Until when it can be accepted, or when it goes out.
    pub dates: String,
    pub delivery: String,
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
            role: words.role(if invitation.for_owner { "owner" } else { invitation.role.as_str() }),
            origin: origin(words, view),
            dates: dates(words, view),
            delivery: words.t(&format!("delivery-{}", invitation.delivery.as_str())),
            delivery_failed: matches!(invitation.delivery, Delivery::Bounced | Delivery::Failed),
            state: (view.state != InvitationState::Pending).then(|| words.t(&format!("state-{}", view.state.as_str()))),
            actions: actions(words, organization, view),
            menu: words.t1("invitation-actions", "email", &email),
            email,
        }
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

fn dates(words: Words, view: &InvitationView) -> String {
    let invitation = &view.invitation;
    if view.state == InvitationState::Scheduled {
        return words.t1("invitation-opens", "date", words.moment(invitation.opens_at));
    }
    words.t1("invitation-expires", "date", words.moment(invitation.expires_at))
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
            at_once: action == InvitationAction::Resend,
        })
        .collect()
}
