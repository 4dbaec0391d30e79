//! The organization's keys: which there are, what each may do, and how one is revoked (I8, I12).

use askama::Template;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use membership_core::command::RevokeKey;
use membership_core::id::{ApiKeyId, OrganizationId};
use membership_core::service::KeyView;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::page::Page;
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "keys.html")]
pub(crate) struct KeysPage {
    pub page: Page,
    pub base: String,
    pub may_create: bool,
    pub lead: String,
    pub keys: Vec<KeyRow>,
}

/// A key as a row.
pub(crate) struct KeyRow {
    name: String,
    powers: String,
    maker: String,
    dates: String,
    used: String,
    state: &'static str,
    state_label: String,
    /// Where it is revoked, as long as it lives.
    revoke: Option<String>,
    /// What that is called for whoever does not see where it stands.
    revoke_label: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Lists the keys, those that live first.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let list = visit.web.memberships().keys(organization, visit.actor()?).await?;
    let base = format!("/organizations/{organization}/keys");
    let template = KeysPage {
        page: visit.page(visit.words.t("keys-title")).of(&view, "keys").after(asked.done.as_deref()),
        lead: visit.words.t("keys-lead"),
        may_create: !list.offered_scopes.is_empty(),
        keys: list.keys.iter().map(|key| row(visit.words, &base, key)).collect(),
        base,
    };
    Ok(html(StatusCode::OK, &template))
}

pub(crate) fn row(words: Words, base: &str, view: &KeyView) -> KeyRow {
    let key = &view.key;
    let state = state(view);
    KeyRow {
        name: key.name.to_string(),
        powers: words.may(&key.scopes),
        maker: match (&view.maker, key.made_by.operator()) {
            (Some(name), _) => words.t1("key-by", "name", name),
            (None, Some(_)) => words.t("key-by-operator"),
            (None, None) => words.t("key-by-nobody"),
        },
        dates: match key.revoked_at {
            Some(at) => words.t1("key-revoked", "date", words.date(at)),
            None => words.t1("key-expires", "date", words.date(key.expires_at)),
        },
        used: match key.last_used_at {
            Some(at) => words.t1("key-used", "moment", words.moment(at)),
            None => words.t("key-never-used"),
        },
        state_label: words.t(&format!("key-state-{state}")),
        state,
        revoke: view.is_alive.then(|| format!("{base}/{}/revoke", key.id)),
        revoke_label: words.t1("key-revoke-named", "name", &key.name),
    }
}

/// One of `usable`, `weak`, `idle`, `expired` and `revoked`.
fn state(view: &KeyView) -> &'static str {
    match view.key.revoked_at {
        Some(_) => "revoked",
        None if !view.is_alive => "expired",
        None if !view.is_usable => "idle",
        None if view.needs_second_factor => "weak",
        None => "usable",
    }
}

type Target = Path<(OrganizationId, ApiKeyId)>;

/// Says what revoking a key means.
pub(crate) async fn ask(visit: Visit, Path((organization, id)): Target) -> Answer {
    let view = seen(&visit, organization).await?;
    confirm(&visit, &view, id, &Problems::none(visit.words)).await
}

/// Revokes it.
pub(crate) async fn revoke(State(web): State<Web>, Path((organization, key)): Target, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let command = RevokeKey { organization, by: visit.actor()?, key };
    match or_refusal(web.memberships().execute(&command).await)? {
        Ok(()) => Ok(see_other(&format!("/organizations/{organization}/keys?done=key-revoked"))),
        Err(refusal) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            confirm(visit, &seen(visit, organization).await?, key, &problems).await
        }
    }
}

async fn confirm(visit: &Visit, view: &OrganizationView, id: ApiKeyId, problems: &Problems) -> Answer {
    let words = visit.words;
    let organization = view.head.organization.id;
    let list = visit.web.memberships().keys(organization, visit.actor()?).await?;
    let key = list.keys.into_iter().find(|it| it.key.id == id && it.is_alive).ok_or(Stop::NotFound)?.key;
    let back = format!("/organizations/{organization}/keys");
    let page = visit.page(words.t1("confirm-revoke-key-title", "name", &key.name)).of(view, "keys");
    let page = page.under(back.clone(), words.t("keys-title")).with_problem(problems.summary());
    Ok(html(problems.status(), &revocation(page, id, back)))
}

/// The question before a key is revoked.
pub(crate) fn revocation(page: Page, id: ApiKeyId, back: String) -> Confirm {
    Confirm {
        consequences: vec![page.t("confirm-revoke-key-what"), page.t("confirm-revoke-key-final")],
        fields: Vec::new(),
        choices: None,
        action: format!("{back}/{id}/revoke"),
        submit: page.t("key-revoke"),
        grave: true,
        back,
        page,
    }
}
