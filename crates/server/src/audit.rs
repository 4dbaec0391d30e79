//! `audit verify`: reads every log to its end and says where a chain is broken.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use membership_core::audit::{BrokenChain, ChainCheck, Stream};
use membership_core::organization::ChainEnd;
use membership_core::port::{StoreError, Upkeep};

use crate::config::{ConfigError, Settings};
use crate::stores::Stores;

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no entry of any log was changed, removed or reordered.
    Verify {
        /// A file of earlier ends, as `--write` made it: whoever can rewrite a whole log cannot rewrite that file.
        #[arg(long)]
        against: Option<PathBuf>,
        /// Write each log's end to this file, to be kept elsewhere.
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

/// What checking found.
#[derive(Debug, Default)]
pub struct Verified {
    /// How many logs were read.
    pub logs: u64,
    /// How many entries.
    pub entries: u64,
    /// Where chains are broken.
    pub broken: Vec<(Stream, BrokenChain)>,
    /// Where each log ends.
    pub ends: BTreeMap<String, ChainEnd>,
}

/// Does what was asked.
///
/// # Errors
/// [`ConfigError`] if a log is broken, or the database or a file cannot be read.
pub async fn run(settings: &Settings, command: AuditCommand) -> Result<(), ConfigError> {
    let AuditCommand::Verify { against, write } = command;
    let failed = |error: StoreError| ConfigError::new(error.to_string());
    let stores = Stores::connect(&settings.database(), None).await.map_err(failed)?;
    let earlier = against.map(read_ends).transpose()?.unwrap_or_default();
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    let verified = verify(stores.upkeep.as_ref(), &earlier, &progress).await.map_err(failed)?;
    progress.finish_and_clear();
    if let Some(path) = write {
        write_ends(&path, &verified.ends)?;
    }
    println!("{} logs with {} entries were read", verified.logs, verified.entries);
    for (stream, broken) in &verified.broken {
        println!("BROKEN  {}  {broken}", name(*stream));
    }
    match verified.broken.len() {
        0 => Ok(()),
        broken => Err(ConfigError::new(format!("{broken} logs are not as they were written"))),
    }
}

/// Reads every log to its end.
///
/// # Errors
/// Any [`StoreError`].
pub async fn verify(
    upkeep: &dyn Upkeep,
    earlier: &BTreeMap<String, ChainEnd>,
    progress: &ProgressBar,
) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    let mut after = None;
    loop {
        let logs = upkeep.logs(after).await?;
        let Some((last, _)) = logs.last() else { break };
        after = Some(*last);
        for (stream, end) in logs {
            let expected = earlier.get(&name(stream)).copied();
            if let Err(broken) = verify_one(upkeep, (stream, end), expected, &mut verified.entries).await? {
                verified.broken.push((stream, broken));
            }
            verified.ends.insert(name(stream), end);
            verified.logs = verified.logs.saturating_add(1);
            progress.set_message(format!("{} logs, {} entries", verified.logs, verified.entries));
            progress.tick();
        }
    }
    for stream in earlier.keys().filter(|stream| !verified.ends.contains_key(*stream)) {
        tracing::error!(%stream, "a log that was there is gone");
        verified.broken.push((stream_named(stream), BrokenChain::CutOff { expected: 1, found: 0 }));
    }
    Ok(verified)
}

async fn verify_one(
    upkeep: &dyn Upkeep,
    (stream, end): (Stream, ChainEnd),
    expected: Option<ChainEnd>,
    read: &mut u64,
) -> Result<Result<(), BrokenChain>, StoreError> {
    let mut check = ChainCheck::default();
    let mut after = 0;
    loop {
        let entries = upkeep.log(stream, after).await?;
        let Some(last) = entries.last() else { return Ok(check.finish(&end)) };
        after = last.sequence;
        for entry in &entries {
            *read = read.saturating_add(1);
            if let Err(broken) = check.next(entry) {
                return Ok(Err(broken));
            }
            let was = expected.filter(|it| it.sequence == entry.sequence);
            if was.is_some_and(|it| it.hash != entry.hash) {
                return Ok(Err(BrokenChain::Edited { sequence: entry.sequence }));
            }
        }
        if let Some(expected) = expected.filter(|it| it.sequence > end.sequence) {
            return Ok(Err(BrokenChain::CutOff { expected: expected.sequence, found: end.sequence }));
        }
    }
}

fn name(stream: Stream) -> String {
    match stream {
        Stream::Organization(id) => format!("organization/{id}"),
        Stream::User(id) => format!("user/{id}"),
    }
}

fn stream_named(name: &str) -> Stream {
    let id = |text: &str| uuid::Uuid::try_parse(text).unwrap_or_default();
    match name.split_once('/') {
        Some(("user", user)) => Stream::User(membership_core::id::UserId(id(user))),
        Some((_, organization)) => Stream::Organization(membership_core::id::OrganizationId(id(organization))),
        None => Stream::Organization(membership_core::id::OrganizationId(uuid::Uuid::nil())),
    }
}

fn write_ends(path: &PathBuf, ends: &BTreeMap<String, ChainEnd>) -> Result<(), ConfigError> {
    let hash = |end: &ChainEnd| end.hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lines: String = ends.iter().map(|(stream, end)| format!("{stream} {} {}\n", end.sequence, hash(end))).collect();
    std::fs::write(path, lines)
        .map_err(|error| ConfigError::new(format!("`{}` cannot be written: {error}", path.display())))
}

fn read_ends(path: PathBuf) -> Result<BTreeMap<String, ChainEnd>, ConfigError> {
    let text = std::fs::read_to_string(&path)
        .map_err(|error| ConfigError::new(format!("`{}` cannot be read: {error}", path.display())))?;
    let mut ends = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let (stream, end) = read_end(line).ok_or_else(|| {
            let number = index.saturating_add(1);
            ConfigError::new(format!("`{}`, line {number}: must be a log, a number and a hash", path.display()))
        })?;
        ends.insert(stream, end);
    }
    Ok(ends)
}

fn read_end(line: &str) -> Option<(String, ChainEnd)> {
    let mut words = line.split_whitespace();
    let stream = words.next()?.to_owned();
    let sequence = words.next()?.parse().ok()?;
    let digits = words.next().filter(|digits| digits.len() == 64 && digits.is_ascii())?;
    let mut hash = [0; 32];
    for (index, byte) in hash.iter_mut().enumerate() {
        let at = index.checked_mul(2)?;
        *byte = u8::from_str_radix(digits.get(at..at.checked_add(2)?)?, 16).ok()?;
    }
    Some((stream, ChainEnd { sequence, hash }))
}
