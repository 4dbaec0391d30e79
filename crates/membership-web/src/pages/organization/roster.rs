//! The roster: exactly those who have no login, and the rounds in which they are written to (S4.1–S4.3).

use askama::Template;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::member::Member;
use membership_core::port::{Cursor, MemberQuery, MemberSort, RoundQuery};
use membership_core::refusal::Refusal;
use membership_core::roster::{Audience, Forecast, Invited, Round};
use membership_core::service::{Outcome, Request, RosterView};
use membership_core::view::MemberView;
use serde::Deserialize;
use time::Duration;

use crate::answer::{Answer, html, see_other};
use crate::form::Posted;
use crate::local_path::query_value;
use crate::page::{Chip, Page};
use crate::pages::organization::clear_logins::Clears;
use crate::pages::organization::members::cursor;
use crate::pages::organization::seen;
use crate::search::searched;
use crate::stop::{Stop, or_refusal};
use crate::tint::{initials, tint};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "roster.html")]
struct RosterPage {
    page: Page,
    base: String,
    q: String,
    invited: Option<String>,
    filters: Vec<Chip>,
    sorts: Vec<Chip>,
    newest: bool,
    progress: Option<Progress>,
    rows: Vec<Row>,
    total: u64,
    next: Option<String>,
    rounds: Vec<RoundRow>,
    rounds_total: u64,
    /// Where the rounds before those stand.
    older_rounds: Option<String>,
    clears: Option<Clears>,
    /// What the round that was asked for would do.
    trial: Option<Trial>,
    refusal: Option<String>,
}

struct Row {
    id: MemberId,
    href: String,
    name: String,
    initials: String,
    tint: u8,
    email: Option<String>,
    number: Option<String>,
    labels: Vec<String>,
    /// How often they were written to, and when last.
    invited: String,
    bounced: bool,
    may_write: bool,
    /// Whether it was ticked in a form that was not carried out.
    ticked: bool,
}

struct RoundRow {
    title: String,
    /// Where those stand whom it wrote to.
    href: String,
    when: String,
    mailed: String,
    left_out: Vec<String>,
    /// What else is to be said of one that is not finished.
    state: Option<String>,
}

/// How far the latest round is, while it is under way and for a while after.
struct Progress {
    title: String,
    mailed: String,
    left_out: Vec<String>,
    waiting: String,
    /// Whether it is under way, so that the page asks again and again.
    goes_on: bool,
}

impl Progress {
    /// How long the end of a round is told.
    const TOLD_FOR: Duration = Duration::minutes(10);

    fn of(words: Words, roster: &RosterView) -> Option<Self> {
        let round = roster.rounds.items.first()?;
        let goes_on = round.is_under_way(roster.now);
        let is_fresh = round.finished_at.is_some_and(|at| roster.now < at.saturating_add(Self::TOLD_FOR));
        (goes_on || is_fresh).then(|| Self {
            title: words.t1(if goes_on { "round-progress" } else { "round-finished" }, "number", round.number),
            mailed: words.n("round-mailed", round.mailed),
            left_out: left_out(words, &round.left_out),
            waiting: words.n("round-never-invited", roster.counts.never_invited),
            goes_on,
        })
    }
}

/// A round that waits for a second press of the button.
struct Trial {
    mail: u64,
    told: String,
    left_out: Vec<String>,
    members: Vec<MemberId>,
}

/// Which part of the roster is shown.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    invited: Option<String>,
    sort: Option<String>,
    after: Option<String>,
    id: Option<uuid::Uuid>,
    /// The number of the last round on the page of rounds before.
    before: Option<u32>,
    done: Option<String>,
}

impl Asked {
    fn search(&self) -> Option<String> {
        searched(self.q.as_deref())
    }

    fn newest(&self) -> bool {
        self.sort.as_deref() == Some("newest")
    }

    fn invited(&self) -> Option<Invited> {
        self.invited.as_deref().and_then(|text| Invited::parse(text).ok())
    }

    fn query(&self) -> MemberQuery {
        MemberQuery {
            text: self.search(),
            login: Some(false),
            invited: self.invited(),
            sort: if self.newest() { MemberSort::JoinedAt } else { MemberSort::Name },
            cursor: cursor(self.after.as_ref(), self.id),
            limit: ROWS,
            ..MemberQuery::default()
        }
    }

