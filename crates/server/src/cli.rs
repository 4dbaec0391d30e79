//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::app::Parts;
use crate::audit;
use crate::backup::{self, BackupCommand, RestoreCommand};
use crate::config::{ConfigError, Flags, LogFormat, Settings};
use crate::demo::{self, DemoCommand};
use crate::import::{self, ImportCommand};
use crate::operator::{self, OperatorCommand};
use crate::rules_page::rules_page;
use crate::serve::serve;

/// Lets people into organizations: invitations, roles and seats.
#[derive(Debug, Parser)]
#[command(name = "server", version)]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API (the default).
    Serve,
    /// Fill an example and serve it: five organizations, their people, invitations in every state.
    Demo(DemoCommand),
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Say which settings hold, and where each came from.
    CheckConfig,
    /// Print the OpenAPI document.
    #[command(name = "openapi")]
    OpenApi,
    /// Print `docs/rules.md`.
    Rules,
    /// Look after the audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Write everything an organization has to a file, without secrets.
    Backup(BackupCommand),
    /// Put an organization back from such a file where it is not, or was deleted: all of it or nothing.
    Restore(RestoreCommand),
    /// Bring many people into an organization from a file, straight on the database.
    Import(ImportCommand),
    /// Act as the operator, straight on the database.
    #[command(subcommand)]
    Operator(OperatorCommand),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// [`ConfigError`] says what went wrong and what to do.
    pub async fn run(self) -> Result<ExitCode, ConfigError> {
        match self.command {
            Some(Command::OpenApi) => {
                println!("{}", membership_http::openapi_json());
                return Ok(ExitCode::SUCCESS);
            }
            Some(Command::Rules) => {
                print!("{}", rules_page().map_err(|refusal| ConfigError::new(refusal.to_string()))?);
                return Ok(ExitCode::SUCCESS);
            }
            _ => {}
        }
        let (settings, shown) = Settings::read(&self.flags)?;
        log_in(settings.log);
        install_tls();
        let done = match self.command.unwrap_or(Command::Serve) {
            Command::Import(command) => return import::run(&settings, command).await,
            Command::Serve => serve(&settings).await,
            Command::Demo(command) => demo::run(&settings, &command).await,
            Command::Migrate => {
                Parts::real(&settings).await?;
                println!("the schema is up to date");
                Ok(())
            }
            Command::CheckConfig => {
                for it in shown {
                    println!("{:<18} {:<50} {}", it.name, it.value, it.source);
                }
                Ok(())
            }
            Command::Audit(command) => audit::run(&settings, command).await,
            Command::Backup(command) => backup::take(&settings, command).await,
            Command::Restore(command) => backup::restore(&settings, command).await,
            Command::Operator(command) => operator::run(&settings, command).await,
            Command::OpenApi | Command::Rules => Ok(()),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}

/// Modules of libraries that write whole addresses at a finer level, and with them the secrets of links: whatever
/// `RUST_LOG` asks for, they stay at this one (A21).
const QUIET: [&str; 1] = ["tower_http::csrf=info"];

fn log_in(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let filter = QUIET.into_iter().filter_map(|it| it.parse().ok()).fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// One TLS library for everything that speaks TLS.
fn install_tls() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS library is installed already");
    }
}
