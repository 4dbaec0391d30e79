//! Sign in with an address or username and a password, and sign out.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::secret::SignInToken;
use membership_core::service::Challenge;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other, with_cookie};
use crate::form::kept::Kept;
use crate::form::token::FormToken;
use crate::form::{Field, Posted, Problems};
use crate::local_path::{local_path, sign_in_and_return};
use crate::page::Page;
use crate::pages::account::elsewhere::{Button, buttons};
use crate::pages::account::{done, go_on_with, second_factor};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    next: String,
    /// A form that waits to be sent again.
    kept: Option<String>,
    fields: Vec<Field>,
    /// Whether people have passwords here.
    own_accounts: bool,
    providers: Vec<Button>,
    /// What a passkey is to answer by which somebody enters with nothing else.
    passkey: Option<Challenge>,
}

#[derive(Template)]
#[template(path = "again.html")]
struct AgainPage {
    page: Page,
    kept: Kept,
    back: String,
}

#[derive(Template)]
#[template(path = "not_kept.html")]
struct NotKeptPage<'a> {
    page: Page,
    kept: &'a Kept,
    sign_in: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
    done: Option<String>,
}

/// Where one lands who was on the way to nowhere else.
pub(crate) const AFTERWARDS: &str = "/organizations";

/// Asks for login and password; whoever is signed in already goes on.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let next = asked.next.as_deref().and_then(local_path);
    if visit.caller.is_some() {
        return Ok(see_other(next.unwrap_or(AFTERWARDS)));
    }
    form(&visit, "", next, None, &Problems::none(visit.words), asked.done.as_deref()).await
}

/// Signs in and leads back to where one was.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let next = local_path(posted.text("next"));
    let kept = posted.optional("kept").and_then(Kept::unpacked);
    let ends = visit.caller.as_ref().map(|caller| &caller.sign_in);
    let (login, password) = (posted.text("login"), posted.some_password());
    let signing_in = web.accounts.sign_in(login, &password, ends, visit.request(), |_| None);
    let tried = web.limits.sign_in(visit.client, login, signing_in).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => {
            let signed_in = done(outcome)?;
            let token = &signed_in.token;
            match kept {
                Some(kept) if signed_in.awaits.is_empty() => {
                    Ok(with_cookie(ask_again(visit, kept, token), &web.cookies().sign_in(token)))
                }
                Some(kept) => {
                    let step = second_factor::Step::from(&signed_in);
                    let page =
                        second_factor::form(visit, step, (next, Some(&kept)), &Problems::none(visit.words)).await?;
                    Ok(with_cookie(page, &web.cookies().pending(token)))
                }
                None => Ok(go_on_with(&web, &signed_in, next.unwrap_or(AFTERWARDS))),
            }
        }
        Err(refusal) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            form(visit, login, next, kept.as_ref(), &problems, None).await
        }
    }
}

/// Signs in by a passkey, with no name and no password typed.
pub(crate) async fn by_passkey(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let next = local_path(posted.text("next"));
    let kept = posted.optional("kept").and_then(Kept::unpacked);
    let ends = visit.caller.as_ref().map(|caller| &caller.sign_in);
    let shown = (posted.text("challenge"), posted.text("answer"));
    match or_refusal(web.accounts.sign_in_by_passkey(shown, ends, visit.request(), |_| None).await)? {
        Ok(outcome) => {
            let signed_in = done(outcome)?;
            let token = &signed_in.token;
            match kept {
                Some(kept) => Ok(with_cookie(ask_again(visit, kept, token), &web.cookies().sign_in(token))),
                None => Ok(go_on_with(&web, &signed_in, next.unwrap_or(AFTERWARDS))),
            }
        }
        Err(refusal) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            form(visit, "", next, kept.as_ref(), &problems, None).await
        }
    }
}

/// Ends the sign-in, here and in the store.
pub(crate) async fn sign_out(State(web): State<Web>, posted: Posted) -> Answer {
    if let Some(caller) = &posted.visit.caller {
        web.accounts.sign_out(caller.user.id, caller.sign_in.id).await?;
    }
    let next = local_path(posted.text("next")).unwrap_or("/sign-in?done=signed-out");
    Ok(with_cookie(see_other(next), &web.cookies().sign_out()))
}

/// Reading the address of the sign-out form signs nobody out.
pub(crate) async fn back() -> Response {
    see_other("/")
}

/// Asks whoever was signed out meanwhile to sign in again, and keeps what was typed.
pub(crate) fn again(visit: &Visit, kept: &Kept) -> Response {
    let mut problems = Problems::none(visit.words);
    problems.say_of_all(visit.words.t("sign-in-ended"));
    let mut page = shown(visit, "", (Some(kept.action.as_str()), Some(kept)), &problems, (None, None));
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    page
}

/// Gives back what was typed and is too much to be carried through signing in, so that it can be copied.
pub(crate) fn not_kept(visit: &Visit, kept: &Kept) -> Response {
    let page = visit.page(visit.words.t("not-kept-title"));
    let sign_in = sign_in_and_return(&kept.action);
    html(StatusCode::UNAUTHORIZED, &NotKeptPage { page, kept, sign_in })
}

/// Shows what was typed to whoever has signed in again, and asks whether to send it.
pub(crate) fn ask_again(visit: &Visit, kept: Kept, token: &SignInToken) -> Response {
    let random = &visit.web.memberships().ports().random;
    let mut page = visit.page(visit.words.t("again-title"));
    page.form_token = FormToken::of(token.expose()).masked(random.as_ref());
    html(StatusCode::OK, &AgainPage { page, back: kept.action.clone(), kept })
}

async fn form(
    visit: &Visit,
    login: &str,
    next: Option<&str>,
    kept: Option<&Kept>,
    problems: &Problems,
    just_done: Option<&str>,
) -> Answer {
    let passkey = or_refusal(visit.web.accounts.ask_passkey(None).await)?.ok();
    Ok(shown(visit, login, (next, kept), problems, (just_done, passkey)))
}

fn shown(
    visit: &Visit,
    login: &str,
    (next, kept): (Option<&str>, Option<&Kept>),
    problems: &Problems,
    (just_done, passkey): (Option<&str>, Option<Challenge>),
) -> Response {
    let words = visit.words;
    let fields = vec![
        Field::line("login", words.t("field-login")).with(login).filled_with("username").at_most(254).judged(problems),
        Field::password(words.t("field-password"), "current-password").judged(problems),
    ];
    let page = visit.page(words.t("sign-in-title")).after(just_done).with_problem(problems.summary());
    let (own_accounts, providers) = (visit.web.accounts.rules().own_accounts, buttons(visit));
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    let kept = kept.map(Kept::packed);
    let next = next.unwrap_or_default().to_owned();
    html(status, &SignInPage { page, next, kept, fields, own_accounts, providers, passkey })
}
