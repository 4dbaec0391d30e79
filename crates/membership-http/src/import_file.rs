//! From a file of rows, or rows in JSON, to what is imported (S2.7), and the files that are handed out beside it.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use membership_core::draft::Actor;
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::{Cells, NewRow, RowProblem};
use membership_core::input::InvalidInput;
use membership_core::service::{Failure, Memberships};
use membership_csv::{Column, FileError, Row, Table, Writer};

/// A file of rows as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// The names of its columns, in its order: those of [`Cells`].
    pub columns: Vec<&'static str>,
    /// Whether its first row named them.
    pub has_header: bool,
    /// The rows, each with what is wrong with its shape.
    pub rows: Vec<NewRow>,
}

impl ImportFile {
    /// The largest file that is taken, in bytes (A59).
    pub const MOST_BYTES: usize = membership_csv::MOST_BYTES;

    /// Reads a file: CSV with commas, semicolons or tabs, with or without a header.
    ///
    /// # Errors
    /// Whatever keeps the whole file from being read, about the field `file`.
    pub fn read(file: &[u8]) -> Result<Self, InvalidInput> {
        let table = Table::read(file).map_err(|error| about_the_file(&error))?;
        let columns = table.columns().iter().map(|column| column.name()).collect();
        Ok(Self { columns, has_header: table.has_header(), rows: table.rows().iter().map(new_row).collect() })
    }
}

/// The longest body that an import through the API may have: a little more than the longest file, so that its own error
/// can tell.
pub(crate) const LONGEST_BODY: usize = ImportFile::MOST_BYTES + 64 * 1024;

/// The longest form of the import's page: it may carry a file back that was sealed, in letters that a form can hold.
pub const LONGEST_IMPORT_FORM: usize = ImportFile::MOST_BYTES / 3 * 4 + 128 * 1024;

/// A file to begin with: the header, and two rows that show what goes where (S2.7).
pub fn import_template() -> Response {
    download("import-template.csv", membership_csv::template())
}

/// What became of each row of an import so far, as a file to keep.
///
/// # Errors
/// As reading the import's rows.
pub async fn import_result(
    memberships: &Memberships,
    which: (OrganizationId, Actor, ImportId),
) -> Result<Response, Failure> {
    Ok(download("import-result.csv", result_text(memberships, which).await?))
}

fn download(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, text).into_response()
}

/// What became of each row of an import so far, as CSV: at most 10,000 lines.
///
/// # Errors
/// As reading the import's rows.
pub async fn result_text(
    memberships: &Memberships,
    (organization, by, import): (OrganizationId, Actor, ImportId),
) -> Result<String, Failure> {
    let mut file = Writer::default();
    file.row(["line", "outcome", "member_id", "column", "error"]);
    let mut from = 0;
    loop {
        let rows = memberships.import_rows(organization, by, (import, from)).await?;
        let Some(last) = rows.last() else { return Ok(file.finish()) };
        from = last.position.saturating_add(1);
        for row in &rows {
            let outcome = row.outcome.as_ref();
            let problems = outcome.map(|it| it.problems.as_slice()).unwrap_or_default();
            let columns: Vec<_> = problems.iter().filter_map(|it| it.field.as_deref()).collect();
            let messages: Vec<_> = problems.iter().map(|it| it.message.as_str()).collect();
            file.row([
                row.line.to_string(),
                outcome.map_or("waiting", |it| it.result.as_str()).to_owned(),
                outcome.and_then(|it| it.member).map(|id| id.to_string()).unwrap_or_default(),
                columns.join(" | "),
                messages.join(" | "),
            ]);
        }
    }
}

fn about_the_file(error: &FileError) -> InvalidInput {
    InvalidInput::new("file", error.code(), format!("cannot be imported: {error}"))
}

fn new_row(row: &Row) -> NewRow {
    let text = |column| row.cell(column).to_owned();
    let parts = |column| row.parts(column).map(str::to_owned).collect();
    let cells = Cells {
        last_name: text(Column::LastName),
        first_name: text(Column::FirstName),
        email: text(Column::Email),
        labels: parts(Column::Labels),
        send_email: text(Column::SendEmail),
        password: text(Column::Password),
        language: text(Column::Language),
        additional_information: text(Column::AdditionalInformation),
        groups: parts(Column::Groups),
        number: text(Column::Number),
        role: text(Column::Role),
        deactivates_at: text(Column::DeactivatesAt),
    };
    let mut faults = Vec::new();
    if 0 < row.surplus() {
        let message =
            "the row has more cells than there are columns; put cells that contain the separator in quotation marks";
        faults.push(RowProblem { field: None, code: "too-many-cells".to_owned(), message: message.to_owned() });
    }
    if let Some(column) = row.broken() {
        let name = column.name();
        let message = format!("`{name}` goes over several lines; close the quotation mark that was opened in it");
        faults.push(RowProblem::new(name, "open-quote", &message));
    }
    NewRow { line: u32::try_from(row.line()).unwrap_or(u32::MAX), cells, faults }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a59_a_row_of_another_shape_says_so() {
        let rows = ImportFile::read(b"A,B,a@example.org,,,,,,,surplus\n\"C\nD\",E,c@example.org\nF,G\n").unwrap().rows;
        let codes: Vec<_> = rows.iter().map(|row| row.faults.first().map(|it| it.code.as_str())).collect();
        assert_eq!(codes, [Some("too-many-cells"), Some("open-quote"), None]);
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn a59_a_file_that_is_no_table_is_refused_as_a_whole() {
        let refused = ImportFile::read(b"\x89PNG\r\n\x1a\n\0").unwrap_err();
        assert_eq!((refused.field.as_ref(), refused.code), ("file", "not-a-table"));
    }
}
