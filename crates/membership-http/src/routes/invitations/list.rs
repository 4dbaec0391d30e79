//! `GET /organizations/{org}/invitations`: the invitations.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::invitation::{Invitation, InvitationsAsked};
use crate::dto::page::Page;
use crate::query::Asked;

/// List the invitations, the newest first, each with what the caller may do to it.
#[utoipa::path(get, path = "/organizations/{org}/invitations", tag = "invitations", params(InvitationsAsked),
    responses((status = 200, description = "a page of invitations", body = Page<Invitation>)))]
pub(crate) async fn list(Asked(asked): Asked<InvitationsAsked>, call: Call<Acting>) -> Answered {
    let query = asked.query()?;
    let page = call.memberships().invitations(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, |view| Invitation::from(&view))))
}
