//! How an organization looks and signs its mails: colour, logo, sender (S3.8).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::branding::{Accent, Branding, LogoUrl, SenderName};
use membership_core::command::{BrandingChange, Customize};
use membership_core::email::EmailAddress;
use membership_core::id::OrganizationId;
use membership_core::refusal::Refusal;
use membership_core::view::OrganizationView;
use membership_core::wording::{TemplateKey, TemplateKind};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "branding.html")]
struct BrandingPage {
    page: Page,
    base: String,
    fields: Vec<Field>,
    /// Whether the colour is one of the organization's own.
    own_colour: bool,
    /// Where a mail is shown as it looks now.
    preview: Option<String>,
    version: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows how it looks now.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"customize") {
        return Err(Stop::NotAllowed);
    }
    Ok(form(&visit, &view, None, &Problems::none(visit.words), asked.done.as_deref()))
}

/// Changes it. What is left empty goes.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(branding) = read(&posted, &mut problems) {
        let expected = posted.optional("version").and_then(|version| version.parse().ok());
        let command = Customize { organization, by, name: None, branding, expected };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings/branding?done=branded"))),
            // The page shows the present version again, so that the next press decides.
            Err(refusal @ Refusal::ChangedMeanwhile) => {
                problems.add(&refusal);
                problems.say_of_all(visit.words.t("branding-changed"));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    Ok(form(visit, &view, Some(&posted), &problems, None))
}

fn read(posted: &Posted, problems: &mut Problems) -> Option<BrandingChange> {
    let own_colour = posted.text("own_colour") == "yes";
    let accent = posted.optional("accent").filter(|_| own_colour).map(Accent::parse);
    let accent = problems.read(accent.transpose());
    let logo_url = problems.read(posted.optional("logo_url").map(LogoUrl::parse).transpose());
    let sender_name = problems.read(posted.optional("sender_name").map(SenderName::parse).transpose());
    let reply_to = posted.optional("reply_to").map(EmailAddress::parse).transpose();
    let reply_to = problems.read(reply_to.map_err(|input| input.about("reply_to")));
    Some(BrandingChange {
        logo_url: Some(logo_url?),
        accent: Some(accent?),
        sender_name: Some(sender_name?),
        reply_to: Some(reply_to?),
    })
}

/// The colour of the pages where the organization has none of its own.
const USUAL: &str = "#3f51c7";

fn form(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
    done: Option<&str>,
) -> Response {
    let (words, organization) = (visit.words, &view.head.organization);
    let Branding { logo_url, accent, sender_name, reply_to, .. } = &organization.branding;
    let or_typed = |name: &str, present: Option<String>| match posted {
        Some(posted) => posted.text(name).to_owned(),
        None => present.unwrap_or_default(),
    };
    let colour = or_typed("accent", Some(accent.as_ref().map_or(USUAL.to_owned(), ToString::to_string)));
    let logo = or_typed("logo_url", logo_url.as_ref().map(ToString::to_string));
    let sender = or_typed("sender_name", sender_name.as_ref().map(|it| it.as_str().to_owned()));
    let answers = or_typed("reply_to", reply_to.as_ref().map(ToString::to_string));
    let fields = vec![
        Field::line("accent", words.t("field-accent")).of_kind("color").with(colour).hinted(words.t("hint-accent")),
        Field::line("logo_url", words.t("field-logo-url"))
            .of_kind("url")
            .with(logo)
            .hinted(words.t("hint-logo-url"))
            .at_most(LogoUrl::LONGEST)
            .optional(),
        Field::line("sender_name", words.t("field-sender-name"))
            .with(sender)
            .hinted(words.t1("hint-sender-name", "name", &organization.name))
            .at_most(SenderName::LONGEST)
            .optional(),
        Field::email("reply_to", words.t("field-reply-to"))
            .with(answers)
            .hinted(words.t("hint-reply-to"))
            .filled_with("off")
            .at_most(254)
            .optional(),
    ];
    let base = format!("/organizations/{}", organization.id);
    let invitation = TemplateKey { kind: TemplateKind::Invitation, language: organization.language };
    let previews = view.allowed_actions.contains(&"edit_templates");
    let page = visit.page(words.t("branding-title")).of(view, "settings");
    let template = BrandingPage {
        page: page
            .under(format!("{base}/settings"), words.t("settings-title"))
            .after(done)
            .with_problem(problems.summary()),
        fields: fields.into_iter().map(|field| field.judged(problems)).collect(),
        own_colour: posted.map_or(accent.is_some(), |posted| posted.text("own_colour") == "yes"),
        preview: previews.then(|| format!("{base}/templates/{invitation}/preview")),
        version: organization.version,
        base,
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template)
}
