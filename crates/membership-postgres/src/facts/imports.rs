//! Reading an import, without its rows.

use membership_core::facts::{Facts, Scope};
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;

use crate::distribution::Group;
use crate::rows::imports::{ImportRowOf, import_columns};
use crate::statement::{Route, fetch_optional, statements};

statements! {
    /// One import.
    IMPORT, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (SELECT ", import_columns!(), " FROM imports i
        WHERE i.organization_id = $1 AND i.id = $2) r";
}

/// Reads the import that the scope asks for.
pub(super) async fn load(connection: &mut PgConnection, scope: &Scope, facts: &mut Facts) -> Result<(), StoreError> {
    let (Some(organization), Some(import)) = (scope.organization, scope.import) else { return Ok(()) };
    let row: Option<ImportRowOf> =
        fetch_optional(connection, IMPORT.query().bind(organization.0).bind(import.0)).await?;
    facts.imports = row.map(ImportRowOf::import).transpose()?.into_iter().collect();
    Ok(())
}