    /// The page of rounds that is asked for, unless it is the first one.
    fn older_rounds(&self) -> Option<RoundQuery> {
        let cursor = Some(Cursor { after: self.before?.to_string(), id: uuid::Uuid::nil() });
        Some(RoundQuery { cursor, limit: RosterView::ROUNDS, ..RoundQuery::default() })
    }

    /// The query of this search for the next page of one list; the other list stays where it began.
    fn further(&self, place: &str) -> String {
        let query = self.with(self.invited(), self.newest());
        let and = if query == "?" { "" } else { "&" };
        format!("{query}{and}{place}")
    }

    /// The query of this search with that filter and order.
    fn with(&self, invited: Option<Invited>, newest: bool) -> String {
        let q = self.search().map(|q| format!("q={}", query_value(&q)));
        let invited = invited.map(|it| format!("invited={it}"));
        let sort = newest.then(|| "sort=newest".to_owned());
        format!("?{}", q.into_iter().chain(invited).chain(sort).collect::<Vec<_>>().join("&"))
    }
}

/// Shows the roster.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    page(&visit, organization, &asked, (None, &[])).await
}

/// Writes to those who were chosen, or to all who match: first it is told what that would do.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let asked = Asked {
        q: posted.optional("q").map(str::to_owned),
        invited: posted.optional("invited").map(str::to_owned),
        sort: posted.optional("sort").map(str::to_owned),
        ..Asked::default()
    };
    let members: Vec<MemberId> = posted.all("member").filter_map(|text| text.parse().ok()).collect();
    let audience = match posted.text("to") {
        "all" => Ok(Audience::Matching { text: asked.search(), role: None, group: None, invited: asked.invited() }),
        _ => Audience::chosen(members.clone()).map_err(Refusal::from),
    };
    let whose = (organization, visit.actor()?);
    let tried = match audience {
        Err(refusal) => Err(refusal),
        Ok(audience) if posted.text("sure").is_empty() => {
            let forecast = or_refusal(web.accounts.try_round(whose, audience).await)?;
            forecast.map(|forecast| Trial::of(visit.words, &forecast, members.clone()))
        }
        Ok(audience) => {
            let started = web.accounts.start_round(whose, audience, Request::default(), |_| None).await;
            match or_refusal(started)? {
                Ok(Outcome::Done(_) | Outcome::Repeated(_)) => {
                    return Ok(see_other(&format!("/organizations/{organization}/roster?done=round-started")));
                }
                Err(refusal) => Err(refusal),
            }
        }
    };
    page(visit, organization, &asked, (Some(tried), &members)).await
}

async fn page(
    visit: &Visit,
    organization: OrganizationId,
    asked: &Asked,
    (tried, ticked): (Option<Result<Trial, Refusal>>, &[MemberId]),
) -> Answer {
    let view = seen(visit, organization).await?;
    if !view.allowed_actions.contains(&"send_rounds") {
        return Err(Stop::NotAllowed);
    }
    let (memberships, by, words) = (visit.web.memberships(), visit.actor()?, visit.words);
    let roster = memberships.roster(organization, by).await?;
    let older = match asked.older_rounds() {
        Some(query) => Some(memberships.rounds(organization, by, &query).await?),
        None => None,
    };
    let rounds = older.as_ref().unwrap_or(&roster.rounds);
    let listed = memberships.members(organization, by, &asked.query()).await?;
    let next = listed.next.as_ref();
    let next = next.map(|it| asked.further(&format!("after={}&id={}", query_value(&it.after), it.id)));
    let (trial, refusal) = match tried {
        None => (None, None),
        Some(Ok(trial)) => (Some(trial), None),
        Some(Err(refusal)) => (None, Some(words.refusal(&refusal))),
    };
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let clears = Clears::of(visit, &view).await?;
    let template = RosterPage {
        page: visit.page(words.t("roster-title")).of(&view, "roster").after(asked.done.as_deref()),
        clears,
        base: format!("/organizations/{organization}"),
        q: asked.search().unwrap_or_default(),
        invited: asked.invited().map(|it| it.to_string()),
        filters: filters(words, asked, &roster),
        sorts: sorts(words, asked),
        newest: asked.newest(),
        progress: Progress::of(words, &roster),
        rows: listed.items.iter().map(|it| Row::of(words, organization, (it, ticked))).collect(),
        total: listed.total,
        next,
        rounds: rounds.items.iter().map(|it| RoundRow::of(words, &roster, it)).collect(),
        rounds_total: rounds.total,
        older_rounds: rounds.next.as_ref().map(|it| asked.further(&format!("before={}#rounds", it.after))),
        trial,
        refusal,
    };
    Ok(html(status, &template))
}

