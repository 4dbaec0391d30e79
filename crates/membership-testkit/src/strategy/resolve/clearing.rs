//! Steps about clearing all logins at once, and giving them back.

use membership_core::command::{ClearLogins, ClearLoginsChunk, GiveLoginsBack, UndoClear};
use membership_core::draft::Actor;
use membership_core::id::{ClearId, OrganizationId};
use membership_core::login_clear::{ClearState, LoginClear};

use super::Eye;
use crate::any_command::AnyCommand;
use crate::memory::OrganizationRows;
use crate::strategy::step::{Clearing, Pick};

impl Eye<'_> {
    pub(super) fn clearing(
        &self,
        (organization, by): (OrganizationId, Actor),
        rows: &OrganizationRows,
        clearing: &Clearing,
    ) -> Option<AnyCommand> {
        match clearing {
            Clearing::Begin { mistyped } => {
                let name = rows.head.organization.name.to_string();
                let confirm_name = if *mistyped { format!("{name}?") } else { name };
                Some(ClearLogins { organization, by, clear: ClearId(self.random.id()), confirm_name }.into())
            }
            Clearing::Chunk { clear, stale, finishes } => {
                let row = of_state(rows, *clear, ClearState::Clearing)?;
                let mut logins: Vec<_> = rows.members.values().filter_map(|it| Some((it.id, it.user?))).collect();
                logins.sort_by_key(|(_, user)| *user);
                logins.retain(|(_, user)| row.after.is_none_or(|after| after < *user));
                logins.truncate(if *finishes { logins.len() } else { 2 });
                let (clear, acts_for, chunk) = (row.id, row.acts_for, chunk_of(row, *stale));
                let finishes = *finishes;
                Some(ClearLoginsChunk { organization, clear, chunk, acts_for, logins, finishes }.into())
            }
            Clearing::Undo { clear } => {
                let clear = clear.of(rows.clears.values())?.id;
                Some(UndoClear { organization, by, clear }.into())
            }
            Clearing::GiveBack { clear, stale, finishes } => {
                let row = of_state(rows, *clear, ClearState::Undoing)?;
                let mut logins: Vec<_> = rows.cleared.values().filter(|it| it.clear == row.id).cloned().collect();
                logins.truncate(if *finishes { logins.len() } else { 2 });
                let (clear, acts_for, chunk) = (row.id, row.acts_for, chunk_of(row, *stale));
                let finishes = *finishes;
                Some(GiveLoginsBack { organization, clear, chunk, acts_for, logins, finishes }.into())
            }
        }
    }
}

/// Mostly one of that state.
fn of_state(rows: &OrganizationRows, pick: Pick, state: ClearState) -> Option<&LoginClear> {
    pick.mostly_of(rows.clears.values().filter(|it| it.state == state), rows.clears.values())
}

fn chunk_of(clear: &LoginClear, stale: bool) -> u32 {
    if stale { clear.chunks.saturating_sub(1) } else { clear.chunks }
}
