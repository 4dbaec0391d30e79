//! Reading a backup, and telling what is none.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use data_encoding::HEXLOWER;
use membership_core::backup::{Estate, Fault};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::line::{FORMAT, Header, Line, VERSION};

/// No row is nearly as long; a file without line ends must not fill the memory.
const LONGEST_LINE: u64 = 16 << 20;

/// A backup that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// When it was taken.
    pub taken_at: OffsetDateTime,
    /// All rows, as the file has them; the digest fits, but nothing else has been checked.
    pub estate: Estate,
}

/// Why a file is no backup that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BadBackup {
    /// Something else.
    #[error("this is no backup of an organization: its first line does not say so")]
    NoBackup,
    /// Written by a release that knows more.
    #[error("this backup has version {found}, and this release reads up to {VERSION}; use a newer release")]
    Newer {
        /// The version it has.
        found: u64,
    },
    /// A line means nothing.
    #[error("line {number} cannot be read: {what}")]
    Line {
        /// Which, from 1.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The end is missing.
    #[error("the backup is cut off after line {lines}: its last line is missing")]
    CutOff {
        /// How many lines there are.
        lines: u64,
    },
    /// It is not what was written.
    #[error("the backup was changed after it was written: its lines do not fit its last one")]
    Edited,
    /// Its rows cannot be what an organization was.
    #[error("the backup cannot be used: {0}")]
    Fault(#[from] Fault),
    /// The file cannot be read.
    #[error("the backup cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What every version's first line has.
#[derive(Deserialize)]
struct AnyHeader {
    format: String,
    version: u64,
}

/// Reads a backup to its end.
///
/// # Errors
/// [`BadBackup`] says why it cannot be used.
pub fn read(from: impl BufRead) -> Result<Backup, BadBackup> {
    let mut lines = Lines { from, digest: Sha256::new(), number: 0 };
    let header = header(&lines.next()?.ok_or(BadBackup::NoBackup)?)?;
    let mut estate = Estate::default();
    let mut rows = BTreeMap::<String, u64>::new();
    loop {
        let before = HEXLOWER.encode(&lines.digest.clone().finalize());
        let text = lines.next()?.ok_or(BadBackup::CutOff { lines: lines.number })?;
        let line = serde_json::from_slice::<Line>(&text).map_err(|error| lines.unreadable(&error))?;
        if let Line::End(end) = &line {
            if end.sha256 != before || end.rows != rows || lines.next()?.is_some() {
                return Err(BadBackup::Edited);
            }
            break;
        }
        let count = rows.entry(line.name().to_owned()).or_default();
        *count = count.saturating_add(1);
        let piece = line.piece(header.organization_id).map_err(|error| lines.unreadable(&error))?;
        piece.map_or(Ok(()), |piece| estate.add(piece))?;
    }
    if estate.id()? != header.organization_id {
        return Err(Fault::Head.into());
    }
    Ok(Backup { taken_at: header.taken_at, estate })
}

fn header(line: &[u8]) -> Result<Header, BadBackup> {
    let any: AnyHeader = serde_json::from_slice(line).map_err(|_| BadBackup::NoBackup)?;
    if any.format != FORMAT {
        return Err(BadBackup::NoBackup);
    }
    if u64::from(VERSION) < any.version {
        return Err(BadBackup::Newer { found: any.version });
    }
    serde_json::from_slice(line).map_err(|error| BadBackup::Line { number: 1, what: error.to_string() })
}

struct Lines<R> {
    from: R,
    digest: Sha256,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line with its end; a last line without one was cut off in the middle.
    fn next(&mut self) -> Result<Option<Vec<u8>>, BadBackup> {
        let mut line = Vec::new();
        self.from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(BadBackup::CutOff { lines: self.number });
        }
        self.digest.update(&line);
        self.number = self.number.saturating_add(1);
        Ok(Some(line))
    }

    fn unreadable(&self, error: &impl std::fmt::Display) -> BadBackup {
        BadBackup::Line { number: self.number, what: error.to_string() }
    }
}
