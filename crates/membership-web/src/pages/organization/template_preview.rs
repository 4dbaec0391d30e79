//! What a mail would look like, as a document of its own that a page frames: shut off like any mail.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use membership_core::branding::LogoUrl;
use membership_core::id::OrganizationId;
use membership_core::service::Offered;
use membership_core::wording::{TemplateKey, TemplateKind, Wording};
use secrecy::ExposeSecret;

use crate::answer::Answer;
use crate::form::{Posted, Problems};
use crate::pages::organization::invite_terms::Terms;
use crate::pages::organization::seen;
use crate::pages::organization::templates::{read, read_wording};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// The fields whose problems the frame tells.
const FIELDS: [&str; 8] =
    ["role", "message", "language", "send_at", "expires_in_days", "deactivates_at", "subject", "text"];

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
    mail(&visit, organization, (template, None, Offered::default()), false).await
}

/// Shows the mail with what was typed: its text, or what an invitation offers. Nothing is saved.
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
    match read_shown(&posted, template, &mut problems) {
        Some(shown) => mail(visit, organization, shown, posted.text("part") == "text").await,
        None => {
            let found = FIELDS.iter().filter_map(|field| problems.of(field)).collect();
            Ok(no_preview(visit, found))
        }
    }
}

/// Which mail is shown, with a text in place of the organization's, and what it offers.
type Shown = (TemplateKey, Option<Wording>, Offered);

/// The text as it was typed; of the form that invites, also everything else that its mail tells.
fn read_shown(posted: &Posted, template: TemplateKey, problems: &mut Problems) -> Option<Shown> {
    let invites = template.kind == TemplateKind::Invitation && posted.typed("addresses").is_some();
    if !invites {
        let wording = read_wording(posted, template.kind, problems)?;
        return Some((template, Some(wording), Offered::default()));
    }
    let terms = Terms::read(posted, problems)?;
    let language = terms.language.unwrap_or(template.language);
    let offered = terms.offered();
    Some((TemplateKey { language, ..template }, terms.wording, offered))
}

async fn mail(
    visit: &Visit,
    organization: OrganizationId,
    (template, wording, offered): Shown,
    as_text: bool,
) -> Answer {
    let memberships = visit.web.memberships();
    let logo = seen(visit, organization).await?.head.organization.branding.logo_url;
    let by = visit.actor()?;
    let shown = memberships.preview_offered(organization, by, template, wording, &offered).await;
    let letter = match or_refusal(shown)? {
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
