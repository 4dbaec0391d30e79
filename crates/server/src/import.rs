//! `import`: many people at once from a file, by the same rules as through the API, with a progress bar.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::facts::Scope;
use membership_core::id::{ImportId, OrganizationId};
use membership_core::import::{Existing, ImportRow, NewRow, RowOutcome, RowResult};
use membership_core::input::InvalidInput;
use membership_core::role::RoleKey;
use membership_core::service::{Accounts, ImportTerms, Memberships, Outcome, Request};
use membership_http::{ImportFile, result_text};

use crate::app::{App, Parts};
use crate::config::{ConfigError, Settings};

/// How a run ends in which some rows were not carried out: everything else was.
const SOME_FAILED: u8 = 3;

/// Which file is imported where, and how.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 0 if every row went through, 3 if some did not, and 1 if nothing was done.\n\
    A run that is killed is gone on with by the server, or by whoever carries out imports next; no row is done twice.")]
pub struct ImportCommand {
    /// The file: CSV with commas, semicolons or tabs, with a header or in the order of the template.
    file: PathBuf,
    /// The organization's id.
    #[arg(long)]
    organization: String,
    /// The address of the member on whose behalf it is done, as the log will say; the owner if none is named.
    #[arg(long)]
    by: Option<String>,
    /// Only tell what would become of each row.
    #[arg(long)]
    dry_run: bool,
    /// What happens to people who are members already: `fill` what is empty, `replace` it, or `ignore` them.
    #[arg(long, alias = "mode", default_value = "fill")]
    existing: String,
    /// The role of whoever is new and whose row names none; the organization's default role if it is left out.
    #[arg(long)]
    role: Option<String>,
    /// Where to write what became of each row, as CSV; the file must not be there yet.
    #[arg(long, conflicts_with = "dry_run")]
    result: Option<PathBuf>,
}

/// Imports a file, or tells what that would do.
///
/// # Errors
/// [`ConfigError`] says what went wrong. Whatever is wrong with single rows is told by line and is no such error.
pub async fn run(settings: &Settings, command: ImportCommand) -> Result<ExitCode, ConfigError> {
    let organization: OrganizationId = command.organization.parse().map_err(said)?;
    let existing = Existing::parse(&command.existing).map_err(said)?;
    let role = command.role.as_deref().map(RoleKey::parse).transpose().map_err(said)?;
    let by = command.by.as_deref().map(EmailAddress::parse).transpose().map_err(said)?;
    let rows = rows_of(&command.file)?;
    let accounts = App::new(settings, Parts::real(settings).await?)?.accounts;
    let by = on_behalf_of(accounts.memberships(), organization, by.as_ref()).await?;
    let terms = ImportTerms { existing, role };
    if command.dry_run {
        let reports = accounts.rehearse_import(organization, by, (&terms, &rows)).await.map_err(said)?;
        return Ok(told("would be", reports.iter().map(|it| (it.line, &it.outcome))));
    }
    let result = command.result.as_deref().map(|path| File::create_new(path).map_err(|error| at(path, &error)));
    let result = result.transpose()?;
    let id = ImportId(accounts.memberships().ports().random.id());
    let import = Import { accounts, organization, by, id };
    let settled = import.carry_out(&terms, &rows).await?;
    if let (Some(mut file), Some(path)) = (result, &command.result) {
        let text = result_text(import.accounts.memberships(), (organization, by, id)).await.map_err(said)?;
        std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|error| at(path, &error))?;
    }
    println!("import {id}");
    Ok(told("were", settled.iter().filter_map(|row| Some((row.line, row.outcome.as_ref()?)))))
}

struct Import {
    accounts: Accounts,
    organization: OrganizationId,
    by: Actor,
    id: ImportId,
}

impl Import {
    async fn carry_out(&self, terms: &ImportTerms, rows: &[NewRow]) -> Result<Vec<ImportRow>, ConfigError> {
        let which = (self.organization, self.by, self.id);
        let begun = self.accounts.begin_import(which, (terms, rows), Request::default(), |_| None).await;
        let Outcome::Done(begun) = begun.map_err(said)? else { return Ok(Vec::new()) };
        let bar = ProgressBar::new(begun.total.into());
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows ({elapsed}, {eta} left)");
        bar.set_style(style.map_err(said)?);
        let memberships = self.accounts.memberships();
        // A server may be at it, too: whoever comes second finds the part done.
        while self.accounts.carry_on(self.organization, self.id).await.map_err(said)? {
            let view = memberships.import(self.organization, self.by, self.id).await.map_err(said)?;
            bar.set_position(view.import.done.into());
        }
        bar.finish_and_clear();
        let mut settled: Vec<ImportRow> = Vec::new();
        loop {
            let from = settled.last().map_or(0, |row| row.position.saturating_add(1));
            let next = memberships.import_rows(self.organization, self.by, (self.id, from)).await.map_err(said)?;
            if next.is_empty() {
                return Ok(settled);
            }
            settled.extend(next);
        }
    }
}

/// Says what is wrong with which line, and how many rows came to what.
fn told<'a>(verb: &str, rows: impl Iterator<Item = (u32, &'a RowOutcome)>) -> ExitCode {
    let mut counts: BTreeMap<RowResult, u32> = BTreeMap::new();
    for (line, outcome) in rows {
        let count = counts.entry(outcome.result).or_default();
        *count = count.saturating_add(1);
        for problem in &outcome.problems {
            eprintln!("line {line}: {}", problem.message);
        }
    }
    for (result, count) in &counts {
        println!("{count} {verb} {}", result.as_str());
    }
    if counts.contains_key(&RowResult::Failed) { ExitCode::from(SOME_FAILED) } else { ExitCode::SUCCESS }
}

/// The rows of a file. No more of it is read than a file may have.
fn rows_of(path: &Path) -> Result<Vec<NewRow>, ConfigError> {
    let longest = u64::try_from(ImportFile::MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let file = File::open(path).map_err(|error| at(path, &error))?;
    let mut bytes = Vec::new();
    file.take(longest).read_to_end(&mut bytes).map_err(|error| at(path, &error))?;
    let read = ImportFile::read(&bytes).map_err(|InvalidInput { rule, .. }| at(path, &rule))?;
    Ok(read.rows)
}

/// The member on whose behalf rows are carried out: what they may is asked with every row. Whoever has a shell beside the
/// database needs no second factor of theirs.
async fn on_behalf_of(
    memberships: &Memberships,
    organization: OrganizationId,
    email: Option<&EmailAddress>,
) -> Result<Actor, ConfigError> {
    let store = &memberships.ports().store;
    let scope = Scope { members_at: email.into_iter().cloned().collect(), ..Scope::of(organization) };
    let facts = store.read(&scope).await.map_err(said)?;
    let owner = facts.head().map_err(said)?.organization.owner;
    let member = match email {
        Some(email) => facts.member_at(email).cloned(),
        None => {
            let scope = Scope { members: owner.into_iter().collect(), ..Scope::of(organization) };
            let facts = store.read(&scope).await.map_err(said)?;
            owner.and_then(|id| facts.member(id).ok().cloned())
        }
    };
    let user = member.and_then(|it| it.user);
    let nobody = || ConfigError::new("nobody with a login stands for it; name a member's address with `--by`");
    user.map(Actor::TwoFactorUser).ok_or_else(nobody)
}

fn at(path: &Path, error: &impl std::fmt::Display) -> ConfigError {
    ConfigError::new(format!("`{}`: {error}", path.display()))
}

fn said(error: impl std::fmt::Display) -> ConfigError {
    ConfigError::new(error.to_string())
}
