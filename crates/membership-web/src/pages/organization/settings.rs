//! An organization's name and looks, of whom it asks a second factor, and the one way to end it (S0.4, S1.4, S3.8).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::branding::{Accent, LogoUrl, SenderName};
use membership_core::command::{BrandingChange, ChangePolicy, Customize, Rename};
use membership_core::email::EmailAddress;
use membership_core::id::OrganizationId;
use membership_core::member::MemberStatus;
use membership_core::name::OrganizationName;
use membership_core::policy::{OrganizationPolicy, SecondFactorPolicy};
use membership_core::port::{InvitationQuery, MemberQuery};
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::invitations::Tab;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    page: Page,
    base: String,
    rename: Option<Field>,
    /// How pages look and what mails say they come from.
    looks: Option<Vec<Field>>,
    second_factor: Option<Choices>,
    delete: Option<Deletion>,
    takes_backup: bool,
    organization_id: String,
    /// What the viewer has seen, so that nobody's change is overwritten unseen.
    version: u64,
}

/// The last of all forms, and whom it hits.
struct Deletion {
    field: Field,
    consequences: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows what the viewer may change.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let changing = ["rename", "customize", "change_policy", "delete", "take_backup"];
    let may_change = changing.iter().any(|action| view.allowed_actions.contains(action));
    if !may_change {
        return Err(Stop::NotAllowed);
    }
    form(&visit, &view, None, &Problems::none(visit.words), asked.done.as_deref()).await
}

/// Gives the organization another name.
pub(crate) async fn rename(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(name) = problems.read(OrganizationName::parse(posted.text("name"))) {
        let command = Rename { organization, by, name, expected: posted.version() };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings?done=renamed"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    form(visit, &view, Some(&posted), &problems, None).await
}

/// Gives its pages another colour and logo, and its mails another logo and sender. What is left empty is taken away.
pub(crate) async fn customize(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(branding) = read_looks(&posted, &mut problems) {
        let command = Customize { organization, by, name: None, branding, expected: posted.version() };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings?done=looks-saved"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    form(visit, &view, Some(&posted), &problems, None).await
}

fn read_looks(posted: &Posted, problems: &mut Problems) -> Option<BrandingChange> {
    let accent = problems.read(posted.optional("accent").map(Accent::parse).transpose());
    let logo_url = problems.read(posted.optional("logo_url").map(LogoUrl::parse).transpose());
    let sender_name = problems.read(posted.optional("sender_name").map(SenderName::parse).transpose());
    let reply_to = posted.optional("reply_to").map(EmailAddress::parse).transpose();
    let reply_to = problems.read(reply_to.map_err(|input| input.about("reply_to")));
    Some(BrandingChange {
        accent: Some(accent?),
        logo_url: Some(logo_url?),
        sender_name: Some(sender_name?),
        reply_to: Some(reply_to?),
    })
}

/// Chooses of whom a second factor is asked. Whoever asks it of others has shown one.
pub(crate) async fn ask_second_factor(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    let chosen = SecondFactorPolicy::ALL.into_iter().find(|it| it.as_str() == posted.text("second_factor"));
    if let Some(second_factor) = chosen {
        let policy = OrganizationPolicy { second_factor, ..view.head.organization.policy.clone() };
        let command = ChangePolicy { organization, by, policy, expected: posted.version() };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings?done=second-factor-set"))),
            Err(refusal) => problems.add(&refusal),
        }
    } else {
        problems.say("second_factor", visit.words.t("policy-factor-choose"));
    }
    form(visit, &view, Some(&posted), &problems, None).await
}

/// Deletes the organization, if its name was typed.
pub(crate) async fn delete(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    let typed = posted.text("confirm_name");
    if OrganizationName::parse(typed).is_ok_and(|name| name == view.head.organization.name) {
        match or_refusal(web.memberships().delete(organization, by).await)? {
            Ok(()) => return Ok(see_other("/organizations?done=deleted")),
            Err(refusal) => problems.add(&refusal),
        }
    } else {
        problems.say("confirm_name", visit.words.t("delete-name-differs"));
    }
    form(visit, &view, Some(&posted), &problems, None).await
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path(organization): Path<OrganizationId>) -> Response {
    see_other(&format!("/organizations/{organization}/settings"))
}

/// The page; the form that was sent shows what was typed into it, the others what there is.
async fn form(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
    done: Option<&str>,
) -> Answer {
    let words = visit.words;
    let delete = deletion(visit, view, posted, problems).await?;
    let may = |action: &str| view.allowed_actions.contains(&action);
    let organization = &view.head.organization;
    let name = organization.name.as_str();
    let typed = |field: &str| posted.and_then(|posted| posted.typed(field));
    let rename = Field::line("name", words.t("field-organization-name"))
        .with(typed("name").unwrap_or(name))
        .filled_with("organization")
        .at_most(OrganizationName::LONGEST);
    let page = visit.page(words.t("settings-title")).of(view, "settings").after(done);
    let template = SettingsPage {
        page: page.with_problem(problems.summary()),
        base: format!("/organizations/{}", organization.id),
        rename: may("rename").then(|| if typed("name").is_some() { rename.over(name, problems) } else { rename }),
        looks: may("customize").then(|| looks(visit, view, posted, problems)),
        second_factor: may("change_policy").then(|| second_factor(visit, view, typed("second_factor"), problems)),
        delete,
        takes_backup: may("take_backup"),
        version: organization.version,
        organization_id: organization.id.to_string(),
    };
    Ok(html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template))
}

