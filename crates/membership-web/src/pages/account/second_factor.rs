//! The second step of signing in: show the second factor.

use axum::extract::{Query, State};
use http::{HeaderMap, StatusCode};
use membership_core::id::UserId;
use membership_core::refusal::Refusal;
use membership_core::second_factor::FactorKind;
use membership_core::secret::{SignInToken, TokenHash};
use membership_core::service::{Evidence, Failure, SignedIn};
use secrecy::SecretString;

use crate::answer::{Answer, html, see_other, with_cookie};
use crate::form::kept::Kept;
use crate::form::{Field, Posted, Problems};
use crate::local_path::{leading_to, local_path};
use crate::pages::account::passkey::asked_of;
use crate::pages::account::proof::{Asked, ProofPage};
use crate::pages::account::{done, go_on_with, sign_in};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

pub(crate) const PATH: &str = "/sign-in/second-factor";

/// The address of the second step that then leads to `next`.
pub(crate) fn leading_on(next: &str) -> String {
    leading_to(PATH, next)
}

/// The sign-in that the cookie says waits for the second factor.
fn waiting(web: &Web, headers: &HeaderMap) -> Result<(UserId, TokenHash), Stop> {
    let token = web.cookies().token(headers).as_deref().and_then(SignInToken::read_pending);
    token.ok_or_else(|| Failure::from(Refusal::PendingSignInOver).into())
}

/// Asks for a code; whoever is signed in already goes on.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>, headers: HeaderMap) -> Answer {
    let next = asked.next.as_deref().and_then(local_path);
    if visit.caller.is_some() {
        return Ok(see_other(next.unwrap_or(sign_in::AFTERWARDS)));
    }
    let step = Step::of(&visit, waiting(&visit.web, &headers)?).await?;
    form(&visit, step, (next, None), &Problems::none(visit.words)).await
}

/// Completes the sign-in, and leads back to where one was.
pub(crate) async fn act(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let from = waiting(&web, &headers)?;
    let next = local_path(posted.text("next"));
    let kept = posted.optional("kept").and_then(Kept::unpacked);
    let proving = web.accounts.prove(from, evidence(&posted), visit.request(), |_| None);
    let tried = web.limits.prove(visit.client, from.0, proving).await.map_err(Stop::RateLimited)?;
    match or_refusal(tried)? {
        Ok(outcome) => {
            let signed_in = done(outcome)?;
            match kept {
                Some(kept) => {
                    let page = sign_in::ask_again(visit, kept, &signed_in.token);
                    Ok(with_cookie(page, &web.cookies().sign_in(&signed_in.token)))
                }
                None => Ok(go_on_with(&web, &signed_in, next.unwrap_or(sign_in::AFTERWARDS))),
            }
        }
        Err(refusal @ (Refusal::WrongCode | Refusal::CodeUsed | Refusal::PasskeyRefused)) => {
            let mut problems = Problems::none(visit.words);
            match refusal {
                Refusal::PasskeyRefused => problems.add(&refusal),
                refusal => problems.add_to("code", &refusal),
            }
            form(visit, Step::of(visit, from).await?, (next, kept.as_ref()), &problems).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// A passkey's answer if there is one, else what was typed: a code of an app has digits only, anything else is a
/// recovery code.
pub(crate) fn evidence(posted: &Posted) -> Evidence {
    if let Some(answer) = posted.optional("answer") {
        return Evidence::Passkey { challenge: posted.text("challenge").to_owned(), answer: answer.to_owned() };
    }
    let typed = posted.text("code");
    let is_of_an_app = typed.chars().all(|c| c.is_ascii_digit() || c.is_whitespace());
    if is_of_an_app { Evidence::Totp(typed.to_owned()) } else { Evidence::RecoveryCode(SecretString::from(typed)) }
}

/// Whose sign-in goes on, and whether a passkey can complete it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub user: UserId,
    pub has_passkeys: bool,
}

impl Step {
    async fn of(visit: &Visit, from: (UserId, TokenHash)) -> Result<Self, Stop> {
        let (user, factors) = visit.web.accounts.pending(from).await?;
        Ok(Self { user: user.id, has_passkeys: !factors.passkeys.is_empty() })
    }
}

impl From<&SignedIn> for Step {
    fn from(signed_in: &SignedIn) -> Self {
        Self { user: signed_in.user.id, has_passkeys: signed_in.awaits.contains(&FactorKind::Passkey) }
    }
}

/// The page that asks for the second factor, with where it leads, and a form that waits to be sent again if there is one.
pub(crate) async fn form(
    visit: &Visit,
    step: Step,
    (next, kept): (Option<&str>, Option<&Kept>),
    problems: &Problems,
) -> Answer {
    let words = visit.words;
    let passkey = asked_of(visit, step.user, step.has_passkeys).await?;
    let template = ProofPage {
        page: visit.page(words.t("factor-title")).with_problem(problems.summary()),
        lead: words.t(if passkey.is_some() { "factor-lead-passkey" } else { "factor-lead" }),
        action: PATH,
        next: next.unwrap_or_default().to_owned(),
        kept: kept.map(Kept::packed),
        passkey,
        field: Some(Field::code(words.t("field-code")).judged(problems)),
        submit: words.t("sign-in"),
        help: Some(words.t("factor-lost")),
        anew: None,
    };
    let status = if problems.summary().is_some() { problems.status() } else { StatusCode::OK };
    Ok(html(status, &template))
}
