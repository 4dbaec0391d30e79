//! An organization for somebody else: it awaits the owner whose address is named (S0.1).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use membership_core::command::FoundFor;
use membership_core::draft::Actor;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::language::Language;
use membership_core::name::OrganizationName;
use membership_core::preset::Preset;

use super::{PATH, operator, owner_to_be, page_below, read_owner, read_terms, sold};
use crate::answer::{Answer, html, see_other};
use crate::form::{Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::account::profile::languages;
use crate::pages::organizations::preset_cards;
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "operator_found.html")]
struct FoundPage {
    page: Page,
    fields: Vec<Field>,
    presets: Choices,
    sold: Vec<Field>,
}

/// Asks for whom, and what is sold.
pub(crate) async fn show(visit: Visit) -> Answer {
    operator(&visit)?;
    Ok(form(&visit, None, &Problems::none(visit.words)))
}

/// Creates it and invites its owner.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let by = operator(&posted.visit)?;
    let mut problems = Problems::none(posted.visit.words);
    if let Some(command) = read(&posted, by, &mut problems) {
        let (once, memberships) = (posted.once(), web.memberships());
        let receipt = once.receipt(memberships, command.id.0).await?;
        let request = once.request(&posted.visit, command.id.0);
        match or_refusal(memberships.run(&command, request, |_| Some(receipt.clone())).await)? {
            Ok(_) => {
                let there = format!("{PATH}/organizations/{}?done=organization-awaits-owner", command.id);
                return Ok(see_other(&there));
            }
            Err(refusal) => problems.add(&refusal),
        }
    }
    Ok(form(&posted.visit, Some(&posted), &problems))
}

fn read(posted: &Posted, by: Actor, problems: &mut Problems) -> Option<FoundFor> {
    let name = problems.read(OrganizationName::parse(posted.text("name")));
    let owner = read_owner(posted, problems);
    let policy = problems.read(Preset::named(posted.text("preset")).and_then(Preset::policy));
    let language = problems.read(posted.text("language").parse::<Language>());
    let terms = read_terms(posted, problems);
    let once = posted.once();
    Some(FoundFor {
        id: OrganizationId(once.id("organization")),
        name: name?,
        policy: policy?,
        language: language?,
        terms: terms?,
        owner: owner?,
        invitation: InvitationId(once.id("invitation")),
        by,
    })
}

fn form(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Response {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let sold_so_far = |name: &str| typed(name).to_owned();
    let language = if posted.is_some() { typed("language") } else { words.language.tag() };
    let fields = vec![
        Field::line("name", words.t("field-organization-name"))
            .with(typed("name"))
            .at_most(OrganizationName::LONGEST)
            .judged(problems),
        owner_to_be(words, problems, typed("owner_email")),
        Field::select("language", words.t("field-organization-language"), languages(words, language)).judged(problems),
    ];
    let template = FoundPage {
        page: page_below(visit, words.t("operator-found-title")).with_problem(problems.summary()),
        fields,
        presets: preset_cards(words, typed("preset")).judged(problems),
        sold: sold(words, problems, sold_so_far, sold_so_far),
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template)
}
