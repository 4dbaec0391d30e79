//! Rows that a spreadsheet may open: no cell of theirs is ever run as a formula.

/// Characters at which a spreadsheet begins to calculate.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a spreadsheet would take the cell for a formula, or it reads like one that is guarded already.
fn runs(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// What the cell says, if it was guarded by [`Writer`]; else the cell as it is.
pub(crate) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| runs(rest)).unwrap_or(cell)
}

/// Writes rows as CSV (RFC 4180): commas, CRLF, quotation marks where needed. A cell that a spreadsheet would run
/// gets an apostrophe before it, which [`Table`](crate::Table) takes away again.
#[derive(Debug, Default)]
pub struct Writer {
    written: Vec<u8>,
}

impl Writer {
    /// Adds a row.
    pub fn row<I>(&mut self, cells: I)
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut row = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let guarded = cells.into_iter().map(|cell| match cell.as_ref() {
            cell if runs(cell) => format!("'{cell}"),
            cell => cell.to_owned(),
        });
        // Only the writer behind it could fail, and that is memory.
        if row.write_record(guarded).is_ok()
            && let Ok(bytes) = row.into_inner()
        {
            self.written.extend_from_slice(&bytes);
        }
    }

    /// What was written since it was last taken: an export of any length needs no more memory than its longest part.
    pub fn take(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.written)).unwrap_or_default()
    }

    /// What was written.
    pub fn finish(mut self) -> String {
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a59_no_cell_is_a_formula() {
        let mut file = Writer::default();
        file.row(["=1+1", "+33 1", "-2", "@sum", "\tx", "'=1", "a=b", "", "a,\"b\""]);
        assert_eq!(file.finish(), "'=1+1,'+33 1,'-2,'@sum,'\tx,''=1,a=b,,\"a,\"\"b\"\"\"\r\n");
        assert_eq!(unguarded("'=1+1"), "=1+1");
        assert_eq!(unguarded("''=1"), "'=1");
        assert_eq!(unguarded("'quoted"), "'quoted");
    }
}
