//! What the tests need besides Rust: the programs of a Postgres server, and a browser that can be driven.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run;

const POSTGRES_BIN: &str = "MEMBERSHIP_POSTGRES_BIN";
/// Where the tests find the browser.
pub const CHROMIUM: &str = "MEMBERSHIP_CHROMIUM";
/// Where the tests find the program that drives the browser.
pub const CHROMEDRIVER: &str = "MEMBERSHIP_CHROMEDRIVER";

/// Where the pictures' program finds what makes them small.
pub const PNGQUANT: &str = "MEMBERSHIP_PNGQUANT";

/// Debian keeps each major version's server programs in a folder of its own here, outside of `PATH`.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// Debian's package starts a server ("main cluster") when it is installed, unless a file here says otherwise.
const DEBIAN_CLUSTER_SETTINGS: &str = "/etc/postgresql-common/createcluster.d";

/// A browser and the program that drives it.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its driver.
    pub chromedriver: PathBuf,
}

/// The folder with `postgres` and `initdb`; installed first if need be and possible.
///
/// # Errors
/// They are not there and cannot be installed: the message says what to install.
pub fn postgres() -> Result<PathBuf> {
    find_or_install("a Postgres server", &["postgresql"], POSTGRES_BIN, || {
        find_postgres(explicit(POSTGRES_BIN), &search_path(), Path::new(DEBIAN_POSTGRES))
    })
}

/// The browser of the page tests; installed first if need be and possible.
///
/// # Errors
/// It is not there and cannot be installed: the message says what to install.
pub fn browser() -> Result<Browser> {
    let variables = format!("{CHROMIUM} and {CHROMEDRIVER}");
    find_or_install("Chromium with its driver", &["chromium", "chromium-driver"], &variables, || {
        let chromium = find_program(CHROMIUM, explicit(CHROMIUM), &["chromium", "chromium-browser", "google-chrome"])?;
        let chromedriver = find_program(CHROMEDRIVER, explicit(CHROMEDRIVER), &["chromedriver"])?;
        Ok(chromium.zip(chromedriver).map(|(chromium, chromedriver)| Browser { chromium, chromedriver }))
    })
}

/// What makes pictures small enough to be kept; installed first if need be and possible.
///
/// # Errors
/// It is not there and cannot be installed: the message says what to install.
pub fn pngquant() -> Result<PathBuf> {
    find_or_install("pngquant", &["pngquant"], PNGQUANT, || find_program(PNGQUANT, explicit(PNGQUANT), &["pngquant"]))
}

/// A program on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    search_path().iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn find_or_install<T>(
    what: &str,
    packages: &[&str],
    variables: &str,
    find: impl Fn() -> Result<Option<T>>,
) -> Result<T> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    let list = packages.join(" ");
    let by_hand = format!(
        "the tests need {what}; install it (Debian, Ubuntu: `sudo apt-get install {list}`), or say where it is with \
         {variables}"
    );
    if !rustix::process::geteuid().is_root() || on_path("apt-get").is_none() {
        bail!("{by_hand}");
    }
    install(packages, what).with_context(|| by_hand.clone())?;
    find()?.with_context(|| format!("it was installed but not found; {by_hand}"))
}

fn install(packages: &[&str], what: &str) -> Result<()> {
    if packages.contains(&"postgresql") {
        keep_debian_from_starting_a_server()?;
    }
    let mut update = Command::new("apt-get");
    update.arg("update");
    run::run(update, "the list of packages may be empty or old")?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    run::run(install, &format!("the tests need {what}"))
}

/// Only the programs are wanted: a server that starts with the machine would be ours to answer for.
fn keep_debian_from_starting_a_server() -> Result<()> {
    let folder = Path::new(DEBIAN_CLUSTER_SETTINGS);
    run::announce(DEBIAN_CLUSTER_SETTINGS, "Debian's package shall bring its programs but start no server");
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(folder.join("membership-tests.conf"), "create_main_cluster = false\n")?;
    Ok(())
}

