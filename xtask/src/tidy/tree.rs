//! The files that tidy looks at: all of the repository's text, read once.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ignore::WalkBuilder;

/// A repository's text files.
pub struct Tree {
    /// Where it is.
    pub root: PathBuf,
    /// Sorted by path.
    pub files: Vec<SourceFile>,
}

/// One text file.
pub struct SourceFile {
    /// From the root.
    pub path: PathBuf,
    /// All of it.
    pub text: String,
}

impl Tree {
    /// Reads what is not ignored by `.gitignore`; files that are not UTF-8 (images, fonts) are passed over.
    pub fn read(root: &Path) -> Result<Self> {
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .parents(false)
            .git_global(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        let mut files = Vec::new();
        for entry in walk {
            let entry = entry.context("cannot walk the repository")?;
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
            if let Ok(text) = String::from_utf8(bytes) {
                let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf();
                files.push(SourceFile { path, text });
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { root: root.to_path_buf(), files })
    }

    /// The files whose name ends in `.` and this.
    pub fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a SourceFile> {
        self.files.iter().filter(move |file| file.path.extension().is_some_and(|found| found == extension))
    }

    /// A tree that exists only in a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| SourceFile { path: path.into(), text: (*text).to_owned() });
        Self { root: PathBuf::from("no-such-folder"), files: files.collect() }
    }
}

impl SourceFile {
    /// Its lines, counted from one.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether it lies in a crate's sources, as opposed to its tests, benches and migrations.
    pub fn is_crate_source(&self) -> bool {
        let parts: Vec<_> = self.path.iter().filter_map(|part| part.to_str()).collect();
        matches!(parts.as_slice(), ["crates", _, "src", ..] | ["xtask", "src", ..])
    }
}

/// The line, counted from one, of a place in a text.
pub fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
