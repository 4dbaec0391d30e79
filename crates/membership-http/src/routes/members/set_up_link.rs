//! `POST /organizations/{org}/members/{member}/set-up-link`: a personal link.

use membership_core::view::MemberView;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::field;
use crate::dto::set_up::{PersonalLink, TypedCode, WantedLink};

/// Make the personal link by which a member sets up a login, to be mailed or handed over; the earlier ones die. Only a
/// mailed one proves the mailbox. One to be handed over comes with a short code that can be typed in its place.
#[utoipa::path(post, path = "/organizations/{org}/members/{member}/set-up-link", tag = "members",
    request_body = WantedLink,
    responses((status = 200, description = "on its way, or shown this once", body = PersonalLink)))]
pub(crate) async fn set_up_link(call: Call<Acting, WantedLink>) -> Answered {
    let (organization, member) = (call.organization()?, call.member()?);
    let channel = field::deliver(call.body.deliver.as_deref())?;
    let answer = |view: &MemberView| {
        let handed = call.memberships().handed_over(organization, view);
        let link = handed.as_ref().map(|it| call.api.set_up_address_of(&it.link));
        let code = handed.map(|it| TypedCode::of(&call.api, &it));
        let expires_at = view.member.set_up.map(|row| row.expires_at);
        Answer::ok(&PersonalLink { link, code, expires_at })
    };
    let keeper = call.keeper(organization.0).await?;
    let keep = |view: &MemberView| keeper.keep(&answer(view));
    let whose = (organization, call.by.0, member);
    let outcome = call.api.accounts.issue_set_up_link(whose, channel, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
