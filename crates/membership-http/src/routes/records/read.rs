//! `GET /organizations/{org}/resources/{type}/{record}`: a record.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::record::RecordWithShares;

/// Read a record, with those it is shared with if the caller controls it.
#[utoipa::path(get, path = "/organizations/{org}/resources/{type}/{record}", tag = "records",
    responses((status = 200, description = "the record", body = RecordWithShares)))]
pub(crate) async fn read(call: Call<Acting>) -> Answered {
    let record = call.memberships().record(call.organization()?, call.by.0, &call.record()?).await?;
    Ok(Answer::ok(&RecordWithShares::from(&record)).version(record.view.resource.version))
}
