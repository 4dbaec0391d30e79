//! `POST /organizations/{org}/members`: put a person on the roster.

use membership_core::command::AddMember;
use membership_core::id::MemberId;
use membership_core::view::MemberView;

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::member::Member;
use crate::dto::new_member::{AddedMember, NewMember};
use crate::dto::set_up::TypedCode;

/// Put a person on the roster, with or without an address, an initial password, or a personal link to set up a login.
/// The answer is the same whether or not the address has an account in this deployment, and no account is touched.
#[utoipa::path(post, path = "/organizations/{org}/members", tag = "members", request_body = NewMember,
    responses((status = 201, description = "on the roster", body = AddedMember)))]
pub(crate) async fn create(call: Call<Acting, NewMember>) -> Answered {
    let organization = call.organization()?;
    let link = call.body.link()?.map(|channel| call.memberships().reach(channel));
    let command = AddMember { link, ..call.body.command(organization, call.by.0, MemberId(call.new_id()))? };
    let login = call.body.login()?;
    let answer = |view: &MemberView| {
        let path = format!("/api/v1/organizations/{organization}/members/{}", view.member.id);
        let handed = call.memberships().handed_over(organization, view);
        let set_up_link = handed.as_ref().map(|it| call.api.set_up_address_of(&it.link));
        let set_up_code = handed.map(|it| TypedCode::of(&call.api, &it));
        let added = AddedMember { member: Member::from(view), set_up_link, set_up_code };
        Answer::created(&added).at(path).version(view.member.version)
    };
    let keeper = call.keeper(organization.0).await?;
    let keep = |view: &MemberView| keeper.keep(&answer(view));
    let outcome = call.api.accounts.add_member(command, login, keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
