//! A Postgres of the tests' own: made, started, stopped and deleted here, so that no server of the machine is touched.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Signal, geteuid};
use tempfile::TempDir;

use crate::{needs, run};

const PREFIX: &str = "membership-pg-";
const SOCKET: &str = ".s.PGSQL.5432";

/// The longest path that the kernel takes for a Unix socket, less its closing zero.
const LONGEST_SOCKET_PATH: usize = 107;

/// Every test has a database of its own, of about 8 MB each: what `/dev/shm` must have free to be used.
const ROOM: u64 = 2 << 30;

const START_LIMIT: Duration = Duration::from_secs(60);

/// Speed before safety: the data is thrown away in a few minutes. `mmap` keeps shared memory inside the folder, so that
/// deleting the folder leaves nothing behind, even after a kill. No port is opened: only the socket leads in.
const SETTINGS: [&str; 10] = [
    "listen_addresses=",
    "port=5432",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "dynamic_shared_memory_type=mmap",
];

/// Refused statements are what tests are about; they would fill the log.
const FEW_WORDS: &str = "log_min_messages=log";
/// Says which statements met, when two of them waited for each other.
const EVERY_ERROR: &str = "log_min_messages=error";

/// A running server with a folder of its own. It is stopped, and the folder deleted, when this is dropped; and the
/// server dies with this program, however that ends.
pub struct Postgres {
    server: Child,
    url: String,
    // Fields are dropped in this order: the folder goes after the server, the lock goes last.
    folder: TempDir,
    _lock: File,
}

impl Postgres {
    /// Makes a cluster with the programs in `bin` and starts it. Must be called from the main thread: the server dies
    /// with the thread that started it.
    ///
    /// # Errors
    /// A program failed (its log is in the message), there is no place for the folder, or somebody asked to stop.
    pub fn start(bin: &Path) -> Result<Self> {
        Self::start_with(bin, FEW_WORDS)
    }

    /// The same, with every error in its log.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_telling(bin: &Path) -> Result<Self> {
        Self::start_with(bin, EVERY_ERROR)
    }

    /// What the log says of deadlocks, with the statements that met in each.
    pub fn deadlocks(&self) -> String {
        let log = log(self.folder.path());
        let mut is_of_one = false;
        let of_one = |line: &&str| {
            // What follows, up to the next message, says who waited for whom, in which row, with which statements.
            let begins = ["LOG:  ", "ERROR:  ", "FATAL:  "].iter().any(|word| line.contains(word));
            is_of_one = if begins { line.contains("deadlock detected") } else { is_of_one };
            is_of_one
        };
        log.lines().filter(of_one).collect::<Vec<_>>().join("\n")
    }

    fn start_with(bin: &Path, log: &str) -> Result<Self> {
        let began = Instant::now();
        let user = User::of_the_server()?;
        let base = base(&user)?;
        remove_leftovers(&base);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&base)?;
        let lock = lock(folder.path())?;
        run::announce(
            &format!("throw-away Postgres in {}", folder.path().display()),
            "the tests never touch a server of the machine",
        );
        if let User::Other { uid, gid } = user {
            chown(folder.path(), Some(uid), Some(gid)).context("cannot hand the folder to the server's user")?;
        }
        let place = Place { bin, folder: folder.path(), user };
        place.make_cluster()?;
        let server = place.start_server(log)?;
        let mut postgres = Self { server, url: url(folder.path()), folder, _lock: lock };
        postgres.wait_until_ready()?;
        eprintln!("    ready after {:.1} s", began.elapsed().as_secs_f32());
        Ok(postgres)
    }

    /// Its address, as sqlx and libpq understand it.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let spinner = run::spinner("starting the server");
        let began = Instant::now();
        while !is_ready(self.folder.path()) {
            if let Some(status) = self.server.try_wait()? {
                bail!("postgres ended with {status}; it says:\n{}", log(self.folder.path()));
            }
            if START_LIMIT < began.elapsed() {
                bail!("postgres is not ready after {START_LIMIT:?}; it says:\n{}", log(self.folder.path()));
            }
            run::pause()?;
        }
        spinner.finish_and_clear();
        Ok(())
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < limit {
            match self.server.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) | Err(_) => return true,
            }
        }
        false
    }
}

impl Drop for Postgres {
    /// Fast shutdown; then, if need be, an immediate one; then a kill.
    fn drop(&mut self) {
        for (signal, patience) in [(Signal::INT, 10), (Signal::QUIT, 5), (Signal::KILL, 5)] {
            run::signal(&self.server, signal);
            if self.ends_within(Duration::from_secs(patience)) {
                return;
            }
        }
        eprintln!("warning: postgres (process {}) does not end", self.server.id());
    }
}

/// Postgres refuses to run as root.
#[derive(Clone, Copy, Debug, PartialEq)]
enum User {
    Myself,
    Other { uid: u32, gid: u32 },
}

impl User {
    fn of_the_server() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self::Myself);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("cannot read the list of users")?;
        let found = ["postgres", "nobody"].iter().find_map(|name| Self::in_accounts(&accounts, name));
        found.context("postgres does not run as root, and there is no user `postgres` or `nobody` to run it as")
    }

    fn in_accounts(accounts: &str, name: &str) -> Option<Self> {
        let mut fields = accounts.lines().map(|line| line.split(':')).find_map(|mut fields| {
            let found = fields.next()? == name;
            found.then_some(fields)
        })?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self::Other { uid, gid })
    }
}

/// Where the cluster lives, whose it is and whose programs it runs.
struct Place<'a> {
    bin: &'a Path,
    folder: &'a Path,
    user: User,
}

