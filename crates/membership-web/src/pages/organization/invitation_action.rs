//! What may be done to an outstanding invitation: send it again, hand its link over, take it back.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::Renew;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::invitation::Channel;
use membership_core::view::{InvitationView, OrganizationView};
use secrecy::ExposeSecret;

use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::local_path::{local_path, saying};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::pages::organization::shown_once::ShownOnce;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// What may be done to an outstanding invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvitationAction {
    Resend,
    HandOver,
    Revoke,
}

impl InvitationAction {
    /// Every action, in the order of a row's menu.
    pub(crate) const ALL: [Self; 3] = [Self::Resend, Self::HandOver, Self::Revoke];

    /// The name among `allowed_actions`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::HandOver => "hand_over",
            Self::Revoke => "revoke",
        }
    }

    /// The last part of its address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::HandOver => "link",
            Self::Revoke => "revoke",
        }
    }

    fn at(slug: &str) -> Result<Self, Stop> {
        Self::ALL.into_iter().find(|action| action.slug() == slug).ok_or(Stop::NotFound)
    }
}

type Target = Path<(OrganizationId, InvitationId, String)>;

/// Says what the action means.
pub(crate) async fn ask(visit: Visit, Path((organization, invitation, slug)): Target) -> Answer {
    let action = InvitationAction::at(&slug)?;
    let view = seen(&visit, organization).await?;
    let invitation = visit.web.memberships().invitation(organization, visit.actor()?, invitation).await?;
    if !invitation.allowed_actions.contains(&action.name()) {
        return Err(Stop::NotAllowed);
    }
    Ok(confirm(&visit, &view, &invitation, action, &Problems::none(visit.words)))
}

/// Does it.
pub(crate) async fn act(State(web): State<Web>, Path((organization, id, slug)): Target, posted: Posted) -> Answer {
    let action = InvitationAction::at(&slug)?;
    let visit = &posted.visit;
    let by = visit.actor()?;
    let memberships = web.memberships();
    let done = match action {
        InvitationAction::Resend => {
            let renew = Renew { organization, by, invitation: id, channel: Channel::Mail };
            let receipt = posted.once().receipt(memberships, organization.0).await?;
            let request = posted.once().request(visit, organization.0);
            memberships.run(&renew, request, |_| Some(receipt.clone())).await.map(|_| None)
        }
        InvitationAction::HandOver => memberships.hand_over(organization, by, id).await.map(Some),
        InvitationAction::Revoke => memberships.revoke(organization, by, id).await.map(|()| None),
    };
    let back = format!("/organizations/{organization}/invitations");
    match or_refusal(done)? {
        Ok(Some(link)) => {
            let view = seen(visit, organization).await?;
            let invitation = memberships.invitation(organization, visit.actor()?, id).await?;
            let page = visit.page(visit.words.t("link-title")).of(&view, "invitations");
            let lead = visit.words.t1("link-lead", "email", &invitation.invitation.email);
            let link = web.address(&format!("/i/{}", link.expose_secret()));
            Ok(html(StatusCode::OK, &ShownOnce::link(page, lead, link, back)))
        }
        Ok(None) => {
            let done = if action == InvitationAction::Resend { "resent" } else { "revoked" };
            Ok(see_other(&saying(local_path(posted.text("back")).unwrap_or(&back), done)))
        }
        Err(refusal) => {
            let view = seen(visit, organization).await?;
            let invitation = memberships.invitation(organization, visit.actor()?, id).await?;
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            Ok(confirm(visit, &view, &invitation, action, &problems))
        }
    }
}

fn confirm(
    visit: &Visit,
    view: &OrganizationView,
    invitation: &InvitationView,
    action: InvitationAction,
    problems: &Problems,
) -> Response {
    let words = visit.words;
    let (organization, slug) = (view.head.organization.id, action.slug());
    let mut consequences = vec![words.t(&format!("confirm-{slug}-what"))];
    if action == InvitationAction::Revoke && invitation.invitation.reserves_seat {
        consequences.push(words.t("confirm-revoke-seat"));
    }
    let title = words.t1(&format!("confirm-{slug}-title"), "email", &invitation.invitation.email);
    let template = Confirm {
        page: visit
            .page(title)
            .of(view, "invitations")
            .under(format!("/organizations/{}/invitations", view.head.organization.id), words.t("invitations-title"))
            .with_problem(problems.summary()),
        consequences,
        fields: Vec::new(),
        choices: None,
        action: format!("/organizations/{organization}/invitations/{}/{slug}", invitation.invitation.id),
        submit: words.t(&format!("action-{slug}")),
        grave: action == InvitationAction::Revoke,
        back: format!("/organizations/{organization}/invitations"),
    };
    html(problems.status(), &template)
}
