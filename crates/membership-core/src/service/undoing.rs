//! Taking back what an import made: told first, then done part by part like the import itself (X.3).

use crate::command::{Command, MadeBy, TakeBack, UndoImport};
use crate::draft::{Actor, Draft};
use crate::facts::Scope;
use crate::id::{ImportId, MemberId, OrganizationId, UserId};
use crate::import::{Import, ImportRow, RowResult, SettledRow};
use crate::service::{Accounts, Failure, Memberships};

/// What taking an import back would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UndoForecast {
    /// How many members it made would go.
    pub undone: u32,
    /// How many would stay, because they have a login of their own by now or may not be removed.
    pub kept: u32,
}

impl UndoForecast {
    fn count(&mut self, row: &SettledRow) {
        let number = if row.outcome.result == RowResult::Kept { &mut self.kept } else { &mut self.undone };
        *number = number.saturating_add(1);
    }
}

impl Memberships {
    /// Has what an import made taken back, as far as nobody has used it.
    ///
    /// # Errors
    /// Refuses as [`UndoImport`] does; besides, the store may fail.
    pub async fn undo_import(
        &self,
        organization: OrganizationId,
        by: Actor,
        import: ImportId,
    ) -> Result<Import, Failure> {
        self.execute(&UndoImport { organization, by, import }).await
    }

    /// What undoing an import would come to now. Nothing is written (X.3).
    ///
    /// # Errors
    /// Refuses as [`UndoImport`] does; besides, the store may fail.
    pub async fn try_undo(
        &self,
        organization: OrganizationId,
        by: Actor,
        import: ImportId,
    ) -> Result<UndoForecast, Failure> {
        let total = self.try_out(&UndoImport { organization, by, import }).await?.total;
        let (mut forecast, mut from) = (UndoForecast::default(), 0);
        while from < total {
            let rows = self.ports.directory.import_rows(organization, import, from, Import::ROWS_AT_ONCE).await?;
            let Some(until) = rows.last().map(|row| row.position.saturating_add(1)) else { break };
            let made = self.made_by(organization, &rows).await?;
            let command = TakeBack { organization, by, import, from, until, made };
            let facts = self.ports.store.read(&command.scope()).await?;
            let settled = command.take_back_all(&mut Draft::new(&facts, by))?;
            settled.iter().for_each(|row| forecast.count(row));
            from = until;
        }
        Ok(forecast)
    }

    /// The members whom these rows made, each with the account it has.
    async fn made_by(&self, organization: OrganizationId, rows: &[ImportRow]) -> Result<Vec<MadeBy>, Failure> {
        let added = |row: &ImportRow| row.outcome.as_ref().filter(|it| it.result == RowResult::Added)?.member;
        let members: Vec<_> = rows.iter().filter_map(|row| Some((row.position, added(row)?))).collect();
        let scope = Scope { members: members.iter().map(|(_, id)| *id).collect(), ..Scope::of(organization) };
        let facts = self.ports.store.read(&scope).await?;
        let user = |member: MemberId| -> Option<UserId> { facts.member(member).ok().and_then(|it| it.user) };
        Ok(members.into_iter().map(|(position, member)| MadeBy { position, member, user: user(member) }).collect())
    }
}

impl Accounts {
    pub(super) async fn take_back_next(
        &self,
        organization: OrganizationId,
        import: &Import,
        (until, rows): (u32, Vec<ImportRow>),
    ) -> Result<Vec<SettledRow>, Failure> {
        let made = self.memberships.made_by(organization, &rows).await?;
        let (by, from) = (import.by, import.done);
        let command = TakeBack { organization, by, import: import.id, from, until, made };
        self.memberships.execute(&command).await
    }
}
