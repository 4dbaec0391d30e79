//! Runs other programs in sight: each is announced with what it is and why, and none outlives an interrupt.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rustix::process::{Pid, Signal, kill_process};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(50);

/// A terminal sends Ctrl-C to every program at once; one that has not ended by itself after this time is told again.
const PATIENCE: Duration = Duration::from_secs(5);

/// From now on Ctrl-C, a termination request or a closed terminal do not end this program but set [`interrupted`], so
/// that everything that was started is stopped and deleted on the way out.
pub fn catch_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")
}

/// Whether somebody asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Waits a moment; fails if somebody asked to stop.
pub fn pause() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    thread::sleep(TICK);
    Ok(())
}

/// Says what happens next, and why.
pub fn announce(what: &str, why: &str) {
    eprintln!("\n==> {what}: {why}");
}

/// A line that moves while something silent takes its time; nothing where there is no terminal.
pub fn spinner(what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("    {spinner} {msg} ({elapsed})")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style).with_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A call of Cargo in the workspace's root, without what `cargo run` left in the environment: some build scripts (ring's
/// is one) read it and would be built again on each change between `cargo xtask …` and plain `cargo …`. Nor does it see
/// a `DATABASE_URL` or `PG…` setting of the machine: no test may find its way to a database that is not its own.
pub fn cargo(root: &Path, subcommand: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).arg(subcommand);
    for (name, _) in std::env::vars_os() {
        if is_left_by_cargo_run(&name) || is_about_a_database(&name) {
            command.env_remove(name);
        }
    }
    command
}

/// Builds the server and a program of this workspace that drives it, and gives the call that runs the program with these
/// arguments. No package is named: the libraries are then those that the tests were built with, and none is compiled again
/// for fewer features.
///
/// # Errors
/// Something does not compile, or somebody asked to stop.
pub fn driver(root: &Path, program: &str, profile: &[&str], args: &[String]) -> Result<Command> {
    let mut build = cargo(root, "build");
    build.args(["--bin", "server", "--bin", program]).args(profile);
    run(build, "the server, and what drives it")?;
    let mut command = cargo(root, "run");
    command.args(["--quiet", "--bin", program]).args(profile).arg("--").args(args);
    Ok(command)
}

fn is_left_by_cargo_run(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(name, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE")
}

fn is_about_a_database(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    name == "DATABASE_URL"
        || name.strip_prefix("PG").is_some_and(|rest| rest.chars().all(|letter| letter.is_ascii_uppercase()))
}

/// Whether a program can be started and answers a harmless question with success.
pub fn answers(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Runs a program, its output in sight, until it ends.
///
/// # Errors
/// It could not be started, did not succeed, or somebody asked to stop.
pub fn run(mut command: Command, why: &str) -> Result<()> {
    let line = shown(&command);
    announce(&line, why);
    let child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    wait(child, &line)
}

/// Runs a program as [`run`] does, and hands back what it said, line by line, whether it succeeded or not.
pub fn run_and_listen(mut command: Command, why: &str) -> Result<(Result<()>, String)> {
    let line = shown(&command);
    announce(&line, why);
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    drop(command); // It holds the pipe's writing end, without whose closing the reader would wait for ever.
    let listener = thread::spawn(move || {
        let mut heard = String::new();
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            heard.push_str(&line);
            heard.push('\n');
        }
        heard
    });
    let outcome = wait(child, &line);
    io::stdout().flush()?;
    Ok((outcome, listener.join().unwrap_or_default()))
}

/// Waits for a program that was started under the name `line`.
pub fn wait(mut child: Child, line: &str) -> Result<()> {
    let mut asked_at: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return match (interrupted(), status.success()) {
                (true, _) => bail!("interrupted"),
                (false, true) => Ok(()),
                (false, false) => bail!("`{line}` ended with {status}"),
            };
        }
        if interrupted() && PATIENCE < asked_at.get_or_insert_with(Instant::now).elapsed() {
            signal(&child, Signal::TERM);
            asked_at = Some(Instant::now());
        }
        thread::sleep(TICK);
    }
}

/// Sends a signal to a program that was started here; one that has just ended does not mind.
pub fn signal(child: &Child, signal: Signal) {
    if kill_process(Pid::from_child(child), signal).is_err() {
        // The only process that may have this id is our child; that it cannot be reached means that it is gone.
    }
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    let mut line = program.into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_calls_carry_nothing_that_was_meant_for_xtask_or_for_the_machines_database() {
        for (name, taken_out) in [
            ("CARGO_PKG_NAME", true),
            ("CARGO_MANIFEST_DIR", true),
            ("DATABASE_URL", true),
            ("PGHOST", true),
            ("PGPASSWORD", true),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_HOME", false),
            ("PATH", false),
            ("PGO_PROFILE", false),
        ] {
            let name = OsStr::new(name);
            assert_eq!(is_left_by_cargo_run(name) || is_about_a_database(name), taken_out, "{name:?}");
        }
    }

    #[test]
    fn what_a_program_says_is_handed_back_even_if_it_fails() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let (outcome, heard) = run_and_listen(command, "to see both").unwrap();
        assert_eq!(heard, "out\nerr\n");
        assert!(outcome.unwrap_err().to_string().contains("exit status: 3"));
    }
}
