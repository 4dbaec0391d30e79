//! `POST /organizations/{org}/members/import`: set up many people at once.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use membership_core::id::ImportId;
use membership_core::import::{self, ImportCounts, NewRow};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::{Call, Shared};
use crate::dto::import::{Import, ImportQuery, ImportRehearsal, ImportedRows};
use crate::import_file::ImportFile;
use crate::problem::Problem;
use crate::query::Asked;

/// A call whose body is rows: a CSV file, or JSON.
pub(crate) struct RowsCall(Call<Acting, Vec<NewRow>>);

impl FromRequest<Shared> for RowsCall {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Shared) -> Result<Self, Problem> {
        Call::reading(request, api, read).await.map(Self)
    }
}

fn read(headers: &HeaderMap, body: &Bytes) -> Result<Vec<NewRow>, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/csv" | "text/plain" | "application/vnd.ms-excel" => Ok(ImportFile::read(body)?.rows),
        _ => Ok(crate::json::read::<ImportedRows>(headers, body)?.rows()),
    }
}

/// Set up many people at once, by a CSV file (`text/csv`: comma, semicolon or tab; with a header or in the order of the
/// template) or by rows in JSON; up to 10,000 rows and 5 MiB. `dry_run` tells what would become of each row. Otherwise
/// the rows are accepted and carried out one part after the other; the answer says where to look.
#[utoipa::path(post, path = "/organizations/{org}/members/import", tag = "members", operation_id = "import", params(ImportQuery),
    request_body(content((String = "text/csv"), (ImportedRows = "application/json"))),
    responses((status = 200, description = "what would become of each row", body = ImportRehearsal),
        (status = 202, description = "accepted", body = Import)))]
pub(crate) async fn create(Asked(asked): Asked<ImportQuery>, RowsCall(call): RowsCall) -> Answered {
    let (organization, terms) = (call.organization()?, asked.terms()?);
    let accounts = &call.api.accounts;
    if asked.is_dry_run()? {
        let reports = accounts.rehearse_import(organization, call.by.0, (&terms, &call.body)).await?;
        return Ok(Answer::ok(&ImportRehearsal::new(&reports)));
    }
    let answer = |import: &import::Import| {
        let path = format!("/api/v1/organizations/{organization}/members/imports/{}", import.id);
        Answer::accepted(&Import::new(import, &ImportCounts::new(), false)).at(path)
    };
    let keeper = call.keeper(organization.0).await?;
    let keep = |import: &import::Import| keeper.keep(&answer(import));
    let which = (organization, call.by.0, ImportId(call.new_id()));
    let outcome = accounts.begin_import(which, (&terms, &call.body), keeper.request(), keep).await?;
    keeper.answer(outcome, answer)
}
