//! `DELETE /me/identities/{identity}`: give an identity up.

use crate::admission::SignedIn;
use crate::answer::{Answer, Answered};
use crate::call::Call;

/// Give up an identity that signs in to one's account. All other sign-ins end. The last way in stays: choose a password
/// or link another identity first.
#[utoipa::path(delete, path = "/me/identities/{identity}", tag = "me",
    responses((status = 204, description = "it opens the account no more")))]
pub(crate) async fn unlink(call: Call<SignedIn>) -> Answered {
    let caller = &call.by.0;
    let keeper = call.keeper(caller.user.id.0).await?;
    call.api.accounts.unlink_identity(caller, call.identity()?, keeper.request()).await?;
    Ok(Answer::no_content())
}
