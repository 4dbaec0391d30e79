//! `cargo xtask openapi`: keeps `docs/openapi.json` the same as what the server says of itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run;

const FILE: &str = "docs/openapi.json";

/// Writes the file.
pub fn write(root: &Path) -> Result<()> {
    let described = describe(by_cargo(root))?;
    fs::write(root.join(FILE), described).with_context(|| format!("cannot write {FILE}"))?;
    eprintln!("wrote {FILE}");
    Ok(())
}

/// Compares the file with the server's own word.
///
/// # Errors
/// They differ: the message names the first line.
pub fn check(root: &Path) -> Result<()> {
    check_against(root, by_cargo(root))
}

/// Compares the file with the word of a server that is already built.
///
/// # Errors
/// They differ: the message names the first line.
pub fn check_built(root: &Path, server: &Path) -> Result<()> {
    let mut command = Command::new(server);
    command.current_dir(root).arg("openapi");
    check_against(root, command)
}

fn by_cargo(root: &Path) -> Command {
    let mut command = run::cargo(root, "run");
    command.args(["--quiet", "--package", "server", "--", "openapi"]);
    command
}

fn check_against(root: &Path, command: Command) -> Result<()> {
    let described = describe(command)?;
    let kept =
        fs::read_to_string(root.join(FILE)).with_context(|| format!("{FILE} is missing: `cargo xtask openapi`"))?;
    let Some(line) = first_difference(&kept, &described) else {
        eprintln!("{FILE} is up to date");
        return Ok(());
    };
    bail!("{FILE}:{line}: not what the server says of itself; run `cargo xtask openapi` and look at the difference")
}

fn describe(mut command: Command) -> Result<String> {
    run::announce("server openapi", "the description is made from the routes themselves");
    let output = command.stderr(Stdio::inherit()).output().context("cannot start the server's `openapi` command")?;
    if !output.status.success() {
        bail!("the server's `openapi` command ended with {}", output.status);
    }
    let described = String::from_utf8(output.stdout).context("the description is not UTF-8")?;
    if !described.trim_start().starts_with('{') {
        bail!("the server's `openapi` command printed no JSON object");
    }
    Ok(format!("{}\n", described.trim()))
}

fn first_difference(kept: &str, described: &str) -> Option<usize> {
    let (mut kept, mut described) = (kept.trim().lines(), described.trim().lines());
    let mut number = 0;
    loop {
        number += 1;
        match (kept.next(), described.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            _ => return Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        for (kept, described, line) in [
            ("{\n}\n", "{\n}", None),
            ("{\r\n}\r\n", "{\n}\n", None),
            ("{\n}", "{\n  \"a\": 1\n}", Some(2)),
            ("{\n}", "{", Some(2)),
            ("", "{}", Some(1)),
        ] {
            assert_eq!(first_difference(kept, described), line, "{kept:?} {described:?}");
        }
    }
}
