//! Taking an import back: it is said what will go and what will stay, and takes one more press.

use axum::extract::{Path, State};
use http::StatusCode;
use membership_core::id::{ImportId, OrganizationId};

use crate::answer::{Answer, html, see_other};
use crate::form::Posted;
use crate::pages::importing::{page_below, seen_by_importer};
use crate::pages::organization::confirm::Confirm;
use crate::visit::Visit;
use crate::web::Web;

type Target = Path<(OrganizationId, ImportId)>;

/// Says what undoing an import comes to.
pub(crate) async fn ask(visit: Visit, Path((organization, id)): Target) -> Answer {
    let view = seen_by_importer(&visit, organization).await?;
    let words = visit.words;
    let forecast = visit.web.memberships().try_undo(organization, visit.actor()?, id).await?;
    let back = format!("/organizations/{organization}/members/imports/{id}");
    let mut consequences = vec![words.n("import-undo-goes", forecast.undone)];
    if 0 < forecast.kept {
        consequences.push(words.n("import-undo-stays", forecast.kept));
    }
    consequences.push(words.t("import-undo-changes"));
    let template = Confirm {
        page: page_below(&visit, &view, words.t("import-undo-title")),
        consequences,
        fields: Vec::new(),
        choices: None,
        action: format!("{back}/undo"),
        submit: words.t("import-undo"),
        grave: true,
        back,
    };
    Ok(html(StatusCode::OK, &template))
}

/// Has it taken back.
pub(crate) async fn act(State(web): State<Web>, Path((organization, id)): Target, posted: Posted) -> Answer {
    web.memberships().undo_import(organization, posted.visit.actor()?, id).await?;
    Ok(see_other(&format!("/organizations/{organization}/members/imports/{id}")))
}
