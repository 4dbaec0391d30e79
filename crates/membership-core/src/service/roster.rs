//! The roster in numbers, and its rounds: what one would do, how one is sent, what became of those before.

use time::OffsetDateTime;

use crate::authority::{Action, Authority};
use crate::command::send_round_chunk::reach;
use crate::command::{SendRoundChunk, StartRound};
use crate::draft::{Actor, Draft};
use crate::facts::{Facts, Receipt, RoundPick, Scope};
use crate::id::{MemberId, OrganizationId, RoundId};
use crate::port::{LONGEST_PAGE, MemberQuery, Page, RoundQuery};
use crate::quota::{Bucket, Spent};
use crate::refusal::Refusal;
use crate::report::{Days, LoginsByDay, SignedIn};
use crate::roster::{Audience, Forecast, RosterCounts, Round};
use crate::service::{Accounts, Failure, Memberships, Outcome, Request};
use crate::view::MemberView;

/// The roster on a screen: how many have no login, and the latest rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterView {
    /// The members without a login in numbers.
    pub counts: RosterCounts,
    /// The latest rounds first: the first page of [`Memberships::rounds`], of [`RosterView::ROUNDS`].
    pub rounds: Page<Round>,
    /// When this was so: by it a round is still under way, or was given up.
    pub now: OffsetDateTime,
}

impl RosterView {
    /// How many rounds it has at most.
    pub const ROUNDS: u32 = 20;
}

/// The roster report in numbers, and how the logins came day by day (S4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginReport {
    /// How many members there are.
    pub members: u64,
    /// How many of them have a login.
    pub with_login: u64,
    /// How many of those never signed in with it.
    pub never_signed_in: u64,
    /// The days that are told of.
    pub days: Days,
    /// Since when those who have a login have had it.
    pub logins: LoginsByDay,
    /// The rounds that were started on these days, the first one first, at most [`LoginReport::MOST_ROUNDS`].
    pub rounds: Vec<Round>,
    /// How many earlier ones of these days are left out, since there are so many.
    pub rounds_left_out: u64,
}

impl LoginReport {
    /// The most rounds that are told of: more than one for each of the most days.
    pub const MOST_ROUNDS: usize = 400;
}