fn filters(words: Words, asked: &Asked, roster: &RosterView) -> Vec<Chip> {
    let counts = roster.counts;
    let chip = |invited: Option<Invited>, label: String| Chip {
        href: asked.with(invited, asked.newest()),
        label,
        chosen: asked.invited() == invited,
    };
    let mut chips = vec![
        chip(None, words.n("roster-filter-all", counts.without_login)),
        chip(Some(Invited::Never), words.n("roster-filter-never", counts.never_invited)),
        chip(Some(Invited::Bounced), words.n("roster-filter-bounced", counts.bounced)),
    ];
    let mut numbers: Vec<_> = roster.rounds.items.iter().take(3).map(|round| round.number).collect();
    // An earlier one is chosen from the list of rounds.
    match asked.invited() {
        Some(Invited::Round(number)) if !numbers.contains(&number) => numbers.push(number),
        _ => {}
    }
    for number in numbers {
        chips.push(chip(Some(Invited::Round(number)), words.t1("roster-filter-round", "number", number)));
    }
    chips
}

fn sorts(words: Words, asked: &Asked) -> Vec<Chip> {
    let sort = |newest: bool, key: &str| Chip {
        href: asked.with(asked.invited(), newest),
        label: words.t(key),
        chosen: asked.newest() == newest,
    };
    vec![sort(false, "sort-name"), sort(true, "sort-newest")]
}

/// How often somebody was written to, and when last.
pub(crate) fn written(words: Words, member: &Member) -> String {
    let rounds = &member.rounds;
    match (rounds.last_at, member.set_up) {
        (Some(at), _) => {
            let times = words.n("roster-written", rounds.numbers.len());
            words.t2("roster-written-last", ("times", times), ("date", words.date(at)))
        }
        (None, Some(link)) => words.t1("roster-link-made", "date", words.date(link.issued_at)),
        (None, None) => words.t("roster-never"),
    }
}

impl Row {
    fn of(words: Words, organization: OrganizationId, (view, ticked): (&MemberView, &[MemberId])) -> Self {
        let member = &view.member;
        let name = member.name.to_string();
        Self {
            id: member.id,
            href: format!("/organizations/{organization}/members/{}", member.id),
            initials: initials(&name),
            tint: tint(&name),
            email: member.email.as_ref().map(ToString::to_string),
            number: member.profile.number.as_ref().map(|it| words.t1("member-number", "number", it)),
            labels: member.profile.labels.iter().map(str::to_owned).collect(),
            invited: written(words, member),
            bounced: Invited::Bounced.includes(member),
            may_write: member.email.is_some() && view.allowed_actions.contains(&"send_set_up_link"),
            ticked: ticked.contains(&member.id),
            name,
        }
    }
}

impl RoundRow {
    fn of(words: Words, roster: &RosterView, round: &Round) -> Self {
        Self {
            title: words.t1("round-number", "number", round.number),
            href: format!("?invited={}", Invited::Round(round.number)),
            when: words.t2("round-started", ("date", words.moment(round.started_at)), ("name", &round.starter)),
            mailed: words.n("round-mailed", round.mailed),
            left_out: left_out(words, &round.left_out),
            state: match round.finished_at {
                Some(_) => None,
                None if round.is_under_way(roster.now) => Some(words.t("round-under-way")),
                None => Some(words.t("round-given-up")),
            },
        }
    }
}

impl Trial {
    fn of(words: Words, forecast: &Forecast, members: Vec<MemberId>) -> Self {
        let told = words.n("round-would-mail", forecast.mail);
        Self { mail: forecast.mail, told, left_out: left_out(words, &forecast.left_out), members }
    }
}

fn left_out(words: Words, counts: &membership_core::roster::LeftOutCounts) -> Vec<String> {
    counts
        .iter()
        .map(|(reason, count)| words.n(&format!("left-out-{}", reason.as_str().replace('_', "-")), count))
        .collect()
}
