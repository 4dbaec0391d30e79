//! Pages that the server writes of itself (`docs/openapi.json`, `docs/rules.md`) and that are checked in, so that a
//! change of the API or of a rule shows in review.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run;

/// A page that a subcommand of the server prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// Where it is kept.
    file: &'static str,
    /// The subcommand that prints it; also the xtask command that keeps it.
    command: &'static str,
}

/// The description of the API.
pub const OPENAPI: Generated = Generated { file: "docs/openapi.json", command: "openapi" };
/// Who may do what, and every refusal.
pub const RULES: Generated = Generated { file: "docs/rules.md", command: "rules" };

impl Generated {
    /// Writes the file.
    pub fn write(self, root: &Path) -> Result<()> {
        let described = self.describe(self.by_cargo(root))?;
        fs::write(root.join(self.file), described).with_context(|| format!("cannot write {}", self.file))?;
        eprintln!("wrote {}", self.file);
        Ok(())
    }

    /// Compares the file with the server's own word.
    ///
    /// # Errors
    /// They differ: the message names the first line.
    pub fn check(self, root: &Path) -> Result<()> {
        self.check_against(root, self.by_cargo(root))
    }

    /// Compares the file with the word of a server that is already built.
    ///
    /// # Errors
    /// They differ: the message names the first line.
    pub fn check_built(self, root: &Path, server: &Path) -> Result<()> {
        let mut command = Command::new(server);
        command.current_dir(root).arg(self.command);
        self.check_against(root, command)
    }

    fn by_cargo(self, root: &Path) -> Command {
        let mut command = run::cargo(root, "run");
        command.args(["--quiet", "--bin", "server", "--", self.command]);
        command
    }

    fn check_against(self, root: &Path, command: Command) -> Result<()> {
        let Self { file, command: name } = self;
        let described = self.describe(command)?;
        let kept = fs::read_to_string(root.join(file))
            .with_context(|| format!("{file} is missing: `cargo xtask {name}` writes it"))?;
        let Some(line) = first_difference(&kept, &described) else {
            eprintln!("{file} is up to date");
            return Ok(());
        };
        bail!("{file}:{line}: not what the server says; run `cargo xtask {name}` and look at the difference")
    }

    fn describe(self, mut command: Command) -> Result<String> {
        run::announce(&format!("server {}", self.command), "the page is made from the code itself");
        let output = command.stderr(Stdio::inherit()).output().context("cannot start the server")?;
        if !output.status.success() {
            bail!("`server {}` ended with {}", self.command, output.status);
        }
        let described = String::from_utf8(output.stdout).context("the page is not UTF-8")?;
        if described.trim().is_empty() {
            bail!("`server {}` printed nothing", self.command);
        }
        Ok(format!("{}\n", described.trim()))
    }
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
