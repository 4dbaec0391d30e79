//! Files of rows: what people export from a spreadsheet and give us, and what we give them to open in one.
//!
//! Reading copes with what programs and countries do differently: commas, semicolons or tabs; UTF-8 with or without a
//! byte order mark, UTF-16 or Windows-1252; a header or none. What a cell means is not decided here.
//!
//! ```
//! use membership_csv::{Column, Table};
//!
//! let table = Table::read("Lovelace;Ada;ada@example.org;France | North".as_bytes())?;
//! let row = &table.rows()[0];
//! assert_eq!((row.line(), row.cell(Column::Email)), (1, "ada@example.org"));
//! assert_eq!(row.parts(Column::Labels).collect::<Vec<_>>(), ["France", "North"]);
//! # Ok::<(), membership_csv::FileError>(())
//! ```

mod column;
mod read;
mod text;
mod write;

pub use column::{Column, template};
pub use read::{FileError, MOST_BYTES, MOST_ROWS, Row, Table};
pub use write::Writer;
