//! What is tried too often: refused alike for everybody, and only as long as it must be.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use membership_http::{LimitOptions, Limits};
use serde_json::{Value, json};

use crate::site::{PASSWORD, Reply, Site};

/// A site whose limits go by a clock that stands until it is told.
struct Limited {
    site: Site,
    anywhere: Router,
    seconds: Arc<AtomicU64>,
}

impl Limited {
    fn with(options: LimitOptions) -> Self {
        let seconds = Arc::new(AtomicU64::new(0));
        let clock = seconds.clone();
        let now = move || Duration::from_secs(clock.load(Ordering::SeqCst));
        let site = Site::with(|it| it.limits = Limits::with_clock(options, now));
        Self { anywhere: site.router.clone(), site, seconds }
    }

    /// The same site as a client at an address sees it.
    fn seen_from(self, address: &str) -> Self {
        let address: IpAddr = address.parse().unwrap();
        let peer = ConnectInfo(SocketAddr::new(address, 4711));
        let router = self.anywhere.clone().layer(Extension(peer));
        Self { site: Site { router, ..self.site }, ..self }
    }

    fn wait(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn sign_in(&self, login: &str, password: &str) -> Reply {
        let form = json!({"login": login, "password": password});
        self.site.post("/api/v1/sign-ins").json(&form).send().await
    }
}

fn without_id(reply: &Reply) -> Value {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[tokio::test]
async fn i13_a_login_that_failed_too_often_waits_whether_or_not_it_is_anybodys() {
    let limited = Limited::with(LimitOptions::default());
    let ada = limited.site.person("Ada").await;
    let mut told = Vec::new();
    for login in [ada.email.as_str(), "nobody@example.org", "nobody", "no login!"] {
        for _ in 0..10 {
            limited.sign_in(login, "something else entirely").await.refused(401, "wrong-credentials");
        }
        let reply = limited.sign_in(login, PASSWORD).await.refused(429, "rate-limited");
        told.push((without_id(&reply), reply.header("retry-after").to_owned()));
    }
    assert!(told.iter().all(|it| *it == told[0]), "{told:?}");
    assert_eq!(told[0].1, "15");
    assert_eq!(told[0].0["retry_after"], 15);

    limited.sign_in("ADA@example.org", PASSWORD).await.refused(429, "rate-limited");
    limited.wait(15);
    limited.sign_in(&ada.email, "something else entirely").await.refused(401, "wrong-credentials");
    assert_eq!(limited.sign_in(&ada.email, PASSWORD).await.header("retry-after"), "30", "the wait doubles");
    limited.wait(30);
    limited.sign_in(&ada.email, PASSWORD).await.expect(201);
    for _ in 0..10 {
        limited.sign_in(&ada.email, "something else entirely").await.refused(401, "wrong-credentials");
    }
    limited.sign_in(&ada.email, PASSWORD).await.refused(429, "rate-limited");
}

#[tokio::test]
async fn a_client_may_fail_at_many_logins_only_so_often_and_succeed_as_often_as_it_likes() {
    let limited = Limited::with(LimitOptions { failed_sign_ins: 3, ..LimitOptions::default() });
    let limited = limited.seen_from("2001:db8:1:2::7");
    let ada = limited.site.person("Ada").await;
    for _ in 0..5 {
        limited.sign_in(&ada.email, PASSWORD).await.expect(201);
        limited.sign_in(&ada.email, &"x".repeat(2_000)).await.expect(422);
    }
    for login in ["one", "two", "three"] {
        limited.sign_in(login, PASSWORD).await.refused(401, "wrong-credentials");
    }
    let limited = limited.seen_from("2001:db8:1:2:ffff::8");
    let reply = limited.sign_in(&ada.email, PASSWORD).await.refused(429, "rate-limited");
    assert_eq!(reply.header("retry-after"), "100");
    let elsewhere = limited.seen_from("2001:db8:1:3::7");
    elsewhere.sign_in(&ada.email, PASSWORD).await.expect(201);
    let back = elsewhere.seen_from("2001:db8:1:2::7");
    back.wait(100);
    back.sign_in(&ada.email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn i18_a_client_is_limited_in_what_it_guesses_and_in_the_mail_it_asks_for() {
    let options = LimitOptions { unknown_links_per_hour: 4, mails_per_hour: 3, ..LimitOptions::default() };
    let limited = Limited::with(options).seen_from("192.0.2.1");
    let ada = limited.site.person("Ada").await;
    let team = limited.site.organization(&ada, "team").await;
    let link = limited.site.invited(&team, &ada, "bob@example.org", "member").await;
    let show = |path: &str, token: &str| {
        let form = json!({"token": token, "password": PASSWORD});
        let form = if path.ends_with("/redeem") && !path.contains("login") || path.ends_with("verify") {
            form
        } else {
            json!({"token": token})
        };
        limited.site.post(path).json(&form).send()
    };
    for _ in 0..10 {
        show("/api/v1/invitations/inspect", &link).await.expect(200);
    }
    for path in ["invitations/inspect", "invitations/accept", "users/verify", "login-links/redeem"] {
        show(&format!("/api/v1/{path}"), "mli_guessed").await.refused(404, "unknown-link");
    }
    for path in ["invitations/decline", "invitations/register", "password-resets/redeem", "invitations/inspect"] {
        let reply = show(&format!("/api/v1/{path}"), "mli_guessed").await.refused(429, "rate-limited");
        assert_eq!(reply.header("retry-after"), "900");
    }
    show("/api/v1/invitations/inspect", &link).await.refused(429, "rate-limited");
    // A code that is guessed counts like a link; one that is mistyped is no guess.
    let type_code = |code: &str| limited.site.post("/api/v1/set-up-codes/open").json(&json!({"code": code})).send();
    type_code("0000-0000-0000").await.refused(429, "rate-limited");
    limited.wait(900);
    for _ in 0..5 {
        type_code("0000-0000-0001").await.refused(422, "invalid-input");
    }
    type_code("0000-0000-0000").await.refused(404, "unknown-code");
    show("/api/v1/invitations/inspect", &link).await.refused(429, "rate-limited");
    limited.wait(900);
    show("/api/v1/invitations/inspect", &link).await.expect(200);

    // One mail was asked for by signing up, and 900 seconds gave most of it back.
    limited.wait(300);
    let ask = |path: &'static str, login: &str| limited.site.post(path).json(&json!({"login": login})).send();
    for _ in 0..5 {
        limited.site.post("/api/v1/users").json(&json!({"email": "none"})).send().await.expect(422);
    }
    ask("/api/v1/login-links", "nobody@example.org").await.expect(202);
    ask("/api/v1/password-resets", &ada.email).await.expect(202);
    ask("/api/v1/password-resets", &ada.email).await.expect(202);
    let known = ask("/api/v1/login-links", &ada.email).await.refused(429, "rate-limited");
    let unknown = ask("/api/v1/password-resets", "nobody@example.org").await.refused(429, "rate-limited");
    assert_eq!(without_id(&known), without_id(&unknown));
    let form = json!({"email": "new@example.org", "name": "New", "password": PASSWORD});
    limited.site.post("/api/v1/users").json(&form).send().await.refused(429, "rate-limited");
    limited.site.world.drain().await;
}

#[tokio::test]
async fn without_limits_or_a_peer_nothing_is_refused() {
    let off = Site::with(|it| it.limits = Limits::off());
    let form = json!({"login": "nobody", "password": PASSWORD});
    for _ in 0..12 {
        off.post("/api/v1/sign-ins").json(&form).send().await.refused(401, "wrong-credentials");
    }
    let site = Limited::with(LimitOptions { mails_per_hour: 0, ..LimitOptions::default() }).site;
    site.post("/api/v1/login-links").json(&json!({"login": "nobody"})).send().await.expect(202);
}

/// A stolen sign-in guesses the password no faster than a stranger does, and a link of a sign-up no faster than either.
#[tokio::test]
async fn a_wrong_password_counts_wherever_it_is_typed() {
    let limited = Limited::with(LimitOptions { free_failures: 3, ..LimitOptions::default() });
    let ada = limited.site.person("Ada").await;
    let change = |present: &str| {
        let form = json!({"present_password": present, "password": "another fine long password"});
        limited.site.ask(http::Method::PUT, "/api/v1/me/password").by(&ada).json(&form).send()
    };
    for _ in 0..3 {
        change("something else entirely").await.refused(403, "wrong-password");
    }
    let at_change = change(PASSWORD).await.refused(429, "rate-limited");
    let at_sign_in = limited.sign_in(&ada.email, PASSWORD).await.refused(429, "rate-limited");
    assert_eq!(without_id(&at_change), without_id(&at_sign_in), "the same ledger, and the same words");

    let form = json!({"email": "new@example.org", "name": "New", "password": PASSWORD});
    limited.site.post("/api/v1/users").json(&form).send().await.expect(202);
    let link = limited.site.mailed().await.pop().unwrap();
    let verify = |password: &str| {
        limited.site.post("/api/v1/users/verify").json(&json!({"token": link, "password": password})).send()
    };
    for _ in 0..3 {
        verify("something else entirely").await.refused(401, "wrong-credentials");
    }
    let at_verification = verify(PASSWORD).await.refused(429, "rate-limited");
    assert_eq!(without_id(&at_verification), without_id(&at_sign_in));
    limited.wait(15);
    verify(PASSWORD).await.expect(201);
    change(PASSWORD).await.expect(200);
}
