//! Counts round trips where they happen: between the store and the server. Every message after which a client waits
//! for an answer is one (`Query`, or `Execute` before its `Sync`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

pub struct Proxy {
    pub options: PgConnectOptions,
    trips: Arc<AtomicU64>,
}

impl Proxy {
    /// Starts a proxy before the server that the options name.
    pub async fn before(server: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let trips = Arc::new(AtomicU64::new(0));
        let (target, counter) = (server.clone(), trips.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let counter = counter.clone();
                match socket(&target) {
                    Some(path) => {
                        let (read, write) = UnixStream::connect(path).await.unwrap().into_split();
                        join(client, read, write, counter);
                    }
                    None => {
                        let server = TcpStream::connect((target.get_host(), target.get_port())).await.unwrap();
                        let (read, write) = server.into_split();
                        join(client, read, write, counter);
                    }
                }
            }
        });
        // A socket's folder would win over the host, and a server on a socket asks for no password.
        let base = match socket(server) {
            Some(_) => PgConnectOptions::new_without_pgpass()
                .username(server.get_username())
                .database(server.get_database().unwrap_or_default()),
            None => server.clone(),
        };
        let options = base.host("127.0.0.1").port(port).ssl_mode(PgSslMode::Disable);
        Self { options, trips }
    }

    /// How many round trips there were since it was last asked.
    pub fn trips(&self) -> u64 {
        self.trips.swap(0, Ordering::SeqCst)
    }
}

fn socket(options: &PgConnectOptions) -> Option<String> {
    let folder = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => Some(options.get_host()).filter(|host| host.starts_with('/'))?.to_owned(),
    };
    Some(format!("{folder}/.s.PGSQL.{}", options.get_port()))
}

fn join<R, W>(client: TcpStream, mut from_server: R, to_server: W, trips: Arc<AtomicU64>)
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    client.set_nodelay(true).unwrap();
    let (from_client, mut to_client) = client.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    tokio::spawn(async move { forward(from_client, to_server, trips).await });
}

/// Hands the client's messages on, one by one. The first one, the start-up message, has no type.
async fn forward<R, W>(mut client: R, mut server: W, trips: Arc<AtomicU64>) -> std::io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let length = client.read_u32().await?;
    pass(&mut client, &mut server, None, length).await?;
    loop {
        let kind = client.read_u8().await?;
        if matches!(kind, b'Q' | b'E') {
            trips.fetch_add(1, Ordering::SeqCst);
        }
        let length = client.read_u32().await?;
        pass(&mut client, &mut server, Some(kind), length).await?;
    }
}

async fn pass<R, W>(client: &mut R, server: &mut W, kind: Option<u8>, length: u32) -> std::io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut message: Vec<u8> = kind.into_iter().chain(length.to_be_bytes()).collect();
    let head = message.len();
    message.resize(head + usize::try_from(length - 4).unwrap(), 0);
    client.read_exact(&mut message[head..]).await?;
    server.write_all(&message).await?;
    server.flush().await
}
