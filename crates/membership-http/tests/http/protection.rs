//! The layers around the server: ids, headers, problems for everything, and what is refused before any rule is asked.

use axum::Router;
use axum::routing::get;
use membership_core::port::StoreError;
use membership_http::{HttpOptions, protect};
use membership_testkit::memory::FaultPoint;
use serde_json::json;

use crate::site::{PASSWORD, Site, shown};

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let site = Site::new();
    for path in ["/nowhere", "/api/v1/nowhere", "/api/v2/users", "/problems/nothing"] {
        let problem = site.get(path).send().await.refused(404, "not-found").json();
        assert_eq!(problem["type"], "http://localhost:8080/problems/not-found");
    }
    let reply = site.delete("/api/v1/users").send().await.refused(405, "method-not-allowed");
    assert_eq!(reply.header("allow"), "POST");
}

#[tokio::test]
async fn a_problem_explains_itself() {
    let site = Site::new();
    let reply = site.get("/me").header("x-request-id", "my-request").send().await.refused(401, "not-signed-in");
    insta::assert_json_snapshot!("problem", shown(&reply.json()));
    assert_eq!(reply.header("x-request-id"), "my-request");
    let about = reply.text("type");
    let about = site.get(about.strip_prefix("http://localhost:8080").unwrap()).send().await.expect(200).json();
    assert_eq!((&about["code"], &about["status"]), (&json!("not-signed-in"), &json!(401)));
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_security_headers() {
    let site = Site::with(|options| {
        options.public_url = "https://members.example.org".to_owned();
    });
    for path in ["/healthz", "/nowhere", "/me", "/openapi.json"] {
        let reply = site.get(path).header("x-request-id", "{jndi}").send().await;
        assert_eq!(reply.header("x-request-id").len(), 36, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
}

#[tokio::test]
async fn a63_a_page_of_another_site_sends_nothing_with_our_cookie() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let cookie = format!("membership={}", ada.token);
    let found = || site.post("/organizations").header("cookie", &cookie).json(&json!({"name": "Acme"}));
    found().header("sec-fetch-site", "cross-site").send().await.refused(403, "cross-origin");
    found().header("sec-fetch-site", "same-site").send().await.refused(403, "cross-origin");
    found().header("origin", "https://evil.test").send().await.refused(403, "cross-origin");
    found().header("origin", "null").send().await.refused(403, "cross-origin");
    found().header("origin", "http://localhost:8080").send().await.expect(201);
    found().header("sec-fetch-site", "same-origin").send().await.expect(201);
    let other = "__Host-membership";
    let planted = site.get("/me").header("cookie", &format!("{other}={}", ada.token)).send().await;
    planted.refused(401, "not-signed-in");
}

#[tokio::test]
async fn a23_another_host_is_misdirected() {
    let site = Site::with(|options| {
        options.public_url = "https://members.example.org".to_owned();
        options.check_host = true;
    });
    site.get("/me").send().await.refused(421, "unknown-host");
    site.get("/healthz").send().await.expect(200);
    site.get("https://members.example.org/api/v1/me").send().await.refused(401, "not-signed-in");
}

#[tokio::test]
async fn a_store_that_cannot_is_told_without_its_words() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    for (error, status, code) in [
        (StoreError::Busy("inner words".to_owned()), 503, "overloaded"),
        (StoreError::Unavailable("inner words".to_owned()), 503, "unavailable"),
        (StoreError::Corrupt("inner words".to_owned()), 500, "internal-error"),
    ] {
        site.store.fail_next(FaultPoint::Read, error);
        let reply = site.get("/me").by(&ada).send().await.refused(status, code);
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("inner words"));
        assert_eq!(reply.header("retry-after"), if status == 503 { "2" } else { "" });
    }
    site.get("/readyz").send().await.expect(200);
    site.get("/healthz").send().await.expect(200);
}

#[tokio::test]
async fn f33_a_panic_is_a_problem_without_detail() {
    let broken = Router::new().route("/broken", get(broken));
    let site = Site { router: protect(broken, &HttpOptions::new("http://localhost:8080")), ..Site::new() };
    let reply = site.get("/broken").send().await.refused(500, "internal-error");
    assert!(!String::from_utf8_lossy(&reply.bytes).contains("inner words"));
}

async fn broken() -> &'static str {
    if PASSWORD.is_empty() { "" } else { panic!("inner words") }
}

#[tokio::test]
async fn i18_what_takes_too_long_or_finds_no_room_is_refused() {
    let mut options = HttpOptions::new("http://localhost:8080");
    options.timeout = std::time::Duration::from_millis(50);
    options.most_concurrent = 1;
    let slow = Router::new().route("/slow", get(std::future::pending::<()>)).route("/healthz", get(|| async {}));
    let site = Site { router: protect(slow, &options), ..Site::new() };
    let (first, second, alive) =
        tokio::join!(site.get("/slow").send(), site.get("/slow").send(), site.get("/healthz").send());
    assert_eq!(first.refused(503, "overloaded").header("retry-after"), "2");
    second.refused(503, "overloaded");
    alive.expect(200);
    site.get("/slow").send().await.refused(503, "overloaded");
}

#[cfg(feature = "docs-viewer")]
#[tokio::test]
async fn the_viewer_needs_no_other_site() {
    let site = Site::new();
    let page = site.get("/docs/").send().await.expect(200);
    let html = String::from_utf8_lossy(&page.bytes).into_owned();
    assert!(html.contains("swagger-ui"), "{html}");
    assert!(!html.contains("//"), "{html}");
    assert!(page.header("content-security-policy").starts_with("default-src 'self'; style-src"));
    assert!(site.get("/docs").send().await.status.is_redirection());
    let script = site.get("/docs/swagger-initializer.js").send().await.expect(200);
    assert!(String::from_utf8_lossy(&script.bytes).contains("/openapi.json"));
}
