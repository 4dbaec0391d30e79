//! The project's own commands, run as `cargo xtask <command>`: what a contributor and the build server need, in Rust.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod browse;
mod ci;
mod db;
mod generated;
mod needs;
mod postgres;
mod race;
mod run;
mod tally;
mod test;
mod tidy;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's own commands.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all tests on a Postgres started for them, and say how many ran on which store.
    ///
    /// What is missing (Postgres, Chromium) is installed if this is Debian and you are root; otherwise you are told
    /// what to install. What stands after `--` goes to nextest: `cargo xtask test -- sqlite`, or
    /// `cargo xtask test -- -p membership-core`, which takes the place of `--workspace`.
    Test {
        /// Arguments for nextest (or for `cargo test`, where nextest is not installed).
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Run every check that a change has to pass: format, tidy, clippy, documentation, dependencies, OpenAPI, tests.
    Ci,
    /// Check the house rules that no compiler knows, and name file, line, rule and remedy of each finding.
    Tidy,
    /// Start a throw-away Postgres for development, print its address, and keep it until Ctrl-C.
    Db,
    /// Write `docs/openapi.json` as the server describes itself.
    Openapi {
        /// Only compare: fail if the file is not what the server says.
        #[arg(long)]
        check: bool,
    },
    /// Write `docs/rules.md` as the rules themselves say it.
    Rules {
        /// Only compare: fail if the file is not what the rules say.
        #[arg(long)]
        check: bool,
    },
    /// Take the pictures of README and tour from the example: each page, light and dark, phone and desktop.
    Screenshots {
        /// Another folder than `target/pictures` and `docs/images`, the beginning of the names of the only pages to take
        /// (`""` for all), and `fr` to take them in French.
        args: Vec<String>,
    },
    /// Let 64 rivals meet for free seats on two servers with one Postgres: `cargo xtask race -- --minutes 10 --seed 7`.
    ///
    /// Rounds follow each other until one breaks a promise: exactly as many winners as free seats, no server error, no
    /// deadlock, counters that equal their rows.
    Race {
        /// `--rounds`, `--minutes`, `--seed`.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Measure.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum Bench {
    /// Server time, bytes, requests and layout shift of the first page of a list of ten thousand members; fails when it is
    /// heavier than promised.
    Pages {
        /// Another number of members.
        args: Vec<String>,
    },
    /// Three rounds of mail to a roster of 20,000 on a Postgres started for it: how long they take, how long others wait
    /// meanwhile, what a kill in the middle leaves, how long the screen takes at any filter; fails where a promise breaks.
    Roster {
        /// Another number of people.
        args: Vec<String>,
    },
    /// Time, memory and statements of importing ten thousand people, trying it first and taking it back, on SQLite and on
    /// Postgres.
    Import {
        /// Another number of people.
        args: Vec<String>,
    },
    /// Imports ten thousand people on SQLite and on Postgres, kills the server with SIGKILL on the way, twice, and starts it
    /// again; fails unless every row is there once and everybody gets one mail.
    KilledImport {
        /// Another number of people, at least 500.
        args: Vec<String>,
    },
    /// Whether known and unknown logins can be told apart by how long a running server takes to answer at sign-in, login
    /// link, password reset and sign-up: the AUC of 2,000 samples each, with its interval; fails where they can.
    Timing {
        /// Another number of samples, and the address of a Postgres database to use instead of SQLite.
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match execute(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if run::interrupted() => {
            eprintln!("\ninterrupted");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: &Command) -> anyhow::Result<()> {
    run::catch_interrupts()?;
    let root = root();
    match command {
        Command::Test { args } => test::run(&root, args),
        Command::Ci => ci::run(&root),
        Command::Tidy => tidy::run(&root),
        Command::Db => db::run(),
        Command::Openapi { check: false } => generated::OPENAPI.write(&root),
        Command::Openapi { check: true } => generated::OPENAPI.check(&root),
        Command::Rules { check: false } => generated::RULES.write(&root),
        Command::Screenshots { args } => browse::SCREENSHOTS.run(&root, args),
        Command::Race { args } => race::run(&root, args),
        Command::Bench(Bench::Pages { args }) => browse::BENCH_PAGES.run(&root, args),
        Command::Bench(Bench::Roster { args }) => race::roster(&root, args),
        Command::Bench(Bench::Import { args }) => browse::BENCH_IMPORT.run(&root, args),
        Command::Bench(Bench::KilledImport { args }) => browse::BENCH_KILLED_IMPORT.run(&root, args),
        Command::Bench(Bench::Timing { args }) => browse::BENCH_TIMING.run(&root, args),
        Command::Rules { check: true } => generated::RULES.check(&root),
    }
}

/// The workspace's root: the folder above this crate, as `cargo run` tells it, or as it was when this was compiled.
fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.filter(|path| path.ends_with("xtask"));
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_stands_after_two_dashes_is_for_nextest() {
        let cli = Cli::try_parse_from(["xtask", "test", "--", "-p", "membership-core"]).unwrap();
        let Command::Test { args } = cli.command else { panic!("not the test command") };
        assert_eq!(args, ["-p", "membership-core"]);
    }
}
