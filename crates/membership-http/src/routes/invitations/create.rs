//! `POST /organizations/{org}/invitations`: invite one person.

use membership_core::command::Invite;
use membership_core::command::invite::Outcome;
use membership_core::id::InvitationId;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::{CreatedInvitation, NewInvitation};
use crate::problem::Problem;

/// Invite one person. With `deliver: "return"` the answer carries the link, this once, and no mail is sent.
#[utoipa::path(post, path = "/organizations/{org}/invitations", tag = "invitations", request_body = NewInvitation,
    responses((status = 201, description = "invited", body = CreatedInvitation)))]
pub(crate) async fn create(call: Call<Acting, NewInvitation>) -> Answered {
    let organization = call.organization()?;
    let offers = vec![call.body.offer()?.with_id(InvitationId(call.new_id()))];
    let command = Invite { organization, by: call.by.0, offers, all_or_none: true };
    let answer = |outcomes: &Vec<Outcome>| {
        let Some(Ok(view)) = outcomes.first() else { return Answer::of(&Problem::own("internal-error")) };
        let link = || call.api.address_of(&call.memberships().invitation_link(organization, view));
        let path = format!("/api/v1/organizations/{organization}/invitations/{}", view.invitation.id);
        Answer::created(&CreatedInvitation::new(view, link)).at(path)
    };
    call.perform(organization.0, &command, answer).await
}
