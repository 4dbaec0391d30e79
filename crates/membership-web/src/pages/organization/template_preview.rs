//! What a mail would look like, as a document of its own that a page frames: shut off like any mail.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use membership_core::branding::LogoUrl;
use membership_core::id::OrganizationId;
use membership_core::wording::{TemplateKey, Wording};
use secrecy::ExposeSecret;

use crate::answer::Answer;
use crate::form::{Posted, Problems};
use crate::pages::organization::seen;
use crate::pages::organization::templates::{read, read_wording};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// What stands in the frame when there is no mail to show.
#[derive(Template)]
#[template(path = "no_preview.html")]
struct NoPreview {
    language: &'static str,
    title: String,
    problems: Vec<String>,
}

/// Shows the mail with the text that stands.
pub(crate) async fn show(visit: Visit, Path(place): Path<(OrganizationId, String, String)>) -> Answer {
    let (organization, template) = read(&place)?;
    mail(&visit, organization, template, None, false).await
}

/// Shows the mail with the text that was typed. Nothing is saved.
pub(crate) async fn act(
    State(_): State<Web>,
    Path(place): Path<(OrganizationId, String, String)>,
    posted: Posted,
) -> Answer {
    let (organization, template) = read(&place)?;
    let visit = &posted.visit;
    // Who does not belong learns nothing of what is wrong with a text.
    seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    match read_wording(&posted, template.kind, &mut problems) {
        Some(wording) => mail(visit, organization, template, Some(wording), posted.text("part") == "text").await,
        None => {
            let found = ["subject", "text"].iter().filter_map(|field| problems.of(field)).collect();
            Ok(no_preview(visit, found))
        }
    }
}

async fn mail(
    visit: &Visit,
    organization: OrganizationId,
    template: TemplateKey,
    wording: Option<Wording>,
    as_text: bool,
) -> Answer {
    let memberships = visit.web.memberships();
    let logo = seen(visit, organization).await?.head.organization.branding.logo_url;
    let letter = match or_refusal(memberships.preview(organization, visit.actor()?, template, wording).await)? {
        Ok(letter) => letter,
        Err(refusal) => return Ok(no_preview(visit, vec![visit.words.refusal(&refusal)])),
    };
    if as_text {
        let text = format!("{}\n\n{}", letter.subject, letter.text.expose_secret());
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        let mut answer = framed(text.into_response(), logo.as_ref())?;
        answer.headers_mut().insert(CONTENT_TYPE, plain);
        return Ok(answer);
    }
    framed(Html(letter.html.expose_secret().to_owned()).into_response(), logo.as_ref())
}

fn no_preview(visit: &Visit, problems: Vec<String>) -> Response {
    let (words, language) = (visit.words, visit.words.language.tag());
    let page = NoPreview { language, title: words.t("template-no-preview"), problems };
    let body = page.render().unwrap_or_default();
    let answer = (StatusCode::UNPROCESSABLE_ENTITY, Html(body)).into_response();
    framed(answer, None).unwrap_or_else(|stop| stop.shown(visit))
}

/// No script, no form, no cookie, and no request to anywhere but for the organization's logo.
fn framed(mut answer: Response, logo: Option<&LogoUrl>) -> Result<Response, Stop> {
    let logo = logo.map(LogoUrl::origin).unwrap_or_default();
    let policy =
        format!("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: {logo}; frame-ancestors 'self'");
    let policy = HeaderValue::from_str(&policy).map_err(|_| Stop::NotFound)?;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    Ok(answer)
}
