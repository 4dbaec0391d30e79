//! The first start's link makes the first person the deployment's operator.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, FirstOperator};
use secrecy::ExposeSecret;

use crate::answer::{Answer, html};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::SET_UP;
use crate::page::Page;
use crate::pages::account::sign_up::{person_fields, read_person};
use crate::pages::account::{done, go_on_as};
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    page: Page,
    fields: Vec<Field>,
}

/// Moves the link out of the address.
pub(crate) async fn take_link(State(web): State<Web>, Path(link): Path<String>) -> Response {
    SET_UP.take(&web, &link)
}

/// Asks for name, address and password.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let link = SET_UP.link(&visit.web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    visit.web.accounts.check_first_operator_link(link.expose_secret()).await?;
    Ok(form(&visit, None, &Problems::none(visit.words)))
}

/// Makes the first operator and signs them in.
pub(crate) async fn act(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let link = SET_UP.link(&web, &headers).ok_or(Failure::from(Refusal::UnknownLink))?;
    web.accounts.check_first_operator_link(link.expose_secret()).await?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(form) = read_person(&posted, &mut problems) {
        let setting_up = web.accounts.set_up(FirstOperator { link, form }, posted.visit.request(), |_| None);
        match or_refusal(setting_up.await)? {
            Ok(outcome) => {
                let answer = go_on_as(&web, &done(outcome)?.token, "/organizations?done=set-up");
                return Ok(SET_UP.forget(&web, answer));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), &problems))
}

fn form(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Response {
    let page = visit.page(visit.words.t("set-up-title")).with_problem(problems.summary());
    html(problems.status(), &SetUpPage { page, fields: person_fields(visit, posted, problems) })
}
