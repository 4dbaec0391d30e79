//! An import that is killed with SIGKILL in the middle, whoever carries it out, and gone on with by the next one: every row
//! is there once, and everybody gets one mail (S2.7, I7, F15).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::caller::Caller;
use crate::large_roster::Rows;
use crate::mail_server::MailServer;
use crate::process::{Process, Start, binary};

/// How long we wait before we look again how far it is.
const LOOK: Duration = Duration::from_millis(20);

/// What is counted while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows that are carried out.
    Rows,
    /// People whose mail has arrived.
    Mails,
}

/// What an import came to that was killed.
#[derive(Debug)]
pub struct Figures {
    /// How many rows were carried out each time it was killed.
    pub killed_at: Vec<u64>,
    /// How long all rows took, with the time in which nobody was at it.
    pub rows_took: Duration,
    /// How long the mails took that had not arrived by then.
    pub mails_took: Duration,
    /// How many mails came once more as the same mail: those that were on their way when a server was killed.
    pub repeated: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { killed_at, rows_took, mails_took, repeated } = self;
        write!(f, "killed at {killed_at:?}, carried out in {rows_took:.1?}; ")?;
        write!(f, "the last mail {mails_took:.1?} later, {repeated} of them a repeat of the same mail")
    }
}

/// Kills the server with SIGKILL twice while it carries out an import: soon, and when half of the rows are done.
///
/// # Panics
/// If a row is not there exactly once, or somebody does not get exactly one mail.
pub async fn server_is_killed(database_url: Option<String>, rows: u64, mut told: impl FnMut(Stage, u64)) -> Figures {
    let mut place = Place::new(database_url).await;
    let ada = place.owner().await;
    let mut server = place.server(true).await;
    let mut ada = ada.at(&server.origin);
    let began = Instant::now();
    let (status, import) = ada.post_csv("/members/import", file(rows)).await;
    assert_eq!(status, 202, "{import}");
    let path = path_of(&import);
    let mut killed_at = Vec::new();
    for point in [rows / 9, rows / 2] {
        while carried_out(&ada.get(&path).await.1, &mut told) < point {
            sleep(LOOK).await;
        }
        server.kill().await;
        server = place.server(true).await;
        ada = ada.at(&server.origin);
        let (_, import) = ada.get(&path).await;
        assert_eq!(import["state"], "running", "it was killed in the middle: {import}");
        killed_at.push(carried_out(&import, &mut told));
    }
    finished(&ada, &path, &mut told).await;
    let rows_took = began.elapsed();
    everybody_is_there_once(&ada, &path, rows).await;
    assert!(server.terminate().await.success(), "the server ends in order");
    let (mails_took, repeated) = place.everybody_gets_one_mail(rows, told).await;
    Figures { killed_at, rows_took, mails_took, repeated }
}

/// Kills `server import` with SIGKILL in the middle. A server goes on with it: one that runs all the time, or one that is
/// started afterwards.
///
/// # Panics
/// If a row is not there exactly once, or somebody does not get exactly one mail.
pub async fn shell_is_killed(database_url: Option<String>, rows: u64, beside_a_server: bool) {
    let mut place = Place::new(database_url).await;
    let ada = place.owner().await;
    let running = if beside_a_server { Some(place.server(true).await) } else { None };
    let people = place.folder.path().join("people.csv");
    std::fs::write(&people, file(rows)).expect("the file is written");
    let mut shell = place.shell(&ada, &people);
    let database = place.database().await;
    while database.imported().await < rows / 9 {
        assert_eq!(shell.try_wait().expect("it can be asked"), None, "it has not ended by itself");
        sleep(LOOK).await;
    }
    shell.kill().await.expect("it is there to be killed");
    let done = database.imported().await;
    assert!(done < rows, "it was killed in the middle, and not at {done}");
    let server = match running {
        Some(server) => server,
        None => place.server(true).await,
    };
    let ada = ada.at(&server.origin);
    let (_, imports) = ada.get("/members/imports").await;
    assert_eq!(imports["total"], 1, "{imports}");
    let path = path_of(&imports["items"][0]);
    finished(&ada, &path, |_, _| {}).await;
    everybody_is_there_once(&ada, &path, rows).await;
    assert!(server.terminate().await.success(), "the server ends in order");
    place.everybody_gets_one_mail(rows, |_, _| {}).await;
}

/// Where servers come and go, with a mail server that stays.
struct Place {
    folder: TempDir,
    database_url: Option<String>,
    mails: MailServer,
}

