//! The roster report: who has had a login since when, who signed in when, and how the logins came (S4.6).

use askama::Template;
use axum::extract::{Path, Query};
use http::StatusCode;
use membership_core::id::OrganizationId;
use membership_core::port::{MemberQuery, MemberSort};
use membership_core::refusal::Refusal;
use membership_core::report::SignedIn;
use membership_core::service::LoginReport;
use membership_core::view::MemberView;
use membership_http::export::report_file;
use serde::Deserialize;
use time::Duration;

use crate::answer::{Answer, html};
use crate::local_path::query_value;
use crate::login_chart::LoginChart;
use crate::page::{Chip, Page};
use crate::pages::organization::members::cursor;
use crate::pages::organization::roster::written;
use crate::pages::organization::seen;
use crate::search::searched;
use crate::stop::Stop;
use crate::tint::{initials, tint};
use crate::visit::Visit;
use crate::words::Words;

const ROWS: u32 = 50;
/// The lengths of time to choose from, in days.
const SPANS: [u16; 3] = [30, 90, 365];
/// The filters by who signed in lately, in days.
const LATELY: [i64; 3] = [7, 30, 90];

#[derive(Template)]
#[template(path = "roster_report.html")]
struct ReportPage {
    page: Page,
    base: String,
    report: LoginReport,
    chart: Option<LoginChart>,
    spans: Vec<Chip>,
    q: String,
    since: String,
    filters: Vec<Chip>,
    sorts: Vec<Chip>,
    /// What the forms must not lose, by the name of what they ask for themselves.
    kept: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    total: u64,
    next: Option<String>,
    /// The query by which the same report is exported.
    export: String,
    refusal: Option<String>,
}

struct Row {
    href: String,
    name: String,
    initials: String,
    tint: u8,
    email: Option<String>,
    number: Option<String>,
    login: String,
    last_login: Option<String>,
    never: bool,
}

/// Which part of the report is shown.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    /// `with`, `without` or `never`: who has a login, who has none, who never used it.
    who: Option<String>,
    /// A day since which somebody signed in.
    since: Option<String>,
    sort: Option<String>,
    days: Option<u16>,
    after: Option<String>,
    id: Option<uuid::Uuid>,
}

impl Asked {
    fn since(&self) -> Option<&str> {
        self.since.as_deref().map(str::trim).filter(|it| !it.is_empty())
    }

    fn query(&self) -> Result<MemberQuery, Refusal> {
        let never = self.who.as_deref() == Some("never");
        let since = self.since().filter(|it| *it != "never").map(SignedIn::parse).transpose()?;
        Ok(MemberQuery {
            text: searched(self.q.as_deref()),
            login: match self.who.as_deref() {
                Some("with" | "never") => Some(true),
                Some("without") => Some(false),
                _ => None,
            },
            signed_in: if never { Some(SignedIn::Never) } else { since },
            sort: match self.sort.as_deref() {
                Some("last-login") => MemberSort::LastLogin,
                Some("login-since") => MemberSort::LoginSince,
                _ => MemberSort::Name,
            },
            cursor: cursor(self.after.as_ref(), self.id),
            limit: ROWS,
            ..MemberQuery::default()
        })
    }

