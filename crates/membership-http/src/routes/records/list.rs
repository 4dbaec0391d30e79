//! `GET /organizations/{org}/resources`: the records.

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::page::Page;
use crate::dto::record::{Record, RecordsAsked};
use crate::query::Asked;

/// List the records that the caller reaches, by type and id.
#[utoipa::path(get, path = "/organizations/{org}/resources", tag = "records", params(RecordsAsked),
    responses((status = 200, description = "a page of records", body = Page<Record>)))]
pub(crate) async fn list(Asked(asked): Asked<RecordsAsked>, call: Call<Acting>) -> Answered {
    let query = asked.query()?;
    let page = call.memberships().records(call.organization()?, call.by.0, &query).await?;
    Ok(Answer::ok(&Page::of(page, |view| Record::from(&view))))
}
