//! `POST /set-up-codes/open`: the personal link that a typed code takes the place of.

use crate::admission::Anyone;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::set_up::{OpenedCode, ShownCode};

/// Type the code of a letter, and get the personal link it takes the place of, to inspect and redeem. That spends nothing,
/// however often, and proves no mailbox. A few wrong codes that lead to one member end that member's code.
#[utoipa::path(post, path = "/set-up-codes/open", tag = "joining", operation_id = "open_set_up_code", security(()),
    request_body = ShownCode, responses((status = 200, description = "the link's token", body = OpenedCode)))]
pub(crate) async fn open(call: Call<Anyone, ShownCode>) -> Answered {
    let keeper = call.keeper(call.own_scope()).await?;
    let link = call.api.accounts.open_set_up_code(&call.body.code, keeper.request()).await?;
    Ok(Answer::ok(&OpenedCode::from(&link)))
}
