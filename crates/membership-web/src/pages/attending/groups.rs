//! The groups, each with how many are in it, and a form that makes another (S2.2, S2.10).

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use membership_core::command::CreateGroup;
use membership_core::id::{GroupId, OrganizationId};
use membership_core::name::GroupName;
use membership_core::port::NamedQuery;
use membership_core::view::OrganizationView;
use membership_http::export::groups_file;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::local_path::query_value;
use crate::page::Page;
use crate::pages::attending::{Asked, ROWS, make, may_manage};
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::stop::Stop;
use crate::tint::{initials, tint};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    page: Page,
    base: String,
    rows: Vec<GroupRow>,
    total: u64,
    next: Option<String>,
    /// The name of a new group, if the viewer may make one.
    new: Option<Field>,
}

struct GroupRow {
    href: String,
    name: String,
    initials: String,
    tint: u8,
    id: String,
    members: String,
}

/// Lists the groups by name.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    page(&visit, &view, &asked, ("", &Problems::none(visit.words))).await
}

/// Makes a group.
pub(crate) async fn create(Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let mut problems = Problems::none(visit.words);
    if let Some(name) = problems.read(GroupName::parse(posted.text("name"))) {
        let group = GroupId(posted.once().id("group"));
        match make(&posted, organization, &CreateGroup { organization, by, group, name }).await? {
            Ok(()) => return Ok(see_other(&format!("/organizations/{organization}/groups/{group}?done=group-made"))),
            Err(refusal) => problems.add(&refusal),
        }
    }
    let view = seen(visit, organization).await?;
    page(visit, &view, &Asked::default(), (posted.text("name"), &problems)).await
}

/// The groups as a file.
pub(crate) async fn export(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    Ok(groups_file(visit.web.memberships(), (organization, visit.actor()?)).await?)
}

async fn page(
    visit: &Visit,
    view: &OrganizationView,
    asked: &Asked,
    (typed, problems): (&str, &Problems),
) -> Result<Response, Stop> {
    let (words, organization) = (visit.words, view.head.organization.id);
    let base = format!("/organizations/{organization}");
    let query = NamedQuery { cursor: cursor(asked.after.as_ref(), asked.id), limit: ROWS, ..NamedQuery::default() };
    let listed = visit.web.memberships().groups(organization, visit.actor()?, &query).await?;
    let row = |(group, members): &(membership_core::group::Group, u64)| GroupRow {
        href: format!("{base}/groups/{}", group.id),
        initials: initials(group.name.as_str()),
        tint: tint(group.name.as_str()),
        name: group.name.to_string(),
        id: group.id.to_string(),
        members: words.n("members-count", members),
    };
    let new = Field::line("name", words.t("field-group-name")).with(typed).at_most(GroupName::LONGEST);
    let template = GroupsPage {
        page: visit
            .page(words.t("groups-title"))
            .of(view, "groups")
            .after(asked.done.as_deref())
            .with_problem(problems.summary()),
        rows: listed.items.iter().map(row).collect(),
        total: listed.total,
        next: listed.next.map(|it| format!("?after={}&id={}", query_value(&it.after), it.id)),
        new: may_manage(view).then(|| new.judged(problems)),
        base,
    };
    Ok(html(problems.status(), &template))
}
