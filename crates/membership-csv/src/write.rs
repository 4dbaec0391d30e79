//! Rows that a spreadsheet may open: no cell of theirs is ever run as a formula.

/// Characters at which a spreadsheet begins to calculate, if a cell starts with them.
const AT_THE_START: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Those of them that count within a cell, too: after a break.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Where a cell begins for a spreadsheet that splits at something else than commas.
const BREAKS: [char; 4] = [';', '\t', '\r', '\n'];

/// The cell with other apostrophes before all that a spreadsheet would run: as many as `marks` says instead of those
/// that are there. Breaks stay what and where they are, so that what was added is found again.
fn marked(cell: &str, marks: impl Fn(usize) -> usize) -> String {
    let passed_over = |c: char| c == '"' || (c.is_whitespace() && !BREAKS.contains(&c));
    let part_marked = |(nth, part): (usize, &str)| {
        let rest = part.trim_start_matches(passed_over);
        let run = rest.trim_start_matches('\'');
        let runs = if nth == 0 { run.starts_with(AT_THE_START) } else { run.starts_with(FORMULA) };
        if !runs {
            return part.to_owned();
        }
        let before = part.strip_suffix(rest).unwrap_or_default();
        format!("{before}{}{run}", "'".repeat(marks(rest.len() - run.len())))
    };
    cell.split_inclusive(BREAKS).enumerate().map(part_marked).collect()
}

/// The cell as [`Writer`] writes it: an apostrophe more before all that a spreadsheet would run.
fn guarded(cell: &str) -> String {
    marked(cell, |marks| marks + 1)
}

/// What the cell says, if it was guarded by [`Writer`]; else the cell as it is.
pub(crate) fn unguarded(cell: &str) -> String {
    marked(cell, |marks| marks.saturating_sub(1))
}

/// Writes rows as CSV (RFC 4180): commas, CRLF, quotation marks where needed. What a spreadsheet would run gets
/// an apostrophe before it, at the start of a cell and within it, which [`Table`](crate::Table) takes away again.
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
        // Only the writer behind it could fail, and that is memory.
        if row.write_record(cells.into_iter().map(|cell| guarded(cell.as_ref()))).is_ok()
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
    use proptest::prelude::*;

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

    #[test]
    fn a59_no_part_of_a_cell_is_a_formula_where_others_split() {
        for (cell, written) in [
            ("Ada;=1+1", "Ada;'=1+1"),
            ("Ada; \"=1+1\"", "Ada; \"'=1+1\""),
            ("Ada;'=1", "Ada;''=1"),
            ("Ada\t@sum\n-2\r\n+3", "Ada\t'@sum\n'-2\r\n'+3"),
            (" =1", " '=1"),
            ("a;b\tc\r\n\r\nd", "a;b\tc\r\n\r\nd"),
            ("Ada, =1", "Ada, =1"),
            ("a;b=c", "a;b=c"),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }

    proptest! {
        #[test]
        fn a59_what_was_guarded_reads_as_before_and_never_runs(cell in "[ ;,\t\r\n'\"=+@a-]{0,16}") {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), cell);
            for part in written.split(BREAKS) {
                prop_assert!(!part.trim_start_matches([' ', '"']).starts_with(FORMULA), "{written}");
            }
        }
    }
}
