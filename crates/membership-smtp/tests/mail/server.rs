//! A mail server of the tests' own, which does to each mail what its script says.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailin::{Action, AuthMechanism, Handler, Response, SessionBuilder, response};
use membership_smtp::{Sender, SmtpMailer, SmtpOptions, Timeouts};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one mail. A mail beyond the script is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Taken,
    SenderRefused(u16),
    RecipientRefused(u16),
    MailRefused(u16),
    /// The server has the mail, but the connection breaks before it says so (F05).
    LostAfterDot,
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub to: String,
    pub bytes: Vec<u8>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Fate>>,
    received: Mutex<Vec<Received>>,
    lines: Mutex<Vec<String>>,
    connections: Mutex<u32>,
}

pub struct MailServer {
    port: u16,
    /// How long its mailers wait for each answer.
    limit: Duration,
    shared: Arc<Shared>,
}

/// Long enough for a busy machine; only the server that never ends is waited for in vain.
const PATIENCE: Duration = Duration::from_secs(10);

impl MailServer {
    pub async fn start(script: &[Fate]) -> Self {
        Self::start_with(script, SessionBuilder::new("mail.example")).await
    }

    /// A server that takes mail only from `ada`, whose password is `s3cret`.
    pub async fn with_login(script: &[Fate]) -> Self {
        let mut sessions = SessionBuilder::new("mail.example");
        sessions.enable_auth(AuthMechanism::Plain).insecure_enable_plaintext_auth();
        Self::start_with(script, sessions).await
    }

    async fn start_with(script: &[Fate], sessions: SessionBuilder) -> Self {
        let shared = Arc::new(Shared { script: Mutex::new(script.iter().copied().collect()), ..Shared::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                *accepting.connections.lock().unwrap() += 1;
                tokio::spawn(talk(stream, peer.ip(), sessions.clone(), Arc::clone(&accepting)));
            }
        });
        Self { port, limit: PATIENCE, shared }
    }

    /// A server that says one byte of its greeting now and then, and never ends it (F02).
    pub async fn trickling() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    while stream.write_all(b"2").await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                });
            }
        });
        Self { port, limit: Duration::from_millis(50), shared: Arc::default() }
    }

    /// Nobody listens there.
    pub async fn dead() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { port: listener.local_addr().unwrap().port(), limit: PATIENCE, shared: Arc::default() }
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// What clients have said, but for the mails themselves.
    pub fn lines(&self) -> Vec<String> {
        self.shared.lines.lock().unwrap().clone()
    }

    pub fn connections(&self) -> u32 {
        *self.shared.connections.lock().unwrap()
    }

    /// A mailer for this server without encryption.
    pub fn mailer(&self) -> SmtpMailer {
        self.mailer_with("", "?tls=none")
    }

    /// A mailer for this server, with what stands before the host and after the port.
    pub fn mailer_with(&self, before: &str, after: &str) -> SmtpMailer {
        let options = SmtpOptions::parse(&format!("smtp://{before}127.0.0.1:{}{after}", self.port)).unwrap();
        let timeouts = Timeouts { connect: self.limit, command: self.limit, data: self.limit };
        let sender = Sender::parse("Membership <no-reply@members.example>", Some("help@members.example")).unwrap();
        SmtpMailer::new(options.with_timeouts(timeouts), sender).unwrap()
    }
}

async fn talk(stream: TcpStream, peer: IpAddr, sessions: SessionBuilder, shared: Arc<Shared>) {
    let is_lost = Arc::new(AtomicBool::new(false));
    let talker =
        Talker { shared, is_lost: Arc::clone(&is_lost), fate: Fate::Taken, to: String::new(), bytes: Vec::new() };
    let lines = Arc::clone(&talker.shared);
    let mut session = sessions.build(peer, talker);
    let mut stream = BufReader::new(stream);
    let mut reply = session.greeting();
    let mut in_mail = false;
    loop {
        if is_lost.load(Ordering::SeqCst) {
            return;
        }
        if reply.action != Action::NoReply && stream.write_all(&reply.buffer().unwrap()).await.is_err() {
            return;
        }
        in_mail = reply.code == 354 || (in_mail && reply.action == Action::NoReply);
        let mut line = Vec::new();
        if reply.action == Action::Close || stream.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return;
        }
        if !in_mail {
            lines.lines.lock().unwrap().push(String::from_utf8_lossy(&line).trim().to_owned());
        }
        reply = session.process(&line);
    }
}

struct Talker {
    shared: Arc<Shared>,
    is_lost: Arc<AtomicBool>,
    fate: Fate,
    to: String,
    bytes: Vec<u8>,
}

fn refusal(code: u16) -> Response {
    Response::custom(code, "not here".to_owned())
}

impl Handler for Talker {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, _from: &str) -> Response {
        self.fate = self.shared.script.lock().unwrap().pop_front().unwrap_or(Fate::Taken);
        match self.fate {
            Fate::SenderRefused(code) => refusal(code),
            _ => response::OK,
        }
    }

    fn rcpt(&mut self, to: &str) -> Response {
        to.clone_into(&mut self.to);
        match self.fate {
            Fate::RecipientRefused(code) => refusal(code),
            _ => response::OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let received = Received { to: self.to.clone(), bytes: std::mem::take(&mut self.bytes) };
        if let Fate::MailRefused(code) = self.fate {
            return refusal(code);
        }
        self.shared.received.lock().unwrap().push(received);
        self.is_lost.store(self.fate == Fate::LostAfterDot, Ordering::SeqCst);
        response::OK
    }

    fn auth_plain(&mut self, _authorization: &str, user: &str, password: &str) -> Response {
        if (user, password) == ("ada", "s3cret") { response::AUTH_OK } else { response::INVALID_CREDENTIALS }
    }
}
