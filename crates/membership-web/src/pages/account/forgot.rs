//! Ask to be let in again, by a link to one's mailbox. The answer is the same for everybody (I13).

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use membership_core::message::Recovery;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted};
use crate::page::Way;
use crate::pages::account::form_page::{Button, FormPage};
use crate::stop::Message;
use crate::visit::Visit;
use crate::web::Web;

/// Asks for the login, and by which link to be let in.
pub(crate) async fn show(visit: Visit) -> Response {
    let words = visit.words;
    let button = |value, key: &str| Button { value, label: words.t(key) };
    let page = FormPage {
        page: visit.page(words.t("forgot-title")),
        lead: words.t("forgot-lead"),
        action: "/forgot-password",
        fields: vec![Field::line("login", words.t("field-login")).filled_with("username").at_most(254)],
        buttons: vec![button("reset", "forgot-reset"), button("login", "forgot-login")],
    };
    html(StatusCode::OK, &page)
}

/// Writes down what was asked; whether the login names anybody is looked up later.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let means = if posted.text("do") == "login" { Recovery::LoginLink } else { Recovery::PasswordReset };
    web.accounts.request_recovery(posted.text("login"), means, posted.visit.request(), |()| None).await?;
    Ok(see_other("/forgot-password/sent"))
}

/// Says that a mail may be on its way.
pub(crate) async fn sent(visit: Visit) -> Response {
    let words = visit.words;
    let mut ways = vec![Way::to("/sign-in", words.t("way-sign-in"))];
    if visit.web.mailbox.is_some() {
        ways.insert(0, Way::to("/dev/mailbox", words.t("way-mailbox")));
    }
    let page = visit.page(words.t("sign-up-sent"));
    html(StatusCode::OK, &Message { page, text: words.t("forgot-sent-text"), ways })
}
