//! A mail server that takes everything, and hands over what it took.

use std::io;
use std::net::IpAddr;

use mailin::{Action, Handler, Response, SessionBuilder, response};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A real SMTP peer on a port of its own.
pub struct MailServer {
    /// The setting that leads to it.
    pub url: String,
    arrived: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl MailServer {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let (sender, arrived) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                tokio::spawn(talk(stream, peer.ip(), sender.clone()));
            }
        });
        Self { url: format!("smtp://127.0.0.1:{port}?tls=none"), arrived }
    }

    /// What has arrived and was not asked for yet, without waiting.
    pub fn so_far(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.arrived.try_recv().ok()).collect()
    }

    /// The next mail that arrives, as it was sent.
    pub async fn next(&mut self) -> Vec<u8> {
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(30), self.arrived.recv());
        waiting.await.expect("a mail arrives within half a minute").expect("the server lives")
    }

    /// A mail that has arrived already, if there is one.
    pub fn taken(&mut self) -> Option<Vec<u8>> {
        self.arrived.try_recv().ok()
    }
}

async fn talk(stream: TcpStream, peer: IpAddr, sender: mpsc::UnboundedSender<Vec<u8>>) {
    let mut session = SessionBuilder::new("mail.example").build(peer, Taker { sender, bytes: Vec::new() });
    let mut stream = BufReader::new(stream);
    let mut reply = session.greeting();
    loop {
        let says = reply.action != Action::NoReply;
        if says && stream.write_all(&reply.buffer().expect("a reply")).await.is_err() {
            return;
        }
        let mut line = Vec::new();
        if reply.action == Action::Close || stream.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return;
        }
        reply = session.process(&line);
    }
}

struct Taker {
    sender: mpsc::UnboundedSender<Vec<u8>>,
    bytes: Vec<u8>,
}

impl Handler for Taker {
    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        // Nobody may be waiting any more; the mail is taken all the same.
        let _ = self.sender.send(std::mem::take(&mut self.bytes));
        response::OK
    }
}