fn find_postgres(explicit: Option<PathBuf>, path: &[PathBuf], debian: &Path) -> Result<Option<PathBuf>> {
    if let Some(folder) = explicit {
        if !has_server_programs(&folder) {
            bail!("{POSTGRES_BIN} is `{}`, where `postgres` and `initdb` are not both to be found", folder.display());
        }
        return Ok(Some(folder));
    }
    let linked = path.iter().flat_map(|folder| [folder.join("postgres"), folder.join("initdb")]);
    // What a link points to has its siblings beside it; a wrapper script in `/usr/local/bin` does not.
    let real = linked.filter_map(|program| fs::canonicalize(program).ok()?.parent().map(Path::to_path_buf));
    Ok(real.chain(newest_first(debian)).find(|folder| has_server_programs(folder)))
}

fn has_server_programs(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

fn newest_first(debian: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(debian).into_iter().flatten().filter_map(Result::ok);
    let version = |name: &str| name.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>();
    let mut versions: Vec<_> =
        entries.filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path().join("bin")))).collect();
    versions.sort_by(|one, other| other.0.cmp(&one.0));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

fn find_program(variable: &str, explicit: Option<PathBuf>, names: &[&str]) -> Result<Option<PathBuf>> {
    match explicit {
        Some(program) if program.is_file() => Ok(Some(program)),
        Some(program) => bail!("{variable} is `{}`, which is not a file", program.display()),
        None => Ok(names.iter().find_map(|name| on_path(name))),
    }
}

fn explicit(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn search_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(folder: &Path, names: &[&str]) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        for name in names {
            fs::write(folder.join(name), "").unwrap();
        }
        fs::canonicalize(folder).unwrap()
    }

    #[test]
    fn the_explicit_folder_wins_and_must_hold_both_programs() {
        let root = tempfile::tempdir().unwrap();
        let full = programs(&root.path().join("full"), &["postgres", "initdb"]);
        let half = programs(&root.path().join("half"), &["postgres"]);
        let found = find_postgres(Some(full.clone()), std::slice::from_ref(&half), root.path()).unwrap();
        assert_eq!(found, Some(full));
        let refused = find_postgres(Some(half), &[], root.path()).unwrap_err().to_string();
        assert!(refused.starts_with("MEMBERSHIP_POSTGRES_BIN is"), "{refused}");
    }

    #[test]
    fn a_link_on_the_path_leads_to_the_programs_and_a_wrapper_without_initdb_is_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let wrapper = programs(&root.path().join("wrapper"), &["postgres"]);
        let real = programs(&root.path().join("real"), &["postgres", "initdb"]);
        let links = programs(&root.path().join("links"), &[]);
        std::os::unix::fs::symlink(real.join("postgres"), links.join("postgres")).unwrap();
        let found = find_postgres(None, &[wrapper, links], &root.path().join("debian")).unwrap();
        assert_eq!(found, Some(real));
    }

    #[test]
    fn of_debians_versions_the_newest_complete_one_is_taken() {
        let root = tempfile::tempdir().unwrap();
        programs(&root.path().join("9.6/bin"), &["postgres", "initdb"]);
        let seventeen = programs(&root.path().join("17/bin"), &["postgres", "initdb"]);
        programs(&root.path().join("18/bin"), &["psql"]);
        programs(&root.path().join("old/bin"), &["postgres", "initdb"]);
        let found = find_postgres(None, &[], root.path()).unwrap().unwrap();
        assert_eq!(fs::canonicalize(found).unwrap(), seventeen);
    }

    #[test]
    fn nothing_found_is_not_an_error_but_a_wrong_explicit_program_is() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(find_postgres(None, &[], root.path()).unwrap(), None);
        assert!(find_program(CHROMIUM, Some(root.path().join("none")), &["chromium"]).is_err());
        assert_eq!(find_program(CHROMIUM, None, &["no-such-program-anywhere"]).unwrap(), None);
    }
}
