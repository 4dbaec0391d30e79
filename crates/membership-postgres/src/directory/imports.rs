//! Imports and their rows, for screens and for whoever carries them out.

use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::{Import, ImportCounts, ImportRow};
use membership_core::port::StoreError;

use crate::distribution::Group;
use crate::rows::imports::{CountedImportRow, RowOfImport, import_columns};
use crate::statement::{Route, statements};
use crate::store::PostgresStore;

/// How many imports a list names.
const MOST: i64 = 100;

statements! {
    /// Imports, the newest first, with how many rows have which result.
    IMPORTS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (
            SELECT ", import_columns!(), ", (SELECT coalesce(json_agg(json_build_array(c.result, c.rows)), '[]') FROM (
                    SELECT x.result, count(*) AS rows FROM import_rows x
                    WHERE x.organization_id = $1 AND x.import_id = i.id AND x.result IS NOT NULL
                    GROUP BY x.result) c) AS counts
            FROM imports i WHERE i.organization_id = $1 AND ($2::uuid IS NULL OR i.id = $2)
            ORDER BY i.created_at DESC, i.id DESC LIMIT $3) r";
    /// Rows of an import, in order.
    IMPORT_ROWS, Route::By(Group::Organization),
        "SELECT row_to_json(r) FROM (
            SELECT x.position, x.line, x.sealed, x.result, x.member_id, x.problems FROM import_rows x
            WHERE x.organization_id = $1 AND x.import_id = $2 AND x.position >= $3
            ORDER BY x.position LIMIT $4) r";
}

impl PostgresStore {
    pub(super) async fn list_imports(
        &self,
        organization: OrganizationId,
        import: Option<ImportId>,
    ) -> Result<Vec<(Import, ImportCounts)>, StoreError> {
        let query = IMPORTS.query().bind(organization.0).bind(import.map(|id| id.0)).bind(MOST);
        let rows: Vec<CountedImportRow> = self.list(query).await?;
        rows.into_iter().map(CountedImportRow::counted).collect()
    }

    pub(super) async fn list_import_rows(
        &self,
        organization: OrganizationId,
        import: ImportId,
        (from, limit): (u32, u32),
    ) -> Result<Vec<ImportRow>, StoreError> {
        let query = IMPORT_ROWS.query().bind(organization.0).bind(import.0).bind(i64::from(from));
        let rows: Vec<RowOfImport> = self.list(query.bind(i64::from(limit))).await?;
        rows.into_iter().map(RowOfImport::row).collect()
    }
}
