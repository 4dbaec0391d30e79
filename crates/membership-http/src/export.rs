//! Members and groups as CSV, for spreadsheets: streamed page by page, so that an export of any length needs the memory of
//! one page; and no cell is ever run as a formula (A59).

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, TryStreamExt};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use membership_core::draft::Actor;
use membership_core::group::Group;
use membership_core::id::OrganizationId;
use membership_core::language::Language;
use membership_core::port::{Cursor, LONGEST_PAGE, MemberQuery, NamedQuery, Page};
use membership_core::service::{Failure, Memberships};
use membership_core::view::{Details, MemberView};
use membership_csv::{Column, Writer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The columns of the members. Those that an import knows have its names, so that an export is a file to import from. A cell
/// that was guarded loses its guard there; a name or label that a spreadsheet would run is then refused as any such is.
const MEMBER_COLUMNS: [&str; 18] = [
    "member_id",
    "name",
    Column::LastName.name(),
    Column::FirstName.name(),
    Column::Email.name(),
    Column::Role.name(),
    "status",
    "seat",
    Column::Labels.name(),
    Column::Language.name(),
    Column::Number.name(),
    Column::AdditionalInformation.name(),
    Column::Groups.name(),
    "group_names",
    "joined_at",
    Column::DeactivatesAt.name(),
    "last_login_at",
    "login_since",
];

/// The columns of the roster report.
const REPORT_COLUMNS: [&str; 11] = [
    "member_id",
    Column::Number.name(),
    "name",
    Column::Email.name(),
    Column::Role.name(),
    "status",
    "login",
    "login_since",
    "last_login_at",
    "rounds",
    "last_round_at",
];

/// The members that a query lists, as a file. What the organization keeps of them, additional information too (S2.9), is in
/// it for whoever manages members; other cells of others are empty.
///
/// # Errors
/// What the first page is refused for, or the store. A store that fails later breaks the file off.
pub async fn members_file(
    memberships: &Memberships,
    (organization, by): (OrganizationId, Actor),
    query: MemberQuery,
) -> Result<Response, Failure> {
    let memberships = memberships.clone();
    let ask = each_page(query, move |query| {
        let memberships = memberships.clone();
        async move { memberships.members(organization, by, &query).await }.boxed()
    });
    file("members.csv", MEMBER_COLUMNS, ask, cells).await
}

/// The roster report that a query lists, as a file: who has had a login since when, who signed in when, and in how many
/// rounds each was written to (S4.6).
///
/// # Errors
/// What the first page is refused for, or the store. A store that fails later breaks the file off.
pub async fn report_file(
    memberships: &Memberships,
    (organization, by): (OrganizationId, Actor),
    query: MemberQuery,
) -> Result<Response, Failure> {
    let memberships = memberships.clone();
    let ask = each_page(query, move |query| {
        let memberships = memberships.clone();
        async move { memberships.reported(organization, by, &query).await }.boxed()
    });
    file("roster-report.csv", REPORT_COLUMNS, ask, report_cells).await
}

/// All groups as a file, with their ids (S2.10).
///
/// # Errors
/// What the first page is refused for, or the store. A store that fails later breaks the file off.
pub async fn groups_file(
    memberships: &Memberships,
    (organization, by): (OrganizationId, Actor),
) -> Result<Response, Failure> {
    let memberships = memberships.clone();
    let ask = move |cursor| {
        let memberships = memberships.clone();
        let query = NamedQuery { text: None, cursor, limit: LONGEST_PAGE, uncounted: true };
        async move { memberships.groups(organization, by, &query).await }.boxed()
    };
    let cells = |(group, members): &(Group, u64)| [group.id.to_string(), group.name.to_string(), members.to_string()];
    file("groups.csv", ["group_id", "name", "members"], ask, cells).await
}

/// One page of a list, or why not.
type Asked<T> = BoxFuture<'static, Result<Page<T>, Failure>>;

/// The question for each page of a query, in the longest pages there are. Nothing is counted: a file tells no total.
fn each_page<T>(
    query: MemberQuery,
    ask: impl Fn(MemberQuery) -> Asked<T> + Clone,
) -> impl Fn(Option<Cursor>) -> Asked<T> + Clone {
    move |cursor| ask(MemberQuery { cursor, limit: LONGEST_PAGE, uncounted: true, ..query.clone() })
}

/// What comes next in a file: the first page, which was read before anything was answered, or what follows a place.
enum Part<T> {
    First(Page<T>),
    After(Cursor),
}

/// All pages of a list as a file; each page is asked for when the one before is on its way.
async fn file<T: Send + 'static, const COLUMNS: usize>(
    name: &str,
    columns: [&'static str; COLUMNS],
    ask: impl Fn(Option<Cursor>) -> Asked<T> + Clone + Send + 'static,
    cells: fn(&T) -> [String; COLUMNS],
) -> Result<Response, Failure> {
    let first = ask(None).await?;
    let parts = stream::try_unfold(Some(Part::First(first)), move |part| {
        let ask = ask.clone();
        async move {
            let mut file = Writer::default();
            let page = match part {
                None => return Ok::<_, Failure>(None),
                Some(Part::First(page)) => {
                    file.row(columns);
                    page
                }
                Some(Part::After(cursor)) => ask(Some(cursor)).await?,
            };
            page.items.iter().for_each(|it| file.row(cells(it)));
            Ok(Some((file.take(), page.next.map(Part::After))))
        }
    });
    let body = Body::from_stream(parts.map_err(|failure| std::io::Error::other(failure.to_string())));
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, body).into_response())
}

