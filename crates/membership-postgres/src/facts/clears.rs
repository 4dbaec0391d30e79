//! Reading a time at which logins were cleared, and what it keeps of some of them.

use membership_core::facts::{ClearPick, Facts, Scope};
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;

use crate::distribution::Group;
use crate::rows::clears::{ClearRow, ClearedRow, clear_columns, cleared_columns};
use crate::statement::{Route, fetch, statements};

statements! {
    /// The latest clear, those that are not finished, and the one that is named.
    CLEARS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", clear_columns!(), " FROM login_clears l
        WHERE l.organization_id = $1 AND (l.id = $2 OR l.state IN ('clearing', 'undoing') OR l.number = (
            SELECT n.number FROM login_clears n WHERE n.organization_id = $1 ORDER BY n.number DESC LIMIT 1))
        ORDER BY l.number) r";
    /// What a clear keeps of some logins.
    CLEARED, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", cleared_columns!(), " FROM cleared_logins c
        WHERE c.organization_id = $1 AND c.clear_id = $2 AND c.user_id = ANY($3) ORDER BY c.user_id) r";
}

/// Reads the clear that the scope asks for.
pub(super) async fn load(connection: &mut PgConnection, scope: &Scope, facts: &mut Facts) -> Result<(), StoreError> {
    let (Some(organization), Some(pick)) = (scope.organization, scope.clear) else { return Ok(()) };
    let id = match pick {
        ClearPick::Id(id) => Some(id.0),
        ClearPick::Current => None,
    };
    let rows: Vec<ClearRow> = fetch(connection, CLEARS.query().bind(organization.0).bind(id)).await?;
    facts.clears = rows.into_iter().map(ClearRow::clear).collect::<Result<_, _>>()?;
    if let Some(id) = id.filter(|_| !scope.cleared_of.is_empty()) {
        let users: Vec<_> = scope.cleared_of.iter().map(|user| user.0).collect();
        let query = CLEARED.query().bind(organization.0).bind(id).bind(users);
        let rows: Vec<ClearedRow> = fetch(connection, query).await?;
        facts.cleared = rows.into_iter().map(ClearedRow::cleared).collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// How many statements [`load`] needs.
pub(super) fn statements_needed(scope: &Scope) -> usize {
    let named = matches!(scope.clear, Some(ClearPick::Id(_)));
    let asked = scope.organization.is_some() && scope.clear.is_some();
    usize::from(asked) + usize::from(asked && named && !scope.cleared_of.is_empty())
}
