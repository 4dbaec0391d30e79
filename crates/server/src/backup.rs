//! `backup` and `restore`: an organization as a file, straight from and to the database.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use membership_backup::Writer;
use membership_core::command::{Restore, TakeBackup};
use membership_core::draft::Actor;
use membership_core::facts::Scope;
use membership_core::service::{Backups, Request};
use time::OffsetDateTime;

use crate::app::{App, Parts};
use crate::config::{ConfigError, Settings};

/// Which organization is copied, and where to.
#[derive(Debug, Args)]
pub struct BackupCommand {
    /// The organization's id.
    #[arg(long)]
    organization: String,
    /// The file; it must not be there yet. Without one the backup goes to the standard output.
    file: Option<PathBuf>,
}

/// Which file is put back, and whether people are told.
#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// The backup.
    file: PathBuf,
    /// Mail open invitations again, and personal links to members who have no login here. Without it the administrators
    /// send them when they like; older links are dead either way.
    #[arg(long)]
    mail: bool,
}

/// Writes a backup.
///
/// # Errors
/// [`ConfigError`] says what went wrong. A file that was begun is removed.
pub async fn take(settings: &Settings, command: BackupCommand) -> Result<(), ConfigError> {
    let organization = command.organization.parse().map_err(said)?;
    let take = TakeBackup { organization, by: Actor::Operator(None) };
    let (backups, now) = backups(settings).await?;
    let Some(path) = &command.file else {
        return write((&backups, now), &take, io::stdout()).await;
    };
    let file = new_private_file(path).map_err(|error| at(path, &error))?;
    let written = write((&backups, now), &take, &file).await;
    let kept = written.and_then(|()| file.sync_all().map_err(said));
    if kept.is_err() {
        // Half a backup would be taken for a whole one by whoever only looks at names.
        std::fs::remove_file(path).map_err(|error| at(path, &error))?;
    }
    kept
}

async fn write(
    (backups, taken_at): (&Backups, OffsetDateTime),
    take: &TakeBackup,
    to: impl Write + Send,
) -> Result<(), ConfigError> {
    let mut writer = Writer::new(BufWriter::new(to), take.organization, taken_at).map_err(said)?;
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    let (mut written, mut rows) = (Ok(()), 0_u64);
    let mut sink = |piece: membership_core::backup::Piece| {
        written = writer.piece(&piece);
        rows = rows.saturating_add(1);
        if rows.is_multiple_of(1_000) {
            progress.set_message(format!("{rows} rows"));
            progress.tick();
        }
        written.is_ok()
    };
    backups.take(take, Request::default(), &mut sink).await.map_err(said)?;
    progress.finish_and_clear();
    written.map_err(said)?;
    writer.finish().map_err(said)?;
    eprintln!("{rows} rows were written");
    Ok(())
}

/// Puts an organization back.
///
/// # Errors
/// [`ConfigError`] says what went wrong; then nothing has changed.
pub async fn restore(settings: &Settings, command: RestoreCommand) -> Result<(), ConfigError> {
    let path = &command.file;
    let file = File::open(path).map_err(|error| at(path, &error))?;
    let backup = membership_backup::read(BufReader::new(file)).map_err(|error| at(path, &error))?;
    let restore =
        Restore { estate: backup.estate, taken_at: backup.taken_at, by: Actor::Operator(None), mails: command.mail };
    let restored = backups(settings).await?.0.restore(restore).await.map_err(|error| at(path, &error))?;
    println!("`{}` is back, as organization {}", restored.name, restored.organization);
    println!("members: {}, of whom {} have no login here yet", restored.members, restored.without_login);
    println!("open invitations: {}; mails on their way: {}", restored.invitations, restored.mails);
    println!("API keys are not in a backup: make them anew");
    Ok(())
}

/// The service, and what time it is by its store.
async fn backups(settings: &Settings) -> Result<(Backups, OffsetDateTime), ConfigError> {
    let parts = Parts::real(settings).await?;
    let now = parts.stores.store.read(&Scope::default()).await.map_err(said)?.now;
    let upkeep = parts.stores.upkeep.clone();
    let app = App::new(settings, parts)?;
    Ok((Backups::new(app.accounts.memberships().clone(), upkeep), now))
}

/// What is in a backup concerns whoever runs this, and nobody else on the machine.
fn new_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn at(path: &Path, error: &impl std::fmt::Display) -> ConfigError {
    ConfigError::new(format!("`{}`: {error}", path.display()))
}

fn said(error: impl std::fmt::Display) -> ConfigError {
    ConfigError::new(error.to_string())
}