/// Every method refuses as [`Memberships::organization`] does, and whoever does not manage logins.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// The roster of an organization.
    pub async fn roster(&self, organization: OrganizationId, by: Actor) -> Result<RosterView, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::SendRounds)?;
        let query = MemberQuery { login: Some(false), ..MemberQuery::default() };
        let groups = self.ports.directory.roster(organization, &query).await?;
        let latest = RoundQuery { limit: RosterView::ROUNDS, ..RoundQuery::default() };
        let rounds = self.ports.directory.rounds(organization, &latest).await?;
        Ok(RosterView { counts: RosterCounts::of(&groups), rounds, now: facts.now })
    }

    /// A page of an organization's rounds, the latest first.
    pub async fn rounds(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &RoundQuery,
    ) -> Result<Page<Round>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::SendRounds)?;
        Ok(self.ports.directory.rounds(organization, query).await?)
    }

    /// The roster report of an organization for so many days up to today; who they are, [`Memberships::members`] tells.
    pub async fn login_report(
        &self,
        organization: OrganizationId,
        by: Actor,
        days: u16,
    ) -> Result<LoginReport, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::SendRounds)?;
        let days = Days::until(facts.now, days);
        let directory = &self.ports.directory;
        let all = MemberQuery { limit: 1, ..MemberQuery::default() };
        let with_login = MemberQuery { login: Some(true), ..all.clone() };
        let never = MemberQuery { signed_in: Some(SignedIn::Never), ..with_login.clone() };
        let (rounds, rounds_left_out) = self.rounds_since(organization, days.from()).await?;
        Ok(LoginReport {
            members: directory.members(organization, &all).await?.total,
            with_login: directory.members(organization, &with_login).await?.total,
            never_signed_in: directory.members(organization, &never).await?.total,
            days,
            logins: directory.logins_by_day(organization, days).await?,
            rounds,
            rounds_left_out,
        })
    }

    /// The rounds since an instant, the first one first, and how many before them are left out.
    async fn rounds_since(
        &self,
        organization: OrganizationId,
        since: OffsetDateTime,
    ) -> Result<(Vec<Round>, u64), Failure> {
        let mut query = RoundQuery { since: Some(since), limit: LONGEST_PAGE, ..RoundQuery::default() };
        let mut rounds = Vec::new();
        loop {
            let page = self.ports.directory.rounds(organization, &query).await?;
            rounds.extend(page.items);
            query.cursor = page.next;
            if query.cursor.is_none() || LoginReport::MOST_ROUNDS <= rounds.len() {
                rounds.reverse();
                let told = u64::try_from(rounds.len()).unwrap_or(u64::MAX);
                return Ok((rounds, page.total.saturating_sub(told)));
            }
        }
    }

    /// A page of the roster report: members as [`Memberships::members`] shows them, for whoever manages logins.
    pub async fn reported(
        &self,
        organization: OrganizationId,
        by: Actor,
        query: &MemberQuery,
    ) -> Result<Page<MemberView>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::SendRounds)?;
        self.members(organization, by, query).await
    }

    /// How many mails a round would send, and why not more; refuses what [`StartRound`] would (X.3). What a mailbox may
    /// still get is asked for those who are chosen; where a filter finds them, the round tells it when it gets there.
    pub async fn forecast_round(&self, command: &StartRound) -> Result<Forecast, Failure> {
        self.once(command, Request { dry_run: true, ..Request::default() }).await?;
        self.forecast(command).await
    }

    async fn forecast(&self, command: &StartRound) -> Result<Forecast, Failure> {
        let members = match &command.audience {
            Audience::Chosen { members } => members.clone(),
            Audience::Matching { .. } => Vec::new(),
        };
        let scope = Scope { members: members.clone(), ..Scope::default() };
        let mut facts = self.limited(self.facts_for(command.organization, command.by, scope).await?);
        facts.spent = self.spent_of(&facts, &members).await?;
        let authority = Authority::of(&facts, command.by)?;
        let mut forecast = Forecast::default();
        let mut draft = Draft::new(&facts, Actor::System);
        for id in members {
            forecast.count(reach(&mut draft, &authority, facts.member(id)), 1);
        }
        if let Some(query) = command.audience.query() {
            for group in self.ports.directory.roster(command.organization, &query).await? {
                forecast.count(authority.may_write_to_all(&group), group.count);
            }
        }
        Ok(forecast)
    }

    /// How far the quotas of these members' mailboxes are used up.
    async fn spent_of(&self, facts: &Facts, members: &[MemberId]) -> Result<Vec<Spent>, Failure> {
        let addresses = members.iter().filter_map(|id| facts.member(*id).ok()?.email.as_ref());
        let buckets: Vec<_> = addresses.map(Bucket::mailbox).collect();
        if buckets.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.ports.store.read(&Scope { buckets, ..Scope::default() }).await?.spent)
    }

    /// Sends one chunk of a round, unless it was sent already.
    pub async fn send_round_chunk(
        &self,
        organization: OrganizationId,
        round: RoundId,
        chunk: u32,
    ) -> Result<(), Failure> {
        let scope = Scope { round: Some(RoundPick::Id(round)), ..Scope::of(organization) };
        let facts: Facts = self.ports.store.read(&scope).await?;
        facts.head()?;
        let row = facts.round(round)?;
        let (members, finishes) = self.next_of(organization, row).await?;
        let command = SendRoundChunk { organization, round, chunk, by: row.started_by, members, finishes };
        self.execute(&command).await.map(drop)
    }

    /// Whom the next chunk of a round considers, and whether it is the last one.
    async fn next_of(&self, organization: OrganizationId, round: &Round) -> Result<(Vec<MemberId>, bool), Failure> {
        let length = usize::try_from(Round::CHUNK).unwrap_or(usize::MAX);
        let is_behind = |id: &&MemberId| round.after.is_none_or(|after| after < **id);
        let mut rest = match &round.audience {
            Audience::Chosen { members } => {
                members.iter().filter(is_behind).take(length.saturating_add(1)).copied().collect()
            }
            Audience::Matching { .. } => {
                let query = round.audience.query().unwrap_or_default();
                let one_more = Round::CHUNK.saturating_add(1);
                self.ports.directory.roster_after(organization, &query, round.after, one_more).await?
            }
        };
        let finishes = rest.len() <= length;
        rest.truncate(length);
        Ok((rest, finishes))
    }
}

/// Every method may fail as the store.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Begins a round of mail to members without a login; couriers send it.
    ///
    /// Refuses as [`StartRound`] does, [`Refusal::NobodyToWriteTo`], and [`Refusal::OwnAccountsOff`].
    pub async fn start_round(
        &self,
        (organization, by): (OrganizationId, Actor),
        audience: Audience,
        request: Request<'_>,
        receipt: impl Fn(&Round) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<Round>, Failure> {
        self.keeps_accounts()?;
        if let Some(earlier) = self.memberships.repeated(request).await? {
            return Ok(Outcome::Repeated(earlier));
        }
        let command = self.round(organization, by, audience);
        if self.memberships.forecast_round(&command).await?.mail == 0 {
            return Err(Refusal::NobodyToWriteTo.into());
        }
        self.memberships.run(&command, request, receipt).await
    }

    /// What a round would do.
    ///
    /// Refuses as [`Accounts::start_round`] does, but for an audience nobody of which can be written to: that is the
    /// answer.
    pub async fn try_round(
        &self,
        (organization, by): (OrganizationId, Actor),
        audience: Audience,
    ) -> Result<Forecast, Failure> {
        self.keeps_accounts()?;
        self.memberships.forecast_round(&self.round(organization, by, audience)).await
    }

    fn round(&self, organization: OrganizationId, by: Actor, audience: Audience) -> StartRound {
        StartRound { organization, by, round: RoundId(self.memberships.ports.random.id()), audience }
    }
}
