//! Writing a backup, row by row.

use std::collections::BTreeMap;
use std::io::{self, Write};

use data_encoding::HEXLOWER;
use membership_core::backup::Piece;
use membership_core::id::OrganizationId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::line::{End, FORMAT, Header, Line, VERSION};

/// Writes a backup. Without [`Writer::finish`] what it wrote is none, and is refused.
pub struct Writer<W> {
    to: W,
    digest: Sha256,
    rows: BTreeMap<String, u64>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What the file says.
    pub fn new(to: W, organization_id: OrganizationId, taken_at: OffsetDateTime) -> io::Result<Self> {
        let mut writer = Self { to, digest: Sha256::new(), rows: BTreeMap::new() };
        writer.line(&Header { format: FORMAT.to_owned(), version: VERSION, taken_at, organization_id })?;
        Ok(writer)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the file says.
    pub fn piece(&mut self, piece: &Piece) -> io::Result<()> {
        let line = Line::from(piece);
        let rows = self.rows.entry(line.name().to_owned()).or_default();
        *rows = rows.saturating_add(1);
        self.line(&line)
    }

    /// Ends the file, and gives back where it was written.
    ///
    /// # Errors
    /// What the file says.
    pub fn finish(mut self) -> io::Result<W> {
        let sha256 = HEXLOWER.encode(&self.digest.clone().finalize());
        let rows = std::mem::take(&mut self.rows);
        self.line(&Line::End(End { rows, sha256 }))?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.digest.update(&text);
        self.to.write_all(&text)
    }
}
