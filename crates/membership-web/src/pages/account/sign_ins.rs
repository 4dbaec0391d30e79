//! Where one is signed in, and how to end it.

use askama::Template;
use axum::extract::{Query, State};
use http::StatusCode;
use membership_core::service::Caller;
use membership_core::user::SignIn;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::Posted;
use crate::page::Page;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::{Words, machine_time};

#[derive(Template)]
#[template(path = "sign_ins.html")]
struct SignInsPage {
    page: Page,
    sign_ins: Vec<Shown>,
}

struct Shown {
    id: String,
    description: String,
    last_seen: String,
    last_seen_machine: String,
    current: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Lists one's own sign-ins.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let caller = visit.caller()?;
    let sign_ins = visit.web.accounts.sign_ins(caller).await?;
    let page = visit.page(visit.words.t("sign-ins-title")).after(asked.done.as_deref());
    let sign_ins = sign_ins.iter().map(|it| shown(visit.words, it, caller)).collect();
    Ok(html(StatusCode::OK, &SignInsPage { page, sign_ins }))
}

/// Ends one, or all but the present one.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let caller = posted.visit.caller()?;
    match posted.optional("sign_in") {
        None => {
            web.accounts.sign_out_elsewhere(caller).await?;
            Ok(see_other("/profile/sign-ins?done=sign-ins-ended"))
        }
        Some(id) => {
            if let Ok(id) = id.parse() {
                web.accounts.sign_out(caller.user.id, id).await?;
            }
            Ok(see_other("/profile/sign-ins?done=sign-in-ended"))
        }
    }
}

fn shown(words: Words, sign_in: &SignIn, caller: &Caller) -> Shown {
    Shown {
        id: sign_in.id.to_string(),
        description: sign_in.description.clone().unwrap_or_else(|| words.t("sign-ins-unknown")),
        last_seen: words.moment(sign_in.last_seen_at),
        last_seen_machine: machine_time(sign_in.last_seen_at),
        current: sign_in.id == caller.sign_in.id,
    }
}