/// The form that ends the organization, for whoever may send it, with how many people and invitations that hits.
async fn deletion(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Result<Option<Deletion>, Stop> {
    if !view.allowed_actions.contains(&"delete") {
        return Ok(None);
    }
    let (words, organization) = (visit.words, &view.head.organization);
    let (memberships, by) = (visit.web.memberships(), visit.actor()?);
    let active = MemberQuery { status: Some(MemberStatus::Active), limit: 1, ..MemberQuery::default() };
    let members = memberships.members(organization.id, by, &active).await?.total;
    let outstanding = InvitationQuery { limit: 1, ..Tab::Outstanding.query() };
    let invitations = memberships.invitations(organization.id, by, &outstanding).await?.total;
    let field = Field::line("confirm_name", words.t("field-confirm-name"))
        .with(posted.map_or("", |posted| posted.text("confirm_name")))
        .hinted(words.to_copy("hint-confirm-name", "name", organization.name.as_str()))
        .judged(problems);
    let consequences =
        vec![words.n("delete-members", members), words.n("delete-invitations", invitations), words.t("delete-final")];
    Ok(Some(Deletion { field, consequences }))
}

/// The colour of the pages, and what mails show and say they come from.
fn looks(visit: &Visit, view: &OrganizationView, posted: Option<&Posted>, problems: &Problems) -> Vec<Field> {
    let words = visit.words;
    let branding = &view.head.organization.branding;
    let kept = [
        branding.accent.map(|it| it.to_string()),
        branding.logo_url.as_ref().map(ToString::to_string),
        branding.sender_name.as_ref().map(|it| it.as_str().to_owned()),
        branding.reply_to.as_ref().map(ToString::to_string),
    ];
    let fields = [
        Field::line("accent", words.t("field-accent")).hinted(words.t("hint-accent")).at_most(7),
        Field::line("logo_url", words.t("field-logo-url")).hinted(words.t("hint-logo-url")).at_most(LogoUrl::LONGEST),
        Field::line("sender_name", words.t("field-sender-name"))
            .hinted(words.t("hint-sender-name"))
            .at_most(SenderName::LONGEST),
        Field::email("reply_to", words.t("field-reply-to")).filled_with("off").at_most(254),
    ];
    let names = ["accent", "logo_url", "sender_name", "reply_to"];
    fields
        .into_iter()
        .zip(kept)
        .zip(names)
        .map(|((field, kept), name)| {
            let kept = kept.unwrap_or_default();
            match posted.and_then(|posted| posted.typed(name)) {
                Some(typed) => field.with(typed).optional().over(&kept, problems),
                None => field.with(kept).optional(),
            }
        })
        .collect()
}

/// Of whom a second factor can be asked, with what each choice means.
fn second_factor(visit: &Visit, view: &OrganizationView, typed: Option<&str>, problems: &Problems) -> Choices {
    let words = visit.words;
    let kept = view.head.organization.policy.second_factor.as_str();
    let choice = |it: SecondFactorPolicy| Choice {
        value: it.as_str().to_owned(),
        title: words.t(&format!("policy-factor-{}", it.as_str())),
        about: words.t(&format!("policy-factor-{}-about", it.as_str())),
        chosen: false,
    };
    let choices = choose(SecondFactorPolicy::ALL.into_iter().map(choice).collect(), typed.unwrap_or(kept));
    let choices = Choices::new("second_factor", words.t("policy-factor-legend"), choices);
    if typed.is_some() { choices.over(kept, problems) } else { choices }
}
