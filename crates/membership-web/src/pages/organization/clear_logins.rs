//! Clear all logins, behind typing the organization's name, and take it back within a day (S4.9).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use membership_core::id::{ClearId, OrganizationId};
use membership_core::login_clear::{ClearCounts, ClearState, LeftAlone, NotGivenBack};
use membership_core::refusal::Refusal;
use membership_core::service::{ClearView, Request};
use membership_core::view::OrganizationView;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

/// How many clears are shown.
const MOST_CLEARS: usize = 5;

/// The end of the roster's page, for whoever may clear all logins.
#[derive(Template)]
#[template(path = "clears.html")]
pub(crate) struct Clears {
    words: Words,
    base: String,
    clears: Vec<ClearRow>,
}

struct ClearRow {
    title: String,
    when: String,
    told: Vec<String>,
    under_way: bool,
    /// Where it can be taken back.
    undo: Option<String>,
}

impl Clears {
    /// The latest clears, and the way to another one.
    pub(crate) async fn of(visit: &Visit, view: &OrganizationView) -> Result<Option<Self>, Stop> {
        if !view.allowed_actions.contains(&"clear_logins") {
            return Ok(None);
        }
        let organization = view.head.organization.id;
        let clears = visit.web.memberships().login_clears(organization, visit.actor()?).await?;
        let base = format!("/organizations/{organization}");
        let row = |it: &ClearView| ClearRow::of(visit.words, &base, it);
        Ok(Some(Self { clears: clears.iter().take(MOST_CLEARS).map(row).collect(), words: visit.words, base }))
    }

    /// Whether one is under way, so that the page asks again and again.
    fn goes_on(&self) -> bool {
        self.clears.iter().any(|it| it.under_way)
    }
}

impl ClearRow {
    fn of(words: Words, base: &str, view: &ClearView) -> Self {
        let clear = &view.clear;
        let until = clear.undone_until().filter(|_| view.can_be_undone && clear.state == ClearState::Cleared);
        let mut told = told(words, &clear.counts);
        if clear.counts.given_back > 0 {
            told.push(words.n("clear-given-back", clear.counts.given_back));
        }
        for reason in NotGivenBack::ALL {
            let count = clear.counts.not_given_back.get(&reason);
            told.extend(count.map(|count| words.n(&key("not-given-back", reason.as_str()), count)));
        }
        told.extend(until.map(|at| words.t1("clear-undo-until", "moment", words.moment(at))));
        Self {
            title: words.t(&format!("clear-state-{}", clear.state.as_str())),
            when: words.t2("round-started", ("date", words.moment(clear.started_at)), ("name", &clear.starter)),
            told,
            under_way: clear.is_open(),
            undo: view.can_be_undone.then(|| format!("{base}/roster/clear-logins/{}/undo", clear.id)),
        }
    }
}

/// Says how many people it would hit, and why others are left alone, before the name can be typed.
pub(crate) async fn ask(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = permitted(&visit, organization).await?;
    page(&visit, &view, "", Problems::none(visit.words)).await
}

/// Clears all logins, if the organization's name was typed.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let whose = (organization, visit.actor()?);
    let typed = posted.text("confirm_name");
    let begun = web.accounts.clear_logins(whose, typed.to_owned(), Request::default(), |_| None).await;
    match or_refusal(begun)? {
        Ok(_) => Ok(see_other(&format!("/organizations/{organization}/roster?done=clear-begun"))),
        Err(refusal) => {
            let view = permitted(visit, organization).await?;
            let mut problems = Problems::none(visit.words);
            match &refusal {
                Refusal::Invalid(input) if input.field == "confirm_name" => {
                    problems.say("confirm_name", visit.words.t("clear-name-differs"));
                }
                refusal => problems.add(refusal),
            }
            page(visit, &view, typed, problems).await
        }
    }
}

/// Says what taking a clear back means.
pub(crate) async fn ask_undo(visit: Visit, Path((organization, clear)): Path<(OrganizationId, ClearId)>) -> Answer {
    let view = permitted(&visit, organization).await?;
    Ok(undo_page(&visit, &view, clear, &Problems::none(visit.words)))
}

/// Takes a clear back.
pub(crate) async fn undo(
    State(web): State<Web>,
    Path((organization, clear)): Path<(OrganizationId, ClearId)>,
    posted: Posted,
) -> Answer {
    let visit = &posted.visit;
    let whose = (organization, visit.actor()?);
    match or_refusal(web.accounts.undo_clear(whose, clear, Request::default(), |_| None).await)? {
        Ok(_) => Ok(see_other(&format!("/organizations/{organization}/roster?done=clear-undone"))),
        Err(refusal) => {
            let view = permitted(visit, organization).await?;
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            Ok(undo_page(visit, &view, clear, &problems))
        }
    }
}

async fn permitted(visit: &Visit, organization: OrganizationId) -> Result<OrganizationView, Stop> {
    let view = seen(visit, organization).await?;
    if view.allowed_actions.contains(&"clear_logins") { Ok(view) } else { Err(Stop::NotAllowed) }
}

async fn page(visit: &Visit, view: &OrganizationView, typed: &str, mut problems: Problems) -> Answer {
    let words = visit.words;
    let organization = &view.head.organization;
    let whose = (organization.id, visit.actor()?);
    let mut consequences = Vec::new();
    match or_refusal(visit.web.accounts.try_clearing(whose).await)? {
        Ok(counts) => {
            consequences.push(words.n("clear-would-hit", counts.hit()));
            consequences.extend(told(words, &counts));
            consequences.extend([words.t("clear-keys"), words.t("clear-order"), words.t("clear-undo")]);
        }
        Err(refusal) => problems.add(&refusal),
    }
    let field = Field::line("confirm_name", words.t("field-confirm-name")).with(typed);
    let field = field.hinted(words.to_copy("hint-confirm-name", "name", &organization.name));
    let template = Confirm {
        page: visit.page(words.t("clear-title")).of(view, "roster").with_problem(problems.summary()),
        consequences,
        fields: vec![field.judged(&problems)],
        choices: None,
        action: format!("/organizations/{}/roster/clear-logins", organization.id),
        submit: words.t("clear-submit"),
        grave: true,
        back: format!("/organizations/{}/roster", organization.id),
    };
    Ok(html(problems.status(), &template))
}

fn undo_page(visit: &Visit, view: &OrganizationView, clear: ClearId, problems: &Problems) -> Response {
    let words = visit.words;
    let base = format!("/organizations/{}", view.head.organization.id);
    let template = Confirm {
        page: visit.page(words.t("clear-undo-title")).of(view, "roster").with_problem(problems.summary()),
        consequences: vec![words.t("clear-undo-back"), words.t("clear-undo-anew"), words.t("clear-undo-not")],
        fields: Vec::new(),
        choices: None,
        action: format!("{base}/roster/clear-logins/{clear}/undo"),
        submit: words.t("clear-undo-submit"),
        grave: false,
        back: format!("{base}/roster"),
    };
    html(problems.status(), &template)
}

/// What becomes, or has become, of the logins.
fn told(words: Words, counts: &ClearCounts) -> Vec<String> {
    let mut told = Vec::new();
    for (key, count) in [("clear-gone", counts.gone), ("clear-untied", counts.untied)] {
        if count > 0 {
            told.push(words.n(key, count));
        }
    }
    for reason in LeftAlone::ALL {
        let count = counts.left_alone.get(&reason);
        told.extend(count.map(|count| words.n(&key("left-alone", reason.as_str()), count)));
    }
    told
}

fn key(prefix: &str, reason: &str) -> String {
    format!("{prefix}-{}", reason.replace('_', "-"))
}
