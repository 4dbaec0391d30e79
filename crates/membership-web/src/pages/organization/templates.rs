//! The texts of an organization's mails: the list, and the editor of one with its preview (S0.8, S1.5).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{PutTemplate, ResetTemplate};
use membership_core::id::OrganizationId;
use membership_core::language::Language;
use membership_core::refusal::Refusal;
use membership_core::service::TemplateText;
use membership_core::view::OrganizationView;
use membership_core::wording::{TemplateKey, TemplateKind, Wording};
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "templates.html")]
struct TemplatesPage {
    page: Page,
    kinds: Vec<Kind>,
}

/// One kind of mail in every language.
struct Kind {
    name: String,
    templates: Vec<Line>,
}

struct Line {
    href: String,
    label: String,
    subject: String,
    own: bool,
    broken: bool,
}

#[derive(Template)]
#[template(path = "template.html")]
struct EditorPage {
    page: Page,
    base: String,
    state: String,
    own: bool,
    /// Why the organization's own text is not used, if it is not.
    broken: Option<String>,
    fields: Vec<Field>,
    placeholders: Vec<Explained>,
    version: u64,
}

/// A placeholder with what it becomes.
pub(crate) struct Explained {
    pub written: String,
    pub about: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

type Place = (OrganizationId, String, String);

/// Lists the mails with what they say.
pub(crate) async fn list(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let templates = visit.web.memberships().templates(organization, visit.actor()?).await?;
    let words = visit.words;
    let line = |it: &TemplateText| Line {
        href: format!("/organizations/{organization}/templates/{}", it.view.template),
        label: words.t(&format!("language-{}", it.view.template.language)),
        subject: it.text().subject.clone(),
        own: it.view.own.is_some(),
        broken: it.problem.is_some(),
    };
    let kind = |kind: TemplateKind| Kind {
        name: words.t(&format!("template-{}", slug(kind))),
        templates: templates.iter().filter(|it| it.view.template.kind == kind).map(line).collect(),
    };
    let page = visit.page(words.t("templates-title")).of(&view, "templates").after(asked.done.as_deref());
    Ok(html(StatusCode::OK, &TemplatesPage { page, kinds: TemplateKind::ALL.map(kind).into() }))
}

/// Shows the editor of a template.
pub(crate) async fn show(visit: Visit, Path(place): Path<Place>, Query(asked): Query<Asked>) -> Answer {
    let (organization, template) = read(&place)?;
    let (view, text) = editable(&visit, organization, template).await?;
    Ok(editor(&visit, &view, &text, None, &Problems::none(visit.words), asked.done.as_deref()))
}

/// Saves a text. What cannot be used stays in the form.
pub(crate) async fn save(State(web): State<Web>, Path(place): Path<Place>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let (organization, template) = read(&place)?;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(wording) = read_wording(&posted, template.kind, &mut problems) {
        let expected = posted.version();
        let command = PutTemplate { organization, by, template, wording, expected };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => {
                let here = format!("/organizations/{organization}/templates/{template}");
                return Ok(see_other(&format!("{here}?done=template-saved")));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let (view, text) = editable(visit, organization, template).await?;
    Ok(editor(visit, &view, &text, Some(&posted), &problems, None))
}

/// Asks whether to go back to the built-in text.
pub(crate) async fn ask_reset(visit: Visit, Path(place): Path<Place>) -> Answer {
    let (organization, template) = read(&place)?;
    let (view, text) = editable(&visit, organization, template).await?;
    Ok(confirm_reset(&visit, &view, &text, &Problems::none(visit.words)))
}

/// Goes back to the built-in text.
pub(crate) async fn reset(State(web): State<Web>, Path(place): Path<Place>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let (organization, template) = read(&place)?;
    let command = ResetTemplate { organization, by: visit.actor()?, template, expected: None };
    match or_refusal(web.memberships().execute(&command).await)? {
        Ok(_) => {
            let here = format!("/organizations/{organization}/templates/{template}");
            Ok(see_other(&format!("{here}?done=template-reset")))
        }
        Err(refusal) => {
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            let (view, text) = editable(visit, organization, template).await?;
            Ok(confirm_reset(visit, &view, &text, &problems))
        }
    }
}

fn confirm_reset(visit: &Visit, view: &OrganizationView, text: &TemplateText, problems: &Problems) -> Response {
    let (words, template) = (visit.words, text.view.template);
    let base = format!("/organizations/{}/templates", view.head.organization.id);
    let page = visit.page(words.t("template-reset-title")).of(view, "templates");
    let page = page.under(base.clone(), words.t("templates-title"));
    let page = page.under(format!("{base}/{template}"), title(words, template));
    let confirm = Confirm {
        page: page.with_problem(problems.summary()),
        consequences: vec![words.t("template-reset-text"), words.t("template-reset-sent")],
        fields: Vec::new(),
        choices: None,
        action: format!("{base}/{template}/reset"),
        submit: words.t("template-reset"),
        grave: true,
        back: format!("{base}/{template}"),
    };
    html(problems.status(), &confirm)
}

/// The template of an address; what names none is not there.
pub(crate) fn read((organization, kind, language): &Place) -> Result<(OrganizationId, TemplateKey), Stop> {
    let kind = kind.parse().map_err(|_| Stop::NotFound)?;
    let language = language.parse().map_err(|_| Stop::NotFound)?;
    Ok((*organization, TemplateKey { kind, language }))
}

/// The text that was typed, if it can be used.
pub(crate) fn read_wording(posted: &Posted, kind: TemplateKind, problems: &mut Problems) -> Option<Wording> {
    let read = Wording::parse(kind, posted.text("subject"), posted.text("text"));
    let Err(input) = read else { return read.ok() };
    // These name what to change, in words of the person's language.
    let named = input.rule.split('`').nth(1).unwrap_or_default().to_owned();
    let key = format!("wording-{}", input.code);
    match posted.visit.words.find1(&key, "named", named) {
        Some(text) => problems.say(&input.field, text),
        None => problems.add(&Refusal::Invalid(input)),
    }
    None
}

async fn editable(
    visit: &Visit,
    organization: OrganizationId,
    template: TemplateKey,
) -> Result<(OrganizationView, TemplateText), Stop> {
    let view = seen(visit, organization).await?;
    if !view.allowed_actions.contains(&"edit_templates") {
        return Err(Stop::NotAllowed);
    }
    let text = visit.web.memberships().template(organization, visit.actor()?, template).await?;
    Ok((view, text))
}

fn editor(
    visit: &Visit,
    view: &OrganizationView,
    text: &TemplateText,
    posted: Option<&Posted>,
    problems: &Problems,
    done: Option<&str>,
) -> Response {
    let (words, template) = (visit.words, text.view.template);
    let list = format!("/organizations/{}/templates", view.head.organization.id);
    let shown = text.view.own.as_ref().unwrap_or(&text.built_in);
    let typed = |name: &str, else_: &str| posted.map_or(else_, |posted| posted.text(name)).to_owned();
    let page = visit.page(title(words, template)).of(view, "templates").after(done);
    let fields = wording_fields(words, &typed("subject", &shown.subject), &typed("text", &shown.text), problems);
    let kept = [&shown.subject, &shown.text];
    let editor = EditorPage {
        page: page.under(list.clone(), words.t("templates-title")).with_problem(problems.summary()),
        base: format!("{list}/{template}"),
        state: words.t(if text.view.own.is_some() { "template-own" } else { "template-built-in" }),
        own: text.view.own.is_some(),
        broken: text.problem.as_ref().map(|_| words.t("template-broken")),
        fields: fields.into_iter().zip(kept).map(|(field, kept)| field.over(kept, problems)).collect(),
        placeholders: explained(words, template.kind),
        version: text.view.version,
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &editor)
}

/// The fields of a mail's text.
pub(crate) fn wording_fields(words: Words, subject: &str, text: &str, problems: &Problems) -> Vec<Field> {
    vec![
        Field::line("subject", words.t("field-subject"))
            .with(subject)
            .at_most(Wording::LONGEST_SUBJECT)
            .judged(problems),
        Field::area("text", words.t("field-text"), 18)
            .with(text)
            .hinted(words.t("hint-text"))
            .at_most(Wording::LONGEST_TEXT)
            .judged(problems),
    ]
}

/// What may stand between braces in a kind of mail.
pub(crate) fn explained(words: Words, kind: TemplateKind) -> Vec<Explained> {
    let explain = |it: &membership_core::wording::Placeholder| Explained {
        written: if it.flag {
            format!("{{% if {} %}} … {{% else %}} … {{% endif %}}", it.name)
        } else {
            format!("{{{{ {} }}}}", it.name)
        },
        about: words.t(&format!("placeholder-{}", it.name.replace('_', "-"))),
    };
    kind.placeholders().iter().map(explain).collect()
}

/// What a template is called.
fn title(words: Words, template: TemplateKey) -> String {
    let language = |it: Language| words.t(&format!("language-{it}"));
    let kind = words.t(&format!("template-{}", slug(template.kind)));
    words.t2("template-title", ("kind", kind), ("language", language(template.language)))
}

pub(crate) fn slug(kind: TemplateKind) -> String {
    kind.as_str().replace('_', "-")
}
