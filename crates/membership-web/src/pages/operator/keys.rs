//! The operator's own keys: which there are, how one is made, and how it is revoked (I8, I12).

use axum::extract::{Path, Query, State};
use http::StatusCode;
use membership_core::command::{CreateOperatorKey, RevokeOperatorKey};
use membership_core::id::ApiKeyId;
use membership_core::refusal::Refusal;
use membership_core::role::Permission;
use membership_core::secret::{KeyKind, KeyText};
use membership_core::service::Outcome;
use serde::Deserialize;

use super::{operator, page_below};
use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::pages::organization::keys::{KeysPage, revocation, row};
use crate::pages::organization::new_key::{question, read, shown};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

const PATH: &str = "/operator/keys";

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Lists them.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let keys = visit.web.memberships().operator_keys(operator(&visit)?).await?;
    let template = KeysPage {
        page: page_below(&visit, visit.words.t("operator-keys-title")).after(asked.done.as_deref()),
        base: PATH.to_owned(),
        may_create: true,
        lead: visit.words.t("operator-keys-lead"),
        keys: keys.iter().map(|key| row(visit.words, PATH, key)).collect(),
    };
    Ok(html(StatusCode::OK, &template))
}

/// Asks what a new one is to be.
pub(crate) async fn ask_new(visit: Visit) -> Answer {
    operator(&visit)?;
    Ok(html(StatusCode::OK, &ask(&visit, None, &Problems::none(visit.words))))
}

/// Makes it and shows its text, this once.
pub(crate) async fn make(State(web): State<Web>, posted: Posted) -> Answer {
    let (visit, memberships) = (&posted.visit, web.memberships());
    let by = operator(visit)?;
    let mut problems = Problems::none(visit.words);
    let id = ApiKeyId(posted.once().id("key"));
    let text = KeyText::new(KeyKind::Operator, id.0, memberships.ports().random.secret());
    if let Some(key) = read(&posted, &text, &mut problems) {
        let receipt = posted.once().receipt(memberships, id.0).await?;
        let request = posted.once().request(visit, id.0);
        let command = CreateOperatorKey { by, key };
        match or_refusal(memberships.run(&command, request, |_| Some(receipt.clone())).await)? {
            Ok(Outcome::Done(key)) => {
                let page = page_below(visit, visit.words.t1("key-made-title", "name", &key.name));
                return Ok(html(StatusCode::OK, &shown(page, &text, PATH.to_owned())));
            }
            Ok(Outcome::Repeated(_)) => return Ok(see_other(&format!("{PATH}?done=key-made-already"))),
            Err(refusal @ Refusal::ScopeAboveYours { .. }) => problems.add_to("scopes", &refusal),
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(html(problems.status(), &ask(visit, Some(&posted), &problems)))
}

fn ask(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> crate::pages::organization::confirm::Confirm {
    let page = page_below(visit, visit.words.t("new-key-title"));
    let offered = Permission::OF_THE_OPERATOR;
    question(page, (PATH.to_owned(), "operator-key-lead"), &offered, posted, problems)
}

/// Says what revoking one means.
pub(crate) async fn ask_revocation(visit: Visit, Path(id): Path<ApiKeyId>) -> Answer {
    let keys = visit.web.memberships().operator_keys(operator(&visit)?).await?;
    let key = keys.into_iter().find(|it| it.key.id == id && it.is_alive).ok_or(Stop::NotFound)?.key;
    let title = visit.words.t1("confirm-revoke-key-title", "name", &key.name);
    let page = page_below(&visit, title).under(PATH, visit.words.t("operator-keys-title"));
    Ok(html(StatusCode::OK, &revocation(page, id, PATH.to_owned())))
}

/// Revokes it.
pub(crate) async fn revoke(State(web): State<Web>, Path(key): Path<ApiKeyId>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    web.memberships().execute(&RevokeOperatorKey { by, key }).await?;
    Ok(see_other(&format!("{PATH}?done=key-revoked")))
}
