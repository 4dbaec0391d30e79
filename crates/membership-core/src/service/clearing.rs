//! Clearing all logins of an organization: what it would do, how it is carried out and taken back, what became of those
//! before (S4.9).

use crate::authority::{Action, Authority};
use crate::command::{ClearLogins, ClearLoginsChunk, GiveLoginsBack, UndoClear};
use crate::draft::Actor;
use crate::facts::{ClearPick, Receipt, Scope};
use crate::id::{ClearId, MemberId, OrganizationId, UserId};
use crate::login_clear::{ClearCounts, ClearedLogin, LoginClear};
use crate::service::{Accounts, Failure, Memberships, Outcome, Request};

/// How many logins are looked at together to tell what a clear would do.
const LOOKED_AT_ONCE: u32 = 500;

/// A time at which logins were cleared, on a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearView {
    /// It.
    pub clear: LoginClear,
    /// Whether it can be taken back now.
    pub can_be_undone: bool,
}

/// Every method refuses as [`Memberships::organization`] does, and whoever may not clear logins.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl Memberships {
    /// The times at which an organization's logins were cleared, the latest first.
    pub async fn login_clears(&self, organization: OrganizationId, by: Actor) -> Result<Vec<ClearView>, Failure> {
        let facts = self.facts_for(organization, by, Scope::default()).await?;
        Authority::of(&facts, by)?.may(Action::ClearLogins)?;
        let clears = self.ports.directory.login_clears(organization).await?;
        let view = |clear: LoginClear| ClearView { can_be_undone: clear.can_be_undone(facts.now), clear };
        Ok(clears.into_iter().map(view).collect())
    }

    /// What a clear would do now, page by page, on rows that are only read: no lock is held meanwhile.
    async fn forecast_clear(&self, organization: OrganizationId, by: Actor) -> Result<ClearCounts, Failure> {
        let mut counts = ClearCounts::default();
        let mut after = None;
        loop {
            let logins = self.ports.directory.logins_after(organization, after, LOOKED_AT_ONCE).await?;
            let users: Vec<UserId> = logins.iter().map(|(_, user)| *user).collect();
            let scope = Scope {
                members: logins.iter().map(|(member, _)| *member).collect(),
                organizations_of: users.clone(),
                users,
                ..Scope::default()
            };
            let facts = self.facts_for(organization, by, scope).await?;
            let authority = Authority::of(&facts, by)?;
            for (member, user) in &logins {
                let (Ok(member), Some(user)) = (facts.member(*member), facts.user(*user)) else { continue };
                if member.user == Some(user.id) {
                    counts.count(authority.fate_of(&facts, member, user, facts.now));
                }
            }
            after = logins.last().map(|(_, user)| *user);
            if logins.len() < usize::try_from(LOOKED_AT_ONCE).unwrap_or(usize::MAX) {
                return Ok(counts);
            }
        }
    }

    /// Clears one chunk of logins, unless that was done already.
    pub async fn clear_logins_chunk(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        chunk: u32,
    ) -> Result<(), Failure> {
        let row = self.clear_row(organization, clear).await?;
        let one_more = LoginClear::CHUNK.saturating_add(1);
        let logins = self.ports.directory.logins_after(organization, row.after, one_more).await?;
        let (logins, finishes) = cut(logins);
        let acts_for = row.acts_for;
        let command = ClearLoginsChunk { organization, clear, chunk, acts_for, logins, finishes };
        self.execute(&command).await.map(drop)
    }

    /// Gives one chunk of cleared logins back, unless that was done already.
    pub async fn give_logins_back_chunk(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        chunk: u32,
    ) -> Result<(), Failure> {
        let row = self.clear_row(organization, clear).await?;
        let one_more = LoginClear::CHUNK.saturating_add(1);
        let logins: Vec<ClearedLogin> = self.ports.directory.cleared_logins(organization, clear, one_more).await?;
        let (logins, finishes) = cut(logins);
        let acts_for: MemberId = row.acts_for;
        let command = GiveLoginsBack { organization, clear, chunk, acts_for, logins, finishes };
        self.execute(&command).await.map(drop)
    }

    async fn clear_row(&self, organization: OrganizationId, clear: ClearId) -> Result<LoginClear, Failure> {
        let scope = Scope { clear: Some(ClearPick::Id(clear)), ..Scope::of(organization) };
        let facts = self.ports.store.read(&scope).await?;
        facts.head()?;
        Ok(facts.login_clear(clear)?.clone())
    }
}

/// One chunk of what was read, and whether it is the last one.
fn cut<T>(mut rest: Vec<T>) -> (Vec<T>, bool) {
    let length = usize::try_from(LoginClear::CHUNK).unwrap_or(usize::MAX);
    let finishes = rest.len() <= length;
    rest.truncate(length);
    (rest, finishes)
}

/// Every method may fail as the store.
#[expect(clippy::missing_errors_doc, reason = "said once, above; each method names its refusals")]
impl Accounts {
    /// Begins to clear all logins; couriers carry it out.
    ///
    /// Refuses as [`ClearLogins`] does, and [`Refusal::OwnAccountsOff`](crate::refusal::Refusal::OwnAccountsOff).
    pub async fn clear_logins(
        &self,
        (organization, by): (OrganizationId, Actor),
        confirm_name: String,
        request: Request<'_>,
        receipt: impl Fn(&LoginClear) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<LoginClear>, Failure> {
        self.keeps_accounts()?;
        let clear = ClearId(self.memberships.ports.random.id());
        let command = ClearLogins { organization, by, clear, confirm_name };
        self.memberships.run(&command, request, receipt).await
    }

    /// How many people it would hit, and why not more. The name need not be typed to be told.
    ///
    /// Refuses as [`Accounts::clear_logins`] does.
    pub async fn try_clearing(&self, (organization, by): (OrganizationId, Actor)) -> Result<ClearCounts, Failure> {
        self.keeps_accounts()?;
        let facts = self.memberships.facts_for(organization, by, Scope::default()).await?;
        let confirm_name = facts.head()?.organization.name.to_string();
        let clear = ClearId(self.memberships.ports.random.id());
        self.memberships.try_out(&ClearLogins { organization, by, clear, confirm_name }).await?;
        self.memberships.forecast_clear(organization, by).await
    }

    /// Begins to give back what a clear took; couriers carry it out.
    ///
    /// Refuses as [`UndoClear`] does, and [`Refusal::OwnAccountsOff`](crate::refusal::Refusal::OwnAccountsOff).
    pub async fn undo_clear(
        &self,
        (organization, by): (OrganizationId, Actor),
        clear: ClearId,
        request: Request<'_>,
        receipt: impl Fn(&LoginClear) -> Option<Receipt> + Send + Sync,
    ) -> Result<Outcome<LoginClear>, Failure> {
        self.keeps_accounts()?;
        self.memberships.run(&UndoClear { organization, by, clear }, request, receipt).await
    }
}
