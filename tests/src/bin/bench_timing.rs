//! Whether known and unknown logins can be told apart by how long a running server takes to answer (I13, A60, A61).
//!
//! `cargo xtask bench timing` builds the server and runs this: 2,000 samples of each kind at each of the four doors, in a
//! random order. It fails where an observer could tell them apart.

use std::process::ExitCode;
use std::time::Instant;

use axum::body::Body;
use futures_util::future::join_all;
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use membership_tests::deployment::{PASSWORD, address, link_in};
use membership_tests::process::Start;
use membership_tests::timing::{Auc, Passes, compared};
use serde_json::{Value, json};

const SAMPLES: usize = 2_000;
const DOORS: [&str; 4] = ["/api/v1/sign-ins", "/api/v1/login-links", "/api/v1/password-resets", "/api/v1/users"];

/// Somebody who asks over one connection.
struct Asker {
    http: Client<HttpConnector, Body>,
    origin: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let pairs = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(SAMPLES);
    let data = tempfile::tempdir().expect("a temporary folder");
    let start = Start { data_dir: data.path().to_owned(), database_url: arguments.next(), ..Start::default() };
    let server = start.run().await;
    Asker::of(&server.origin).sign_up(&address("Ada")).await;
    // All doors at once, each over a connection of its own: an answer waits for its time much longer than it is worked on.
    let measured = DOORS.map(|path| measured(&server.origin, path, pairs));
    let told_apart = join_all(measured).await.into_iter().filter(|auc| auc.tells()).count();
    if 0 < told_apart { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Measures one door and says what came out.
async fn measured(origin: &str, path: &str, pairs: usize) -> Auc {
    let asker = Asker::of(origin);
    let ask = async |form: Value| {
        let status = asker.post(path, &form).await.0;
        assert!([202, 401].contains(&status), "{path} answers {status}");
    };
    let began = Instant::now();
    let auc = compared(Passes { pairs, warm_up: 20 }, path, ask).await;
    let each = began.elapsed().as_secs_f64() * 1_000.0 / (2 * (pairs + 20)) as f64;
    let verdict = if auc.tells() { "CAN BE TOLD APART" } else { "cannot be told apart" };
    println!("{path:<26} {pairs} + {pairs} samples of {each:.1} ms: AUC {auc}, {verdict}");
    auc
}

impl Asker {
    fn of(origin: &str) -> Self {
        let http = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(1).build(HttpConnector::new());
        Self { http, origin: origin.to_owned() }
    }

    async fn post(&self, path: &str, form: &Value) -> (u16, Value) {
        let request = Request::post(format!("{}{path}", self.origin)).header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(form.to_string())).expect("a request")).await
    }

    async fn send(&self, mut request: Request<Body>) -> (u16, Value) {
        let host = request.uri().authority().expect("a host").to_string();
        request.headers_mut().insert(HOST, host.parse().expect("a host"));
        let (head, body) = self.http.request(request).await.expect("an answer").into_parts();
        let bytes = body.collect().await.expect("a whole answer").to_bytes();
        (head.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Makes an account, by the mail that the development mailbox keeps.
    async fn sign_up(&self, email: &str) {
        let form = json!({ "email": email, "name": "Ada", "password": PASSWORD });
        assert_eq!(self.post("/api/v1/users", &form).await.0, 202);
        let token = loop {
            let request = Request::get(format!("{}/dev/mailbox.json", self.origin)).body(Body::empty());
            let mails = self.send(request.expect("a request")).await.1;
            if let Some(text) = mails[0]["text"].as_str() {
                break link_in(text);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        let form = json!({ "token": token, "password": PASSWORD });
        assert_eq!(self.post("/api/v1/users/verify", &form).await.0, 201);
    }
}