impl Place {
    async fn new(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, database_url, mails: MailServer::start().await }
    }

    async fn server(&self, mails: bool) -> Process {
        let (data_dir, database_url) = (self.folder.path().to_owned(), self.database_url.clone());
        let smtp_url = mails.then(|| self.mails.url.clone());
        Start { data_dir, database_url, smtp_url, ..Start::default() }.run().await
    }

    /// The owner of a new organization. Without a mail server the invitation can be read in the development mailbox.
    async fn owner(&self) -> Caller {
        let server = self.server(false).await;
        let ada = Caller::owner(&server.origin, "team", "ada@example.org", 100_000).await;
        assert!(server.terminate().await.success(), "the server ends in order");
        ada
    }

    /// `server import`, which is under way.
    fn shell(&self, owner: &Caller, people: &Path) -> Child {
        let mut command = Command::new(binary());
        command.arg("import").arg(people).args(["--organization", owner.organization(), "--data-dir"]);
        command.arg(self.folder.path());
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command.env("MEMBERSHIP_LINK_KEY", format!("1:{}", "07".repeat(32)));
        command.env("MEMBERSHIP_LIMITS", "off").env("RUST_LOG", "warn");
        command.stdout(Stdio::null()).kill_on_drop(true).spawn().expect("the program starts")
    }

    async fn database(&self) -> Rows {
        Rows::connect(self.folder.path(), self.database_url.as_deref()).await
    }

    /// A mail that was on its way when a server was killed comes when its claim has ended: again, as the same mail (I7).
    /// Returns how long the rest of the mails took, and how many were repeated.
    async fn everybody_gets_one_mail(&mut self, rows: u64, mut told: impl FnMut(Stage, u64)) -> (Duration, usize) {
        let began = Instant::now();
        let everybody = usize::try_from(rows).expect("a number");
        self.database().await.end_claims().await;
        let server = self.server(true).await;
        let mut came: BTreeMap<String, Vec<String>> = BTreeMap::new();
        while came.len() < everybody {
            note(&self.mails.next().await, &mut came);
            told(Stage::Mails, came.len() as u64);
        }
        let took = began.elapsed();
        assert!(server.terminate().await.success(), "the server ends in order");
        while let Some(mail) = self.mails.taken() {
            note(&mail, &mut came);
        }
        assert_eq!(came.len(), everybody, "nobody else was written to");
        let twice: Vec<_> = came.iter().filter(|(_, ids)| ids.iter().collect::<BTreeSet<_>>().len() != 1).collect();
        assert!(twice.is_empty(), "one mail each: {twice:?}");
        (took, came.values().map(Vec::len).sum::<usize>() - everybody)
    }
}

/// A file of that many people, each with a mail.
fn file(rows: u64) -> String {
    (0..rows).map(|number| format!("Person {number},A,p{number}@example.org,,1\n")).collect()
}

fn path_of(import: &Value) -> String {
    format!("/members/imports/{}", import["id"].as_str().expect("an id"))
}

/// How many rows of an import are carried out.
fn carried_out(import: &Value, mut told: impl FnMut(Stage, u64)) -> u64 {
    let done = import["done"].as_u64().expect("a number");
    told(Stage::Rows, done);
    done
}

async fn finished(owner: &Caller, path: &str, mut told: impl FnMut(Stage, u64)) {
    loop {
        let (_, import) = owner.get(path).await;
        carried_out(&import, &mut told);
        if import["state"] == "done" {
            return;
        }
        sleep(LOOK).await;
    }
}

async fn everybody_is_there_once(owner: &Caller, path: &str, rows: u64) {
    let (_, import) = owner.get(path).await;
    assert_eq!((&import["counts"]["added"], &import["counts"]["failed"]), (&json!(rows), &json!(0)), "{import}");
    assert_eq!(owner.get("/members").await.1["total"], rows + 1, "every row once, and the owner");
    let (_, result) = owner.get(&format!("{path}/result.csv")).await;
    let lines: Vec<u64> = result.as_str().expect("a file").lines().skip(1).map(line_of_added).collect();
    assert!(lines.iter().copied().eq(1..=rows), "every row once, in the file's order: {lines:?}");
}

fn line_of_added(line: &str) -> u64 {
    let (number, rest) = line.split_once(',').expect("cells");
    assert!(rest.starts_with("added,"), "{line}");
    number.parse().expect("a line's number")
}

/// Keeps to whom a mail went, and its `Message-ID`.
fn note(mail: &[u8], came: &mut BTreeMap<String, Vec<String>>) {
    let mail = MessageParser::default().parse(mail).expect("a mail");
    let to = mail.to().and_then(|to| to.first()).and_then(|it| it.address()).expect("an address").to_owned();
    came.entry(to).or_default().push(mail.message_id().expect("an id").to_owned());
}