fn report_cells(view: &MemberView) -> [String; 11] {
    let member = &view.member;
    [
        member.id.to_string(),
        text(member.profile.number.as_ref()),
        member.name.to_string(),
        text(member.email.as_ref()),
        if view.is_owner { "owner".to_owned() } else { member.role.to_string() },
        view.status.as_str().to_owned(),
        u8::from(member.user.is_some()).to_string(),
        instant(member.login_since),
        instant(view.last_login_at),
        member.rounds.numbers.len().to_string(),
        instant(member.rounds.last_at),
    ]
}

fn cells(view: &MemberView) -> [String; 18] {
    let member = &view.member;
    let profile = Some(&member.profile).filter(|_| view.details != Details::None);
    let noted = profile.filter(|_| view.details == Details::All).and_then(|it| it.additional_information.as_ref());
    let groups: Vec<_> = view.groups.iter().flatten().collect();
    let several = |told: fn(&Group) -> String| groups.iter().map(|group| told(group)).collect::<Vec<_>>().join(" | ");
    let labels = profile.map(|it| it.labels.iter().collect::<Vec<_>>().join(" | "));
    [
        member.id.to_string(),
        member.name.to_string(),
        text(profile.and_then(|it| it.names.last.as_ref())),
        text(profile.and_then(|it| it.names.first.as_ref())),
        text(member.email.as_ref()),
        if view.is_owner { "owner".to_owned() } else { member.role.to_string() },
        view.status.as_str().to_owned(),
        u8::from(view.seat).to_string(),
        labels.unwrap_or_default(),
        profile.and_then(|it| it.language).map(Language::tag).unwrap_or_default().to_owned(),
        text(profile.and_then(|it| it.number.as_ref())),
        text(noted),
        several(|group| group.id.to_string()),
        several(|group| group.name.to_string()),
        instant(Some(member.joined_at)),
        instant(member.deactivates_at),
        instant(view.last_login_at),
        instant(member.login_since.filter(|_| view.details == Details::All)),
    ]
}

fn text(it: Option<&impl ToString>) -> String {
    it.map(ToString::to_string).unwrap_or_default()
}

fn instant(at: Option<OffsetDateTime>) -> String {
    at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}
