//! The page for whoever tries too often.

use std::time::Duration;

use axum::Extension;
use axum::extract::ConnectInfo;
use http::StatusCode;
use membership_http::{LimitOptions, Limits};

use crate::browser::{PASSWORD, browser, limited, owner, without_ids, world};

fn no_time_passes(options: LimitOptions) -> Limits {
    Limits::with_clock(options, || Duration::ZERO)
}

#[tokio::test]
async fn whoever_guesses_passwords_is_told_what_to_do_instead() {
    let (world, _, router) = world();
    let _ = owner(&world, &router, "team").await;
    let router = limited(&world, no_time_passes(LimitOptions { free_failures: 2, ..LimitOptions::default() }));
    let mut told = Vec::new();
    for login in ["ada@example.org", "nobody@example.org"] {
        let mut eve = browser(&router);
        for _ in 0..2 {
            let wrong = eve.post("/sign-in", "/sign-in", &[("login", login), ("password", "wrong")]).await;
            assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        }
        let refused = eve.post("/sign-in", "/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        told.push(without_ids(&refused.html));
    }
    assert_eq!(told[0], told[1], "a login that is nobody's reads the same");
    for part in ["Too many attempts", "Wait a minute", "href=\"/forgot-password\""] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
}

#[tokio::test]
async fn links_and_mails_are_limited_per_client() {
    let (world, _, _) = world();
    let options = LimitOptions { unknown_links_per_hour: 2, mails_per_hour: 1, ..LimitOptions::default() };
    let peer = ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 1], 4711)));
    let router = limited(&world, no_time_passes(options)).layer(Extension(peer));
    let mut eve = browser(&router);
    for path in ["/invitation", "/verify", "/login", "/reset", "/set-up"] {
        eve.get(&format!("{}/mli_guessed", path.replace("/invitation", "/i"))).await;
    }
    assert_eq!(eve.get("/invitation").await.status, StatusCode::NOT_FOUND);
    assert_eq!(eve.get("/reset").await.status, StatusCode::NOT_FOUND);
    for path in ["/invitation", "/verify", "/login", "/reset", "/set-up"] {
        assert_eq!(eve.get(path).await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    let forgot = |login| [("login", login), ("do", "reset")];
    let bad = eve.post("/sign-up", "/sign-up", &[("name", "Eve"), ("email", "none")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "a form with a mistake asks for no mail");
    let first = eve.post("/forgot-password", "/forgot-password", &forgot("ada@example.org")).await;
    assert_eq!(first.location.as_deref(), Some("/forgot-password/sent"));
    let second = eve.post("/forgot-password", "/forgot-password", &forgot("ada@example.org")).await;
    assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(eve.get("/sign-in").await.status, StatusCode::OK, "everything else goes on");
}
