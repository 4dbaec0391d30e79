//! Rows and their cells, with the line each stands on, out of whatever file somebody has.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};

use crate::column::Column;
use crate::text::decode;
use crate::write::unguarded;

/// The largest file, in bytes (A59).
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The most rows of a file, the header not counted (A59).
pub const MOST_ROWS: usize = 10_000;

/// Why nothing of a file can be read. Each text says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It has more bytes than are taken.
    #[error("the file has more than 5 MiB; split it and import the parts one after the other")]
    TooLarge,
    /// It has more rows than are taken.
    #[error("the file has more than {MOST_ROWS} rows; split it and import the parts one after the other")]
    TooManyRows,
    /// It is not a text.
    #[error("the file is not a table in text form; save it as CSV in your spreadsheet program")]
    NotText,
    /// There is no row in it.
    #[error("the file has no rows; download the template to see what one looks like")]
    Empty,
    /// Its header names a column that an import does not have.
    #[error("the header names a column that is not known, `{0}`; remove it or use a name of the template")]
    UnknownColumn(String),
    /// Its header names a column twice.
    #[error("the header names the column `{0}` twice; remove one of them")]
    RepeatedColumn(&'static str),
    /// A quotation mark is opened and never closed, so that the rest of the file is one cell.
    #[error("a quotation mark in the row of line {0} is not closed; close it or double it")]
    OpenQuote(u64),
}

impl FileError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "file-too-large",
            Self::TooManyRows => "too-many-rows",
            Self::NotText => "not-a-table",
            Self::Empty => "empty-file",
            Self::UnknownColumn(_) => "unknown-column",
            Self::RepeatedColumn(_) => "repeated-column",
            Self::OpenQuote(_) => "open-quote",
        }
    }
}

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    line: u64,
    cells: BTreeMap<Column, String>,
    surplus: usize,
}

impl Row {
    /// The line of the file on which it begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell, trimmed; empty if the row or the file has none of that column.
    pub fn cell(&self, column: Column) -> &str {
        self.cells.get(&column).map_or("", String::as_str)
    }

    /// The parts of a cell that stand between vertical bars, trimmed, empty ones left out.
    pub fn parts(&self, column: Column) -> impl Iterator<Item = &str> {
        self.cell(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }

    /// How many cells it has beyond the last column; they are in no column.
    pub fn surplus(&self) -> usize {
        self.surplus
    }

    /// A column whose cell has several lines although its column takes one: mostly a quotation mark that was meant to
    /// be closed earlier.
    pub fn broken(&self) -> Option<Column> {
        let broken = |(column, cell): &(&Column, &String)| !column.takes_lines() && cell.contains(['\n', '\r']);
        self.cells.iter().find(broken).map(|(column, _)| *column)
    }
}

/// The rows of a file, each with its line. Rows without any text are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    has_header: bool,
    rows: Vec<Row>,
}

impl Table {
    /// Reads a file or a pasted text.
    ///
    /// # Errors
    /// Whatever keeps all of it from being read. What is wrong with one row is told by that row.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MOST_BYTES {
            return Err(FileError::TooLarge);
        }
        let text = decode(bytes).ok_or(FileError::NotText)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(&text))
            .from_reader(text.as_bytes());
        let columns = Column::ALL.into_iter().take(Column::POSITIONAL).collect();
        let mut table = Self { columns, has_header: false, rows: Vec::new() };
        let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
        let mut last = 1;
        let mut first = true;
        for record in reader.records() {
            // The text is UTF-8 and rows may be of any length: there is nothing left that the reader refuses.
            let record = record.map_err(|_| FileError::NotText)?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            last = record.position().map_or(last, |it| lines.of(it.byte()));
            if std::mem::take(&mut first) && is_header(&record) {
                table.columns = header(&record)?;
                table.has_header = true;
                continue;
            }
            if table.rows.len() == MOST_ROWS {
                return Err(FileError::TooManyRows);
            }
            table.rows.push(table.row(last, &record));
        }
        // In a file that is well quoted the marks come in pairs. A single one within a line does no harm.
        let runs_on = table.rows.last().is_some_and(|row| row.cells.values().any(|cell| cell.contains(['\n', '\r'])));
        if runs_on && text.matches('"').count() % 2 == 1 {
            return Err(FileError::OpenQuote(last));
        }
        if table.rows.is_empty() { Err(FileError::Empty) } else { Ok(table) }
    }

    /// The columns, in the file's order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether the first row named the columns; they stand in the order of the template otherwise.
    pub fn has_header(&self) -> bool {
        self.has_header
    }

    /// The rows, in the file's order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    fn row(&self, line: u64, record: &StringRecord) -> Row {
        let text = |cell: &str| unguarded(cell.trim());
        let cells = self.columns.iter().zip(record).map(|(column, cell)| (*column, text(cell)));
        let surplus = record.iter().skip(self.columns.len()).filter(|cell| !cell.trim().is_empty()).count();
        Row { line, cells: cells.filter(|(_, cell)| !cell.is_empty()).collect(), surplus }
    }
}

