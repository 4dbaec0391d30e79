//! The server as it is deployed: the binary, in a process of its own, with its own folder or a shared database.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::caller::Caller;
use crate::deployment::OPERATOR_TOKEN;

/// A running server.
pub struct Process {
    child: Child,
    /// Its origin, under the name that its links have, so that cookies are the same.
    pub origin: String,
    /// What it printed at its start.
    pub printed: Vec<String>,
}

/// How a server is started.
#[derive(Default)]
pub struct Start {
    /// Its data folder.
    pub data_dir: PathBuf,
    /// The database it shares with others.
    pub database_url: Option<String>,
    /// The mail server.
    pub smtp_url: Option<String>,
    /// Whether it fills the example first.
    pub demo: bool,
    /// Where its log goes; into ours otherwise.
    pub log: Option<PathBuf>,
    /// More settings, as variables of its environment.
    pub environment: Vec<(&'static str, String)>,
}

impl Start {
    /// Starts the server and waits until it says where it listens.
    pub async fn run(self) -> Process {
        let mut command = Command::new(binary());
        command
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&self.data_dir)
            .env("MEMBERSHIP_OPERATOR_TOKEN", OPERATOR_TOKEN)
            .env("MEMBERSHIP_LINK_KEY", format!("1:{}", "07".repeat(32)))
            // All walks come from one address.
            .env("MEMBERSHIP_LIMITS", "off")
            .env("RUST_LOG", "warn")
            .envs(self.environment)
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(log) = &self.log {
            command.stderr(std::fs::File::create(log).expect("a file for the log"));
        }
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        if let Some(url) = &self.smtp_url {
            command.args(["--smtp-url", url]);
        }
        if self.demo {
            command.arg("demo");
        }
        let mut child = command.spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(stdout).lines();
        let mut printed = Vec::new();
        while let Some(line) = next(&mut lines).await {
            let last = line.contains("/set-up/") || (self.demo && line.contains("/dev/mailbox"));
            printed.push(line);
            if last {
                break;
            }
        }
        let listens = printed
            .iter()
            .find_map(|line| line.split_once("listens on "))
            .map(|(_, origin)| origin.replace("127.0.0.1", "localhost"));
        let origin = listens.unwrap_or_else(|| panic!("the server did not say where it listens: {printed:?}"));
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Process { child, origin, printed }
    }
}

async fn next(lines: &mut tokio::io::Lines<BufReader<tokio::process::ChildStdout>>) -> Option<String> {
    let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await;
    line.expect("the server says something within a minute").expect("its output is text")
}

impl Process {
    /// The text of the newest mail to an address that contains this, once it has arrived.
    pub async fn mail(&self, address: &str, containing: &str) -> String {
        for _ in 0..400 {
            let mails = self.mails().await;
            let mail = mails.iter().find(|(to, text)| to.contains(address) && text.contains(containing));
            if let Some((_, text)) = mail {
                return text.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail to {address} says {containing}: {:#?}", self.mails().await);
    }

    /// The link of a kind, such as `/i/`, in the newest mail to an address that has one.
    pub async fn mailed_link(&self, kind: &str, address: &str) -> String {
        let link = format!("{kind}ml");
        let text = self.mail(address, &link).await;
        text.split_whitespace().find(|word| word.contains(&link)).expect("the mail has the link").to_owned()
    }

    /// To whom all mails so far went and what they say, the newest first.
    pub async fn mails(&self) -> Vec<(String, String)> {
        let (_, mails) = Caller::nobody(&self.origin).get_from("/dev/mailbox.json").await;
        let text = |mail: &Value, field: &str| mail[field].as_str().unwrap_or_default().to_owned();
        let told = |mail: &Value| (text(mail, "to"), format!("{}\n{}", text(mail, "subject"), text(mail, "text")));
        mails.as_array().into_iter().flatten().map(told).collect()
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the server is there to be killed");
    }

    /// Asks it to end, and gives its exit status.
    pub async fn terminate(mut self) -> std::process::ExitStatus {
        let id = self.child.id().expect("the server runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
        assert!(asked.success());
        self.child.wait().await.expect("the server ends")
    }
}

/// The server's binary: Cargo puts it beside our programs, and one folder above our tests.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    let folders = test.ancestors().skip(1).take(2);
    let path = folders.map(|folder| folder.join("server")).find(|path| path.is_file());
    path.unwrap_or_else(|| panic!("the server is not built: `cargo xtask test`, or `cargo build -p server` first"))
}
