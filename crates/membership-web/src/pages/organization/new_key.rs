//! Make a key: what it is for, what it may do and until when; then its text, this once (I12).

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::api_key::NewKey;
use membership_core::command::CreateKey;
use membership_core::id::{ApiKeyId, OrganizationId};
use membership_core::name::KeyName;
use membership_core::refusal::Refusal;
use membership_core::role::Permission;
use membership_core::secret::{KeyKind, KeyText};
use membership_core::service::Outcome;
use membership_core::view::OrganizationView;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::pages::organization::shown_once::ShownOnce;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// For how many days keys are made on the page; the API takes any number up to [`NewKey::MOST_DAYS`].
const DAYS: [u16; 5] = [7, 30, NewKey::DEFAULT_DAYS, 180, NewKey::MOST_DAYS];

/// Asks what the key is to be.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen(&visit, organization).await?;
    form(&visit, &view, None, &Problems::none(visit.words)).await
}

/// Makes it and shows its text.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    let text = KeyText::new(KeyKind::Organization, organization.0, web.memberships().ports().random.secret());
    let Some(key) = read(&posted, &text, &mut problems) else {
        return form(visit, &view, Some(&posted), &problems).await;
    };
    let receipt = posted.once().receipt(web.memberships(), organization.0).await?;
    let request = posted.once().request(visit, organization.0);
    let command = CreateKey { organization, by, key };
    match or_refusal(web.memberships().run(&command, request, |_| Some(receipt.clone())).await)? {
        Ok(Outcome::Done(key)) => {
            let page = visit.page(visit.words.t1("key-made-title", "name", &key.name)).of(&view, "keys");
            Ok(html(StatusCode::OK, &shown(page, &text, format!("/organizations/{organization}/keys"))))
        }
        // The first press made the key, and its answer had the text; there is no other copy of it.
        Ok(Outcome::Repeated(_)) => Ok(see_other(&format!("/organizations/{organization}/keys?done=key-made-already"))),
        Err(refusal) => {
            match refusal {
                Refusal::ScopeAboveYours { .. } => problems.add_to("scopes", &refusal),
                refusal => problems.add(&refusal),
            }
            form(visit, &view, Some(&posted), &problems).await
        }
    }
}

/// The page with a key's text.
pub(crate) fn shown(page: Page, text: &KeyText, back: String) -> ShownOnce {
    ShownOnce {
        lead: page.t("key-made-lead"),
        label: page.t("key-label"),
        hint: page.t("shown-once-hint"),
        secret: text.expose().to_owned(),
        back,
        page,
    }
}

/// What the key is to be, if it can be read.
pub(crate) fn read(posted: &Posted, text: &KeyText, problems: &mut Problems) -> Option<NewKey> {
    let name = problems.read(KeyName::parse(posted.text("name")));
    let scopes = posted.all("scopes").map(|it| Permission::parse(it).map_err(|input| input.about("scopes")));
    let scopes = problems.read(scopes.collect());
    let days = Some(days(posted.text("days")));
    Some(NewKey { id: ApiKeyId(posted.once().id("key")), name: name?, scopes: scopes?, days, token: text.hash() })
}

/// The number that was chosen, or the usual one.
fn days(text: &str) -> u16 {
    DAYS.into_iter().find(|it| text == it.to_string()).unwrap_or(NewKey::DEFAULT_DAYS)
}

async fn form(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Result<Response, Stop> {
    let organization = view.head.organization.id;
    let offered = visit.web.memberships().keys(organization, visit.actor()?).await?.offered_scopes;
    if offered.is_empty() {
        return Err(Stop::NotAllowed);
    }
    let page = visit.page(visit.words.t("new-key-title")).of(view, "keys");
    let base = format!("/organizations/{organization}/keys");
    let template = question(page, (base, "new-key-lead"), &offered, posted, problems);
    Ok(html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template))
}

/// What a key is asked for; `base` is where the keys are, `lead` names the text that says what a key is.
pub(crate) fn question(
    page: Page,
    (base, lead): (String, &str),
    offered: &[Permission],
    posted: Option<&Posted>,
    problems: &Problems,
) -> Confirm {
    let words = page.words;
    let is_ticked = |it: &Permission| posted.is_some_and(|form| form.all("scopes").any(|text| text == it.as_str()));
    let scopes = offered.iter().map(|it| Choice {
        value: it.to_string(),
        title: words.permission(it),
        about: it.to_string(),
        chosen: is_ticked(it),
    });
    let lasting = DAYS.map(|days| Choice {
        value: days.to_string(),
        title: words.n("key-days", days),
        about: String::new(),
        chosen: false,
    });
    let chosen = days(posted.map_or("", |form| form.text("days")));
    Confirm {
        page: page.under(base.clone(), words.t("keys-title")).with_problem(problems.summary()),
        consequences: vec![words.t(lead)],
        choices: Some(Choices::several("scopes", words.t("field-scopes"), scopes.collect()).judged(problems)),
        fields: vec![
            Field::line("name", words.t("field-key-name"))
                .with(posted.map_or("", |form| form.text("name")))
                .hinted(words.t("hint-key-name"))
                .at_most(KeyName::LONGEST)
                .judged(problems),
            Field::select("days", words.t("field-key-days"), choose(lasting.into(), &chosen.to_string())),
        ],
        action: format!("{base}/new"),
        submit: words.t("new-key-submit"),
        grave: false,
        back: base,
    }
}
