//! One record: who reaches it and how far, and the forms by which whoever controls it changes that (S3.4).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::command::{PutRecord, RemoveRecord};
use membership_core::id::OrganizationId;
use membership_core::refusal::Refusal;
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::service::SharedRecord;
use membership_core::view::OrganizationView;
use serde::Deserialize;

use super::sharing::{Again, ShareRow, Sharing, undo_of_record};
use super::{all_of, level_word, place_of};
use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::local_path::{saying, saying_of};
use crate::page::Page;
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::log::{Entry, show_entry};
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    page: Page,
    here: String,
    kind: String,
    id: String,
    restricted: bool,
    version: u64,
    registered: String,
    /// How far the viewer reaches it.
    reach: Option<String>,
    may_restrict: bool,
    may_remove: bool,
    /// With whom it is shared, and how to share it; for whoever controls it.
    sharing: Option<Sharing>,
    history: Option<Vec<Entry>>,
}

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    who: Option<String>,
    done: Option<String>,
    of: Option<uuid::Uuid>,
}

/// The parts of the path of a page about a record.
pub(super) type Target = Path<(OrganizationId, String, String)>;

/// The record of a path; one that has no possible name does not exist.
pub(super) fn named(kind: &str, id: &str) -> Result<ResourceName, Stop> {
    ResourceName::parse(kind, id).map_err(|_| Stop::NotFound)
}

/// Shows the record.
pub(crate) async fn show(visit: Visit, Path((organization, kind, id)): Target, Query(asked): Query<Asked>) -> Answer {
    let name = named(&kind, &id)?;
    let view = seen(&visit, organization).await?;
    let record = visit.web.memberships().record(organization, visit.actor()?, &name).await?;
    page(&visit, &view, &record, &asked, None).await
}

/// The page; with what was not carried out, if somebody else has changed it meanwhile.
async fn page(
    visit: &Visit,
    view: &OrganizationView,
    record: &SharedRecord,
    asked: &Asked,
    again: Option<&Again>,
) -> Answer {
    let SharedRecord { view: it, shares } = record;
    let (words, organization, name) = (visit.words, view.head.organization.id, &it.resource.name);
    let may = |action: &str| it.allowed_actions.contains(&action);
    let sharing = match may("share") {
        true => Some(Sharing::of(visit, view, name, shares, (asked.who.as_deref(), again)).await?),
        false => None,
    };
    let problems = again.map_or_else(|| Problems::none(words), |again| again.problems.clone());
    let undo = undo_of_record(visit, view, it, (asked.done.as_deref(), asked.of)).await;
    let template = RecordPage {
        page: visit
            .page(name.id().to_owned())
            .of(view, "records")
            .under(all_of(organization), words.t("records-title"))
            .after(asked.done.as_deref())
            .undoing(undo)
            .with_problem(problems.summary()),
        here: place_of(organization, name),
        restricted: it.resource.restricted,
        version: it.resource.version,
        registered: words.moment(it.resource.created_at),
        reach: it.level.map(|level| level_word(words, level)),
        may_restrict: may("restrict"),
        may_remove: may("remove"),
        sharing,
        history: history(visit, view, name).await?,
        kind: name.kind().to_owned(),
        id: name.id().to_owned(),
    };
    Ok(html(problems.status(), &template))
}

/// Restricts the record, or opens it.
pub(crate) async fn restrict(Path((organization, kind, id)): Target, posted: Posted) -> Answer {
    let resource = named(&kind, &id)?;
    let restricted = posted.text("restricted") == "yes";
    let (place, subject) = (place_of(organization, &resource), resource.subject(organization));
    let (visit, memberships, by) = (&posted.visit, posted.visit.web.memberships(), posted.visit.actor()?);
    let command = PutRecord { organization, by, resource, restricted, expected: posted.version() };
    let done = saying_of(&place, if restricted { "record-restricted" } else { "record-opened" }, Some(subject));
    match or_refusal(memberships.execute(&command).await)? {
        Ok(_) => Ok(see_other(&done)),
        Err(Refusal::ChangedMeanwhile) => {
            let is_so = |record: &SharedRecord| record.view.resource.restricted == restricted;
            overtaken(visit, (organization, &command.resource), is_so, None, &done).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Follows a form that somebody else was quicker than: as if it had been carried out if all is as it was asked for, and
/// otherwise with the page that shows both.
pub(super) async fn overtaken(
    visit: &Visit,
    (organization, name): (OrganizationId, &ResourceName),
    is_so: impl FnOnce(&SharedRecord) -> bool,
    share: Option<(Holder, Level)>,
    done: &str,
) -> Answer {
    let record = visit.web.memberships().record(organization, visit.actor()?, name).await?;
    // Pressed twice, or by two at once.
    if is_so(&record) {
        return Ok(see_other(done));
    }
    let mut problems = Problems::none(visit.words);
    problems.add(&Refusal::ChangedMeanwhile);
    let view = seen(visit, organization).await?;
    page(visit, &view, &record, &Asked::default(), Some(&Again { problems, share })).await
}

/// Says what it means to forget the record.
pub(crate) async fn ask_removal(visit: Visit, Path((organization, kind, id)): Target) -> Answer {
    let name = named(&kind, &id)?;
    let view = seen(&visit, organization).await?;
    let record = visit.web.memberships().record(organization, visit.actor()?, &name).await?;
    if !record.view.allowed_actions.contains(&"remove") {
        return Err(Stop::NotAllowed);
    }
    let words = visit.words;
    let here = place_of(organization, &name);
    let template = Confirm {
        page: visit
            .page(words.t1("record-remove-title", "name", &name))
            .of(&view, "records")
            .under(all_of(organization), words.t("records-title"))
            .under(here.clone(), name.id().to_owned()),
        consequences: vec![words.n("record-remove-shares", record.shares.len()), words.t("record-remove-application")],
        fields: Vec::new(),
        choices: None,
        action: format!("{here}/remove"),
        submit: words.t("record-remove"),
        grave: true,
        back: here,
    };
    Ok(html(StatusCode::OK, &template))
}

/// Forgets the record.
pub(crate) async fn remove(Path((organization, kind, id)): Target, posted: Posted) -> Answer {
    let resource = named(&kind, &id)?;
    let command = RemoveRecord { organization, by: posted.visit.actor()?, resource, expected: None };
    match or_refusal(posted.visit.web.memberships().execute(&command).await)? {
        // Pressed twice, or by two at once: it is as it was asked for.
        Ok(()) | Err(Refusal::UnknownRecord) => Ok(see_other(&saying(&all_of(organization), "record-removed"))),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The way back to the page from the addresses of its forms, for whoever reloads one.
pub(crate) async fn back(Path((organization, kind, id)): Target) -> Answer {
    Ok(see_other(&place_of(organization, &named(&kind, &id)?)))
}

async fn history(visit: &Visit, view: &OrganizationView, name: &ResourceName) -> Result<Option<Vec<Entry>>, Stop> {
    if !view.allowed_actions.contains(&"view_audit") {
        return Ok(None);
    }
    let entries = visit.web.memberships().record_history(view.head.organization.id, visit.actor()?, name).await?;
    Ok(Some(entries.iter().map(|entry| show_entry(visit.words, entry)).collect()))
}

impl RecordPage {
    /// The levels as a list to choose from, the lowest chosen.
    fn levels(&self) -> Vec<(&'static str, String, bool)> {
        ShareRow::levels(self.page.words, Level::View)
    }
}