    /// What is asked for, by its names in the query.
    fn chosen(&self) -> Vec<(&'static str, String)> {
        let days = self.days.map(|days| days.to_string());
        let q = searched(self.q.as_deref());
        let since = self.since().map(str::to_owned);
        let all = [("q", q), ("who", self.who.clone()), ("since", since), ("sort", self.sort.clone()), ("days", days)];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The query with other choices of some of these, or without them.
    fn with(&self, changed: &[(&'static str, Option<String>)]) -> String {
        let others = self.chosen().into_iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let new = changed.iter().filter_map(|(name, value)| Some((*name, value.clone()?)));
        let parts: Vec<_> = others.chain(new).map(|(name, value)| format!("{name}={}", query_value(&value))).collect();
        format!("?{}", parts.join("&"))
    }
}

/// Shows the report.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"send_rounds") {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let (query, refusal) = match asked.query() {
        Ok(query) => (query, None),
        Err(refusal) => (MemberQuery { limit: ROWS, ..MemberQuery::default() }, Some(words.refusal(&refusal))),
    };
    let report = memberships.login_report(organization, by, asked.days.unwrap_or(90)).await?;
    let listed = memberships.reported(organization, by, &query).await?;
    let next = listed
        .next
        .as_ref()
        .map(|next| asked.with(&[("after", Some(next.after.clone())), ("id", Some(next.id.to_string()))]));
    let base = format!("/organizations/{organization}");
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = visit.page(words.t("report-title")).of(&view, "roster");
    let template = ReportPage {
        page: page.under(format!("{base}/roster"), words.t("roster-title")),
        chart: LoginChart::of(words, &report),
        spans: spans(words, &asked),
        q: searched(asked.q.as_deref()).unwrap_or_default(),
        since: asked.since().unwrap_or_default().to_owned(),
        filters: filters(words, &asked, &report),
        sorts: sorts(words, &asked),
        kept: asked.chosen(),
        rows: listed.items.iter().map(|it| Row::of(words, organization, it)).collect(),
        total: listed.total,
        next,
        export: asked.with(&[("days", None)]),
        refusal,
        base,
        report,
    };
    Ok(html(status, &template))
}

/// The report as a file: those that the same search and filters show.
pub(crate) async fn export(
    visit: Visit,
    Path(organization): Path<OrganizationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let query = asked.query().map_err(membership_core::service::Failure::from)?;
    Ok(report_file(visit.web.memberships(), (organization, visit.actor()?), query).await?)
}

fn spans(words: Words, asked: &Asked) -> Vec<Chip> {
    let span = |days: u16| Chip {
        href: asked.with(&[("days", Some(days.to_string()))]),
        label: words.n("report-days", days),
        chosen: asked.days.unwrap_or(90) == days,
    };
    SPANS.map(span).into()
}

fn filters(words: Words, asked: &Asked, report: &LoginReport) -> Vec<Chip> {
    let who = asked.who.as_deref().filter(|_| asked.since().is_none());
    let of = |name: Option<&str>, label: String| Chip {
        href: asked.with(&[("who", name.map(str::to_owned)), ("since", None)]),
        label,
        chosen: asked.since().is_none() && who == name,
    };
    let without = report.members.saturating_sub(report.with_login);
    let mut chips = vec![
        of(None, words.n("report-filter-all", report.members)),
        of(Some("with"), words.n("report-filter-with", report.with_login)),
        of(Some("without"), words.n("report-filter-without", without)),
        of(Some("never"), words.n("report-filter-never", report.never_signed_in)),
    ];
    for days in LATELY {
        let day = report.days.last().saturating_sub(Duration::days(days)).to_string();
        chips.push(Chip {
            chosen: asked.since() == Some(&*day),
            href: asked.with(&[("who", None), ("since", Some(day))]),
            label: words.n("report-filter-lately", days),
        });
    }
    chips
}

fn sorts(words: Words, asked: &Asked) -> Vec<Chip> {
    let chosen = asked.sort.as_deref().filter(|it| ["last-login", "login-since"].contains(it));
    let sort = |name: Option<&str>, key: &str| Chip {
        href: asked.with(&[("sort", name.map(str::to_owned))]),
        label: words.t(key),
        chosen: chosen == name,
    };
    vec![
        sort(None, "sort-name"),
        sort(Some("last-login"), "report-sort-last-login"),
        sort(Some("login-since"), "report-sort-login-since"),
    ]
}

impl Row {
    fn of(words: Words, organization: OrganizationId, view: &MemberView) -> Self {
        let member = &view.member;
        let name = member.name.to_string();
        let login = match member.login_since {
            Some(at) => words.t1("report-login-since", "date", words.date(at)),
            None => words.t1("report-no-login", "written", written(words, member)),
        };
        let last_login = match view.last_login_at {
            Some(at) => Some(words.t1("report-last-login", "moment", words.moment(at))),
            None => member.user.map(|_| words.t("report-never")),
        };
        Self {
            href: format!("/organizations/{organization}/members/{}", member.id),
            initials: initials(&name),
            tint: tint(&name),
            email: member.email.as_ref().map(ToString::to_string),
            number: member.profile.number.as_ref().map(|it| words.t1("member-number", "number", it)),
            login,
            last_login,
            never: view.last_login_at.is_none() && member.user.is_some(),
            name,
        }
    }
}
