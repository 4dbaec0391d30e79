//! Writing wordings: a row is never changed, and one that is there already says the same.

use membership_core::changes::Changes;
use membership_core::port::StoreError;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::list;
use crate::distribution::Group;
use crate::rows::wordings::WordingRow;
use crate::statement::{Route, execute, statements};

statements! {
    /// Keeps texts.
    WORDINGS, Route::By(Group::Organization), "INSERT INTO wordings (organization_id, id, subject, text)
        SELECT $1, r.id, r.subject, r.text FROM jsonb_to_recordset($2) AS r(id uuid, subject text, text text)
        ON CONFLICT (organization_id, id) DO NOTHING";
}

/// Writes new wordings, if there are any.
pub(super) async fn write(
    connection: &mut PgConnection,
    organization: Uuid,
    changes: &Changes,
) -> Result<(), StoreError> {
    if changes.wordings.is_empty() {
        return Ok(());
    }
    let query = WORDINGS.query().bind(organization).bind(list(&changes.wordings, WordingRow::from));
    execute(connection, query).await.map(|_| ())
}
