//! An organization's name, of whom it asks a second factor, and the one way to end it (S0.4, S1.4).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{ChangePolicy, Rename};
use membership_core::id::OrganizationId;
use membership_core::name::OrganizationName;
use membership_core::policy::{OrganizationPolicy, SecondFactorPolicy};
use membership_core::refusal::Refusal;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
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
    second_factor: Option<Choices>,
    delete: Option<Field>,
    takes_backup: bool,
    brands: bool,
    organization_id: String,
    /// What the viewer has seen, so that nobody's change is overwritten unseen.
    version: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows what the viewer may change.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    let changing = ["rename", "change_policy", "delete", "take_backup"];
    let may_change = changing.iter().any(|action| view.allowed_actions.contains(action));
    if !may_change {
        return Err(Stop::NotAllowed);
    }
    let name = view.head.organization.name.to_string();
    Ok(form(&visit, &view, &name, "", &Problems::none(visit.words), asked.done.as_deref()))
}

/// Gives the organization another name.
pub(crate) async fn rename(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(name) = problems.read(OrganizationName::parse(posted.text("name"))) {
        let expected = posted.optional("version").and_then(|version| version.parse().ok());
        let command = Rename { organization, by, name, expected };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings?done=renamed"))),
            // Somebody else was faster: both names are shown, and the next press decides.
            Err(refusal @ Refusal::ChangedMeanwhile) => {
                let present = seen(visit, organization).await?.head.organization.name;
                problems.add(&refusal);
                problems.say("name", visit.words.t1("rename-changed", "name", present));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    Ok(form(visit, &view, posted.text("name"), "", &problems, None))
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
        let expected = posted.optional("version").and_then(|version| version.parse().ok());
        let command = ChangePolicy { organization, by, policy, expected };
        match or_refusal(web.memberships().execute(&command).await)? {
            Ok(_) => return Ok(see_other(&format!("/organizations/{organization}/settings?done=second-factor-set"))),
            Err(refusal) => problems.add(&refusal),
        }
    } else {
        problems.say("second_factor", visit.words.t("policy-factor-choose"));
    }
    let name = view.head.organization.name.to_string();
    Ok(form(visit, &view, &name, "", &problems, None))
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
    let name = view.head.organization.name.to_string();
    Ok(form(visit, &view, &name, typed, &problems, None))
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path(organization): Path<OrganizationId>) -> Response {
    see_other(&format!("/organizations/{organization}/settings"))
}

fn form(
    visit: &Visit,
    view: &OrganizationView,
    name: &str,
    confirm_name: &str,
    problems: &Problems,
    done: Option<&str>,
) -> Response {
    let words = visit.words;
    let may = |action: &str| view.allowed_actions.contains(&action);
    let rename = Field::line("name", words.t("field-organization-name"))
        .with(name)
        .filled_with("organization")
        .at_most(OrganizationName::LONGEST);
    let delete = Field::line("confirm_name", words.t("field-confirm-name")).with(confirm_name).hinted(words.t1(
        "hint-confirm-name",
        "name",
        &view.head.organization.name,
    ));
    let page = visit.page(words.t("settings-title")).of(view, "settings").after(done);
    let template = SettingsPage {
        page: page.with_problem(problems.summary()),
        base: format!("/organizations/{}", view.head.organization.id),
        rename: may("rename").then(|| rename.judged(problems)),
        second_factor: may("change_policy").then(|| second_factor(visit, view).judged(problems)),
        delete: may("delete").then(|| delete.judged(problems)),
        takes_backup: may("take_backup"),
        brands: may("customize"),
        version: view.head.organization.version,
        organization_id: view.head.organization.id.to_string(),
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template)
}

/// Of whom a second factor can be asked, with what each choice means.
fn second_factor(visit: &Visit, view: &OrganizationView) -> Choices {
    let words = visit.words;
    let choice = |it: SecondFactorPolicy| Choice {
        value: it.as_str().to_owned(),
        title: words.t(&format!("policy-factor-{}", it.as_str())),
        about: words.t(&format!("policy-factor-{}-about", it.as_str())),
        chosen: it == view.head.organization.policy.second_factor,
    };
    let choices = SecondFactorPolicy::ALL.into_iter().map(choice).collect();
    Choices::new("second_factor", words.t("policy-factor-legend"), choices)
}
