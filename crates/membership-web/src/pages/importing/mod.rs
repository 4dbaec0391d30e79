//! Many people at once: a file is chosen, tried, started, watched, and taken back (S2.7, S2.8, X.3).
//!
//! Between the trial and the start nothing is kept here: the page carries the file along, sealed
//! (`docs/decisions/0037-a-file-waits-in-its-page.md`).

use membership_core::id::OrganizationId;
use membership_core::import::RowResult;
use membership_core::view::OrganizationView;

use crate::page::Page;
use crate::pages::organization::seen;
use crate::stop::Stop;
use crate::visit::Visit;
use crate::words::Words;

pub(crate) mod begin;
mod parcel;
pub(crate) mod progress;
mod trial;
pub(crate) mod undo;

/// The organization, for whoever may bring people into it.
async fn seen_by_importer(visit: &Visit, organization: OrganizationId) -> Result<OrganizationView, Stop> {
    let view = seen(visit, organization).await?;
    if view.allowed_actions.contains(&"invite") { Ok(view) } else { Err(Stop::NotAllowed) }
}

/// The address of the page on which imports begin.
fn home(organization: OrganizationId) -> String {
    format!("/organizations/{organization}/members/import")
}

/// A page below the members.
fn page_of(visit: &Visit, view: &OrganizationView, title: String) -> Page {
    let members = format!("/organizations/{}/members", view.head.organization.id);
    visit.page(title).of(view, "members").under(members, visit.words.t("members-title"))
}

/// A page below the one on which imports begin.
fn page_below(visit: &Visit, view: &OrganizationView, title: String) -> Page {
    page_of(visit, view, title).under(home(view.head.organization.id), visit.words.t("import-title"))
}

/// How many rows have a result, to be shown as a figure.
struct Figure {
    label: String,
    number: u32,
}

/// The figures that are not nothing; texts begin with `prefix`.
fn figures(words: Words, prefix: &str, counted: impl Fn(RowResult) -> u32) -> Vec<Figure> {
    let figure = |result: RowResult| Figure {
        label: words.t(&format!("{prefix}-{}", result.as_str())),
        number: counted(result),
    };
    RowResult::ALL.into_iter().map(figure).filter(|it| 0 < it.number).collect()
}

/// The colour of a result.
fn badge(result: RowResult) -> &'static str {
    match result {
        RowResult::Added | RowResult::Updated => " badge-good",
        RowResult::Failed => " badge-bad",
        RowResult::Kept => " badge-warn",
        RowResult::Unchanged | RowResult::Undone => "",
    }
}
