//! From a step about imports to its command.

use membership_core::command::{BeginImport, CarryOut, ImportedRow, MadeBy, TakeBack, UndoImport};
use membership_core::draft::Actor;
use membership_core::id::{ImportId, MemberId, OrganizationId};
use membership_core::import::{Existing, Import, ImportRow, ImportState, RowResult};

use super::Eye;
use crate::any_command::AnyCommand;
use crate::memory::OrganizationRows;
use crate::strategy::imports::{Importing, RowPick};
use crate::strategy::step::Pick;

impl Eye<'_> {
    pub(super) fn importing(
        &self,
        (organization, rows): (OrganizationId, &OrganizationRows),
        by: Actor,
        importing: &Importing,
    ) -> Option<AnyCommand> {
        Some(match importing {
            Importing::Begin { rows, existing } => {
                let sealed = |position: u32| ImportRow {
                    position,
                    line: position + 1,
                    sealed: Some(format!("sealed {position}")),
                    outcome: None,
                };
                let existing = existing.of(Existing::ALL).unwrap_or_default();
                let rows = (0..u32::from(*rows)).map(sealed).collect();
                BeginImport { organization, by, id: ImportId(self.random.id()), existing, rows }.into()
            }
            Importing::CarryOut { import, rows: picked, stale } => {
                let import = Self::import(rows, *import, ImportState::Running)?;
                let from = import.done.saturating_sub(u32::from(stale.0.is_multiple_of(9)));
                let left = usize::try_from(import.total.saturating_sub(from)).unwrap_or(0);
                let imported = (from..).zip(picked.iter().take(left));
                let imported = imported.map(|(position, row)| self.imported(rows, position, row));
                let imported: Vec<_> = imported.collect::<Option<_>>()?;
                let until = from + u32::try_from(imported.len()).unwrap_or(0);
                // Nobody but whoever began it has its rows carried out.
                let (by, existing, import) = (import.by, import.existing, import.id);
                CarryOut { organization, by, import, from, until, existing, rows: imported, lost: Vec::new() }.into()
            }
            Importing::Undo { import } => {
                let import = Self::import(rows, *import, ImportState::Done)?.id;
                UndoImport { organization, by, import }.into()
            }
            // Where none is being taken back, that is begun: few walks get as far as both by chance.
            Importing::TakeBack { import, .. } if Self::only_done(rows) => {
                return self.importing((organization, rows), by, &Importing::Undo { import: *import });
            }
            Importing::TakeBack { import, stale } => {
                let import = Self::import(rows, *import, ImportState::Undoing)?;
                let stale = stale.0.is_multiple_of(9);
                let all = rows.import_rows.range((import.id, 0)..=(import.id, u32::MAX)).map(|(_, row)| row);
                let made = all.filter_map(|row| {
                    let outcome = row.outcome.as_ref().filter(|it| it.result == RowResult::Added)?;
                    let member = outcome.member?;
                    let user = rows.members.get(&member).and_then(|it| it.user).filter(|_| !stale);
                    Some(MadeBy { position: row.position, member, user })
                });
                let (from, until, made) = (import.done, import.total, made.collect());
                TakeBack { organization, by: import.by, import: import.id, from, until, made }.into()
            }
        })
    }

    /// Whether an import is done and none is being taken back.
    fn only_done(rows: &OrganizationRows) -> bool {
        let any = |state| rows.imports.values().any(|it| it.state == state);
        any(ImportState::Done) && !any(ImportState::Undoing)
    }

    /// Mostly an import in that state.
    fn import(rows: &OrganizationRows, pick: Pick, state: ImportState) -> Option<&Import> {
        pick.mostly_of(rows.imports.values().filter(|it| it.state == state), rows.imports.values())
    }

    fn imported(&self, rows: &OrganizationRows, position: u32, row: &RowPick) -> Option<ImportedRow> {
        let login = (row.what.0.is_multiple_of(3)).then(|| self.account_of_row());
        let cells = super::logins::cells_of(&row.guest, row.what, login.is_some());
        let mut entry = super::logins::entry_of(&cells)?;
        entry.groups = row.group.map(|it| self.group(rows, it)).into_iter().collect();
        entry.role = row.guest.role.map(|role| self.role(rows, role));
        entry.deactivates_at = row.guest.deactivates_at.map(|at| self.when(at));
        Some(ImportedRow { position, member: MemberId(self.random.id()), entry, login })
    }
}
