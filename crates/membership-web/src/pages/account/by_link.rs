//! Come back by a link that was mailed: sign in once, or choose a new password. Opening it changes nothing (I11).

use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use membership_core::message::Recovery;
use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use secrecy::{ExposeSecret, SecretString};

use crate::answer::{Answer, html};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::{LOGIN, LinkPage, RESET};
use crate::pages::account::form_page::{Button, FormPage};
use crate::pages::account::{done, go_on_with};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Moves the link out of the address.
pub(crate) async fn take_login(State(web): State<Web>, Path(link): Path<String>) -> Response {
    LOGIN.take(&web, &link)
}

/// Moves the link out of the address.
pub(crate) async fn take_reset(State(web): State<Web>, Path(link): Path<String>) -> Response {
    RESET.take(&web, &link)
}

fn link_of(page: LinkPage, web: &Web, headers: &HeaderMap) -> Result<SecretString, Stop> {
    page.link(web, headers).ok_or_else(|| Failure::from(Refusal::UnknownLink).into())
}

/// Says who is signed in by the link.
pub(crate) async fn show_login(visit: Visit, headers: HeaderMap) -> Answer {
    let link = link_of(LOGIN, &visit.web, &headers)?;
    let user = visit.web.accounts.check_recovery_link(Recovery::LoginLink, link.expose_secret()).await?;
    let words = visit.words;
    let page = FormPage {
        page: visit.page(words.t("login-title")),
        lead: words.t1("login-lead", "name", &user.name),
        action: LOGIN.path,
        fields: Vec::new(),
        buttons: Button::only(words.t("sign-in")),
    };
    Ok(html(http::StatusCode::OK, &page))
}

/// Signs in.
pub(crate) async fn login(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let link = link_of(LOGIN, &web, &headers)?;
    let ends = posted.visit.caller.as_ref().map(|caller| &caller.sign_in);
    let request = posted.visit.request();
    let signed_in = done(web.accounts.redeem_login_link(link.expose_secret(), ends, request, |_| None).await?)?;
    Ok(LOGIN.forget(&web, go_on_with(&web, &signed_in, "/organizations")))
}

/// Asks for the new password.
pub(crate) async fn show_reset(visit: Visit, headers: HeaderMap) -> Answer {
    let link = link_of(RESET, &visit.web, &headers)?;
    visit.web.accounts.check_recovery_link(Recovery::PasswordReset, link.expose_secret()).await?;
    Ok(reset_form(&visit, &Problems::none(visit.words)))
}

/// Chooses it and signs in.
pub(crate) async fn reset(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let link = link_of(RESET, &web, &headers)?;
    let password = posted.some_password();
    let request = posted.visit.request();
    let resetting = web.accounts.redeem_reset(link.expose_secret(), &password, request, |_| None);
    match or_refusal(resetting.await)? {
        Ok(outcome) => {
            let answer = go_on_with(&web, &done(outcome)?, "/organizations?done=password-changed");
            Ok(RESET.forget(&web, answer))
        }
        Err(refusal @ Refusal::Invalid(_)) => {
            let mut problems = Problems::none(posted.visit.words);
            problems.add(&refusal);
            Ok(reset_form(&posted.visit, &problems))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn reset_form(visit: &Visit, problems: &Problems) -> Response {
    let words = visit.words;
    let shortest = visit.web.accounts.rules().shortest_password;
    let field = Field::password(words.t("field-new-password"), "new-password")
        .hinted(words.n("hint-new-password", shortest))
        .judged(problems);
    let page = FormPage {
        page: visit.page(words.t("reset-title")).with_problem(problems.summary()),
        lead: words.t("reset-lead"),
        action: RESET.path,
        fields: vec![field],
        buttons: Button::only(words.t("reset-submit")),
    };
    html(problems.status(), &page)
}