/// Tells the line of a place in a text, for one place after the other. The reader's own count is one too low after lines
/// that end with CR LF, for its place is then before the LF, and it counts no line that ends with CR alone.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, byte: u64) -> u64 {
        let begins = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        let ends = |bytes: &[u8]| bytes.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
        let begins = begins + self.text.get(begins..).map_or(0, ends);
        let passed = self.text.get(self.at..begins).unwrap_or_default();
        let next = |at: usize| passed.get(at.saturating_add(1));
        let lines = passed.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => next(*at) != Some(&b'\n'),
            _ => false,
        });
        self.line += u64::try_from(lines.count()).unwrap_or(0);
        self.at = begins;
        self.line
    }
}

/// What parts the cells: of comma, semicolon and tab the one that the first line has most of, outside quotation marks.
fn delimiter(text: &str) -> u8 {
    let line = text.split(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let unquoted: String = line.split('"').step_by(2).collect();
    let count = |delimiter: &u8| unquoted.bytes().filter(|byte| byte == delimiter).count();
    // The last of equals wins, so the comma comes last.
    b"\t;,".iter().copied().max_by_key(count).unwrap_or(b',')
}

/// Whether the first row names columns: no address in it, and most of its cells are names of columns.
fn is_header(record: &StringRecord) -> bool {
    let cells = || record.iter().filter(|cell| !cell.trim().is_empty());
    let known = cells().filter(|cell| Column::named(cell).is_some()).count();
    known * 2 > cells().count() && !record.iter().any(|cell| cell.contains('@'))
}

fn header(record: &StringRecord) -> Result<Vec<Column>, FileError> {
    let mut columns = Vec::new();
    for cell in record {
        let column = Column::named(cell).ok_or_else(|| FileError::UnknownColumn(cell.trim().to_owned()))?;
        if columns.contains(&column) {
            return Err(FileError::RepeatedColumn(column.name()));
        }
        columns.push(column);
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Writer;

    const SOURCE: &str = "Smith, James,, France | North, 1, apozeiru, en, Professional Photographer\n\
        Martin, Christopher,,, 0, lmozeirp, fr, ID 5162, g1 | g2\n";

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = Table::read(text.as_bytes()).unwrap();
        let cells = |row: &Row| Column::ALL.into_iter().take(3).map(|column| row.cell(column).to_owned()).collect();
        table.rows().iter().map(cells).collect()
    }

    #[test]
    fn a_row_is_told_by_its_line_however_lines_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                ["last name;email", "A;a@example.org", "", "\"B", "C\";b@example.org", "D;d@example.org"].join(end);
            let table = Table::read(text.as_bytes()).unwrap();
            let lines: Vec<_> = table.rows().iter().map(Row::line).collect();
            assert_eq!(lines, [2, 4, 6], "{end:?}");
        }
    }

    #[test]
    fn s2_7_the_two_example_lines_are_read() {
        let table = Table::read(SOURCE.as_bytes()).unwrap();
        let [james, christopher] = table.rows() else { panic!("two rows: {table:?}") };
        assert_eq!((james.cell(Column::LastName), james.cell(Column::FirstName)), ("Smith", "James"));
        assert_eq!(james.parts(Column::Labels).collect::<Vec<_>>(), ["France", "North"]);
        assert_eq!((james.cell(Column::SendEmail), james.cell(Column::Password)), ("1", "apozeiru"));
        assert_eq!(james.cell(Column::AdditionalInformation), "Professional Photographer");
        assert_eq!((james.cell(Column::Email), james.cell(Column::Groups)), ("", ""));
        assert_eq!(christopher.parts(Column::Groups).collect::<Vec<_>>(), ["g1", "g2"]);
        assert_eq!((christopher.line(), christopher.cell(Column::Language)), (2, "fr"));
    }

    #[test]
    fn separators_headers_and_quotes_are_found_out() {
        let ada = vec![vec!["Lovelace".to_owned(), "Ada".to_owned(), "ada@example.org".to_owned()]];
        for text in [
            "Lovelace,Ada,ada@example.org",
            "Lovelace;Ada;ada@example.org\r\n",
            "Lovelace\tAda\tada@example.org",
            "\n\nLovelace , Ada , ada@example.org\n,,,\n",
            "Last name,First name,E-mail\nLovelace,Ada,ada@example.org",
            "email;nom;prénom\nada@example.org;Lovelace;Ada",
            "\"Lovelace\",\"Ada\",\"ada@example.org\"",
        ] {
            assert_eq!(cells(text), ada, "{text:?}");
        }
        assert_eq!(cells("\"Lovelace; King\",Ada,ada@example.org").concat().first().unwrap(), "Lovelace; King");
    }

    #[test]
    fn a59_a_file_that_cannot_be_read_says_why() {
        let code = |bytes: &[u8]| Table::read(bytes).err().map(|error| error.code());
        assert_eq!(code(b""), Some("empty-file"));
        assert_eq!(code(b"last_name,first_name,email\n"), Some("empty-file"));
        assert_eq!(code(b"\x89PNG\r\n\x1a\n"), Some("not-a-table"));
        assert_eq!(code(b"email,last name,shoe size\na@example.org,A,42"), Some("unknown-column"));
        assert_eq!(code(b"email,mail\na@example.org,b@example.org"), Some("repeated-column"));
        assert_eq!(code(b"A,B,a@example.org\nC,\"D,c@example.org\nE,F,e@example.org"), Some("open-quote"));
        assert_eq!(code(b"A,B,a@example.org\rC,\"D,c@example.org\rE,F,e@example.org"), Some("open-quote"));
        assert_eq!(code(&vec![b'a'; MOST_BYTES + 1]), Some("file-too-large"));
        assert_eq!(code("A,B,a@example.org\n".repeat(MOST_ROWS).as_bytes()), None);
        assert_eq!(code("A,B,a@example.org\n".repeat(MOST_ROWS + 1).as_bytes()), Some("too-many-rows"));
    }

    #[test]
    fn a_row_tells_what_is_wrong_with_it() {
        let table = Table::read(b"A,B,a@example.org,,,,,,,surplus\n\"C\nD\",E,c@example.org\nF,G\n").unwrap();
        let [surplus, broken, short] = table.rows() else { panic!("three rows: {table:?}") };
        assert_eq!((surplus.surplus(), broken.surplus()), (1, 0));
        assert_eq!((broken.broken(), surplus.broken()), (Some(Column::LastName), None));
        assert_eq!((broken.line(), short.line(), short.cell(Column::Email)), (2, 4, ""));
    }

    #[test]
    fn the_template_is_read() {
        let table = Table::read(crate::template().as_bytes()).unwrap();
        assert_eq!((table.rows().len(), table.columns().len()), (2, Column::POSITIONAL));
        assert!(table.has_header() && !Table::read(SOURCE.as_bytes()).unwrap().has_header());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[^\\p{C}\\p{Z}]{1,8}", 12), 1..6)) {
            let mut file = Writer::default();
            file.row(Column::ALL.map(Column::name));
            rows.iter().for_each(|row| file.row(row));
            let table = Table::read(file.finish().as_bytes()).unwrap();
            let read: Vec<Vec<_>> =
                table.rows().iter().map(|row| Column::ALL.iter().map(|it| row.cell(*it).to_owned()).collect()).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Table::read(&bytes);
        }
    }
}