impl Place<'_> {
    fn make_cluster(&self) -> Result<()> {
        let mut initdb = self.program("initdb")?;
        initdb.args(["--no-sync", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8", "-D", "data"]);
        let spinner = run::spinner("making the cluster (initdb)");
        let child = initdb.spawn().context("cannot start `initdb`")?;
        run::wait(child, "initdb").with_context(|| format!("initdb says:\n{}", log(self.folder)))?;
        spinner.finish_and_clear();
        Ok(())
    }

    fn start_server(&self, log: &str) -> Result<Child> {
        let mut server = self.program("postgres")?;
        server.args(["-D", "data", "-k"]).arg(self.folder);
        for setting in SETTINGS.into_iter().chain([log]) {
            server.args(["-c", setting]);
        }
        // Ctrl-C reaches every program in the terminal's group: the server has to outlive the tests that use it.
        server.process_group(0);
        server.spawn().context("cannot start `postgres`")
    }

    /// One of Postgres' programs: as its user, in its folder, its output in the log, and dying with this program.
    fn program(&self, name: &str) -> Result<Command> {
        let program = self.bin.join(name);
        let mut command = match launcher() {
            Some(mut launcher) => {
                launcher.arg(program);
                launcher
            }
            None => Command::new(program),
        };
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        command.current_dir(self.folder).env_clear().env("LC_ALL", "C");
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        if let User::Other { uid, gid } = self.user {
            command.uid(uid).gid(gid);
        }
        Ok(command)
    }
}

/// util-linux' `setpriv` asks the kernel to kill what it starts as soon as this program has ended, even by a kill; to
/// ask for it here would take unsafe code. Elsewhere (macOS, busybox) a killed `xtask` leaves its server running.
fn launcher() -> Option<Command> {
    let setpriv = || {
        let mut command = Command::new(needs::on_path("setpriv")?);
        command.args(["--pdeathsig", "KILL", "--"]);
        Some(command)
    };
    run::answers(setpriv()?.arg("true")).then(setpriv).flatten()
}

/// The first place that is roomy, short enough for a socket's path, and open to the server's user. Not under `target/`:
/// that path can be of any length.
fn base(user: &User) -> Result<PathBuf> {
    let memory = Some(PathBuf::from("/dev/shm")).filter(|path| ROOM <= free_bytes(path));
    let candidates = memory.into_iter().chain([std::env::temp_dir(), PathBuf::from("/tmp")]);
    let mut usable = candidates.filter(|path| fits(path) && (*user == User::Myself || is_open_to_all(path)));
    usable.find(|path| path.is_dir()).context("no place for a throw-away Postgres: set TMPDIR to a short path")
}

fn free_bytes(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(0, |room| room.f_bavail.saturating_mul(room.f_frsize))
}

fn fits(base: &Path) -> bool {
    base.join(format!("{PREFIX}123456")).join(SOCKET).as_os_str().len() <= LONGEST_SOCKET_PATH
}

fn is_open_to_all(path: &Path) -> bool {
    path.ancestors().all(|folder| fs::metadata(folder).is_ok_and(|metadata| metadata.mode() & 0o001 != 0))
}

/// A lock that lives as long as this program. It comes into being under another name, so that whoever sees it sees it
/// locked.
fn lock(folder: &Path) -> Result<File> {
    let file = File::create(folder.join("lock.new"))?;
    file.lock()?;
    fs::rename(folder.join("lock.new"), folder.join("lock"))?;
    Ok(file)
}

/// A run that was killed could not delete its folder. Its lock is free, and nobody answers on its socket.
fn remove_leftovers(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().filter_map(Result::ok) {
        let folder = entry.path();
        if entry.file_name().as_bytes().starts_with(PREFIX.as_bytes()) && is_abandoned(&folder) {
            match fs::remove_dir_all(&folder) {
                Ok(()) => eprintln!("    removed {}, left by a run that was killed", folder.display()),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => eprintln!("warning: cannot remove {}: {error}", folder.display()),
            }
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    let lock = File::open(folder.join("lock"));
    lock.is_ok_and(|lock| lock.try_lock().is_ok()) && UnixStream::connect(folder.join(SOCKET)).is_err()
}

/// The server writes its state into the eighth line of this file; `pg_ctl` waits for the same word.
fn is_ready(folder: &Path) -> bool {
    let state = fs::read_to_string(folder.join("data/postmaster.pid"));
    state.is_ok_and(|state| state.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_else(|error| format!("(its log cannot be read: {error})"))
}

/// `host` in the query takes the place of the host in front: an address without one is not a URL.
fn url(folder: &Path) -> String {
    let mut url = String::from("postgres://postgres@localhost:5432/postgres?host=");
    for byte in folder.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => url.push(char::from(*byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_survives_a_folder_with_an_odd_name() {
        let expected = "postgres://postgres@localhost:5432/postgres?host=/tmp/a%20b%25/membership-pg-1";
        assert_eq!(url(Path::new("/tmp/a b%/membership-pg-1")), expected);
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_passed_over() {
        assert!(fits(Path::new("/dev/shm")));
        assert!(!fits(&Path::new("/tmp").join("x".repeat(80))));
    }

    #[test]
    fn the_servers_user_is_read_from_the_list_of_users() {
        let accounts = "root:x:0:0:root:/r:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\nbroken:x\n";
        assert_eq!(User::in_accounts(accounts, "nobody"), Some(User::Other { uid: 65534, gid: 65533 }));
        assert_eq!(User::in_accounts(accounts, "postgres"), None);
        assert_eq!(User::in_accounts(accounts, "broken"), None);
    }

    #[test]
    fn only_a_folder_whose_owner_is_gone_is_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_abandoned(folder.path()), "one that is just being made");
        let held = lock(folder.path()).unwrap();
        assert!(!is_abandoned(folder.path()), "one in use");
        drop(held);
        assert!(is_abandoned(folder.path()), "one left behind");
    }
}
