//! `POST /organizations/{org}/members/imports/{import}/undo`: take back what an import made.

use membership_core::command::UndoImport;
use membership_core::import::{self, ImportCounts};

use crate::admission::Acting;
use crate::answer::{Answer, Answered};
use crate::call::Call;
use crate::dto::import::{Import, UndoForecast, UndoQuery};
use crate::query::Asked;

/// Take back what an import made and nobody has used yet, within 24 hours after it was done. Members who have a login of
/// their own by then stay, and so do changes of members who were there already. `dry_run` tells how many would go and how
/// many would stay.
#[utoipa::path(post, path = "/organizations/{org}/members/imports/{import}/undo", tag = "members", operation_id = "undo_import", params(UndoQuery),
    responses((status = 200, description = "what it would come to", body = UndoForecast),
        (status = 202, description = "it is being taken back", body = Import)))]
pub(crate) async fn undo(Asked(asked): Asked<UndoQuery>, call: Call<Acting>) -> Answered {
    let organization = call.organization()?;
    if asked.is_dry_run()? {
        let forecast = call.memberships().try_undo(organization, call.by.0, call.import()?).await?;
        return Ok(Answer::ok(&UndoForecast::from(forecast)));
    }
    let command = UndoImport { organization, by: call.by.0, import: call.import()? };
    let answer = |it: &import::Import| Answer::accepted(&Import::new(it, &ImportCounts::new(), false));
    call.perform(organization.0, &command, answer).await
}
